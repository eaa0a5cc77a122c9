#include "sim/check/undo.hpp"

#include <algorithm>

#include "sim/check/words.hpp"

namespace writepath {

namespace {
std::string transaction(TxnId txn) { return "transaction " + std::to_string(txn.value); }
}  // namespace

void UndoCheck::broken(TimeNs at, NodeId node, const std::string& what) {
  if (witness_.empty()) witness_ = name_in(config_, node) + " " + words_at(at) + ": " + what;
}

void UndoCheck::on(const CommitOrdered& fact) {
  ordered_[fact.txn.value] = fact.place;
  remembered_.push(fact.txn);
  if (remembered_.size() <= most_remembered) return;
  ordered_.erase(remembered_.front().value);
  remembered_.pop();
}

void UndoCheck::on(const FoundInFlight& fact) {
  ++found_in_all_;
  if (const Found* const earlier = found_.find(fact.txn.value)) {
    // Unless the one who found it first was given up without going down.
    if (earlier->epoch == fact.epoch)
      broken(fact.at, fact.node, transaction(fact.txn) + " was found in flight twice");
    free_rows(fact.txn, *earlier);
  } else {
    under_way_.push_back(fact.txn);
  }
  Found found{fact.node, fact.epoch, fact.key_seed, fact.rows, {}};
  if (const LogPlace* const place = ordered_.find(fact.txn.value)) found.ordered = *place;
  found_[fact.txn.value] = found;
}

void UndoCheck::on(const LineageForked& fact) {
  for (const TxnId txn : under_way_) {
    Found& found = *found_.find(txn.value);
    if (found.epoch != fact.epoch) continue;
    found.opened = true;
    if (is_place(found.ordered) && lineage_.covers(fact.kept, found.ordered))
      broken(
          fact.at, fact.node,
          transaction(txn) + " had committed as " + words(found.ordered) + ", and is to be undone");
    for (std::uint32_t i = 0; i < found.rows; ++i) {
      Held& row = held_[config_.key_of(found.key_seed, i)];
      if (row.by != no_txn && row.by != txn)
        broken(fact.at, fact.node,
               transaction(txn) + " and " + transaction(row.by) +
                   " are both in flight with the same row changed");
      row = {txn, fact.epoch};
    }
  }
}

void UndoCheck::on(const CommitAcked& fact) {
  if (held_.size() == 0) return;
  for (std::uint32_t i = 0; i < fact.keys; ++i) {
    const Held* const row = held_.find(config_.key_of(fact.key_seed, i));
    if (row != nullptr && row->since == fact.place.epoch)
      broken(fact.at, fact.client,
             transaction(fact.txn) + " committed a row that " + transaction(row->by) +
                 " had changed, before that was undone");
  }
}

void UndoCheck::on(const Undone& fact) {
  // Somebody who does not know yet that a later epoch has begun: nothing of it will be kept.
  if (!lineage_.forks().empty() && fact.epoch < lineage_.forks().back().epoch) return;
  const Found* const found = found_.find(fact.txn.value);
  if (found == nullptr || found->epoch != fact.epoch || !found->opened)
    return broken(fact.at, fact.node,
                  transaction(fact.txn) + " was undone, and was not found in flight");
  free_rows(fact.txn, *found);
  found_.erase(fact.txn.value);
  under_way_.erase(std::find(under_way_.begin(), under_way_.end(), fact.txn));
}

void UndoCheck::on(const NodeDown& fact) {
  std::erase_if(under_way_, [&](TxnId txn) {
    const Found found = *found_.find(txn.value);
    if (found.by != fact.node) return false;
    free_rows(txn, found);
    found_.erase(txn.value);
    return true;
  });
}

void UndoCheck::free_rows(TxnId txn, const Found& found) {
  if (!found.opened) return;
  for (std::uint32_t i = 0; i < found.rows; ++i) {
    const Key key = config_.key_of(found.key_seed, i);
    const Held* const row = held_.find(key);
    if (row != nullptr && row->by == txn) held_.erase(key);
  }
}

std::optional<CheckResult> UndoCheck::finish() const {
  if (found_in_all_ == 0) return std::nullopt;
  CheckResult result{CheckResult::Verdict::holds, "undo", witness_};
  if (!witness_.empty()) result.verdict = CheckResult::Verdict::broken;
  return result;
}

}  // namespace writepath
