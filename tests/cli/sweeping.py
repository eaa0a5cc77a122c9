"""What the tests of scripts/sweep.py share: a small sweep, and how it is called."""
import csv
import io
import os
import pathlib
import subprocess

from program import PROGRAM, CommandLineTest, small_scenario

ROOT = pathlib.Path(__file__).resolve().parents[2]
SWEEP = ROOT / "scripts" / "sweep.py"
RATE = "/workload/clients/0/open_loop/rate_per_s"


def definition(**changes):
    return {"name": "s", "scenario": "base.json", "set": {"/duration_s": 1},
            "axes": [{"name": "rate", "pointer": RATE, "values": [50, 100]}],
            "repetitions": 2, "measures": ["commits_per_s", "commit_latency_ms_p99"]} | changes


def many_points(**changes):
    return definition(axes=[{"name": "rate", "pointer": RATE, "from": 20, "to": 33, "step": 1}],
                      **changes)


class SweepCase(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("base.json", small_scenario())

    def start_sweep(self, *arguments, program=PROGRAM, **options):
        return subprocess.Popen([SWEEP, *map(str, arguments)], cwd=self.folder, text=True,
                                env=dict(os.environ, WRITEPATH=str(program)),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def sweep(self, *arguments, code=0, **options):
        process = self.start_sweep(*arguments, **options)
        out, err = process.communicate(timeout=100)
        self.assertEqual(process.returncode, code, f"stdout: {out}\nstderr: {err}")
        self.assertNotIn("Traceback", err)
        return out, err

    def table(self, name="s"):
        return (self.folder / "results" / "sweeps" / name / "points.csv").read_bytes()

    def tables(self, name="s"):
        return self.table(name), self.table_of_differences(name)

    def table_of_differences(self, name="s"):
        return (self.folder / "results" / "sweeps" / name / "differences.csv").read_bytes()

    def rows(self, name="s"):
        return list(csv.DictReader(io.StringIO(self.table(name).decode())))

    def differences(self, name="s"):
        return list(csv.DictReader(io.StringIO(self.table_of_differences(name).decode())))

    def counting_program(self, then='exec "$real" "$@"'):
        """The program, counting its runs, with a script's lines of its own before it."""
        path = self.folder / "counting"
        path.write_text(f'#!/bin/sh\nreal="{PROGRAM}"\n'
                        f'[ "$1" = run ] && echo >>"{self.folder}/count"\n{then}\n')
        path.chmod(0o755)
        return path

    def count(self):
        return len((self.folder / "count").read_text())
