#include "sim/faults/expand_plan.hpp"

#include <algorithm>

#include "sim/core/random.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {

namespace {

constexpr std::size_t most_strikes = 1000;  ///< of one fault; validation expects 500 at most

// Defaults of presets: the keys' descriptions (describe_faults.cpp) give their ranges.
constexpr double gray_factor = 20;
constexpr double patch_restart_s = 10;
constexpr double patch_gap_s = 30;

const NodeSpec* first_node(const ArchitectureSpec& architecture, NodeRole role) {
  for (const NodeSpec& node : architecture.nodes)
    if (node.role == role) return &node;
  return nullptr;
}

bool has_storage_nodes(const ArchitectureSpec& architecture, const ModelEntry& model) {
  if (first_node(architecture, NodeRole::storage) != nullptr) return true;
  if (!model.roles) return false;
  const std::vector<NodeRole> roles = model.roles(architecture);
  return std::find(roles.begin(), roles.end(), NodeRole::storage) != roles.end();
}

/// What one strike of a preset comes to; times and ids are filled in by the caller.
class Preset {
 public:
  Preset(const FaultSpec& fault, const Scenario& scenario, const ArchitectureSpec& architecture,
         const ModelEntry& model)
      : fault_(fault),
        azs_(az_names(scenario.network)),
        architecture_(architecture),
        storage_nodes_(has_storage_nodes(architecture, model)) {}

  std::vector<FaultSpec> faults() const {
    switch (*fault_.preset) {
      case FaultPreset::az_plus_one:
        return az_plus_one();
      case FaultPreset::gray_storage_node:
        return gray_storage_node();
      case FaultPreset::partition_primary:
        return partition_primary();
      case FaultPreset::rolling_patch:
        return rolling_patch();
    }
    return {};
  }

 private:
  FaultSpec one(FaultKind kind) const {
    FaultSpec fault;
    fault.id = fault_.id;
    fault.at_s = fault_.at_s;
    fault.kind = kind;
    fault.duration_s = fault_.duration_s;
    fault.architecture = fault_.architecture;
    fault.if_absent = FaultSpec::IfAbsent::skip;
    return fault;
  }

  std::string chosen_az() const {
    if (!fault_.az.empty()) return fault_.az;
    const NodeSpec* const primary = first_node(architecture_, NodeRole::primary);
    return primary != nullptr ? primary->az : azs_.front();
  }

  /// Another AZ that has a node of the role; the model places storage nodes as it likes.
  std::string another_az(NodeRole role) const {
    for (const std::string& az : azs_) {
      const bool there =
          std::any_of(architecture_.nodes.begin(), architecture_.nodes.end(),
                      [&](const NodeSpec& node) { return node.role == role && node.az == az; });
      if (az != chosen_az() && (there || role == NodeRole::storage)) return az;
    }
    return "";
  }

  std::vector<FaultSpec> az_plus_one() const {
    FaultSpec dark = one(FaultKind::az_outage);
    dark.target.az = chosen_az();
    FaultSpec lost = one(FaultKind::node_crash);
    lost.at_s += fault_.gap_s.value_or(0);
    lost.crash = CrashKind::loss;
    lost.duration_s.reset();
    lost.restart_after_s = fault_.duration_s;
    const NodeRole role = storage_nodes_ ? NodeRole::storage : NodeRole::replica;
    lost.target.az = another_az(role);
    if (lost.target.az.empty()) return {dark};
    lost.target.role = role;
    lost.target.index = 0;
    lost.target.when = FaultTarget::When::initial;
    return {dark, lost};
  }

  std::vector<FaultSpec> gray_storage_node() const {
    FaultTarget target;
    target.role = NodeRole::storage;
    target.index = 0;
    // Without storage nodes it is the primary's volume, wherever the primary is.
    target.az = storage_nodes_ ? chosen_az() : fault_.az;
    std::vector<FaultSpec> faults{one(FaultKind::slow_disk)};
    faults.back().factor = fault_.factor.value_or(gray_factor);
    if (fault_.loss_probability) {
      faults.push_back(one(FaultKind::packet_loss));
      faults.back().loss_probability = fault_.loss_probability;
    }
    if (fault_.delay_ms) {
      faults.push_back(one(FaultKind::packet_delay));
      faults.back().delay_ms = fault_.delay_ms;
    }
    for (FaultSpec& fault : faults) fault.target = target;
    return faults;
  }

  std::vector<FaultSpec> partition_primary() const {
    FaultSpec cut = one(FaultKind::partition);
    cut.target.role = NodeRole::primary;
    cut.direction = fault_.direction;
    return {cut};
  }

  std::vector<FaultSpec> rolling_patch() const {
    const double restart_s = fault_.restart_after_s.value_or(patch_restart_s);
    std::vector<FaultSpec> faults;
    for (const std::string& az : azs_) {
      FaultSpec restart = one(FaultKind::node_crash);
      restart.at_s +=
          static_cast<double>(faults.size()) * (restart_s + fault_.gap_s.value_or(patch_gap_s));
      restart.crash = CrashKind::process;
      restart.restart_after_s = restart_s;
      restart.target.az = az;
      faults.push_back(std::move(restart));
    }
    return faults;
  }

  const FaultSpec& fault_;
  std::vector<std::string> azs_;
  const ArchitectureSpec& architecture_;
  bool storage_nodes_;
};

/// When the fault strikes, s.
std::vector<double> strikes_of(const FaultSpec& fault, double duration_s, std::uint64_t seed) {
  std::vector<double> times{fault.at_s};
  if (!fault.repeat) return times;
  const FaultRepeat& repeat = *fault.repeat;
  const double until_s = std::min(repeat.until_s.value_or(duration_s), duration_s);
  const auto most = static_cast<std::size_t>(repeat.count.value_or(most_strikes));
  RandomStream dice(seed, "faults." + fault.id + ".times");
  const Distribution gap{Exponential{repeat.rate_per_s ? 1 / *repeat.rate_per_s : 1}};
  while (times.size() < most) {
    // Not by adding up: the n-th strike is exactly n - 1 gaps after the first.
    const double next = repeat.every_s
                            ? fault.at_s + static_cast<double>(times.size()) * *repeat.every_s
                            : times.back() + gap.sample(dice);
    if (next >= until_s) break;
    times.push_back(next);
  }
  return times;
}

}  // namespace

std::vector<FaultSpec> expand_plan(const Scenario& scenario, const ArchitectureSpec& architecture,
                                   const ModelEntry& model, std::uint64_t seed) {
  std::vector<FaultSpec> plan;
  for (const FaultSpec& fault : scenario.faults) {
    const std::vector<FaultSpec> stroke =
        fault.preset ? Preset(fault, scenario, architecture, model).faults()
                     : std::vector<FaultSpec>{fault};
    std::size_t number = 0;
    for (const double at_s : strikes_of(fault, scenario.duration_s, seed))
      for (FaultSpec one : stroke) {
        one.at_s += at_s - fault.at_s;
        if (++number > 1) one.id += "." + std::to_string(number);
        one.repeat.reset();
        plan.push_back(std::move(one));
      }
  }
  return plan;
}

}  // namespace writepath
