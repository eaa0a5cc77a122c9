#pragma once
// The incomplete beta function, of which Student's t and the binomial distribution are made. By
// sim/core/math.hpp alone: the same bits on every processor.
namespace writepath::stats {

/// log Gamma(x), x >= 0.5. Relative error of Gamma below 1e-13.
double log_gamma(double x);

/// I_x(a, b), regularised; a, b >= 0.5 and x in [0, 1].
double incomplete_beta(double a, double b, double x);

}  // namespace writepath::stats
