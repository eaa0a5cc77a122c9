#!/usr/bin/python3
"""Runs `writepath validate` on every wrong scenario, and on things that are no scenario at all.

    bad_scenarios.py WRITEPATH SOURCE_TREE

Each must end with exit code 3, exactly the expected text on stderr, nothing on stdout, and no file
written; with every wrong file in one command, all messages come at once.
"""
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

BAD_SCENARIO = 3
MEGABYTE = 1_000_000
MOST_MEMORY_KB = 800_000  # of any one command; a tree of 16 MB of nesting would take several GB

failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


def validate(program, folder, *arguments):
    """(exit code, stdout, stderr); checks that nothing new stands in the folder."""
    before = sorted(os.listdir(folder))
    done = subprocess.run([program, "validate", *arguments], cwd=folder, capture_output=True,
                          text=True, timeout=30)
    check(sorted(os.listdir(folder)) == before, f"{arguments}: something was written")
    return done.returncode, done.stdout, done.stderr


def check_refused(program, folder, expected, *arguments):
    code, out, err = validate(program, folder, *arguments)
    name = " ".join(arguments)[:100]
    check(code == BAD_SCENARIO, f"{name}: exit code {code}, expected {BAD_SCENARIO}")
    check(out == "", f"{name}: stdout is {out[:500]!r}")
    check(err == expected, f"{name}: stderr is\n{err[:2000]}\nexpected\n{expected[:2000]}")


def check_committed(program, source, folder):
    expected_of_all = ""
    names = []
    for file in sorted((source / "scenarios" / "bad").glob("*.json")):
        (folder / file.name).write_bytes(file.read_bytes())
        expected = file.with_suffix(".expected.txt").read_text()
        check(expected.startswith(file.name + ":"), f"{file.name}: expected text lacks the name")
        check_refused(program, folder, expected, file.name)
        names.append(file.name)
        expected_of_all += expected
    check(len(names) >= 40, f"only {len(names)} wrong scenarios")
    check_refused(program, folder, expected_of_all, *names)


def check_generated(program, folder):
    """Files too large or too odd to be kept in the repository."""
    with open(folder / "nesting-of-100-mb.json", "w") as file:
        for _ in range(100):
            file.write("[" * MEGABYTE)
    check_refused(program, folder, "nesting-of-100-mb.json: is larger than 16 MiB\n",
                  "nesting-of-100-mb.json")
    (folder / "nesting-of-16-mb.json").write_text('{"a":' * (3 * MEGABYTE))
    check_refused(program, folder,
                  "nesting-of-16-mb.json:1:321: nested more deeply than 64 levels\n",
                  "nesting-of-16-mb.json")
    (folder / "folder.json").mkdir()
    check_refused(program, folder, "folder.json: is a directory, not a scenario file\n",
                  "folder.json")
    os.mkfifo(folder / "fifo.json")
    check_refused(program, folder, "fifo.json: is not a regular file\n", "fifo.json")
    check_refused(program, folder, "/dev/zero: is not a regular file\n", "/dev/zero")
    check_refused(program, folder, "missing.json: can't be opened: No such file or directory\n",
                  "missing.json")


def check_sets(program, source, folder):
    good = str(source / "scenarios" / "write-path" / "scenario.json")
    code, _, err = validate(program, folder, good)
    check(code == 0 and err == "", f"{good}: exit code {code}, stderr {err}")
    for option, message in [
            ("/duration=5", "/duration: unknown key; did you mean \"duration_s\"?"),
            ("/architectures/nobody/name=x", None),
            ("/duration_s=soon", None),
            ("duration_s=5", "must have the form /json/pointer=VALUE")]:
        code, out, err = validate(program, folder, good, "--set", option)
        check(code == BAD_SCENARIO and out == "", f"--set {option}: exit code {code}")
        check(err.startswith(f"--set {option}: "), f"--set {option}: stderr {err}")
        if message:
            check(err == f"--set {option}: {message}\n", f"--set {option}: stderr {err}")


def main():
    program, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_committed(program, source, folder)
        check_generated(program, folder)
        check_sets(program, source, folder)
    most_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    check(most_kb < MOST_MEMORY_KB, f"a command took {most_kb} kB of memory")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
