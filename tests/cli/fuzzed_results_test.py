"""Damaged results: scripts/report.py and scripts/plot.py say so in a sentence (exit code 3) or show
what is left, and never end in a traceback or let a name become part of the page's code."""
import contextlib
import html.parser
import io
import json
import math
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import traceback
from unittest import mock

import matplotlib.pyplot as plot_figures
from program import small_scenario

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["WRITEPATH"]
sys.path.insert(0, str(ROOT / "scripts"))
import plot  # noqa: E402  (the path comes first)
import report  # noqa: E402
from writepath_lab import report_plotly  # noqa: E402

ROUNDS = int(os.environ.get("WRITEPATH_FUZZ_ROUNDS", "100"))
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
VALUES = [None, True, -1, 0, 1e308, -1e308, math.inf, math.nan, 10 ** 400, "", "x", HOSTILE,
          "$x_1$ _y", [], {}, [1], {"a": 1},
          "\u202e\ud83d\ude00", "\x00", "a" * 5000]
KINDS = plot.RUNS
failures = []


class Elements(html.parser.HTMLParser):
    """What a page has of elements that run or load something."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        if tag in ("img", "iframe", "object", "svg") or any(name.startswith("on") for name, _ in attributes):
            self.found.append((tag, attributes))
        elif tag == "script" and ("type", "application/json") not in attributes and attributes:
            self.found.append((tag, attributes))


def call(main, *arguments):
    """(exit code, what it said); a traceback's words where there is one."""
    said = io.StringIO()
    with mock.patch.object(sys, "argv", [main.__module__ + ".py", *map(str, arguments)]), \
            contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        try:
            main()
            return 0, said.getvalue()
        except SystemExit as end:
            return end.code, said.getvalue()
        except BaseException:
            return "traceback", traceback.format_exc()
        finally:
            plot_figures.close("all")


def places_in(value, path=()):
    """Every place of a JSON document."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places_in(value[key], (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from places_in(item, (*path, i))


def change_json(text, stream):
    try:
        document = json.loads(text)
    except ValueError:  # damaged before
        return change_text(text, stream)
    for _ in range(stream.choice((1, 1, 1, 3))):
        path = stream.choice(list(places_in(document)))
        if not path:
            return json.dumps(stream.choice(VALUES))
        parent = document
        for step in path[:-1]:
            parent = parent[step]
        how = stream.random()
        if how < 0.3:
            del parent[path[-1]]
        elif how < 0.4 and isinstance(parent, dict):
            parent[HOSTILE] = parent.pop(path[-1])
        elif how < 0.5 and isinstance(parent, list):
            parent.append(parent[path[-1]])
        else:
            parent[path[-1]] = stream.choice(VALUES)
    return json.dumps(document)


def change_text(text, stream):
    lines = text.splitlines(keepends=True)
    place = stream.randrange(len(lines)) if lines else 0
    how = stream.randrange(5)
    if how == 0:
        return text[:stream.randrange(len(text) + 1)]
    if how == 1:
        return "".join(lines[:place] + lines[place + 1:])
    if how == 2:
        return "".join(lines[:place] + [stream.choice(["nan,inf,x\n", ",,,,,,\n", "\x00\n", "1,2\n", HOSTILE + "\n", '"\n'])]
                       + lines[place:])
    words = lines[place].split(",") if lines else []
    if words:
        words[stream.randrange(len(words))] = str(stream.choice(VALUES))[:200].replace("\ud83d\ude00", "")
        lines[place] = ",".join(words).rstrip("\n") + "\n"
    return "".join(lines)


def damage(folder, stream):
    """One file of the folder gone, cut, emptied, or with something else in it. Returns what."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "points" not in path.parts)
    if not files:
        return "nothing left"
    file = stream.choice(files)
    how = stream.random()
    text = file.read_text(encoding="utf-8", errors="replace")
    if how < 0.06:
        file.unlink()
        return f"{file.name} gone"
    if how < 0.1:
        file.write_bytes(stream.randbytes(300))
        return f"{file.name} of random bytes"
    if file.suffix == ".json" and how < 0.9:
        text = change_json(text, stream)
    else:
        text = change_text(text, stream)
    file.write_text(text, encoding="utf-8", errors="replace")
    return f"{file.name} changed"


def check_call(what, main, output, *arguments):
    output.unlink(missing_ok=True)
    code, said = call(main, *arguments, "-o", output)
    right = code == 0 and output.exists() or code == 3 and said.strip() and not output.exists()
    if right and code == 0 and output.suffix == ".html":
        elements = Elements()
        elements.feed(output.read_text(encoding="utf-8"))
        right = not elements.found
        said = f"{elements.found[:2]}"
    if right and code == 3 and len(said.strip().splitlines()) > 3:
        right = False
    if not right:
        failures.append(what)
        print(f"FAILED: {what}: {code}\n{said[-1500:]}")


def sources(folder):
    """Whole results of each kind: [(a function that damages and calls, its folder)]."""
    file = folder / "small.json"
    file.write_text(json.dumps(small_scenario(duration_s=6, faults=[
        {"id": "gone", "at_s": 2, "kind": "node_crash", "crash": "host", "target": {"role": "primary"}}])))
    subprocess.run([PROGRAM, "run", file, "--runs", "2", "--out", folder, "--quiet"], check=False)
    (folder / "compared").mkdir()
    (folder / "compared" / "compared.json").write_text(subprocess.run(
        [PROGRAM, "compare", file, "--runs", "2", "--format", "json", "--quiet"], capture_output=True,
        text=True).stdout)
    sweep = {"name": "swept", "scenario": str(file), "repetitions": 2,
             "axes": [{"name": "rate", "pointer": "/workload/clients/0/open_loop/rate_per_s", "values": [50, 100]}],
             "measures": ["replica_lag_ms_p95"]}
    (folder / "swept.json").write_text(json.dumps(sweep))
    subprocess.run([sys.executable, ROOT / "scripts" / "sweep.py", folder / "swept.json", "--out",
                    folder / "sweep", "--quiet"], check=False)
    return {"run": folder / "small", "comparison": folder / "compared", "sweep": folder / "sweep"}


def main():
    stream = random.Random(20)
    with tempfile.TemporaryDirectory() as temporary, \
            mock.patch.object(report_plotly, "script_elements", lambda *_: ""):
        folder = pathlib.Path(temporary)
        whole = sources(folder)
        for place in range(ROUNDS):
            kind = stream.choice(["run", "run", "run", "comparison", "sweep"])
            copy = folder / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(whole[kind], copy)
            what = f"round {place}, {kind}: " + " and ".join(
                damage(copy, stream) for _ in range(stream.choice((1, 1, 2))))
            if kind == "comparison":
                check_call(what, report.main, folder / "page.html", "--compare", copy / "compared.json")
            else:
                check_call(what, report.main, folder / "page.html", copy, "--no-program")
            if kind == "run":
                name = stream.choice(KINDS)
                check_call(f"{what}, {name}", plot.main, folder / "plot.svg", name, copy)
    sys.exit(1 if failures else 0)


main()
