"""The page of a sweep: each measure against each axis, and all points in a table."""
import json

from .intervals import mean_interval
from .report_of_runs import line_of
from .report_page import Page, axis, escape, number, table
from .results import SweepTable, read_json

CONFIDENCE = 0.95


def slices(sweep, along):
    """The table cut so that only `along` differs: [(title, part)]."""
    others = [name for name in sweep.axes if name != along]
    cuts = dict.fromkeys(tuple(row[name] for name in others) for row in sweep.rows)
    for cut in cuts:
        rows = [row for row in sweep.rows if tuple(row[name] for name in others) == cut]
        title = ", ".join(f"{name} = {value}" for name, value in zip(others, cut))
        yield title, SweepTable(rows, sweep.axes, sweep.measures, sweep.title)


def band(colour, xs, lows, highs):
    return {"type": "scatter", "x": xs + xs[::-1], "y": highs + lows[::-1], "fill": "toself",
            "fillcolor": colour, "opacity": 0.18, "line": {"width": 0}, "hoverinfo": "skip",
            "showlegend": False, "name": "95 % confidence"}


def traces(part, along, measure, line):
    found = []
    for name in part.architectures():
        points = [(x, *mean_interval(values, CONFIDENCE))
                  for x, values in part.values(name, along, measure)]
        if not points:
            continue
        xs = [x for x, _, _ in points]
        if all(half is not None for _, _, half in points):
            found.append(band(line[name]["color"], xs, [m - h for _, m, h in points],
                              [m + h for _, m, h in points]))
        found.append({"type": "scatter", "mode": "lines+markers", "name": name, "x": xs,
                      "y": [mean for _, mean, _ in points], "line": line[name]})
    return found


def answer(sweep, measure):
    """The ends of the axis, in words: the reader sees at once whether it matters."""
    along = sweep.axes[0]
    words = []
    for title, part in slices(sweep, along):
        for name in part.architectures():
            points = part.values(name, along, measure)
            if not points:
                continue
            texts = []
            for x, values in (points[0], points[-1]):
                mean, half = mean_interval(values, CONFIDENCE)
                spread = f" ± {number(half)}" if half is not None else ""
                texts.append(f"{number(mean)}{spread} at {along} = {number(x)}")
            words.append(f"{name}{' (' + title + ')' if title else ''}: " + ", ".join(texts))
        if len(words) >= 4:
            break
    return f"{measure}: " + "; ".join(words) + "."


def page_of_sweep(sweep, folder):
    definition = read_json(folder / "sweep.json")
    measure = next((m for m in sweep.measures if m.startswith("replica_lag_ms")),
                   sweep.measures[0])
    page = Page(definition["name"], sweep.title, answer(sweep, measure))
    line = line_of(sweep.architectures())
    for along in sweep.axes:
        for title, part in slices(sweep, along):
            for name in sweep.measures:
                page.figure(f"{name} against {along}" + (f", {title}" if title else ""),
                            traces(part, along, name, line),
                            {"xaxis": axis(along), "yaxis": axis(name)})
        # With two axes each figure's other axis is in its title: once along each would be double.
        break
    rows = {}
    for row in sweep.rows:
        key = tuple(row[name] for name in sweep.axes) + (row["architecture"],)
        rows.setdefault(key, []).append(row)
    page.section("Results", table(
        "Means over seeds ± half the 95 % confidence interval (Student's t)",
        [*sweep.axes, "architecture", "runs", "not ok", *sweep.measures],
        [[*key, len(found), sum(r["status"] != "ok" for r in found),
          *(mean_text(found, m) for m in sweep.measures)] for key, found in rows.items()],
        text_columns=(len(sweep.axes),)))
    page.section("Reproduce", f"<p>The definition, as <code>{escape(definition['name'])}.json"
                 f"</code> for <code>scripts/sweep.py</code>; program "
                 f"{escape(definition.get('program', 'unknown'))}</p>"
                 f"<pre>{escape(json.dumps(definition, indent=2))}</pre>")
    return page


def mean_text(rows, measure):
    values = [float(row[measure]) for row in rows if row[measure] not in ("", None)]
    if not values:
        return "-"
    mean, half = mean_interval(values, CONFIDENCE)
    return number(mean) + (f" ± {number(half)}" if half is not None else "")
