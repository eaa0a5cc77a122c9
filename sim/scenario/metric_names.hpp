#pragma once
// The legal metric names of expectations, by what they are measured of. The metrics library owns
// the names; the caller hands them to the reader, which links nothing of it.
#include <string>
#include <utility>
#include <vector>

namespace writepath {

struct MetricNames {
  std::vector<std::string> run;        ///< of an architecture's whole run
  std::vector<std::string> fault;      ///< with "fault"
  std::vector<std::string> operation;  ///< with "operation"
  std::vector<std::string> replica;    ///< with "node"
  std::vector<std::string> clients;    ///< with "clients"
  /// Those of a run that are money, each with the price that it needs ("": any).
  std::vector<std::pair<std::string, std::string>> costs;
};

}  // namespace writepath
