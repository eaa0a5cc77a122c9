#include "sim/scenario/distribution_form.hpp"

#include <algorithm>

namespace writepath {
namespace {

/// A shape with the legal range of its values, so that `describe` learns both.
template <class Shape>
struct Ranged {
  Shape shape;
  Range values;
};

Range positive(Range values) { return {std::max(values.min, 0.0), values.max, true}; }

void describe(Fields& f, Ranged<Uniform>& uniform) {
  f.about("Any value between two, equally likely.");
  f.number("low", uniform.shape.low, uniform.values, {"Least value."}, Presence::required);
  f.number("high", uniform.shape.high, uniform.values, {"Greatest value."}, Presence::required);
  f.require(uniform.shape.low <= uniform.shape.high, "high",
            [] { return std::string("must be at least low"); });
}

void describe(Fields& f, Ranged<Exponential>& exponential) {
  f.about("Exponential distribution.");
  f.number("mean", exponential.shape.mean, exponential.values, {"Mean."}, Presence::required);
}

void describe(Fields& f, Ranged<Lognormal>& lognormal) {
  f.about("Lognormal distribution, given by what people know of a latency.");
  f.number("median", lognormal.shape.median, positive(lognormal.values), {"Median."},
           Presence::required);
  f.number("p99", lognormal.shape.p99, positive(lognormal.values), {"99th percentile."},
           Presence::required);
  f.require(lognormal.shape.median <= lognormal.shape.p99, "p99",
            [] { return std::string("must be at least the median"); });
}

void describe(Fields& f, Ranged<Pareto>& pareto) {
  f.about("Pareto distribution: P(X > x) = (scale / x)^shape for x >= scale.");
  f.number("scale", pareto.shape.scale, positive(pareto.values), {"Least value."},
           Presence::required);
  f.number("shape", pareto.shape.shape, {1, 1000},
           {"Exponent of the tail; the mean is infinite at 1."}, Presence::required);
}

bool ascends(const std::vector<std::pair<double, double>>& points) {
  for (std::size_t i = 1; i < points.size(); ++i)
    if (points[i].first < points[i - 1].first || points[i].second < points[i - 1].second)
      return false;
  return true;
}

void describe(Fields& f, Ranged<Empirical>& empirical) {
  f.about("A histogram: values are spread evenly between its points.");
  Empirical& shape = empirical.shape;
  f.number("low", shape.low, empirical.values, {"Least value."});
  std::vector<std::pair<double, double>> points;
  for (const Empirical::Point& point : shape.points)
    points.emplace_back(point.upper, point.cumulative);
  f.pairs("points", points,
          {"[upper, cumulative]: the share of values up to each upper bound; both ascend, the last "
           "share is 1."},
          Presence::required);
  shape.points.clear();
  for (const auto& [upper, cumulative] : points) shape.points.push_back({upper, cumulative});

  const Range range = empirical.values;
  f.require(!points.empty() && points.back().second == 1, "points",
            [] { return std::string("must end with the cumulative share 1"); });
  f.require(ascends(points) && (points.empty() || points.front().second >= 0), "points",
            [] { return std::string("must ascend, both the upper bounds and the shares"); });
  f.require(
      points.empty() || (shape.low <= points.front().first && points.back().first <= range.max),
      "points",
      [range] { return "must have upper bounds from low to " + std::to_string(range.max); });
}

/// One of the alternatives: all of them in a form to be read, only the chosen one to be written.
template <class Shape>
void alternative(Fields& f, const char* key, DistributionForm& form, Shape& shape, Doc doc) {
  std::optional<Ranged<Shape>> ranged;
  if (form.chosen.empty() || form.chosen == key) ranged = Ranged<Shape>{shape, form.values};
  f.object(key, ranged, doc);
  if (ranged) shape = ranged->shape;
}

}  // namespace

DistributionForm::DistributionForm(Range range) : values(range) {}

DistributionForm::DistributionForm(const Distribution& distribution, Range range) : values(range) {
  struct Fill {
    DistributionForm& form;
    void operator()(const Constant& c) const { form.chosen = "constant", form.constant = c.value; }
    void operator()(const Uniform& u) const { form.chosen = "uniform", form.uniform = u; }
    void operator()(const Exponential& e) const {
      form.chosen = "exponential", form.exponential = e;
    }
    void operator()(const Lognormal& l) const { form.chosen = "lognormal", form.lognormal = l; }
    void operator()(const Pareto& p) const { form.chosen = "pareto", form.pareto = p; }
    void operator()(const Empirical& e) const { form.chosen = "empirical", form.empirical = e; }
    void operator()(const Mixture& m) const {
      form.chosen = "mixture";
      for (const Mixture::Part& part : m.parts)
        form.mixture.push_back({part.weight, part.distribution, form.values});
    }
  };
  std::visit(Fill{*this}, distribution.shape);
}

Distribution DistributionForm::value() const {
  if (chosen == "uniform") return {uniform};
  if (chosen == "exponential") return {exponential};
  if (chosen == "lognormal") return {lognormal};
  if (chosen == "pareto") return {pareto};
  if (chosen == "empirical") return {empirical};
  if (chosen == "mixture") {
    Mixture result;
    for (const Part& part : mixture) result.parts.push_back({part.weight, part.distribution});
    return {result};
  }
  return {Constant{constant}};
}

void describe(Fields& f, DistributionForm::Part& part) {
  f.about("A part of a mixture.");
  f.number("weight", part.weight, {0, 1e12}, {"Its share, in proportion to the sum of weights."},
           Presence::required);
  f.distribution("distribution", part.distribution, part.values, {"Its distribution."},
                 Presence::required);
}

void describe(Fields& f, DistributionForm& form) {
  f.about("A random quantity in the unit of its key: give exactly one key.", "distribution");
  std::optional<double> constant;
  if (form.chosen == "constant") constant = form.constant;
  f.number("constant", constant, form.values, {"Always this; a plain number means the same."});
  if (constant) form.constant = *constant;
  alternative(f, "uniform", form, form.uniform, {"Between two values."});
  alternative(f, "exponential", form, form.exponential, {"By its mean."});
  alternative(f, "lognormal", form, form.lognormal, {"By its median and 99th percentile."});
  alternative(f, "pareto", form, form.pareto, {"By its least value and its tail."});
  alternative(f, "empirical", form, form.empirical, {"By a histogram."});
  if (form.chosen.empty() || form.chosen == "mixture")
    f.list("mixture", form.mixture, 1, {"One of several, by their weights."}, Presence::optional,
           DistributionForm::Part{1, {}, form.values});
  const std::vector<const char*> keys{"constant", "uniform",   "exponential", "lognormal",
                                      "pareto",   "empirical", "mixture"};
  f.exactly_one_of(keys);
  for (const char* key : keys)
    if (f.has(key)) form.chosen = key;
  double sum = 0;
  for (const DistributionForm::Part& part : form.mixture) sum += part.weight;
  f.require(form.chosen != "mixture" || sum > 0, "mixture",
            [] { return std::string("must have weights whose sum is above 0"); });
}

}  // namespace writepath
