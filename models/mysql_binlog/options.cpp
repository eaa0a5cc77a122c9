#include "models/mysql_binlog/options.hpp"

#include <algorithm>

namespace writepath::mysql {

void describe(Fields& f, ApplierOptions& o) {
  f.about("The replica's single applier thread.");
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

namespace {

std::int64_t replicas_of(const ArchitectureSpec& architecture) {
  return std::count_if(architecture.nodes.begin(), architecture.nodes.end(),
                       [](const NodeSpec& n) { return n.role == NodeRole::replica; });
}

void describe_semi_sync(Fields& f, Options& o, const ArchitectureSpec& architecture) {
  f.choice(
      "semi_sync", o.semi_sync,
      {{"off", SemiSyncMode::off},
       {"after_sync", SemiSyncMode::after_sync},
       {"after_commit", SemiSyncMode::after_commit}},
      {"Semi-synchronous replication: where a commit waits for a replica's acknowledgement", "",
       "MySQL 8.0 manual, 17.4.10: AFTER_SYNC is rpl_semi_sync_source_wait_point's default; off "
       "is the server's default"});
  f.integer("rpl_semi_sync_source_wait_for_replica_count", o.wait_for_replica_count, {1, 100},
            {"Acknowledgements that a commit waits for", "replicas",
             "MySQL 8.0 manual, rpl_semi_sync_source_wait_for_replica_count, default 1"});
  f.number("rpl_semi_sync_source_timeout_ms", o.semi_sync_timeout_ms, {1, 1e9},
           {"Without an acknowledgement for this long, the source falls back to asynchronous", "ms",
            "MySQL 8.0 manual, rpl_semi_sync_source_timeout, default 10000"});
  if (o.semi_sync == SemiSyncMode::off) return;
  const std::int64_t replicas = replicas_of(architecture);
  f.require(o.wait_for_replica_count <= replicas, "rpl_semi_sync_source_wait_for_replica_count",
            [&] {
              return "waits for " + std::to_string(o.wait_for_replica_count) + " replicas, but '" +
                     architecture.name + "' has " + std::to_string(replicas) +
                     ": every commit would stall until the timeout. Legal: 1 to " +
                     std::to_string(std::max<std::int64_t>(replicas, 1));
            });
}

void describe_replication(Fields& f, Options& o) {
  f.object("applier", o.applier, {"The applier of each replica"});
  f.boolean("sync_relay_log", o.sync_relay_log,
            {"true: the relay log is flushed before a semi-synchronous acknowledgement "
             "(sync_relay_log = 1); false: it is left to the operating system",
             "",
             "MySQL 8.0 manual, sync_relay_log, default 10000 events: practically never before an "
             "acknowledgement"});
  f.integer("binlog_event_header_bytes", o.binlog_event_header_bytes, {0, 10'000},
            {"Added to each transaction's binlog_bytes on the wire", "bytes",
             "MySQL internals manual: an event header of 19 bytes"});
  f.integer("replica_ack_bytes", o.replica_ack_bytes, {1, 10'000},
            {"Size of a semi-synchronous acknowledgement", "bytes", "assumption, range 30 to 100"});
  f.number("send_buffer_mb", o.send_buffer_mb, {0.01, 10'000},
           {"Binlog that a dump thread may have on its way before it waits", "MB",
            "Linux tcp(7): tcp_wmem's default maximum of 4 MB"});
  f.number("source_connect_retry_s", o.source_connect_retry_s, {0.1, 86'400},
           {"A replica that lost its source tries again after this", "s",
            "MySQL 8.0 manual, SOURCE_CONNECT_RETRY, default 60"});
}

void describe_innodb(Fields& f, Options& o) {
  f.number("commit_cpu_us", o.commit_cpu_us, {0, 1e6},
           {"CPU time of COMMIT itself", "us",
            "measurement: MariaDB 10.11's commit takes 0.03 ms beyond its two flushes; rounded, "
            "assumption, range 10 to 50"});
  f.number("innodb_redo_log_capacity_mb", o.innodb_redo_log_capacity_mb, {8, 131'072},
           {"Redo log that bounds how long a changed page may stay in memory only", "MB",
            "MySQL 8.0 manual, innodb_redo_log_capacity, default 104857600"});
  f.number(
      "innodb_adaptive_flushing_lwm_percent", o.innodb_adaptive_flushing_lwm_percent, {0, 70},
      {"Pages whose oldest change lies further back than this share of the redo log are flushed",
       "%", "MySQL 8.0 manual, innodb_adaptive_flushing_lwm, default 10"});
  f.number("innodb_io_capacity", o.innodb_io_capacity, {100, 1e7},
           {"Pages that the background flushes each second in any case", "pages/s",
            "MySQL 8.0 manual, innodb_io_capacity, default 200"});
}

void describe_failover(Fields& f, Options& o, const Scenario& scenario) {
  f.number(
      "server_start_s", o.server_start_s, {0, 3600},
      {"From the process's start until crash recovery begins", "s", "assumption, range 1 to 10"});
  f.number("instance_start_s", o.instance_start_s, {0, 3600},
           {"From the start of a new instance (add_replica) until its process can begin to copy",
            "s", "assumption, range 2 to 600, the same for every architecture"});
  f.number("crash_recovery_mb_per_s", o.crash_recovery_mb_per_s, {0.1, 100'000},
           {"Redo that crash recovery replays in a second", "MB/s",
            "Percona Server 5.5.7 blog measurements: 8 GB of redo in 471 to 897 s, 9 to 17 MB/s if "
            "the log "
            "was full; newer servers are faster, range 9 to 200"});
  f.number("promote_s", o.promote_s, {0, 3600},
           {"From a drained relay log until the new source accepts writes", "s",
            "assumption, range 0.2 to 2"});
  f.text("monitor_az", o.monitor_az, TextRule::reference,
         {"Where the failover monitor runs; left out: the first AZ without the initial primary"});
  const bool known = o.monitor_az.empty() ||
                     std::any_of(scenario.network.regions.begin(), scenario.network.regions.end(),
                                 [&](const Region& r) {
                                   return std::count(r.azs.begin(), r.azs.end(), o.monitor_az) > 0;
                                 });
  f.require(known, "monitor_az", [&] { return "unknown AZ '" + o.monitor_az + "'"; });
  f.object("detector", o.detector, {"How the monitor finds a dead source"});
  f.number("monitor_answer_timeout_s", o.monitor_answer_timeout_s, {0.1, 3600},
           {"How long a restarted server asks the monitor for its role before it trusts its own "
            "configuration; also how long the monitor waits for a replica's position",
            "s", "assumption, range 1 to 10"});
}

}  // namespace

void describe(Fields& f, Options& o, const ArchitectureSpec& architecture,
              const Scenario& scenario) {
  f.about("MySQL replication by binlog: a source, its replicas, and a failover monitor.");
  describe_semi_sync(f, o, architecture);
  describe_replication(f, o);
  describe_innodb(f, o);
  describe_failover(f, o, scenario);
}

}  // namespace writepath::mysql
