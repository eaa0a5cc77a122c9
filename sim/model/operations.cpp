#include "sim/model/operations.hpp"

namespace writepath {

std::string operation_node_name(const OperationSpec& operation, std::size_t index) {
  if (!operation.id.empty()) return operation.id;
  return "add_replica-" + std::to_string(index + 1);
}

}  // namespace writepath
