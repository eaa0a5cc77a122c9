// Faults: their kinds and presets, and which key belongs to which.
#include <algorithm>

#include "sim/scenario/describe.hpp"
#include "sim/scenario/fault_kinds.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

using Kind = FaultKind;
using Preset = FaultPreset;

/// A key that only some kinds and presets have.
struct KeyRule {
  const char* key;
  bool given;
  std::vector<Kind> kinds;
  std::vector<Preset> presets;
  std::vector<Kind> needed_by;
};

template <class T>
bool is_among(const std::vector<T>& list, T value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string name_of(const FaultSpec& fault) {
  return fault.preset ? to_text(*fault.preset) : to_text(fault.kind);
}

std::string only_with(const KeyRule& rule, const FaultSpec& fault) {
  std::string legal;
  for (const Kind kind : rule.kinds) legal += (legal.empty() ? "" : ", ") + to_text(kind);
  for (const Preset preset : rule.presets) legal += (legal.empty() ? "" : ", ") + to_text(preset);
  const bool dies = !fault.preset && ends_of(fault.kind) == FaultEnds::by_restart;
  const std::string key = rule.key;
  const bool restart = key == "duration_s" && dies;
  const bool duration = key == "restart_after_s" && !dies && !fault.preset;
  return "only makes sense with " + legal + ", not with " + name_of(fault) +
         (restart    ? "; give restart_after_s"
          : duration ? "; give duration_s"
                     : "");
}

void hold(Fields& f, const KeyRule& rule, const FaultSpec& fault) {
  const bool legal =
      fault.preset ? is_among(rule.presets, *fault.preset) : is_among(rule.kinds, fault.kind);
  f.require(legal || !rule.given, rule.key, [&] { return only_with(rule, fault); },
            {"kind", "preset"});
  const bool needed = !fault.preset && is_among(rule.needed_by, fault.kind);
  f.require(!needed || f.has(rule.key), rule.key,
            [&] { return "is missing: " + name_of(fault) + " needs it"; }, {"kind", "preset"});
}

void hold_keys(Fields& f, const FaultSpec& fault) {
  if (f.has("kind") == f.has("preset")) return;  // which keys it may have, nobody knows
  const std::vector<Kind> network{Kind::partition, Kind::packet_loss, Kind::packet_delay};
  std::vector<Kind> struck, needing, lasting, dying;
  for (const auto& [word, kind] : fault_kind_words()) {
    const FaultTargets targets = targets_of(kind);
    if (targets != FaultTargets::none) struck.push_back(kind);
    if (targets != FaultTargets::none && targets != FaultTargets::preferred)
      needing.push_back(kind);
    if (ends_of(kind) == FaultEnds::by_restart) dying.push_back(kind);
    if (ends_of(kind) == FaultEnds::after_duration || ends_of(kind) == FaultEnds::stays)
      lasting.push_back(kind);
  }
  const bool slow_node = !fault.preset && fault.kind == Kind::slow_node;
  const KeyRule rules[] = {
      {"target", f.has("target"), struck, {}, needing},
      {"crash", fault.crash != CrashKind::host, {Kind::node_crash}, {}, {}},
      {"duration_s",
       f.has("duration_s"),
       lasting,
       {Preset::az_plus_one, Preset::gray_storage_node, Preset::partition_primary},
       {}},
      {"restart_after_s", f.has("restart_after_s"), dying, {Preset::rolling_patch}, {}},
      {"peer", f.has("peer"), network, {}, {}},
      {"direction",
       fault.direction != FaultSpec::Direction::both,
       network,
       {Preset::partition_primary},
       {}},
      {"factor",
       f.has("factor"),
       {Kind::slow_disk, Kind::slow_node},
       {Preset::gray_storage_node},
       {Kind::slow_disk}},
      {"loss_probability",
       f.has("loss_probability"),
       {Kind::packet_loss},
       {Preset::gray_storage_node},
       {Kind::packet_loss}},
      {"delay_ms",
       f.has("delay_ms"),
       {Kind::packet_delay, Kind::slow_node},
       {Preset::gray_storage_node},
       {Kind::packet_delay}},
      {"jump_ms", f.has("jump_ms"), {Kind::clock_jump}, {}, {Kind::clock_jump}},
      {"drift_ppm", f.has("drift_ppm"), {Kind::clock_drift}, {}, {Kind::clock_drift}},
      {"delay_s", f.has("delay_s"), {Kind::endpoint_delay}, {}, {Kind::endpoint_delay}},
      {"gap_s", f.has("gap_s"), {}, {Preset::az_plus_one, Preset::rolling_patch}, {}},
      {"az", f.has("az"), {}, {Preset::az_plus_one, Preset::gray_storage_node}, {}},
  };
  for (const KeyRule& rule : rules) hold(f, rule, fault);
  f.require(!slow_node || f.has("factor") || f.has("delay_ms"), "",
            [] { return std::string("slow_node needs factor or delay_ms, or both"); },
            {"kind", "preset", "factor", "delay_ms"});
}

/// What strikes, when and whom.
void describe_stroke(Fields& f, FaultSpec& fault) {
  std::optional<FaultKind> kind;
  if (!fault.preset) kind = fault.kind;
  f.choice(
      "kind", kind, fault_kind_words(),
      {"node_crash: nodes die. az_outage: an AZ's nodes lose power and network. volume_loss: "
       "the contents of the nodes' volumes are gone, attached ones too, and the processes "
       "start again empty. disk_stall: the disks answer nothing; slow_disk: they take `factor` "
       "times as long. torn_write: hosts crash in a flush, and the last write is torn. "
       "partition: the target is cut off from the rest (or from `peer`), and lives on. "
       "packet_loss, packet_delay: of messages between the target and the rest (or `peer`). "
       "slow_node: CPU work takes `factor` times as long, messages `delay_ms` longer. "
       "clock_jump, clock_drift: of the nodes' own clocks. pause: processes stop, answer "
       "nothing, and come back believing what they believed. endpoint_delay: the name service "
       "publishes a new writer `delay_s` late. planned_failover: an operator's command; the "
       "target, if given, is to be the new primary."});
  f.choice(
      "preset", fault.preset, fault_preset_words(),
      {"Instead of kind and target: a plan that any architecture accepts. az_plus_one: an AZ "
       "is dark, and one node of another AZ is lost with its disk (a storage node, or a "
       "replica where there are none). gray_storage_node: one storage node is slow and stays "
       "up (where there are none: the primary's volume). partition_primary: the primary is cut "
       "off from all others, and lives on. rolling_patch: every process of the architecture "
       "restarts, one AZ at a time, never two at once."});
  f.exactly_one_of({"kind", "preset"});
  if (kind) fault.kind = *kind;
  f.choice("crash", fault.crash, crash_kind_words(),
           {"node_crash: what dies. process: the kernel's buffers survive; host: what was not "
            "flushed is lost; loss: local disks are gone too."});
  std::optional<FaultTarget> target;
  if (!fault.target.is_empty()) target = fault.target;
  f.object("target", target, {"What it strikes. Not of endpoint_delay and presets."});
  if (target) fault.target = *target;
  f.object("peer", fault.peer,
           {"partition, packet_loss, packet_delay: the second end; only what passes between target "
            "and peer is struck. Left out: all that passes between the target and the rest."});
  std::optional<FaultSpec::Direction> direction;
  if (fault.direction != FaultSpec::Direction::both) direction = fault.direction;
  f.choice("direction", direction, direction_words(),
           {"partition, packet_loss, packet_delay: which way, as the target sees it; left out: "
            "both."});
  if (direction) fault.direction = *direction;
}

/// How long and how strongly.
void describe_strength(Fields& f, FaultSpec& fault) {
  f.number("duration_s", fault.duration_s, span_range,
           {"Until it heals; left out: the run's end (a clock that jumped: it stays wrong). Of "
            "az_plus_one: how long the AZ is dark, and how long the node is away.",
            "s"});
  f.number("restart_after_s", fault.restart_after_s, {0, longest_run_s},
           {"node_crash, volume_loss, torn_write: the nodes start again so long after; left out: "
            "never. rolling_patch: how long each process is down; left out: 10 s.",
            "s", "rolling_patch: assumption, range 2 to 60"});
  f.number("factor", fault.factor, {1, 1e6, true},
           {"slow_disk: each request takes so many times as long; slow_node: CPU work does. "
            "gray_storage_node: of its disk; left out: 20.",
            "", "gray_storage_node: assumption, range 5 to 100"});
  f.number("loss_probability", fault.loss_probability, {0, 0.99, true},
           {"packet_loss: that a message is lost on its way, on top of the network's own; it then "
            "costs a retransmission timeout. gray_storage_node: of its messages; left out: none."});
  f.number("delay_ms", fault.delay_ms, {0, 600'000, true},
           {"packet_delay, slow_node: added to each message's way, in each direction struck. "
            "gray_storage_node: of its messages; left out: none.",
            "ms"});
  f.number("jump_ms", fault.jump_ms, {-1e9, 1e9},
           {"clock_jump: added to the clock; after duration_s, if given, it jumps back.", "ms"});
  f.number("drift_ppm", fault.drift_ppm, {-500'000, 500'000},
           {"clock_drift: added to the clock's drift; what it has gone wrong by the end, it stays.",
            "ppm"});
  f.number("delay_s", fault.delay_s, {0, longest_run_s, true},
           {"endpoint_delay: so long after a change, the name service still gives the old writer.",
            "s"});
  f.number("gap_s", fault.gap_s, moment_range,
           {"az_plus_one: the node is lost so long after the AZ; left out: at once. rolling_patch: "
            "from the last process that is back to the next AZ; left out: 30 s.",
            "s", "rolling_patch: assumption, range 10 to 600"});
  f.text("az", fault.az, TextRule::reference,
         {"az_plus_one: the AZ that is dark; left out: the primary's. gray_storage_node: the "
          "node's AZ; left out: the primary's."});
}

}  // namespace

void describe(Fields& f, FaultTarget& target) {
  f.about(
      "What a fault strikes, resolved when it does: a role, or a node's id together with the "
      "fault's architecture, or an AZ.",
      "fault_target");
  f.choice("role", target.role, node_role_words(),
           {"The nodes that have this role when the fault strikes (see `when`). MySQL has no "
            "storage nodes: "
            "there `storage` is the primary's volume, and strikes the primary. `standby` is the "
            "mirror of MySQL's option `mirror`."});
  f.text("node", target.node, TextRule::reference,
         {"Id of a node; the fault must then name its architecture."});
  f.text("az", target.az, TextRule::reference,
         {"With a role: only its nodes in this AZ. Alone: every node of the architecture there; of "
          "an az_outage, a partition and packets, clients and monitors too."});
  f.integer("index", target.index, {0, 10'000},
            {"Only this one of the role's nodes, in order of deployment, from 0."});
  f.choice("pick", target.pick,
           {{"all", FaultTarget::Pick::all}, {"random", FaultTarget::Pick::random}},
           {"All of the role's nodes, or one drawn at random."});
  f.choice("when", target.when,
           {{"initial", FaultTarget::When::initial}, {"current", FaultTarget::When::current}},
           {"Whose role counts: that of the run's start, or that of the moment of the fault."});
  f.require(target.node.empty() || !target.role, "node",
            [] { return std::string("can't stand together with role: give one of the two"); },
            {"role"});
  f.require(!target.index || target.pick == FaultTarget::Pick::all, "pick",
            [] { return std::string("random can't stand together with index"); }, {"index"});
  const bool plain = !target.index && target.pick == FaultTarget::Pick::all &&
                     target.when == FaultTarget::When::current;
  f.require(target.role || plain, "",
            [] { return std::string("index, pick and when only make sense with role"); },
            {"role", "index", "pick", "when"});
}

void describe(Fields& f, FaultRepeat& repeat) {
  f.about("When a fault strikes again. The first strike is at at_s; the n-th is called id.n.");
  f.number("every_s", repeat.every_s, span_range, {"From one strike to the next.", "s"});
  f.number("rate_per_s", repeat.rate_per_s, {0, 1000, true},
           {"Strikes as a Poisson process, the same times in every architecture.", "1/s"});
  f.exactly_one_of({"every_s", "rate_per_s"});
  f.integer("count", repeat.count, {1, 1000},
            {"Strikes in all; left out: as many as come before until_s."});
  f.number("until_s", repeat.until_s, span_range,
           {"Moment of the run from which on it strikes no more; left out: duration_s.", "s"});
}

void describe(Fields& f, FaultSpec& fault) {
  f.about("A fault, played on the simulated world; models learn of it as databases do.");
  f.text("id", fault.id, TextRule::name, {"Name of the fault, unique."}, Presence::required);
  f.number("at_s", fault.at_s, moment_range, {"When it strikes.", "s"}, Presence::required);
  describe_stroke(f, fault);
  describe_strength(f, fault);
  f.object("repeat", fault.repeat, {"Left out: it strikes once."});
  f.text("architecture", fault.architecture, TextRule::reference,
         {"Only in this architecture; left out: in all."});
  f.choice("if_absent", fault.if_absent,
           {{"error", FaultSpec::IfAbsent::error}, {"skip", FaultSpec::IfAbsent::skip}},
           {"What to do in an architecture that never has the role: refuse the scenario, or report "
            "the fault as not applicable."});
  if (f.reading()) hold_keys(f, fault);
}

}  // namespace writepath
