#include "tests/unit/scenario/fixtures.hpp"

#include <algorithm>

#include "sim/scenario/describe.hpp"
#include "sim/scenario/words.hpp"
#include "tests/catch.hpp"

namespace writepath::fixtures {

void describe(Fields& f, FakeOptions::Copies& copies) {
  f.about("Copies in an AZ.");
  f.text("az", copies.az, TextRule::reference, {"Name of the AZ."}, Presence::required);
  f.integer("n", copies.n, {1, 100}, {"How many."});
}

void describe_options(Fields& f, FakeOptions& options, const ArchitectureSpec& architecture,
                      const Scenario& scenario) {
  f.about("Options of a fake model.");
  f.choice("wait", options.wait,
           {{"none", FakeOptions::Wait::none},
            {"some", FakeOptions::Wait::some},
            {"all", FakeOptions::Wait::all}},
           {"Whom to wait for."});
  f.integer("wait_for", options.wait_for, {0, 100}, {"How many to wait for.", "", "assumption"});
  f.list("copies", options.copies, 0, {"Where copies are."});
  f.object("device", options.device, {"A device."});
  f.renamed("ack_count", "wait_for");
  f.require(options.wait_for <= static_cast<std::int64_t>(architecture.nodes.size()), "wait_for",
            [&] {
              return "must be at most " + std::to_string(architecture.nodes.size()) +
                     ", the number of nodes";
            });
  for (const FakeOptions::Copies& copies : options.copies)
    f.require(az_exists(scenario.network, copies.az), "copies",
              [&] { return unknown_az(scenario.network, copies.az); });
}

namespace {

ModelEntry fake(const char* name, std::vector<NodeRole> roles) {
  return {name,
          "A fake.",
          "",
          [] { return std::make_shared<FakeOptions>(); },
          [](Fields& f, ModelOptions& options, const ArchitectureSpec& a, const Scenario& s) {
            describe_options(f, dynamic_cast<FakeOptions&>(options), a, s);
          },
          [roles](const ArchitectureSpec&) { return roles; }};
}

}  // namespace

const ModelCatalog& catalog() {
  static const ModelCatalog entries{fake("mysql_binlog", {NodeRole::storage}),
                                    fake("aurora_quorum", {NodeRole::storage})};
  return entries;
}

const MetricNames& metrics() {
  static const MetricNames names{
      {"commits_acked", "commit_latency_ms_mean", "commit_latency_ms_p99", "replica_lag_ms_p99",
       "cost_per_million_commits", "cost_per_million_commits_ios", "cost_per_hour_ios",
       "cost_per_hour_instances"},
      {"rpo_transactions", "rto_s", "write_unavailable_s"},
      {"ready_s"},
      {"replica_lag_ms_p99"},
      {"commit_latency_ms_p99"},
      {{"cost_per_million_commits", ""},
       {"cost_per_million_commits_ios", "per_million_ios"},
       {"cost_per_hour_ios", "per_million_ios"},
       {"cost_per_hour_instances", "per_instance_hour"}}};
  return names;
}

std::string good_text() {
  return R"({
  "scenario_version": 1,
  "name": "small",
  "workload": {
    "clients": [ { "name": "web", "azs": ["a"], "open_loop": { "rate_per_s": 100 } } ]
  },
  "architectures": [
    {
      "name": "m", "model": "mysql_binlog",
      "nodes": [
        { "id": "db1", "role": "primary", "az": "a" },
        { "id": "db2", "role": "replica", "az": "b" }
      ]
    }
  ]
}
)";
}

std::string good_text_but(const std::string& what, const std::string& with) {
  std::string text = good_text();
  const std::size_t found = text.find(what);
  REQUIRE(found != std::string::npos);
  return text.replace(found, what.size(), with);
}

std::string full_text() {
  return R"({
  "$schema": "../schema/scenario.schema.json", "comment": ["free", "words"],
  "scenario_version": 1, "name": "full", "question": "Does everything work? ä € 😀",
  "duration_s": 120, "warmup_s": 10.5, "settle_s": 30, "seed": 9007199254740991,
  "network": {
    "regions": [ { "name": "r1", "azs": ["a", "b"] }, { "name": "r2", "azs": ["x"] } ],
    "intra_az": { "rtt_ms": 0.1, "jitter": 1 },
    "inter_az": { "jitter": { "mixture": [
      { "weight": 0.9122, "distribution": { "pareto": { "scale": 0.235, "shape": 10 } } },
      { "weight": 0.0878, "distribution": { "exponential": { "mean": 0.6 } } } ] } },
    "inter_region": { "rtt_ms": 70, "jitter": { "uniform": { "low": 0.9, "high": 1.1 } },
                      "bandwidth_gbps": 1, "loss_probability": 0.0001 },
    "links": [ { "from": "a", "to": "b", "one_way": true, "rtt_ms": 1.4 },
               { "from": "b", "to": "x", "jitter": { "constant": 1 } } ],
    "tcp_min_rto_ms": 200, "tcp_user_timeout_s": 60
  },
  "data": { "size_gb": 100, "page_kb": 16 },
  "workload": {
    "clients": [
      { "name": "web", "azs": ["a", "b"], "transactions": ["insert"],
        "open_loop": { "rate_per_s": 2e3, "arrivals": "bursts", "burst_size": 5 } },
      { "name": "batch", "azs": ["x"], "start_s": 20, "stop_s": 100,
        "closed_loop": { "clients": 8, "think_time_ms": { "exponential": { "mean": 10 } } } } ],
    "transactions": [ { "name": "insert", "weight": 3 },
                      { "name": "auto", "autocommit": true, "statements": 1 } ],
    "keys": { "count": 25000000, "distribution": "zipf", "zipf_exponent": 1.1 },
    "reads": [ { "rate_per_s": 500, "target": "any", "azs": ["a"] } ],
    "session": { "timeout_s": 5 }, "probe": { "enabled": false }
  },
  "architectures": [
    { "name": "m", "model": "mysql_binlog",
      "nodes": [
        { "id": "db1", "role": "primary", "az": "a", "storage": "attached",
          "device": { "iops": 3000, "flush_ms": { "empirical": { "low": 0.1, "points": [[1, 0.768], [2, 0.972], [256, 1]] } } } },
        { "id": "db2", "role": "replica", "az": "b", "host": "h1", "clock": { "offset_ms": -5 } },
        { "id": "db3", "role": "replica", "az": "b", "host": "h1" } ],
      "options": { "wait": "all", "wait_for": 2, "copies": [ { "az": "a" }, { "az": "b", "n": 3 } ] } },
    { "name": "v", "model": "aurora_quorum",
      "nodes": [ { "id": "w", "role": "primary", "az": "a" } ] }
  ],
  "faults": [
    { "id": "dark", "at_s": 60, "kind": "az_outage", "target": { "az": "a" }, "duration_s": 30 },
    { "id": "crash", "at_s": 50, "kind": "node_crash", "crash": "loss", "restart_after_s": 0,
      "target": { "role": "replica", "index": 1, "when": "initial" }, "architecture": "m" },
    { "id": "node", "at_s": 50, "kind": "node_crash", "target": { "node": "db1" }, "architecture": "m" },
    { "id": "cut", "at_s": 70, "kind": "partition", "target": { "role": "storage", "az": "b", "pick": "random" },
      "if_absent": "skip" } ],
  "operations": [ { "at_s": 20, "kind": "add_replica", "az": "b" } ],
  "battery": { "enabled": false },
  "expect": [
    { "architecture": "m", "fault": "dark", "metric": "rpo_transactions", "at_most": 0, "because": "words" },
    { "metric": "commit_latency_ms_p99", "of": "v", "less_than": "m", "factor": 0.5 },
    { "metric": "commits_acked", "equals": 5, "tolerance": 1 },
    { "metric": "replica_lag_ms_p99", "node": "db2", "architecture": "m", "more_than": 1 },
    { "metric": "ready_s", "operation": "add_replica-1", "at_least": 0 } ]
}
)";
}

LoadResult load(const std::string& text, const std::vector<std::string>& sets) {
  return load_scenario_text(text, "x.json", sets, catalog(), metrics());
}

std::string messages(const LoadResult& result) {
  std::string all;
  for (const Diagnostic& diagnostic : result.diagnostics) all += to_text(diagnostic) + "\n";
  return all;
}

std::string messages_of(const std::string& text, const std::vector<std::string>& sets) {
  return messages(load(text, sets));
}

}  // namespace writepath::fixtures
