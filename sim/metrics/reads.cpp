#include "sim/metrics/reads.hpp"

#include <algorithm>

namespace writepath {
namespace {

bool has_reads(const Scenario& scenario) {
  const auto& reads = scenario.workload.reads;
  return std::any_of(reads.begin(), reads.end(),
                     [](const ReadLoad& load) { return load.rate_per_s > 0; });
}

}  // namespace

Reads::Reads(const MetricsConfig& config, const Backlog& backlog, const Lineage& lineage,
             TimeSeries& series)
    : config_(config), series_(series), nodes_(config.nodes.size()) {
  // A read ends with its answer's timeout, after it has waited for a connection at most as long.
  const DurationNs longest = 2 * from_s(config.scenario->workload.session.timeout_s);
  if (config.key_of && has_reads(*config.scenario))
    stale_.emplace(config, backlog, lineage, longest);
}

void Reads::on(const ReadDone& fact) {
  moved(fact.at);
  if (fact.ok) series_.read(fact.server.value, fact.at, fact.at - fact.started);
  if (fact.started < config_.window_begin || fact.started >= config_.window_end) return;
  const auto verdict = fact.ok && stale_ ? stale_->judge(fact) : StaleReads::Verdict::unknown;
  const auto count = [&](Counts& counts) {
    ++(fact.ok ? counts.done : counts.failed);
    if (fact.ok) counts.latency.add(fact.at - fact.started);
    counts.judged += verdict != StaleReads::Verdict::unknown;
    counts.stale += verdict == StaleReads::Verdict::stale;
  };
  count(all_);
  if (fact.server != no_node) count(nodes_[fact.server.value]);
}

void Reads::put(Metrics& to, const Counts& counts) {
  using writepath::put;
  put(to, "reads_done", static_cast<double>(counts.done));
  put(to, "reads_failed", static_cast<double>(counts.failed));
  put_latency(to, "read_latency_ms", counts.latency, false);
  put(to, "stale_read_fraction",
      ratio(static_cast<double>(counts.stale), static_cast<double>(counts.judged)));
}

}  // namespace writepath
