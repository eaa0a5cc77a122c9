#pragma once
// When transactions begin, and which: pure values from named streams, so that every architecture of
// a scenario gets the same ones.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/core/time.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

/// The gap to the next event of a Poisson process; rate_per_s > 0.
DurationNs exponential_gap(RandomStream& stream, double rate_per_s);

/// The arrivals of an open loop, in order of time.
class Arrivals {
 public:
  Arrivals(const OpenLoop& loop, TimeNs start, RandomStream stream)
      : loop_(loop), start_(start), last_(start), stream_(stream) {}

  struct Batch {
    TimeNs at = never;
    std::uint64_t count = 0;  ///< of transactions that arrive together
  };
  /// The next batch; at = never when the rate is 0.
  Batch next();

 private:
  OpenLoop loop_;
  TimeNs start_, last_;
  RandomStream stream_;
  std::uint64_t batches_ = 0;
  double carried_ = 0;  ///< of bursts whose size is no integer
};

/// Draws types by weight. With a single type it draws nothing else than with several: adding a type
/// leaves keys and arrivals as they were.
class TransactionMix {
 public:
  /// `names` empty: every type.
  TransactionMix(const std::vector<TransactionType>& types, const std::vector<std::string>& names);

  struct Draw {
    std::uint32_t type = 0;  ///< index into the scenario's transactions
    std::uint64_t key_seed = 0;
  };
  Draw draw(RandomStream& stream) const;

 private:
  struct Share {
    std::uint32_t type;
    double cumulative;
  };
  std::vector<Share> shares_;
};

}  // namespace writepath
