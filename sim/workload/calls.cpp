#include "sim/workload/calls.hpp"

namespace writepath {

CallId CallTable::open(ReplyToken caller) {
  std::uint32_t slot;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Entry& entry = entries_[slot];
  ++entry.generation;
  entry.caller = caller;
  return {slot, entry.generation};
}

}  // namespace writepath
