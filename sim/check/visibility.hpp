#pragma once
// Nobody reads what is later lost, unless the architecture says so or disks were lost; and where
// the model states how far its log is durable (LogAdvanced "durable_seq"), no replica shows more
// than that.
#include <string>
#include <vector>

#include "sim/metrics/config.hpp"
#include "sim/metrics/lineage.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class VisibilityCheck {
 public:
  VisibilityCheck(const MetricsConfig& config, const Lineage& lineage)
      : config_(config), lineage_(lineage) {}

  void on(const ReadDone& fact);
  void on(const ReplicaProgress& fact);
  void on(const LogAdvanced& fact);
  void on(const FaultStruck& fact);
  void on(const LineageForked& fact);
  CheckResult finish(const FinalState& state) const;

 private:
  /// The read that saw the most of each epoch: if it saw nothing that was lost, none did.
  struct Furthest {
    TimeNs at;
    NodeId server;
    LogPlace seen;
  };

  const MetricsConfig& config_;
  const Lineage& lineage_;
  std::vector<Furthest> furthest_;
  const char* durable_mark_ = nullptr;  ///< the model's own pointer, once it was recognised
  const char* other_mark_ = nullptr;    ///< the last one that was not
  bool states_durable_ = false;
  std::uint64_t durable_ = 0;
  TimeNs disks_lost_at_ = never;
  std::string undurable_;  ///< the first time that a replica showed too much
};

}  // namespace writepath
