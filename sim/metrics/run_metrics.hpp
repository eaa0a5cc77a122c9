#pragma once
// All folds of a run behind one sink: facts go in, a RunSummary comes out.
#include <memory>

#include "sim/metrics/config.hpp"
#include "sim/metrics/run_summary.hpp"
#include "sim/observe/fact_log.hpp"

namespace writepath {

class RunMetrics {
 public:
  explicit RunMetrics(MetricsConfig config);
  ~RunMetrics();

  void add_to(FactLog& log);
  /// Call once, after the last fact. Fills everything but RunSummary::checks.
  RunSummary finish(const FinalState& state);

 private:
  class Folds;
  std::unique_ptr<Folds> folds_;
};

}  // namespace writepath
