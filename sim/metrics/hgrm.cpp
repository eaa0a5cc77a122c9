#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/metrics/histogram.hpp"

namespace writepath {
namespace {

std::string fixed(double value, int decimals, std::size_t width) {
  char text[64];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, decimals).ptr;
  std::string out(text, end);
  return out.size() < width ? std::string(width - out.size(), ' ') + out : out;
}

std::string whole(std::uint64_t value, std::size_t width) {
  std::string out = std::to_string(value);
  return out.size() < width ? std::string(width - out.size(), ' ') + out : out;
}

double standard_deviation(const Histogram& histogram, const std::vector<Histogram::Step>& steps) {
  double squares = 0;
  for (const auto& step : steps) {
    const double off = static_cast<double>(step.value) - histogram.mean();
    squares += off * off * static_cast<double>(step.count);
  }
  return std::sqrt(squares / static_cast<double>(histogram.count()));
}

}  // namespace

std::string percentile_text(const Histogram& histogram) {
  std::string out = "       Value     Percentile TotalCount 1/(1-Percentile)\n\n";
  const std::vector<Histogram::Step> steps = histogram.steps();
  const auto count = histogram.count();
  const auto line = [&](DurationNs value, double level, std::uint64_t at_or_below) {
    out += fixed(to_ms(value), 6, 12) + ' ' + fixed(level, 12, 0) + ' ' + whole(at_or_below, 10);
    if (level < 1) out += ' ' + fixed(1 / (1 - level), 2, 14);
    out += '\n';
  };
  // Levels 1 - 2^-h + j / (5 2^(h+1)), j = 0..4, as HdrHistogram's iterator steps.
  std::size_t at = 0;
  std::uint64_t seen = count == 0 ? 0 : steps[0].count;
  for (int h = 0; h < 50 && count > 0 && seen < count; ++h) {
    for (int j = 0; j < 5 && seen <= count; ++j) {
      const double half = 1.0 / static_cast<double>(std::uint64_t{1} << h);
      const double level = 1 - half + half * j / 10;
      const double needed = level * static_cast<double>(count);
      while (static_cast<double>(seen) < needed) seen += steps[++at].count;
      line(steps[at].value, level, seen);
      if (seen == count) break;
    }
  }
  if (count > 0) line(histogram.max(), 1, count);
  const double mean = count > 0 ? histogram.mean() / 1e6 : 0;
  const double deviation = count > 0 ? standard_deviation(histogram, steps) / 1e6 : 0;
  const double max = count > 0 ? to_ms(histogram.max()) : 0;
  out +=
      "#[Mean    = " + fixed(mean, 6, 12) + ", StdDeviation   = " + fixed(deviation, 6, 12) + "]\n";
  out += "#[Max     = " + fixed(max, 6, 12) + ", Total count    = " + whole(count, 12) + "]\n";
  out += "#[Buckets = " + whole(57, 12) + ", SubBuckets     = " + whole(128, 12) + "]\n";
  return out;
}

}  // namespace writepath
