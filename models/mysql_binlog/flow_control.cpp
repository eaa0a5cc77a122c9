#include "models/mysql_binlog/flow_control.hpp"

#include <algorithm>

namespace writepath::mysql {

namespace {
// Assumptions, none published. The apply rate is a mean over the last so many seconds (range 0.5 to
// 10).
constexpr double rate_memory_s = 2;
// A replica that has said nothing for so long does not count (range 2 to 60).
constexpr DurationNs silent_after = 5 * ns_per_s;
}  // namespace

FlowControl::FlowControl(const Options& options)
    : on_(options.flow_control),
      target_s_(options.target_apply_lag_s),
      largest_delay_ms_(options.flow_control_max_delay_ms) {}

void FlowControl::reported(NodeId replica, TimeNs now, std::uint64_t applied, std::uint64_t end) {
  if (!on_) return;
  auto known = std::find_if(reports_.begin(), reports_.end(),
                            [&](const Report& r) { return r.replica == replica; });
  if (known == reports_.end()) {
    reports_.push_back({replica, now, applied});
    return;
  }
  Report& report = *known;
  const double since_s = to_s(now - report.at);
  if (since_s <= 0) return;
  const bool busy = report.lag_s > 0;
  const double rate = static_cast<double>(applied - std::min(report.applied, applied)) / since_s;
  const double share = std::min(1.0, since_s / rate_memory_s);
  if (busy || report.applied_per_s < rate)
    report.applied_per_s += (rate - report.applied_per_s) * share;
  report.at = now;
  report.applied = applied;
  const auto backlog = static_cast<double>(end - std::min(applied, end));
  report.lag_s = report.applied_per_s > 0 ? backlog / report.applied_per_s : 0;

  // Nothing up to the target, everything at twice the target, in proportion between.
  const double beyond = std::clamp(largest_lag_s() / target_s_ - 1, 0.0, 1.0);
  delay_ = from_ms(beyond * largest_delay_ms_);
}

double FlowControl::largest_lag_s() const {
  TimeNs newest = 0;
  for (const Report& r : reports_) newest = std::max(newest, r.at);
  double largest = 0;
  for (const Report& r : reports_)
    if (newest - r.at <= silent_after) largest = std::max(largest, r.lag_s);
  return largest;
}

}  // namespace writepath::mysql
