"""scripts/knee.py: finds a knee that a pencil knows, and says honestly when there is none."""
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import knee as script  # noqa: E402
from writepath_lab import knee_search  # noqa: E402

AXIS = "/workload/clients/0/open_loop/rate_per_s"
CLIENTS = '/workload/clients=[{"name":"w","azs":["a"],"open_loop":{"rate_per_s":100}}]'


def knee(*arguments, scenario="scenarios/replica-lag/scenario.json"):
    call = [sys.executable, ROOT / "scripts" / "knee.py", ROOT / scenario, "--axis", AXIS,
            "--set", CLIENTS, "--set", "/expect=[]", "--set", "/warmup_s=1", *map(str, arguments)]
    return subprocess.run(call, capture_output=True, text=True, env=os.environ)


class KneeTest(unittest.TestCase):
    def test_the_appliers_capacity(self):
        """One applier: 0.1 ms of CPU and two flushes of 1.01 ms, so 472 transactions a second
        (scenarios/replica-lag/README.md)."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "knee.json"
            done = knee("--from", 200, "--to", 900, "--set", "/duration_s=8", "-o", file,
                        "--format", "json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, file.read_text())
        mysql, aurora = json.loads(done.stdout)["knees"]
        self.assertEqual(mysql["status"], "found")
        self.assertLess(mysql["holds_at"], 472)
        self.assertGreater(mysql["breaks_at"], 472)
        self.assertLess(mysql["breaks_at"] / mysql["holds_at"], 1.3)
        self.assertEqual(aurora["status"], "never breaks")

    def test_what_nothing_narrower_was_found_for(self):
        """A coin between 45 and 55: the bracket stays wide, and the sentence says why."""
        found = knee_search.find(
            "a", 10, 90, lambda rate, runs: {"a": [
                rate < 45 or rate <= 55 and seed % 2 == 0 for seed in range(runs)]}, 0.95, 30, 0.01)
        self.assertEqual((found.status, found.holds_at, found.breaks_at), ("found", 10, 90))
        self.assertEqual(found.judged[-1].verdict, "open")
        self.assertIn("no narrower: at 50 it held in 15 of 30",
                      script.sentence(found, "m<=1", 0.01))

    def test_all_rates_together_have_the_confidence(self):
        """A knee of which the answer is known: p(holds) falls from 1 to 0 around 50. A wrong verdict at
        any of a bisection's rates counts, as it may become the bracket's end."""
        def chance(rate):
            return 1 / (1 + math.exp((rate - 50) / 2))
        dice, wrong, decided, trials = random.Random(1), 0, 0, 400
        for _ in range(trials):
            known = {}

            def outcomes(rate, runs):
                drawn = known.setdefault(rate, [])
                while len(drawn) < runs:
                    drawn.append(dice.random() < chance(rate))
                return {"a": drawn[:runs]}
            found = knee_search.find("a", 10, 100, outcomes, 0.9, 30, 0.02)
            decided += found.status == "found"
            wrong += any((j.verdict == "holds" and chance(j.rate) < 0.5) or
                         (j.verdict == "breaks" and chance(j.rate) > 0.5) for j in found.judged)
        self.assertGreater(decided, 0.9 * trials)
        self.assertLessEqual(wrong, 0.1 * trials)
        # 11 rates may be asked for, so 0.1 / 11 / 2 for a first look: 8 seeds, where 5 did for one.
        self.assertEqual(knee_search.rates_at_most(10, 100, 0.02), 11)
        self.assertEqual(knee_search.looks(30, 0.1 / 11)[0][0], 8)
        self.assertEqual(min(j.runs for j in found.judged), 8)
        self.assertAlmostEqual(sum(part for _, part in knee_search.looks(30, 0.1 / 11)), 0.1 / 11)

    def test_an_objective_of_latency(self):
        done = knee("--from", 50, "--to", 100, "--set", "/duration_s=3", "--objective",
                    "commit_latency_ms_p50 <= 0.001", "--architecture", "aurora")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("is broken at 50 already", done.stdout)
        self.assertNotIn("mysql", done.stdout)

    def test_wrong_usage(self):
        for arguments, says in (
                (["--from", 9, "--to", 3], "--from must be below --to"),
                (["--from", 3, "--to", 9, "--objective", "lag"], "METRIC<=VALUE"),
                (["--from", 3, "--to", 9, "--objective", "lag<=1.2.3"], "METRIC<=VALUE"),
                (["--from", 3, "--to", 9, "--runs", 2], "nothing can be said"),
                (["--from", 3, "--to", 9, "--architecture", "oracle"], "mysql-async, aurora"),
                (["--from", 3, "--to", 9, "--objective", "lagg<=3"], "no metric \"lagg\""),
                (["--from", 3, "--to", 9, "--objective", "cost_per_hour<=3"], "costs need prices"),
                (["--from", 3, "--to", 9, "--set", "/durations=2"], "did you mean")):
            done = knee("--set", "/duration_s=2", *arguments)
            self.assertEqual(done.returncode, 3, done.stdout)
            self.assertIn(says, done.stderr)
            self.assertNotIn("Traceback", done.stderr)

    def test_the_sign_test(self):
        """One half to the 5th is 0.031, to the 4th 0.0625."""
        self.assertEqual(knee_search.sign_test(5, 5, 0.95), "holds")
        self.assertEqual(knee_search.sign_test(4, 4, 0.95), "open")
        self.assertEqual(knee_search.sign_test(0, 5, 0.95), "breaks")
        self.assertEqual(knee_search.sign_test(7, 8, 0.95), "holds")  # 9 / 256
        self.assertEqual(knee_search.sign_test(6, 8, 0.95), "open")   # 37 / 256


if __name__ == "__main__":
    unittest.main()
