#include "sim/workload/workload.hpp"

#include <algorithm>

namespace writepath {

Workload::Workload(World& world, const Scenario& scenario, FactLog& facts, Endpoints& endpoints,
                   ReplicationModel& model, const KeyChooser& keys, bool probe)
    : clients_(world, scenario, facts, endpoints, model), duration_(from_s(scenario.duration_s)) {
  for (std::uint32_t g = 0; g < scenario.workload.clients.size(); ++g) add_group(g);
  if (!scenario.workload.reads.empty()) add_reads(keys);
  if (probe) add_probes(keys);
  if (scenario.workload.heartbeat.enabled)
    heartbeat_ = std::make_unique<Heartbeat>(clients_, model, duration_);
  if (scenario.workload.registers.enabled) add_registers(keys);
}

Workload::~Workload() { conclude(); }

ClientNode& Workload::add_node(const std::string& name, const std::string& az,
                               const ClientCpu& cpu) {
  nodes_.push_back(std::make_unique<ClientNode>(clients_, name, az, cpu));
  return *nodes_.back();
}

void Workload::add_group(std::uint32_t index) {
  const ClientGroup& spec = clients_.scenario.workload.clients[index];
  GroupPlace place;
  place.group = index;
  place.start = from_s(spec.start_s);
  place.stop = std::min(from_s(spec.stop_s.value_or(clients_.scenario.duration_s)), duration_);
  const std::vector<std::string>& azs = spec.azs.empty() ? clients_.world.azs() : spec.azs;
  const ClientCpu cpu{spec.shared_cpu, from_us(spec.answer_cpu_us)};
  for (const std::string& az : azs)
    place.nodes.push_back(&add_node("client." + spec.name + "." + az, az, cpu));
  if (spec.open_loop) {
    open_loops_.push_back(std::make_unique<OpenLoopGroup>(clients_, spec, std::move(place)));
    return;
  }
  const std::vector<ClientNode*> nodes = place.nodes;
  closed_loops_.push_back(std::make_unique<ClosedLoopGroup>(clients_, spec, std::move(place)));
  for (ClientNode* node : nodes)
    node->on_boot([group = closed_loops_.back().get(), node] { group->boot(*node); });
}

void Workload::add_reads(const KeyChooser& keys) {
  std::vector<ClientNode*> nodes;
  for (const std::string& az : clients_.world.azs())
    nodes.push_back(&add_node("client.reads." + az, az));
  const std::vector<ReadLoad>& loads = clients_.scenario.workload.reads;
  for (std::uint32_t i = 0; i < loads.size(); ++i) {
    const std::vector<std::string>& azs = loads[i].azs;
    const double share =
        loads[i].rate_per_s / static_cast<double>(azs.empty() ? nodes.size() : azs.size());
    for (ClientNode* node : nodes) {
      const std::string& az = node->node().az();
      if (!azs.empty() && std::find(azs.begin(), azs.end(), az) == azs.end()) continue;
      reads_.push_back(std::make_unique<ReadSource>(clients_, keys, i, *node, share, duration_));
    }
  }
}

void Workload::add_probes(const KeyChooser& keys) {
  std::vector<ClientNode*> nodes;
  for (const std::string& az : clients_.world.azs())
    nodes.push_back(&add_node("client.probe." + az, az));
  const auto type = static_cast<std::uint32_t>(clients_.scenario.workload.transactions.size() - 1);
  probes_ = std::make_unique<Probes>(clients_, keys, type, std::move(nodes), duration_);
}

void Workload::add_registers(const KeyChooser& keys) {
  registers_ = std::make_unique<Registers>(clients_, keys, duration_);
  for (const std::string& az : clients_.world.azs()) {
    ClientNode& node = add_node("client.registers." + az, az);
    registers_->add_clients(node);
    node.on_boot([registers = registers_.get(), &node] { registers->boot(node); });
  }
}

void Workload::begin() {
  for (const auto& group : open_loops_) group->begin();
  for (const auto& source : reads_) source->begin();
  if (probes_) probes_->begin();
  if (heartbeat_) heartbeat_->begin();
}

void Workload::conclude() {
  for (const auto& node : nodes_) node->node().scope().kill();
}

}  // namespace writepath
