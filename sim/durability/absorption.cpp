// When a chain is absorbed, solved without a subtraction: elimination in the manner of Grassmann,
// Taksar and Heyman (Operations Research 33, 1985) keeps every digit of a chance of 1e-30.
#include <limits>

#include "sim/durability/chain.hpp"

namespace writepath::durability {
namespace {

class Elimination {
 public:
  /// `killing`: a further way out of every state, per second.
  Elimination(const Chain& chain, double killing) : n_(chain.from.size()), lower_(n_), upper_(n_) {
    std::vector<double> rate(n_ * n_, 0.0), out(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      out[i] = killing + chain.loss_rate[i];
      for (const Transition& t : chain.from[i]) rate[i * n_ + t.to] = t.rate;
    }
    leave_.resize(n_);
    for (std::size_t m = n_; m-- > 0;) eliminate(m, rate, out);
  }

  /// Solves leave_i x_i = b_i + sum of rate_ij x_j over all j.
  void solve(std::vector<double>& b) const {
    for (std::size_t m = n_; m-- > 1;)
      for (const Entry& e : upper_[m]) b[e.index] += e.value * b[m];
    for (std::size_t m = 0; m < n_; ++m) {
      for (const Entry& e : lower_[m]) b[m] += e.value * b[e.index];
      b[m] = leave_[m] > 0 ? b[m] / leave_[m] : std::numeric_limits<double>::infinity();
    }
  }

 private:
  struct Entry {
    std::size_t index;
    double value;
  };

  void eliminate(std::size_t m, std::vector<double>& rate, std::vector<double>& out) {
    double* const row = &rate[m * n_];
    leave_[m] = out[m];
    for (std::size_t j = 0; j < m; ++j)
      if (row[j] > 0) {
        leave_[m] += row[j];
        lower_[m].push_back({j, row[j]});
      }
    if (leave_[m] <= 0) return;
    for (std::size_t i = 0; i < m; ++i) {
      const double to_m = rate[i * n_ + m];
      if (to_m <= 0) continue;
      const double share = to_m / leave_[m];
      upper_[m].push_back({i, share});
      out[i] += share * out[m];
      for (const Entry& e : lower_[m])
        if (e.index != i) rate[i * n_ + e.index] += share * e.value;
    }
  }

  std::size_t n_;
  std::vector<std::vector<Entry>> lower_, upper_;
  std::vector<double> leave_;
};

}  // namespace

double mean_time_to_loss_s(const Chain& chain) {
  if (chain.lost_at_once) return 0;
  std::vector<double> time(chain.from.size(), 1.0);
  Elimination(chain, 0).solve(time);
  return time[0];
}

// The horizon becomes k exponential phases of the same mean in all, which needs one elimination and
// k solutions. With the k-th chance u(k) the horizon spreads by 1/sqrt(k); its second derivative,
// from the neighbours, takes the error of order 1/k back. What is left is below 1e-5.
double loss_probability(const Chain& chain, double horizon_s) {
  if (chain.lost_at_once) return 1;
  constexpr int phases = 128;
  const double rate = phases / horizon_s;
  const Elimination elimination(chain, rate);
  std::vector<double> lost(chain.from.size(), 0.0);
  double before = 0, at = 0, after = 0;
  for (int phase = 1; phase <= phases + 1; ++phase) {
    for (std::size_t i = 0; i < lost.size(); ++i) lost[i] = chain.loss_rate[i] + rate * lost[i];
    elimination.solve(lost);
    before = at;
    at = after;
    after = lost[0];
  }
  const double chance = at - phases / 2.0 * (after - 2 * at + before);
  return chance < 0 ? 0 : chance > 1 ? 1 : chance;
}

}  // namespace writepath::durability
