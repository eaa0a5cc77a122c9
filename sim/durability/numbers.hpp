#pragma once
// Small probabilities without cancellation.
namespace writepath::durability {

double log1p(double x);  ///< log(1 + x), x > -1
double expm1(double x);  ///< e^x - 1
/// That at least one of so many independent groups loses, each with probability p.
double any_of(double p, double groups);
/// Student's t: half of the 95 % interval in standard errors, for so many degrees of freedom.
double t_95(int degrees);

}  // namespace writepath::durability
