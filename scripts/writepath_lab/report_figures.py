"""The figures of a run's page that are lines, as Plotly's traces. over_seeds.py says what they show."""
from . import over_seeds
from .colours import styles
from .report_page import axis

PLOTLY_DASH = {"solid": "solid", "dashed": "dash", "dashdot": "dashdot", "dotted": "dot"}
NINES = {"tickvals": [1, 2, 10, 100, 1000, 10000, 100000],
         "ticktext": ["0", "50", "90", "99", "99.9", "99.99", "99.999"]}


def line_of(names):
    return {name: {"color": colour, "dash": PLOTLY_DASH[dash]}
            for name, (colour, dash, _) in styles(names).items()}


def curve(name, line, xs, ys, **more):
    """In the legend, one entry shows and hides all that an architecture has in a figure."""
    return {"type": "scatter", "mode": "lines", "name": name, "legendgroup": name, "x": list(xs),
            "y": list(ys), "line": line, **more}


def band(name, line, xs, lows, highs):
    return {"type": "scatter", "mode": "lines", "name": name, "legendgroup": name,
            "x": [*xs, *reversed(xs)], "y": [*highs, *reversed(lows)], "fill": "toself",
            "fillcolor": line["color"], "opacity": 0.18, "line": {"width": 0}, "hoverinfo": "skip",
            "showlegend": False}


def add_lines(page, groups):
    """groups: {architecture: its runs, one for each seed}"""
    runs = [run for own in groups.values() for run in own]
    line = line_of(groups)
    bars = fault_shapes([own[0] for own in groups.values()])
    page.figure("Commit latency by percentile", latency_traces(groups, line), {
        "xaxis": axis("percentile", type="log", **NINES),
        "yaxis": axis("commit latency (ms)", type="log", dtick=1)}, note=over_seeds.note(runs, "pooled"))
    for heading, metric, title in (("Commits over time", "commits_per_s", "commits per s"),
                                   ("Replica lag over time", "replica_lag_ms", "replica lag (ms)")):
        page.figure(heading, series_traces(groups, line, metric),
                    {"xaxis": axis("time (s)"), "yaxis": axis(title, rangemode="tozero"), **bars},
                    note=over_seeds.note(runs, "one"))
    page.figure("P(stale) after the acknowledgement", stale_traces(groups, line),
                {"xaxis": axis("t (ms)", type="log", dtick=1),
                 "yaxis": axis("P(stale)", range=[-0.02, 1.02])}, note=over_seeds.note(runs, "mean"))


def with_band(name, own, line, xs, values, lows, highs, **more):
    found = [band(name, line[name], xs, lows, highs)] if len(own) > 1 else []
    return [*found, curve(name, line[name], xs, values, **more)]


def latency_traces(groups, line):
    found = []
    for name, own in groups.items():
        # A share of 1 and a latency of 0 have no place on these axes.
        points = [point for point in over_seeds.pooled_latencies(own) if point[0] < 1 and point[2] > 0]
        if points:
            shares, *values = zip(*points)
            found += with_band(name, own, line, [1 / (1 - share) for share in shares], *values,
                               customdata=[f"{100 * share:.6g}" for share in shares],
                               hovertemplate=f"{plain(name)}: %{{y:.4g}} ms at %{{customdata}} %"
                                             "<extra></extra>")
    return found


def series_traces(groups, line, metric):
    found = []
    for name, own in groups.items():
        nodes, whole = over_seeds.series(own, metric)
        if whole and whole[0]:
            found.append(band(name, line[name], *whole))
        for place, (node, (xs, ys)) in enumerate(nodes.items()):
            found.append(curve(f"{name} {node}" if place else name, line[name], xs, ys,
                               legendgroup=name, showlegend=place == 0,
                               hovertemplate=f"{plain(f'{name} {node}'.strip())}: %{{y:.4g}} at "
                                             "%{x:.4g} s<extra></extra>"))
    return found


def plain(text):
    """Plotly reads markup in texts, and %{...} in templates: a name has neither."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")


def stale_traces(groups, line):
    found = []
    for name, own in groups.items():
        points = over_seeds.stale(own)
        if points:
            found += with_band(name, own, line, *zip(*points), mode="lines+markers")
    return found


def fault_shapes(runs):
    """Grey bars, as long as each fault lasts."""
    spans = dict.fromkeys((e["begin_s"], e["end_s"]) for run in runs
                          for e in run.summary["timeline"] if e["subject"].startswith("fault "))
    return {"shapes": [
        {"type": "rect", "xref": "x", "yref": "paper", "x0": begin, "x1": end, "y0": 0, "y1": 1,
         "fillcolor": "#888888", "opacity": 0.18, "line": {"width": 0}} for begin, end in spans]}
