"""Expectations over several seeds: in how many they held, and the exit code for a CI."""
import csv
import io
import json
import unittest

from program import CommandLineTest, small_scenario


def expecting(**keys):
    """On the median commit latency of the small scenario's mysql, about 2 ms."""
    return small_scenario(expect=[
        dict({"architecture": "mysql", "metric": "commit_latency_ms_p50"}, **keys)])


class Expect(CommandLineTest):
    def judge(self, scenario, *arguments, code):
        self.write("small.json", scenario)
        return self.run_program("run", "small.json", "--force", *arguments, code=code)[0]

    def threshold(self):
        """A bound that some of the seeds 1 to 10 keep, and how many do."""
        out = self.judge(expecting(at_least=0), "--runs", "10", "--format", "csv", code=0)
        values = sorted(float(row["value"]) for row in csv.DictReader(io.StringIO(out))
                        if row["architecture"] == "mysql" and row["subject"] == "run"
                        and row["metric"] == "commit_latency_ms_p50")
        self.assertLess(values[7], values[8])
        return (values[7] + values[8]) / 2  # eight of ten are below

    def test_without_keys_it_must_hold_in_every_seed(self):
        out = self.judge(expecting(at_most=self.threshold()), "--runs", "10", code=1)
        self.assertIn("held in 8 of 10 seeds", out)
        self.assertEqual(out.count("- seed"), 2)

    def test_a_share_of_the_seeds(self):
        bound = self.threshold()
        self.judge(expecting(at_most=bound, in_at_least=0.8), "--runs", "10", code=0)
        out = self.judge(expecting(at_most=bound, in_at_least=0.81), "--runs", "10", code=1)
        self.assertIn("needed in 81 %", out)

    def test_a_chance_with_confidence(self):
        bound = self.threshold()
        # Clopper and Pearson: 8 of 10, one-sided 95 %: from 0.493 to 0.963.
        claim = dict(at_most=bound, confidence=0.95)
        self.judge(expecting(in_at_least=0.49, **claim), "--runs", "10", code=0)
        self.judge(expecting(in_at_least=0.9, **claim), "--runs", "10", code=2)
        self.judge(expecting(in_at_least=0.97, **claim), "--runs", "10", code=1)
        # All of n: 58 runs are too few for 95 % at 95 %, and 59 enough.
        sure = expecting(at_least=0, in_at_least=0.95, confidence=0.95)
        out = self.judge(sure, "--runs", "58", code=2)
        self.assertIn("takes 59 seeds", out.replace("\n            ", " "))
        self.judge(sure, "--runs", "59", code=0)

    def test_json_and_csv(self):
        scenario = expecting(at_most=self.threshold())
        [report] = json.loads(self.judge(scenario, "--runs", "10", "--format", "json", code=1))
        [over] = report["expectations_over_seeds"]
        self.assertEqual((over["seeds"], over["held"], over["broken"], over["unjudged"]), (10, 8, 2, 0))
        self.assertEqual(over["verdict"], "broken")
        self.assertEqual(len(report["expectations"]), 10)
        rows = list(csv.DictReader(io.StringIO(
            self.judge(scenario, "--runs", "10", "--format", "csv", code=1))))
        self.assertIn({"scenario": "small", "architecture": "mysql", "seed": "",
                       "subject": "expectation:0", "metric": "seeds_held", "value": "8"}, rows)
        [one] = json.loads(self.judge(scenario, "--format", "json", code=0))
        self.assertNotIn("expectations_over_seeds", one)


if __name__ == "__main__":
    unittest.main()
