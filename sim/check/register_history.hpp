#pragma once
// What the registers' clients did and learnt, in order: the history that checks judge and that
// Jepsen's tools can read. Kept whole, so memory is proportional to the operations of the run.
#include <cstdint>
#include <vector>

#include "sim/core/flat_map.hpp"
#include "sim/observe/facts.hpp"
#include "sim/observe/lineage.hpp"

namespace writepath {

struct RegisterOperation {
  std::uint32_t of = 0;       ///< the register
  std::uint32_t client = 0;   ///< 0, 1, ...: one operation at a time
  std::uint32_t process = 0;  ///< Jepsen's: a client in doubt goes on under another number
  bool write = false;
  RegisterOutcome outcome = RegisterOutcome::info;
  std::uint64_t value = 0;  ///< written, or returned by a read that is ok; 0: never written
  /// Places of its beginning and its end among the history's events: 0, 1, 2, ... Who never came
  /// to an end has the end `open`.
  std::uint64_t invoked = 0, done = 0;
  TimeNs invoked_at = 0, done_at = 0;
  NodeId node, server;
  LogPlace place;    ///< ok: of the write, or what the read saw
  LogPlace version;  ///< ok: of the value
  static constexpr std::uint64_t open = UINT64_MAX;
};

class RegisterHistory {
 public:
  void on(const RegisterInvoked& fact);
  void on(const RegisterDone& fact);
  /// Where writes stand: also those whose clients never learnt it.
  void on(const CommitOrdered& fact);

  /// By their beginnings. A read's value is the last write to its register in the history that
  /// ends at what it saw; `lineage` must know every fork of the run.
  std::vector<RegisterOperation> operations(const Lineage& lineage) const;

 private:
  struct Version {
    std::uint32_t of;
    LogPlace place;
    std::uint64_t value;
  };
  void number_processes(std::vector<RegisterOperation>& operations) const;
  static constexpr std::uint32_t none = UINT32_MAX;

  std::vector<RegisterOperation> operations_;
  std::vector<std::uint32_t> under_way_;  ///< by client: its operation
  FlatMap<std::uint32_t> writes_;         ///< by transaction: its operation
  std::vector<Version> versions_;
  std::uint64_t events_ = 0;
};

}  // namespace writepath
