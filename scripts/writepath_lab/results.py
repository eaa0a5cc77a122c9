"""Results on disk as values: the folders of runs, the table of a sweep."""
import csv
import json
import math
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


@dataclass
class SweepTable:
    """points.csv of a sweep: rows of texts, and what the columns are."""
    rows: list
    axes: list
    measures: list
    title: str

    def architectures(self):
        return list(dict.fromkeys(row["architecture"] for row in self.rows))

    def where(self, conditions):
        """The rows that meet all conditions, each "AXIS=VALUE"."""
        rows = self.rows
        for condition in conditions:
            axis, equals, value = condition.partition("=")
            if not equals:
                fail(f"--where takes AXIS=VALUE, not \"{condition}\"")
            self.column("axis", axis)
            known = list(dict.fromkeys(row[axis] for row in self.rows))
            rows = [row for row in rows if number_or_text(row[axis]) == number_or_text(value)]
            if not rows:
                fail(f"no point where {condition}; {axis} has: {', '.join(known)}")
        return SweepTable(rows, self.axes, self.measures, self.title)

    def one_value_of_others(self, *drawn):
        """Points that differ in an axis that is not drawn must not be averaged: says so."""
        for axis in self.axes:
            known = list(dict.fromkeys(row[axis] for row in self.rows))
            if axis not in drawn and len(known) > 1:
                fail(f"the points also differ in {axis} ({', '.join(known)}): "
                     f"choose one, --where {axis}={known[0]}")

    def values(self, architecture, axis, measure):
        """[(the axis's value, [a number for each seed])] in the axis's order."""
        found = {}
        for row in self.rows:
            if row["architecture"] == architecture and row[measure] not in ("", None):
                found.setdefault(number_or_text(row[axis]), []).append(value_of(row, measure))
        return sorted(found.items()) if all(isinstance(k, float) for k in found) else list(
            found.items())

    def column(self, kind, name):
        """The name if the table has it; ends the script otherwise."""
        names = self.axes if kind == "axis" else self.measures
        if name is None:
            if not names:
                fail(f"the table has no {kind}")
            return names[0]
        if name not in names:
            fail(f"no {kind} \"{name}\"; the table has: {', '.join(names)}")
        return name


def value_of(row, measure):
    try:
        return float(row[measure])
    except ValueError:
        fail(f"point {row['point']}, {row['architecture']}: {measure} is no number: {row[measure]}")


def number_or_text(text):
    try:
        value = float(text)
        return value if math.isfinite(value) else text
    except ValueError:
        return text


def load_sweep(path):
    """A sweep's folder, or its points.csv alone."""
    path = pathlib.Path(path)
    table = path / "points.csv" if path.is_dir() else path
    with open_or_fail(table) as file:
        reader = csv.DictReader(file)
        columns = reader.fieldnames or []
        rows = list(reader)
    try:
        first, last = columns.index("point") + 1, columns.index("architecture")
        measures = columns[columns.index("status") + 1:]
    except ValueError:
        fail(f"{table}: not a sweep's table (columns point, ..., architecture, ..., status, ...)")
    if not rows:
        fail(f"{table}: no finished point yet")
    title = ""
    beside = table.parent / "sweep.json"
    if beside.exists():
        title = read_json(beside).get("question", "")
    return SweepTable(rows, columns[first:last], measures, title)
