#include "models/mysql_binlog/flow_control.hpp"

#include <algorithm>

namespace writepath::mysql {

namespace {
// Assumptions, none published: the delay grows or shrinks by so much with each report, begins with
// the smallest, and looks so far ahead that it grows before the target is passed (else it would
// swing: the delay acts on the lag's growth, not on the lag).
constexpr double step = 1.1;                   // range 1.05 to 1.5
constexpr double looks_ahead_s = 10;           // range 2 to 60
constexpr DurationNs smallest_delay = 50'000;  // range 10 us to 1 ms
}  // namespace

FlowControl::FlowControl(const Options& options)
    : on_(options.flow_control),
      target_s_(options.target_apply_lag_s),
      largest_delay_(from_ms(options.flow_control_max_delay_ms)) {}

void FlowControl::reported(NodeId replica, TimeNs now, DurationNs lag) {
  if (!on_) return;
  auto known = std::find_if(reports_.begin(), reports_.end(),
                            [&](const Report& r) { return r.replica == replica; });
  if (known == reports_.end()) {
    reports_.push_back({replica, now, lag, 0});
  } else {
    if (now > known->at)
      known->growth = static_cast<double>(lag - known->lag) / static_cast<double>(now - known->at);
    known->at = now;
    known->lag = lag;
  }
  const Report& behind = worst();
  if (behind.replica != replica) return;
  const double ahead_s = to_s(behind.lag) + looks_ahead_s * behind.growth;
  if (ahead_s > target_s_)
    delay_ =
        std::clamp(round_to_ns(static_cast<double>(delay_) * step), smallest_delay, largest_delay_);
  else
    delay_ = delay_ <= smallest_delay ? 0 : round_to_ns(static_cast<double>(delay_) / step);
}

// A replica that is gone reports no more; what it said last counts until it comes back or another
// one is further behind, no longer than a few seconds.
const FlowControl::Report& FlowControl::worst() const {
  TimeNs newest = 0;
  for (const Report& r : reports_) newest = std::max(newest, r.at);
  const Report* worst = nullptr;
  for (const Report& r : reports_)
    if (newest - r.at <= 5 * ns_per_s && (worst == nullptr || r.lag > worst->lag)) worst = &r;
  return *worst;
}

}  // namespace writepath::mysql
