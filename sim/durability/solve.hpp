#pragma once
// The answer to a durability file: every placement and measure at every point of the sweeps.
#include <optional>
#include <string>
#include <vector>

#include "sim/durability/simulate.hpp"
#include "sim/durability/sweep.hpp"

namespace writepath::durability {

struct Answer {
  Measure measure = Measure::write_quorum;
  Method method = Method::closed_form;
  Estimate chance;
  /// Of one group; only with the closed form. Infinite when it never is lost.
  std::optional<double> mean_time_to_loss_s;
  double envelope = 0;  ///< first-order losses of one group in a year
};

struct PlacementAnswers {
  std::string placement;
  std::vector<Answer> answers;
};

struct PointAnswers {
  Point point;
  std::vector<PlacementAnswers> placements;
};

struct Answers {
  Spec spec;
  std::vector<PointAnswers> points;
};

std::vector<Measure> asked(const Spec&);

/// A method that was asked for by name and does not apply to a measure gives no answer to it.
Answers solve(const Spec&, const std::vector<Sweep>&);

/// The closed form, where one exists: all durations exponential, and one group, or several without
/// AZ outages that they would share.
std::optional<Answer> by_closed_form(const Spec&, const Placement&, Measure);

}  // namespace writepath::durability
