"""What a sweep's page says of differences between architectures: a table, and a figure where there
are intervals to draw."""
from .report_figures import band
from .report_page import axis, escape, number, table
from .sweep_differences import of_table
from .sweep_show import caution
from .sweep_table import number_or_text

MOST_ROWS_UNFOLDED = 30


def add_differences(page, sweep, definition):
    """The section; nothing where no point has two architectures."""
    found = of_table(sweep, sweep.measures, sweep.baseline, sweep.confidence)
    if not found:
        return
    rows = [[*point, d.measure, d.architecture, d.seen, number(d.estimate), interval_text(d),
             number(d.baseline_value), number(d.value), d.pairs, bad] for point, d, bad in found]
    baselines = " or ".join(dict.fromkeys(d.baseline for _, d, _ in found))
    first = len(sweep.axes)
    body = table(f"Each architecture against {baselines}, paired by seed", [
        *sweep.axes, "measure", "architecture", "seen", "difference", "interval", baselines, "it has", "pairs",
        "not ok"], rows, text_columns=(first, first + 1, first + 2))
    if len(rows) > MOST_ROWS_UNFOLDED:
        body = f"<details><summary>All {len(rows)} rows</summary>{body}</details>"
    seen = {}
    for _, d, _ in found:
        seen[d.seen] = seen.get(d.seen, 0) + 1
    said = ", ".join(f"{count} {words}" for words, count in seen.items())
    page.section(f"Differences from {baselines}", f"<p>{escape(said)}.</p>\n{body}")
    page.note(f"Means: the mean of the seeds' differences, by Student's t; percentiles and maxima: their "
              f"median, by order statistics. Each interval has {sweep.confidence * 100:g} % by itself; "
              '"no difference seen" does not say that there is none.')
    for text in caution(definition):
        page.note(text[0].upper() + text[1:] + ".")


def interval_text(d):
    return f"{d.needed} pairs needed" if d.low is None else f"{number(d.low)} to {number(d.high)}"


def add_difference(page, heading, part, along, measure, line):
    """A figure of one cut of the table; none where no point has an interval."""
    place, found = part.axes.index(along), {}
    for point, d, bad in of_table(part, [measure], part.baseline, part.confidence):
        if d.low is not None:
            found.setdefault(d.architecture, []).append((number_or_text(point[place]), d, bad))
    data = []
    for name, points in found.items():
        if all(isinstance(x, float) for x, _, _ in points):
            points.sort(key=lambda point: point[0])
        xs = [x for x, _, _ in points]
        data.append(band(name, line[name], xs, [d.low for _, d, _ in points],
                         [d.high for _, d, _ in points]))
        data.append({"type": "scatter", "mode": "lines+markers", "name": name, "legendgroup": name, "x": xs,
                     "y": [d.estimate for _, d, _ in points], "line": line[name],
                     "text": [d.seen + (f", {bad} seeds not ok" if bad else "") for _, d, bad in points],
                     "marker": {"symbol": ["circle-open" if bad else "circle" for _, _, bad in points],
                                "size": [12 if bad else 6 for _, _, bad in points]}})
    if data:
        baselines = " or ".join(dict.fromkeys(d.baseline for points in found.values() for _, d, _ in points))
        page.figure(f"{heading}: difference from {baselines}", data,
                    {"xaxis": axis(along), "yaxis": axis(f"difference in {measure}", zeroline=True,
                                                         zerolinewidth=3, zerolinecolor="#888888")})
