#include "models/mysql_binlog/multi_az.hpp"

#include "models/mysql_binlog/monitor.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

namespace {

/// Between two attempts to reach the standby or the monitor; assumption, range 0.2 to 10 (DRBD's
/// connect-int is 10 s).
constexpr DurationNs retry_after = ns_per_s;

/// A primary says whether its standby is in sync; the answer is false when another one is the
/// primary by now.
struct SayInSync {
  Cluster* cluster;
  NodeId primary;
  bool in_sync;
  void operator()(const ReplyPath& path) const {
    const bool legal = cluster->monitor->source() == primary;
    if (legal) cluster->multi_az->set_in_sync(in_sync);
    path.answer(legal);
  }
};

}  // namespace

MultiAz::MultiAz(Cluster& cluster, Server& primary, Server& standby)
    : cluster_(cluster),
      members_{&primary, &standby},
      timeout_(from_s(cluster.options.mirror->timeout_s)) {
  World& world = cluster.context.world();
  for (std::size_t i = 0; i < 2; ++i) {
    mirrors_[i] = std::make_unique<VolumeMirror>(world, members_[i]->id(), members_[1 - i]->id());
    members_[i]->node().storage().set_copies(
        static_cast<int>(cluster.options.mirror->copies_per_az));
  }
}

bool MultiAz::is_member(NodeId server) const {
  return server == members_[0]->id() || server == members_[1]->id();
}

Server& MultiAz::other(NodeId server) const {
  return *members_[server == members_[0]->id() ? 1 : 0];
}

VolumeMirror& MultiAz::mirror_from(NodeId primary) {
  return *mirrors_[primary == members_[0]->id() ? 0 : 1];
}

// ---- the volume's states

void MultiAz::begin(NodeId primary) {
  VolumeMirror& mirror = mirror_from(primary);
  cluster_.server(primary).node().storage().set_mirror(&mirror);
  mirror.begin_in_sync();
}

void MultiAz::stand_by(NodeId standby) {
  cluster_.server(standby).node().storage().set_mirror(nullptr);
  mirror_to(standby).accept(true);
}

void MultiAz::write_alone(NodeId primary) {
  VolumeMirror& mirror = mirror_from(primary);
  mirror.restart();
  cluster_.server(primary).node().storage().set_mirror(&mirror);
}

Task<> MultiAz::prepare(NodeId primary) {
  write_alone(primary);
  for (;;) {
    const bool in_sync = co_await resynchronise(primary);
    if (in_sync) co_return;
    const bool alone = co_await may_go_on_alone(primary);
    if (alone) co_return;
    co_await sleep_for(cluster_.queue(), retry_after);
  }
}

Task<> MultiAz::keep(NodeId primary) {
  VolumeMirror& mirror = mirror_from(primary);
  bool told = cluster_.now() == 0;  // the run begins in sync, and the monitor knows it
  co_await sleep_until(cluster_.queue(), cluster_.now());
  for (;;) {
    while (!mirror.carries()) {
      const bool in_sync = co_await resynchronise(primary);
      if (in_sync) break;
      mirror.go_on_alone();  // the monitor knows it already
      co_await sleep_for(cluster_.queue(), retry_after);
    }
    while (!told && mirror.is_connected()) {
      told = co_await told_monitor(primary, true);
      if (told)
        in_sync_again(primary);
      else
        co_await sleep_for(cluster_.queue(), retry_after);
    }
    co_await mirror.until_lost(timeout_);
    for (bool alone = false; !alone;) {
      alone = co_await may_go_on_alone(primary);
      if (!alone) co_await sleep_for(cluster_.queue(), retry_after);
    }
    told = false;
    cluster_.context.state(ModeChanged{cluster_.now(), primary, "mirror", 0});
  }
}

// ---- talking to the standby and to the monitor

// A standby whose process has only begun to start would not answer, and writes would wait for it.
Task<bool> MultiAz::resynchronise(NodeId primary) {
  const NodeId standby = other(primary).id();
  const std::optional<ServerStatus> status = co_await ask<ServerStatus>(
      cluster_.context, primary, standby, retry_after, AskStatus{&cluster_});
  if (!status.has_value() || !status->stands_by) co_return false;
  const Dialled dialled = co_await cluster_.context.network().dial(primary, standby, retry_after);
  if (dialled.result != DialResult::connected) co_return false;
  const bool in_sync = co_await mirror_from(primary).resync(dialled.connection, timeout_);
  if (!in_sync) cluster_.context.network().close(dialled.connection, primary);
  co_return in_sync;
}

Task<bool> MultiAz::told_monitor(NodeId primary, bool in_sync) {
  const std::optional<bool> answer = co_await ask<bool>(
      cluster_.context, primary, cluster_.monitor_node,
      from_s(cluster_.options.monitor_answer_timeout_s), SayInSync{&cluster_, primary, in_sync});
  co_return answer.value_or(false);
}

Task<bool> MultiAz::may_go_on_alone(NodeId primary) {
  const bool told = co_await told_monitor(primary, false);
  if (told) mirror_from(primary).go_on_alone();
  co_return told;
}

void MultiAz::in_sync_again(NodeId primary) {
  ModelContext& context = cluster_.context;
  const NodeId standby = other(primary).id();
  context.state(ModeChanged{context.now(), primary, "mirror", 1});
  context.state(RoleChanged{context.now(), standby, NodeRole::standby});
}

}  // namespace writepath::mysql
