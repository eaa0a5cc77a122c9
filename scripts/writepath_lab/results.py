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


def run_of(file):
    summary = read_json(file)
    try:
        for part in PARTS:
            summary[part]
        return Run(file.parent, summary["name"], summary["seed"], summary)
    except (KeyError, TypeError) as error:
        fail(f"{file}: not the summary of a run (no {error})")


def of_battery(file):
    """Whether it is ARCHITECTURE/battery/FAULT/seed-N/summary.json: the scenario under a standard
    fault, beside the scenario itself."""
    place = file.parent.parent.parent
    return place.name == "battery" and any(place.parent.glob("seed-*/summary.json"))


def load_runs(folders):
    """All runs below the folders (results/SCENARIO, or deeper), in the scenario's order of
    architectures, by seed. Those of the standard battery only where there are no others."""
    files = []
    for folder in map(pathlib.Path, folders):
        found = sorted(folder.glob("**/summary.json"))
        if not found:
            fail(f"{folder}: no results of a run (no summary.json below it); "
                 "they come from `writepath run SCENARIO --out DIR`")
        files += [file for file in found if not of_battery(file)] or found
    runs = [run_of(file) for file in files]
    order = {a["name"]: i for i, a in enumerate(runs[0].scenario()["architectures"])}
    runs.sort(key=lambda run: (order.get(run.architecture, len(order)), run.architecture, run.seed))
    return runs


def battery_of(runs):
    """{fault: the same architectures and seeds under it}"""
    found = {}
    for run in runs:
        for file in sorted((run.folder.parent / "battery").glob(f"*/{run.folder.name}/summary.json")):
            found.setdefault(file.parent.parent.name, []).append(run_of(file))
    return found


def by_architecture(runs):
    groups = {}
    for run in runs:
        groups.setdefault(run.architecture, []).append(run)
    return groups
