#include "sim/durability/describe.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/durability/rule.hpp"
#include "sim/durability/sweep.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::durability {
namespace {

constexpr Range rate_range{0, 1000};
constexpr Range duration_range{0.001, 1e8};

const std::vector<std::pair<const char*, Method>> method_words{
    {"auto", Method::automatic},
    {"closed_form", Method::closed_form},
    {"importance_sampling", Method::importance_sampling},
    {"plain", Method::plain},
    {"all", Method::all}};
const std::vector<std::pair<const char*, Shape>> shape_words{{"exponential", Shape::exponential},
                                                             {"constant", Shape::constant}};

std::string no_such_sweep(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    Sweep sweep;
    const std::string wrong = parse_sweep(text, sweep);
    if (!wrong.empty()) return quoted(text) + ": " + wrong;
  }
  return "";
}

std::string no_such_measure(const std::vector<std::string>& names) {
  std::vector<std::string> legal;
  for (const Measure measure : measures) legal.push_back(name_of(measure));
  for (const std::string& name : names)
    if (std::find(legal.begin(), legal.end(), name) == legal.end())
      return "there is no measure " + quoted(name) + suggest(name, legal, "measures");
  return "";
}

void require_rules(Fields& f, const Placement& placement) {
  const Counts all = all_of(placement);
  const int copies = all.full + all.tail;
  f.require(all.full >= 1 && copies <= most_copies, "azs",
            [&] {
              return "must hold 1 full copy or more, and at most 15 copies in all; these hold " +
                     std::to_string(all.full) + " full of " + std::to_string(copies);
            },
            {});
  f.require(placement.azs.size() <= most_azs, "azs",
            [] { return std::string("must be at most 6"); }, {});
  const auto meetable = [&](const char* key, const CountRule& rule) {
    f.require(
        rule.empty() || met(rule, all), key,
        [&] { return "cannot be met by the placement's " + std::to_string(copies) + " copies"; },
        {"azs"});
  };
  meetable("write", placement.write);
  meetable("read", placement.read);
  meetable("repair_from", placement.repair_from);
  f.require(
      !disjoint(placement.write, placement.read, all), "read",
      [] {
        return std::string("could be met by copies of which none took part in the last write");
      },
      {"azs", "write"});
}

}  // namespace

double Spec::groups() const {
  return volume_gb ? std::max(1.0, std::ceil(*volume_gb / segment_gb - 1e-9)) : 1;
}

bool Spec::asks_for(const char* measure) const {
  return measures.empty() || std::find(measures.begin(), measures.end(), measure) != measures.end();
}

const char* name_of(Measure measure) {
  switch (measure) {
    case Measure::write_quorum:
      return "write_quorum_lost";
    case Measure::read_quorum:
      return "read_quorum_lost";
    case Measure::data:
      return "data_lost";
    case Measure::every_copy:
      break;
  }
  return "every_copy_lost";
}

const char* name_of(Method method) {
  for (const auto& [word, value] : method_words)
    if (value == method) return word;
  return "";
}

void describe(Fields& f, AzCopies& az) {
  f.about("The copies in one AZ.");
  f.integer("full", az.full, {0, most_copies}, {"Full copies: log and pages."});
  f.integer("tail", az.tail, {0, most_copies},
            {"Tail copies: log only (Verbitski et al., SIGMOD 2018, S4.2)."});
}

void describe(Fields& f, Demand& demand) {
  f.about("One way to meet a rule: both numbers are reached.", "demand");
  f.integer("copies", demand.copies, {0, most_copies}, {"So many copies of any kind."});
  f.integer("full", demand.full, {0, most_copies}, {"So many full copies among them."});
  f.require(demand.copies > 0 || demand.full > 0, "",
            [] { return std::string("must demand a copy"); });
}

void describe(Fields& f, Placement& placement) {
  f.about("Copies of a protection group in AZs, and the quorum rules over them.");
  f.text("name", placement.name, TextRule::name, {"Name, unique."}, Presence::required);
  f.list("azs", placement.azs, 1, {"The AZs, at most 6, and the copies in each, at most 15."},
         Presence::required);
  f.list("write", placement.write, 1,
         {"The write quorum: any of these. 4 of 6, or all 3 full: [{\"copies\": 4}, {\"full\": "
          "3}]."},
         Presence::required);
  f.list("read", placement.read, 1,
         {"The read quorum: any of these. 3 of 6, 1 of them full: [{\"copies\": 3, \"full\": 1}]."},
         Presence::required);
  f.list("repair_from", placement.repair_from, 0,
         {"What must be reachable to rebuild a copy; empty: the read quorum, which is enough to "
          "rebuild a write quorum (Verbitski et al., SIGMOD 2017, S2.1)."});
  require_rules(f, placement);
}

void describe(Fields& f, Rates& rates) {
  f.about("How often something fails, and for how long. All failures arrive as Poisson processes.");
  f.number("disk_failures_per_year", rates.disk_failures_per_year, rate_range,
           {"Of one copy: its contents are gone.", "per year",
            "0.002: EBS volumes fail at 0.1 % to 0.2 % a year, Amazon EC2 User Guide, "
            "ebs-volume-types; assumption, range 0.001 to 0.05 for a storage node's own disk"});
  f.number("node_crashes_per_year", rates.node_crashes_per_year, rate_range,
           {"Of the node of one copy: it is unreachable for a while, and keeps its contents.",
            "per year", "assumption, range 0.1 to 50"});
  f.number("node_down_s", rates.node_down_s, duration_range,
           {"Mean time until a crashed node is back.", "s", "assumption, range 10 to 3600"});
  f.number("az_outages_per_year", rates.az_outages_per_year, {0, 100},
           {"Of one AZ: all its copies are unreachable, those of every protection group.",
            "per year", "assumption, range 0.01 to 1: no rate is published, so sweep it"});
  f.number("az_outage_s", rates.az_outage_s, duration_range,
           {"Mean duration of an AZ's outage.", "s",
            "14400: the outages that AWS reported in 2011, 2012 and 2021 lasted 1 to 10 hours "
            "until most instances were back"});
  f.number("az_outage_destroys", rates.az_outage_destroys, {0, 1},
           {"Chance that an outage destroys a copy in the AZ, each by itself; 1: all of them. They "
            "are rebuilt in the same AZ once it is back.",
            "", "0: power and network fail, disks stay; assumption, range 0 to 1"});
}

void describe(Fields& f, Shapes& shapes) {
  f.about("How durations are spread. All exponential, and a closed form exists.");
  f.choice("repair", shapes.repair, shape_words, {"Of a repair."});
  f.choice("node_down", shapes.node_down, shape_words, {"Of a crashed node's return."});
  f.choice("az_outage", shapes.az_outage, shape_words, {"Of an AZ's outage."});
}

void describe(Fields& f, Effort& effort) {
  f.about("How much work a simulated probability may be. A replication gives one estimate.");
  f.number("relative_error", effort.relative_error, {0, 1},
           {"Stop when the half-width of the 95 % confidence interval is at most this part of the "
            "estimate; 0: use every replication.",
            "", "assumption, range 0.02 to 0.3"});
  f.integer("min_replications", effort.min_replications, {5, 1000},
            {"At least so many.", "", "assumption, range 5 to 30"});
  f.integer("max_replications", effort.max_replications, {5, 100'000},
            {"At most so many.", "", "assumption, range 10 to 1000"});
  f.integer(
      "paths", effort.paths, {2, 10'000},
      {"Histories of AZ outages in a replication: so many with one outage, with two, and with "
       "more.",
       "", "assumption, range 2 to 100"});
  f.integer("trajectories", effort.trajectories, {2, 1'000'000},
            {"Histories of a protection group for each history of AZs.", "",
             "assumption, range 20 to 10000"});
  f.require(effort.min_replications <= effort.max_replications, "max_replications",
            [] { return std::string("must be at least min_replications"); }, {"min_replications"});
}

void describe(Fields& f, Spec& spec) {
  f.about(
      "The chance of losing a quorum, or data, within a year. Every copy fails by itself, the AZs "
      "take all their copies with them; a lost copy is rebuilt in its AZ while that is up.");
  f.integer("durability_version", spec.version, {1, 1}, {"Version of this format: 1."},
            Presence::required);
  f.text("name", spec.name, TextRule::name, {"Name of the question."}, Presence::required);
  f.text("question", spec.question, TextRule::free, {"What is asked; shown in the report."});
  f.seed("seed", spec.seed, {"Seed of every random stream."});
  f.number(
      "segment_gb", spec.segment_gb, {0.001, 1e6},
      {"Size of one copy: what a repair copies.", "GB", "10: Verbitski et al., SIGMOD 2017, S2.2"});
  f.number("volume_gb", spec.volume_gb, {0.001, 1e9},
           {"Size of the volume: its protection groups fail by themselves, but for the AZs that "
            "they share. Left out: one protection group.",
            "GB", "64000 in Verbitski et al., SIGMOD 2018, S4: 64 TB, 38,400 segments"});
  f.number("repair_gbps", spec.repair_gbps, {1e-6, 1e5},
           {"Bandwidth of one repair; repairs do not wait for each other.", "Gbit/s",
            "10: SIGMOD 2017, S2.2"});
  f.number("detect_s", spec.detect_s, {0, 1e8},
           {"From a failure to the start of the repair.", "s",
            "2: with 10 GB at 10 Gbit/s the 10 s of SIGMOD 2018, S2.1; assumption, range 1 to 60"});
  f.boolean("crashes_are_repaired", spec.crashes_are_repaired,
            {"A crashed node's copy is rebuilt elsewhere as a lost one is, unless the node is back "
             "first (SIGMOD 2018, S4.1)."});
  f.object("rates", spec.rates, {"What fails, how often, for how long."});
  f.object("shapes", spec.shapes, {"How durations are spread."});
  f.list("placements", spec.placements, 1, {"What to compare."}, Presence::required);
  f.choice("method", spec.method, method_words,
           {"auto: the closed form where one exists, else importance sampling; all: each that "
            "applies, to compare them."});
  f.texts(
      "measures", spec.measures, TextRule::reference,
      {"What is asked: write_quorum_lost, read_quorum_lost, data_lost (the intact copies cannot "
       "meet the read quorum: an acknowledged write may be gone), every_copy_lost (no full copy "
       "is left, though any one would do to rebuild the others); empty: all."});
  f.require(no_such_measure(spec.measures).empty(), "measures",
            [&] { return no_such_measure(spec.measures); }, {"measures"});
  f.object("simulation", spec.simulation, {"How much work a simulated probability may be."});
  f.texts("sweep", spec.sweep, TextRule::free,
          {"Keys that take several values in turn: \"az_outages_per_year=0.01..1\" (steps of 1, 3, "
           "10), \"segment_gb=10,100\"; every combination of several."});
  std::set<std::string> names;
  bool unique = true;
  for (const Placement& placement : spec.placements) unique &= names.insert(placement.name).second;
  f.require(unique, "placements", [] { return std::string("have the same name twice"); }, {});
  f.require(no_such_sweep(spec.sweep).empty(), "sweep", [&] { return no_such_sweep(spec.sweep); },
            {"sweep"});
}

}  // namespace writepath::durability
