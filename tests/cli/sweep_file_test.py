"""What a sweep file may say: exact and bounded ranges, odd texts and numbers; and a reader of the
table that goes away."""
import random
import subprocess
import sys
import unittest

from sweeping import RATE, ROOT, SWEEP, SweepCase, definition

sys.path.insert(0, str(ROOT / "scripts"))
from writepath_lab import sweep_file, sweep_range  # noqa: E402

ODD = [None, True, False, 0, -1, 1.5, 1e308, -1e308, float("nan"), float("inf"), 10 ** 400, "", "x", "/a",
       "\x00", "\x1b[2J", "\ud800", "\u202e", "a" * 5000, [], [[]], {}, {"": 1}, [1, 1], [True, 1]]


class Ranges(unittest.TestCase):
    def test_exact(self):
        self.assertEqual(sweep_range.values_of(0.1, 0.3, "step", 0.1), [0.1, 0.2, 0.3])
        self.assertEqual(sweep_range.values_of(1, 8, "factor", 2), [1, 2, 4, 8])
        self.assertEqual(sweep_range.values_of(0, 1, "count", 5), [0, 0.25, 0.5, 0.75, 1])
        self.assertEqual(sweep_range.values_of(7, 7, "step", 1), [7])

    def test_bounded_and_at_once(self):
        for low, high, way, by in ((0, 1e300, "step", 1e-300), (0, 1, "count", 10 ** 9),
                                   (1, 1e300, "factor", 1 + 1e-15)):
            with self.assertRaises(sweep_range.BadRange) as refused:
                sweep_range.values_of(low, high, way, by)
            self.assertIn("more than 100,000 values", refused.exception.text)


class Definitions(SweepCase):
    def test_odd_values_in_every_place(self):
        """Each is read, or refused in words; nothing is written and nothing ends in a traceback."""
        dice = random.Random(5)

        def changed(value):
            if dice.random() < 0.15:
                return dice.choice(ODD)
            if isinstance(value, dict):
                value = {key: changed(item) for key, item in value.items()}
                if dice.random() < 0.1:
                    value[dice.choice(["", "names", "\ud800", "a\nb"])] = dice.choice(ODD)
                return value
            return [changed(item) for item in value] if isinstance(value, list) else value
        refused = 0
        for _ in range(1500):
            given = changed(definition(repetitions={"min": 2, "max": 5, "relative_half_width": 0.1}))
            mistakes = sweep_file.Mistakes()
            if isinstance(given, dict):
                sweep_file.read_definition(given, mistakes)
            refused += bool(mistakes)
            for mistake in mistakes:
                self.assertTrue(mistake.isprintable(), mistake)
        self.assertGreater(refused, 500)

    def test_texts_of_the_command_line(self):
        for arguments, says in ((["--name", "a\x1bb"], "name"), (["--axis", f"r={RATE}=1..1e9:1e-9"], "100,000"),
                                (["--axis", f"a\nb={RATE}=1,2"], "control characters")):
            axis = [] if "--axis" in arguments else ["--axis", f"{RATE}=1,2"]
            _, err = self.sweep("base.json", *axis, *arguments, code=3)
            self.assertIn(says, err)
            self.assertNotIn("\x1b", err)
        self.assertFalse((self.folder / "results").exists())

    def test_a_reader_that_goes_away(self):
        self.write("sweep.json", definition())
        done = subprocess.run(["bash", "-o", "pipefail", "-c", f"{SWEEP} sweep.json --quiet; {SWEEP} sweep.json | true"],
                              cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("BrokenPipe", done.stderr)
        self.assertEqual(len(self.rows()), 8)


if __name__ == "__main__":
    unittest.main()
