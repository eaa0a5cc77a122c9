#pragma once
// Flow control of RDS's Multi-AZ clusters: while a replica applies too far behind, each commit is
// delayed at its end. Only the target and the place of the delay are published (Amazon RDS user
// guide, Multi-AZ DB cluster deployments); the control law is ours.
#include <vector>

#include "models/mysql_binlog/options.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace writepath::mysql {

class FlowControl {
 public:
  explicit FlowControl(const Options& options);

  /// A replica says how far its applier is behind; once a second.
  void reported(NodeId replica, TimeNs now, DurationNs lag);
  /// What the commit that ends now must wait.
  DurationNs delay() const { return delay_; }

 private:
  struct Report {
    NodeId replica;
    TimeNs at = 0;
    DurationNs lag = 0;
    double growth = 0;  ///< seconds of lag a second
  };
  const Report& worst() const;

  bool on_;
  double target_s_;
  DurationNs largest_delay_, delay_ = 0;
  std::vector<Report> reports_;
};

}  // namespace writepath::mysql
