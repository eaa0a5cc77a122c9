#include "sim/metrics/timeline.hpp"

#include <algorithm>

#include "sim/scenario/fault_kinds.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

const char* word_of(CrashKind crash) {
  switch (crash) {
    case CrashKind::process:
      return "down (process)";
    case CrashKind::host:
      return "down (host)";
    case CrashKind::loss:
      return "down (loss)";
  }
  return "down";
}

/// What such a fault makes of a node that stays up; nullptr: nothing but what other facts say.
const char* word_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::pause:
      return "paused";
    case FaultKind::partition:
      return "cut";
    case FaultKind::disk_stall:
      return "disk stalled";
    case FaultKind::slow_disk:
      return "slow disk";
    case FaultKind::packet_loss:
      return "losing packets";
    case FaultKind::packet_delay:
      return "delayed packets";
    case FaultKind::slow_node:
      return "slow";
    default:
      return nullptr;
  }
}

}  // namespace

Timeline::Timeline(const MetricsConfig& config)
    : config_(config), nodes_(config.nodes.size()), faults_(config.scenario->faults.size()) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) nodes_[i].role = config.nodes[i].role;
}

// ---- facts --------------------------------------------------------------------------------------

std::string Timeline::state_of(const Node& node) const {
  if (!node.up) return node.down;
  std::string state = to_text(node.role);
  for (const std::uint32_t fault : node.faults)
    if (const char* const word = word_of(config_.scenario->faults[fault].kind))
      state += std::string(", ") + word;
  return state;
}

std::string Timeline::fault_of(const Node& node) const {
  std::string ids;
  for (const std::uint32_t fault : node.faults)
    ids += (ids.empty() ? "" : " ") + config_.scenario->faults[fault].id;
  return ids;
}

Timeline::Node& Timeline::close(NodeId id, TimeNs at) {
  Node& node = nodes_[id.value];
  if (at > node.since)
    node.rows.push_back(
        {node.since, at, config_.nodes[id.value].name, state_of(node), fault_of(node)});
  node.since = at;
  return node;
}

void Timeline::on(const FaultStruck& fact) {
  Fault& fault = faults_[fact.fault];
  if (fault.struck == never) fault.struck = fact.at;
  if (fact.node == no_node) return;
  fault.nodes.push_back(fact.node);
  close(fact.node, fact.at).faults.push_back(fact.fault);
}

void Timeline::on(const FaultHealed& fact) {
  Fault& fault = faults_[fact.fault];
  fault.healed = fact.at;
  for (const NodeId node : fault.nodes) std::erase(close(node, fact.at).faults, fact.fault);
}

void Timeline::on(const NodeDown& fact) {
  Node& node = close(fact.node, fact.at);
  node.up = false;
  node.down = word_of(fact.crash);
}

void Timeline::on(const NodeUp& fact) { close(fact.node, fact.at).up = true; }

void Timeline::on(const RoleChanged& fact) { close(fact.node, fact.at).role = fact.role; }

void Timeline::moment(TimeNs begin, TimeNs at, NodeId node, std::string state) {
  if (node == no_node) return;
  moments_.push_back({begin, at, config_.nodes[node.value].name, std::move(state), ""});
}

void Timeline::on(const FailoverMilestone& fact) {
  moment(fact.at, fact.at, fact.node, name_of(fact.milestone));
}

void Timeline::on(const ConfiguredWait& fact) {
  moment(fact.began, fact.at, fact.node, std::string("waits as configured: ") + fact.reason);
}

void Timeline::on(const LineageForked& fact) {
  moment(fact.at, fact.at, fact.node, "begins epoch " + std::to_string(fact.epoch.value));
}

// ---- rows ---------------------------------------------------------------------------------------

void Timeline::put_commits(std::vector<TimelineRow>& rows, TimeNs end) const {
  TimeNs since = 0;
  const auto put = [&](TimeNs begin, TimeNs until, const char* state) {
    if (until > begin) rows.push_back({begin, until, "commits", state, ""});
  };
  for (const Gap& gap : gaps_) {
    put(since, gap.begin, "flow");
    put(gap.begin, gap.end, "stopped");
    since = gap.end;
  }
  // After the load's end nothing is expected.
  const TimeNs load_end = std::min(end, from_s(config_.scenario->duration_s));
  const bool stopped = load_end - last_ack_ > longest_gap;
  put(since, stopped ? last_ack_ : std::max(last_ack_, load_end), "flow");
  if (stopped) put(last_ack_, load_end, "stopped");
}

void Timeline::put_undo(std::vector<TimelineRow>& rows, const Undos::Opening& opening,
                        TimeNs end) const {
  if (opening.opened == never) return;  // it went down before it opened
  const std::string transactions = opening.found == 1 ? " transaction" : " transactions";
  rows.push_back({opening.opened, std::min(opening.ended, end),
                  config_.nodes[opening.node.value].name,
                  "undoes " + std::to_string(opening.found) + transactions, ""});
}

/// A node that never changed says nothing.
void Timeline::put_node(std::vector<TimelineRow>& rows, std::size_t index, TimeNs end) const {
  const Node& node = nodes_[index];
  std::vector<TimelineRow> own;
  const auto put = [&own](TimelineRow row) {
    if (!own.empty() && own.back().state == row.state && own.back().fault == row.fault)
      own.back().end = row.end;
    else
      own.push_back(std::move(row));
  };
  for (const TimelineRow& row : node.rows) put(row);
  if (end > node.since)
    put({node.since, end, config_.nodes[index].name, state_of(node), fault_of(node)});
  if (own.size() > 1) rows.insert(rows.end(), own.begin(), own.end());
}

std::vector<TimelineRow> Timeline::finish(TimeNs end, const Undos& undos) const {
  std::vector<TimelineRow> rows;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    if (faults_[i].struck == never) continue;
    const FaultSpec& spec = config_.scenario->faults[i];
    const bool at_once = ends_of(spec.kind) == FaultEnds::at_once;
    const TimeNs until = at_once ? faults_[i].struck : std::min(end, faults_[i].healed);
    rows.push_back({faults_[i].struck, until, "fault " + spec.id, to_text(spec.kind), spec.id});
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) put_node(rows, i, end);
  rows.insert(rows.end(), moments_.begin(), moments_.end());
  for (const Undos::Opening& opening : undos.openings()) put_undo(rows, opening, end);
  if (rows.empty()) return rows;
  put_commits(rows, end);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.begin < b.begin; });
  return rows;
}

}  // namespace writepath
