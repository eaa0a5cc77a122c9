#include "sim/scenario/fault_kinds.hpp"

namespace writepath {

FaultTargets targets_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::az_outage:
      return FaultTargets::az;
    case FaultKind::endpoint_delay:
      return FaultTargets::none;
    case FaultKind::planned_failover:
      return FaultTargets::preferred;
    default:
      return is_of_network(kind) ? FaultTargets::everything : FaultTargets::nodes;
  }
}

FaultEnds ends_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::node_crash:
    case FaultKind::volume_loss:
    case FaultKind::torn_write:
      return FaultEnds::by_restart;
    case FaultKind::clock_jump:
      return FaultEnds::stays;
    case FaultKind::planned_failover:
      return FaultEnds::at_once;
    default:
      return FaultEnds::after_duration;
  }
}

bool heals(const FaultSpec& fault) {
  switch (ends_of(fault.kind)) {
    case FaultEnds::after_duration:
      return true;
    case FaultEnds::by_restart:
      return fault.restart_after_s.has_value();
    case FaultEnds::stays:
      return fault.duration_s.has_value();
    case FaultEnds::at_once:
      break;
  }
  return false;
}

bool strikes_hosts(const FaultSpec& fault) {
  switch (fault.kind) {
    case FaultKind::node_crash:
      return fault.crash != CrashKind::process;
    case FaultKind::az_outage:
    case FaultKind::torn_write:
    case FaultKind::slow_node:
      return true;
    default:
      return is_of_network(fault.kind);
  }
}

bool takes_unflushed(const FaultSpec& fault) {
  if (fault.kind == FaultKind::node_crash) return fault.crash != CrashKind::process;
  return fault.kind == FaultKind::az_outage || fault.kind == FaultKind::torn_write ||
         fault.kind == FaultKind::volume_loss;
}

bool takes_disks(const FaultSpec& fault) {
  return fault.kind == FaultKind::volume_loss ||
         (fault.kind == FaultKind::node_crash && fault.crash == CrashKind::loss);
}

bool is_of_network(FaultKind kind) {
  return kind == FaultKind::partition || kind == FaultKind::packet_loss ||
         kind == FaultKind::packet_delay;
}

bool is_strike_of(const std::string& id, const std::string& base) {
  if (id == base) return true;
  const std::size_t number = base.size() + 1;
  return id.size() > number && id.compare(0, number, base + ".") == 0 &&
         id.find_first_not_of("0123456789", number) == std::string::npos;
}

}  // namespace writepath
