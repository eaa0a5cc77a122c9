"""Results on disk as values: the folders of runs (a sweep's table: sweep_table.py)."""
import csv
import json
import pathlib
from dataclasses import dataclass

from .program import fail


PARTS = ("metrics", "commit_latency_breakdown_ms", "faults", "timeline")  # of a summary, drawn


@dataclass
class Run:
    """One architecture under one seed."""
    folder: pathlib.Path
    architecture: str
    seed: int
    summary: dict

    def series(self, metric):
        """{node: ([time_s], [value])} of a metric in timeseries.csv; node "" is the whole."""
        found = {}
        with open_or_fail(self.folder / "timeseries.csv") as file:
            try:
                for row in csv.DictReader(file):
                    if row["metric"] == metric and row["value"] != "":
                        times, values = found.setdefault(row["node"], ([], []))
                        times.append(float(row["time_s"]))
                        values.append(float(row["value"]))
            except (KeyError, TypeError, ValueError):
                fail(f"{file.name}: not the time series of a run")
        return found

    def latencies(self):
        """[(percentile from 0 to 1, ms)] of latency.hgrm, HdrHistogram's text."""
        points = []
        with open_or_fail(self.folder / "latency.hgrm") as file:
            for line in file:
                words = line.split()
                if len(words) >= 3 and words[0][0].isdigit():
                    try:
                        points.append((float(words[1]), float(words[0])))
                    except ValueError:
                        fail(f"{file.name}: not HdrHistogram's text: {line.strip()}")
        return points

    def scenario(self):
        try:
            scenario = read_json(self.folder / "manifest.json")["scenario"]
            scenario["name"], scenario["architectures"][0]["name"]
            return scenario
        except (KeyError, TypeError, IndexError):
            fail(f"{self.folder / 'manifest.json'}: not the manifest of a run")


def open_or_fail(path):
    try:
        return open(path, encoding="utf-8", newline="")
    except OSError as error:
        fail(f"{path}: {error.strerror}")


def read_json(path):
    with open_or_fail(path) as file:
        try:
            return json.load(file)
        except ValueError as error:
            fail(f"{path}: not JSON ({error})")


def load_runs(folders):
    """All runs below the folders (results/SCENARIO, or deeper), in the scenario's order of
    architectures, by seed."""
    runs = []
    for folder in map(pathlib.Path, folders):
        files = sorted(folder.glob("**/summary.json"))
        if not files:
            fail(f"{folder}: no results of a run (no summary.json below it); "
                 "they come from `writepath run SCENARIO --out DIR`")
        for file in files:
            summary = read_json(file)
            try:
                runs.append(Run(file.parent, summary["name"], summary["seed"], summary))
                for part in PARTS:
                    summary[part]
            except (KeyError, TypeError) as error:
                fail(f"{file}: not the summary of a run (no {error})")
    order = {a["name"]: i for i, a in enumerate(runs[0].scenario()["architectures"])}
    runs.sort(key=lambda run: (order.get(run.architecture, len(order)), run.architecture, run.seed))
    return runs


def first_seeds(runs):
    """One run for each architecture: that of the smallest seed."""
    first = {}
    for run in runs:
        first.setdefault(run.architecture, run)
    return list(first.values())


def by_architecture(runs):
    groups = {}
    for run in runs:
        groups.setdefault(run.architecture, []).append(run)
    return groups
