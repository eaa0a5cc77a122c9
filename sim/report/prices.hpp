#pragma once
// Counts turned into money, by the user's own price list: nothing here has a default.
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/run_summary.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

struct PriceList {
  std::string currency;
  std::optional<double> per_million_ios;    ///< storage writes and reads, all nodes
  std::optional<double> per_gb_across_azs;  ///< 10^9 bytes, counted once, where they are sent
  std::optional<double> per_instance_hour;  ///< of database nodes: primary and replicas
};

/// What is wrong with a price list; ready to print.
struct BadPrices : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A JSON object with the fields of PriceList. Throws BadPrices.
PriceList prices_from_json(std::string_view text);

/// "cost_per_million_commits" and its parts, "..._ios", "..._cross_az", "..._instances".
const std::vector<std::string>& cost_metrics();

/// Adds them to the run. A part without its price is empty, as is one whose count is; the cost is
/// the sum of the parts that have a price.
void put_prices(const PriceList& prices, const ArchitectureSpec& architecture, RunSummary& run);

}  // namespace writepath
