#include "sim/report/money.hpp"

#include "sim/report/humane.hpp"
#include "sim/report/report_rows.hpp"
#include "sim/scenario/describe.hpp"
#include "sim/scenario/writer.hpp"

namespace writepath {
namespace {

void add_cost(ReportRows& rows, const std::string& title, const std::string& metric) {
  const std::string currency = printable(rows.report().scenario.prices->currency);
  rows.begin_section(title + (currency.empty() ? " (by the prices given)" : ", " + currency));
  constexpr std::pair<const char*, const char*> lines[] = {{"in all", ""},
                                                           {"  I/Os", "_ios"},
                                                           {"  between AZs", "_cross_az"},
                                                           {"  instances", "_instances"}};
  for (const auto& [label, part] : lines)
    rows.add(label, "", [name = metric + part](const ArchitectureReport& a) {
      return value_in(a.summary.metrics, name);
    });
}

}  // namespace

void add_money(ReportRows& rows) {
  if (!rows.report().scenario.prices) return;
  add_cost(rows, "Cost of a million commits", "cost_per_million_commits");
  add_cost(rows, "Cost of an hour at this load", "cost_per_hour");
}

std::string price_words(const PriceList& prices) {
  std::string words = "Costs are by prices of your own";
  if (!prices.currency.empty()) words += ", in " + printable(prices.currency);
  const char* between = ": ";
  const auto add = [&](const std::optional<double>& price, const char* of) {
    if (!price) return;
    words += between + shortest(*price) + of;
    between = ", ";
  };
  add(prices.per_million_ios, " a million I/Os");
  add(prices.per_gb_across_azs, " a GB between AZs");
  add(prices.per_instance_hour, " an instance hour");
  return words + ".";
}

JsonNode price_node(const PriceList& prices) {
  PriceList copy = prices;  // the same description reads and writes
  return write_fields([&](Fields& f) { describe(f, copy); });
}

}  // namespace writepath
