#pragma once
// Roles and endpoints, as the model declares them. Clients resolve endpoints through their own
// cache (SessionSpec::endpoint_ttl_s); fault targets resolve roles at the instant they strike.
#include <algorithm>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

class Endpoints {
 public:
  struct Member {
    NodeId node;
    NodeRole initial, current;
    bool present = true;
  };

  /// Declares a node; `present` = false for one that joins later.
  void declare(NodeId node, NodeRole role, bool present = true) {
    members_.push_back({node, role, role, present});
  }
  void set_role(NodeId node, NodeRole role) {
    for (Member& m : members_)
      if (m.node == node) {
        m.current = role;
        m.present = true;
      }
  }
  /// Where writes go from now on; no_node: nowhere. The name service publishes it after its delay.
  void set_writer(NodeId node) {
    writer_ = node;
    published_ = publish_delay_ == 0 ? node : writer();
    if (publish_delay_ == 0) return publishing_.clear();
    std::erase_if(publishing_, [this](const Published& p) { return p.at <= clock_->now(); });
    publishing_.push_back({clock_->now() + publish_delay_, node});
  }
  /// What the architecture says.
  NodeId assigned_writer() const { return writer_; }
  /// What a name service answers now.
  NodeId writer() const {
    NodeId answer = published_;
    for (const Published& record : publishing_)
      if (record.at <= clock_->now()) answer = record.writer;
    return answer;
  }
  /// Of what is set from now on. `clock` outlives this.
  void set_publish_delay(DurationNs delay, const EventQueue& clock) {
    clock_ = &clock;
    publish_delay_ = delay;
  }
  /// Whether the news of another writer reaches only who can reach that writer: a name service in
  /// each AZ instead of one outside all of them.
  void set_per_side(bool per_side) { per_side_ = per_side; }
  bool is_per_side() const { return per_side_; }
  /// Where reads of replicas go.
  void add_reader(NodeId node) {
    if (std::find(readers_.begin(), readers_.end(), node) == readers_.end())
      readers_.push_back(node);
  }
  void remove_reader(NodeId node) { std::erase(readers_, node); }
  const std::vector<NodeId>& readers() const { return readers_; }
  const std::vector<Member>& members() const { return members_; }

 private:
  std::vector<Member> members_;
  struct Published {
    TimeNs at;
    NodeId writer;
  };
  NodeId writer_ = no_node, published_ = no_node;
  DurationNs publish_delay_ = 0;
  const EventQueue* clock_ = nullptr;
  std::vector<Published> publishing_;
  bool per_side_ = false;
  std::vector<NodeId> readers_;
};

}  // namespace writepath
