#include "sim/explore/absences.hpp"

#include <algorithm>
#include <limits>

#include "sim/explore/plan.hpp"
#include "sim/scenario/fault_kinds.hpp"

namespace writepath {
namespace {

constexpr double for_ever = std::numeric_limits<double>::infinity();

/// Slow counts as gone: for a timeout it is the same. A wrong clock or endpoint takes nothing away.
bool takes_away(const FaultSpec& fault) {
  switch (fault.kind) {
    case FaultKind::clock_jump:
    case FaultKind::clock_drift:
    case FaultKind::endpoint_delay:
    case FaultKind::planned_failover:
      return false;
    default:
      return true;
  }
}

bool counts(NodeRole role, Promise::Over over) {
  const bool storage = role == NodeRole::storage;
  if (over == Promise::Over::storage) return storage;
  // To who has no storage nodes, `storage` is the primary's volume. A monitor that can't see the
  // primary takes it away.
  return storage || role == NodeRole::primary || role == NodeRole::replica ||
         role == NodeRole::monitor;
}

/// The name under which two faults on one node are known to strike the same; else the fault's own.
std::string name_of(const FaultTarget& target, const FaultSpec& fault, Promise::Over over) {
  if (!target.node.empty()) return target.node;
  // Roles move from server to server; storage nodes stay where they are.
  const bool fixed = over == Promise::Over::storage && !target.az.empty() && target.index;
  return fixed ? std::to_string(*target.index) : "of fault " + fault.id;
}

void add(const FaultTarget& target, const FaultSpec& fault, Promise::Over over,
         std::vector<Absence>& to) {
  if (target.role && !counts(*target.role, over)) return;
  Absence absence;
  absence.from_s = fault.at_s;
  absence.az = target.az;
  const bool whole_az = !target.role && target.node.empty();
  if (!whole_az) absence.node = name_of(target, fault, over);
  const std::optional<double> over_at = over_s(fault);
  absence.until_s = over_at && !takes_disks(fault) ? *over_at + repair_s : for_ever;
  to.push_back(absence);
}

bool keeps(const std::vector<const Absence*>& missing, const Extent& extent) {
  std::vector<std::string> azs;
  for (const Absence* a : missing)
    if (a->node.empty() && std::find(azs.begin(), azs.end(), a->az) == azs.end())
      azs.push_back(a->az);
  std::vector<std::pair<std::string, std::string>> nodes;  // outside these
  for (const Absence* a : missing) {
    const std::pair<std::string, std::string> node{a->az, a->node};
    const bool inside = !a->az.empty() && std::find(azs.begin(), azs.end(), a->az) != azs.end();
    if (a->node.empty() || inside || std::find(nodes.begin(), nodes.end(), node) != nodes.end())
      continue;
    nodes.push_back(node);
  }
  if (azs.empty() && nodes.size() <= extent.nodes) return true;
  if (nodes.empty() && azs.size() <= extent.azs) return true;
  if (!extent.beside_az || azs.size() > 1) return false;
  if (azs.size() == 1) return nodes.size() <= *extent.beside_az;
  // No whole AZ is missing: take that of any node for it.
  return std::any_of(nodes.begin(), nodes.end(), [&](const auto& of) {
    const auto outside = std::count_if(nodes.begin(), nodes.end(), [&](const auto& node) {
      return of.first.empty() ? &node != &of : node.first != of.first;
    });
    return static_cast<std::size_t>(outside) <= *extent.beside_az;
  });
}

}  // namespace

std::vector<Absence> absences_of(const std::vector<FaultSpec>& faults, Promise::Over over) {
  std::vector<Absence> absences;
  for (const FaultSpec& fault : faults) {
    if (!takes_away(fault)) continue;
    add(fault.target, fault, over, absences);
    if (fault.peer) add(*fault.peer, fault, over, absences);
  }
  return absences;
}

bool is_within(const std::vector<Absence>& absences, const Extent& extent) {
  // More is missing than before only when something goes.
  return std::all_of(absences.begin(), absences.end(), [&](const Absence& begins) {
    std::vector<const Absence*> missing;
    for (const Absence& a : absences)
      if (a.from_s <= begins.from_s && begins.from_s < a.until_s) missing.push_back(&a);
    return keeps(missing, extent);
  });
}

}  // namespace writepath
