// Operations and expectations: the parts that refer to all others.
#include <algorithm>

#include "sim/scenario/validate.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

using Relation = Expectation::Relation;

const char* bound_key(Relation relation) {
  switch (relation) {
    case Relation::less_than:
      return "/less_than";
    case Relation::at_most:
      return "/at_most";
    case Relation::at_least:
      return "/at_least";
    case Relation::more_than:
      return "/more_than";
    case Relation::equal:
      return "/equals";
    case Relation::none:
      break;
  }
  return "";
}

bool gives(const PriceList& prices, const std::string& key) {
  return key.empty() || (key == "per_million_ios"     ? prices.per_million_ios
                         : key == "per_gb_across_azs" ? prices.per_gb_across_azs
                                                      : prices.per_instance_hour);
}

}  // namespace

std::string lacking_price(const MetricNames& names, const std::string& metric,
                          const std::optional<PriceList>& prices) {
  for (const auto& [name, price] : names.costs) {
    if (name != metric) continue;
    if (!prices)
      return "needs prices, and there are none: give the scenario \"prices\", or --prices FILE";
    if (!gives(*prices, price)) return "needs the price " + price + ", which is not given";
  }
  return "";
}

// ---- operations ----------------------------------------------------------------------------

void Validation::check_operations() {
  const auto& operations = scenario_.operations;
  unique(names_of(operations, &OperationSpec::id), "/operations", "id");
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const OperationSpec& operation = operations[i];
    const std::string pointer = "/operations" + pointer_step(i);
    within_run(pointer + "/at_s", operation.at_s);
    known_az(pointer + "/az", operation.az);
    known_architecture(pointer + "/architecture", operation.architecture);
    for (const ArchitectureSpec& architecture : scenario_.architectures)
      if (concerns(operation.architecture, architecture) &&
          contains(names_of(architecture.nodes, &NodeSpec::id), operation.id))
        wrong(pointer + "/id", writepath::quoted(operation.id) +
                                   " is the id of a node of architecture " +
                                   writepath::quoted(architecture.name) + " already");
  }
}

// ---- expectations --------------------------------------------------------------------------

void Validation::check_expectations() {
  for (std::size_t i = 0; i < scenario_.expect.size(); ++i) {
    const Expectation& e = scenario_.expect[i];
    const std::string pointer = "/expect" + pointer_step(i);
    // "of" is an alias: point at the one that stands in the file.
    const JsonNode& node = nearest_node(root_, pointer);
    const std::string subject = pointer + (node.member("of") ? "/of" : "/architecture");
    known_architecture(subject, e.architecture);
    if (known_architecture(pointer + bound_key(e.relation), e.than) && e.than == e.architecture)
      wrong(pointer + bound_key(e.relation), "compares the architecture with itself");
    check_subject(e, pointer);
    check_metric(e, pointer);
  }
}

void Validation::check_subject(const Expectation& e, const std::string& pointer) {
  const auto& s = scenario_;
  if (known(pointer + "/fault", e.fault, names_of(s.faults, &FaultSpec::id), "fault", "faults",
            "/faults"))
    for (const FaultSpec& fault : s.faults)
      if (fault.id == e.fault && !fault.architecture.empty() && !e.architecture.empty() &&
          fault.architecture != e.architecture)
        wrong(pointer + "/fault", "fault " + writepath::quoted(fault.id) +
                                      " strikes architecture " +
                                      writepath::quoted(fault.architecture) + " only");
  if (known(pointer + "/operation", e.operation, names_of(s.operations, &OperationSpec::id),
            "operation", "operations", "/operations"))
    for (const OperationSpec& operation : s.operations)
      if (operation.id == e.operation && !operation.architecture.empty() &&
          !e.architecture.empty() && operation.architecture != e.architecture)
        wrong(pointer + "/operation", "operation " + writepath::quoted(operation.id) +
                                          " concerns architecture " +
                                          writepath::quoted(operation.architecture) + " only");
  known(pointer + "/clients", e.clients, names_of(s.workload.clients, &ClientGroup::name),
        "group of clients", "groups of clients", "/workload/clients");
  if (!mistakes_.under(pointer + "/architecture") && !mistakes_.under(pointer + "/of"))
    known(pointer + "/node", e.node, node_ids(e.architecture), "node", "nodes", "/architectures");
}

void Validation::check_metric(const Expectation& e, const std::string& pointer) {
  struct Subject {
    bool chosen;
    const char* key;
    const char* of;
    const std::vector<std::string>& names;
  };
  const Subject subjects[] = {
      {!e.fault.empty(), "fault", "of a fault", metrics_.fault},
      {!e.operation.empty(), "operation", "of an operation", metrics_.operation},
      {!e.node.empty(), "node", "of a replica", metrics_.replica},
      {!e.clients.empty(), "clients", "of a group of clients", metrics_.clients},
      {true, "", "of a whole run", metrics_.run}};
  const Subject& subject = *std::find_if(std::begin(subjects), std::end(subjects),
                                         [](const Subject& s) { return s.chosen; });
  if (e.metric.empty()) return;
  if (contains(subject.names, e.metric)) {
    const std::string lacking = lacking_price(metrics_, e.metric, scenario_.prices);
    if (*subject.key == '\0' && !lacking.empty() && !mistakes_.under("/prices"))
      wrong(pointer + "/metric", lacking);
    return;
  }
  const std::string message =
      "there is no metric " + writepath::quoted(e.metric) + " " + subject.of;
  for (auto other = std::rbegin(subjects); other != std::rend(subjects); ++other) {
    if (!contains(other->names, e.metric)) continue;
    wrong(pointer + "/metric",
          message + ", but " + other->of +
              (*other->key ? std::string("; name one with ") + writepath::quoted(other->key)
                           : "; leave out " + writepath::quoted(subject.key)));
    return;
  }
  wrong(pointer + "/metric", message + suggest(e.metric, subject.names, "metrics"));
}

}  // namespace writepath
