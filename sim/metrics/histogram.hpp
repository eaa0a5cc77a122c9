#pragma once
// A mergeable histogram of signed nanoseconds (a lag may be negative). Up to 4096 samples are kept
// as they are, so that small counts are exact; then they fold into logarithmic buckets, 128 to an
// octave, whose middle is at most 1/256 (0.4 %) off. Count, mean, minimum and maximum are always
// exact.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/metrics/int128.hpp"

namespace writepath {

class Histogram {
 public:
  static constexpr std::size_t exact_samples = 4096;

  void add(DurationNs value);
  void merge(const Histogram& other);
  void clear();  ///< keeps its memory

  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  Int128 sum() const { return sum_; }
  /// Undefined without samples, as are the next three.
  double mean() const { return static_cast<double>(sum_) / static_cast<double>(count_); }
  DurationNs min() const { return min_; }
  DurationNs max() const { return max_; }
  /// Nearest rank: the smallest sample with at least p per cent of all samples at or below it.
  /// 0 <= p <= 100, resolved to a millionth of a per cent.
  DurationNs percentile(double p) const;

  /// A value and how many samples have it (a bucket's middle once folded), ascending.
  struct Step {
    DurationNs value;
    std::uint64_t count;
  };
  std::vector<Step> steps() const;

 private:
  void fold();
  void add_to_bucket(DurationNs value, std::uint64_t times);
  DurationNs value_at_rank(std::uint64_t rank) const;

  std::uint64_t count_ = 0;
  Int128 sum_ = 0;
  DurationNs min_ = 0, max_ = 0;
  mutable std::vector<DurationNs> raw_;  ///< sorted on demand
  mutable bool sorted_ = true;
  bool folded_ = false;
  std::vector<std::uint64_t> positive_, negative_;  ///< by magnitude
};

/// HdrHistogram's percentile text (.hgrm), values in milliseconds, 5 lines for each halving of what
/// is left above. Plotters for it exist.
std::string percentile_text(const Histogram&);

}  // namespace writepath
