"""writepath durability: answers in three forms, strict options, every mistake at once."""
import csv
import io
import json
import time
import unittest

from program import CommandLineTest

QUESTION = {
    "durability_version": 1,
    "name": "small",
    "placements": [
        {"name": "two-of-three", "azs": [{"full": 1}, {"full": 1}, {"full": 1}],
         "write": [{"copies": 2}], "read": [{"copies": 2}]},
        {"name": "four-of-six", "azs": [{"full": 2}, {"full": 2}, {"full": 2}],
         "write": [{"copies": 4}], "read": [{"copies": 3}]},
    ],
}
VOLUME = ["--set", "/volume_gb=1000", "--set", '/measures=["read_quorum_lost"]']


class Durability(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("q.json", QUESTION)

    def durability(self, *arguments, code=0):
        return self.run_program("durability", "q.json", *arguments, code=code)

    def refused(self, *arguments, says):
        before = self.files()
        out, err = self.durability(*arguments, code=3)
        self.assertEqual(out, "")
        self.assertIn(says, err)
        self.assertEqual(self.files(), before)

    def test_forms_say_the_same(self):
        text, _ = self.durability()
        answers = json.loads(self.durability("--format", "json")[0])
        rows = list(csv.DictReader(io.StringIO(self.durability("--format", "csv")[0])))
        self.assertEqual(len(rows), 8)
        first = answers["points"][0]["placements"][0]["answers"][0]
        self.assertEqual(first["measure"], "write_quorum_lost")
        self.assertEqual(first["method"], "closed_form")
        self.assertEqual(float(rows[0]["probability"]), first["probability"])
        self.assertIn(f"{first['probability']:.2e}", text)

    def test_the_same_bytes_again_and_other_draws_with_another_seed(self):
        once, again = self.durability(*VOLUME), self.durability(*VOLUME)
        self.assertEqual(once, again)
        self.assertNotEqual(once, self.durability(*VOLUME, "--seed", "2"))

    def test_methods_agree(self):
        out, _ = self.durability("--method", "all", "--format", "csv")
        chances = {}
        for row in csv.DictReader(io.StringIO(out)):
            chances.setdefault((row["placement"], row["measure"]), {})[row["method"]] = row
        for methods in chances.values():
            self.assertEqual(set(methods), {"closed_form", "importance_sampling", "plain"})
        row = chances["two-of-three", "data_lost"]
        exact = float(row["closed_form"]["probability"])
        simulated = row["importance_sampling"]
        self.assertLess(abs(float(simulated["probability"]) - exact),
                        float(simulated["high"]) - float(simulated["low"]))

    def test_sweeps(self):
        out, _ = self.durability("--sweep", "az_outages_per_year=0.01..0.1",
                                 "--sweep", "segment_gb=10,100", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(out)))
        self.assertEqual(len(rows), 3 * 2 * 8)
        self.assertEqual({row["az_outages_per_year"] for row in rows}, {"0.01", "0.03", "0.1"})
        self.refused("--sweep", "az_outage=1", says="did you mean")
        self.refused("--sweep", "segment_gb", says="KEY=VALUES")
        self.refused("--sweep", "segment_gb=10,x", says='"x" is not a number')

    def test_options_are_strict(self):
        self.refused("--method", "exact", says="--method does not take")
        self.refused("--format", "yaml", says="--format takes")
        self.refused("--runs", "2", says="unknown option")
        self.refused("q.json", says="one durability file")
        self.refused("--set", "/rates/az_outage_per_year=1", says='"az_outages_per_year"')
        self.refused("--method", "closed_form", *VOLUME, says="no closed form")
        self.run_program("durability", code=3)
        self.run_program("durability", "missing.json", code=3)

    def test_all_mistakes_at_once(self):
        self.write("q.json", dict(QUESTION, segment_gb=-1, detect=3, placements=[
            {"name": "p", "azs": [{"full": 1}], "write": [{"copies": 2}], "read": [{}]}]))
        out, err = self.durability(code=3)
        self.assertEqual(out, "")
        for part in ("/segment_gb", 'did you mean "detect_s"', "/placements/0/write: cannot be met",
                     "/placements/0/read/0: must demand a copy"):
            self.assertIn(part, err)

    def test_schema(self):
        out, _ = self.run_program("schema", "--durability")
        self.assertIn("durability_version", json.loads(out)["properties"])

    def test_seconds_not_minutes(self):
        began = time.monotonic()
        self.durability("--sweep", "az_outages_per_year=0.01..1", "--sweep", "segment_gb=10..1000")
        self.assertLess(time.monotonic() - began, 20)


if __name__ == "__main__":
    unittest.main()
