"""Money: a scenario's `prices` or --prices FILE, in every report, and every mistake said at once."""
import csv
import io
import json
import pathlib
import subprocess
import sys
import unittest

from program import PROGRAM, CommandLineTest, small_scenario

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
PRICES = {"currency": "EUR", "per_million_ios": 3, "per_gb_across_azs": 5, "per_instance_hour": 7}
COST = "cost_per_million_commits"
EXPECT = [{"metric": COST, "at_most": 1e9}]


class Prices(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("small.json", small_scenario())
        self.write("priced.json", small_scenario(prices=PRICES))
        self.write("list.json", PRICES)

    def metrics(self, *arguments):
        [report] = json.loads(self.run_program("run", *arguments, "--force", "--format", "json")[0])
        return {a["name"]: a["metrics"] for a in report["runs"][0]["architectures"]}

    def refused(self, *arguments):
        """stderr of a command that must do nothing."""
        before = self.files()
        out, err = self.run_program(*arguments, code=3)
        self.assertEqual((out, self.files()), ("", before))
        return err

    def test_a_scenarios_prices_and_a_file_say_the_same(self):
        inside, beside = self.metrics("priced.json"), self.metrics("small.json", "--prices", "list.json")
        self.assertEqual(inside, beside)
        for metrics in inside.values():
            hours = 1e6 / metrics["commits_per_s"] / 3600
            parts = [3 * metrics["total_ios_per_commit"],
                     5 * metrics["cross_az_bytes_per_commit"] / 1000, 7 * 2 * hours]
            for part, name in zip(parts, ("_ios", "_cross_az", "_instances")):
                self.assertAlmostEqual(metrics[COST + name], part, 6)
                self.assertAlmostEqual(metrics["cost_per_hour" + name], part / hours, 6)
            self.assertAlmostEqual(metrics[COST], sum(parts), 6)
            self.assertAlmostEqual(metrics["cost_per_hour"], sum(parts) / hours, 6)

    def test_the_file_replaces_and_set_goes_on_top(self):
        self.write("ios.json", {"per_million_ios": 1})
        for more, ios in ((), 1), (("--set", "/prices/per_million_ios=2"), 2):
            for metrics in self.metrics("priced.json", "--prices", "ios.json", *more).values():
                self.assertAlmostEqual(metrics[COST], ios * metrics["total_ios_per_commit"], 9)
                self.assertIsNone(metrics["cost_per_hour_instances"])
        for metrics in self.metrics("small.json", "--set", "/prices/per_gb_across_azs=0").values():
            self.assertEqual(metrics[COST], 0)

    def test_without_prices_nothing_is_said_of_money(self):
        out, _ = self.run_program("run", "small.json")
        self.assertNotIn("Cost of a million", out)
        resolved, _ = self.run_program("validate", "small.json", "--resolved")
        self.assertNotIn("prices", resolved)
        for name, content in self.files("results").items():
            self.assertNotIn(b"cost_per_", content, name)
            self.assertNotIn(b"prices", content, name)

    def test_every_report_and_result_has_them(self):
        out, _ = self.run_program("run", "priced.json")
        for words in ("Cost of a million commits, EUR --", "Cost of an hour at this load, EUR --",
                      "\nCosts are by prices of your own, in EUR: 3 a million I/Os, 5 a GB between "
                      "AZs, 7 an instance hour.\n"):
            self.assertIn(words, out)
        values = self.metrics("priced.json")["mysql"]
        folder = self.folder / "results" / "small" / "mysql" / "seed-1"
        self.assertEqual(json.loads((folder / "summary.json").read_text())["metrics"], values)
        manifest = json.loads((folder / "manifest.json").read_text())
        self.assertEqual(manifest["scenario"]["prices"], PRICES)
        out, _ = self.run_program("run", "priced.json", "--format", "csv")
        rows = {(row["architecture"], row["subject"], row["metric"]): row["value"]
                for row in csv.DictReader(io.StringIO(out))}
        self.assertEqual(float(rows["mysql", "run", COST]), values[COST])
        [report] = json.loads(self.run_program("run", "priced.json", "--format", "json")[0])
        self.assertEqual(report["prices"], PRICES)

    def test_resolved_is_the_same_scenario_again(self):
        resolved, _ = self.run_program("validate", "small.json", "--prices", "list.json", "--resolved")
        self.assertEqual(json.loads(resolved)["prices"], PRICES)
        self.write("again.json", resolved)
        self.assertEqual(self.run_program("validate", "again.json", "--resolved")[0], resolved)
        self.assertEqual(self.metrics("again.json"), self.metrics("priced.json"))

    def test_the_comparison(self):
        def compared(*arguments):
            out, _ = self.run_program("compare", *arguments, "--runs", "2", "--format", "json")
            report = json.loads(out)
            return report, {one["metric"]: one["value"] for one in report["metrics"]}
        report, values = compared("small.json", "--prices", "list.json")
        self.assertEqual(report["prices"], PRICES)
        self.assertEqual((report, values), compared("priced.json"))
        self.assertAlmostEqual(values[COST], sum(values[COST + part] for part in
                                                 ("_ios", "_cross_az", "_instances")), 9)
        self.write("ios.json", {"per_million_ios": 1})
        _, values = compared("small.json", "--prices", "ios.json")  # what has no price has no row
        self.assertEqual([name for name in values if name.startswith(COST)], [COST, COST + "_ios"])
        _, values = compared("priced.json", "--metric", COST)
        self.assertEqual(list(values), [COST])
        self.assertIn("needs prices", self.refused("compare", "small.json", "--metric", COST))
        self.assertIn("needs the price per_instance_hour, which is not given",
                      self.refused("compare", "small.json", "--prices", "ios.json",
                                   "--metric", "cost_per_hour_instances"))
        out, _ = self.run_program("compare", "priced.json", "--runs", "2")
        self.assertIn("in EUR: 3 a million I/Os", out)

    def test_expectations(self):
        self.write("expects.json", small_scenario(expect=EXPECT))
        for command in "run", "compare", "validate", "explore", "trace":
            err = self.refused(command, "expects.json")
            self.assertRegex(err, r"^expects.json:1:\d+: /expect/0/metric: needs prices, and there "
                             r'are none: give the scenario "prices", or --prices FILE\n$')
        out, _ = self.run_program("run", "expects.json", "--prices", "list.json")
        self.assertEqual(out.count(f"  holds     mysql: {COST} = "), 1, out)
        low = json.dumps([dict(EXPECT[0], at_most=0.001)])
        self.run_program("run", "priced.json", "--set", f"/expect={low}", "--force", code=1)
        part = json.dumps([dict(EXPECT[0], metric="cost_per_hour_ios")])
        self.assertIn("/expect/0/metric: needs the price per_million_ios, which is not given",
                      self.refused("run", "small.json", "--set", f"/expect={part}",
                                   "--set", "/prices/per_gb_across_azs=1"))
        # Where no money is made, a list makes no difference, but for what may be expected.
        plain, _ = self.run_program("trace", "small.json", "--format", "text")
        priced, _ = self.run_program("trace", "expects.json", "--prices", "list.json",
                                     "--format", "text")
        self.assertEqual(plain, priced)
        out, _ = self.run_program("explore", "expects.json", "--prices", "list.json", "--plans", "1",
                                  "--faults", "slow_disk", "--format", "json")
        self.assertIn("writepath explore expects.json --prices list.json", out)

    def test_wrong_lists(self):
        for text, *lines in (
                ("", "list.json: is empty"),
                ("[]", "list.json:1:1: must be an object, not a list"),
                ("{}", "list.json:1:1: has no price: give per_million_ios, per_gb_across_azs or "
                       "per_instance_hour"),
                ('{"currency": "EUR"}', "list.json:1:1: has no price: give "),
                ('{\n "per_million_ios": -1,\n "per_gb_across_azs": "5",\n "per_hour": 2}',
                 "list.json:2:21: /per_million_ios: must be from 0 to 1000000000 currency per 10^6 "
                 "I/Os, not -1",
                 "list.json:3:23: /per_gb_across_azs: must be a number, from 0 to 1000000000 ",
                 "list.json:4:2: /per_hour: unknown key"),
                ('{"per_milion_ios": 1, "per_instance_hour": 1}',
                 'list.json:1:2: /per_milion_ios: unknown key; did you mean "per_million_ios"?'),
                ('{"per_million_ios": 1, "per_million_ios": 2}', "list.json:1:24: /per_million_ios: "),
                ('{"per_million_ios": 1e999}', "list.json:1:21: /per_million_ios: "),
                ('{"per_million_ios": null}', "list.json:1:21: /per_million_ios: null is not a value"),
                ('{"per_million_ios": 1, "currency": 1}', "list.json:1:36: /currency: must be a text"),
                ('{"per_million_ios": 1, "currency": "' + "x" * 21 + '"}',
                 "list.json:1:36: /currency: must have at most 20 characters"),
                ('{"per_million_ios": 1', "list.json:1:"),
                ("\ufeff{\"per_million_ios\": 1e}", "list.json:1:")):
            self.write("list.json", text)
            err = self.refused("run", "small.json", "--prices", "list.json")
            for line in lines:
                self.assertIn(line, err)
            self.assertLessEqual(len(err.splitlines()), len(lines) + 1, err)
        self.write("list.json", "[" * 100)
        self.assertIn("list.json:1:", self.refused("run", "small.json", "--prices", "list.json"))
        for name, says in (("none.json", "none.json: can't be opened: No such file"),
                           (".", ".: is a directory, not a price list file"),
                           ("/dev/zero", "/dev/zero: is not a regular file")):
            err = self.refused("run", "small.json", "--prices", name)
            self.assertEqual(len(err.splitlines()), 1, err)
            self.assertIn(says, err)
        self.assertIn("takes the name of a file", self.refused("run", "small.json", "--prices", ""))

    def test_all_mistakes_come_at_once_each_once(self):
        self.write("other.json", small_scenario(name="other", duration_s=-1, expect=EXPECT))
        self.write("list.json", {"per_milion_ios": 1})
        err = self.refused("run", "small.json", "other.json", "--prices", "list.json")
        self.assertEqual(err.count("list.json:"), 2, err)  # the key, and that no price is left
        self.assertIn("other.json:1:", err)
        self.assertNotIn("needs prices", err)  # they are given, if wrongly

    def test_a_sweep_of_costs(self):
        sweep = [sys.executable, SCRIPTS / "sweep.py", "small.json", "--axis", "rate=/duration_s=2,3", "--runs", "1",
                 "--measure", f"{COST},cost_per_hour_ios", "--quiet"]

        def swept(*more):
            return subprocess.run([*sweep, *more], cwd=self.folder, text=True, capture_output=True,
                                  env={"WRITEPATH": PROGRAM, "PATH": "/usr/bin:/bin"})
        done = swept()
        self.assertEqual(done.returncode, 3)
        for measure in COST, "cost_per_hour_ios":
            self.assertIn(f"/measures ({measure}): needs prices, and there are none", done.stderr)
        done = swept("--prices", "list.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        table = self.folder / "results" / "sweeps" / "small" / "points.csv"
        rows = list(csv.DictReader(io.StringIO(table.read_text())))
        self.assertEqual(len(rows), 4)
        expected = self.metrics("priced.json")
        for row in rows:
            if row["rate"] == "2":
                self.assertEqual(float(row[COST]), expected[row["architecture"]][COST])
        self.write("list.json", "[1")
        self.assertIn("--prices: ", swept("--prices", "list.json").stderr)

    def test_the_page_of_a_run_and_of_a_comparison(self):
        self.run_program("run", "priced.json", "--quiet")
        out, _ = self.run_program("compare", "priced.json", "--runs", "2", "--format", "json")
        self.write("compared.json", out)
        report = [sys.executable, SCRIPTS / "report.py"]
        for arguments, page in ((["results/small", "--no-program"], "results/small/report.html"),
                                (["--compare", "compared.json"], "compared.html")):
            subprocess.run([*report, *arguments], cwd=self.folder, check=True, capture_output=True)
            html = (self.folder / page).read_text()
            self.assertIn(f">{COST}_cross_az<", html)
            self.assertIn("rices of your own", html)
            self.assertIn("per_instance_hour 7", html)
            self.assertIn("EUR", html)


if __name__ == "__main__":
    unittest.main()
