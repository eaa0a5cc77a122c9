#pragma once
// Segments that other storage nodes took over, in the whole run.
#include <cstdint>
#include <optional>

#include "sim/metrics/put.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class Repairs {
 public:
  void on(const MembershipChanged& fact) {
    changes_ = true;
    repaired_ += fact.step == MembershipStep::completed;
    reversed_ += fact.step == MembershipStep::reversed;
    if (fact.step == MembershipStep::completed) bytes_ += fact.bytes_copied;
  }
  /// Null where no membership changed.
  void put_run(Metrics& to) const {
    put(to, "segments_repaired", value(repaired_));
    put(to, "repairs_reversed", value(reversed_));
    put(to, "repair_bytes_copied", value(bytes_));
  }

 private:
  std::optional<double> value(std::uint64_t counted) const {
    return changes_ ? std::optional(static_cast<double>(counted)) : std::nullopt;
  }

  bool changes_ = false;
  std::uint64_t repaired_ = 0, reversed_ = 0, bytes_ = 0;
};

}  // namespace writepath
