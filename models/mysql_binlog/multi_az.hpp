#pragma once
// An RDS Multi-AZ DB instance: a primary whose volume is mirrored to a standby in another AZ, and
// who of the two may write. The monitor, in a third AZ, knows whether the standby's volume is
// complete ("in sync"). A primary that lost its standby has the monitor forget that before it
// acknowledges anything alone, and a standby that takes over refuses the old primary's writes from
// then on. So what was acknowledged is on the volume of whoever takes over.
#include <array>

#include "models/mysql_binlog/questions.hpp"
#include "models/mysql_binlog/server.hpp"
#include "sim/world/volume_mirror.hpp"

namespace writepath::mysql {

class MultiAz {
 public:
  MultiAz(Cluster& cluster, Server& primary, Server& standby);

  bool is_member(NodeId server) const;
  Server& other(NodeId server) const;

  // ---- what a member does in its own scope
  /// The run begins: `primary` writes, both volumes are the same.
  void begin(NodeId primary);
  /// A restarted primary may open when this ends: its standby has the same volume again, or the
  /// monitor knows that it has not.
  Task<> prepare(NodeId primary);
  /// The standby stores and acknowledges the other's writes; or no longer.
  void stand_by(NodeId standby);
  void refuse_writes(NodeId standby) { mirror_to(standby).accept(false); }
  /// It took over: it writes to its own volume alone for the time being.
  void write_alone(NodeId primary);
  /// For as long as it is the primary: loses its standby, goes on alone, resynchronises.
  Task<> keep(NodeId primary);

  // ---- what the monitor stores
  void set_in_sync(bool in_sync) { in_sync_ = in_sync; }
  bool in_sync() const { return in_sync_; }

 private:
  VolumeMirror& mirror_from(NodeId primary);
  VolumeMirror& mirror_to(NodeId standby) { return mirror_from(other(standby).id()); }
  Task<bool> resynchronise(NodeId primary);
  Task<bool> told_monitor(NodeId primary, bool in_sync);
  Task<bool> may_go_on_alone(NodeId primary);
  void in_sync_again(NodeId primary);

  Cluster& cluster_;
  std::array<Server*, 2> members_;
  std::array<std::unique_ptr<VolumeMirror>, 2> mirrors_;  ///< by their primary's place in members_
  DurationNs timeout_;
  bool in_sync_ = true;  ///< the monitor's, durable
};

}  // namespace writepath::mysql
