// Where the copies lie, and which sets of them make a write or a read quorum.
#include <algorithm>
#include <map>

#include "models/aurora_quorum/options_parts.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::aurora {
namespace {

constexpr std::int64_t copies_by_default = 2;
constexpr std::size_t azs_by_default = 3;

bool has_copies(const Options& o, const std::string& az) {
  return std::any_of(o.copies.begin(), o.copies.end(),
                     [&](const CopiesSpec& c) { return c.az == az; });
}

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

}  // namespace

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
  std::int64_t total = 0;
  std::map<std::string, int> seen;
  for (const CopiesSpec& c : o.copies) {
    total += c.n;
    f.require(az_exists(scenario.network, c.az), "copies",
              [&] { return unknown_az(scenario.network, c.az); }, {"copies"});
    f.require(++seen[c.az] == 1, "copies", [&] { return "names AZ " + quoted(c.az) + " twice"; },
              {"copies"});
  }
  f.require(total <= static_cast<std::int64_t>(most_copies), "copies", [&] {
    return "places " + std::to_string(total) + " copies; at most " + std::to_string(most_copies);
  });
}

namespace {

std::int64_t copies_in(const Options& o, const std::string& of) {
  std::int64_t n = 0;
  for (const CopiesSpec& c : o.copies)
    if (of == "all" || c.az == of) n += c.n;
  return n;
}

void require_possible(Fields& f, const Options& o, const char* key, const QuorumSpec& quorum) {
  for (const ThresholdSpec& t : quorum.any) {
    f.require(t.of == "all" || has_copies(o, t.of), key, [&] {
      return quoted(t.of) + " holds no copy; legal: all, or an AZ that stands in copies";
    });
    const std::int64_t there = copies_in(o, t.of);
    f.require(t.n <= there || there == 0, key, [&] {
      return "waits for " + std::to_string(t.n) + " copies of " + quoted(t.of) +
             ", and there are " + std::to_string(there) + ": it could never be met";
    });
  }
}

bool possible(const Options& o, const QuorumSpec& quorum) {
  return !quorum.any.empty() &&
         std::all_of(quorum.any.begin(), quorum.any.end(),
                     [&](const ThresholdSpec& t) { return t.n <= copies_in(o, t.of); });
}

void require_intersection(Fields& f, const Options& o) {
  const std::vector<std::string> azs = copy_azs(o);
  if (azs.empty() || azs.size() > most_copies || !possible(o, o.write) || !possible(o, o.read))
    return;
  const QuorumRule write = rule_of(o.write, azs), read = rule_of(o.read, azs);
  const auto explain = [&](const DisjointPair& pair, const char* one, const char* other,
                           const char* harm) {
    const std::vector<std::string> names = copy_names(o);
    return std::string("does not intersect every ") + other + " quorum: " + one + " {" +
           names_of(pair.first, names) + "} and " + other + " {" + names_of(pair.second, names) +
           "} have no copy in common, so " + harm;
  };
  const auto both_write = disjoint_pair(write, write);
  f.require(!both_write, "write", [&] {
    return explain(*both_write, "write", "write",
                   "two writers could both commit (SIGMOD 2017, S2.1: Vw > V/2)");
  });
  const auto read_write = disjoint_pair(read, write);
  f.require(!read_write, "read", [&] {
    return explain(*read_write, "read", "write",
                   "recovery could miss a commit (SIGMOD 2017, S2.1: Vr + Vw > V)");
  });
}

}  // namespace

void describe_quorums(Fields& f, Options& o) {
  const std::int64_t v = copies_in(o, "all");
  if (o.write.any.empty()) o.write.any = {{"all", v / 2 + 1}};
  if (o.read.any.empty()) o.read.any = {{"all", v - v / 2}};
  f.object("write", o.write,
           {"When a write is durable; left out: more than half of the copies, 4 of 6.", "",
            "SIGMOD 2017, S2.1: Vw = 4"});
  f.object("read", o.read,
           {"What recovery must reach to find every durable write; left out: the copies less the "
            "write quorum, and one: 3 of 6.",
            "", "SIGMOD 2017, S2.1: Vr = 3"});
  require_possible(f, o, "write", o.write);
  require_possible(f, o, "read", o.read);
  require_intersection(f, o);
}

std::vector<std::string> copy_azs(const Options& o) {
  std::vector<std::string> azs;
  for (const CopiesSpec& c : o.copies)
    for (std::int64_t i = 0; i < c.n && azs.size() <= most_copies; ++i) azs.push_back(c.az);
  return azs;
}

std::vector<std::string> copy_names(const Options& o) {
  std::vector<std::string> names;
  for (const CopiesSpec& c : o.copies)
    for (std::int64_t i = 1; i <= c.n && names.size() <= most_copies; ++i)
      names.push_back(c.az + std::to_string(i));
  return names;
}

QuorumRule rule_of(const QuorumSpec& quorum, const std::vector<std::string>& azs) {
  std::vector<QuorumRule::Alternative> any;
  for (const ThresholdSpec& t : quorum.any) {
    CopySet of = 0;
    for (std::size_t i = 0; i < azs.size(); ++i)
      if (t.of == "all" || t.of == azs[i]) of |= CopySet{1} << i;
    any.push_back({Threshold{of, static_cast<std::uint32_t>(t.n)}});
  }
  return {azs.size(), std::move(any)};
}

void describe(Fields& f, CopiesSpec& c) {
  f.about("Copies in one AZ.");
  f.text("az", c.az, TextRule::reference, {"Name of the AZ."}, Presence::required);
  f.integer("n", c.n, {1, static_cast<double>(most_copies)}, {"How many copies it holds."});
}

void describe(Fields& f, ThresholdSpec& t) {
  f.about("One way to meet a quorum.");
  f.text("of", t.of, TextRule::reference, {"Which copies: all, or those in the AZ of this name."});
  f.integer("n", t.n, {1, static_cast<double>(most_copies)}, {"How many of them."},
            Presence::required);
}

void describe(Fields& f, QuorumSpec& quorum) {
  f.about("A quorum: met when any of the ways is.", "aurora_quorum_rule");
  f.list("any", quorum.any, 1, {"The ways to meet it."}, Presence::required);
}

}  // namespace writepath::aurora
