// Architectures, operations, expectations.
#include "sim/scenario/describe.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

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
  f.require(e.in_at_least || !e.confidence, "confidence",
            [] { return std::string("only makes sense with in_at_least"); }, {"in_at_least"});
  f.require(!e.confidence || e.in_at_least.value_or(0) < 1, "in_at_least",
            [] {
              return std::string(
                  "must be less than 1 with confidence: no number of seeds shows that it always "
                  "holds");
            },
            {"confidence"});
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
  f.number("in_at_least", e.in_at_least, {0, 1, true},
           {"With --runs: the share of seeds in which it must hold; left out: in every one."});
  f.number("confidence", e.confidence, {0.5, 0.999999},
           {"Of in_at_least: it is then the chance to hold, of which the seeds must make one so "
            "sure (Clopper and Pearson's exact bound); too few seeds: unjudged."});
  f.text("because", e.because, TextRule::free, {"Printed with the verdict."});
  require_sense(f, e);
}

}  // namespace writepath
