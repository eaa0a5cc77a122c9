#pragma once
// The models that this program knows: an explicit list (models/builtin.cpp), no static initialisers.
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/model/model.hpp"
#include "sim/scenario/model_catalog.hpp"

namespace writepath {

struct ModelFactory {
  ModelEntry entry;
  /// Names of the write path's steps at the primary, in the order that every transaction must pass
  /// them; StepDone::step indexes it.
  std::vector<const char*> steps;
  std::function<std::unique_ptr<ReplicationModel>()> make;
};

using ModelRegistry = std::vector<ModelFactory>;

ModelRegistry builtin_models();  ///< models/builtin.cpp
ModelCatalog catalog_of(const ModelRegistry& registry);
const ModelFactory* find_model(const ModelRegistry& registry, std::string_view name);

}  // namespace writepath
