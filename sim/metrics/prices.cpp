#include "sim/metrics/prices.hpp"

#include <algorithm>

#include "sim/metrics/costs.hpp"
#include "sim/metrics/put.hpp"

namespace writepath {
namespace {

/// Those that somebody pays for by the hour: storage nodes are paid for by what they do.
bool is_instance(NodeRole role) {
  return role == NodeRole::primary || role == NodeRole::replica || role == NodeRole::standby;
}

/// The part of the window in which the node exists.
double present_share(const MetricsConfig& config, const NodeInfo& node) {
  if (node.present) return 1;
  for (const OperationSpec& operation : config.scenario->operations) {
    if (operation.id != node.name) continue;
    const TimeNs joins = std::clamp(from_s(operation.at_s), config.window_begin, config.window_end);
    return to_s(config.window_end - joins) / to_s(config.window_end - config.window_begin);
  }
  return 0;
}

std::optional<double> priced(double amount, std::optional<double> price) {
  if (!price) return std::nullopt;
  return amount * *price;
}

constexpr const char* price_unit = "currency of the prices";
constexpr const char* million_commits = "cost_per_million_commits";
constexpr const char* of_hour = "cost_per_hour";

}  // namespace

PricedUse use_of(const MetricsConfig& config, const FinalState& state, std::uint64_t commits) {
  const BilledCounts counts = billed_counts(state);
  PricedUse use{.commits = static_cast<double>(commits),
                .ios = counts.ios,
                .cross_az_bytes = counts.cross_az_bytes,
                .window_s = to_s(config.window_end - config.window_begin)};
  for (const NodeInfo& node : config.nodes)
    if (is_instance(node.role)) use.instances += present_share(config, node);
  return use;
}

void put_prices(const PriceList& prices, const PricedUse& use, Metrics& to) {
  const double hours = use.window_s / 3600;
  // Of the measured window.
  const std::pair<const char*, std::optional<double>> parts[] = {
      {"_ios", priced(use.ios / 1e6, prices.per_million_ios)},
      {"_cross_az", priced(use.cross_az_bytes / 1e9, prices.per_gb_across_azs)},
      {"_instances", priced(use.instances * hours, prices.per_instance_hour)}};
  double total = 0;
  for (const auto& part : parts) total += part.second.value_or(0);
  const auto put_both = [&](const char* name, double amount) {
    put(to, name, ratio(total, amount));
    for (const auto& [suffix, cost] : parts)
      put(to, std::string(name) + suffix, cost ? ratio(*cost, amount) : std::nullopt);
  };
  put_both(million_commits, use.commits / 1e6);
  put_both(of_hour, hours);
}

const std::vector<CostInfo>& cost_metrics() {
  const auto of = [](const char* name, const char* suffix, const char* meaning,
                     const char* price) -> CostInfo {
    return {{std::string(name) + suffix, price_unit, meaning}, price};
  };
  static const std::vector<CostInfo> list{
      of(million_commits, "",
         "what a million acknowledged commits cost by the scenario's `prices` (or --prices): the "
         "sum of those of the three parts below that have a price; there only with prices, as all "
         "costs",
         ""),
      of(million_commits, "_ios", "total_ios_per_commit x per_million_ios", "per_million_ios"),
      of(million_commits, "_cross_az", "cross_az_bytes_per_commit / 1000 x per_gb_across_azs",
         "per_gb_across_azs"),
      of(million_commits, "_instances",
         "instances x 10^6 / commits_per_s / 3600 x per_instance_hour; instances: the primary, "
         "replicas and the standby of a mirrored pair, one that an operation adds from its at_s on "
         "(mean over the measured window); neither storage nodes nor monitors",
         "per_instance_hour"),
      of(of_hour, "", "what an hour at the load of the measured window costs: the sum of its parts",
         ""),
      of(of_hour, "_ios",
         "I/Os of all nodes in the measured window, for an hour, / 10^6 x per_million_ios",
         "per_million_ios"),
      of(of_hour, "_cross_az",
         "bytes sent to another AZ in it, backups not, for an hour, / 10^9 x per_gb_across_azs",
         "per_gb_across_azs"),
      of(of_hour, "_instances", "instances x per_instance_hour", "per_instance_hour")};
  return list;
}

}  // namespace writepath
