"""docs/outputs.md is what its generator makes, and names all that a run writes."""
import importlib.util
import json
import pathlib
import unittest

from program import CommandLineTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("outputs_page", ROOT / "scripts/outputs_page.py")
outputs_page = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(outputs_page)


class OutputsPage(CommandLineTest):
    def test_the_page_is_up_to_date(self):
        self.assertEqual((ROOT / "docs/outputs.md").read_text(), outputs_page.page(),
                         "run scripts/outputs_page.py --update")

    def test_it_names_all_that_runs_write(self):
        for name, more in ("register-history", ["--history"]), ("lose-the-primary", []):
            self.run_program("run", str(ROOT / f"scenarios/{name}/scenario.json"), "--events",
                             "--quiet", *more)
        known = {name: set(fields) for name, _, fields in outputs_page.facts()}
        seen = set()
        for path in sorted((self.folder / "results").rglob("*")):
            if path.name == "manifest.json":
                self.assertLessEqual(set(json.loads(path.read_text())), set(outputs_page.MANIFEST))
            elif path.name == "summary.json":
                self.assertLessEqual(set(json.loads(path.read_text())), set(outputs_page.SUMMARY))
            elif path.name in ("timeseries.csv", "timeline.csv"):
                columns = outputs_page.SERIES if "series" in path.name else outputs_page.TIMELINE
                self.assertEqual(path.read_text().split("\n")[0], ",".join(columns))
            elif path.name == "events.ndjson":
                for line in path.read_text().splitlines():
                    fact = json.loads(line)
                    name = fact["fact"]
                    self.assertIn(name, known)
                    if name not in seen:
                        fields = set(fact) - {"seq", "fact", "t_ns", "node"}
                        if "*part*" not in known[name]:
                            self.assertLessEqual(fields, known[name], name)
                    seen.add(name)
            elif path.is_file():
                self.assertIn(f"## {path.name}", outputs_page.page())
        self.assertGreater(len(seen), 20)


if __name__ == "__main__":
    unittest.main()
