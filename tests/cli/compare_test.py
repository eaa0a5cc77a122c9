"""`writepath compare`: pairs, intervals that Python's own arithmetic confirms, and no false claims."""
import csv
import io
import json
import math
import statistics
import unittest

from program import CommandLineTest, small_scenario


class Compare(CommandLineTest):
    def compare(self, *arguments, scenario=None, code=0):
        self.write("small.json", scenario or small_scenario())
        return self.run_program("compare", "small.json", *arguments, code=code)

    def metrics(self, *arguments, **options):
        return json.loads(self.compare("--format", "json", *arguments, **options)[0])["metrics"]

    def test_intervals_are_those_of_the_runs(self):
        [mean, p99] = self.metrics("--metric", "commit_latency_ms_mean",
                                   "--metric", "commit_latency_ms_p99")
        out, _ = self.run_program("run", "small.json", "--runs", "10", "--format", "csv")
        values = {(row["architecture"], row["metric"], int(row["seed"])): float(row["value"])
                  for row in csv.DictReader(io.StringIO(out))
                  if row["subject"] == "run" and row["metric"].startswith("commit_latency_ms_")}

        def differences(metric):
            return sorted(values["aurora", metric, s] - values["mysql", metric, s]
                          for s in range(1, 11))
        d = differences("commit_latency_ms_mean")
        reach = 2.262157 * statistics.stdev(d) / math.sqrt(10)
        self.assertAlmostEqual(mean["difference"]["mean"], statistics.mean(d), 9)
        self.assertAlmostEqual(mean["difference"]["low"], statistics.mean(d) - reach, 6)
        self.assertAlmostEqual(mean["difference"]["high"], statistics.mean(d) + reach, 6)
        self.assertEqual(mean["verdict"], "lower")
        d = differences("commit_latency_ms_p99")  # of ten, the second and the ninth: 97.9 %
        self.assertEqual(p99["method"], "order_statistics")
        self.assertAlmostEqual(p99["difference"]["median"], statistics.median(d), 9)
        self.assertAlmostEqual(p99["difference"]["low"], d[1], 9)
        self.assertAlmostEqual(p99["difference"]["high"], d[8], 9)
        self.assertAlmostEqual(p99["confidence"], 1 - 22 / 1024, 9)

    def test_an_architecture_beside_its_twin_shows_no_difference(self):
        scenario = small_scenario()
        scenario["architectures"][1] = dict(scenario["architectures"][0], name="twin")
        for one in self.metrics("--runs", "6", scenario=scenario):
            self.assertEqual(one["verdict"], "no difference seen", one)
            self.assertEqual((one["difference"]["low"], one["difference"]["high"]), (0, 0))

    def test_a_broken_check_fails_the_command(self):
        """A monitor that takes every ping for lost promotes a replica that lacks commits."""
        scenario = small_scenario()
        scenario["architectures"][0]["options"] = {
            "detection": "monitor_only",
            "detector": {"interval_s": 0.01, "timeout_s": 0.001, "failures": 1}}
        out, _ = self.compare("--runs", "2", "--format", "json", scenario=scenario, code=1)
        self.assertIn("mysql, seed 1: durability", json.loads(out)["broken_checks"])

    def test_what_has_no_value_makes_no_pair(self):
        [one] = self.metrics("--runs", "2", "--metric", "page_read_latency_ms_mean")
        self.assertEqual((one["pairs"], one["baseline_seeds_without_value"]), (0, 2))
        self.assertEqual(one["verdict"], "too few pairs")
        self.assertIsNone(one["difference"]["mean"])

    def test_few_pairs_claim_nothing(self):
        [one] = self.metrics("--runs", "5", "--metric", "replica_lag_ms_p99")
        self.assertEqual(one["verdict"], "too few pairs")
        out, _ = self.compare("--runs", "5", "--metric", "replica_lag_ms_p99")
        self.assertIn("6 needed", out)

    def test_baseline_and_faults(self):
        scenario = small_scenario(faults=[
            {"id": "dies", "at_s": 1, "kind": "node_crash", "target": {"role": "primary"}}])
        found = self.metrics("--runs", "2", "--baseline", "aurora", scenario=scenario)
        self.assertIn("fault.dies.rto_s", [one["metric"] for one in found])
        self.assertEqual({(one["baseline"], one["architecture"]) for one in found},
                         {("aurora", "mysql")})

    def test_family_widens(self):
        both = ["--metric", "commit_latency_ms_mean", "--metric", "replica_lag_ms_mean"]
        alone, family = self.metrics(*both), self.metrics(*both, "--family")
        for a, f in zip(alone, family):
            self.assertLess(f["difference"]["low"], a["difference"]["low"])
            self.assertAlmostEqual(f["confidence"], 0.975)

    def test_any_number_of_processes_prints_the_same(self):
        self.assertEqual(self.compare("-j", "1"), self.compare("-j", "3"))
        self.assertEqual(list(self.files()), ["small.json"])  # no results folder

    def test_mistakes(self):
        for arguments, says in (
                (("--baseline", "mysqll"), 'did you mean "mysql"'),
                (("--metric", "replica_lag_ms_p98"), "did you mean"),
                (("--metric", "fault.dies.rto_s"), "no faults"),
                (("--metric", "fault."), "fault.ID.METRIC"),
                (("--runs", "1"), "2 or more"),
                (("--confidence", "95"), "0.5 to 0.999999"),
                (("--confidence", "nan"), "0.5 to 0.999999"),
                (("--force",), "unknown option"),
                (("--seed", str(2**53 - 3)), "exceed")):
            out, err = self.compare(*arguments, code=3)
            self.assertEqual(out, "")
            self.assertIn(says, err)
        lonely = small_scenario()
        del lonely["architectures"][1]
        self.assertIn("two architectures", self.compare(scenario=lonely, code=3)[1])


if __name__ == "__main__":
    unittest.main()
