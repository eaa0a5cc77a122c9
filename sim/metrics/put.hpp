#pragma once
// How folds hand over their results: by contract name, in milliseconds, empty without a sample.
#include <optional>
#include <string>

#include "sim/metrics/histogram.hpp"
#include "sim/metrics/run_summary.hpp"

namespace writepath {

inline void put(Metrics& to, std::string name, std::optional<double> value) {
  to.push_back({std::move(name), value});
}
inline std::optional<double> ratio(double part, double whole) {
  if (whole == 0) return std::nullopt;
  return part / whole;
}
inline std::optional<double> mean_ms(const Histogram& histogram) {
  if (histogram.empty()) return std::nullopt;
  return histogram.mean() / 1e6;
}
inline std::optional<double> percentile_ms(const Histogram& histogram, double p) {
  if (histogram.empty()) return std::nullopt;
  return to_ms(histogram.percentile(p));
}
inline std::optional<double> max_ms(const Histogram& histogram) {
  if (histogram.empty()) return std::nullopt;
  return to_ms(histogram.max());
}
/// <base>_mean, _p50, _p95, _p99, [_p999,] _max.
inline void put_latency(Metrics& to, const std::string& base, const Histogram& histogram,
                        bool p999 = true) {
  put(to, base + "_mean", mean_ms(histogram));
  put(to, base + "_p50", percentile_ms(histogram, 50));
  put(to, base + "_p95", percentile_ms(histogram, 95));
  put(to, base + "_p99", percentile_ms(histogram, 99));
  if (p999) put(to, base + "_p999", percentile_ms(histogram, 99.9));
  put(to, base + "_max", max_ms(histogram));
}

}  // namespace writepath
