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

namespace {
Extent extent_of(const Survival& survival) {
  return {survival.copies, survival.azs, survival.copies_beside_az};
}
}  // namespace

Promise promise_of(const ModelFactory& factory, const ArchitectureSpec& architecture) {
  if (factory.promises) return factory.promises(architecture);
  Promise promise;
  if (!factory.survives) return promise;
  promise.over = Promise::Over::storage;
  // A read quorum finds what was acknowledged again.
  for (const Survival& survival : factory.survives(architecture))
    (survival.what == "reads" ? promise.keeps : promise.writes) = extent_of(survival);
  promise.one_primary = true;
  promise.reads_are_kept =
      !factory.may_read_what_is_lost || !factory.may_read_what_is_lost(architecture);
  return promise;
}

}  // namespace writepath
