#pragma once
// Architectures beside a baseline, seed by seed: the same seed gives each the same arrivals, keys
// and faults (common random numbers), so that what is compared is the difference within a pair.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/run_summary.hpp"
#include "sim/report/report.hpp"

namespace writepath {

struct CompareRequest {
  std::string baseline;
  std::vector<std::string> metrics;  ///< of a run, or fault.ID.METRIC
  double confidence = 0.95;
  bool family = false;  ///< Bonferroni: all intervals together have the confidence
};

/// How an interval is made: of the mean by Student's t, or of the median by order statistics.
enum class IntervalMethod { student_t, order_statistics };
const char* name_of(IntervalMethod);
/// Percentiles and maxima have skewed errors, so their differences are compared by their median.
IntervalMethod method_of(const std::string& metric);

enum class Seen { lower, higher, no_difference, too_few_pairs };
const char* name_of(Seen);

struct Comparison {
  std::string metric, architecture;
  IntervalMethod method = IntervalMethod::student_t;
  std::size_t pairs = 0;                          ///< seeds in which both have a value
  std::size_t missing = 0, baseline_missing = 0;  ///< seeds without one
  std::optional<double> baseline_value, value;    ///< mean or median over the pairs
  std::optional<double> mean, median;             ///< of the differences to the baseline
  std::optional<double> low, high;                ///< around the method's one
  double confidence = 0;  ///< of the interval: what was asked for, or a little more
  std::size_t pairs_needed = 2;
  Seen seen = Seen::too_few_pairs;

  std::optional<double> estimate() const {
    return method == IntervalMethod::student_t ? mean : median;
  }
};

struct CompareReport {
  Scenario scenario;
  std::string hash;  ///< of the resolved scenario
  std::vector<std::uint64_t> seeds;
  CompareRequest request;
  std::vector<Comparison> comparisons;  ///< by metric, then architecture
  std::vector<std::string> broken_checks;
};

/// A run's value by its name here.
std::optional<double> compared_value(const RunSummary& run, const std::string& metric);

/// `runs`: by seed, each with every architecture in the scenario's order.
CompareReport compare(const Scenario& scenario, const CompareRequest& request,
                      const std::vector<std::vector<RunSummary>>& runs);

/// What is compared when nothing is asked for: what people choose by, and the scenario's faults.
std::vector<std::string> usual_metrics(const Scenario& scenario);

std::string text_report(const CompareReport&, const TextStyle&);
std::string json_report(const CompareReport&);
/// metric,baseline,architecture,method,pairs,baseline_value,value,difference,low,high,confidence,
/// verdict
std::string csv_report(const CompareReport&);

}  // namespace writepath
