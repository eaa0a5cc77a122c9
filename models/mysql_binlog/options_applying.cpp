// Options of how replicas apply: workers, what may run in parallel, order, delay.
#include <algorithm>

#include "models/mysql_binlog/options.hpp"

namespace writepath::mysql {

void describe(Fields& f, ApplierOptions& o) {
  f.about("What it costs a replica to apply.");
  f.choice("cost", o.cost,
           {{"full", ApplierOptions::Cost::full}, {"none", ApplierOptions::Cost::none}},
           {"full: each transaction takes CPU time and its own redo and binlog flush. none: an "
            "ablation, applying is free while shipping stays as it is"});
  f.number(
      "transaction_us", o.transaction_us, {0, 1e7},
      {"CPU time to apply a transaction, its rows apart", "us",
       "measurement: MariaDB 10.11 with a 2 ms flush applies 230 transactions of 2 rows a second, "
       "0.19 ms beyond its two flushes (0.12 ms with 5 ms); split by assumption, range 20 to 100"});
  f.number("row_us", o.row_us, {0, 1e7},
           {"CPU time to apply one row", "us", "as transaction_us; assumption, range 20 to 100"});
}

void describe(Fields& f, ReplicaOptions& o) {
  f.about("What one replica does differently.");
  f.text("id", o.id, TextRule::reference, {"Id of a replica of this architecture."},
         Presence::required);
  f.number(
      "source_delay_s", o.source_delay_s, {0, 2'147'483'647},
      {"It applies a transaction no earlier than so long after the source's time stamp, by its "
       "own clock. Clients' reads are not sent to a delayed replica; a promotion ends the delay",
       "s", "MySQL 8.0 manual, 17.4.11, SOURCE_DELAY, default 0"});
}

namespace {

void describe_workers(Fields& f, Options& o) {
  f.integer(
      "replica_parallel_workers", o.replica_parallel_workers, {0, 1024},
      {"Workers of each replica's applier; 0 or 1: a single applier. (MariaDB: "
       "slave_parallel_threads)",
       "workers",
       "MySQL 8.0 manual, replica_parallel_workers, default 4 since 8.0.27, 0 before; MariaDB "
       "documentation, slave_parallel_threads, default 0"});
  f.choice(
      "replica_parallel_type", o.replica_parallel_type,
      {{"logical_clock", ParallelType::logical_clock},
       {"conservative", ParallelType::conservative},
       {"optimistic", ParallelType::optimistic}},
      {"What may run in parallel. logical_clock (MySQL): whatever the source's stamps allow. "
       "conservative (MariaDB): transactions of one commit group; the next group begins when "
       "all of this one are ready to commit. optimistic (MariaDB): everything but DDL and what "
       "waited for a row at the source; who holds a row that an earlier one needs is rolled "
       "back and begins anew after it",
       "",
       "MySQL 8.0 manual, replica_parallel_type, default LOGICAL_CLOCK since 8.0.27; MariaDB "
       "documentation, slave_parallel_mode; sql/rpl_parallel.cc of MariaDB 10.11"});
  f.boolean(
      "replica_preserve_commit_order", o.replica_preserve_commit_order,
      {"true: workers commit in the source's order. false: as they finish; a replica may show "
       "a transaction before an earlier one. (MariaDB always keeps the order)",
       "", "MySQL 8.0 manual, replica_preserve_commit_order, default ON since 8.0.27"});
  f.require(
      o.replica_preserve_commit_order || o.replica_parallel_type == ParallelType::logical_clock,
      "replica_preserve_commit_order",
      [] {
        return std::string(
            "can only be false with replica_parallel_type logical_clock: MariaDB's workers "
            "always commit in order");
      },
      {"replica_parallel_type"});
  f.integer("replica_checkpoint_group", o.replica_checkpoint_group, {32, 524'280},
            {"The coordinator runs at most so far ahead of the oldest transaction that is not "
             "committed",
             "transactions", "MySQL 8.0 manual, replica_checkpoint_group, default 512"});
}

void describe_tracking(Fields& f, Options& o) {
  f.choice("binlog_transaction_dependency_tracking", o.dependency_tracking,
           {{"commit_order", DependencyTracking::commit_order},
            {"writeset", DependencyTracking::writeset}},
           {"How the source finds what depends on what. commit_order: two are independent if both "
            "held their locks at a time. writeset: if they change no row in common",
            "",
            "MySQL 8.0 manual, binlog_transaction_dependency_tracking, default COMMIT_ORDER; "
            "sql/rpl_trx_tracking.cc"});
  f.integer("binlog_transaction_dependency_history_size", o.dependency_history_size, {1, 1e6},
            {"Rows of which the source remembers who changed them last (writeset)", "rows",
             "MySQL 8.0 manual, binlog_transaction_dependency_history_size, default 25000"});
}

void check_replicas(Fields& f, const Options& o, const ArchitectureSpec& architecture) {
  const auto is_replica = [&](const std::string& id) {
    return std::any_of(
        architecture.nodes.begin(), architecture.nodes.end(),
        [&](const NodeSpec& n) { return n.id == id && n.role == NodeRole::replica; });
  };
  std::vector<std::string> seen;
  for (const ReplicaOptions& replica : o.replicas) {
    const std::string name = "'" + replica.id + "'";
    f.require(is_replica(replica.id), "replicas",
              [&] { return name + " is no replica of '" + architecture.name + "'"; }, {"replicas"});
    f.require(std::count(seen.begin(), seen.end(), replica.id) == 0, "replicas",
              [&] { return name + " stands there twice"; }, {"replicas"});
    seen.push_back(replica.id);
  }
}

}  // namespace

void describe_applying(Fields& f, Options& o, const ArchitectureSpec& architecture) {
  f.object("applier", o.applier, {"The applier of each replica."});
  describe_workers(f, o);
  describe_tracking(f, o);
  f.list("replicas", o.replicas, 0, {"Replicas that differ from the others"});
  check_replicas(f, o, architecture);
}

DurationNs Options::source_delay(const std::string& node) const {
  for (const ReplicaOptions& replica : replicas)
    if (replica.id == node) return from_s(replica.source_delay_s);
  return 0;
}

}  // namespace writepath::mysql
