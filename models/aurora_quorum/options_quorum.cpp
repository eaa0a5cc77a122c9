// Which sets of copies make a write or a read quorum.
#include <algorithm>
#include <bit>

#include "models/aurora_quorum/options_parts.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::aurora {
namespace {

std::int64_t size_of(CopySet copies) { return std::popcount(copies); }

void require_threshold(Fields& f, const Placement& placement, const char* key,
                       const std::string& of, std::int64_t n) {
  const std::int64_t there = size_of(placement.called(of));
  f.require(there > 0, key, [&] {
    return quoted(of) +
           " holds no copy; legal: all, full, tail, an AZ that stands in copies, or one copy: " +
           names_of(placement.all(), placement.names);
  });
  f.require(n <= there || there == 0, key, [&] {
    return "waits for " + std::to_string(n) + " copies of " + quoted(of) + ", and there are " +
           std::to_string(there) + ": it could never be met";
  });
}

void require_possible(Fields& f, const Placement& placement, const char* key,
                      const QuorumSpec& quorum) {
  for (const WaySpec& way : quorum.any) {
    if (way.n) require_threshold(f, placement, key, way.of, *way.n);
    for (const ThresholdSpec& t : way.all) require_threshold(f, placement, key, t.of, t.n);
  }
}

bool possible(const Placement& placement, const QuorumSpec& quorum) {
  const auto can = [&](const std::string& of, std::int64_t n) {
    return n <= size_of(placement.called(of));
  };
  return !quorum.any.empty() &&
         std::all_of(quorum.any.begin(), quorum.any.end(), [&](const WaySpec& way) {
           return way.n.has_value() != !way.all.empty() && (!way.n || can(way.of, *way.n)) &&
                  std::all_of(way.all.begin(), way.all.end(),
                              [&](const ThresholdSpec& t) { return can(t.of, t.n); });
         });
}

void require_intersection(Fields& f, const Placement& placement, const QuorumRule& write,
                          const QuorumRule& read) {
  const auto explain = [&](const DisjointPair& pair, const char* one, const char* other,
                           const char* harm) {
    return std::string("does not intersect every ") + other + " quorum: " + one + " {" +
           names_of(pair.first, placement.names) + "} and " + other + " {" +
           names_of(pair.second, placement.names) + "} have no copy in common, so " + harm;
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

/// Tails give the log back, and no page to apply it to: a read quorum is 3 of 6 and 1 of 3 full
/// ones.
void require_pages(Fields& f, const Placement& placement, const QuorumRule& read) {
  const CopySet tails = placement.called("tail");
  f.require(!read.met(tails), "read", [&] {
    CopySet fewest = tails;
    for (std::size_t i = 0; i < placement.copies(); ++i)
      if (const CopySet fewer = fewest & ~(CopySet{1} << i); read.met(fewer)) fewest = fewer;
    return "is met by {" + names_of(fewest, placement.names) +
           "}, which hold the log alone: recovery would find every commit and no page to apply it "
           "to; demand a full copy, too: {\"all\": [..., {\"of\": \"full\", \"n\": 1}]} (SIGMOD "
           "2018, S4.2)";
  });
}

// ---- what is left out

QuorumSpec default_write(const Placement& placement) {
  const auto all = static_cast<std::int64_t>(placement.copies());
  const std::int64_t full = size_of(placement.full), tails = all - full;
  QuorumSpec quorum;
  quorum.any.push_back({"all", all / 2 + 1, {}});
  // All full ones meet every majority, unless the tails alone are one.
  if (tails > 0 && tails <= all / 2) quorum.any.push_back({"full", full, {}});
  return quorum;
}

QuorumSpec default_read(const Placement& placement) {
  const auto all = static_cast<std::int64_t>(placement.copies());
  const std::int64_t most = all - all / 2;
  QuorumSpec quorum;
  if (placement.full == placement.all())
    quorum.any.push_back({"all", most, {}});
  else
    quorum.any.push_back({"all", std::nullopt, {{"all", most}, {"full", 1}}});
  return quorum;
}

}  // namespace

void describe_quorums(Fields& f, Options& o) {
  const Placement placement = placement_of(o);
  if (o.write.any.empty()) o.write = default_write(placement);
  if (o.read.any.empty()) o.read = default_read(placement);
  f.object("write", o.write,
           {"When a write is durable; left out: more than half of the copies, 4 of 6; with tail "
            "segments also all full ones, 3 of 3.",
            "", "SIGMOD 2017, S2.1: Vw = 4; 2018, S4.2"});
  f.object("read", o.read,
           {"What recovery must reach to find every durable write; left out: the copies less the "
            "write quorum, and one: 3 of 6; with tail segments also 1 of the full ones.",
            "", "SIGMOD 2017, S2.1: Vr = 3; 2018, S4.2"});
  if (!placement_is_legal(o)) return;
  require_possible(f, placement, "write", o.write);
  require_possible(f, placement, "read", o.read);
  if (!possible(placement, o.write) || !possible(placement, o.read)) return;
  const QuorumRule write = rule_of(o.write, placement), read = rule_of(o.read, placement);
  require_intersection(f, placement, write, read);
  require_pages(f, placement, read);
}

// ---- how a rule is written

namespace {
constexpr Range some_copies{1, static_cast<double>(most_copies)};
constexpr const char* which_copies =
    "Which copies: all, full, tail, those in the AZ of this name, or the one of this name (a1).";
}  // namespace

void describe(Fields& f, ThresholdSpec& t) {
  f.about("So many of these copies.");
  f.text("of", t.of, TextRule::reference, {which_copies});
  f.integer("n", t.n, some_copies, {"How many of them."}, Presence::required);
}

void describe(Fields& f, WaySpec& way) {
  f.about("One way to meet a quorum: n of some copies, or all of several such demands.");
  f.text("of", way.of, TextRule::reference, {which_copies});
  f.integer("n", way.n, some_copies, {"How many of them."});
  f.list("all", way.all, 0, {"Demands that must all be met, instead of n."});
  f.require(way.n.has_value() != !way.all.empty(), "", [&] {
    return std::string(way.n ? "has both n and all: give one of them"
                             : "says neither n, how many copies, nor all, a list of demands");
  });
  f.require(way.of == "all" || way.all.empty() || way.n, "of",
            [] { return std::string("says of which copies n are, and there is no n"); });
}

void describe(Fields& f, QuorumSpec& quorum) {
  f.about("A quorum: met when any of the ways is.", "aurora_quorum_rule");
  f.list("any", quorum.any, 1, {"The ways to meet it."}, Presence::required);
}

}  // namespace writepath::aurora
