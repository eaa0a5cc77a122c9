"""writepath explore: the same bytes for any -j, exit codes, scenarios that reproduce, signals."""
import json
import signal
import time
import unittest

from program import CommandLineTest, small_scenario

# A failover that ends within some seconds.
QUICK = {"detector": {"interval_s": 0.5, "timeout_s": 0.5}, "server_start_s": 0.5,
         "monitor_answer_timeout_s": 1}


def scenario(options=None, **changes):
    """A MySQL with two replicas that fails over quickly."""
    mysql = {"name": "mysql", "model": "mysql_binlog",
             "nodes": [{"id": "db1", "role": "primary", "az": "a"},
                       {"id": "db2", "role": "replica", "az": "b"},
                       {"id": "db3", "role": "replica", "az": "c"}],
             "options": dict(QUICK, **(options or {}))}
    return small_scenario(duration_s=12, architectures=[mysql], **changes)


class Explore(CommandLineTest):
    def explore(self, *arguments, code=0, **options):
        return self.run_program("explore", "s.json", *arguments, code=code, timeout=300, **options)

    def test_the_same_bytes_for_any_number_of_processes(self):
        self.write("s.json", scenario())
        reports, files = [], []
        for jobs in ("1", "3"):
            out, _ = self.explore("--plans", "40", "--faults", "node_crash,partition", "-j", jobs,
                                  "--out", "found", "--format", "json")
            reports.append(out)
            files.append(self.files("found"))
        self.assertEqual(reports[0], reports[1])
        self.assertEqual(files[0], files[1])
        self.assertTrue(files[0])

    def test_plan_n_is_the_same_alone(self):
        self.write("s.json", scenario())
        faults = ("--faults", "partition", "--format", "json", "--seed", "5")
        out, _ = self.explore("--plans", "20", *faults)
        whole = json.loads(out)["architectures"][0]
        found = 0
        for n in range(20):
            alone, _ = self.explore("--first", str(n), "--plans", "1", *faults)
            found += json.loads(alone)["architectures"][0]["found"]["loses_acknowledged"]
        self.assertEqual(found, whole["found"]["loses_acknowledged"])
        self.assertGreater(found, 0)

    def test_what_is_written_reproduces_the_finding(self):
        self.write("s.json", scenario())
        out, _ = self.explore("--plans", "40", "--faults", "partition", "--format", "json")
        smallest = {s["finding"]: s for s in json.loads(out)["architectures"][0]["smallest"]}
        self.assertIn("loses_acknowledged", smallest)
        for kind, metric in (("loses_acknowledged", "commits_lost"),
                             ("split_brain", "split_brain_transactions")):
            if kind not in smallest:
                continue
            file = smallest[kind]["scenario_file"]
            report, _ = self.run_program("run", file, "--format", "json", "--out", "again")
            run = json.loads(report)[0]["runs"][0]["architectures"][0]
            self.assertGreater(run["metrics"][metric], 0)
            if kind == "loses_acknowledged":
                self.assertEqual(run["metrics"][metric], smallest[kind]["amount"])

    def test_the_text_report(self):
        self.write("s.json", scenario())
        out, err = self.explore("--plans", "40", "--faults", "partition")
        self.assertEqual(err, "")
        for words in ("Plans with each finding", "loses_acknowledged", "writepath run "
                      "results/explore/small/mysql-loses_acknowledged.json", "--first N --plans 1"):
            self.assertIn(words, out)

    def test_a_broken_promise_ends_with_1(self):
        # Commits wait for db2 for ever, and with it they are lost: two servers at once.
        self.write("s.json", scenario({"semi_sync": "after_sync",
                                       "rpl_semi_sync_source_timeout_ms": 60000}))
        out, _ = self.explore("--plans", "200", "--faults", "partition", "--format", "json",
                              code=1)
        architecture = json.loads(out)["architectures"][0]
        self.assertGreater(sum(architecture["against_promise"].values()), 0)

    def test_wrong_use(self):
        self.write("s.json", scenario())
        for arguments, says in (
                (("--plans", "0"), "--plans takes a whole number from 1"),
                (("--faults", "node_crsh"), 'did you mean "node_crash"'),
                (("--within", "az"), "--within takes az_plus_one"),
                (("--max-faults", "51"), "--max-faults takes a whole number from 1 to 50"),
                (("--format", "csv"), "--format takes text or json"),
                (("--runs", "2"), "unknown option"),
                (("other.json",), "explore takes one scenario file")):
            out, err = self.explore(*arguments, code=3)
            self.assertEqual(out, "")
            self.assertIn(says, err)
        self.assertEqual(list(self.files()), ["s.json"])

    def test_a_signal_shows_what_was_found_so_far(self):
        self.write("s.json", scenario())
        process = self.start("explore", "s.json", "--plans", "100000", "--faults", "partition")
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertIn("stopped by signal 2", err)
        self.assertIn("plans run", out)


if __name__ == "__main__":
    unittest.main()
