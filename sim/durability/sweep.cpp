#include "sim/durability/sweep.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "sim/scenario/json_node.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::durability {
namespace {

constexpr std::size_t most_points = 100;

struct SweepKey {
  const char* name;
  double low, high;
  void (*set)(Spec&, double);
};

constexpr SweepKey keys[] = {
    {"segment_gb", 0.001, 1e6, [](Spec& s, double v) { s.segment_gb = v; }},
    {"volume_gb", 0.001, 1e9, [](Spec& s, double v) { s.volume_gb = v; }},
    {"repair_gbps", 1e-6, 1e5, [](Spec& s, double v) { s.repair_gbps = v; }},
    {"detect_s", 0, 1e8, [](Spec& s, double v) { s.detect_s = v; }},
    {"disk_failures_per_year", 0, 1000,
     [](Spec& s, double v) { s.rates.disk_failures_per_year = v; }},
    {"node_crashes_per_year", 0, 1000,
     [](Spec& s, double v) { s.rates.node_crashes_per_year = v; }},
    {"node_down_s", 0.001, 1e8, [](Spec& s, double v) { s.rates.node_down_s = v; }},
    {"az_outages_per_year", 0, 100, [](Spec& s, double v) { s.rates.az_outages_per_year = v; }},
    {"az_outage_s", 0.001, 1e8, [](Spec& s, double v) { s.rates.az_outage_s = v; }},
    {"az_outage_destroys", 0, 1, [](Spec& s, double v) { s.rates.az_outage_destroys = v; }},
};

const SweepKey* key_named(const std::string& name) {
  for (const SweepKey& key : keys)
    if (name == key.name) return &key;
  return nullptr;
}

bool read_number(std::string_view text, double& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

/// 0.3, where multiplication alone gives 0.30000000000000004.
double rounded(double value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.12g", value);
  return std::strtod(digits, nullptr);
}

std::vector<double> half_decades(double low, double high) {
  std::vector<double> values;
  for (double decade = low; values.size() < most_points; decade *= 10)
    for (const double step : {1.0, 3.0}) {
      const double value = rounded(decade * step);
      if (value >= high) {
        values.push_back(high);
        return values;
      }
      values.push_back(value);
    }
  return values;
}

std::string read_values(const std::string& text, std::vector<double>& values) {
  const auto no_number = [](const std::string& part) {
    return quoted(part) + " is not a number; values are A..B or A,B,C";
  };
  const std::size_t dots = text.find("..");
  if (dots != std::string::npos) {
    const std::string first = text.substr(0, dots), last = text.substr(dots + 2);
    double low = 0, high = 0;
    if (!read_number(first, low)) return no_number(first);
    if (!read_number(last, high)) return no_number(last);
    if (!(low > 0) || !(high > low)) return "a range needs 0 < A < B";
    values = half_decades(low, high);
    return "";
  }
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    double value = 0;
    if (!read_number(part, value)) return no_number(part);
    values.push_back(value);
    begin = end + 1;
  }
  return "";
}

}  // namespace

std::string parse_sweep(const std::string& text, Sweep& sweep) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return "must have the form KEY=VALUES";
  sweep.key = text.substr(0, equals);
  const SweepKey* key = key_named(sweep.key);
  if (!key) {
    std::vector<std::string> legal;
    for (const SweepKey& k : keys) legal.push_back(k.name);
    return "there is no key " + quoted(sweep.key) + " to sweep" + suggest(sweep.key, legal, "keys");
  }
  sweep.values.clear();
  const std::string wrong = read_values(text.substr(equals + 1), sweep.values);
  if (!wrong.empty()) return wrong;
  if (sweep.values.size() > most_points) return "takes at most 100 values";
  for (const double value : sweep.values)
    if (!(value >= key->low && value <= key->high))
      return sweep.key + " must be from " + shortest(key->low) + " to " + shortest(key->high) +
             ", not " + shortest(value);
  return "";
}

std::vector<Point> points_of(const Spec& spec, const std::vector<Sweep>& sweeps) {
  std::vector<Point> points{{spec, {}}};
  for (const Sweep& sweep : sweeps) {
    std::vector<Point> finer;
    for (const Point& point : points)
      for (const double value : sweep.values) {
        finer.push_back(point);
        key_named(sweep.key)->set(finer.back().spec, value);
        finer.back().set.emplace_back(sweep.key, value);
      }
    points = std::move(finer);
  }
  return points;
}

}  // namespace writepath::durability
