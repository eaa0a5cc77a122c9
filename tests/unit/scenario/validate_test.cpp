// Cross checks that need more than the shared wrong files: several architectures, models' own
// roles.
#include "tests/catch.hpp"
#include "tests/unit/scenario/fixtures.hpp"

using namespace writepath;
using namespace writepath::fixtures;

namespace {

const std::string second_architecture = R"(
    },
    { "name": "v", "model": "aurora_quorum",
      "nodes": [ { "id": "w", "role": "primary", "az": "a" } ]
    }
  ])";

/// The good scenario with a second architecture, and more at its end.
std::string with(const std::string& more) {
  return good_text_but("\n    }\n  ]", second_architecture + ",\n" + more);
}

}  // namespace

TEST_CASE("a fault's role must exist in every architecture it applies to", "[scenario]") {
  const auto fault = [](const std::string& more) {
    return messages_of(with(
        R"("faults": [{"id": "f", "at_s": 1, "kind": "node_crash", "target": {"role": "replica"})" +
        more + "}]"));
  };
  CHECK(
      fault("") ==
      "x.json:19:76: /faults/0/target/role: architecture \"v\" never has a replica; give the fault "
      "its architecture, or \"if_absent\": \"skip\"\n");
  CHECK(fault(R"(, "if_absent": "skip")").empty());
  CHECK(fault(R"(, "architecture": "m")").empty());
  // A replica that an operation adds is one.
  CHECK(fault(R"(}], "operations": [{"kind": "add_replica", "at_s": 1, "az": "c")").empty());
}

TEST_CASE("a model's own roles exist", "[scenario]") {
  const auto role = [](const std::string& name) {
    return messages_of(
        with(R"("faults": [{"id": "f", "at_s": 1, "kind": "node_crash", "target": {"role": ")" +
             name + R"(", "index": 5}}])"));
  };
  CHECK(role("storage").empty());
  CHECK(role("client").empty());
  CHECK(role("monitor").find("never has a monitor") != std::string::npos);
}

TEST_CASE("a node that an operation adds can be struck and judged", "[scenario]") {
  CHECK(messages_of(with(R"("operations": [{"kind": "add_replica", "at_s": 1, "az": "c",
                                            "architecture": "v"}],
      "faults": [{"id": "f", "at_s": 5, "kind": "node_crash", "architecture": "v",
                  "target": {"node": "add_replica-1"}}],
      "expect": [{"node": "add_replica-1", "metric": "replica_lag_ms_p99", "at_most": 9}])"))
            .empty());
  CHECK(messages_of(with(R"("operations": [{"kind": "add_replica", "at_s": 1, "az": "c",
                                            "architecture": "v"}],
      "expect": [{"node": "add_replica-1", "architecture": "m", "metric": "replica_lag_ms_p99",
                  "at_most": 9}])"))
            .find("there is no node \"add_replica-1\"") != std::string::npos);
}

TEST_CASE("an expectation can't judge a fault where it doesn't strike", "[scenario]") {
  CHECK(messages_of(with(R"("faults": [{"id": "f", "at_s": 1, "kind": "node_crash",
      "target": {"role": "primary"}, "architecture": "m"}],
      "expect": [{"fault": "f", "of": "v", "metric": "rto_s", "at_most": 1}])")) ==
        "x.json:21:28: /expect/0/fault: fault \"f\" strikes architecture \"m\" only\n");
}

TEST_CASE("mistakes don't breed others", "[scenario]") {
  // Regions that can't be read: no AZ is called unknown for that.
  CHECK(messages_of(good_text_but("\"name\": \"small\",",
                                  R"("name": "small", "network": { "regions": 5 },)")) ==
        "x.json:3:44: /network/regions: must be a list, not 5\n");
  CHECK(messages_of(good_text_but(R"("role": "primary")", R"("role": "primery")")) ==
        "x.json:11:32: /architectures/0/nodes/0/role: must be one of primary, replica, storage, "
        "monitor, not \"primery\"; did you mean \"primary\"?\n");
}

TEST_CASE("a newer version is the only thing to say", "[scenario]") {
  CHECK(
      messages_of(R"({"a": 1, "a": 2, "scenario_version": 7, "b": 1e999})") ==
      "x.json:1:38: /scenario_version: this program reads up to version 1; the file is of version "
      "7\n");
}
