"""Several seeds as one figure (scripts/writepath_lab/over_seeds.py), against numbers made by hand."""
import json
import pathlib
import random
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from writepath_lab import over_seeds, results  # noqa: E402  (the path comes first)


def histogram(samples):
    """As latency.hgrm has it: some percentiles, each with the first value that covers it."""
    ordered = sorted(samples)
    ticks = [0, *(i / 20 for i in range(1, 20)), 0.99, 1]
    return [(p, ordered[min(len(ordered) - 1, max(0, -(-int(p * len(ordered) * 1000) // 1000) - 1))])
            for p in ticks]


class FakeRun:
    def __init__(self, seed, samples=(), series=None, name="a", **summary):
        self.seed, self.architecture = seed, name
        self.points, self.values = histogram(samples) if samples else [], series or {}
        self.summary = {"metrics": {"commits_acked": len(samples)}, "faults": [], **summary}

    def latencies(self):
        return self.points

    def series(self, _metric):
        return self.values


def outcome(rto_s, *parts, censored=False):
    return [{"id": "gone", "rto_s": rto_s, "censored": censored,
             "rto_parts": [{"name": name, "kind": kind, "s": s} for name, kind, s in parts]}]


class PooledTest(unittest.TestCase):
    def test_one_seed_is_itself(self):
        run = FakeRun(1, [1, 2, 3, 4])
        self.assertEqual([(share, ms) for share, ms, *_ in over_seeds.pooled_latencies([run])],
                         run.points)

    def test_pooled_is_the_percentile_of_all_commits(self):
        stream = random.Random(7)
        parts = [[stream.lognormvariate(mean, 0.5) for _ in range(n)]
                 for mean, n in ((0, 4000), (0.3, 1000), (1, 2000))]
        whole = sorted(value for part in parts for value in part)
        found = over_seeds.pooled_latencies([FakeRun(i, part) for i, part in enumerate(parts)])
        for share, ms, low, high in found:
            self.assertLessEqual(low, ms)
            self.assertLessEqual(ms, high)
            if 0.1 <= share <= 0.95:  # between the ticks the value is a straight line: 3 %
                self.assertAlmostEqual(ms / whole[int(share * len(whole)) - 1], 1, delta=0.03)
        # Every seed counts with its commits: the median of the medians is another number.
        median = next(ms for share, ms, *_ in found if share == 0.5)
        self.assertNotAlmostEqual(median, sorted(parts[1])[500], delta=0.01)

    def test_a_seed_without_commits_counts_for_nothing(self):
        run = FakeRun(1, [1, 2, 3, 4])
        self.assertEqual(over_seeds.pooled_latencies([run, FakeRun(2)]),
                         over_seeds.pooled_latencies([run]))
        self.assertEqual(over_seeds.pooled_latencies([FakeRun(1), FakeRun(2)]), [])


class SeriesTest(unittest.TestCase):
    def test_the_band_holds_all_nodes_of_all_seeds(self):
        runs = [FakeRun(1, series={"r1": ([0, 1], [5, 6]), "r2": ([0], [1])}),
                FakeRun(2, series={"r1": ([0, 2], [7, 3])})]
        nodes, band = over_seeds.series(runs, "lag")
        self.assertEqual(nodes, runs[0].values)
        self.assertEqual(band, ([0, 1, 2], [1, 6, 3], [7, 6, 3]))
        self.assertIsNone(over_seeds.series(runs[:1], "lag")[1])


class OutcomesTest(unittest.TestCase):
    def test_parts_are_means_that_add_up(self):
        runs = [FakeRun(1, faults=outcome(4, ("detect_s", "input", 3), ("elect_s", "emergent", 1))),
                FakeRun(2, faults=outcome(8, ("detect_s", "input", 3), ("elect_s", "emergent", 5))),
                FakeRun(3, faults=outcome(None, censored=True))]
        parts = over_seeds.rto_parts(runs, "gone")
        self.assertEqual(parts, [("detect_s", "input", 3), ("elect_s", "emergent", 3)])
        self.assertEqual(over_seeds.rto_words(runs, "gone"), "6 s (4 to 8), never in 1 of 3 seeds")
        self.assertEqual(over_seeds.rto_words(runs[:1], "gone"), "4 s")
        self.assertEqual(over_seeds.rto_words(runs[2:], "gone"), "never")
        self.assertEqual(over_seeds.rto_words(runs, "other"), "-")

    def test_stale_reads(self):
        runs = [FakeRun(seed) for seed in (1, 2)]
        for run, value in zip(runs, (0.2, 0.4)):
            run.summary["metrics"] = {"stale_read_probability_10ms": value,
                                      "stale_read_probability_1ms": None}
        [(t, mean, low, high)] = over_seeds.stale(runs)
        self.assertEqual((t, low, high), (10, 0.2, 0.4))
        self.assertAlmostEqual(mean, 0.3)


class WordsTest(unittest.TestCase):
    def test_the_confidence_is_that_of_order_statistics(self):
        # Six independent seeds all lie on one side of the median with a chance of 2 / 2^6.
        runs = [FakeRun(seed) for seed in range(1, 7)]
        self.assertIn("96.9 %", over_seeds.note(runs, "pooled"))
        self.assertIn("50 %", over_seeds.note(runs[:2], "mean"))
        self.assertIn("line: seed 1; band", over_seeds.note(runs, "one"))
        self.assertEqual(over_seeds.note(runs[:1], "one"), "seed 1")
        self.assertEqual(over_seeds.in_words([runs[0], runs[3]]), "2 seeds from 1 to 4")


class FoldersTest(unittest.TestCase):
    def folder(self, *places, **changes):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        root = pathlib.Path(temporary.name)
        for place in places:
            (root / place).mkdir(parents=True)
            seed = int(place.rpartition("-")[2])
            (root / place / "summary.json").write_text(json.dumps(
                {"name": "a", "seed": seed, **{part: [] for part in results.PARTS}}))
            (root / place / "manifest.json").write_text(json.dumps({"scenario": {
                "name": "s", "seed": seed, "architectures": [{"name": "a"}],
                "duration_s": changes.get(place, 1)}}))
        return root

    def test_the_battery_is_no_part_of_the_scenario(self):
        root = self.folder("a/seed-1", "a/seed-2", "a/battery/az_lost/seed-1", "a/battery/az_lost/seed-2")
        runs = results.load_runs([root])
        self.assertEqual([str(run.folder.relative_to(root)) for run in runs], ["a/seed-1", "a/seed-2"])
        self.assertEqual({fault: [run.seed for run in under]
                          for fault, under in results.battery_of(runs).items()}, {"az_lost": [1, 2]})
        # Asked for by name, it is what is drawn; and a scenario may be called battery.
        self.assertEqual(len(results.load_runs([root / "a" / "battery" / "az_lost"])), 2)
        self.assertEqual(len(results.load_runs([self.folder("battery/a/seed-1")])), 1)

    def test_other_settings_are_not_pooled(self):
        runs = results.load_runs([self.folder("a/seed-1", "a/seed-2", **{"a/seed-2": 9})])
        with self.assertRaises(SystemExit) as ended:
            over_seeds.grouped(runs)
        self.assertEqual(ended.exception.code, 3)
        with self.assertRaises(SystemExit):
            over_seeds.grouped(results.load_runs([self.folder("x/seed-1", "y/seed-1")]))


unittest.main()
