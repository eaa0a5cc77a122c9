#include "sim/scenario/validate.hpp"

#include <algorithm>
#include <map>

#include "sim/scenario/words.hpp"

namespace writepath {
void Validation::check_all() {
  check_times();
  check_network();
  check_workload();
  check_architectures();
  check_faults();
  check_operations();
  check_expectations();
}

// ---- tools ---------------------------------------------------------------------------------

void Validation::wrong(const std::string& pointer, const std::string& message) {
  if (!mistakes_.under(pointer))
    mistakes_.add(nearest_node(root_, pointer).place, pointer, message);
}

bool Validation::known(const std::string& pointer, const std::string& name,
                       const std::vector<std::string>& legal, const char* noun, const char* nouns,
                       std::string_view source) {
  if (name.empty() || contains(legal, name)) return !name.empty();
  // A name that could not be read may be the one that is meant. AZs that are wrong are left out of
  // `legal`; of other lists an empty name is left.
  const bool incomplete =
      (legal.empty() || source == "/network/regions") && mistakes_.touch(source);
  if (!incomplete && !contains(legal, ""))
    wrong(pointer, std::string("there is no ") + noun + " " + writepath::quoted(name) +
                       suggest(name, legal, nouns));
  return false;
}

bool Validation::known_az(const std::string& pointer, const std::string& az) {
  return known(pointer, az, az_names(scenario_.network), "AZ", "AZs", "/network/regions");
}

bool Validation::known_architecture(const std::string& pointer, const std::string& name) {
  return known(pointer, name, names_of(scenario_.architectures, &ArchitectureSpec::name),
               "architecture", "architectures", "/architectures");
}

void Validation::unique(const std::vector<std::string>& names, const std::string& list,
                        const char* key) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    const auto [first, is_new] = seen.emplace(names[i], i);
    if (is_new) continue;
    wrong(list + pointer_step(i) + pointer_step(key), writepath::quoted(names[i]) +
                                                          " is taken already, by " + list +
                                                          pointer_step(first->second));
  }
}

void Validation::within_run(const std::string& pointer, double moment_s) {
  if (moment_s >= scenario_.duration_s && !mistakes_.under("/duration_s"))
    wrong(pointer, "must be before the end of the run, duration_s = " +
                       shortest(scenario_.duration_s) + " s");
}

const ModelEntry* Validation::model_of(const ArchitectureSpec& architecture) const {
  for (const ModelEntry& entry : catalog_)
    if (entry.name == architecture.model) return &entry;
  return nullptr;
}

std::vector<std::string> Validation::node_ids(const ArchitectureSpec& architecture) const {
  std::vector<std::string> ids = names_of(architecture.nodes, &NodeSpec::id);
  for (const OperationSpec& operation : scenario_.operations)
    if (operation.architecture.empty() || operation.architecture == architecture.name)
      ids.push_back(operation.id);
  return ids;
}

std::vector<std::string> Validation::node_ids(const std::string& architecture) const {
  std::vector<std::string> ids;
  for (const ArchitectureSpec& candidate : scenario_.architectures) {
    if (!architecture.empty() && candidate.name != architecture) continue;
    for (std::string& id : node_ids(candidate))
      if (!contains(ids, id)) ids.push_back(std::move(id));
  }
  return ids;
}

// ---- run, network, workload ------------------------------------------------------------------

void Validation::check_times() {
  const Scenario& s = scenario_;
  if (s.warmup_s >= s.duration_s && !mistakes_.under("/duration_s"))
    wrong("/warmup_s", "must be less than duration_s = " + shortest(s.duration_s) + " s");
  const double longest_s = to_s(longest_run);
  if (s.duration_s + s.settle_s > longest_s && !mistakes_.under("/duration_s"))
    wrong("/settle_s", "duration_s and settle_s together must be at most " + shortest(longest_s) +
                           " s (30 days)");
  if (s.battery.duration_s + s.battery.settle_s > longest_s)
    wrong("/battery/settle_s", "battery's duration_s and settle_s together must be at most " +
                                   shortest(longest_s) + " s (30 days)");
}

void Validation::check_network() {
  const NetworkSpec& network = scenario_.network;
  unique(names_of(network.regions, &Region::name), "/network/regions", "name");
  std::map<std::string, std::string> seen;
  for (std::size_t r = 0; r < network.regions.size(); ++r) {
    const std::string list = "/network/regions" + pointer_step(r);
    for (std::size_t i = 0; i < network.regions[r].azs.size(); ++i) {
      const std::string& az = network.regions[r].azs[i];
      const auto [first, is_new] = seen.emplace(az, list);
      if (!is_new && first->second != list)
        wrong(list + "/azs" + pointer_step(i),
              writepath::quoted(az) + " is taken already, by " + first->second);
    }
  }
  for (std::size_t i = 0; i < network.links.size(); ++i) {
    const std::string link = "/network/links" + pointer_step(i);
    known_az(link + "/from", network.links[i].from);
    known_az(link + "/to", network.links[i].to);
  }
}

void Validation::check_workload() {
  const WorkloadSpec& workload = scenario_.workload;
  const std::vector<std::string> types = names_of(workload.transactions, &TransactionType::name);
  unique(names_of(workload.clients, &ClientGroup::name), "/workload/clients", "name");
  unique(types, "/workload/transactions", "name");

  const auto total_weight = [&](const std::vector<std::string>& chosen) {
    double total = 0;
    for (const TransactionType& type : workload.transactions)
      if (chosen.empty() || contains(chosen, type.name)) total += type.weight;
    return total;
  };
  if (total_weight({}) <= 0)
    wrong("/workload/transactions", "must have weights whose sum is above 0");

  std::vector<std::string> shared_cpus;
  for (const ArchitectureSpec& architecture : scenario_.architectures)
    for (const NodeSpec& node : architecture.nodes)
      if (!node.shared_cpu.empty() && !contains(shared_cpus, node.shared_cpu))
        shared_cpus.push_back(node.shared_cpu);
  for (std::size_t g = 0; g < workload.clients.size(); ++g) {
    const ClientGroup& group = workload.clients[g];
    const std::string pointer = "/workload/clients" + pointer_step(g);
    for (std::size_t i = 0; i < group.azs.size(); ++i)
      known_az(pointer + "/azs" + pointer_step(i), group.azs[i]);
    for (std::size_t i = 0; i < group.transactions.size(); ++i)
      known(pointer + "/transactions" + pointer_step(i), group.transactions[i], types,
            "transaction", "transactions", "/workload/transactions");
    if (!mistakes_.under("/workload/transactions") && total_weight(group.transactions) <= 0)
      wrong(pointer + "/transactions", "must name transactions whose weights' sum is above 0");
    known(pointer + "/shared_cpu", group.shared_cpu, shared_cpus, "shared_cpu of a node",
          "shared_cpus of nodes", "/architectures");
    within_run(pointer + "/start_s", group.start_s);
    if (group.stop_s && *group.stop_s > scenario_.duration_s && !mistakes_.under("/duration_s"))
      wrong(pointer + "/stop_s",
            "must be at most duration_s = " + shortest(scenario_.duration_s) + " s");
  }
  for (std::size_t r = 0; r < workload.reads.size(); ++r)
    for (std::size_t i = 0; i < workload.reads[r].azs.size(); ++i)
      known_az("/workload/reads" + pointer_step(r) + "/azs" + pointer_step(i),
               workload.reads[r].azs[i]);
}

// ---- architectures -------------------------------------------------------------------------

void Validation::check_architectures() {
  const auto& list = scenario_.architectures;
  unique(names_of(list, &ArchitectureSpec::name), "/architectures", "name");
  for (std::size_t i = 0; i < list.size(); ++i)
    check_nodes(list[i], "/architectures" + pointer_step(i) + "/nodes");
}

void Validation::check_nodes(const ArchitectureSpec& architecture, const std::string& pointer) {
  const auto& nodes = architecture.nodes;
  unique(names_of(nodes, &NodeSpec::id), pointer, "id");
  for (std::size_t i = 0; i < nodes.size(); ++i)
    known_az(pointer + pointer_step(i) + "/az", nodes[i].az);
  check_hosts(architecture, pointer);
  if (mistakes_.under(pointer)) return;
  const auto primaries = std::count_if(nodes.begin(), nodes.end(), [](const NodeSpec& node) {
    return node.role == NodeRole::primary;
  });
  if (primaries != 1)
    wrong(pointer,
          "must have exactly one node with the role primary, not " + std::to_string(primaries));
}

void Validation::check_hosts(const ArchitectureSpec& architecture, const std::string& pointer) {
  std::map<std::string, const NodeSpec*> first_on, first_with;
  for (std::size_t i = 0; i < architecture.nodes.size(); ++i) {
    const NodeSpec& node = architecture.nodes[i];
    if (!node.shared_cpu.empty()) {
      const NodeSpec& first = *first_with.emplace(node.shared_cpu, &node).first->second;
      if (node.cpus != first.cpus)
        wrong(pointer + pointer_step(i) + "/cpus",
              "must be " + std::to_string(first.cpus) + ", as of node " +
                  writepath::quoted(first.id) + ", which shares its processors");
      if (node.cpu_speed != first.cpu_speed)
        wrong(pointer + pointer_step(i) + "/cpu_speed", "must be that of node " +
                                                            writepath::quoted(first.id) +
                                                            ", which shares its processors");
    }
    if (node.host.empty()) continue;
    const NodeSpec& first = *first_on.emplace(node.host, &node).first->second;
    const std::string here = pointer + pointer_step(i);
    const std::string why = " of node " + writepath::quoted(first.id) + ", which shares its host";
    if (node.az != first.az)
      wrong(here + "/az", "must be the AZ " + writepath::quoted(first.az) + why);
    if (node.cpus != first.cpus)
      wrong(here + "/cpus", "must be " + std::to_string(first.cpus) + ", as" + why);
    if (node.cpu_speed != first.cpu_speed) wrong(here + "/cpu_speed", "must be that" + why);
  }
}

}  // namespace writepath
