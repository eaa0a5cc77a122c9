"""writepath trace: one transaction or a window, as a diagram, a Chrome trace or text."""
import json
import pathlib
import re
import unittest
import xml.etree.ElementTree

from program import CommandLineTest, small_scenario

SCENARIO = pathlib.Path(__file__).resolve().parents[2] / "scenarios/write-path/scenario.json"
EVENT = re.compile(r"^ *([0-9.]+)  (\S+) -> (\S+)  ([a-zA-Z ]+), \d+ bytes, "
                   r"(?:arrives at ([0-9.]+)|did not arrive)(; it decides)?$", re.M)


class TraceTest(CommandLineTest):
    def trace(self, *arguments, **options):
        return self.run_program("trace", *arguments, **options)[0]

    def messages(self, architecture):
        text = self.trace(str(SCENARIO), "--architecture", architecture, "--format", "text")
        return [dict(zip(("sent", "from", "to", "kind", "arrived", "decides"), m))
                for m in EVENT.findall(text)]

    def test_aurora_waits_for_four_of_six(self):
        found = self.messages("aurora")
        boxcars = [m for m in found if m["kind"] == "redo"]
        acks = sorted((m for m in found if m["kind"] == "ack"), key=lambda m: float(m["arrived"]))
        self.assertEqual(len({m["to"] for m in boxcars}), 6)
        self.assertGreaterEqual(len(acks), 4)
        self.assertEqual([i for i, m in enumerate(acks, 1) if m["decides"]], [4])
        answer, = (m for m in found if m["kind"] == "OK")
        self.assertLessEqual(float(acks[3]["arrived"]), float(answer["sent"]))

    def test_semi_sync_waits_for_an_acknowledgement_and_async_does_not(self):
        found = self.messages("mysql-semi-sync")
        answer, = (m for m in found if m["kind"] == "OK")
        deciding, = (m for m in found if m["decides"])
        self.assertLessEqual(float(deciding["arrived"]), float(answer["sent"]))
        self.assertFalse([m for m in self.messages("mysql-async") if m["decides"]])

    def test_svg_parses_and_is_the_same_twice(self):
        arguments = (str(SCENARIO), "--architecture", "mysql-semi-sync", "--architecture", "aurora")
        first = self.trace(*arguments)
        self.assertEqual(first, self.trace(*arguments))
        self.trace(*arguments, "-o", "picture.svg")
        self.assertEqual((self.folder / "picture.svg").read_text(), first)
        root = xml.etree.ElementTree.fromstring(first)
        self.assertTrue(root.tag.endswith("svg"))
        self.assertIn("4th of 6 acks decides", first)
        self.assertIn("OK after", first)
        self.assertLess(len(first), 150_000)

    def test_chrome_trace(self):
        self.write("s.json", small_scenario())
        for window in ([], ["--from-s", "1", "--to-s", "1.2"]):
            trace = json.loads(self.trace("s.json", "--format", "chrome", *window))
            events = trace["traceEvents"]
            starts = {e["id"]: e["ts"] for e in events if e["ph"] == "s"}
            ends = {e["id"]: e["ts"] for e in events if e["ph"] == "f"}
            self.assertTrue(starts)
            self.assertEqual(starts.keys(), ends.keys())
            self.assertTrue(all(starts[i] <= ends[i] for i in starts))
            self.assertTrue(all(e["dur"] >= 0 for e in events if e["ph"] == "X"))
            by_thread = {}
            for e in events:
                if e["ph"] == "X":
                    by_thread.setdefault((e["pid"], e["tid"]), []).append(e)
            for slices in by_thread.values():  # what shares a thread does not overlap
                slices.sort(key=lambda e: e["ts"])
                for a, b in zip(slices, slices[1:]):
                    self.assertLessEqual(a["ts"] + a["dur"], b["ts"] + 1e-6)

    def test_it_shows_the_very_run_that_run_measures(self):
        self.write("s.json", small_scenario())
        self.run_program("run", "s.json", "--quiet")
        shown = json.loads(self.trace("s.json", "--format", "chrome"))["otherData"]
        for name in ("mysql", "aurora"):
            manifest = self.folder / f"results/small/{name}/seed-1/manifest.json"
            self.assertEqual(shown[f"fingerprint of {name}"],
                             json.loads(manifest.read_text())["fingerprint"])

    def test_bad_usage(self):
        self.write("s.json", small_scenario())
        for arguments, says in (
                (["--architecture", "auroa"], 'did you mean "aurora"'),
                (["--transaction", "100000"], "take 1 to "),
                (["--transaction", "0"], "whole number from 1 on"),
                (["--from-s", "1"], "stand together"),
                (["--from-s", "1", "--to-s", "0.5"], "must come after"),
                (["--from-s", "90", "--to-s", "91"], "the run ends at 7 s"),
                (["--from-s", "0", "--to-s", "7"], "take a shorter window"),
                (["--format", "svgg"], 'did you mean "svg"')):
            _, err = self.run_program("trace", "s.json", *arguments, code=3)
            self.assertIn(says, err)


if __name__ == "__main__":
    unittest.main()
