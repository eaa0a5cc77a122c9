#include "sim/core/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/check.hpp"
#include "sim/core/math.hpp"

namespace writepath {

namespace {

constexpr double z99 = 2.3263478740408408;  // normal_quantile(0.99)

double sigma(const Lognormal& d) { return writepath::log(d.p99 / d.median) / z99; }

double draw(const Constant& d, RandomStream&) { return d.value; }
double draw(const Uniform& d, RandomStream& stream) {
  return d.low + (d.high - d.low) * stream.uniform();
}
double draw(const Exponential& d, RandomStream& stream) {
  return -d.mean * writepath::log(stream.uniform());
}
double draw(const Lognormal& d, RandomStream& stream) {
  const double z = normal_quantile(stream.uniform());
  return d.median == 0 ? 0 : d.median * writepath::exp(sigma(d) * z);
}
double draw(const Pareto& d, RandomStream& stream) {
  return d.scale * writepath::pow(stream.uniform(), -1 / d.shape);
}
double draw(const Empirical& d, RandomStream& stream) {
  const double u = stream.uniform();
  WRITEPATH_CHECK(!d.points.empty(), "an empirical distribution without points");
  const auto above = std::lower_bound(d.points.begin(), d.points.end() - 1, u,
                                      [](const auto& p, double x) { return p.cumulative < x; });
  const bool first = above == d.points.begin();
  const double low = first ? d.low : above[-1].upper;
  const double below = first ? 0 : above[-1].cumulative;
  return low + (above->upper - low) * ((u - below) / (above->cumulative - below));
}
double total_weight(const Mixture& d) {
  double total = 0;
  for (const auto& part : d.parts) total += part.weight;
  WRITEPATH_CHECK(total > 0, "a mixture without weight");
  return total;
}
double draw(const Mixture& d, RandomStream& stream) {
  double left = stream.uniform() * total_weight(d);
  const Mixture::Part* chosen = nullptr;
  for (const auto& part : d.parts) {
    if (part.weight <= 0) continue;
    chosen = &part;  // the last one, should rounding leave a remainder
    if (left < part.weight) break;
    left -= part.weight;
  }
  return chosen->distribution.sample(stream);
}

double mean_of(const Constant& d) { return d.value; }
double mean_of(const Uniform& d) { return (d.low + d.high) / 2; }
double mean_of(const Exponential& d) { return d.mean; }
double mean_of(const Lognormal& d) {
  if (d.median == 0) return 0;
  const double s = sigma(d);
  return d.median * writepath::exp(s * s / 2);
}
double mean_of(const Pareto& d) {
  return d.shape <= 1 ? std::numeric_limits<double>::infinity() : d.scale * d.shape / (d.shape - 1);
}
double mean_of(const Empirical& d) {
  double sum = 0, low = d.low, below = 0;
  for (const auto& point : d.points) {
    sum += (point.cumulative - below) * (low + point.upper) / 2;
    low = point.upper;
    below = point.cumulative;
  }
  return sum;
}
double mean_of(const Mixture& d) {
  double sum = 0;
  for (const auto& part : d.parts)
    if (part.weight > 0) sum += part.weight * part.distribution.mean();
  return sum / total_weight(d);
}

/// c[0] + c[1] r + ... + c[7] r^7
double polynomial(const double (&c)[8], double r) {
  double sum = c[7];
  for (int i = 7; i-- > 0;) sum = sum * r + c[i];
  return sum;
}

}  // namespace

double Distribution::sample(RandomStream& stream) const {
  return std::visit([&](const auto& d) { return draw(d, stream); }, shape);
}

double Distribution::mean() const {
  return std::visit([](const auto& d) { return mean_of(d); }, shape);
}

// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
// Statistics 37 (1988), PPND16: about 1 part in 10^16.
double normal_quantile(double p) {
  constexpr double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                           1.9715909503065514427e+3, 1.3731693765509461125e+4,
                           4.5921953931549871457e+4, 6.7265770927008700853e+4,
                           3.3430575583588128105e+4, 2.5090809287301226727e+3};
  constexpr double b[8] = {1.0,
                           4.2313330701600911252e+1,
                           6.8718700749205790830e+2,
                           5.3941960214247511077e+3,
                           2.1213794301586595867e+4,
                           3.9307895800092710610e+4,
                           2.8729085735721942674e+4,
                           5.2264952788528545610e+3};
  constexpr double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                           5.76949722146069140550e0,  3.64784832476320460504e0,
                           1.27045825245236838258e0,  2.41780725177450611770e-1,
                           2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr double d[8] = {1.0,
                           2.05319162663775882187e0,
                           1.67638483018380384940e0,
                           6.89767334985100004550e-1,
                           1.48103976427480074590e-1,
                           1.51986665636164571966e-2,
                           5.47593808499534494600e-4,
                           1.05075007164441684324e-9};
  constexpr double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                           1.78482653991729133580e0,  2.96560571828504891230e-1,
                           2.65321895265761230930e-2, 1.24266094738807843860e-3,
                           2.71155556874348757815e-5, 2.01033439929228813265e-7};
  constexpr double f[8] = {1.0,
                           5.99832206555887937690e-1,
                           1.36929880922735805310e-1,
                           1.48753612908506148525e-2,
                           7.86869131145613259100e-4,
                           1.84631831751005468180e-5,
                           1.42151175831644588870e-7,
                           2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  const double r = std::sqrt(-writepath::log(q < 0 ? p : 1 - p));
  const double z = r <= 5 ? polynomial(c, r - 1.6) / polynomial(d, r - 1.6)
                          : polynomial(e, r - 5) / polynomial(f, r - 5);
  return q < 0 ? -z : z;
}

}  // namespace writepath
