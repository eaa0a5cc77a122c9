"""Reports: for people within 100 columns, for programs as JSON and CSV that parse and agree."""
import csv
import io
import json
import os
import pty
import subprocess
import unittest

from program import PROGRAM, CommandLineTest, small_scenario


class Reports(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("small.json", small_scenario())

    def test_text(self):
        out, err = self.run_program("run", "small.json")
        self.assertEqual(err, "")
        for part in ("small: Does the program", "mysql", "aurora", "Commit latency",
                     "Replica lag", "Cost of a commit", "Checks", "not exercised",
                     "Results: results/small/"):
            self.assertIn(part, out)
        self.assertLessEqual(max(len(line) for line in out.splitlines()), 100)
        self.assertTrue(out.isascii(), "no box characters into a pipe")

    def test_many_architectures_and_runs_still_fit(self):
        one = small_scenario()["architectures"]
        many = [dict(one[i % 2], name=f"architecture-number-{i}") for i in range(6)]
        self.write("many.json", small_scenario(name="many", architectures=many))
        out, _ = self.run_program("run", "many.json", "--runs", "3")
        self.assertLessEqual(max(len(line) for line in out.splitlines()), 100)
        self.assertIn("median [least..greatest]", out)
        self.assertEqual(out.count("Commit latency"), out.count("Cost of a commit"))

    def test_json_and_csv_agree(self):
        out, err = self.run_program("run", "small.json", "--runs", "2", "--format", "json")
        self.assertEqual(err, "")
        [report] = json.loads(out)
        self.assertEqual(report["scenario"], "small")
        self.assertEqual(report["schema_version"], 1)
        self.assertEqual(report["verdict"], "holds")
        self.assertEqual([run["seed"] for run in report["runs"]], [1, 2])
        out, err = self.run_program("run", "small.json", "--runs", "2", "--format", "csv")
        self.assertEqual(err, "")
        self.assertNotIn("\r", out)
        rows = list(csv.DictReader(io.StringIO(out)))
        table = {(r["architecture"], r["seed"], r["subject"], r["metric"]): r["value"]
                 for r in rows}
        self.assertEqual(len(table), len(rows), "a row's key stands once")
        compared = 0
        for run in report["runs"]:
            self.assertEqual([a["name"] for a in run["architectures"]], ["mysql", "aurora"])
            for architecture in run["architectures"]:
                self.assertGreater(architecture["metrics"]["commits_acked"], 100)
                for name, value in architecture["metrics"].items():
                    cell = table[architecture["name"], str(run["seed"]), "run", name]
                    self.assertEqual(float(cell) if cell else None, value)
                    compared += 1
        self.assertGreater(compared, 40)

    def test_several_scenarios_come_in_their_order(self):
        self.write("first.json", small_scenario(name="z-first"))
        out, _ = self.run_program("run", "first.json", "small.json", "--format", "json")
        self.assertEqual([r["scenario"] for r in json.loads(out)], ["z-first", "small"])

    def test_expectations_and_their_codes(self):
        expect = [{"architecture": "mysql", "metric": "commits_acked", "at_least": 1}]
        self.write("holds.json", small_scenario(name="holds", expect=expect))
        self.run_program("run", "holds.json", "--quiet")
        expect.append({"architecture": "mysql", "metric": "commits_acked", "at_most": 1,
                       "because": "nobody writes here"})
        self.write("broken.json", small_scenario(name="broken", expect=expect))
        out, _ = self.run_program("run", "broken.json", code=1)
        self.assertIn("BROKEN", out)
        self.assertIn("nobody writes here", out)
        no_replica = [dict(a, nodes=a["nodes"][:1]) for a in small_scenario()["architectures"]]
        lag = [{"architecture": "mysql", "metric": "replica_lag_ms_p99", "at_most": 1}]
        self.write("unjudged.json",
                   small_scenario(name="unjudged", architectures=no_replica, expect=lag))
        out, _ = self.run_program("run", "unjudged.json", code=2)
        self.assertIn("unjudged", out)
        out, _ = self.run_program("run", "holds.json", "unjudged.json", "broken.json", "--format",
                                  "json", code=1)
        self.assertEqual([r["verdict"] for r in json.loads(out)], ["holds", "unjudged", "broken"])

    def test_quiet(self):
        self.assertEqual(self.run_program("run", "small.json", "--quiet"), ("", ""))

    def test_standard_battery(self):
        battery = {"enabled": True, "duration_s": 20, "fault_at_s": 5, "settle_s": 5}
        self.write("battery.json", small_scenario(name="battery", battery=battery))
        out, _ = self.run_program("run", "battery.json")
        for part in ("primary lost", "replica lost", "az lost", "RTO", "RPO"):
            self.assertIn(part, out)
        self.assertNotIn("not exercised", out)
        out, _ = self.run_program("run", "battery.json", "--format", "json")
        [report] = json.loads(out)
        for architecture in report["runs"][0]["architectures"]:
            faults = [f["id"] for f in architecture["battery"]["faults"]]
            self.assertIn("primary_lost", faults)
            self.assertIn("az_lost", faults)

    def test_text_of_a_scenario_cannot_command_the_terminal(self):
        self.write("evil.json", small_scenario(name="evil", question="red \x1b[31m \x9b bell \x07"))
        out, _ = self.run_program("run", "evil.json")
        self.assertFalse([c for c in out if ord(c) < 32 and c != "\n" or 127 <= ord(c) < 160])

    def test_a_reader_that_goes_away(self):
        process = self.start("run", "small.json")
        process.stdout.close()
        err = process.stderr.read()
        self.assertEqual((process.wait(), err), (0, ""))
        self.assertTrue((self.folder / "results/small/mysql/seed-1/summary.json").exists())

    def test_stdout_that_cannot_be_written(self):
        with open("/dev/full", "w") as full:
            process = subprocess.run([PROGRAM, "run", "small.json"], cwd=self.folder, stdout=full,
                                     stderr=subprocess.PIPE, text=True, timeout=100)
        self.assertEqual(process.returncode, 4)
        self.assertIn("stdout", process.stderr)

    def test_a_terminal_gets_lines_and_a_progress_bar(self):
        outer, inner = pty.openpty()
        environment = dict(os.environ, LC_ALL="C.UTF-8", TERM="xterm")
        process = subprocess.Popen([PROGRAM, "run", "small.json"], cwd=self.folder, stdout=inner,
                                   stderr=inner, env=environment)
        os.close(inner)
        seen = b""
        while True:
            try:
                piece = os.read(outer, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        self.assertEqual(process.wait(), 0)
        text = seen.decode()
        self.assertIn("\u2500\u2500", text)
        self.assertIn("2 of 2 runs", text)


if __name__ == "__main__":
    unittest.main()
