#include "sim/report/comparison.hpp"

#include <algorithm>

#include "sim/metrics/find_metric.hpp"
#include "sim/stats/intervals.hpp"

namespace writepath {
namespace {

struct Pairs {
  std::vector<double> baseline, value, difference;
};

Seen seen_in(const Comparison& c) {
  if (!c.low) return Seen::too_few_pairs;
  if (*c.high < 0) return Seen::lower;
  if (*c.low > 0) return Seen::higher;
  return Seen::no_difference;
}

void fill(Comparison& c, const Pairs& pairs, double confidence) {
  c.pairs = pairs.difference.size();
  c.confidence = confidence;
  const bool by_mean = c.method == IntervalMethod::student_t;
  c.pairs_needed = by_mean ? 2 : stats::least_for_median(confidence);
  if (c.pairs == 0) return;
  const auto middle = by_mean ? stats::mean_of : stats::median_of;
  c.baseline_value = middle(pairs.baseline);
  c.value = middle(pairs.value);
  c.mean = stats::mean_of(pairs.difference);
  c.median = stats::median_of(pairs.difference);
  const auto interval = by_mean ? stats::mean_interval(pairs.difference, confidence)
                                : stats::median_interval(pairs.difference, confidence);
  if (!interval) return;
  c.low = interval->low;
  c.high = interval->high;
  c.confidence = interval->confidence;
  c.seen = seen_in(c);
}

Comparison compared(const std::string& metric, std::size_t baseline, std::size_t other,
                    const std::vector<std::vector<RunSummary>>& runs, double confidence) {
  Comparison c;
  c.metric = metric;
  c.architecture = runs.front()[other].architecture;
  c.method = method_of(metric);
  Pairs pairs;
  for (const std::vector<RunSummary>& of_seed : runs) {
    const auto a = compared_value(of_seed[baseline], metric);
    const auto b = compared_value(of_seed[other], metric);
    c.baseline_missing += !a;
    c.missing += !b;
    if (!a || !b) continue;
    pairs.baseline.push_back(*a);
    pairs.value.push_back(*b);
    pairs.difference.push_back(*b - *a);
  }
  fill(c, pairs, confidence);
  return c;
}

}  // namespace

const char* name_of(IntervalMethod method) {
  return method == IntervalMethod::student_t ? "student_t" : "order_statistics";
}

const char* name_of(Seen seen) {
  switch (seen) {
    case Seen::lower:
      return "lower";
    case Seen::higher:
      return "higher";
    case Seen::no_difference:
      return "no difference seen";
    case Seen::too_few_pairs:
      return "too few pairs";
  }
  return "";
}

IntervalMethod method_of(const std::string& metric) {
  for (const char* end : {"_p50", "_p95", "_p99", "_p999", "_max"})
    if (metric.ends_with(end)) return IntervalMethod::order_statistics;
  return IntervalMethod::student_t;
}

std::optional<double> compared_value(const RunSummary& run, const std::string& metric) {
  if (!metric.starts_with("fault.")) {
    const Metric* found = find_metric(run, metric);
    return found ? found->value : std::nullopt;
  }
  const std::size_t begin = std::string("fault.").size(), end = metric.rfind('.');
  const SubjectMetrics* fault = find_subject(run.faults, metric.substr(begin, end - begin));
  if (!fault || !fault->applicable) return std::nullopt;
  const Metric* found = find_metric(fault->metrics, metric.substr(end + 1));
  return found ? found->value : std::nullopt;
}

std::vector<std::string> usual_metrics(const Scenario& scenario) {
  std::vector<std::string> metrics{"commits_per_s",
                                   "commit_latency_ms_mean",
                                   "commit_latency_ms_p50",
                                   "commit_latency_ms_p99",
                                   "replica_lag_ms_mean",
                                   "replica_lag_ms_p50",
                                   "replica_lag_ms_p99",
                                   "total_ios_per_commit",
                                   "network_bytes_per_commit",
                                   "cross_az_bytes_per_commit"};
  if (scenario.faults.empty()) return metrics;
  for (const char* metric : {"commits_lost", "write_availability", "read_availability"})
    metrics.push_back(metric);
  for (const FaultSpec& fault : scenario.faults)
    for (const char* metric : {"rpo_transactions", "rto_s", "write_unavailable_s"})
      metrics.push_back("fault." + fault.id + "." + metric);
  return metrics;
}

CompareReport compare(const Scenario& scenario, const CompareRequest& request,
                      const std::vector<std::vector<RunSummary>>& runs) {
  CompareReport report;
  report.scenario = scenario;
  report.request = request;
  const std::size_t architectures = scenario.architectures.size();
  std::size_t baseline = 0;
  while (scenario.architectures[baseline].name != request.baseline) ++baseline;
  for (const std::vector<RunSummary>& of_seed : runs) {
    report.seeds.push_back(of_seed.front().seed);
    for (const RunSummary& run : of_seed)
      for (const CheckResult& check : run.checks)
        if (check.verdict == CheckResult::Verdict::broken)
          report.broken_checks.push_back(run.architecture + ", seed " + std::to_string(run.seed) +
                                         ": " + check.name);
  }
  const auto count = static_cast<double>(request.metrics.size() * (architectures - 1));
  const double each = request.family ? 1 - (1 - request.confidence) / count : request.confidence;
  for (const std::string& metric : request.metrics)
    for (std::size_t a = 0; a < architectures; ++a)
      if (a != baseline) report.comparisons.push_back(compared(metric, baseline, a, runs, each));
  return report;
}

}  // namespace writepath
