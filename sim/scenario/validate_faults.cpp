// Faults: their names, targets and repeats.
#include <algorithm>

#include "sim/scenario/fault_kinds.hpp"
#include "sim/scenario/validate.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

/// More strikes than anybody wants to read a report of.
constexpr double most_strikes = 500;

bool has_strikes(const FaultSpec& fault) { return fault.repeat || fault.preset; }

std::string with_article(FaultKind kind) {
  const std::string word = to_text(kind);
  return (word[0] == 'a' || word[0] == 'e' ? "an " : "a ") + word;
}

}  // namespace

void Validation::check_faults() {
  check_fault_ids();
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    const FaultSpec& fault = scenario_.faults[i];
    const std::string pointer = "/faults" + pointer_step(i);
    within_run(pointer + "/at_s", fault.at_s);
    known_architecture(pointer + "/architecture", fault.architecture);
    if (!fault.az.empty()) known_az(pointer + "/az", fault.az);
    if (fault.repeat) check_repeat(fault, pointer);
    if (!nearest_node(root_, pointer).member("kind")) continue;
    check_target(fault, fault.target, pointer + "/target");
    if (fault.peer) check_target(fault, *fault.peer, pointer + "/peer");
  }
}

void Validation::check_fault_ids() {
  unique(names_of(scenario_.faults, &FaultSpec::id), "/faults", "id");
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i)
    for (const FaultSpec& other : scenario_.faults)
      if (has_strikes(other) && scenario_.faults[i].id != other.id &&
          is_strike_of(scenario_.faults[i].id, other.id))
        wrong("/faults" + pointer_step(i) + "/id", writepath::quoted(scenario_.faults[i].id) +
                                                       " is what a later strike of fault " +
                                                       writepath::quoted(other.id) + " is called");
}

void Validation::check_repeat(const FaultSpec& fault, const std::string& pointer) {
  const FaultRepeat& repeat = *fault.repeat;
  const std::string here = pointer + "/repeat";
  if (repeat.until_s) {
    within_run(here + "/until_s", *repeat.until_s);
    if (*repeat.until_s <= fault.at_s && !mistakes_.under(pointer + "/at_s"))
      wrong(here + "/until_s", "must be after the fault's at_s");
  }
  if (mistakes_.under(here) || repeat.count) return;
  const double span = repeat.until_s.value_or(scenario_.duration_s) - fault.at_s;
  const double strikes =
      1 + span * (repeat.every_s ? 1 / *repeat.every_s : repeat.rate_per_s.value_or(0));
  if (strikes > most_strikes)
    wrong(here, "strikes more than 500 times: give count or until_s, or let it strike less often");
}

void Validation::check_target(const FaultSpec& fault, const FaultTarget& target,
                              const std::string& pointer) {
  if (!target.az.empty()) known_az(pointer + "/az", target.az);
  const std::string of_fault = pointer.substr(0, pointer.rfind('/'));
  if (mistakes_.under(pointer) || mistakes_.under(of_fault + "/kind") ||
      mistakes_.under(of_fault + "/architecture"))
    return;
  const FaultTargets targets = targets_of(fault.kind);
  const bool node = !target.node.empty();
  if (targets == FaultTargets::az) {
    if (target.az.empty() || target.role || node)
      wrong(pointer, "an az_outage needs az, and nothing else");
  } else if (target.is_empty()) {
    if (targets == FaultTargets::nodes || targets == FaultTargets::everything)
      wrong(pointer, with_article(fault.kind) + " needs role, node or az");
  } else if (node && fault.architecture.empty()) {
    wrong(pointer + "/node", "a node's id needs the fault's architecture: give architecture too");
  } else if (node || target.role) {
    for (const ArchitectureSpec& architecture : scenario_.architectures)
      if (concerns(fault.architecture, architecture))
        check_target_in(architecture, fault, target, pointer);
  }
}

void Validation::check_target_in(const ArchitectureSpec& architecture, const FaultSpec& fault,
                                 const FaultTarget& target, const std::string& pointer) {
  if (!target.node.empty()) {
    known(pointer + "/node", target.node, node_ids(architecture), "node", "nodes",
          "/architectures");
    return;
  }
  const ModelEntry* model = model_of(architecture);
  const bool volume = *target.role == NodeRole::storage && model && model->storage_is_primary;
  const NodeRole role = volume ? NodeRole::primary : *target.role;
  if (!model || role == NodeRole::client || fault.if_absent == FaultSpec::IfAbsent::skip) return;
  const std::vector<NodeRole> own =
      architecture.options && model->roles ? model->roles(architecture) : std::vector<NodeRole>{};
  // The model places nodes of such a role itself; how many and where, it alone knows.
  if (std::find(own.begin(), own.end(), role) != own.end()) return;

  const auto in_az = [&](const std::string& az) { return target.az.empty() || target.az == az; };
  std::int64_t anywhere = 0, there = 0;
  for (const NodeSpec& node : architecture.nodes) {
    anywhere += node.role == role;
    there += node.role == role && in_az(node.az);
  }
  for (const OperationSpec& operation : scenario_.operations) {
    if (role != NodeRole::replica || !concerns(operation.architecture, architecture)) continue;
    ++anywhere;
    there += in_az(operation.az);
  }
  const std::string name = writepath::quoted(architecture.name), word = to_text(role);
  if (anywhere == 0)
    wrong(pointer + "/role", "architecture " + name + " never has a " + word +
                                 "; give the fault its architecture, or \"if_absent\": \"skip\"");
  else if (there == 0 && target.when == FaultTarget::When::initial)
    wrong(pointer + "/az", "architecture " + name + " has no " + word + " in AZ " +
                               writepath::quoted(target.az) + " when the run begins");
  else if (target.index && *target.index >= anywhere)
    wrong(pointer + "/index", "must be less than " + std::to_string(anywhere) +
                                  ", the number of nodes with the role " + word +
                                  " in architecture " + name);
}

}  // namespace writepath
