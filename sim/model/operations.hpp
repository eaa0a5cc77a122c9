#pragma once
// Operations as models meet them: a node that joins later is added to the world in deploy(), with
// starts = false, and boots when its operation begins.
#include <string>

#include "sim/scenario/scenario.hpp"

namespace writepath {

/// Whether the operation is for this architecture; the others don't add its node.
inline bool applies_to(const OperationSpec& operation, const ArchitectureSpec& architecture) {
  return operation.architecture.empty() || operation.architecture == architecture.name;
}

/// Name of the node that the scenario's index-th operation adds: its id, else "add_replica-<n>"
/// counting from 1.
std::string operation_node_name(const OperationSpec& operation, std::size_t index);

}  // namespace writepath
