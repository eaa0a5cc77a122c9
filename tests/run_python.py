#!/usr/bin/env python3
"""Runs a test script once the modules that it needs are there; else says what to install."""
import importlib.util
import os
import runpy
import sys


def main() -> None:
    needs = sys.argv[1].removeprefix("--needs=").split(",")
    missing = [m for m in needs if m and importlib.util.find_spec(m) is None]
    if missing:
        sys.exit(f"{sys.executable} has no module {', '.join(missing)}: run scripts/setup.sh test")
    script = sys.argv[2]
    sys.argv = sys.argv[2:]
    sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
    runpy.run_path(script, run_name="__main__")


main()
