#include "models/aurora_quorum/layout.hpp"

#include <algorithm>

namespace writepath::aurora {

namespace {
std::uint64_t bytes_of_gb(double gb) { return static_cast<std::uint64_t>(gb * 1e9 + 0.5); }
}  // namespace

Layout::Layout(double size_gb, double page_kb, double segment_gb, std::uint64_t keys)
    : page_bytes_(std::max<std::uint64_t>(1, static_cast<std::uint64_t>(page_kb * 1024 + 0.5))),
      pages_(std::max<std::uint64_t>(1, (bytes_of_gb(size_gb) + page_bytes_ - 1) / page_bytes_)),
      // Rounded up, so that a volume of n times segment_gb has n groups, not n + 1.
      pages_per_group_((bytes_of_gb(segment_gb) + page_bytes_ - 1) / page_bytes_),
      keys_(std::max<std::uint64_t>(1, keys)),
      groups_(static_cast<std::uint32_t>((pages_ + pages_per_group_ - 1) / pages_per_group_)) {}

std::uint64_t Layout::segment_bytes(GroupId group) const {
  const std::uint64_t before = group * pages_per_group_;
  return std::min(pages_per_group_, pages_ - before) * page_bytes_;
}

}  // namespace writepath::aurora
