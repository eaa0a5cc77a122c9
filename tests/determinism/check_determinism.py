#!/usr/bin/env python3
"""The same scenario and seed give the same bytes, whatever makes them.

    check_determinism.py twice|engine|jobs|processor   this program against itself
    check_determinism.py binary                        against the program WRITEPATH_OTHER

Every scenario of scenarios/ beside this file is run in both ways, with all facts recorded; then
stdout and all result files are compared byte by byte, but for a manifest's provenance.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = os.environ["WRITEPATH"]
SCENARIOS = sorted((pathlib.Path(__file__).parent / "scenarios").glob("*.json"))
SKIPPED = 77


def play(program, scenario, out, options=(), environment=None):
    """Runs a scenario and gives all that it wrote: {file: bytes}."""
    process = subprocess.run(
        [program, "run", str(scenario), "--events", "--runs", "2", "--format", "json",
         "--out", str(out), *options],
        env=dict(os.environ, **(environment or {})), capture_output=True, timeout=300)
    if process.returncode not in (0, 1, 2):
        sys.exit(f"{scenario.name}: exit code {process.returncode}\n{process.stderr.decode()}")
    files = {"stdout": process.stdout}
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if path.name == "manifest.json":
            manifest = json.loads(content)
            del manifest["provenance"]
            content = json.dumps(manifest, indent=1).encode()
        files[str(path.relative_to(out))] = content
    return files


def first_difference(one, other):
    a, b = one.splitlines(), other.splitlines()
    for number, (left, right) in enumerate(zip(a, b), 1):
        if left != right:
            return f"line {number}:\n    {left[:300]!r}\n    {right[:300]!r}"
    return f"{len(a)} lines against {len(b)}"


def ways():
    """How the scenario is run the second time: (program, options, environment)."""
    how = sys.argv[1]
    if how == "twice":
        return PROGRAM, (), None
    if how == "engine":
        return PROGRAM, ("--engine", "stepped"), None
    if how == "jobs":
        return PROGRAM, ("-j", "7"), None
    if how == "processor":  # glibc then takes its elementary functions of older processors
        return PROGRAM, (), {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA"}
    other = os.environ.get("WRITEPATH_OTHER")
    if not other:
        print("WRITEPATH_OTHER names no program to compare with")
        sys.exit(SKIPPED)
    return other, (), None


def main():
    program, options, environment = ways()
    bad = 0
    for scenario in SCENARIOS:
        with tempfile.TemporaryDirectory(prefix="writepath-same-") as folder:
            folder = pathlib.Path(folder)
            one = play(PROGRAM, scenario, folder / "1", ("-j", "1"))
            other = play(program, scenario, folder / "2", options, environment)
        different = [name for name in sorted(one.keys() | other.keys())
                     if one.get(name) != other.get(name)]
        facts = sum(content.count(b"\n") for name, content in one.items()
                    if name.endswith("events.ndjson"))
        print(f"{scenario.name}: {len(one)} files, {facts} facts: "
              f"{'DIFFERENT' if different else 'same bytes'}")
        if facts < 1000:
            sys.exit(f"{scenario.name}: too little happens for a comparison to mean much")
        for name in different[:5]:
            left, right = one.get(name), other.get(name)
            print(f"  {name}: " + ("missing on one side" if left is None or right is None
                                   else first_difference(left, right)))
        bad += bool(different)
    print(f"{len(SCENARIOS) - bad} passed, {bad} failed")
    sys.exit(1 if bad or not SCENARIOS else 0)


main()
