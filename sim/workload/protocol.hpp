#pragma once
// What sessions and front ends say to each other, and how large it is on the wire.
#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/observe/facts.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/network.hpp"

namespace writepath {

/// Names a client's question for good: see calls.hpp.
struct CallId {
  std::uint32_t slot = UINT32_MAX;
  std::uint32_t generation = 0;
};

enum class RequestKind : std::uint8_t {
  statement,
  commit,
  autocommit,  ///< a statement and its COMMIT in one request
};

/// A step of a transaction. At most 40 bytes, so that it travels within one message's closure.
struct Request {
  TxnId txn;
  std::uint64_t key_seed = 0;
  CallId call;
  ConnectionId connection;
  NodeId client;
  std::uint16_t type = 0;  ///< index into the scenario's transactions
  RequestKind kind = RequestKind::statement;
};
static_assert(sizeof(Request) <= 40);
inline constexpr std::size_t most_transaction_types = UINT16_MAX;

/// A read of one row, in a message as small.
struct ReadCall {
  Key key = 0;
  DurationNs cpu = 0;
  CallId call;
  ConnectionId connection;
  NodeId client;
};
static_assert(sizeof(ReadCall) <= 40);

enum class ReplyStatus : std::uint8_t {
  done,
  aborted,
  refused  ///< this node does not serve such requests now
};

struct Reply {
  ReplyStatus status = ReplyStatus::refused;
  LogPlace place;             ///< of the commit, or what a read has seen
  CommitBreakdown breakdown;  ///< of the request that commits, as far as the server knows it
};

// Sizes on the wire, TCP/IP headers included.
/// A statement: protocol and SQL text (assumption, range 100 to 500 bytes), and the values that it
/// writes, taken as its share of the transaction's redo.
inline std::uint64_t statement_bytes(const TransactionType& type) {
  return 200 + static_cast<std::uint64_t>(type.redo_bytes / type.statements);
}
inline constexpr std::uint64_t commit_bytes = 100;  ///< assumption, range 60 to 200
inline constexpr std::uint64_t reply_bytes = 100;   ///< an OK packet; assumption, range 60 to 200
inline constexpr std::uint64_t read_bytes = 200;    ///< assumption, range 100 to 500
inline constexpr std::uint64_t read_reply_bytes = 300;  ///< one row; assumption, range 100 to 2000

}  // namespace writepath
