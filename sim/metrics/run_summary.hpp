#pragma once
// The result of one run: one architecture, one seed. summary.json is this, and it is all that the
// process that ran it hands back.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/observe/survival.hpp"

namespace writepath {

/// A value by its contract name; empty when it has no sample.
struct Metric {
  std::string name;
  std::optional<double> value;
};
using Metrics = std::vector<Metric>;

/// Metrics of one subject: a replica, a client group, a fault, an operation.
struct SubjectMetrics {
  std::string id;
  std::string kind;        ///< fault or operation kind; role of a node; "" for client groups
  bool applicable = true;  ///< false: a fault whose target does not exist here (if_absent: skip)
  bool censored = false;   ///< rto_s never came before the run ended
  Metrics metrics;
};

struct CheckResult {
  enum class Verdict { holds, broken, unknown } verdict = Verdict::unknown;
  std::string name;
  std::string witness;  ///< the first violation, or why it could not be judged
};

/// I/Os and bytes by place and purpose within the measured window.
struct IoRow {
  std::string place;    ///< "primary", "replica", "storage"
  std::string purpose;  ///< name_of(Purpose)
  std::uint64_t writes = 0, write_bytes = 0, flushes = 0, reads = 0, read_bytes = 0;
  std::uint64_t copy_writes = 0;  ///< made of `writes` by the volume's further copies
};
struct TrafficRow {
  std::string place;    ///< the sender's: "primary", "replica", "storage", "client", "monitor"
  std::string traffic;  ///< name_of(Traffic)
  std::uint64_t messages = 0, bytes = 0, cross_az_messages = 0, cross_az_bytes = 0;
};

struct TimePoint {
  std::int64_t t_ns = 0;
  std::string node;
  std::string metric;
  double value = 0;
};

/// What held from begin to end: a node's role or its being down, a fault, whether commits flow. A
/// moment (a milestone of a failover) begins and ends at once.
struct TimelineRow {
  std::int64_t begin = 0, end = 0;  ///< ns
  std::string subject, state;
  std::string fault;  ///< ids of the faults that hold the subject then, a blank between them
};

struct RunSummary {
  std::string architecture, model;
  std::uint64_t seed = 0;
  std::string fingerprint;  ///< 16 hex digits over every fact
  std::uint64_t events = 0;
  std::vector<Survival> survives;  ///< by its rules; empty: it states none
  Metrics metrics;
  std::vector<SubjectMetrics> replicas, clients, faults, operations;
  std::vector<CheckResult> checks;
  std::vector<Metric> commit_latency_breakdown_ms;  ///< adds up to the mean
  std::vector<Metric> replica_lag_breakdown_ms;     ///< ship, queue, apply, visibility_wait
  std::vector<Metric> write_path_ms;                ///< each step's mean time after COMMIT was sent
  std::vector<Metric> cross_az_bytes_per_commit;    ///< by traffic; adds up to the metric
  std::vector<Metric> cross_az_messages_per_commit;  ///< the same
  std::vector<IoRow> io;
  std::vector<TrafficRow> traffic;
  std::vector<TimePoint> time_series;  ///< timeseries.csv
  std::vector<TimelineRow> timeline;   ///< timeline.csv; empty where nothing failed
  std::string latency_hgrm;            ///< latency.hgrm, HdrHistogram's percentile text
};

}  // namespace writepath
