// The top level of a scenario.
#include "sim/scenario/describe.hpp"

namespace writepath {
void describe(Fields& f, Scenario& scenario) {
  f.about(
      "A scenario of writepath: one question, asked of several replication architectures on the "
      "same network, with the same clients and the same faults.");
  f.integer("scenario_version", scenario.scenario_version, {1, 1}, {"Version of this format: 1."},
            Presence::required);
  f.text("name", scenario.name, TextRule::name,
         {"Name of the scenario, and of its results' folder."}, Presence::required);
  f.text("question", scenario.question, TextRule::free, {"The question that it asks."});
  f.number("duration_s", scenario.duration_s, {0, longest_run_s, true},
           {"Transactions arrive from 0 to here.", "s", "assumption, range 10 to 3600"});
  f.number("warmup_s", scenario.warmup_s, {0, longest_run_s},
           {"A transaction counts if it was due after this.", "s", "assumption, range 0 to 60"});
  f.number("settle_s", scenario.settle_s, {0, longest_run_s},
           {"After duration_s faults heal, and the run goes on for at most so long until all is "
            "applied.",
            "s", "assumption, range 0 to 600"});
  f.seed("seed", scenario.seed, {"Seed of every random stream."});
  f.object("network", scenario.network, {"The network."});
  f.object("data", scenario.data, {"The database."});
  f.object("workload", scenario.workload, {"The load."}, Presence::required);
  f.list("architectures", scenario.architectures, 1, {"The architectures to compare."},
         Presence::required);
  f.list("faults", scenario.faults, 0,
         {"Faults; empty: the standard battery, in runs of its own."});
  f.list("operations", scenario.operations, 0, {"What operators do in mid-run."});
  f.object("battery", scenario.battery, {"The standard faults."});
  f.object("prices", scenario.prices,
           {"Prices that turn counts into money; left out: nothing is said of money."});
  f.list("expect", scenario.expect, 0, {"What the run should show."});
}

}  // namespace writepath
