#pragma once
// pt-heartbeat: a row that is updated beside the primary, whichever that is, with the time of the
// primary's clock; and on each replica a reader that compares the newest row it sees with its own
// clock. The updates are real transactions, but no commits of the workload.
//
// The updater is one process: while an update hangs, no other one is sent. Its rows are kept until
// every replica has shown a newer one, so memory follows the replicas' backlog.
#include <vector>

#include "sim/core/ring.hpp"
#include "sim/observe/lineage.hpp"
#include "sim/workload/client_node.hpp"

namespace writepath {

/// Sizes: measured, MariaDB 10.11 with three transactions of 905 bytes for each heartbeat wrote 759
/// bytes of binlog a commit, which leaves 320 for a heartbeat; redo by assumption, range 200 to
/// 600. Its weight is 0, so that no client draws it.
TransactionType heartbeat_transaction();

class Heartbeat final : public FactSink {
 public:
  /// The clients' scenario must hold heartbeat_transaction(). Updates are sent before `stop`;
  /// replicas are read until then, or until they have shown the last row.
  Heartbeat(Clients& clients, ReplicationModel& model, TimeNs stop);
  /// Once every node has been declared and the world is sealed.
  void begin();

  void on(const CommitOrdered& fact) override;
  void on(const LineageForked& fact) override { lineage_.on(fact); }

 private:
  struct Row {
    LogPlace place;
    TimeNs stamp;
  };
  struct Update {  ///< under way
    TxnId txn;
    NodeId server;
    TimeNs stamp, sent;
  };
  struct Reader {
    NodeId node;
    std::uint64_t newest = 0;  ///< number of the newest row that it has shown
  };
  class UnderWay;

  void post_update(NodeId beside);
  void update(NodeId server);
  bool hangs(NodeId server) const;
  Task<> write(NodeId server, TxnId txn, TimeNs stamp);
  void post_reading(std::size_t reader);
  void read(Reader& reader);
  /// Number of the newest row in the history that ends at `visible`; rows_.end(): none that is
  /// kept.
  std::uint64_t newest_in(LogPlace visible) const;
  bool is_read(const Reader& reader) const;
  void forget_old_rows();

  /// True time until the node's clock shows its next whole interval, `skew` later.
  DurationNs until_next(NodeId node, DurationNs skew) const;

  Clients& clients_;
  ReplicationModel& model_;
  std::uint32_t type_ = 0;
  DurationNs interval_, skew_;
  TimeNs stop_;
  Lineage lineage_;
  Ring<Row> rows_;
  std::vector<Update> under_way_;
  std::vector<Reader> readers_;
};

}  // namespace writepath
