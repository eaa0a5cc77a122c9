#pragma once
// Counts turned into money by the scenario's prices: for a million commits, and for an hour at the
// load of the measured window.
#include <cstdint>

#include "sim/metrics/config.hpp"
#include "sim/metrics/metric_names.hpp"

namespace writepath {

/// What was used in the measured window and may have a price.
struct PricedUse {
  double commits = 0;  ///< acknowledged
  double ios = 0, cross_az_bytes = 0;
  double instances = 0;  ///< primary, replicas, standbys; one that joins counts from then on
  double window_s = 0;
};

PricedUse use_of(const MetricsConfig&, const FinalState&, std::uint64_t commits);

/// Both costs and their parts. A part without its price is empty, and the cost is the sum of the
/// others.
void put_prices(const PriceList&, const PricedUse&, Metrics& to);

/// The metrics that it puts, in their order, and the price that each needs ("": any).
struct CostInfo {
  MetricInfo info;
  std::string price;
};
const std::vector<CostInfo>& cost_metrics();

}  // namespace writepath
