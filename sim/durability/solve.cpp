#include "sim/durability/solve.hpp"

#include "sim/durability/chain.hpp"
#include "sim/durability/closed_forms.hpp"
#include "sim/durability/numbers.hpp"

namespace writepath::durability {
namespace {

Answer simulated(const Spec& spec, const Placement& placement, Measure measure, Method method) {
  const Estimate chance = method == Method::plain
                              ? by_plain_simulation(spec, placement, measure)
                              : by_importance_sampling(spec, placement, measure);
  return {measure, method, chance, std::nullopt, envelope(spec, placement, measure)};
}

std::vector<Answer> answers_to(const Spec& spec, const Placement& placement, Measure measure) {
  const Method method = spec.method;
  const bool every = method == Method::all;
  std::vector<Answer> answers;
  if (every || method == Method::automatic || method == Method::closed_form)
    if (const std::optional<Answer> exact = by_closed_form(spec, placement, measure))
      answers.push_back(*exact);
  if (every || method == Method::importance_sampling ||
      (method == Method::automatic && answers.empty()))
    answers.push_back(simulated(spec, placement, measure, Method::importance_sampling));
  if (every || method == Method::plain)
    answers.push_back(simulated(spec, placement, measure, Method::plain));
  return answers;
}

}  // namespace

std::optional<Answer> by_closed_form(const Spec& spec, const Placement& placement,
                                     Measure measure) {
  const double groups = spec.groups();
  if (groups > 1 && spec.rates.az_outages_per_year > 0) return std::nullopt;
  const std::optional<Chain> chain = chain_of(spec, placement, measure);
  if (!chain) return std::nullopt;
  const double p = any_of(loss_probability(*chain, year_s), groups);
  return Answer{measure, Method::closed_form, Estimate{p, p, p, 0}, mean_time_to_loss_s(*chain),
                envelope(spec, placement, measure)};
}

std::vector<Measure> asked(const Spec& spec) {
  std::vector<Measure> found;
  for (const Measure measure : measures)
    if (spec.asks_for(name_of(measure))) found.push_back(measure);
  return found;
}

Answers solve(const Spec& spec, const std::vector<Sweep>& sweeps) {
  Answers answers{spec, {}};
  for (const Point& point : points_of(spec, sweeps)) {
    answers.points.push_back({point, {}});
    for (const Placement& placement : point.spec.placements) {
      PlacementAnswers found{placement.name, {}};
      for (const Measure measure : asked(point.spec))
        for (const Answer& answer : answers_to(point.spec, placement, measure))
          found.answers.push_back(answer);
      answers.points.back().placements.push_back(std::move(found));
    }
  }
  return answers;
}

}  // namespace writepath::durability
