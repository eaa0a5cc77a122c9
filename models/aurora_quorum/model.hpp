#pragma once
// Amazon Aurora, put together: instances, storage nodes and monitors over one volume. See MODEL.md
// for the rules and their sections.
#include <memory>
#include <string>
#include <vector>

#include "models/aurora_quorum/cluster.hpp"
#include "sim/model/model.hpp"

namespace writepath::aurora {

class Model final : public ReplicationModel {
 public:
  Model();
  ~Model() override;

  void deploy(ModelContext& context) override;
  bool accepts_writes(NodeId node) const override;
  bool accepts_reads(NodeId node) const override;
  Task<bool> execute(ServerSession& session) override;
  Task<Outcome> commit(ServerSession& session) override;
  void abandon(ServerSession& session) override;
  Task<ReadResult> read(NodeId server, ReadRequest request) override;

  void planned_failover(NodeId preferred) override;

  /// What recovery would find on the disks of all storage nodes: empty if they have no read quorum.
  std::vector<LogPlace> surviving_log() const override;
  /// Nothing: an instance writes nothing, and one storage node's segments prove nothing by
  /// themselves.
  std::vector<LogPlace> log_on_disk(NodeId node) const override;
  std::vector<NodeId> live_replicas() const override;
  LogPlace visible(NodeId node) const override;

  /// Its parts, for tests that look inside.
  const Cluster& cluster() const { return *cluster_; }

 private:
  void add_instances(ModelContext& context);
  void add_storage_nodes(ModelContext& context);
  static NodeId s3_endpoint(ModelContext& context, const std::string& az);
  void add_monitors(ModelContext& context);
  void add_spares(ModelContext& context);
  void add_storage_node(ModelContext& context, const StoragePlace& place, bool holds_copy);

  std::unique_ptr<Cluster> cluster_;
};

}  // namespace writepath::aurora
