#pragma once
// How a distribution is written: a plain number, or an object with exactly one key.
//   5   {"constant": 5}   {"uniform": {"low": 1, "high": 2}}   {"exponential": {"mean": 3}}
//   {"lognormal": {"median": 1, "p99": 2}}   {"pareto": {"scale": 1, "shape": 3}}
//   {"empirical": {"low": 0, "points": [[1, 0.768], [2, 1]]}}
//   {"mixture": [{"weight": 0.9, "distribution": 1}, {"weight": 0.1, "distribution": 10}]}
// The form is described like everything else, so reader, writer and schema know it too.
#include <string>
#include <vector>

#include "sim/core/distribution.hpp"
#include "sim/scenario/fields.hpp"

namespace writepath {

struct DistributionForm {
  /// An empty form, to be read; `values` is the legal range of what the distribution gives.
  explicit DistributionForm(Range values = {0});
  /// A form that says what the distribution is, to be written.
  DistributionForm(const Distribution&, Range values);

  /// The distribution, when the form has been read without a mistake.
  Distribution value() const;

  struct Part {
    double weight = 1;
    Distribution distribution;
    Range values;
  };

  Range values;
  std::string chosen;  ///< the key; empty in a form that is still to be read
  double constant = 0;
  Uniform uniform;
  Exponential exponential;
  Lognormal lognormal;
  Pareto pareto;
  Empirical empirical;
  std::vector<Part> mixture;
};

void describe(Fields&, DistributionForm&);
void describe(Fields&, DistributionForm::Part&);

}  // namespace writepath
