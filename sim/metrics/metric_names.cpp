#include "sim/metrics/metric_names.hpp"

#include <utility>

#include "sim/metrics/costs.hpp"
#include "sim/metrics/prices.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {
namespace {

using List = std::vector<MetricInfo>;

void append(List& to, List more) {
  for (MetricInfo& info : more) to.push_back(std::move(info));
}

List percentiles(const std::string& base, const std::string& of, bool p999) {
  List list{{base + "_mean", "ms", of + ": mean, exact"},
            {base + "_p50", "ms", of + ": median"},
            {base + "_p95", "ms", of + ": 95th percentile, nearest rank"},
            {base + "_p99", "ms", of + ": 99th percentile"}};
  if (p999) list.push_back({base + "_p999", "ms", of + ": 99.9th percentile"});
  list.push_back({base + "_max", "ms", of + ": maximum, exact"});
  return list;
}

List outcomes() {
  List list{
      {"commits_acked", "transactions", "acknowledged to their client"},
      {"commits_failed", "transactions",
       "known not to have happened: aborted, refused, never sent"},
      {"commits_unknown", "transactions", "COMMIT was sent and no answer came"},
      {"commits_unknown_retried", "transactions", "of these, those that their client tried again"},
      {"commits_per_s", "1/s", "commits_acked over the measured window's length"},
      {"availability", "",
       "acknowledged transactions over all that ended: acked, failed, or unknown and not "
       "tried again"}};
  append(list, percentiles("commit_latency_ms", "COMMIT sent to acknowledgement received", true));
  append(list, percentiles("transaction_latency_ms",
                           "intended start of the transaction to its acknowledgement", true));
  return list;
}

List settled() {
  return {
      {"commit_availability", "",
       "seconds in which at least one commit of the workload was acknowledged, over all whole "
       "seconds of the measured window, warmup_s to duration_s; it says little where clients "
       "commit less often than once a second; null without clients"},
      {"commits_unknown_committed", "transactions",
       "unknown to the client, but in the final log, once"},
      {"commits_unknown_lost", "transactions", "unknown to the client, and not in the final log"},
      {"commits_unknown_duplicated", "transactions",
       "unknown to the client, and in the final log twice, or beside another attempt at the same "
       "work"},
      {"step_order_violations", "transactions",
       "acknowledged transactions that passed the write path's steps out of order"},
      {"deadlocks", "transactions",
       "rolled back because they would have waited in a circle; their "
       "clients begin anew"},
      {"lock_wait_timeouts", "transactions", "rolled back after the longest wait for a row lock"},
      {"semi_sync_fallbacks", "times",
       "a source stopped waiting for its semi-synchronous replicas, silently"}};
}

List lags() {
  List list = percentiles("replica_lag_ms",
                          "first visible on a replica minus acknowledged to the client; negative "
                          "values count; what never became visible counts as long as it waited",
                          false);
  append(list,
         {{"replica_lag_unapplied", "transactions", "never became visible (once for each replica)"},
          {"replica_lag_ms_final", "ms",
           "at the run's end: age of the oldest acknowledged transaction not visible; 0: none"},
          {"replica_lag_growth_s_per_s", "s/s",
           "least-squares slope of lag against commit time, over what became visible"},
          {"stale_read_probability_1ms", "",
           "share of lags above 1 ms: a read that long after an "
           "acknowledgement misses it"},
          {"stale_read_probability_10ms", "", "the same at 10 ms"},
          {"stale_read_probability_100ms", "", "the same at 100 ms"},
          {"stale_read_probability_1000ms", "", "the same at 1 s"}});
  append(list, percentiles("heartbeat_lag_ms",
                           "pt-heartbeat's figure: age of the newest heartbeat row by the "
                           "replica's clock, less workload.heartbeat.skew_s",
                           false));
  append(
      list,
      {{"seconds_behind_source_p50", "s",
        "median of the readings of Seconds_Behind_Source that were not NULL"},
       {"seconds_behind_source_max", "s", "largest Seconds_Behind_Source that a replica reported"},
       {"seconds_behind_source_null_s", "s",
        "time during which it was NULL, by a reading a second; summed over replicas"},
       {"aurora_replica_lag_ms_max", "ms",
        "largest AuroraReplicaLag that a reader reported: age of the writer's newest state "
        "shown, by the reader's clock"},
       {"records_applied", "records", "redo records applied to pages in replicas' caches"},
       {"records_discarded", "records", "redo records that concerned no cached page"},
       {"applier_row_waits", "times",
        "a replica's worker waited for a row that an earlier transaction held"},
       {"applier_rollbacks", "times",
        "a replica's worker rolled back because an earlier transaction needed its row"},
       {"applied_ahead", "transactions",
        "visible on a replica before one that was committed earlier at the source"}});
  return list;
}

List reads() {
  List list{{"reads_done", "reads", "answered"},
            {"reads_failed", "reads", "refused or unanswered"}};
  append(list, percentiles("read_latency_ms", "read begun to answer received", false));
  append(list,
         {{"stale_read_fraction", "",
           "reads that missed the newest version of their key acknowledged before they began"}});
  return list;
}

List page_reads() {
  List list{
      {"page_reads", "reads",
       "pages that were not in a buffer pool, read from shared storage (Aurora)"},
      {"page_reads_failed", "reads", "no storage node could serve"},
      {"page_reads_hedged", "requests",
       "sent to a further storage node because one was later than usual"},
      {"page_reads_refused", "requests",
       "turned down: the segment was not complete up to the read point, or no longer keeps it"}};
  append(list, percentiles("page_read_latency_ms", "a page's read from shared storage", true));
  return list;
}

List pages() {
  List list{{"primary_buffer_pool_hit_ratio", "",
             "pages that the primary found in its buffer pool, over those that it asked for, by "
             "counts once a second (Aurora)"},
            {"replica_buffer_pool_hit_ratio", "", "the same of all replicas"}};
  append(list, page_reads());
  append(
      list,
      {{"storage_log_kept_mb_mean", "MB",
        "redo that a storage node keeps, not yet collected as garbage: mean over nodes and time"},
       {"storage_log_kept_mb_max", "MB", "the same: maximum"}});
  return list;
}

List pages_of_replica() {
  List list{{"buffer_pool_hit_ratio", "",
             "pages found in its buffer pool, over those asked for, by counts once a second"}};
  append(list, page_reads());
  return list;
}

List costs() {
  return {
      {"primary_ios_per_commit", "I/Os",
       "storage writes and reads of the primary over commits_acked"},
      {"storage_ios_per_commit", "I/Os", "the same of storage nodes"},
      {"replica_ios_per_commit", "I/Os", "the same of replicas"},
      {"total_ios_per_commit", "I/Os", "the same of all nodes"},
      {"primary_write_bytes_per_commit", "bytes",
       "written to the primary's storage over commits_acked"},
      {"storage_write_bytes_per_commit", "bytes", "the same of storage nodes"},
      {"replica_write_bytes_per_commit", "bytes", "the same of replicas"},
      {"total_write_bytes_per_commit", "bytes", "the same of all nodes"},
      {"primary_storage_writes", "I/Os", "writes to the primary's storage in the measured window"},
      {"replica_storage_writes", "I/Os", "writes to replicas' storage in the measured window"},
      {"network_bytes_per_commit", "bytes",
       "sent by all nodes, clients included, backups not, over commits_acked"},
      {"cross_az_bytes_per_commit", "bytes", "of these, sent to another AZ"},
      {"primary_messages_per_commit", "messages",
       "sent by the primary to replicas and storage nodes with log or pages, over commits_acked"},
      {"primary_shipped_bytes_per_commit", "bytes", "in these messages, over commits_acked"},
      {"page_bytes_sent", "bytes", "whole pages that the primary sent over the network"},
      {"database_ios_per_commit", "I/Os",
       "network I/Os of the database node as Aurora's Table 1 counts them (SIGMOD 2017, S3.2), "
       "over "
       "commits_acked: writes to its own volume, and redo sent to storage nodes, once for each "
       "copy; not what mirrors make of them, nor what goes to replicas"},
      {"database_io_bytes_per_commit", "bytes", "in these, over commits_acked"},
      {"storage_node_ios_per_commit", "I/Os",
       "of these, what reaches the volume, or one storage node (the mean of all that wrote)"},
      {"storage_node_write_bytes_per_commit", "bytes",
       "written to that volume, or to one storage node's device: log and pages"},
      {"mirror_ios_per_commit", "I/Os",
       "writes that mirrors add, and Table 1 doesn't count: at the standby's volume, and at "
       "further "
       "copies of both volumes"},
      {"backup_bytes_per_commit", "bytes",
       "log and pages staged to S3 by storage nodes, over commits_acked"},
      {"boxcars_per_commit", "boxcars",
       "boxcars of redo that left the writer, over commits_acked: database_ios_per_commit is this "
       "times the copies"},
      {"boxcar_records_mean", "records", "redo records in a boxcar"},
      {"boxcar_open_ms_mean", "ms", "first record put in to departure: mean, exact"},
      {"boxcar_open_ms_p99", "ms", "first record put in to departure: 99th percentile"},
      {"backup_lag_s_max", "s",
       "greatest age of what S3 had of a storage node, just before it got more"},
      {"segments_repaired", "segments",
       "segments that another storage node took over, in the whole run; null: no membership "
       "changed"},
      {"repairs_reversed", "segments",
       "changes of membership that went back: the first node returned, or the new one was lost"},
      {"repair_bytes_copied", "bytes", "of these segments, copied over the network"}};
}

List run_failures() {
  return {
      {"commits_lost", "transactions", "acknowledged at any time and absent from the final log"},
      {"commits_lost_without_fault", "transactions",
       "of these, left out by a failover before any fault struck"},
      {"split_brain_transactions", "transactions",
       "acknowledged in an epoch after another epoch had forked from it, at positions that the "
       "new one does not have: by an old primary after a new one took over"},
      {"split_brain_s", "s",
       "from when both sides had acknowledged a transaction until one had acknowledged its last; "
       "summed over failovers"},
      {"errant_transactions", "transactions",
       "in some server's data at the end, acknowledged or not, and absent from the final log"},
      {"heartbeats_written", "heartbeats",
       "heartbeat rows whose update was acknowledged; null if the heartbeat is off"},
      {"heartbeats_lost", "heartbeats", "of these, absent from the final log"},
      {"write_availability", "",
       "share of the write probes of the measured window that succeeded within probe.timeout_s; "
       "those of clients that a fault struck itself are left out; null without faults"},
      {"read_availability", "", "the same for read probes, which any server may answer"}};
}

List breakdowns() {
  List list;
  for (std::size_t i = 0; i < static_cast<std::size_t>(CommitPart::count_); ++i) {
    const std::string part = name_of(static_cast<CommitPart>(i));
    list.push_back({"commit_latency_breakdown_ms." + part, "ms",
                    "mean of this part of the commit latency; the parts add up to its mean"});
  }
  for (const char* part : {"ship", "queue", "apply", "visibility_wait"})
    list.push_back({std::string("replica_lag_breakdown_ms.") + part, "ms",
                    "mean of this part of the lag, over what became visible"});
  for (const char* kind : traffic_kinds)
    list.push_back({std::string("cross_az_bytes_per_commit.") + kind, "bytes",
                    "of cross_az_bytes_per_commit, this traffic's"});
  for (const char* kind : traffic_kinds)
    list.push_back({std::string("cross_az_messages_per_commit.") + kind, "messages",
                    "sent to another AZ as this traffic, over commits_acked"});
  return list;
}

List fault() {
  return {
      {"episode", "", "number of the episode: overlapping faults share one, and its losses"},
      {"rpo_transactions", "transactions",
       "acknowledged at any time, absent from the final log, and lost in this episode"},
      {"recoverable_transactions", "transactions", "of these, still on some node's disk"},
      {"rpo_s", "s", "from the first to the last acknowledgement of these"},
      {"rpo_heartbeats", "heartbeats",
       "acknowledged heartbeat rows lost in this episode; null if the heartbeat is off"},
      {"rto_s", "s",
       "fault to the first acknowledged transaction (a write probe's too) that started after it "
       "and "
       "survives; 0: commits were never interrupted (no failover, and no longer than the longest "
       "wait for a commit before any fault); null: never"},
      {"detect_s", "s", "part of rto_s: until the failure was detected"},
      {"detect_configured_s", "s",
       "of detect_s: from the first missed check, as interval, number and time-out of checks say "
       "(all of detect_s if the architecture does not state that check), or until a process was "
       "started again as restart_after_s says (input)"},
      {"detect_rest_s", "s", "the rest of detect_s (emergent)"},
      {"elect_s", "s", "part of rto_s: until the new primary was chosen"},
      {"start_s", "s",
       "part of rto_s: what it waited because options say so: to start, to be promoted, to get a "
       "host (input)"},
      {"survey_s", "s",
       "part of rto_s: until it had learnt from others where history ends (Aurora: a read quorum)"},
      {"recover_s", "s",
       "part of rto_s: until it accepted writes (MySQL: redo replayed, relay log applied; Aurora: "
       "truncation recorded, write quorum whole, transactions in flight listed)"},
      {"reconnect_s", "s", "part of rto_s: until the client whose commit came first had sent it"},
      {"first_commit_s", "s",
       "part of rto_s: until that commit was acknowledged (it may wait for a replica, a quorum or "
       "the "
       "network)"},
      {"commits_stalled", "transactions",
       "commits in flight when commits were interrupted, or sent before they went on"},
      {"in_flight_transactions", "transactions",
       "that had changed rows and not committed, found by the primary that opened after this fault "
       "and before the next; their rows stay locked until they are undone; 0: none, or nobody "
       "opened"},
      {"undo_s", "s",
       "from that opening until the last of them was undone, in the background: no part of rto_s; "
       "null: the run ended, or the primary went down, before"},
      {"write_unavailable_s", "s",
       "time without successful write probes from AZs that are alive: the share that failed, over "
       "the time from the fault until the next episode or the end of probing"},
      {"read_unavailable_s", "s", "the same for reads"},
      {"time_to_full_redundancy_s", "s",
       "until commits went on and every struck server was up, had its data and (replicas) followed "
       "at less than 1 s, or (storage nodes) others had all its segments; null: never"},
      {"split_brain_transactions", "transactions", "of the run's, in this episode"},
      {"split_brain_s", "s", "of the run's, in this episode"}};
}

List operation() {
  return {{"time_to_ready_s", "s", "operation's start until the node says that it serves reads"},
          {"time_to_first_read_s", "s", "until it answered a client's read"},
          {"time_to_caught_up_s", "s", "until it was ready and lagged by less than 1 s"},
          {"bytes_copied", "bytes", "data copied to the node before it was ready"}};
}

List registers() {
  return {
      {"register_operations", "operations", "of workload.registers: begun, whatever came of them"},
      {"register_operations_failed", "operations", "known not to have taken place"},
      {"register_operations_in_doubt", "operations",
       "writes that were sent and never answered: they may have taken place"},
      {"registers_not_linearizable", "registers",
       "whose history no order of its operations explains that keeps real time"},
      {"read_your_writes_violations", "operations",
       "reads of a history that lacks a write that the same session had acknowledged"},
      {"monotonic_reads_violations", "operations",
       "reads of a history that lacks what the same session had read"},
      {"monotonic_writes_violations", "operations",
       "writes in a history that lacks an earlier acknowledged write of the same session"},
      {"writes_follow_reads_violations", "operations",
       "writes in a history that lacks what the same session had read"}};
}

List run() {
  List list = outcomes();
  append(list, settled());
  append(list, lags());
  append(list, reads());
  append(list, pages());
  append(list, costs());
  append(list, run_failures());
  append(list, registers());
  for (const CostInfo& cost : cost_metrics()) list.push_back(cost.info);
  append(list, breakdowns());
  return list;
}

List replica() {
  List list = lags();
  append(list, reads());
  append(list, pages_of_replica());
  return list;
}

std::vector<std::string> names(Subject subject) {
  std::vector<std::string> result;
  for (const MetricInfo& info : metrics_of(subject)) result.push_back(info.name);
  return result;
}

}  // namespace

std::span<const MetricInfo> metrics_of(Subject subject) {
  static const List of_run = run(), of_replica = replica(), of_clients = outcomes();
  static const List of_fault = fault(), of_operation = operation();
  switch (subject) {
    case Subject::run:
      return of_run;
    case Subject::replica:
      return of_replica;
    case Subject::clients:
      return of_clients;
    case Subject::fault:
      return of_fault;
    case Subject::operation:
      return of_operation;
  }
  return {};
}

MetricNames metric_names() {
  MetricNames all{.run = names(Subject::run),
                  .fault = names(Subject::fault),
                  .operation = names(Subject::operation),
                  .replica = names(Subject::replica),
                  .clients = names(Subject::clients),
                  .costs = {}};
  for (const CostInfo& cost : cost_metrics()) all.costs.emplace_back(cost.info.name, cost.price);
  return all;
}

std::string metric_names_page() {
  std::string page =
      "# Metrics\n\nA transaction counts if its intended start lies in [warmup_s, duration_s).\n"
      "A value without a sample is null.\n";
  const auto table = [&](const char* title, Subject subject) {
    page += std::string("\n## ") + title + "\n\n| name | unit | meaning |\n|---|---|---|\n";
    for (const MetricInfo& info : metrics_of(subject))
      page += "| `" + info.name + "` | " + info.unit + " | " + info.meaning + " |\n";
  };
  table("Of a run", Subject::run);
  table("Of a replica (\"node\")", Subject::replica);
  table("Of a client group (\"clients\")", Subject::clients);
  table("Of a fault (\"fault\")", Subject::fault);
  table("Of an operation (\"operation\")", Subject::operation);
  return page;
}

}  // namespace writepath
