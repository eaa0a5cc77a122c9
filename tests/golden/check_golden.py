#!/usr/bin/env python3
"""Compares what a scenario folder's scenarios report with its expected.json, exactly.

    check_golden.py FOLDER            exit code 1 when anything differs
    check_golden.py FOLDER --update   write expected.json anew; then read its diff with care

expected.json holds what `writepath run FOLDER/*.json --format json` prints, numbers as text: a
double that moves by one bit is a difference.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = os.environ.get("WRITEPATH", "build/release/writepath")


def report_of(folder):
    scenarios = sorted(p for p in folder.glob("*.json")
                       if p.name not in ("expected.json", "sweep.json"))
    with tempfile.TemporaryDirectory(prefix="writepath-golden-") as out:
        process = subprocess.run(
            [PROGRAM, "run", *map(str, scenarios), "--format", "json", "--out", out],
            capture_output=True, text=True, timeout=600)
    if process.returncode != 0:
        print(f"exit code {process.returncode}: a published scenario holds its expectations")
        sys.stderr.write(process.stderr)
        for report in json.loads(process.stdout or "[]"):
            for judged in report["expectations"]:
                if judged["verdict"] != "holds":
                    print(f"  {report['scenario']}: {judged['expected']}: {judged['reason']}")
    return process.stdout, process.returncode


def differences(path, expected, got):
    """Where two documents differ, as (pointer, expected, got)."""
    if type(expected) is not type(got):
        yield path, expected, got
    elif isinstance(expected, dict):
        for key in list(expected) + [k for k in got if k not in expected]:
            yield from differences(f"{path}/{key}", expected.get(key, "(absent)"),
                                   got.get(key, "(absent)"))
    elif isinstance(expected, list):
        if len(expected) != len(got):
            yield path, f"{len(expected)} items", f"{len(got)} items"
        for index, (left, right) in enumerate(zip(expected, got)):
            name = left.get("name", left.get("id", index)) if isinstance(left, dict) else index
            yield from differences(f"{path}/{name}", left, right)
    elif expected != got:
        yield path, expected, got


def main():
    folder = pathlib.Path(sys.argv[1])
    golden = folder / "expected.json"
    text, code = report_of(folder)
    if "--update" in sys.argv[2:]:
        golden.write_text(text)
        print(f"wrote {golden}")
        sys.exit(code)
    if not golden.exists():
        sys.exit(f"{golden} is missing: tests/golden/check_golden.py {folder} --update")
    expected = golden.read_text()
    if text != expected:
        as_text = dict(parse_float=str, parse_int=str)
        found = list(differences("", json.loads(expected, **as_text), json.loads(text, **as_text)))
        print(f"{len(found)} values differ from {golden}:")
        for path, left, right in found[:30]:
            print(f"  {path}: expected {left}, got {right}")
        sys.exit(1)
    sys.exit(code)


main()
