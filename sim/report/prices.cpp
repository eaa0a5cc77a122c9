#include "sim/report/prices.hpp"

#include <algorithm>

#include "sim/metrics/find_metric.hpp"
#include "sim/scenario/json_parse.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

std::optional<double> count_in(const RunSummary& run, std::string_view name) {
  const Metric* found = find_metric(run, name);
  return found ? found->value : std::nullopt;
}

std::optional<double> priced(std::optional<double> count, std::optional<double> price) {
  if (!count || !price) return std::nullopt;
  return *count * *price;
}

double price_of(const JsonMember& member) {
  const JsonNode& value = member.value;
  if (!value.is(JsonNode::Type::number) || !(value.number >= 0))
    throw BadPrices(member.key + " must be a number, 0 or more");
  return value.number;
}

}  // namespace

PriceList prices_from_json(std::string_view text) {
  const ParsedJson parsed = parse_json(text, 1);
  if (!parsed.root || !parsed.root->is(JsonNode::Type::object))
    throw BadPrices("must be a JSON object with prices");
  if (!parsed.mistakes.empty()) throw BadPrices("has a key twice, or a number out of range");
  const std::vector<std::string> legal{"currency", "per_million_ios", "per_gb_across_azs",
                                       "per_instance_hour"};
  PriceList prices;
  for (const JsonMember& member : parsed.root->members) {
    if (std::find(legal.begin(), legal.end(), member.key) == legal.end())
      throw BadPrices("unknown key " + writepath::quoted(member.key) +
                      suggest(member.key, legal, "keys"));
    if (member.key != "currency") {
      (member.key == legal[1]   ? prices.per_million_ios
       : member.key == legal[2] ? prices.per_gb_across_azs
                                : prices.per_instance_hour) = price_of(member);
    } else if (member.value.is(JsonNode::Type::text)) {
      prices.currency = member.value.text;
    } else {
      throw BadPrices("currency must be a text");
    }
  }
  if (!prices.per_million_ios && !prices.per_gb_across_azs && !prices.per_instance_hour)
    throw BadPrices("has no price: give " + legal[1] + ", " + legal[2] + " or " + legal[3]);
  return prices;
}

const std::vector<std::string>& cost_metrics() {
  static const std::vector<std::string> names{
      "cost_per_million_commits", "cost_per_million_commits_ios",
      "cost_per_million_commits_cross_az", "cost_per_million_commits_instances"};
  return names;
}

void put_prices(const PriceList& prices, const ArchitectureSpec& architecture, RunSummary& run) {
  const auto nodes =
      std::count_if(architecture.nodes.begin(), architecture.nodes.end(), [](const NodeSpec& node) {
        return node.role == NodeRole::primary || node.role == NodeRole::replica;
      });
  // Each for 10^6 commits: 10^6 x I/Os over 10^6; 10^6 x bytes over 10^9; hours they take.
  const std::optional<double> ios = count_in(run, "total_ios_per_commit");
  std::optional<double> gigabytes = count_in(run, "cross_az_bytes_per_commit");
  if (gigabytes) *gigabytes /= 1000;
  std::optional<double> hours;
  const std::optional<double> rate = count_in(run, "commits_per_s");
  if (rate && *rate > 0) hours = static_cast<double>(nodes) * 1e6 / *rate / 3600;

  const std::optional<double> parts[] = {priced(ios, prices.per_million_ios),
                                         priced(gigabytes, prices.per_gb_across_azs),
                                         priced(hours, prices.per_instance_hour)};
  const bool wanted[] = {prices.per_million_ios.has_value(), prices.per_gb_across_azs.has_value(),
                         prices.per_instance_hour.has_value()};
  std::optional<double> total = 0;
  for (int i = 0; i < 3; ++i) {
    if (!wanted[i] || !total) continue;
    if (parts[i])
      *total += *parts[i];
    else
      total.reset();
  }
  const std::vector<std::string>& names = cost_metrics();
  run.metrics.push_back({names[0], total});
  for (std::size_t i = 0; i < 3; ++i) run.metrics.push_back({names[i + 1], parts[i]});
}

}  // namespace writepath
