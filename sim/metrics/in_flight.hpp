#pragma once
// What has been seen so far of each client's transaction that has no outcome yet.
#include <array>
#include <cstdint>

#include "sim/core/check.hpp"
#include "sim/core/flat_map.hpp"
#include "sim/core/ring.hpp"
#include "sim/metrics/lineage.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

constexpr std::size_t most_steps = 16;  ///< of a model's write path

struct TransactionState {
  std::array<LogPlace, 2> places{};  ///< where it was ordered; twice only if a model replays it
  TimeNs commit_sent = never;
  std::uint32_t steps_begun = 0;  ///< 1 + the highest step so far
  bool steps_in_order = true;
  std::array<TimeNs, most_steps> steps{};  ///< first time of each
  std::uint32_t steps_seen = 0;            ///< bits
};

class InFlight {
 public:
  /// A client that tries again does not say that its last attempt is over: attempts older than
  /// `forget_after` are dropped.
  explicit InFlight(DurationNs forget_after) : forget_after_(forget_after) {}

  TransactionState* find(TxnId txn) { return states_.find(txn.value); }
  std::size_t size() const { return states_.size(); }

  /// Calls dropped(state) for each attempt that it drops.
  template <class Dropped>
  void on(const TransactionStarted& fact, Dropped&& dropped) {
    states_[fact.txn.value] = {};
    started_.push({fact.txn, fact.at});
    for (; !started_.empty(); started_.pop()) {
      const Started& oldest = started_.front();
      TransactionState* const state = find(oldest.txn);
      if (state && oldest.at >= fact.at - forget_after_) break;
      if (!state) continue;
      dropped(*state);
      states_.erase(oldest.txn.value);
    }
  }
  void on(const CommitSent& fact) {
    if (TransactionState* state = find(fact.txn)) state->commit_sent = fact.at;
  }
  void on(const CommitOrdered& fact) {
    TransactionState* state = find(fact.txn);
    if (!state) return;
    if (!is_place(state->places[0]))
      state->places[0] = fact.place;
    else if (state->places[0] != fact.place)
      state->places[1] = fact.place;
  }
  void on(const StepDone& fact) {
    TransactionState* state = find(fact.txn);
    if (!state || fact.step >= most_steps) return;
    if (fact.step + 1 < state->steps_begun)
      state->steps_in_order = false;
    else
      state->steps_begun = fact.step + 1;
    const std::uint32_t bit = 1u << fact.step;
    if (!(state->steps_seen & bit)) state->steps[fact.step] = fact.at;
    state->steps_seen |= bit;
  }
  void forget(TxnId txn) { states_.erase(txn.value); }

 private:
  struct Started {
    TxnId txn;
    TimeNs at;
  };
  DurationNs forget_after_;
  FlatMap<TransactionState> states_;
  Ring<Started> started_;
};

}  // namespace writepath
