#pragma once
// What clients state: their transactions, reads and probes, and where a commit spent its time.
#include <array>
#include <cstdint>
#include <span>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

// ---- commit latency in parts -------------------------------------------------------------------

/// The milestones on the path of the acknowledgement that decided the commit; they add up to
/// acknowledged - sent. client_network is what the server's parts leave.
enum class CommitPart : std::uint8_t {
  client_network,
  cpu_queue,
  execute,
  lock_wait,
  group_wait,
  local_flush,
  out,
  remote_flush,
  back,
  order_wait,
  count_
};
const char* name_of(CommitPart);

struct CommitBreakdown {
  std::array<DurationNs, static_cast<std::size_t>(CommitPart::count_)> parts{};
  DurationNs& operator[](CommitPart p) { return parts[static_cast<std::size_t>(p)]; }
  DurationNs operator[](CommitPart p) const { return parts[static_cast<std::size_t>(p)]; }
};

// ---- facts

struct TransactionStarted {
  static constexpr const char* name = "transaction_started";
  TimeNs at;
  TxnId txn;
  std::uint32_t group, type;
  TimeNs intended_start;
  NodeId client;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("group", group);
    v("type", type);
    v("intended_start_ns", intended_start);
    v("node", client);
  }
};
struct CommitSent {
  static constexpr const char* name = "commit_sent";
  TimeNs at;
  TxnId txn;
  NodeId client, server;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("node", client);
    v("server", server);
  }
};
struct CommitAcked {
  static constexpr const char* name = "commit_acked";
  TimeNs at;
  TxnId txn;
  std::uint32_t group, type;
  TimeNs intended_start, commit_sent;
  LogPlace place;
  CommitBreakdown breakdown;
  std::uint64_t key_seed;
  std::uint32_t keys;
  NodeId client;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("group", group);
    v("type", type);
    v("intended_start_ns", intended_start);
    v("commit_sent_ns", commit_sent);
    v("epoch", place.epoch);
    v("seq_no", place.seq);
    v("node", client);
    for (std::size_t i = 0; i < breakdown.parts.size(); ++i)
      v(name_of(static_cast<CommitPart>(i)), breakdown.parts[i]);
  }
};
/// Known not to have happened: aborted, refused, or never sent.
struct CommitFailed {
  static constexpr const char* name = "commit_failed";
  TimeNs at;
  TxnId txn;
  std::uint32_t group, type;
  TimeNs intended_start;
  NodeId client;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("group", group);
    v("type", type);
    v("intended_start_ns", intended_start);
    v("node", client);
  }
};
/// COMMIT was sent and no answer came.
struct CommitUnknown {
  static constexpr const char* name = "commit_unknown";
  TimeNs at;
  TxnId txn;
  std::uint32_t group, type;
  TimeNs intended_start, commit_sent;
  NodeId client;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("group", group);
    v("type", type);
    v("intended_start_ns", intended_start);
    v("commit_sent_ns", commit_sent);
    v("node", client);
  }
};
/// The client tries again what may have happened (session.retry_unknown): `txn` does the same work
/// as `of`, the ticket's last attempt that ended in doubt. Stated after the TransactionStarted.
struct CommitRetried {
  static constexpr const char* name = "commit_retried";
  TimeNs at;
  TxnId txn, of;
  NodeId client;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("of", of);
    v("node", client);
  }
};
struct ReadDone {
  static constexpr const char* name = "read_done";
  TimeNs at, started;
  NodeId client, server;
  Key key;
  LogPlace seen;
  bool ok;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("started_ns", started);
    v("node", client);
    v("server", server);
    v("key", key);
    v("epoch", seen.epoch);
    v("seq_no", seen.seq);
    v("ok", ok);
  }
};
/// A client of the registers begins an operation. A write's value is its transaction's id.
struct RegisterInvoked {
  static constexpr const char* name = "register_invoked";
  TimeNs at;
  NodeId client;
  std::uint32_t process;  ///< which client: 0, 1, ...; one operation at a time
  std::uint32_t of;       ///< the register
  bool write;
  TxnId txn;  ///< no_txn: a read
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", client);
    v("process", process);
    v("register", of);
    v("write", write);
    v("txn", txn);
  }
};
/// ok: it took place. fail: it did not. info: a write whose client never learnt which.
enum class RegisterOutcome : std::uint8_t { ok, fail, info };
struct RegisterDone {
  static constexpr const char* name = "register_done";
  TimeNs at;
  NodeId client, server;  ///< server: no_node if there was none to ask
  std::uint32_t process, of;
  bool write;
  RegisterOutcome outcome;
  LogPlace place;  ///< ok: of the write, or what the read saw
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", client);
    v("server", server);
    v("process", process);
    v("register", of);
    v("write", write);
    v("outcome", static_cast<std::uint32_t>(outcome));
    v("epoch", place.epoch);
    v("seq_no", place.seq);
  }
};
struct ProbeDone {
  static constexpr const char* name = "probe_done";
  TimeNs at, started;
  NodeId client;
  bool write, ok;
  LogPlace place{};  ///< of an acknowledged write
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("started_ns", started);
    v("node", client);
    v("write", write);
    v("ok", ok);
    v("epoch", place.epoch);
    v("seq_no", place.seq);
  }
};

}  // namespace writepath
