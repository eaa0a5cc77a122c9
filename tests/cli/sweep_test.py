"""scripts/sweep.py: its values, its mistakes, and that nothing is lost or done twice."""
import json
import signal
import time
import unittest

from program import small_scenario
from sweeping import RATE, SweepCase, definition, many_points


class SweepTest(SweepCase):
    def test_values_are_those_of_the_program(self):
        self.write("sweep.json", definition())
        out, err = self.sweep("sweep.json")
        self.assertIn("of 4 runs", err)
        self.assertIn("±", out)
        rows = self.rows()
        self.assertEqual([(r["rate"], r["architecture"], r["seed"], r["status"]) for r in rows],
                         [(rate, name, seed, "ok") for rate in ("50", "100")
                          for name in ("mysql", "aurora") for seed in ("1", "2")])
        out, _ = self.run_program("run", "base.json", "--set", f"{RATE}=100", "--set",
                                  "/duration_s=1", "--seed", "2", "--format", "json")
        for architecture, row in zip(json.loads(out)[0]["runs"][0]["architectures"],
                                     (rows[5], rows[7])):
            self.assertEqual(row["model"], architecture["model"])
            for measure in ("commits_per_s", "commit_latency_ms_p99"):
                self.assertEqual(float(row[measure]), architecture["metrics"][measure])
        described = json.loads((self.folder / "results/sweeps/s/sweep.json").read_text())
        self.assertEqual(described["question"], small_scenario()["question"])
        self.assertEqual([axis["name"] for axis in described["axes"]], ["rate"])

    def test_command_line_means_the_same_as_a_file(self):
        self.write("sweep.json", definition(axes=[{"name": "rate", "pointer": RATE, "from": 50,
                                                   "to": 200, "factor": 2}]))
        self.sweep("sweep.json")
        self.sweep("base.json", "--axis", f"rate={RATE}=50,100,200", "--set", "/duration_s=1",
                   "--runs", "2", "--measure", "commits_per_s,commit_latency_ms_p99", "--name",
                   "t", "-j", "1")
        self.assertEqual(self.tables("s"), self.tables("t"))

    def test_measures_of_faults_and_of_two_axes(self):
        self.sweep("base.json", "--axis", f"rate={RATE}=50", "--axis",
                   "at=/faults/0/at_s=0.6..0.8:0.1", "--runs", "1", "--measure",
                   "fault.gone.rpo_transactions", "--set",
                   '/faults=[{"id":"gone","kind":"node_crash","at_s":1,'
                   '"target":{"role":"primary"}}]')
        self.assertEqual([r["at"] for r in self.rows("small")], ["0.6", "0.6", "0.7", "0.7",
                                                                 "0.8", "0.8"])
        self.assertTrue(all(r["fault.gone.rpo_transactions"] for r in self.rows("small")
                            if r["architecture"] == "aurora"))

    def test_repetitions_stop_when_the_interval_is_narrow_enough(self):
        self.write("sweep.json", definition(repetitions={
            "min": 2, "max": 5, "relative_half_width": 1e-6, "measure": "commits_per_s"}))
        self.sweep("sweep.json")
        self.assertEqual(len(self.rows()), 2 * 2 * 5)
        # The runs are there: a wider interval takes fewer of them, and none is made.
        counting = self.folder / "results/sweeps/s/points"
        before = sorted(counting.rglob("*.json"))
        self.sweep("sweep.json", "--precision", "1000")
        self.assertEqual(len(self.rows()), 2 * 2 * 2)
        self.assertEqual(sorted(counting.rglob("*.json")), before)

    def test_every_mistake_at_once_and_nothing_written(self):
        self.write("sweep.json", definition(
            measurs=[], measures=["commit_latency_p99", "commits_per_s"], repetitions={"mim": 1},
            axes=[{"pointer": RATE, "from": 5, "to": 1, "step": 1}, {"pointer": "rate"},
                  {"pointer": "/x", "values": [1, 1]}]))
        _, err = self.sweep("sweep.json", code=3)
        for words in ('did you mean "measures"?', 'did you mean "min"?', "lies below from",
                      "takes a JSON pointer", "has 1 twice"):
            self.assertIn(words, err)
        self.write("sweep.json", definition(
            measures=["commit_latency_p99"],
            axes=[{"pointer": "/workload/clients/0/open_loop/rate_per", "values": [1, 2]}]))
        _, err = self.sweep("sweep.json", code=3)
        self.assertIn('did you mean "commit_latency_ms_p99"?', err)
        self.assertIn('did you mean "rate_per_s"?', err)
        for arguments in (["base.json"], ["none.json"], ["base.json", "--axes", "x"],
                          ["base.json", "--axis", "x"], ["base.json", "-j", "0", "--axis", "/x=1"],
                          ["base.json", "--axis", f"{RATE}=1,1.0"]):
            self.sweep(*arguments, code=3)
        self.assertFalse((self.folder / "results").exists())

    def test_killed_many_times_nothing_is_lost_or_done_twice(self):
        self.write("sweep.json", many_points())
        self.sweep("sweep.json", "--name", "whole")
        program = self.counting_program('sleep 0.05\nexec "$real" "$@"')
        safe, kills = 0, 0
        while kills < 3:
            process = self.start_sweep("sweep.json", "-j", "2", program=program)
            enough = time.monotonic() + 60
            folder = self.folder / "results/sweeps/s/points"
            while len(list(folder.glob("*/*-seed-*.json"))) < safe + 5:
                self.assertIsNone(process.poll(), "ended before it was killed")
                self.assertLess(time.monotonic(), enough)
                time.sleep(0.01)
            process.kill()
            process.communicate()
            kills += 1
            now = len(list(folder.glob("*/*-seed-*.json")))
            self.assertGreaterEqual(now, safe + 5)
            safe = now
        _, err = self.sweep("sweep.json", program=program)
        self.assertIn(f"{safe} runs are there already", err)
        self.assertEqual(self.tables("s"), self.tables("whole"))
        # Lost with each kill: what was running then, on two cores, and no more.
        self.assertLessEqual(self.count(), 28 + 2 * kills)
        before = self.count()
        self.sweep("sweep.json", program=program)
        self.assertEqual(self.count(), before)

    def test_ctrl_c_leaves_a_table_and_the_words_to_go_on(self):
        self.write("sweep.json", many_points())
        program = self.counting_program('sleep 0.05\nexec "$real" "$@"')
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            process = self.start_sweep("sweep.json", "-j", "1", program=program)
            before = self.count() if (self.folder / "count").exists() else 0
            while not (self.folder / "count").exists() or self.count() < before + 3:
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            process.send_signal(number)
            _, err = process.communicate(timeout=20)
            self.assertEqual(process.returncode, code, err)
            self.assertIn("the same command goes on", err)
            self.assertGreaterEqual(len(self.rows()), 2)
        self.sweep("sweep.json", program=program)
        self.assertEqual(len(self.rows()), 14 * 2 * 2)
        self.assertLessEqual(self.count(), 28 + 2)

    def test_results_of_another_version_are_not_mixed_in(self):
        self.write("sweep.json", definition())
        self.sweep("sweep.json")
        before = self.tables()
        _, err = self.sweep("sweep.json", program=self.counting_program())
        self.assertIn("4 results of other versions of the program are kept, not used", err)
        self.assertEqual(self.count(), 4)
        self.assertEqual(self.tables(), before)
        _, err = self.sweep("sweep.json", "--set", "/duration_s=1.5")
        self.assertIn("4 results of other scenarios are kept, not used", err)
        self.assertNotEqual(self.tables(), before)
        _, err = self.sweep("sweep.json")  # those of the first sweep serve again
        self.assertIn("goes on: 4 runs", err)
        self.assertEqual(self.tables(), before)

    def test_a_failing_point_does_not_stop_the_rest(self):
        self.write("sweep.json", definition(repetitions=1))
        program = self.counting_program(
            'case "$1" in run) if grep -q \'"rate_per_s": 50,\' "$2"; then\n'
            'echo broken >&2; kill -ABRT $$; fi;; esac\nexec "$real" "$@"')
        _, err = self.sweep("sweep.json", program=program, code=134)
        self.assertIn("rate=50, seed 1 failed: broken\nto reproduce:\n  writepath run ", err)
        self.assertEqual([r["status"] for r in self.rows()], ["failed", "failed", "ok", "ok"])
        reproduce = err.split("to reproduce:\n  writepath ")[1].split("\n")[0]
        self.run_program("run", "base.json", *reproduce.split()[2:], "--quiet")

    def test_a_broken_expectation_is_the_exit_code(self):
        self.write("base.json", small_scenario(
            expect=[{"architecture": "mysql", "metric": "commits_per_s", "at_most": 75}]))
        self.write("sweep.json", definition(repetitions=1))
        self.sweep("sweep.json", code=1)
        self.assertEqual([r["status"] for r in self.rows()], ["ok", "ok", "broken", "ok"])

    def test_the_start_checks_all_points_in_few_processes(self):
        """One for the measures, one for each job: 200 processes would take seconds."""
        self.write("sweep.json", definition(repetitions=1, axes=[
            {"name": "rate", "pointer": RATE, "from": 1, "to": 200, "step": 1}]))
        program = self.counting_program(
            f'[ "$1" = run ] && exit 9\necho >>"{self.folder}/validated"\nexec "$real" "$@"')
        self.sweep("sweep.json", "-j", "3", "--quiet", program=program, code=9)
        self.assertEqual(self.count(), 200)
        self.assertEqual(len((self.folder / "validated").read_text()), 1 + 3)
        # A wrong one among them is named, once, and nothing is written.
        self.write("wrong.json", definition(repetitions=1, axes=[
            {"name": "rate", "pointer": RATE, "from": 0, "to": 200, "step": 1}], name="w"))
        _, err = self.sweep("wrong.json", "-j", "3", code=3)
        self.assertEqual(err.count("rate_per_s: "), 1, err)
        self.assertFalse((self.folder / "results/sweeps/w").exists())

    def test_an_edited_scenario_is_another_one(self):
        self.write("sweep.json", definition())
        self.sweep("sweep.json")
        before = self.tables()
        original = (self.folder / "base.json").read_text()
        self.write("base.json", small_scenario(warmup_s=0.25))
        self.sweep("sweep.json", "--quiet")
        edited = self.tables()
        self.assertNotEqual(edited, before)
        self.sweep("sweep.json", "--quiet", "--name", "fresh")
        self.assertEqual(self.tables("fresh"), edited)
        self.write("base.json", original)
        _, err = self.sweep("sweep.json")
        self.assertIn("goes on: 4 runs", err)
        self.assertEqual(self.tables(), before)
        # Edited while it is read: points of two scenarios must not be mixed.
        program = self.counting_program(f'echo >>"{self.folder}/base.json"\nexec "$real" "$@"')
        _, err = self.sweep("sweep.json", program=program, code=3)
        self.assertIn("base.json: was changed while the sweep read it; try again", err)

    def test_damaged_results_are_run_again(self):
        self.write("sweep.json", definition(repetitions=1))
        self.sweep("sweep.json", "--quiet")
        before = self.tables()
        files = sorted((self.folder / "results/sweeps/s/points").glob("*/*.json"))
        for damage in (b"", b"\xff", b"[]", b"{}", files[0].read_bytes()[:-9],
                       files[0].read_bytes().replace(b'"values":{', b'"values":{"x":"y",'),
                       files[0].read_bytes().replace(b'"architectures":[', b'"architectures":[1,')):
            files[0].write_bytes(damage)
            _, err = self.sweep("sweep.json")
            self.assertIn("goes on: 1 runs", err)
            self.assertEqual(self.tables(), before)

    def test_two_sweeps_do_not_write_the_same_folder(self):
        self.write("sweep.json", many_points())
        program = self.counting_program('sleep 0.2\nexec "$real" "$@"')
        process = self.start_sweep("sweep.json", program=program)
        while not (self.folder / "count").exists():
            time.sleep(0.01)
        _, err = self.sweep("sweep.json", code=4)
        self.assertIn("another sweep writes", err)
        process.kill()
        process.communicate()


if __name__ == "__main__":
    unittest.main()
