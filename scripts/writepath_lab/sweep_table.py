"""points.csv of a sweep as values."""
import csv
import math
import pathlib
from collections import Counter
from dataclasses import dataclass, replace

from .program import fail
from .results import open_or_fail, read_json


@dataclass
class SweepTable:
    """points.csv of a sweep: rows of texts, and what the columns are."""
    rows: list
    axes: list
    measures: list
    title: str = ""
    baseline: str | None = None  # of differences; None: each point's first architecture
    confidence: float = 0.95  # of intervals

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
        return self.cut(rows)

    def cut(self, rows):
        return replace(self, rows=rows)

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

    def standing(self, architecture, *axes):
        """{(value on each of the axes): how many runs ended with each status}"""
        found = {}
        for row in self.rows:
            if row["architecture"] == architecture:
                key = tuple(number_or_text(row[axis]) for axis in axes)
                found.setdefault(key, Counter())[row["status"]] += 1
        return found

    def points(self):
        """[(values of the axes, its rows)] in the table's order."""
        found = {}
        for row in self.rows:
            found.setdefault(tuple(row[axis] for axis in self.axes), []).append(row)
        return list(found.items())

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
    value = number_or_text(row[measure])
    if not isinstance(value, float):
        fail(f"point {row['point']}, {row['architecture']}: {measure} is no number: {row[measure]}")
    return value


def number_or_text(text):
    try:
        value = float(text)
        return value if math.isfinite(value) else text
    except ValueError:
        return text


def value_words(x):
    """An axis's value as number_or_text gives it."""
    return f"{x:g}" if isinstance(x, float) else str(x)


def load_sweep(path):
    """A sweep's folder, or its points.csv alone."""
    path = pathlib.Path(path)
    table = path / "points.csv" if path.is_dir() else path
    with open_or_fail(table) as file:
        try:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or []
            rows = list(reader)
        except (ValueError, csv.Error) as error:  # not UTF-8; a NUL
            fail(f"{table}: not a sweep's table ({error})")
    if any(None in row or None in row.values() for row in rows):
        fail(f"{table}: a row has more or fewer cells than the first line")
    try:
        first, last = columns.index("point") + 1, columns.index("architecture")
        measures = columns[columns.index("status") + 1:]
    except ValueError:
        fail(f"{table}: not a sweep's table (columns point, ..., architecture, ..., status, ...)")
    if not rows:
        fail(f"{table}: no finished point yet")
    given = {}
    beside = table.parent / "sweep.json"
    if beside.exists():
        given = of_definition(read_json(beside), beside)
    return SweepTable(rows, columns[first:last], measures, **given)


def of_definition(described, path):
    """What sweep.json says of a table."""
    try:
        given = {"title": described.get("question", ""), "baseline": described.get("baseline"),
                 "confidence": described.get("repetitions", {}).get("confidence", 0.95)}
    except AttributeError:
        given = {"title": None}
    if isinstance(given["title"], str) and isinstance(given["baseline"], (str, type(None))) and \
            isinstance(given["confidence"], float) and 0 < given["confidence"] < 1:
        return given
    fail(f"{path}: not what scripts/sweep.py writes")
