"""The figures of a run's page that are bars: parts of a time, and who was what when."""
from . import over_seeds
from .colours import PALETTE
from .report_page import axis

# Parts of a whole: told apart by the colour-blind, and none is lost on black.
BARS = [*(colour for colour in PALETTE if colour != "#000000"), "#999999", "#8C510A"]
GIVEN = {"color": "#999999", "pattern": {"shape": "/"}}  # what options set, not the mechanism
# In this order, so that a state has the same colour on every page.
STATES = {"primary": "#0072B2", "replica": "#56B4E9", "storage": "#009E73", "client": "#CC79A7",
          "monitor": "#8C510A", "flow": "#009E73", "stopped": "#D55E00", "down": "#D55E00"}
ROW_PX, AROUND_PX = 34, 90  # the legend comes on top of that: report_fit.js


def height_of(rows):
    return rows * ROW_PX + AROUND_PX


def fault_ids(runs):
    """Every fault, and every strike of one, that any architecture met, in their order."""
    return list(dict.fromkeys(f["id"] for run in runs for f in run.summary["faults"]))


def fault_of(run, fault):
    return next((f for f in run.summary["faults"] if f["id"] == fault), {})


def bar_axes(title):
    # The first architecture on top, as in the tables.
    return {"barmode": "stack", "xaxis": axis(title),
            "yaxis": axis("", type="category", autorange="reversed")}


def bar(name, look, rows):
    """rows: [(architecture, length)]"""
    return {"type": "bar", "orientation": "h", "name": name, "marker": look,
            "y": [row for row, _ in rows], "x": [length for _, length in rows]}


def add_parts(page, groups):
    """groups: {architecture: its runs, one for each seed}"""
    runs = [run for own in groups.values() for run in own]
    note = over_seeds.note(runs, "parts")
    rows = {}
    for name, own in groups.items():
        for part, ms in over_seeds.breakdown(own).items():
            rows.setdefault(part, []).append((name, ms))
    parts = [bar(part.replace("_", " "), {"color": BARS[place % len(BARS)]}, lengths)
             for place, (part, lengths) in enumerate(rows.items())]
    page.figure("Of what the mean commit latency is made", [t for t in parts if any(t["x"])],
                bar_axes("ms"), height_px=height_of(len(groups)), note=note)
    for fault in fault_ids(runs):
        rto_figure(page, groups, fault, f"Fault {fault}: until commits again")


def rto_figure(page, groups, fault, heading):
    rows = {}
    for name, own in groups.items():
        for part, kind, s in over_seeds.rto_parts(own, fault):
            rows.setdefault((part, kind), []).append((name, s))
    parts = [bar(part.removesuffix("_s").replace("_", " ") + f" ({kind})",
                 GIVEN if kind == "input" else {"color": BARS[place % len(BARS)]}, lengths)
             for place, ((part, kind), lengths) in enumerate(rows.items())]
    words = "; ".join(f"{name}: {over_seeds.rto_words(own, fault)}" for name, own in groups.items())
    runs = [run for own in groups.values() for run in own]
    page.figure(heading, [t for t in parts if any(t["x"])], bar_axes("s"),
                height_px=height_of(len(groups)), note=f"{over_seeds.note(runs, 'parts')}; {words}")


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
            one = bars.setdefault(e["state"], {**bar(e["state"], state_look(e["state"]), []), "base": []})
            one["base"].append(e["begin_s"])
            one["x"].append(e["end_s"] - e["begin_s"])
            one["y"].append(e["subject"])
    data = list(bars.values())
    if instants["x"]:
        data.append({"type": "scatter", "mode": "markers", "name": "moments (point at them)",
                     "marker": {"color": "#000000", "symbol": "diamond", "size": 8}, **instants})
    page.figure(f"Who was what when: {run.architecture}", data,
                {**bar_axes("time (s)"), "barmode": "overlay",
                 "yaxis": axis("", type="category", autorange="reversed",
                               categoryorder="array", categoryarray=list(subjects))},
                height_px=height_of(len(subjects)), numbers=False, note=f"seed {run.seed}")
