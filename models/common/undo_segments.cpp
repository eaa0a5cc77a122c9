#include "models/common/undo_segments.hpp"

#include <algorithm>

namespace writepath {

void UndoSegments::Table::apply(const Mark& mark) {
  const std::uint64_t txn = mark.is.txn.id.value;
  if (mark.ended) {
    const std::uint32_t* const slot = slot_of.find(txn);
    if (slot == nullptr) return;
    slots[*slot].txn.id = no_txn;  // free
    free.push_back(*slot);
    slot_of.erase(txn);
    return;
  }
  if (const std::uint32_t* const known = slot_of.find(txn)) {
    slots[*known] = mark.is;
    return;
  }
  std::uint32_t slot;
  if (free.empty()) {
    slot = static_cast<std::uint32_t>(slots.size());
    slots.push_back(mark.is);
  } else {
    slot = free.back();
    free.pop_back();
    slots[slot] = mark.is;
  }
  slot_of[txn] = slot;
}

void UndoSegments::settle(std::uint64_t lsn) {
  for (; !marks_.empty() && marks_.front().lsn <= lsn; marks_.pop()) settled_.apply(marks_.front());
}

void UndoSegments::truncate(std::uint64_t lsn) {
  settle(lsn);
  marks_.restart(marks_.end());
}

std::vector<InFlightTransaction> UndoSegments::in_flight_at(std::uint64_t lsn) const {
  Table table = settled_;
  for (std::uint64_t n = marks_.begin(); n != marks_.end() && marks_.at(n).lsn <= lsn; ++n)
    table.apply(marks_.at(n));
  std::vector<InFlightTransaction> list;
  for (const InFlightTransaction& slot : table.slots)
    if (slot.txn.id != no_txn) list.push_back(slot);
  std::sort(list.begin(), list.end(),
            [](const InFlightTransaction& a, const InFlightTransaction& b) {
              return a.txn.id > b.txn.id;
            });
  return list;
}

}  // namespace writepath
