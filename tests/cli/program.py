"""What the tests of the command line share: the program, a small scenario, an empty folder."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["WRITEPATH"]


def small_scenario(**changes):
    """Two architectures, a second of load: a run takes some milliseconds."""
    scenario = {
        "scenario_version": 1,
        "name": "small",
        "question": "Does the program do what its manual says?",
        "duration_s": 2,
        "warmup_s": 0.5,
        "settle_s": 5,
        "workload": {
            "clients": [{"name": "web", "azs": ["a"], "open_loop": {"rate_per_s": 100}}],
            "transactions": [{"name": "insert", "autocommit": True}],
        },
        "architectures": [
            {"name": "mysql", "model": "mysql_binlog",
             "nodes": [{"id": "db1", "role": "primary", "az": "a"},
                       {"id": "db2", "role": "replica", "az": "b"}]},
            {"name": "aurora", "model": "aurora_quorum",
             "nodes": [{"id": "w", "role": "primary", "az": "a"},
                       {"id": "r", "role": "replica", "az": "b"}]},
        ],
        "battery": {"enabled": False},
    }
    scenario.update(changes)
    return scenario


def long_scenario(**changes):
    """Long enough to be killed in the middle, on any machine."""
    return small_scenario(name="long", duration_s=20000, settle_s=1, **changes)


class CommandLineTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="writepath-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, scenario):
        path = self.folder / name
        path.write_text(scenario if isinstance(scenario, str) else json.dumps(scenario))
        return name

    def start(self, *arguments, **options):
        return subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def run_program(self, *arguments, code=0, timeout=100, **options):
        """Runs it, insists on the exit code, and gives (stdout, stderr)."""
        process = self.start(*arguments, **options)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        self.assertEqual(process.returncode, code,
                         f"writepath {' '.join(arguments)}\nstdout: {out}\nstderr: {err}")
        return out, err

    def files(self, below="."):
        """Every file below, as {path: bytes}; hidden ones too."""
        root = self.folder / below
        return {str(p.relative_to(root)): p.read_bytes()
                for p in sorted(root.rglob("*")) if p.is_file()}


def without_provenance(files):
    """The same files, provenance (the only part that may differ) taken out of the manifests."""
    stripped = {}
    for name, content in files.items():
        if name.endswith("manifest.json"):
            manifest = json.loads(content)
            assert manifest.pop("provenance")
            content = json.dumps(manifest).encode()
        stripped[name] = content
    return stripped
