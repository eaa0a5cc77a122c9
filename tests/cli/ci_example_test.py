"""docs/ci-example.yml, the workflow for somebody's CI: each of its steps that is a shell's is run as
GitHub runs it (bash -e -o pipefail, in the workspace), with this program in place of a fresh build."""
import pathlib
import re
import shutil
import subprocess
import unittest

import yaml
from program import PROGRAM, CommandLineTest, small_scenario

ROOT = pathlib.Path(__file__).resolve().parents[2]


def objective(at_most):
    return small_scenario(expect=[{"architecture": "mysql", "metric": "commit_latency_ms_p50",
                                   "at_most": at_most}])


class CiExample(CommandLineTest):
    def setUp(self):
        super().setUp()
        # YAML 1.1 reads the key `on` as a truth value.
        workflow = yaml.safe_load((ROOT / "docs/ci-example.yml").read_text().replace("\non:", "\n'on':"))
        self.assertEqual(set(workflow), {"name", "on", "jobs"})
        self.job, = workflow["jobs"].values()
        self.steps = {step["name"]: step["run"] for step in self.job["steps"] if "name" in step}
        shutil.copytree(ROOT / "scripts", self.folder / "writepath/scripts")
        built = self.folder / "writepath/build/release"
        built.mkdir(parents=True)
        (built / "writepath").symlink_to(PROGRAM)
        (self.folder / "mine").mkdir()

    def run_step(self, name):
        return subprocess.run(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c",
                               self.steps[name]], cwd=self.folder, capture_output=True, text=True)

    def test_every_step_is_one_that_github_takes(self):
        self.assertEqual(self.job["container"], "debian:12")
        for step in self.job["steps"]:
            self.assertEqual(("run" in step) + ("uses" in step), 1, step)
            self.assertLessEqual(set(step), {"name", "run", "uses", "with", "if"})
            if "uses" in step:
                self.assertRegex(step["uses"], r"^actions/(checkout|upload-artifact)@v\d+$")

    def test_the_scripts_that_it_builds_with_take_these_arguments(self):
        for script, arguments in re.findall(r"(scripts/\w+\.sh) ([\w ]+)", self.steps["Build"]):
            text = (ROOT / script).read_text()
            self.assertTrue(script.endswith(("setup.sh", "build.sh")), script)
            for word in arguments.split():
                self.assertTrue(word in text or word in (ROOT / "CMakePresets.json").read_text() or
                                f"[{word}]" in (ROOT / "scripts/packages.txt").read_text(), word)

    def test_the_job_passes_and_fails_with_the_objective(self):
        for at_most, code in (50, 0), (0.001, 1):
            self.write("mine/objectives.json", objective(at_most))
            shutil.rmtree(self.folder / "results", ignore_errors=True)
            done = self.run_step("Objectives")
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            artifact, = (s["with"]["path"] for s in self.job["steps"]
                         if s.get("uses", "").startswith("actions/upload-artifact"))
            summaries = list((self.folder / artifact).rglob("summary.json"))
            self.assertEqual(len(summaries), 59 * 2)


if __name__ == "__main__":
    unittest.main()
