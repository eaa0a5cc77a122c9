#pragma once
// mysql_binlog: a source that ships its binlog to replicas (MODEL.md has the rules and their
// sources).
#include <memory>

#include "models/mysql_binlog/cluster.hpp"
#include "models/mysql_binlog/monitor.hpp"
#include "models/mysql_binlog/server.hpp"
#include "sim/model/model.hpp"

namespace writepath::mysql {

class MysqlBinlog : public ReplicationModel {
 public:
  void deploy(ModelContext& context) override;
  bool accepts_writes(NodeId node) const override;
  bool accepts_reads(NodeId node) const override;
  Task<bool> execute(ServerSession& session) override;
  Task<Outcome> commit(ServerSession& session) override;
  void abandon(ServerSession& session) override;
  Task<ReadResult> read(NodeId server, ReadRequest request) override;
  void planned_failover(NodeId preferred) override;

  std::vector<LogPlace> surviving_log() const override;
  std::vector<LogPlace> log_on_disk(NodeId node) const override;
  std::vector<NodeId> live_replicas() const override;
  LogPlace visible(NodeId node) const override;

 private:
  void add_server(const NodeConfig& config, NodeRole role, bool present);
  void add_standby();
  void add_joiners();
  void add_monitor();
  void forget_applied_events();
  const Server* find(NodeId node) const;
  const Server* authority() const;

  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<Monitor> monitor_;
};

}  // namespace writepath::mysql
