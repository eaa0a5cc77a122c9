#pragma once
// Flow control of RDS's Multi-AZ clusters: while a replica applies too far behind, each commit is
// delayed at its end. Only the target and the place of the delay are published (Amazon RDS user
// guide, Multi-AZ DB cluster deployments); the control law is ours.
#include <vector>

#include "models/mysql_binlog/options.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace writepath::mysql {

/// How often a replica says what it has applied; assumption, range 0.05 to 1 s.
inline constexpr DurationNs apply_report_interval = ns_per_s / 10;

class FlowControl {
 public:
  explicit FlowControl(const Options& options);

  /// A replica says what it has applied; the binlog ends at `end`.
  void reported(NodeId replica, TimeNs now, std::uint64_t applied, std::uint64_t end);
  /// What the commit that ends now must wait.
  DurationNs delay() const { return delay_; }

 private:
  struct Report {
    NodeId replica;
    TimeNs at = 0;
    std::uint64_t applied = 0;
    double applied_per_s = 0;  ///< while it had something to apply
    double lag_s = 0;          ///< until it will have applied what is there now
  };
  double largest_lag_s() const;

  bool on_;
  double target_s_, largest_delay_ms_;
  DurationNs delay_ = 0;
  std::vector<Report> reports_;
};

}  // namespace writepath::mysql
