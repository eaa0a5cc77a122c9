"""The figures of a run's page, as Plotly's traces. One seed is drawn, the smallest."""
from .colours import PALETTE, styles
from .report_page import axis

# Parts of a whole: told apart by the colour-blind, and none is lost on black.
BARS = [*(colour for colour in PALETTE if colour != "#000000"), "#999999", "#8C510A"]
GIVEN = {"color": "#999999", "pattern": {"shape": "/"}}  # what options set, not the mechanism
PLOTLY_DASH = {"solid": "solid", "dashed": "dash", "dashdot": "dashdot", "dotted": "dot"}
NINES = {"tickvals": [1, 2, 10, 100, 1000, 10000, 100000],
         "ticktext": ["0", "50", "90", "99", "99.9", "99.99", "99.999"]}
# In this order, so that a state has the same colour on every page.
STATES = {"primary": "#0072B2", "replica": "#56B4E9", "storage": "#009E73", "client": "#CC79A7",
          "monitor": "#8C510A", "flow": "#009E73", "stopped": "#D55E00", "down": "#D55E00"}
ROW_PX, AROUND_PX = 34, 90  # the legend comes on top of that: report_page.js


def line_of(names):
    return {name: {"color": colour, "dash": PLOTLY_DASH[dash]}
            for name, (colour, dash, _) in styles(names).items()}


def fault_ids(runs):
    """Every fault, and every strike of one, that any architecture met, in their order."""
    return list(dict.fromkeys(f["id"] for run in runs for f in run.summary["faults"]))


def fault_of(run, fault):
    return next((f for f in run.summary["faults"] if f["id"] == fault), {})


def add_figures(page, first):
    line = line_of([run.architecture for run in first])

    def traces(points_of, **more):
        found = []
        for run in first:
            xs, ys = points_of(run)
            if xs:
                found.append({"type": "scatter", "mode": "lines", "name": run.architecture, "x": xs,
                              "y": ys, "line": line[run.architecture], **more})
        return found
    bars = fault_shapes(first)
    page.figure("Commit latency by percentile", traces(percentiles), {
        "xaxis": axis("percentile", type="log", **NINES),
        "yaxis": axis("commit latency (ms)", type="log", dtick=1)})
    page.figure("Commits over time",
                traces(lambda run: run.series("commits_per_s").get("", ([], []))),
                {"xaxis": axis("time (s)"), "yaxis": axis("commits per s", rangemode="tozero"), **bars})
    page.figure("Replica lag over time", lag_traces(first, line),
                {"xaxis": axis("time (s)"), "yaxis": axis("replica lag (ms)"), **bars})
    page.figure("P(stale) after the acknowledgement",
                traces(stale_points, mode="lines+markers"),
                {"xaxis": axis("t (ms)", type="log", dtick=1),
                 "yaxis": axis("P(stale)", range=[-0.02, 1.02])})
    add_breakdown(page, first)
    for fault in fault_ids(first):
        add_rto(page, first, fault)


def percentiles(run):
    points = [(1 / (1 - p), ms) for p, ms in run.latencies() if p < 1 and ms > 0]
    return [x for x, _ in points], [y for _, y in points]


def lag_traces(first, line):
    found = []
    for run in first:
        for place, (node, (xs, ys)) in enumerate(run.series("replica_lag_ms").items()):
            # One entry in the legend for an architecture; it shows and hides all its replicas.
            found.append({"type": "scatter", "mode": "lines", "x": xs, "y": ys,
                          "name": f"{run.architecture} {node}" if place else run.architecture,
                          "legendgroup": run.architecture, "showlegend": place == 0,
                          "hovertemplate": f"{plain(run.architecture)} {plain(node)}: %{{y:.4g}} ms at "
                                           "%{x:.4g} s<extra></extra>",
                          "line": line[run.architecture]})
    return found


def plain(text):
    """Plotly reads markup in texts, and %{...} in templates: a name has neither."""
    return text.replace("<", "&lt;").replace("%{", "% {")


def stale_points(run):
    points = sorted((float(key.split("_")[-1].removesuffix("ms")), value)
                    for key, value in run.summary["metrics"].items()
                    if key.startswith("stale_read_probability_") and value is not None)
    return [x for x, _ in points], [y for _, y in points]


def height_of(rows):
    return rows * ROW_PX + AROUND_PX


def bar_axes(title):
    # The first architecture on top, as in the tables.
    return {"barmode": "stack", "xaxis": axis(title),
            "yaxis": axis("", type="category", autorange="reversed")}


def add_breakdown(page, first):
    parts = dict.fromkeys(p for run in first for p in run.summary["commit_latency_breakdown_ms"])
    stacked = [{"type": "bar", "orientation": "h", "name": part.replace("_", " "),
                "marker": {"color": BARS[place % len(BARS)]},
                "y": [run.architecture for run in first],
                "x": [run.summary["commit_latency_breakdown_ms"].get(part) or 0 for run in first]}
               for place, part in enumerate(parts)]
    page.figure("Of what the mean commit latency is made", [t for t in stacked if any(t["x"])],
                bar_axes("ms"), height_px=height_of(len(first)))


def add_rto(page, first, fault):
    parts = {}
    for run in first:
        for part in fault_of(run, fault).get("rto_parts") or []:
            name = part["name"].removesuffix("_s").replace("_", " ") + f" ({part['kind']})"
            look = GIVEN if part["kind"] == "input" else {"color": BARS[len(parts) % len(BARS)]}
            trace = parts.setdefault(name, {"type": "bar", "orientation": "h", "name": name,
                                            "x": [], "y": [], "marker": look})
            trace["x"].append(part["s"])
            trace["y"].append(run.architecture)
    parts = [trace for trace in parts.values() if any(trace["x"])]
    if parts:
        page.figure(f"Fault {fault}: until commits again", parts, bar_axes("s"),
                    height_px=height_of(len(first)))


def fault_shapes(runs):
    """Grey bars, as long as each fault lasts."""
    spans = dict.fromkeys((e["begin_s"], e["end_s"]) for run in runs
                          for e in run.summary["timeline"] if e["subject"].startswith("fault "))
    return {"shapes": [
        {"type": "rect", "xref": "x", "yref": "paper", "x0": begin, "x1": end, "y0": 0, "y1": 1,
         "fillcolor": "#888888", "opacity": 0.18, "line": {"width": 0}} for begin, end in spans]}


def state_look(state):
    """What the state's first word says; hatched where something is wrong with it."""
    word, _, trouble = state.partition(",")
    look = {"color": STATES.get(word.split(" ")[0], "#999999")}
    return {**look, "pattern": {"shape": "x"}} if trouble or word.startswith("down") else look


def timeline_figure(page, run):
    """Who was what when: a row for each subject, a bar for each state, a tick for each instant."""
    bars, instants = {}, {"x": [], "y": [], "text": []}
    subjects = dict.fromkeys(e["subject"] for e in run.summary["timeline"])
    for e in run.summary["timeline"]:
        if e["end_s"] == e["begin_s"]:
            instants["x"].append(e["begin_s"])
            instants["y"].append(e["subject"])
            instants["text"].append(e["state"])
        elif not e["state"].startswith("waits as configured"):
            bar = bars.setdefault(e["state"], {
                "type": "bar", "orientation": "h", "name": e["state"], "base": [], "x": [], "y": [],
                "marker": state_look(e["state"])})
            bar["base"].append(e["begin_s"])
            bar["x"].append(e["end_s"] - e["begin_s"])
            bar["y"].append(e["subject"])
    data = list(bars.values())
    if instants["x"]:
        data.append({"type": "scatter", "mode": "markers", "name": "moments (point at them)",
                     "marker": {"color": "#000000", "symbol": "diamond", "size": 8}, **instants})
    page.figure(f"Who was what when: {run.architecture}", data,
                {**bar_axes("time (s)"), "barmode": "overlay",
                 "yaxis": axis("", type="category", autorange="reversed",
                               categoryorder="array", categoryarray=list(subjects))},
                height_px=height_of(len(subjects)), numbers=False)
