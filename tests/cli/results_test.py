"""The results folder: complete, the same to the byte when made again, never half written."""
import json
import os
import resource
import signal
import time
import unittest

from program import CommandLineTest, long_scenario, small_scenario, without_provenance


def hidden(files):
    return [name for name in files if any(part.startswith(".") for part in name.split("/"))]


class Results(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("small.json", small_scenario())

    def test_what_is_there(self):
        self.run_program("run", "small.json", "--quiet", "--runs", "2")
        files = self.files("results")
        expected = {f"small/{a}/seed-{n}/{f}" for a in ("mysql", "aurora") for n in (1, 2)
                    for f in ("manifest.json", "summary.json", "timeseries.csv", "latency.hgrm")}
        self.assertEqual(set(files), expected)
        manifest = json.loads(files["small/mysql/seed-2/manifest.json"])
        self.assertEqual(manifest["seed"], 2)
        self.assertEqual(manifest["scenario"]["seed"], 2)
        self.assertRegex(manifest["fingerprint"], "^[0-9a-f]{16}$")
        self.assertIn("simgrid", manifest["provenance"])
        summary = json.loads(files["small/mysql/seed-2/summary.json"])
        self.assertEqual(summary["name"], "mysql")
        self.assertTrue(files["small/mysql/seed-2/timeseries.csv"]
                        .startswith(b"time_s,node,metric,value\n"))
        for content in files.values():
            self.assertNotIn(b"\r", content)

    def test_a_manifest_alone_reproduces_its_run(self):
        self.run_program("run", "small.json", "--quiet", "--seed", "9")
        manifest = json.loads(self.files("results")["small/aurora/seed-9/manifest.json"])
        self.write("again.json", manifest["scenario"])
        self.run_program("run", "again.json", "--quiet", "--out", "again")
        self.assertEqual(self.files("again"), self.files("results"))

    def test_events_on_request(self):
        self.run_program("run", "small.json", "--quiet", "--events")
        lines = self.files("results")["small/aurora/seed-1/events.ndjson"].splitlines()
        events = [json.loads(line) for line in lines]
        self.assertGreater(len(events), 1000)
        self.assertEqual([e["seq"] for e in events],
                         list(range(events[0]["seq"], events[0]["seq"] + len(events))))
        self.assertEqual(sorted(e["t_ns"] for e in events), [e["t_ns"] for e in events])

    def test_recording_changes_nothing(self):
        self.run_program("run", "small.json", "--quiet")
        self.run_program("run", "small.json", "--quiet", "--events", "--out", "recorded")
        recorded = {n: c for n, c in self.files("recorded").items()
                    if not n.endswith("events.ndjson")}
        self.assertEqual(recorded, self.files("results"))

    def test_another_number_of_processes_gives_the_same_bytes(self):
        one = self.run_program("run", "small.json", "--runs", "3", "-j", "1", "--events",
                               "--out", "out")
        files = self.files("out")
        four = self.run_program("run", "small.json", "--runs", "3", "-j", "4", "--events",
                                "--out", "out")
        self.assertEqual(one, four)
        self.assertEqual(files, self.files("out"))

    def test_a_rerun_replaces_its_own_results(self):
        self.run_program("run", "small.json", "--quiet", "--events")
        first = self.files("results")
        self.run_program("run", "small.json", "--quiet", "--events")
        self.assertEqual(without_provenance(self.files("results")), without_provenance(first))
        self.assertEqual(self.files("results"), first)

    def test_another_scenario_in_the_same_place_is_refused(self):
        self.run_program("run", "small.json", "--quiet")
        before = self.files("results")
        out, err = self.run_program("run", "small.json", "--set", "/duration_s=3", code=4)
        self.assertEqual(out, "")
        self.assertIn("different scenario", err)
        self.assertIn("--force", err)
        self.assertEqual(self.files("results"), before)
        self.run_program("run", "small.json", "--quiet", "--set", "/duration_s=3", "--force")
        self.assertNotEqual(self.files("results"), before)
        self.run_program("run", "small.json", "--quiet", "--seed", "2")

    def test_a_folder_of_something_else_is_refused(self):
        place = self.folder / "results/small/mysql/seed-1"
        place.mkdir(parents=True)
        (place / "thesis.txt").write_text("years of work")
        _, err = self.run_program("run", "small.json", code=4)
        self.assertIn("something else", err)
        self.assertEqual((place / "thesis.txt").read_text(), "years of work")

    def test_places_that_cannot_be_written(self):
        (self.folder / "file").write_text("in the way")
        for out in ("file", "file/below", "/proc/here", "/dev/null"):
            stdout, err = self.run_program("run", "small.json", "--out", out, code=4)
            self.assertEqual(stdout, "")
            self.assertIn(out, err)

    def test_a_full_disk(self):
        def small_files_only():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

        _, err = self.run_program("run", "small.json", code=4, preexec_fn=small_files_only)
        self.assertIn("can't write", err)
        self.assertEqual(self.files("results"), {})
        _, err = self.run_program("run", "small.json", "--events", code=4,
                                  preexec_fn=small_files_only)
        self.assertIn("can't write", err)
        self.assertEqual(self.files("results"), {})


class Interrupted(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("long.json", long_scenario())

    def start_long(self, *options):
        """A run, once all its processes are at work."""
        process = self.start("run", "long.json", "-j", "2", "--events", *options)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 30
        while len(hidden(self.files("results"))) < 2:
            self.assertIsNone(process.poll(), "it ended before it was killed")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        return process

    def children_of(self, pid):
        children = children_of_process(pid)
        self.assertGreater(len(children), 0)
        return children

    def assert_all_gone(self, pids):
        deadline = time.monotonic() + 10
        while any(os.path.exists(f"/proc/{pid}") for pid in pids):
            self.assertLess(time.monotonic(), deadline, "a process stays behind")
            time.sleep(0.01)

    def stopped_by(self, number):
        process = self.start_long()
        children = self.children_of(process.pid)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 128 + number)
        self.assertEqual(out, "")
        self.assertIn("signal", err)
        self.assert_all_gone(children)
        self.assertEqual(self.files("results"), {})

    def test_interrupt(self):
        self.stopped_by(signal.SIGINT)

    def test_terminate(self):
        self.stopped_by(signal.SIGTERM)

    def test_killed_outright(self):
        process = self.start_long()
        children = self.children_of(process.pid)
        process.kill()
        process.communicate(timeout=20)
        self.assert_all_gone(children)
        files = self.files("results")
        self.assertEqual(hidden(files), list(files), "nothing half done in a result's place")
        short = ["--set", "/duration_s=2", "--set", "/settle_s=5"]
        self.run_program("run", "long.json", "--quiet", *short)
        files = self.files("results")
        self.assertEqual(hidden(files), [], "what was left is swept away")
        self.assertEqual(len(files), 8)

    def test_killed_over_older_results(self):
        self.run_program("run", "long.json", "--quiet", "--set", "/duration_s=2")
        before = self.files("results")
        process = self.start_long("--force")
        process.kill()
        process.communicate(timeout=20)
        files = self.files("results")
        self.assertEqual({n: c for n, c in files.items() if n not in hidden(files)}, before)

    def test_a_process_that_crashes(self):
        process = self.start_long("--seed", "5")
        os.kill(self.children_of(process.pid)[0], signal.SIGSEGV)
        for child in self.children_of(process.pid)[1:]:
            os.kill(child, signal.SIGKILL)
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 134)
        self.assertEqual(out, "")
        self.assertIn("writepath run long.json --seed 5", err)
        self.assertEqual(self.files("results"), {})


def children_of_process(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


if __name__ == "__main__":
    unittest.main()
