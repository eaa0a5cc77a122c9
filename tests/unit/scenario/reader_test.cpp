// What the reader makes of values, right and wrong.
#include "tests/catch.hpp"
#include "tests/unit/scenario/fixtures.hpp"

using namespace writepath;
using namespace writepath::fixtures;

namespace {

/// The good scenario with a network whose jitter is this.
std::string with_jitter(const std::string& jitter) {
  return good_text_but(
      "\"name\": \"small\",",
      "\"name\": \"small\", \"network\": { \"inter_az\": { \"jitter\": " + jitter + " } },");
}

Distribution jitter_of(const std::string& jitter) {
  const LoadResult result = load(with_jitter(jitter));
  CAPTURE(messages(result));
  REQUIRE(result.scenario);
  return result.scenario->network.inter_az.jitter;
}

}  // namespace

TEST_CASE("what is left out has its default", "[scenario]") {
  const LoadResult result = load(good_text());
  CAPTURE(messages(result));
  REQUIRE(result.scenario);
  const Scenario& s = *result.scenario;
  CHECK(s.duration_s == 60);
  CHECK(s.network.inter_az.rtt_ms == 0.82);
  CHECK(std::get<Lognormal>(s.network.intra_az.jitter.shape).p99 == 1.6);
  CHECK(s.network.regions.at(0).azs == std::vector<std::string>{"a", "b", "c"});
  REQUIRE(s.architectures.size() == 1);
  const NodeSpec& node = s.architectures[0].nodes.at(0);
  CHECK(node.cpus == 32);
  REQUIRE(node.device);
  CHECK(std::get<Lognormal>(node.device->flush_ms.shape).median == 0.783);
  const auto* options = dynamic_cast<const FakeOptions*>(s.architectures[0].options.get());
  REQUIRE(options != nullptr);
  CHECK(options->wait_for == 1);
}

TEST_CASE("a device inherits what it leaves out from its kind of storage", "[scenario]") {
  const LoadResult result = load(good_text_but(
      R"("az": "b" })", R"("az": "b", "device": { "iops": 500 }, "storage": "attached" })"));
  REQUIRE(result.scenario);
  const DeviceSpec& device = *result.scenario->architectures[0].nodes[1].device;
  CHECK(device.iops == 500);
  CHECK(std::get<Lognormal>(device.flush_ms.shape).median == 0.5);
}

TEST_CASE("everything at once", "[scenario]") {
  const LoadResult result = load(full_text());
  CAPTURE(messages(result));
  REQUIRE(result.scenario);
  const Scenario& s = *result.scenario;
  CHECK(s.seed == 9007199254740991);
  CHECK(s.network.links.at(0).one_way);
  CHECK(s.workload.clients.at(1).closed_loop->clients == 8);
  CHECK_FALSE(s.workload.clients.at(1).open_loop);
  CHECK(s.workload.clients.at(0).open_loop->arrivals == OpenLoop::Arrivals::bursts);
  CHECK(s.faults.at(1).crash == CrashKind::loss);
  CHECK(s.faults.at(1).target.index == 1);
  CHECK(s.operations.at(0).id == "add_replica-1");
  const Expectation& comparison = s.expect.at(1);
  CHECK(comparison.architecture == "v");
  CHECK(comparison.than == "m");
  CHECK(comparison.relation == Expectation::Relation::less_than);
  CHECK(comparison.factor == 0.5);
  CHECK_FALSE(comparison.less_than);
  CHECK(s.expect.at(0).at_most == 0);
}

TEST_CASE("distributions in all their forms", "[scenario]") {
  CHECK(std::get<Constant>(jitter_of("2").shape).value == 2);
  CHECK(std::get<Constant>(jitter_of(R"({"constant": 3})").shape).value == 3);
  CHECK(std::get<Uniform>(jitter_of(R"({"uniform": {"low": 1, "high": 2}})").shape).high == 2);
  CHECK(std::get<Exponential>(jitter_of(R"({"exponential": {"mean": 4}})").shape).mean == 4);
  CHECK(std::get<Pareto>(jitter_of(R"({"pareto": {"scale": 1, "shape": 3}})").shape).shape == 3);
  const auto empirical =
      std::get<Empirical>(jitter_of(R"({"empirical": {"points": [[1, 0.5], [2, 1]]}})").shape);
  REQUIRE(empirical.points.size() == 2);
  CHECK(empirical.points[0].cumulative == 0.5);
  const auto mixture = std::get<Mixture>(jitter_of(R"({"mixture": [{"weight": 1, "distribution": 5},
                                {"weight": 2, "distribution": {"exponential": {"mean": 1}}}]})")
                                             .shape);
  REQUIRE(mixture.parts.size() == 2);
  CHECK(mixture.parts[1].weight == 2);
  CHECK(std::get<Exponential>(mixture.parts[1].distribution.shape).mean == 1);
}

TEST_CASE("a mistake in a distribution leaves no half of it", "[scenario]") {
  CHECK(messages_of(with_jitter(R"({"lognormal": {"median": 1}})")) ==
        "x.json:3:71: /network/inter_az/jitter/lognormal/p99: is missing, and required\n");
  CHECK(messages_of(with_jitter(R"({"mixture": []})")) ==
        "x.json:3:69: /network/inter_az/jitter/mixture: must not be empty\n");
  CHECK(messages_of(with_jitter("-1")) ==
        "x.json:3:57: /network/inter_az/jitter: must be from 0 to 1000, not -1\n");
}

TEST_CASE("comments stand anywhere, $schema at the top only", "[scenario]") {
  CHECK(load(good_text_but(R"("az": "b" })", R"("az": "b", "comment": {"any": ["thing"]} })"))
            .scenario);
  CHECK_FALSE(load(good_text_but(R"("az": "b" })", R"("az": "b", "$schema": "x" })")).scenario);
}

TEST_CASE("options of a model are read like everything else", "[scenario]") {
  const auto options = [](const std::string& text) {
    return messages_of(good_text_but(R"("model": "mysql_binlog",)",
                                     R"("model": "mysql_binlog", "options": )" + text + ","));
  };
  CHECK(options(R"({"wait": "sume"})") ==
        "x.json:9:65: /architectures/0/options/wait: must be one of none, some, all, not \"sume\"; "
        "did you mean \"some\"?\n");
  CHECK(
      options(R"({"wait_fro": 1})") ==
      "x.json:9:57: /architectures/0/options/wait_fro: unknown key; did you mean \"wait_for\"?\n");
  CHECK(options(R"({"wait_for": 3})") ==
        "x.json:9:69: /architectures/0/options/wait_for: must be at most 2, the number of nodes\n");
  CHECK(options(R"({"ack_count": 1})") ==
        "x.json:9:57: /architectures/0/options/ack_count: is now called \"wait_for\"\n");
  CHECK(options(R"({"copies": [{"az": "q"}]})") ==
        "x.json:9:67: /architectures/0/options/copies: there is no AZ \"q\"; legal AZs: a, b, c\n");
  CHECK(options(R"([])") ==
        "x.json:9:56: /architectures/0/options: must be an object, not a list\n");
}

TEST_CASE("a rule over several keys keeps quiet when one of them is wrong", "[scenario]") {
  const std::string text =
      good_text_but(R"("model": "mysql_binlog",)",
                    R"("model": "mysql_binlog", "options": { "wait_for": 50, "copies": 5 },)");
  CHECK(messages_of(text) ==
        "x.json:9:84: /architectures/0/options/copies: must be a list, not 5\n");
}

TEST_CASE("texts are limited in characters, not bytes", "[scenario]") {
  const auto question = [](const std::string& text) {
    return messages_of(good_text_but("\"name\": \"small\",",
                                     "\"name\": \"small\", \"question\": \"" + text + "\","));
  };
  std::string long_text;
  for (int i = 0; i < 1000; ++i) long_text += "ä";
  CHECK(question(long_text).empty());
  CHECK(question(long_text + "x") ==
        "x.json:3:32: /question: must have at most 1000 characters, not 1001\n");
}

TEST_CASE("lists are limited", "[scenario]") {
  std::string nodes;
  for (int i = 0; i < 1001; ++i) nodes += (i ? ", {}" : "{}");
  CHECK(messages_of(R"({"scenario_version": 1, "name": "x", "workload": {"clients": []},
      "architectures": [)" +
                    nodes + "]}") ==
        "x.json:1:62: /workload/clients: must not be empty\n"
        "x.json:2:24: /architectures: must have at most 1000 items, not 1001\n");
}
