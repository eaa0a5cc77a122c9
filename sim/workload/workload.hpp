#pragma once
// The clients of one run: groups, reads and the probe, each on machines of its own in its AZs.
#include <memory>
#include <vector>

#include "sim/workload/client_groups.hpp"
#include "sim/workload/client_node.hpp"
#include "sim/workload/heartbeat.hpp"
#include "sim/workload/probes.hpp"
#include "sim/workload/reads.hpp"
#include "sim/workload/registers.hpp"

namespace writepath {

class Workload {
 public:
  /// Adds the client nodes to the world: after the model's deployment, before the world is sealed.
  /// `scenario` holds the probe's transaction as its last one if `probe` is set, and the
  /// heartbeat's and the registers' if those are enabled.
  Workload(World& world, const Scenario& scenario, FactLog& facts, Endpoints& endpoints,
           ReplicationModel& model, const KeyChooser& keys, bool probe);
  /// Ends the clients' coroutines. The world must still be there.
  ~Workload();
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  /// Posts the first arrivals. After the world was sealed.
  void begin();
  /// At the run's end: what clients still wait for is stated as unknown or failed.
  void conclude();

  const Clients& clients() const { return clients_; }

 private:
  ClientNode& add_node(const std::string& name, const std::string& az, const ClientCpu& cpu = {});
  void add_group(std::uint32_t index);
  void add_reads(const KeyChooser& keys);
  void add_probes(const KeyChooser& keys);
  void add_registers(const KeyChooser& keys);

  Clients clients_;
  TimeNs duration_;
  std::vector<std::unique_ptr<ClientNode>> nodes_;
  std::vector<std::unique_ptr<OpenLoopGroup>> open_loops_;
  std::vector<std::unique_ptr<ClosedLoopGroup>> closed_loops_;
  std::vector<std::unique_ptr<ReadSource>> reads_;
  std::unique_ptr<Probes> probes_;
  std::unique_ptr<Heartbeat> heartbeat_;
  std::unique_ptr<Registers> registers_;
};

}  // namespace writepath
