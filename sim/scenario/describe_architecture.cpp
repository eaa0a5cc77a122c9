// Architectures, faults, operations, expectations.
#include "sim/scenario/describe.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

constexpr double longest_run_s = to_s(longest_run);
constexpr Range moment_range{0, longest_run_s};
constexpr Range span_range{0, longest_run_s, true};

/// A bound of an expectation: a number, or the name of the architecture to compare with.
void describe_bound(Fields& f, const char* key, std::optional<double>& bound,
                    Expectation::Relation relation, Expectation& expectation, Doc doc) {
  std::string than = expectation.relation == relation ? expectation.than : "";
  f.number_or_text(key, bound, than, doc);
  if (than.empty()) return;
  expectation.relation = relation;
  expectation.than = than;
}

void require_sense(Fields& f, const Expectation& e) {
  f.exactly_one_of({"at_most", "at_least", "less_than", "more_than", "equals"});
  int subjects = 0;
  for (const char* key : {"fault", "operation", "clients", "node"}) subjects += f.has(key);
  f.require(subjects <= 1, "",
            [] {
              return std::string(
                  "names several subjects; give at most one of fault, operation, clients, node");
            },
            {"fault", "operation", "clients", "node"});
  const bool compares = e.relation != Expectation::Relation::none;
  f.require(
      compares || e.factor == 1, "factor",
      [] { return std::string("only makes sense when the bound is the name of an architecture"); },
      {"at_most", "at_least", "less_than", "more_than", "equals"});
  f.require(f.has("equals") || e.tolerance == 0, "tolerance",
            [] { return std::string("only makes sense with equals"); }, {"equals"});
}

}  // namespace

void describe(Fields& f, ArchitectureSpec& architecture) {
  f.about("An architecture: a model, its nodes and its options.");
  f.text("name", architecture.name, TextRule::name, {"Name in reports, unique."},
         Presence::required);
  f.model(architecture, {"Which model plays it; `writepath models` lists them."},
          {"Options of the model."});
  f.list("nodes", architecture.nodes, 1, {"Its nodes, in order of deployment."},
         Presence::required);
}

void describe(Fields& f, FaultTarget& target) {
  f.about(
      "What a fault strikes, resolved when it does: a role, or a node's id together with the "
      "fault's architecture, or an AZ.");
  f.choice("role", target.role, node_role_words(),
           {"The nodes that have this role when the fault strikes (see `when`). MySQL has no "
            "storage nodes: "
            "there `storage` is the primary's volume, and strikes the primary. `standby` is the "
            "mirror of MySQL's option `mirror`."});
  f.text("node", target.node, TextRule::reference,
         {"Id of a node; the fault must then name its architecture."});
  f.text("az", target.az, TextRule::reference,
         {"With a role: only its nodes in this AZ; with az_outage: the AZ."});
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

void describe(Fields& f, FaultSpec& fault) {
  f.about("A fault, played on the simulated world; models learn of it as databases do.");
  f.text("id", fault.id, TextRule::name, {"Name of the fault, unique."}, Presence::required);
  f.number("at_s", fault.at_s, moment_range, {"When it strikes.", "s"}, Presence::required);
  f.choice(
      "kind", fault.kind, fault_kind_words(),
      {"node_crash: nodes die; az_outage: an AZ's nodes lose power and network; partition: the "
       "target is cut off from the rest, and lives on."},
      Presence::required);
  f.choice("crash", fault.crash, crash_kind_words(),
           {"node_crash: what dies. process: the kernel's buffers survive; host: what was not "
            "flushed is lost; loss: local disks are gone too."});
  f.object("target", fault.target, {"What it strikes."}, Presence::required);
  f.number("duration_s", fault.duration_s, span_range,
           {"az_outage and partition: until it heals; left out: the run's end.", "s"});
  f.number("restart_after_s", fault.restart_after_s, {0, longest_run_s},
           {"node_crash: the nodes start again so long after; left out: never.", "s"});
  f.text("architecture", fault.architecture, TextRule::reference,
         {"Only in this architecture; left out: in all."});
  f.choice("if_absent", fault.if_absent,
           {{"error", FaultSpec::IfAbsent::error}, {"skip", FaultSpec::IfAbsent::skip}},
           {"What to do in an architecture that never has the role: refuse the scenario, or report "
            "the fault as not applicable."});
  // A resolved scenario says all defaults: only other values are out of place.
  const bool crash = fault.kind == FaultKind::node_crash;
  f.require(crash || fault.crash == CrashKind::host, "crash",
            [] { return std::string("only makes sense with kind node_crash"); }, {"kind"});
  f.require(crash || !f.has("restart_after_s"), "restart_after_s",
            [] { return std::string("only makes sense with kind node_crash; give duration_s"); },
            {"kind"});
  f.require(
      !crash || !f.has("duration_s"), "duration_s",
      [] {
        return std::string("only makes sense with az_outage and partition; give restart_after_s");
      },
      {"kind"});
}

void describe(Fields& f, OperationSpec& operation) {
  f.about("Something an operator does in mid-run.");
  f.choice("kind", operation.kind, operation_kind_words(),
           {"add_replica: a new replica (MySQL) or reader (Aurora) is started."},
           Presence::required);
  f.text(
      "id", operation.id, TextRule::name,
      {"Name of the operation and of the new node; left out: kind and number, as add_replica-1."});
  f.number("at_s", operation.at_s, moment_range, {"When.", "s"}, Presence::required);
  f.text("az", operation.az, TextRule::reference, {"AZ of the new node."}, Presence::required);
  f.text("architecture", operation.architecture, TextRule::reference,
         {"Only in this architecture; left out: in all."});
}

void describe(Fields& f, BatterySpec& battery) {
  f.about(
      "Standard faults (primary lost, replica or storage node lost, AZ lost), each in a short run "
      "of "
      "its own, when the scenario has no faults.");
  f.boolean("enabled", battery.enabled,
            {"Off: the report says 'not exercised' of failure behaviour."});
  f.number("fault_at_s", battery.fault_at_s, moment_range, {"When the fault strikes.", "s"});
  f.number("duration_s", battery.duration_s, span_range, {"Length of each run.", "s"});
  f.number("settle_s", battery.settle_s, moment_range, {"Longest settling time of each run.", "s"});
  f.require(battery.fault_at_s < battery.duration_s, "fault_at_s",
            [] { return std::string("must be before the battery's duration_s"); }, {"duration_s"});
}

void describe(Fields& f, Expectation& e) {
  using Relation = Expectation::Relation;
  f.about(
      "What the run should show. The bound is a number, or the name of another architecture: then "
      "its metric, times factor, is the bound.");
  f.text("architecture", e.architecture, TextRule::reference,
         {"Whose metric; left out: each architecture's."});
  f.alias("of", "architecture", e.architecture,
          {"Another word for architecture, for comparisons: \"of\": \"x\", \"less_than\": \"y\"."});
  f.text("fault", e.fault, TextRule::reference, {"The metric of this fault."});
  f.text("operation", e.operation, TextRule::reference, {"The metric of this operation."});
  f.text("clients", e.clients, TextRule::reference, {"The metric of this group of clients."});
  f.text("node", e.node, TextRule::reference, {"The metric of this replica."});
  f.text("metric", e.metric, TextRule::reference, {"Name of a metric, as in the reports."},
         Presence::required);
  describe_bound(f, "at_most", e.at_most, Relation::at_most, e, {"metric <= bound"});
  describe_bound(f, "at_least", e.at_least, Relation::at_least, e, {"metric >= bound"});
  describe_bound(f, "less_than", e.less_than, Relation::less_than, e, {"metric < bound"});
  describe_bound(f, "more_than", e.more_than, Relation::more_than, e, {"metric > bound"});
  describe_bound(f, "equals", e.equals, Relation::equal, e,
                 {"metric = bound, up to the tolerance"});
  f.number("tolerance", e.tolerance, {0},
           {"Of equals: the greatest difference allowed, absolute."});
  f.number("factor", e.factor, {0, 1e12, true},
           {"Of a comparison: multiplies the other architecture's metric."});
  f.text("because", e.because, TextRule::free, {"Printed with the verdict."});
  require_sense(f, e);
}

}  // namespace writepath
