#pragma once
// What a report says of money: nothing where the scenario has no prices.
#include <string>

#include "sim/scenario/json_node.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

class ReportRows;

/// A section for a million commits and one for an hour.
void add_money(ReportRows& rows);

/// "By your own prices: EUR 0.2 per million I/Os, ...": every figure stands beside what made it.
std::string price_words(const PriceList&);

/// The list as it would stand in a scenario.
JsonNode price_node(const PriceList&);

}  // namespace writepath
