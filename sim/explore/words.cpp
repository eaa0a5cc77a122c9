#include "sim/scenario/words.hpp"

#include <charconv>
#include <cmath>

#include "sim/explore/report.hpp"
#include "sim/scenario/fault_kinds.hpp"
#include "sim/scenario/json_node.hpp"

namespace writepath {
namespace {

std::string words_of(const FaultTarget& target) {
  if (!target.node.empty()) return "node " + target.node;
  if (!target.role) return "AZ " + target.az;
  std::string words = to_text(*target.role);
  if (target.index) words += " " + std::to_string(*target.index);
  if (!target.az.empty()) words += " in AZ " + target.az;
  return words;
}

std::string strength_of(const FaultSpec& fault) {
  std::string words;
  const auto add = [&](const std::optional<double>& value, const char* before, const char* after) {
    if (value) words += std::string(", ") + before + shortest(*value) + after;
  };
  add(fault.factor, "", " times as slow");
  add(fault.loss_probability, "each with probability ", "");
  add(fault.delay_ms, "", " ms more a message");
  add(fault.jump_ms, "by ", " ms");
  add(fault.drift_ppm, "by ", " ppm");
  add(fault.delay_s, "by ", " s");
  return words;
}

std::string extent(const Extent& extent, const char* node) {
  const std::string nodes = node + std::string(extent.nodes == 1 ? "" : "s");
  std::string words;
  if (extent.beside_az && *extent.beside_az > 0)
    words = "any AZ and " + std::to_string(*extent.beside_az) + " " + node + " more";
  else if (extent.azs > 0 || extent.beside_az)
    words = extent.azs > 1 ? "any " + std::to_string(extent.azs) + " AZs" : "any AZ";
  if (extent.nodes > 0)
    words += (words.empty() ? "any " : ", or any ") + std::to_string(extent.nodes) + " " + nodes;
  return words;
}

}  // namespace

std::string words_of(const FaultSpec& fault) {
  std::string words = "at " + shortest(fault.at_s) + " s: " + to_text(fault.kind);
  if (fault.kind == FaultKind::node_crash) words += " (" + to_text(fault.crash) + ")";
  if (fault.target.role || !fault.target.node.empty() || !fault.target.az.empty())
    words += " of " + words_of(fault.target);
  if (fault.peer) words += " from " + words_of(*fault.peer);
  if (fault.direction != FaultSpec::Direction::both)
    words +=
        fault.direction == FaultSpec::Direction::outgoing ? ", outgoing only" : ", incoming only";
  words += strength_of(fault);
  if (ends_of(fault.kind) == FaultEnds::by_restart)
    return words + (fault.restart_after_s
                        ? ", back after " + shortest(*fault.restart_after_s) + " s"
                        : ", never back");
  if (fault.duration_s) words += ", for " + shortest(*fault.duration_s) + " s";
  return words;
}

std::string sentence(const Promise& promise) {
  const char* node = promise.over == Promise::Over::storage ? "storage node" : "server";
  const std::string keeps = extent(promise.keeps, node), writes = extent(promise.writes, node);
  std::string words = keeps.empty() ? "acknowledged transactions may be lost with a server"
                                    : "acknowledged transactions survive the loss of " + keeps;
  if (!keeps.empty() && promise.missing_is_dead) words += ", if that is dead, not out of sight,";
  if (!keeps.empty() && !promise.void_if.empty()) words += " (void if " + promise.void_if + " > 0)";
  if (!writes.empty()) words += "; writes go on after that of " + writes;
  words += promise.reads_are_kept ? "; no read sees what is lost" : "; reads may see what is lost";
  words += promise.one_primary ? "; one primary at a time" : "; two primaries at a time may be";
  return words;
}

}  // namespace writepath
