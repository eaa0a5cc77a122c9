#pragma once
// The models that this program knows: an explicit list (models/builtin.cpp), no static
// initialisers.
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/model/model.hpp"
#include "sim/observe/promise.hpp"
#include "sim/observe/survival.hpp"
#include "sim/scenario/model_catalog.hpp"

namespace writepath {

struct ModelFactory {
  ModelEntry entry;
  /// Names of the write path's steps at the primary, in the order that every transaction must pass
  /// them; StepDone::step indexes it.
  std::vector<const char*> steps;
  std::function<std::unique_ptr<ReplicationModel>()> make;
  /// Whether clients of this architecture may read what a fault later takes away (MySQL shows a
  /// transaction before any replica has it). Left empty: they may not.
  std::function<bool(const ArchitectureSpec&)> may_read_what_is_lost = {};
  /// The longest that its timeouts and retries can keep a replica from catching up, after the last
  /// fault is over: before that, the convergence check does not judge. Left empty: 0.
  std::function<double(const ArchitectureSpec&)> repairs_within_s = {};
  /// Whether a replica may show a transaction before an earlier one (MySQL with
  /// replica_preserve_commit_order off). Left empty: it may not.
  std::function<bool(const ArchitectureSpec&)> may_show_gaps = {};
  /// Whether acknowledged transactions may stand in a process's memory only (MySQL with
  /// innodb_flush_log_at_trx_commit 0): then its crash may lose them. Left empty: they may not.
  std::function<bool(const ArchitectureSpec&)> loses_with_process = {};
  /// What goes on after which losses, as the architecture's own rules say, computed without a run.
  /// Left empty: it has no such rules.
  std::function<std::vector<Survival>(const ArchitectureSpec&)> survives = {};
  /// What `writepath explore` holds its runs against. Left empty: made of `survives`, and nothing
  /// where that is empty, too.
  std::function<Promise(const ArchitectureSpec&)> promises = {};
};

using ModelRegistry = std::vector<ModelFactory>;

ModelRegistry builtin_models();  ///< models/builtin.cpp
ModelCatalog catalog_of(const ModelRegistry& registry);
Promise promise_of(const ModelFactory& factory, const ArchitectureSpec& architecture);
const ModelFactory* find_model(const ModelRegistry& registry, std::string_view name);

}  // namespace writepath
