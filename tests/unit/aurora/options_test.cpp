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
  CHECK(aurora::copy_names(options) ==
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
