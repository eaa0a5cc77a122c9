#include "sim/run/trace_recorder.hpp"

#include <algorithm>

namespace writepath {

std::uint64_t TransactionChooser::median() const {
  std::vector<DurationNs> latencies;
  for (const Acked& a : acked_) latencies.push_back(a.at - a.sent);
  const auto middle = latencies.begin() + static_cast<std::ptrdiff_t>((latencies.size() - 1) / 2);
  std::nth_element(latencies.begin(), middle, latencies.end());
  const auto found = std::find_if(acked_.begin(), acked_.end(),
                                  [&](const Acked& a) { return a.at - a.sent == *middle; });
  return static_cast<std::uint64_t>(found - acked_.begin()) + 1;
}

void TraceRecorder::attach(World& world, std::vector<NodeInfo> infos,
                           std::vector<const char*> names) {
  world_ = &world;
  nodes = std::move(infos);
  step_names = std::move(names);
}

std::uint32_t TraceRecorder::sent(NodeId from, NodeId to, std::uint64_t bytes, Traffic traffic,
                                  const MessageTag& tag) {
  const TimeNs now = world_->now();
  if (!within(now)) return 0;
  messages.push_back({from, to, now, never, bytes, traffic, tag});
  return static_cast<std::uint32_t>(messages.size());
}

void TraceRecorder::arrived(std::uint32_t message) {
  messages[message - 1].arrived = world_->now();
}

void TraceRecorder::requested(const DeviceRequest& request) {
  if (within(request.asked)) requests.push_back({owner(request.device), request});
}

NodeId TraceRecorder::owner(const StorageDevice* device) const {
  for (std::uint32_t n = 0; n < world_->node_count(); ++n)
    if (&world_->node(NodeId{n}).storage() == device) return NodeId{n};
  return no_node;
}

}  // namespace writepath
