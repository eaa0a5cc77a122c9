// A server of a mirrored pair (RDS's Multi-AZ instance): primary or standby, and how it becomes the
// other one.
#include "models/mysql_binlog/multi_az.hpp"
#include "models/mysql_binlog/server.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

void Server::boot_as_member() {
  if (booted_before_) {
    node_.scope().spawn(start_as_member());
  } else if (stands_by_) {
    cluster_.multi_az->stand_by(id());
  } else {
    start_engine();
    cluster_.multi_az->begin(id());
    source_ = std::make_unique<Source>(cluster_, node_, disk_, *buffer_pool_, LogPlace{});
    node_.scope().spawn(cluster_.multi_az->keep(id()));
  }
  booted_before_ = true;
}

// The monitor says which of the two it is; without an answer a former primary may open only if the
// other one mirrors its volume, or the monitor agrees: prepare() sees to it.
Task<> Server::start_as_member() {
  co_await configured_wait(cluster_.options.server_start_s, "start");
  const NodeId source = co_await ask_for_source();
  if (source != id()) {
    stand_by(source);
    co_return;
  }
  disk_.source = no_node;
  start_engine();
  co_await recover_from_crash();
  co_await cluster_.multi_az->prepare(id());
  open_as_source(disk_.transactions(cluster_.lineages));
  node_.scope().spawn(cluster_.multi_az->keep(id()));
}

void Server::stand_by(NodeId primary) {
  disk_.source = primary;
  disk_.undo.clear();  // its volume is another's from now on
  stands_by_ = true;
  cluster_.multi_az->stand_by(id());
  cluster_.context.endpoints().set_role(id(), NodeRole::standby);
}

void Server::take_over(const ReplyPath& path) {
  if (!stands_by_) return;
  // From here on the old primary cannot have anything acknowledged.
  stands_by_ = trusts_itself_ = false;
  MultiAz& pair = *cluster_.multi_az;
  pair.refuse_writes(id());
  const Server& old = pair.other(id());
  disk_.adopt(old.disk());
  checkpoint_age_bytes_ = old.checkpoint_age_bytes();
  path.answer(true);
  node_.scope().spawn(takeover());
}

Task<> Server::takeover() {
  co_await configured_wait(cluster_.options.mirror->takeover_s, "takeover");
  co_await configured_wait(cluster_.options.server_start_s, "start");
  start_engine();
  co_await recover_from_crash();
  cluster_.multi_az->write_alone(id());
  open_as_source(disk_.transactions(cluster_.lineages));
  node_.scope().spawn(cluster_.multi_az->keep(id()));
}

// What the volume's redo and pages say of each other; a mirror has both.
std::uint64_t Server::checkpoint_age_bytes() const {
  return node_.process_up() && buffer_pool_ != nullptr ? buffer_pool_->checkpoint_age_bytes()
                                                       : checkpoint_age_bytes_;
}

/// A primary that was replaced: its process restarts, and with it go its sessions.
void Server::restart_as_standby() {
  ModelContext* const context = &cluster_.context;
  cluster_.queue().post_marked_at(
      cluster_.now(), [context, stale = id(), incarnation = node_.incarnation()] {
        const Node& node = context->node(stale);
        if (!node.process_up() || node.incarnation() != incarnation) return;
        context->state(NodeDown{context->now(), stale, CrashKind::process});
        context->world().crash(stale, CrashKind::process);
        context->state(NodeUp{context->now(), stale, incarnation + 1, false});
        context->world().restart(stale);
      });
}

}  // namespace writepath::mysql
