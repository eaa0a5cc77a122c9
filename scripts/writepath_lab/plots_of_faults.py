"""Pictures of what a fault did to runs: when commits stopped, and what the time until they came back
was spent on."""
from . import over_seeds
from .colours import EMERGENT, INPUT
from .picture import canvas, legend, line_style, name_letters, put_names, row_inches
from .plots_of_runs import BAND, title_of
from .program import fail

LEVELS = 8  # of names of faults above each other
LETTER = 1 / 95  # of the axis's width


def throughput_dip(runs, args):
    """Commits a second around a fault; below, what the time until commits again was spent on."""
    fault = chosen_fault(runs, args.fault)
    groups = over_seeds.grouped(runs)
    rows = row_inches(groups) * len(groups)
    figure, (axis, parts) = canvas(args.title or title_of(runs), "time (s)", "commits per s",
                                   size=(7.2, 3.7 + rows), rows=2, heights=[2.4, rows],
                                   beside=name_letters(groups))
    at_s = fault_begin(runs, fault)
    look, end, colours = line_style(groups), at_s, {}
    for place, (name, own) in enumerate(groups.items()):
        nodes, band = over_seeds.series(own, "commits_per_s")
        axis.plot(*nodes.get("", ([], [])), drawstyle="steps-post", **dict(look[name], marker=""))
        if band and band[0]:
            axis.fill_between(*band, step="post", color=look[name]["color"], **BAND)
        end = max(end, draw_parts(parts, place, over_seeds.rto_parts(own, fault), at_s, colours,
                                  over_seeds.rto_words(own, fault)))
    put_names(parts, list(groups))
    parts.set_ylabel("until commits\nagain")
    room = max(end - at_s, 5)
    axis.set_xlim(max(0, at_s - 0.5 * room), end + room)
    fault_bars(axis, next(run for run in runs if begins(run, fault)))
    axis.set_ylim(bottom=0)
    note = over_seeds.note(runs, "one")
    if len(runs) > len(groups):
        note += f"; until commits again: {over_seeds.note(runs, 'parts')}"
    handles, labels = parts.get_legend_handles_labels()
    legend(axis, note, dict(zip(labels, handles)))
    return figure


def draw_parts(axis, place, parts, at_s, colours, words):
    """One architecture's row; returns where it ends."""
    left = at_s
    for name, kind, seconds in parts:
        name, given = name.removesuffix("_s").replace("_", " "), kind == "input"
        colour = INPUT if given else colours.setdefault(name, EMERGENT[len(colours) % len(EMERGENT)])
        axis.barh(place, seconds, left=left, color=colour, edgecolor="white",
                  hatch="//" if given else "", label=name + (" (input)" if given else ""))
        left += seconds
    axis.text(left, place, f"  {words}", va="center", fontsize=9)
    return left


def begins(run, fault):
    return [e["begin_s"] for e in run.summary["timeline"] if e["subject"] == f"fault {fault}"]


def fault_begin(runs, fault):
    """Of the first run that met it: an architecture may have nothing that the fault strikes."""
    found = [at for run in runs for at in begins(run, fault)]
    if not found:
        fail(f"no time line of these runs has the fault \"{fault}\"")
    return found[0]


def chosen_fault(runs, given):
    known = list(dict.fromkeys(fault["id"] for run in runs for fault in run.summary["faults"]))
    if not known:
        fail("these runs had no fault; of the standard battery, give the folders ARCHITECTURE/battery/FAULT")
    if given is not None and given not in known:
        fail(f"no fault \"{given}\"; these runs had: {', '.join(known)}")
    return given or known[0]


def fault_bars(axis, run):
    """Grey while a fault lasts. Names that would lie over each other go one line lower."""
    low, high = axis.get_xlim()
    taken, unnamed = [], 0  # taken: where the last name of each line ends, as a share of the axis
    for entry in run.summary["timeline"]:
        # What lies outside would still take its room in the layout.
        inside = entry["begin_s"] < high and entry["end_s"] > low
        if not entry["subject"].startswith("fault ") or not inside:
            continue
        axis.axvspan(entry["begin_s"], min(entry["end_s"], high), color="#000000", alpha=0.08,
                     linewidth=0)
        name = entry["subject"].removeprefix("fault ")
        begin = (max(entry["begin_s"], low) - low) / (high - low)
        width = (len(name) + 2) * LETTER
        begin = max(0, min(begin, 1 - width))
        level = next((i for i, end in enumerate(taken) if end <= begin), len(taken))
        if level >= LEVELS:
            unnamed += 1
            continue
        taken[level:level + 1] = [begin + width]
        put_name(axis, begin, level, name, "left")
    if unnamed:
        put_name(axis, 1, LEVELS, f"and {unnamed} more", "right")
    axis.set_xlim(low, high)


def put_name(axis, x, level, text, aligned):
    axis.annotate(text, (x, 1), xycoords="axes fraction", xytext=(3 if aligned == "left" else -3, -3 - 10 * level),
                  textcoords="offset points", va="top", ha=aligned, fontsize=8)
