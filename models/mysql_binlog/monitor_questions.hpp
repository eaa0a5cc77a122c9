#pragma once
// What the monitor and the servers ask and order each other; each runs at the node that is asked.
#include "models/mysql_binlog/questions.hpp"

namespace writepath::mysql {

struct Cluster;

struct WhoIsSource {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const;
};
struct AskStatus {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const;
};
/// What a receiver's handshake finds out; a server that still recovers stays silent.
struct Greet {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const;
};
/// A replica is to find out whether its source still answers.
struct LookAtSource {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const;
};
struct Promote {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const;
};
struct TakeOver {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const;
};
struct AskApplied {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const;
};
/// Answers with the end of the history that the server had.
struct ChangeSource {
  Cluster* cluster;
  NodeId source;
  void operator()(const ReplyPath& path) const;
};
/// The history that ends at `end` is not the source's: move it aside and copy.
struct SetAside {
  Cluster* cluster;
  CommitSeq end;
  void operator()(const ReplyPath& path) const;
};
/// From an agent on the source's host: may it go on?
struct RenewLease {
  Cluster* cluster;
  NodeId server;
  void operator()(const ReplyPath& path) const;
};
/// super_read_only at once, for good.
struct Fence {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const;
};
/// read_only = 1; answers with the binlog's end when the commits under way are done.
struct StopWrites {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const;
};
struct AllowWrites {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const;
};
/// WAIT_FOR_EXECUTED_GTID_SET.
struct AwaitPosition {
  Cluster* cluster;
  CommitSeq position;
  void operator()(const ReplyPath& path) const;
};
/// Answers with the place that the copy will show; a server that is no source stays silent.
struct BeginCopy {
  Cluster* cluster;
  NodeId joiner;
  void operator()(const ReplyPath& path) const;
};

}  // namespace writepath::mysql
