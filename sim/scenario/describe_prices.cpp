// Prices: the same object in a scenario and in a file of its own (--prices).
#include <algorithm>

#include "sim/scenario/describe.hpp"

namespace writepath {
namespace {

constexpr std::size_t longest_currency = 20;
constexpr Range price_range{0, 1e9};  // an hour in any currency; keeps every cost finite

std::size_t letters_of(const std::string& utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

void describe(Fields& f, PriceList& prices) {
  f.about("The user's own numbers: writepath knows no price, and none has a default.");
  f.text("currency", prices.currency, TextRule::free,
         {"Currency of all the prices, shown beside what they make; at most 20 characters."});
  f.number("per_million_ios", prices.per_million_ios, price_range,
           {"Price of a million I/Os: writes and reads of all storage devices. The user's own "
            "number, no default.",
            "currency per 10^6 I/Os"});
  f.number("per_gb_across_azs", prices.per_gb_across_azs, price_range,
           {"Price of 10^9 bytes sent to another AZ, counted once, those of clients included. The "
            "user's own number, no default.",
            "currency per GB"});
  f.number("per_instance_hour", prices.per_instance_hour, price_range,
           {"Price of an hour of one database node: primary, replica, or the standby of a mirrored "
            "pair. The user's own number, no default.",
            "currency per hour"});
  f.require(letters_of(prices.currency) <= longest_currency, "currency",
            [] { return std::string("must have at most 20 characters"); }, {"currency"});
  f.require(prices.per_million_ios || prices.per_gb_across_azs || prices.per_instance_hour, "",
            [] {
              return std::string(
                  "has no price: give per_million_ios, per_gb_across_azs or per_instance_hour");
            },
            {"per_million_ios", "per_gb_across_azs", "per_instance_hour"});
}

}  // namespace writepath
