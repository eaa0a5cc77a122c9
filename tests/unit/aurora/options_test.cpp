// What a scenario may ask of Aurora, and what it is told otherwise.
#include "models/aurora_quorum/options.hpp"

#include <string>

#include "models/aurora_quorum/factory.hpp"
#include "sim/scenario/load.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

const char* const three_azs = R"([{"name": "r", "azs": ["a", "b", "c"]}])";
const char* const writer_only = R"([{"id": "w", "role": "primary", "az": "a"}])";

LoadResult load(const std::string& options, const std::string& regions = three_azs,
                const std::string& nodes = writer_only) {
  const std::string text =
      R"({"scenario_version": 1, "name": "t", "question": "?", "duration_s": 10, "warmup_s": 1,
          "network": {"regions": )" +
      regions + R"(},
          "workload": {"clients": [{"name": "c", "azs": ["a"], "open_loop": {"rate_per_s": 1}}]},
          "architectures": [{"name": "x", "model": "aurora_quorum", "nodes": )" +
      nodes + R"(, "options": )" + options + "}]}";
  return load_scenario_text(text, "test", {}, catalog_of({aurora_quorum_factory()}), {});
}

std::string mistakes(const LoadResult& loaded) {
  std::string all;
  for (const Diagnostic& d : loaded.diagnostics) all += to_text(d) + "\n";
  return all;
}

aurora::Options options_of(const LoadResult& loaded) {
  INFO(mistakes(loaded));
  REQUIRE(loaded.scenario);
  return static_cast<const aurora::Options&>(*loaded.scenario->architectures[0].options);
}

void refused(const std::string& options, const std::string& because,
             const std::string& regions = three_azs, const std::string& nodes = writer_only) {
  const LoadResult loaded = load(options, regions, nodes);
  INFO(options << "\n" << mistakes(loaded));
  CHECK_FALSE(loaded.scenario);
  CHECK(mistakes(loaded).find(because) != std::string::npos);
}

}  // namespace

TEST_CASE("SIGMOD 2017, S2.1: six copies, two in each of three AZs, 4 and 3 of 6", "[aurora]") {
  const aurora::Options options = options_of(load("{}"));
  CHECK(aurora::placement_of(options).names ==
        std::vector<std::string>{"a1", "a2", "b1", "b2", "c1", "c2"});
  REQUIRE(options.write.any.size() == 1);
  CHECK(options.write.any[0].of == "all");
  CHECK(options.write.any[0].n == 4);
  CHECK(options.read.any[0].n == 3);
  CHECK(options.lal_bytes == 10'000'000);
  CHECK(options.segment_gb == 10);
  CHECK(options.failover.monitor_azs == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("Other placements get a majority", "[aurora]") {
  const aurora::Options options = options_of(
      load(R"({"copies": [{"az": "a", "n": 1}, {"az": "b", "n": 1}, {"az": "c", "n": 1}]})"));
  CHECK(options.write.any[0].n == 2);
  CHECK(options.read.any[0].n == 2);
  const aurora::Options mirrored = options_of(load(
      R"({"write": {"any": [{"of": "all", "n": 6}]}, "read": {"any": [{"of": "all", "n": 1}]}})"));
  CHECK(mirrored.write.any[0].n == 6);
}

TEST_CASE("Quorums that don't intersect are refused with the pair that shows it", "[aurora]") {
  refused(R"({"write": {"any": [{"of": "all", "n": 3}]}})", "no copy in common");
  refused(R"({"write": {"any": [{"of": "all", "n": 3}]}})", "Vw > V/2");
  refused(R"({"read": {"any": [{"of": "all", "n": 2}]}})", "Vr + Vw > V");
  refused(R"({"write": {"any": [{"of": "all", "n": 4}, {"of": "a", "n": 2}]}})",
          "no copy in common");
  CHECK(load(R"({"write": {"any": [{"of": "all", "n": 5}, {"of": "all", "n": 4}]}})").scenario);
}

TEST_CASE("SIGMOD 2018, S4.2: 4/6 of any or 3/3 full to write, 3/6 of any and 1/3 full to read",
          "[aurora][tail]") {
  const std::string copies =
      R"("copies": [{"az": "a", "tail": 1}, {"az": "b", "tail": 1}, {"az": "c", "tail": 1}])";
  const aurora::Options options = options_of(load("{" + copies + R"(,
      "write": {"any": [{"of": "all", "n": 4}, {"of": "full", "n": 3}]},
      "read": {"any": [{"all": [{"of": "all", "n": 3}, {"of": "full", "n": 1}]}]}})"));
  const aurora::Placement placement = aurora::placement_of(options);
  CHECK(placement.full == 0b010101);
  const QuorumRule write = rule_of(options.write, placement);
  const QuorumRule read = rule_of(options.read, placement);
  CHECK(write.met(0b010101));        // the three full ones
  CHECK_FALSE(write.met(0b101010));  // the three tails
  CHECK(write.met(0b001111));
  CHECK(read.met(0b010110));
  CHECK_FALSE(read.met(0b101010));

  // Left out, the rules are the paper's.
  const aurora::Options defaults = options_of(load("{" + copies + "}"));
  for (CopySet set = 0; set < 64; ++set) {
    CHECK(rule_of(defaults.write, placement).met(set) == write.met(set));
    CHECK(rule_of(defaults.read, placement).met(set) == read.met(set));
  }

  // Three tails were never written by a write of the three full ones ...
  refused("{" + copies + R"(, "read": {"any": [{"of": "all", "n": 3}]}})", "Vr + Vw > V");
  // ... and even where they were, they hold no page.
  const std::string four = R"(, "write": {"any": [{"of": "all", "n": 4}]})";
  refused("{" + copies + four + R"(, "read": {"any": [{"of": "all", "n": 3}]}})",
          "is met by {a2, b2, c2}, which hold the log alone");
  CHECK(load("{" + copies + four + "}").scenario);
}

TEST_CASE("A rule may name single copies, AZs, full and tail ones", "[aurora][tail]") {
  const aurora::Options options = options_of(load(
      R"({"copies": [{"az": "a", "n": 3, "tail": 1}, {"az": "b", "n": 2}],
          "write": {"any": [{"all": [{"of": "a", "n": 2}, {"of": "b1", "n": 1},
                                     {"of": "full", "n": 3}]}]},
          "read": {"any": [{"of": "b1", "n": 1}, {"all": [{"of": "a", "n": 2},
                                                          {"of": "full", "n": 2}]}]}})"));
  const aurora::Placement placement = aurora::placement_of(options);
  CHECK(placement.called("tail") == 0b00100);
  CHECK(placement.called("b") == 0b11000);
  CHECK(placement.called("a3") == 0b00100);
  CHECK(placement.called("c") == 0);
  CHECK(placement.by_az() == std::vector<CopySet>{0b00111, 0b11000});
  CHECK(rule_of(options.write, placement).met(0b01011));
  CHECK_FALSE(rule_of(options.write, placement).met(0b10011));
}

TEST_CASE("A way is n of some copies, or a list of demands", "[aurora][tail]") {
  refused(R"({"write": {"any": [{"of": "all"}]}})", "neither n, how many copies, nor all");
  refused(R"({"write": {"any": [{"n": 4, "all": [{"n": 4}]}]}})", "has both n and all");
  refused(R"({"write": {"any": [{"of": "a", "all": [{"n": 4}]}]}})", "there is no n");
  refused(R"({"write": {"any": [{"of": "full", "n": 7}]}})", "there are 6");
  refused(R"({"write": {"any": [{"of": "tail", "n": 1}]}})", "\"tail\" holds no copy");
  refused(R"({"copies": [{"az": "a", "n": 2, "tail": 3}]})", "makes 3 of 2 copies tail segments");
  refused(R"({"copies": [{"az": "a", "n": 3, "tail": 3}]})", "tail segments only");
  refused(R"({"copies": [{"az": "full", "n": 3}]})", "the word means other copies",
          R"([{"name": "r", "azs": ["a", "full"]}])");
}

TEST_CASE("Quorums that could never be met, and places that don't exist, are refused", "[aurora]") {
  refused(R"({"write": {"any": [{"of": "all", "n": 7}]}})", "there are 6");
  refused(R"({"write": {"any": [{"of": "b", "n": 3}]}})", "there are 2");
  refused(R"({"write": {"any": [{"of": "d", "n": 1}]}})", "holds no copy");
  refused(R"({"copies": [{"az": "d", "n": 6}]})", "d");
  refused(R"({"copies": [{"az": "a", "n": 3}, {"az": "a", "n": 3}]})", "twice");
  refused(R"({"copies": [{"az": "a", "n": 9}, {"az": "b", "n": 9}]})", "at most 15");
  refused("{}", "has 2 AZs", R"([{"name": "r", "azs": ["a", "b"]}])");
  refused(R"({"failover": {"monitor_azs": ["z"]}})", "z");
  refused(R"({"storage": {"slow": [{"copy": "a3", "factor": 10}]}})", "has no copy \"a3\"");
}

TEST_CASE("A volume has one writer and at most 15 readers", "[aurora]") {
  const std::string storage = R"([{"id": "w", "role": "primary", "az": "a"},
                                  {"id": "s", "role": "storage", "az": "a"}])";
  refused("{}", "storage nodes and monitors", three_azs, storage);
  const std::string two = R"([{"id": "w", "role": "primary", "az": "a"},
                              {"id": "v", "role": "primary", "az": "b"}])";
  refused("{}", "one writer", three_azs, two);
  std::string many = R"([{"id": "w", "role": "primary", "az": "a"})";
  for (int i = 0; i < 16; ++i)
    many += R"(, {"id": "r)" + std::to_string(i) + R"(", "role": "replica", "az": "b"})";
  refused("{}", "at most 15", three_azs, many + "]");
}
