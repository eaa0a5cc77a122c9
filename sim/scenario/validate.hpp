#pragma once
// What no single object can know: names that refer to other parts, times within the run, faults on
// roles that exist.
#include <algorithm>
#include <string>
#include <vector>

#include "sim/scenario/json_node.hpp"
#include "sim/scenario/metric_names.hpp"
#include "sim/scenario/mistakes.hpp"
#include "sim/scenario/model_catalog.hpp"

namespace writepath {

/// One member of each item of a list: the names in it.
template <class T>
std::vector<std::string> names_of(const std::vector<T>& list, std::string T::*name) {
  std::vector<std::string> names;
  for (const T& item : list) names.push_back(item.*name);
  return names;
}

inline bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether a fault or operation that names this architecture (or none: all) is played in it.
inline bool concerns(const std::string& chosen, const ArchitectureSpec& architecture) {
  return chosen.empty() || chosen == architecture.name;
}

/// What a metric needs that is not given: prices, or the one price that it is made of. Empty:
/// nothing.
std::string lacking_price(const MetricNames&, const std::string& metric,
                          const std::optional<PriceList>& prices);

class Validation {
 public:
  /// `root` gives the places.
  Validation(const Scenario& scenario, const JsonNode& root, const ModelCatalog& catalog,
             const MetricNames& metrics, Mistakes& mistakes)
      : scenario_(scenario),
        root_(root),
        catalog_(catalog),
        metrics_(metrics),
        mistakes_(mistakes) {}

  void check_all();

 private:
  void check_times();
  void check_network();
  void check_workload();
  void check_architectures();
  void check_faults();
  void check_operations();
  void check_expectations();

  void check_nodes(const ArchitectureSpec&, const std::string& pointer);
  void check_hosts(const ArchitectureSpec&, const std::string& pointer);
  void check_fault_ids();
  void check_repeat(const FaultSpec&, const std::string& pointer);
  void check_target(const FaultSpec&, const FaultTarget&, const std::string& pointer);
  void check_target_in(const ArchitectureSpec&, const FaultSpec&, const FaultTarget&,
                       const std::string& pointer);
  void check_subject(const Expectation&, const std::string& pointer);
  void check_metric(const Expectation&, const std::string& pointer);

  /// Reports, unless something at or under the pointer has been reported already.
  void wrong(const std::string& pointer, const std::string& message);
  /// Says that `name` is none of `legal`, unless it is empty or the legal ones (at `source`) are
  /// wrong themselves. True when the name is fine.
  bool known(const std::string& pointer, const std::string& name,
             const std::vector<std::string>& legal, const char* noun, const char* nouns,
             std::string_view source);
  bool known_az(const std::string& pointer, const std::string& az);
  bool known_architecture(const std::string& pointer, const std::string& name);
  void unique(const std::vector<std::string>& names, const std::string& list, const char* key);
  void within_run(const std::string& pointer, double moment_s);

  /// The ids of an architecture's nodes, those that operations add included.
  std::vector<std::string> node_ids(const ArchitectureSpec&) const;
  std::vector<std::string> node_ids(const std::string& architecture) const;  ///< "": of all
  const ModelEntry* model_of(const ArchitectureSpec&) const;

  const Scenario& scenario_;
  const JsonNode& root_;
  const ModelCatalog& catalog_;
  const MetricNames& metrics_;
  Mistakes& mistakes_;
};

}  // namespace writepath
