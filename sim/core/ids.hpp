#pragma once
// Distinct integer types, so that a log position is never mistaken for a node.
#include <compare>
#include <cstdint>

namespace writepath {

template <class Tag, class Rep>
struct StrongId {
  Rep value{};
  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;
};

/// Index of a node in its run, in order of deployment. `no_node` means "none".
using NodeId = StrongId<struct NodeTag, std::uint32_t>;
inline constexpr NodeId no_node{UINT32_MAX};

/// A position in a redo log; Aurora's count bytes of redo.
using Lsn = StrongId<struct LsnTag, std::uint64_t>;

/// Number of a lineage: each failover that can cut history off begins a new one.
using Epoch = StrongId<struct EpochTag, std::uint32_t>;

/// A client's transaction attempt, dense from 1 over a run; identical for every architecture only
/// as far as the clients behave identically.
using TxnId = StrongId<struct TxnTag, std::uint64_t>;
inline constexpr TxnId no_txn{0};

/// Place of a transaction in its lineage's commit order: 1, 2, 3, ... without gaps. It goes on
/// counting across epochs: a new epoch continues after the last position that it kept.
using CommitSeq = StrongId<struct CommitSeqTag, std::uint64_t>;

/// Where a transaction stands in history: positions up to a fork are shared by both epochs.
struct LogPlace {
  Epoch epoch;
  CommitSeq seq;
  friend constexpr auto operator<=>(const LogPlace&, const LogPlace&) = default;
};

using Key = std::uint64_t;  ///< a row, 0 .. keys.count - 1

}  // namespace writepath
