"""Pictures of the results of `writepath run`: all seeds of each architecture."""
import matplotlib.ticker

from . import over_seeds
from .colours import BREAKDOWN
from .picture import (canvas, legend, line_style, logarithmic, name_letters, plain_numbers, put_below,
                      put_names, row_inches)
from .program import fail

BAND = {"alpha": 0.18, "linewidth": 0}
NO_COMMIT = "no commit was acknowledged in these runs"


def title_of(runs):
    scenario = runs[0].scenario()
    return f"{scenario['name']}: {scenario.get('question', '')}"


def latency_percentiles(runs, args):
    """Commit latency on HdrHistogram's axis: each nine takes the same room."""
    figure, axis = canvas(args.title or title_of(runs), "percentile", "commit latency (ms)")
    groups, deepest = over_seeds.grouped(runs), 10.0
    look = line_style(groups)
    for name, own in groups.items():
        points = [(1 / (1 - share), *rest) for share, *rest in over_seeds.pooled_latencies(own)
                  if share < 1]
        if points:
            xs, values, lows, highs = zip(*points)
            deepest = max(deepest, xs[-1])
            axis.plot(xs, values, **dict(look[name], marker=""))
            if len(own) > 1:
                axis.fill_between(xs, lows, highs, color=look[name]["color"], **BAND)
    drawn_or_fail(axis, NO_COMMIT)
    axis.set_xscale("log")
    logarithmic(axis, "y", values_of(axis))
    nines = [1, 2, 10, 100, 1000, 10000, 100000, 1000000]
    labels = ["0", "50", "90", "99", "99.9", "99.99", "99.999", "99.9999"]
    shown = [(n, label) for n, label in zip(nines, labels) if n <= deepest]
    axis.set_xticks([n for n, _ in shown], [label for _, label in shown])
    axis.xaxis.set_minor_locator(matplotlib.ticker.NullLocator())
    legend(axis, over_seeds.note(runs, "pooled"))
    return figure


def latency_cdf(runs, args):
    figure, axis = canvas(args.title or title_of(runs), "commit latency (ms)",
                          "commits acknowledged within (%)")
    groups = over_seeds.grouped(runs)
    look = line_style(groups)
    for name, own in groups.items():
        points = over_seeds.pooled_latencies(own)
        if points:
            shares, values, lows, highs = zip(*points)
            percents = [100 * share for share in shares]
            axis.plot(values, percents, **dict(look[name], marker=""))
            if len(own) > 1:
                axis.fill_betweenx(percents, lows, highs, color=look[name]["color"], **BAND)
    drawn_or_fail(axis, NO_COMMIT)
    logarithmic(axis, "x", values_of(axis, "x"))
    axis.set_ylim(0, 101)
    legend(axis, over_seeds.note(runs, "pooled"))
    return figure


def lag_over_time(runs, args):
    """Each replica's lag, and grey bars while a fault lasts."""
    from .plots_of_faults import fault_bars
    metric = args.measure or "replica_lag_ms"
    figure, axis = canvas(args.title or title_of(runs), "time (s)", metric)
    groups = over_seeds.grouped(runs)
    look = line_style(groups)
    for name, own in groups.items():
        nodes, band = over_seeds.series(own, metric)
        for number, (times, values) in enumerate(nodes.values()):
            style = dict(look[name], marker="")
            if number:
                style.update(label="_", alpha=0.6)
            axis.plot(times, values, **style)
        if band and band[0]:
            axis.fill_between(*band, color=look[name]["color"], **BAND)
    drawn_or_fail(axis, f"no samples of {metric} in these results' timeseries.csv")
    logarithmic(axis, "y", [0, *values_of(axis)])  # lag may be negative
    fault_bars(axis, runs[0])
    legend(axis, over_seeds.note(runs, "one"))
    return figure


def breakdown(runs, args):
    """Of what the mean commit latency is made."""
    groups = over_seeds.grouped(runs)
    figure, axis = canvas(args.title or title_of(runs), "mean commit latency (ms)", "",
                          size=(7.2, 1.6 + row_inches(groups) * len(groups)), beside=name_letters(groups))
    parts = {name: over_seeds.breakdown(own) for name, own in groups.items()}
    if not any(value for own in parts.values() for value in own.values()):
        fail(NO_COMMIT)
    left = [0.0] * len(groups)
    for part, colour in zip(dict.fromkeys(p for own in parts.values() for p in own), BREAKDOWN):
        values = [own.get(part) or 0 for own in parts.values()]
        if any(values):
            axis.barh(range(len(groups)), values, left=left, color=colour, edgecolor="white",
                      label=part.replace("_", " "))
            left = [a + b for a, b in zip(left, values)]
    for place, (whole, own) in enumerate(zip(left, groups.values())):
        # Said in words, too: a bar may be too short to be seen beside another.
        axis.text(whole, place, "  " + total_words(whole, over_seeds.breakdown_totals(own)),
                  va="center", fontsize=9)
    axis.margins(x=0.3 if len(runs) > len(groups) else 0.15)
    axis.set_xlim(left=0)
    put_names(axis, list(groups))
    axis.grid(axis="y", visible=False)
    handles, labels = axis.get_legend_handles_labels()
    put_below(figure, dict(zip(labels, handles)), over_seeds.note(runs, "parts"))
    return figure


def total_words(mean, seeds):
    def said(ms):
        return f"{ms:,.0f}" if ms >= 100 else f"{ms:.3g}"
    low, high = said(min(seeds)), said(max(seeds))
    return f"{said(mean)} ms" + (f" ({low} to {high})" if low != high else "")


def stale(runs, args):
    """P(a replica does not show it yet, t after the commit was acknowledged)."""
    figure, axis = canvas(args.title or title_of(runs), "t after the acknowledgement (ms)",
                          "P(stale)")
    groups = over_seeds.grouped(runs)
    look = line_style(groups)
    for name, own in groups.items():
        points = over_seeds.stale(own)
        if points:
            times, means, lows, highs = zip(*points)
            axis.plot(times, means, **look[name])
            if len(own) > 1:
                axis.fill_between(times, lows, highs, color=look[name]["color"], **BAND)
    drawn_or_fail(axis, "no commit became visible on a replica in these runs")
    axis.set_xscale("log")
    plain_numbers(axis.xaxis)
    axis.set_ylim(-0.02, 1.02)
    legend(axis, over_seeds.note(runs, "mean"))
    return figure


def values_of(axis, which="y"):
    return [value for line in axis.lines
            for value in (line.get_ydata() if which == "y" else line.get_xdata())]


def drawn_or_fail(axis, why):
    if not axis.lines:
        fail(why)
