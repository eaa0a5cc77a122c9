// Where the copies lie, and which of them are tail segments.
#include <algorithm>
#include <map>

#include "models/aurora_quorum/options_parts.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::aurora {
namespace {

constexpr std::int64_t copies_by_default = 2;
constexpr std::size_t azs_by_default = 3;

/// The AZs of the region that holds the primary.
std::vector<std::string> home_azs(const ArchitectureSpec& architecture, const Scenario& scenario) {
  for (const NodeSpec& node : architecture.nodes) {
    if (node.role != NodeRole::primary) continue;
    for (const Region& region : scenario.network.regions)
      if (std::count(region.azs.begin(), region.azs.end(), node.az) > 0) return region.azs;
  }
  return scenario.network.regions.empty() ? std::vector<std::string>{}
                                          : scenario.network.regions.front().azs;
}

std::int64_t total(const Options& o) {
  std::int64_t n = 0;
  for (const CopiesSpec& c : o.copies) n += c.n;
  return n;
}

bool means_something_else(const std::string& az) {
  return az == "all" || az == "full" || az == "tail";
}

}  // namespace

bool placement_is_legal(const Options& o) {
  return !o.copies.empty() && total(o) <= static_cast<std::int64_t>(most_copies) &&
         placement_of(o).full != 0;
}

void describe_copies(Fields& f, Options& o, const ArchitectureSpec& architecture,
                     const Scenario& scenario) {
  const std::vector<std::string> azs = home_azs(architecture, scenario);
  if (o.copies.empty() && azs.size() >= azs_by_default)
    for (std::size_t i = 0; i < azs_by_default; ++i)
      o.copies.push_back({azs[i], copies_by_default});
  f.list(
      "copies", o.copies, 1,
      {"Where the copies of every protection group lie, one storage node for each; left out: two "
       "in each of the first three AZs of the primary's region.",
       "", "SIGMOD 2017, S2.1: six copies, two in each of three AZs"});
  f.require(!o.copies.empty(), "copies", [&] {
    return "the primary's region has " + std::to_string(azs.size()) +
           " AZs, and the default places two copies in each of three: say where the copies lie";
  });
  std::map<std::string, int> seen;
  for (const CopiesSpec& c : o.copies) {
    f.require(az_exists(scenario.network, c.az), "copies",
              [&] { return unknown_az(scenario.network, c.az); }, {"copies"});
    f.require(++seen[c.az] == 1, "copies", [&] { return "names AZ " + quoted(c.az) + " twice"; },
              {"copies"});
    f.require(!means_something_else(c.az), "copies", [&] {
      return "an AZ named " + quoted(c.az) +
             " can't hold copies: in write and read the word means other copies";
    });
  }
  f.require(total(o) <= static_cast<std::int64_t>(most_copies), "copies", [&] {
    return "places " + std::to_string(total(o)) + " copies; at most " + std::to_string(most_copies);
  });
  f.require(o.copies.empty() || placement_of(o).full != 0, "copies",
            [] { return std::string("holds tail segments only: nobody would have the pages"); });
}

void describe(Fields& f, CopiesSpec& c) {
  f.about("Copies in one AZ.");
  f.text("az", c.az, TextRule::reference, {"Name of the AZ."}, Presence::required);
  f.integer("n", c.n, {1, static_cast<double>(most_copies)}, {"How many copies it holds."});
  f.integer("tail", c.tail, {0, static_cast<double>(most_copies)},
            {"How many of them, the last ones, are tail segments: they hold the log, and no pages.",
             "", "SIGMOD 2018, S4.2: three full and three tail segments"});
  f.require(c.tail <= c.n, "tail", [&] {
    return "makes " + std::to_string(c.tail) + " of " + std::to_string(c.n) +
           " copies tail segments";
  });
}

}  // namespace writepath::aurora
