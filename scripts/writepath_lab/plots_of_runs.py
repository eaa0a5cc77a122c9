"""Pictures of the results of `writepath run`."""
import matplotlib.ticker

from .picture import canvas, legend, line_style
from .program import fail
from .results import by_architecture, first_seeds

# The wait of the deciding acknowledgement, in the order in which it happens; one colour each.
BREAKDOWN_COLOURS = ["#56B4E9", "#999999", "#009E73", "#8C510A", "#E69F00", "#D55E00", "#BDD7E7",
                     "#CC79A7", "#6BAED6", "#000000"]
INPUT, EMERGENT = "#BBBBBB", ["#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9"]


def names_of(runs):
    return list(by_architecture(runs))


def title_of(runs):
    scenario = runs[0].scenario()
    return f"{scenario['name']}: {scenario.get('question', '')}"


def latency_percentiles(runs, args):
    """Commit latency on HdrHistogram's axis: each nine takes the same room."""
    figure, axis = canvas(args.title or title_of(runs), "percentile", "commit latency (ms)")
    look, deepest = line_style(names_of(runs)), 10.0
    for run in first_seeds(runs):
        points = [(1 / (1 - p), ms) for p, ms in run.latencies() if p < 1]
        if points:
            deepest = max(deepest, points[-1][0])
            style = dict(look[run.architecture], marker="")
            axis.plot(*zip(*points), drawstyle="steps-post", **style)
    axis.set_xscale("log")
    axis.set_yscale("log")
    nines = [1, 2, 10, 100, 1000, 10000, 100000, 1000000]
    labels = ["0", "50", "90", "99", "99.9", "99.99", "99.999", "99.9999"]
    shown = [(n, label) for n, label in zip(nines, labels) if n <= deepest]
    axis.set_xticks([n for n, _ in shown], [label + " %" for _, label in shown])
    axis.minorticks_off()
    plain_numbers(axis.yaxis)
    legend(axis)
    return figure


def latency_cdf(runs, args):
    figure, axis = canvas(args.title or title_of(runs), "commit latency (ms)",
                          "commits acknowledged within (%)")
    look = line_style(names_of(runs))
    for run in first_seeds(runs):
        points = [(ms, 100 * p) for p, ms in run.latencies()]
        if points:
            axis.plot(*zip(*points), drawstyle="steps-post",
                      **dict(look[run.architecture], marker=""))
    axis.set_xscale("log")
    plain_numbers(axis.xaxis)
    axis.set_ylim(0, 101)
    legend(axis)
    return figure


def lag_over_time(runs, args):
    """Each replica's lag, and grey bars while a fault lasts."""
    metric = args.measure or "replica_lag_ms"
    figure, axis = canvas(args.title or title_of(runs), "time (s)", metric)
    look, drawn = line_style(names_of(runs)), False
    for run in first_seeds(runs):
        for number, (times, values) in enumerate(run.series(metric).values()):
            style = dict(look[run.architecture], marker="")
            if number:
                style.update(label="_", alpha=0.6)
            axis.plot(times, values, **style)
            drawn = True
    if not drawn:
        fail(f"no samples of {metric} in these results' timeseries.csv")
    axis.set_yscale("symlog", linthresh=1)  # lag may be negative
    plain_numbers(axis.yaxis)
    fault_bars(axis, runs[0])
    legend(axis)
    return figure


def throughput_dip(runs, args):
    """Commits a second around a fault; below, what the time until commits again was spent on."""
    fault = chosen_fault(runs, args.fault)
    chosen = first_seeds(runs)
    figure, (axis, parts) = canvas(args.title or title_of(runs), "time (s)", "commits per s",
                                   size=(7.2, 5.4), rows=2)
    at_s = fault_begin(runs[0], fault)
    look, end = line_style(names_of(runs)), at_s
    colours = {}
    for place, run in enumerate(chosen):
        times, values = run.series("commits_per_s").get("", ([], []))
        axis.plot(times, values, drawstyle="steps-post",
                  **dict(look[run.architecture], marker=""))
        outcome = next((f for f in run.summary["faults"] if f["id"] == fault), {})
        left = at_s
        for part in outcome.get("rto_parts") or []:
            name = part["name"].removesuffix("_s").replace("_", " ")
            given = part["kind"] == "input"
            colour = colours.setdefault(
                name, EMERGENT[len(colours) % len(EMERGENT)] if not given else INPUT)
            parts.barh(place, part["s"], left=left, color=colour, edgecolor="white",
                       hatch="//" if given else "", label=name + (" (input)" if given else ""))
            left += part["s"]
        end = max(end, left)
        rto = outcome.get("rto_s")
        parts.text(left, place, "  never" if outcome.get("censored") else
                   f"  {rto:.3g} s" if rto is not None else "  -", va="center", fontsize=9)
    parts.set_yticks(range(len(chosen)), [run.architecture for run in chosen])
    parts.set_ylabel("until commits again")
    parts.invert_yaxis()
    room = max(end - at_s, 5)
    axis.set_xlim(max(0, at_s - 0.5 * room), end + room)
    fault_bars(axis, runs[0])
    axis.set_ylim(bottom=0)
    legend(axis)
    handles, labels = parts.get_legend_handles_labels()
    unique = dict(zip(labels, handles))
    figure.legend(unique.values(), unique.keys(), loc="lower center", fontsize=8, ncol=4)
    figure.get_layout_engine().set(rect=(0, 0.12, 1, 0.88))
    return figure


def breakdown(runs, args):
    """Of what the mean commit latency is made."""
    chosen = first_seeds(runs)
    figure, axis = canvas(args.title or title_of(runs), "mean commit latency (ms)", "",
                          size=(7.2, 2.4 + 0.5 * len(chosen)))
    names = list(chosen[0].summary["commit_latency_breakdown_ms"])
    left = [0.0] * len(chosen)
    for name, colour in zip(names, BREAKDOWN_COLOURS):
        values = [run.summary["commit_latency_breakdown_ms"].get(name) or 0 for run in chosen]
        if any(values):
            axis.barh(range(len(chosen)), values, left=left, color=colour, edgecolor="white",
                      label=name.replace("_", " "))
            left = [a + b for a, b in zip(left, values)]
    for place, whole in enumerate(left):  # a bar may be too short to be seen beside another
        shown = f"{whole:,.0f}" if whole >= 100 else f"{whole:.3g}"
        axis.text(whole, place, f"  {shown} ms", va="center", fontsize=9)
    axis.margins(x=0.15)
    axis.set_xlim(left=0)
    axis.set_yticks(range(len(chosen)), [run.architecture for run in chosen])
    axis.invert_yaxis()
    axis.grid(axis="y", visible=False)
    figure.legend(*axis.get_legend_handles_labels(), loc="lower center", ncol=4, fontsize=8)
    figure.get_layout_engine().set(rect=(0, 0.2, 1, 0.8))
    return figure


def stale(runs, args):
    """P(a replica does not show it yet, t after the commit was acknowledged)."""
    figure, axis = canvas(args.title or title_of(runs), "t after the acknowledgement (ms)",
                          "P(stale)")
    look = line_style(names_of(runs))
    for run in first_seeds(runs):
        metrics = run.summary["metrics"]
        points = sorted((float(key.split("_")[-1].removesuffix("ms")), value)
                        for key, value in metrics.items()
                        if key.startswith("stale_read_probability_") and value is not None)
        if points:
            axis.plot(*zip(*points), **look[run.architecture])
    axis.set_xscale("log")
    plain_numbers(axis.xaxis)
    axis.set_ylim(-0.02, 1.02)
    legend(axis)
    return figure


def plain_numbers(axis):
    axis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:g}"))


def fault_begin(run, fault):
    begins = [entry["begin_s"] for entry in run.summary["timeline"]
              if entry["subject"] == f"fault {fault}"]
    if not begins:
        fail(f"the time line of {run.folder} has no fault \"{fault}\"")
    return begins[0]


def chosen_fault(runs, given):
    known = [fault["id"] for fault in runs[0].summary["faults"]]
    if not known:
        fail("these runs had no fault; the standard battery's runs have no time series")
    if given is not None and given not in known:
        fail(f"no fault \"{given}\"; these runs had: {', '.join(known)}")
    return given or known[0]


def fault_bars(axis, run):
    low, high = axis.get_xlim()
    for entry in run.summary["timeline"]:
        # What lies outside would still take its room in the layout.
        inside = entry["begin_s"] < high and entry["end_s"] > low
        if entry["subject"].startswith("fault ") and inside:
            axis.axvspan(entry["begin_s"], min(entry["end_s"], high), color="#000000", alpha=0.08,
                         linewidth=0)
            axis.text(max(entry["begin_s"], low), 0.98, " " + entry["subject"].removeprefix("fault "),
                      transform=axis.get_xaxis_transform(), va="top", fontsize=8)
    axis.set_xlim(low, high)
