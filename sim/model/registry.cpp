#include "sim/model/registry.hpp"

namespace writepath {

ModelCatalog catalog_of(const ModelRegistry& registry) {
  ModelCatalog catalog;
  for (const ModelFactory& factory : registry) catalog.push_back(factory.entry);
  return catalog;
}

const ModelFactory* find_model(const ModelRegistry& registry, std::string_view name) {
  for (const ModelFactory& factory : registry)
    if (factory.entry.name == name) return &factory;
  return nullptr;
}

}  // namespace writepath
