#include "sim/metrics/histogram.hpp"

#include <algorithm>
#include <bit>

namespace writepath {
namespace {

constexpr unsigned sub_bits = 7;  // 128 buckets to an octave
constexpr std::uint64_t sub_count = 1u << sub_bits;
constexpr std::size_t buckets = (64 - sub_bits) * sub_count;

/// Magnitudes below 256 have a bucket each; above, a bucket is 1/128 of its octave's foot wide.
std::size_t bucket_of(std::uint64_t magnitude) {
  if (magnitude < sub_count) return static_cast<std::size_t>(magnitude);
  const unsigned shift = static_cast<unsigned>(std::bit_width(magnitude)) - sub_bits - 1;
  return static_cast<std::size_t>((shift + 1) * sub_count + ((magnitude >> shift) - sub_count));
}

std::uint64_t middle_of(std::size_t bucket) {
  if (bucket < sub_count) return bucket;
  const unsigned shift = static_cast<unsigned>(bucket / sub_count) - 1;
  const std::uint64_t low = (sub_count + bucket % sub_count) << shift;
  return low + ((std::uint64_t{1} << shift) - 1) / 2;
}

std::uint64_t magnitude(DurationNs value) {
  return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

}  // namespace

void Histogram::add(DurationNs value) {
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = count_ == 0 ? value : std::max(max_, value);
  sum_ += value;
  ++count_;
  if (!folded_ && raw_.size() == exact_samples) fold();
  if (folded_) {
    add_to_bucket(value, 1);
  } else {
    if (raw_.empty()) raw_.reserve(exact_samples);
    sorted_ = sorted_ && (raw_.empty() || raw_.back() <= value);
    raw_.push_back(value);
  }
}

void Histogram::add_to_bucket(DurationNs value, std::uint64_t times) {
  std::vector<std::uint64_t>& side = value < 0 ? negative_ : positive_;
  if (side.empty()) side.resize(buckets);
  side[bucket_of(magnitude(value))] += times;
}

void Histogram::fold() {
  folded_ = true;
  for (const DurationNs value : raw_) add_to_bucket(value, 1);
  raw_.clear();
  sorted_ = true;
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = count_ == 0 ? other.max_ : std::max(max_, other.max_);
  sum_ += other.sum_;
  count_ += other.count_;
  if (!folded_ && (other.folded_ || raw_.size() + other.raw_.size() > exact_samples)) fold();
  if (!folded_) {
    raw_.insert(raw_.end(), other.raw_.begin(), other.raw_.end());
    sorted_ = false;
    return;
  }
  for (const DurationNs value : other.raw_) add_to_bucket(value, 1);
  const auto add_side = [](std::vector<std::uint64_t>& to, const std::vector<std::uint64_t>& from) {
    if (to.size() < from.size()) to.resize(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) to[i] += from[i];
  };
  add_side(positive_, other.positive_);
  add_side(negative_, other.negative_);
}

void Histogram::clear() {
  count_ = 0;
  sum_ = 0;
  raw_.clear();
  sorted_ = true;
  if (folded_) {
    std::fill(positive_.begin(), positive_.end(), 0);
    std::fill(negative_.begin(), negative_.end(), 0);
  }
  folded_ = false;
}

DurationNs Histogram::percentile(double p) const {
  constexpr std::uint64_t scale = 100'000'000;
  const auto parts = static_cast<std::uint64_t>(std::clamp(p, 0.0, 100.0) * 1e6 + 0.5);
  const Int128 needed = (static_cast<Int128>(count_) * parts + (scale - 1)) / scale;
  const auto rank = static_cast<std::uint64_t>(needed);
  return value_at_rank(std::clamp<std::uint64_t>(rank, 1, std::max<std::uint64_t>(count_, 1)));
}

DurationNs Histogram::value_at_rank(std::uint64_t rank) const {
  if (count_ == 0) return 0;
  if (!folded_) {
    if (!sorted_) std::sort(raw_.begin(), raw_.end());
    sorted_ = true;
    return raw_[static_cast<std::size_t>(rank - 1)];
  }
  if (rank == 1) return min_;
  if (rank == count_) return max_;
  std::uint64_t seen = 0;
  for (std::size_t i = negative_.size(); i-- > 0;)
    if ((seen += negative_[i]) >= rank)
      return std::clamp(-static_cast<DurationNs>(middle_of(i)), min_, max_);
  for (std::size_t i = 0; i < positive_.size(); ++i)
    if ((seen += positive_[i]) >= rank)
      return std::clamp(static_cast<DurationNs>(middle_of(i)), min_, max_);
  return max_;
}

std::vector<Histogram::Step> Histogram::steps() const {
  std::vector<Step> result;
  if (!folded_) {
    value_at_rank(1);  // sorts
    for (const DurationNs value : raw_) {
      if (result.empty() || result.back().value != value) result.push_back({value, 0});
      ++result.back().count;
    }
    return result;
  }
  const auto push = [&](DurationNs middle, std::uint64_t times) {
    if (times > 0) result.push_back({std::clamp(middle, min_, max_), times});
  };
  for (std::size_t i = negative_.size(); i-- > 0;)
    push(-static_cast<DurationNs>(middle_of(i)), negative_[i]);
  for (std::size_t i = 0; i < positive_.size(); ++i)
    push(static_cast<DurationNs>(middle_of(i)), positive_[i]);
  return result;
}

}  // namespace writepath
