"""A sweep's differences between architectures: those of `writepath compare`, and no more is claimed."""
import json
import random
import sys
import types
import unittest

from program import small_scenario
from sweeping import RATE, ROOT, SweepCase, definition

sys.path.insert(0, str(ROOT / "scripts"))
import outputs_page  # noqa: E402
from writepath_lab import intervals, paired, sweep_schedule  # noqa: E402

GONE = [{"id": "gone", "kind": "node_crash", "at_s": 1, "target": {"role": "primary"}}]
MEASURES = ["commits_per_s", "commit_latency_ms_mean", "commit_latency_ms_p99", "replica_lag_ms_max",
            "stale_read_fraction", "fault.gone.rto_s", "fault.gone.rpo_transactions"]


class Differences(SweepCase):
    def test_columns_are_those_of_the_page_of_outputs(self):
        self.write("sweep.json", definition(repetitions=1))
        self.sweep("sweep.json", "--quiet")
        self.assertEqual(["rate" if c == "*axis*" else c for c in outputs_page.DIFFERENCES],
                         list(self.differences()[0]))

    def test_they_are_those_of_compare(self):
        """The oracle has its own Student's t and its own order statistics."""
        base = small_scenario(faults=GONE)
        base["architectures"].append(dict(base["architectures"][0], name="semi-sync",
                                          options={"semi_sync": "after_sync"}))
        self.write("base.json", base)
        self.write("sweep.json", definition(repetitions=9, measures=MEASURES, baseline="aurora",
                                            set={"/duration_s": 2}))
        self.sweep("sweep.json", "--quiet", "--confidence", "0.9")
        found = {(d["architecture"], d["measure"]): d for d in self.differences()
                 if d["rate"] == "100"}
        out, _ = self.run_program(
            "compare", "base.json", "--set", f"{RATE}=100", "--runs", "9",
            "--baseline", "aurora", "--confidence", "0.9", "--format", "json", "--quiet",
            *(part for measure in MEASURES for part in ("--metric", measure)))
        compared = json.loads(out)["metrics"]
        self.assertEqual(len(compared), len(MEASURES) * 2)
        self.assertEqual(len(found), len(compared))
        verdicts = set()
        for entry in compared:
            mine = found[entry["architecture"], entry["metric"]]
            verdicts.add(entry["verdict"])
            for key, theirs in (("method", "method"), ("seen", "verdict"), ("baseline", "baseline"),
                                ("pairs", "pairs"), ("missing", "seeds_without_value"),
                                ("baseline_missing", "baseline_seeds_without_value")):
                self.assertEqual(mine[key], str(entry[theirs]), (mine, entry))
            difference = entry["difference"]
            for key, value in (("baseline_value", entry["baseline_value"]), ("value", entry["value"]),
                               ("difference", difference["estimate"]), ("low", difference["low"]),
                               ("high", difference["high"]), ("confidence", entry["confidence"])):
                if value is None:
                    self.assertEqual(mine[key], "", (mine, entry))
                else:
                    size = max(abs(value), abs(difference["estimate"] or 0))
                    self.assertLessEqual(abs(float(mine[key]) - value), 1e-9 * size, (key, mine, entry))
        self.assertLessEqual({"higher", "no difference seen", "too few pairs"}, verdicts)

    def test_a_twin_shows_no_difference_and_few_pairs_claim_nothing(self):
        base = small_scenario()
        base["architectures"].append(dict(base["architectures"][0], name="twin"))
        self.write("base.json", base)
        self.write("sweep.json", definition(axes=[{"pointer": RATE, "values": [50]}]))
        out, _ = self.sweep("sweep.json", "--runs", "5")
        self.assertIn("differences from mysql, paired by seed", out)
        self.assertIn("0 to 0 no difference seen", out)
        self.assertIn("too few pairs: 6 needed", out)
        for d in self.differences():
            if d["measure"] == "commit_latency_ms_p99":
                self.assertEqual((d["seen"], d["low"], d["high"], d["pairs"]),
                                 ("too few pairs", "", "", "5"))
            elif d["architecture"] == "twin":
                self.assertEqual((d["seen"], d["low"], d["high"]), ("no difference seen", "0.0", "0.0"))

    def test_a_baseline_that_is_not_there(self):
        self.write("sweep.json", definition())
        _, err = self.sweep("sweep.json", "--baseline", "mysqll", code=3)
        self.assertIn('/baseline: rate=50 has no architecture "mysqll"; did you mean "mysql"?', err)
        self.assertFalse((self.folder / "results").exists())

    def test_one_architecture_alone(self):
        base = small_scenario()
        del base["architectures"][1]
        self.write("base.json", base)
        self.write("sweep.json", definition())
        out, _ = self.sweep("sweep.json")
        self.assertNotIn("differences", out)
        self.assertEqual(self.differences(), [])

    def test_runs_that_failed_or_broke_are_counted(self):
        base = small_scenario(expect=[{"of": "aurora", "metric": "commits_per_s", "at_most": 1}])
        self.write("base.json", base)
        self.write("sweep.json", definition(repetitions=2))
        program = self.counting_program(
            'case "$*" in *"--seed 2 "*) echo no >&2; exit 9;; esac\nexec "$real" "$@"')
        out, _ = self.sweep("sweep.json", program=program, code=9)
        self.assertIn("2, 1 failed", out)
        self.assertIn("2, 1 broken, 1 failed", out)
        for d in self.differences():
            self.assertEqual((d["pairs"], d["missing"], d["baseline_missing"], d["not_ok"]),
                             ("1", "1", "1", "2"))

    def test_a_sweep_that_stops_when_it_is_narrow_says_so(self):
        self.write("sweep.json", definition(repetitions={
            "min": 2, "max": 3, "relative_half_width": 0.1, "measure": "commits_per_s"}))
        out, _ = self.sweep("sweep.json")
        self.assertIn("seeds were added until they were narrow", out)
        out, _ = self.sweep("sweep.json", "--runs", "2")
        self.assertNotIn("seeds were added", out)


class Arithmetic(unittest.TestCase):
    def test_ranks(self):
        """95 % needs 6 pairs (1 - 2/64); of 10 the second (1 - 22/1024)."""
        self.assertEqual([intervals.median_rank(n, 0.95)[0] for n in (1, 5, 6, 8, 9, 10)],
                         [0, 0, 1, 1, 2, 2])
        self.assertEqual(intervals.median_rank(10, 0.95)[1], 1 - 22 / 1024)
        self.assertEqual([intervals.least_for_median(c) for c in (0.5, 0.95, 0.9999)], [2, 6, 15])
        self.assertTrue(0.95 <= intervals.median_rank(5000, 0.95)[1] < 0.953)

    def test_how_often_intervals_hold_where_seeds_are_added_until_they_are_narrow(self):
        """docs/sweep.md's figures, with the rule that the sweep itself uses: normally distributed
        values whose spread takes the rule to its middle, where it does most harm."""
        dice, trials, held = random.Random(1), 1500, {"own": 0, "difference": 0, "median": 0}
        ranked = 0
        for _ in range(trials):
            state = sweep_schedule.PointState(
                types.SimpleNamespace(architectures=("a", "b")),
                {"min": 3, "max": 30, "confidence": 0.95, "relative_half_width": 0.1, "measure": "m"}, 1)
            while wanted := state.missing():
                for seed in wanted:
                    shared = dice.gauss(0, 1)
                    state.add(seed, {"architectures": [
                        {"name": name, "status": "ok",
                         "values": {"m": 1 + 0.15 * (0.9 * shared + 0.436 * dice.gauss(0, 1))}}
                        for name in ("a", "b")]})
            seeds = [{name: values["m"] for name, (_, values) in run.items()} for run in state.runs()]
            mean, half = intervals.mean_interval(state.values("a", "m"), 0.95)
            held["own"] += abs(mean - 1) <= half
            held["difference"] += paired.compared("m", "a", "b", seeds, 0.95).seen == paired.NONE
            median = paired.compared("m_p99", "a", "b", seeds, 0.95)
            ranked += median.low is not None
            held["median"] += median.low is not None and median.seen == paired.NONE
        own, difference = held["own"] / trials, held["difference"] / trials
        self.assertTrue(0.90 <= own <= 0.95, own)                # 92 % of many
        self.assertTrue(0.93 <= difference <= 0.96, difference)  # 94 to 95 %
        self.assertGreaterEqual(held["median"] / ranked, 0.95)   # 97 %


if __name__ == "__main__":
    unittest.main()
