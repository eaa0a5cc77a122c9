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
        """Read by the rules of Perfetto's importer: google/perfetto, json_trace_parser_impl.cc,
        json_trace_utils.cc."""
        self.write("s.json", small_scenario())
        for window in ([], ["--from-s", "1", "--to-s", "1.2"]):
            trace = json.loads(self.trace("s.json", "--format", "chrome", *window))
            self.assertNotIn("displayTimeUnit", trace.keys())
            events = trace["traceEvents"]
            for e in events:
                for key in ("ts", "dur"):
                    if key in e:
                        e[key] = int(e[key] * 1000)  # cut off, as the importer does
                self.assertIn(e["ph"], "XMisf")
                self.assertIsInstance(e["pid"], int)
                self.assertGreater(e.get("tid", e["pid"]), 0)
            events.sort(key=lambda e: e.get("ts", 0))  # stable, as the importer's sorter
            self.check_threads(events)
            self.check_arrows(events)

    def check_threads(self, events):
        names, process_of, slices = {}, {}, {}
        for e in events:
            if e["ph"] == "M" and e["name"] == "thread_name":
                self.assertNotIn(e["tid"], names)  # a name is found by its tid alone
                names[e["tid"]] = e["args"]["name"]
            elif e["ph"] in "Xsf":
                self.assertEqual(process_of.setdefault(e["tid"], e["pid"]), e["pid"])
                if e["ph"] == "X":
                    slices.setdefault(e["tid"], []).append(e)
        self.assertEqual(names.keys(), process_of.keys())
        self.assertFalse(names.keys() & set(process_of.values()))  # tid = pid: the main thread
        self.assertIn("device", names.values())
        for found in slices.values():  # what shares a thread does not overlap, by no nanosecond
            for a, b in zip(found, found[1:]):
                self.assertGreaterEqual(a["dur"], 0)
                self.assertLessEqual(a["ts"] + a["dur"], b["ts"])

    def check_arrows(self, events):
        """Each binds to the slice that is open on its thread: the message's own."""
        last, starts, ends = {}, {}, {}
        for e in events:
            if e["ph"] == "X":
                last[e["tid"]] = e
            elif e["ph"] in "sf":
                at = last[e["tid"]]
                self.assertEqual((at["ts"], at["name"]), (e["ts"], e["name"]))
                (starts if e["ph"] == "s" else ends)[e["id"], e["cat"], e["name"]] = e["ts"]
        self.assertTrue(starts)
        self.assertEqual(starts.keys(), ends.keys())
        self.assertTrue(all(starts[i] <= ends[i] for i in starts))

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
