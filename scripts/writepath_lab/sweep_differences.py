"""What a sweep sees between architectures: at each point each one against the baseline, paired by
seed. Made of the rows of points.csv, so that a page and a picture of them say the same."""
import csv
import io

from . import paired
from .sweep_file import words_of
from .sweep_table import value_of

COLUMNS = ["measure", "baseline", "architecture", "method", "pairs", "missing", "baseline_missing",
           "not_ok", "baseline_value", "value", "difference", "low", "high", "confidence", "seen"]


def at_point(architectures, baseline, measures, runs, confidence):
    """Yields (Difference, seeds in which a run of the two was not ok). runs: for each seed
    {architecture: (status, {measure: value})}; baseline: None for the first architecture."""
    baseline = baseline or architectures[0]
    if baseline not in architectures:
        return
    for name in architectures:
        if name == baseline:
            continue
        bad = sum(any(run.get(a, ("failed",))[0] != "ok" for a in (baseline, name)) for run in runs)
        for measure in measures:
            seeds = [{a: values.get(measure) for a, (_, values) in run.items()} for run in runs]
            yield paired.compared(measure, baseline, name, seeds, confidence), bad


def of_state(state, definition):
    """Of a running sweep's point."""
    return list(at_point(state.point.architectures, definition["baseline"], definition["measures"],
                         state.runs(), definition["repetitions"]["confidence"]))


def cells(difference, bad):
    d = difference
    return [d.measure, d.baseline, d.architecture, d.method, d.pairs, d.missing, d.baseline_missing, bad,
            d.baseline_value, d.value, d.estimate, d.low, d.high, d.confidence, d.seen]


def as_csv(definition, states):
    """differences.csv: points in the axes' order, then architectures, then measures."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["point", *(axis["name"] for axis in definition["axes"]), *COLUMNS])
    for state in states:
        for difference, bad in of_state(state, definition):
            rows.writerow("" if value is None else words_of(value) for value in
                          [state.point.id, *state.point.values, *cells(difference, bad)])
    return out.getvalue()


def of_table(sweep, measures, baseline, confidence):
    """[(values of the axes, Difference, seeds in which a run was not ok)] of a points.csv."""
    found = []
    for point, rows in sweep.points():
        seeds = {}
        for row in rows:
            values = {m: value_of(row, m) for m in measures if row[m] not in ("", None)}
            seeds.setdefault(row["seed"], {})[row["architecture"]] = row["status"], values
        architectures = list(dict.fromkeys(row["architecture"] for row in rows))
        found += [(point, *pair) for pair in at_point(
            architectures, baseline, measures, list(seeds.values()), confidence)]
    return found
