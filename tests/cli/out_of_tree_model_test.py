"""A model from outside: installs the program's headers, builds docs/example-model against them
alone, loads it with --model-library, and tries libraries that must be refused. The installed
scripts, too."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from program import PROGRAM, CommandLineTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs/example-model"
SHARED = {}  # made once: the prefix and the library


def call(*arguments, **options):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{arguments}: {done.stdout}{done.stderr}")
    return done.stdout


def cached(name):
    cache = (pathlib.Path(PROGRAM).parent / "CMakeCache.txt").read_text()
    return next(line.split("=", 1)[1] for line in cache.splitlines() if line.startswith(name + ":"))


def setUpModule():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="writepath-model-"))
    unittest.addModuleCleanup(shutil.rmtree, folder, ignore_errors=True)
    prefix, build = folder / "prefix", folder / "build"
    call("cmake", "--install", pathlib.Path(PROGRAM).parent, "--prefix", prefix)
    call("cmake", "-S", EXAMPLE, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
         f"-DCMAKE_CXX_COMPILER={cached('CMAKE_CXX_COMPILER')}",
         "-DCMAKE_CXX_FLAGS=-O1 -Wall -Wextra -Wshadow -Werror -Wno-unknown-warning-option -Wno-restrict")
    call("cmake", "--build", build)
    SHARED.update(prefix=prefix, library=str(build / "chain_replication.so"))


def compiled(folder, name, code):
    """A shared library of a few lines, against the installed headers."""
    (folder / f"{name}.cpp").write_text(code)
    library = folder / f"{name}.so"
    call(cached("CMAKE_CXX_COMPILER"), "-shared", "-fPIC", folder / f"{name}.cpp", "-o", library)
    return str(library)


class OutOfTreeModel(CommandLineTest):
    def refused(self, library, says, *more):
        _, err = self.run_program("models", "--model-library", library, *more, code=3)
        self.assertIn("--model-library", err)
        self.assertIn(says, err)

    def test_the_installed_program_runs_the_example(self):
        for what in ("bin/writepath", "include/writepath/sim/model/model.hpp",
                     "include/writepath/models/common/failure_detector.hpp",
                     "share/writepath/schema/scenario.schema.json",
                     "share/doc/writepath/models/aurora_quorum/MODEL.md",
                     "share/man/man1/writepath.1",
                     "share/bash-completion/completions/writepath",
                     "share/zsh/site-functions/_writepath",
                     "share/fish/vendor_completions.d/writepath.fish"):
            self.assertTrue((SHARED["prefix"] / what).is_file(), what)
        done = subprocess.run([SHARED["prefix"] / "bin/writepath", "run", EXAMPLE / "scenario.json",
                               "--model-library", SHARED["library"], "--format", "json"],
                              capture_output=True, text=True, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        manifests = sorted((self.folder / "results/chain-head-lost/chain").rglob("summary.json"))
        self.assertEqual(len(manifests), 1)
        checks = {c["name"]: c["verdict"] for c in json.loads(manifests[0].read_text())["checks"]}
        self.assertEqual(set(checks.values()), {"holds"}, checks)
        self.assertIn("durability", checks)
        manifest = json.loads((manifests[0].parent / "manifest.json").read_text())
        library, = manifest["provenance"]["options"]["model_libraries"]
        self.assertEqual(library["file"], SHARED["library"])
        self.assertRegex(library["hash"], "^[0-9a-f]{16}$")

    def test_the_installed_scripts_call_the_installed_program(self):
        prefix, here = SHARED["prefix"], {k: v for k, v in os.environ.items() if k != "WRITEPATH"}
        for name in "sweep", "knee", "plot", "report":
            page = (prefix / f"share/man/man1/writepath-{name}.1").read_text()
            self.assertIn(f"writepath\\-{name} \\- ", page)
            self.assertNotIn(f"{name}.py", page)
        scenario = prefix / "share/writepath/scenarios/lose-the-primary/scenario.json"
        call(prefix / "bin/writepath-sweep", scenario, "--axis",
             "rate=/workload/clients/0/open_loop/rate_per_s=20,40", "--set", "/duration_s=25",
             "--runs", "1", "--measure", "commits_per_s", "--quiet", cwd=self.folder, env=here)
        sweep = self.folder / "results/sweeps/lose-the-primary"
        self.assertEqual(len((sweep / "points.csv").read_text().splitlines()), 5)
        program = hashlib.sha256((prefix / "bin/writepath").read_bytes()).hexdigest()
        self.assertEqual(json.loads((sweep / "sweep.json").read_text())["program"], program)
        call(prefix / "bin/writepath-plot", "lag-vs-load", sweep, "--measure", "commits_per_s", "-o",
             self.folder / "p.svg", cwd=self.folder, env=here)
        call(prefix / "bin/writepath-report", sweep, cwd=self.folder, env=here)
        self.assertIn("commits_per_s", (sweep / "report.html").read_text())

    def test_it_is_listed_explained_and_validated(self):
        loaded = ("--model-library", SHARED["library"])
        out, _ = self.run_program("models", *loaded)
        self.assertIn("chain_replication", out)
        out, _ = self.run_program("models", "chain_replication", *loaded)
        self.assertIn("# chain_replication", out)        # MODEL.md, beside the library
        self.assertIn("detector.interval_s", out)        # and its options
        self.run_program("validate", str(EXAMPLE / "scenario.json"), *loaded)
        out, _ = self.run_program("schema", *loaded)
        self.assertIn("chain_replication", out)
        _, err = self.run_program("validate", str(EXAMPLE / "scenario.json"), code=3)
        self.assertIn("chain_replication", err)

    def test_same_results_for_both_engines(self):
        results = []
        for engine in "drained", "stepped":
            self.run_program("run", str(EXAMPLE / "scenario.json"), "--engine", engine,
                             "--set", "/duration_s=25", "--out", engine,
                             "--model-library", SHARED["library"], "--quiet")
            summary, = (self.folder / engine).rglob("chain/**/summary.json")
            results.append(summary.read_bytes())
        self.assertEqual(*results)

    def test_a_trace_follows_the_chain(self):
        out, _ = self.run_program("trace", str(EXAMPLE / "scenario.json"), "--model-library",
                                  SHARED["library"], "--architecture", "chain", "--format", "text",
                                  "--transaction", "100")  # before the head is lost
        hops = [(m[1], m[2], m[3]) for m in re.finditer(r"(\S+) -> (\S+)  ([a-zA-Z ]+), ", out)]
        self.assertEqual(list(dict.fromkeys(hops[1:-1])), [("head", "middle", "redo"), ("middle", "tail", "redo"),
                                      ("tail", "middle", "ack"), ("middle", "head", "ack")], out)

    def test_what_is_no_library(self):
        self.refused("missing.so", "No such file")
        self.refused(str(self.folder), "is a folder")
        self.write("text.so", "no library at all, but long enough to be looked at as one" * 9)
        self.refused("text.so", "can't be loaded")

    def test_a_library_of_something_else(self):
        self.refused(compiled(self.folder, "other", "int answer = 42;"), "writepath_model_abi")

    def test_another_abi_is_refused_before_anything_is_called(self):
        self.refused(compiled(self.folder, "old", """
            #include <cstdint>
            #include <cstdlib>
            extern "C" {
            extern const std::uint64_t writepath_model_abi;
            const std::uint64_t writepath_model_abi = std::uint64_t{999} << 32;
            void gone_since_then();
            void writepath_register_models(void*) { gone_since_then(); std::abort(); }
            }"""), "was built for model ABI 999.0")

    def test_a_model_that_is_known_already(self):
        self.refused(SHARED["library"], "known already", "--model-library", SHARED["library"])


if __name__ == "__main__":
    unittest.main()
