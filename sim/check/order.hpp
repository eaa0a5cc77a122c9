#pragma once
// One history: the commit order has no gaps; what a replica applies and shows only goes forward,
// along one lineage, never past what was ordered, and never ahead of the stage before it.
#include <array>
#include <string>
#include <vector>

#include "sim/metrics/backlog.hpp"
#include "sim/metrics/config.hpp"
#include "sim/metrics/lineage.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class OrderCheck {
 public:
  OrderCheck(const MetricsConfig& config, const Lineage& lineage)
      : config_(config), lineage_(lineage), replicas_(config.nodes.size()) {}

  void on(const CommitOrdered& fact);
  void on(const ReplicaProgress& fact);
  void on(const ApplierMet& fact);
  /// Call after the lineage knows the fork.
  void on(const LineageForked& fact);
  /// A node begins anew: a restart may show less than before, a rebuilt copy may be another
  /// history.
  void restarted(NodeId node);
  CheckResult finish(const RunSummary& summary) const;

 private:
  struct Ordered {
    Epoch epoch;
    std::uint64_t last;
    bool begun;
  };
  struct Replica {
    std::array<LogPlace, replica_stages> reached{};
  };

  Ordered& ordered(Epoch epoch);
  void broken(TimeNs at, NodeId node, const std::string& what);

  const MetricsConfig& config_;
  const Lineage& lineage_;
  std::vector<Ordered> epochs_;
  std::vector<Replica> replicas_;  ///< by node
  std::string witness_;            ///< the first violation
  std::string gap_;                ///< the first transaction shown before an earlier one
};

}  // namespace writepath
