#include "sim/workload/arrivals.hpp"

#include <algorithm>

#include "sim/core/check.hpp"
#include "sim/core/math.hpp"

namespace writepath {

DurationNs exponential_gap(RandomStream& stream, double rate_per_s) {
  // A gap beyond the longest run means: never.
  const double gap_s = std::min(-log(stream.uniform()) / rate_per_s, to_s(2 * longest_run));
  return from_s(gap_s);
}

Arrivals::Batch Arrivals::next() {
  if (loop_.rate_per_s <= 0) return {};
  switch (loop_.arrivals) {
    case OpenLoop::Arrivals::constant:
      // From the start each time: the gap's rounding does not add up.
      ++batches_;
      last_ = start_ + from_s(static_cast<double>(batches_) / loop_.rate_per_s);
      return {last_, 1};
    case OpenLoop::Arrivals::poisson:
      last_ += exponential_gap(stream_, loop_.rate_per_s);
      return {last_, 1};
    case OpenLoop::Arrivals::bursts:
      break;
  }
  const double size = std::max(loop_.burst_size, 1.0);
  last_ += exponential_gap(stream_, loop_.rate_per_s / size);
  carried_ += size;
  const auto count = static_cast<std::uint64_t>(carried_);
  carried_ -= static_cast<double>(count);
  return {last_, count};
}

TransactionMix::TransactionMix(const std::vector<TransactionType>& types,
                               const std::vector<std::string>& names) {
  double total = 0;
  for (std::uint32_t t = 0; t < types.size(); ++t) {
    const bool chosen =
        names.empty() || std::find(names.begin(), names.end(), types[t].name) != names.end();
    if (!chosen || types[t].weight <= 0) continue;
    total += types[t].weight;
    shares_.push_back({t, total});
  }
  WRITEPATH_CHECK(!shares_.empty(), "a client group without a transaction to run");
}

TransactionMix::Draw TransactionMix::draw(RandomStream& stream) const {
  const double at = stream.uniform() * shares_.back().cumulative;
  const std::uint64_t key_seed = stream.next();
  for (const Share& share : shares_)
    if (at < share.cumulative) return {share.type, key_seed};
  return {shares_.back().type, key_seed};
}

}  // namespace writepath
