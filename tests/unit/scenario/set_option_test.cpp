#include "tests/catch.hpp"
#include "tests/unit/scenario/fixtures.hpp"

using namespace writepath;
using namespace writepath::fixtures;

namespace {

Scenario scenario_with(const std::vector<std::string>& sets) {
  const LoadResult result = load(good_text(), sets);
  CAPTURE(messages(result));
  REQUIRE(result.scenario);
  return *result.scenario;
}

}  // namespace

TEST_CASE("--set changes what is there and creates what is not", "[scenario]") {
  CHECK(scenario_with({"/name=other"}).name == "other");
  CHECK(scenario_with({"/name=\"quoted\""}).name == "quoted");
  CHECK(scenario_with({"/duration_s=1e2"}).duration_s == 100);
  CHECK(scenario_with({"/question=a=b"}).question == "a=b");
  CHECK(scenario_with({"/network/inter_az/rtt_ms=5"}).network.inter_az.rtt_ms == 5);
  CHECK(scenario_with({"/workload/clients/0/open_loop/rate_per_s=7"})
            .workload.clients[0]
            .open_loop->rate_per_s == 7);
  CHECK(scenario_with({"/workload/clients/web/open_loop/rate_per_s=8"})
            .workload.clients[0]
            .open_loop->rate_per_s == 8);
  CHECK(scenario_with({"/architectures/m/nodes/db2/az=c"}).architectures[0].nodes[1].az == "c");
  CHECK(scenario_with({R"(/architectures/m/nodes/-={"id":"db3","role":"replica","az":"c"})"})
            .architectures[0]
            .nodes.size() == 3);
  CHECK(scenario_with({"/duration_s=70", "/duration_s=80"}).duration_s == 80);
}

TEST_CASE("mistakes of --set carry the option's text", "[scenario]") {
  const auto [option, message] = GENERATE(table<std::string, std::string>({
      {"duration_s=5", "must have the form /json/pointer=VALUE"},
      {"/duration_s", "must have the form /json/pointer=VALUE"},
      {"", "must have the form /json/pointer=VALUE"},
      {"=5", "must have the form /json/pointer=VALUE"},
      {"/duration=5", "/duration: unknown key; did you mean \"duration_s\"?"},
      {"/duration_s=-5", "/duration_s: must be above 0 and at most 2592000 s, not -5"},
      {"/duration_s=1e999",
       "/duration_s: the number 1e999 is out of range: the greatest is about 1.8e308"},
      {"/seed=[1,2",
       "/seed: syntax error: the file ends here, but the [ of column 1 is still open"},
      {"/architectures/x/name=y",
       "/architectures/x/name: there is no element \"x\"; legal names: m"},
      {"/architectures/1/name=y", "/architectures/1/name: there is no element 1: the list has 1"},
      {"/name/first=y", "/name/first: there is nothing in the text \"small\" to go to"},
      {"/a~1b~0c=1",
       "/a~1b~0c: unknown key; legal keys: scenario_version, name, question, "
       "duration_s, warmup_s, settle_s, seed, network, data, workload, architectures, "
       "faults, operations, battery, prices, expect"},
  }));
  CAPTURE(option);
  CHECK(messages_of(good_text(), {option}) == "--set " + option + ": " + message + "\n");
}

TEST_CASE("a pointer of --set may not go deeper than a file", "[scenario]") {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "/a";
  const LoadResult result = load(good_text(), {deep + "=1"});
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].message == "goes deeper than 64 levels");
}
