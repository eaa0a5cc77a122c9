#pragma once
// What the scenario reader must know of a model: its name, and how to read its options. The models
// fill it in (models/builtin.cpp); the reader never links a model.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/scenario/fields.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

struct ModelEntry {
  std::string name;      ///< as in the scenario: "mysql_binlog"
  std::string summary;   ///< one line, for `writepath models`
  std::string model_md;  ///< path of MODEL.md relative to the source tree
  /// Default options, described and filled by `describe`. The architecture is given, nodes already
  /// read, for rules such as 'more copies to wait for than exist'.
  std::function<std::shared_ptr<ModelOptions>()> make_options;
  std::function<void(Fields&, ModelOptions&, const ArchitectureSpec&, const Scenario&)> describe;
  /// Roles that an architecture of this model always has, beside those of its nodes (Aurora's
  /// storage nodes; a monitor): a fault on them is legal.
  std::function<std::vector<NodeRole>(const ArchitectureSpec&)> roles;
  /// The model has no storage nodes: a fault on the role `storage` means the primary's volume, and
  /// strikes the primary.
  bool storage_is_primary = false;
};

using ModelCatalog = std::vector<ModelEntry>;

}  // namespace writepath
