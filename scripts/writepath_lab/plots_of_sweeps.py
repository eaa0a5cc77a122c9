"""Pictures of a sweep's points.csv."""
import math
import textwrap

from matplotlib.patheffects import Normal, Stroke

from .intervals import mean_interval
from .picture import canvas, legend, line_style, put_title
from .plots_of_runs import plain_numbers
from .program import fail
from .results import read_json
from .standing import footnote, is_bad
from .sweep_table import number_or_text, value_of, value_words


def over_an_axis(sweep, args):
    """A measure against an axis: the mean over seeds, and its confidence band."""
    axis_name = sweep.column("axis", args.axis)
    sweep.one_value_of_others(axis_name)
    measure = sweep.column("measure", args.measure or preferred(sweep))
    figure, axis = canvas(args.title or sweep.title, axis_name, measure)
    look, drawn = line_style(sweep.architectures()), {}
    for name in sweep.architectures():
        points = [(x, *mean_interval(values, sweep.confidence))
                  for x, values in sweep.values(name, axis_name, measure)]
        if points:
            drawn[name] = points
    if not drawn:
        fail(f"no point of this sweep has a value of {measure}")
    every = [mean for points in drawn.values() for _, mean, _ in points]
    logarithmic = min(every) > 0 and max(every) > 30 * min(every)
    floor = min(every) / 10
    for name, points in drawn.items():
        xs = [x if isinstance(x, float) else str(x) for x, _, _ in points]
        means = [mean for _, mean, _ in points]
        axis.plot(xs, means, **look[name])
        standing = sweep.standing(name, axis_name)
        mark_not_ok(axis, [(x, mean) for x, mean, _ in points if is_bad(standing[x,])], look[name])
        lows = [mean - (half or 0) for _, mean, half in points]
        highs = [mean + (half or 0) for _, mean, half in points]
        if logarithmic:  # no place there for what an interval puts below zero: down to the edge
            lows = [low if low > 0 else floor for low in lows]
        axis.fill_between(xs, lows, highs, color=look[name]["color"], alpha=0.2, linewidth=0)
    if logarithmic:
        axis.set_yscale("log")
        if any(mean <= (half or 0) for points in drawn.values() for _, mean, half in points):
            axis.set_ylim(bottom=floor)
        plain_numbers(axis.yaxis)
    if args.knee:
        mark_knees(axis, read_json(args.knee), look)
    foot(axis, f"mean and {sweep.confidence * 100:g} % confidence over seeds", not_ok_words(sweep, axis_name))
    legend(axis)
    return figure


def mark_not_ok(axis, points, look):
    """A hollow marker at these points: some of their runs are not ok."""
    axis.plot([x if isinstance(x, float) else str(x) for x, _ in points], [y for _, y in points],
              linestyle="none", marker=look["marker"], markersize=9, markeredgewidth=1.6,
              markerfacecolor="white", markeredgecolor=look["color"], zorder=3)


def not_ok_words(sweep, *axes):
    said = footnote({(name, ", ".join(map(value_words, key))): counts for name in sweep.architectures()
                     for key, counts in sweep.standing(name, *axes).items()})
    return said and f"hollow marker: not all runs ok ({said})"


def foot(axis, *texts):
    """Small print below the picture, a line or more for each text."""
    lines = [line for text in texts for line in textwrap.wrap(text, 110)]
    axis.text(1, -0.17, "\n".join(lines), transform=axis.transAxes, ha="right", va="top", fontsize=8,
              color="#555555")


def mark_knees(axis, knees, look):
    """The bracket in which a finder saw the objective break: {"knees": [{architecture, ...}]}."""
    try:
        found = [(knee["architecture"], knee["holds_at"], knee["breaks_at"])
                 for knee in knees["knees"] if knee["breaks_at"] is not None]
        found = [(name, float(breaks if holds is None else holds), float(breaks))
                 for name, holds, breaks in found if name in look]
    except (KeyError, TypeError, ValueError):
        fail("--knee takes what `scripts/knee.py -o FILE` writes")
    for place, (name, low, high) in enumerate(found):
        axis.axvspan(low, high, color=look[name]["color"], alpha=0.15, linewidth=0)
        axis.axvline(high, color=look[name]["color"], linewidth=1, linestyle="dotted")
        said = f"{low:g} to {high:g}" if low < high else f"{high:g}"
        axis.text(high, 0.5 + 0.07 * place, f" {name}: {said}", fontsize=8, va="center", ha="left",
                  transform=axis.get_xaxis_transform())


def preferred(sweep):
    """Lag where it was measured: the question that sweeps are drawn for most."""
    return next((m for m in sweep.measures if m.startswith("replica_lag_ms")), None)


def heatmap(sweep, args):
    """A measure over two axes, one panel for each architecture, one scale for all."""
    if len(sweep.axes) < 2:
        fail(f"a heat map takes two axes; this sweep has {', '.join(sweep.axes) or 'none'}")
    measure = sweep.column("measure", args.measure or preferred(sweep))
    across = sweep.column("axis", args.axis)
    up = next(name for name in sweep.axes if name != across)
    sweep.one_value_of_others(across, up)
    names = sweep.architectures()
    figure, axes = canvas(args.title or sweep.title, across, up, size=(7.2, 0.8 + 2.4 * len(names)),
                          rows=max(2, len(names)))
    grids = [grid(sweep, name, across, up, measure) for name in names]
    finite = [v for _, _, cells in grids for row in cells for v in row if not math.isnan(v)]
    if not finite:
        fail(f"no point of this sweep has a value of {measure}")
    for axis, name, (xs, ys, cells) in zip(axes, names, grids):
        image = axis.imshow(cells, origin="lower", aspect="auto", cmap="cividis",
                            vmin=min(finite), vmax=max(finite))
        axis.set_xticks(range(len(xs)), [f"{x:g}" if isinstance(x, float) else x for x in xs])
        axis.set_yticks(range(len(ys)), [f"{y:g}" if isinstance(y, float) else y for y in ys])
        axis.grid(False)
        axis.annotate(name, (0.01, 1.02), xycoords="axes fraction", fontsize=9,
                      annotation_clip=False)
        for (x, y), counts in sweep.standing(name, across, up).items():
            if is_bad(counts):
                axis.annotate("×", (xs.index(x), ys.index(y)), ha="center", va="center", color="white",
                              fontsize=14, path_effects=[Stroke(linewidth=3, foreground="black"), Normal()])
        figure.colorbar(image, ax=axis, label=measure)
    for axis in axes[len(names):]:
        axis.set_visible(False)
    put_title(axes[0], args.title or sweep.title, below="\n")
    said = not_ok_words(sweep, across, up).replace("hollow marker", "×")
    if said:
        axes[len(names) - 1].set_xlabel(across + "\n" + textwrap.fill(said, 90))
    return figure


def grid(sweep, architecture, across, up, measure):
    xs = sorted_values(sweep, across)
    ys = sorted_values(sweep, up)
    sums = {}
    for row in sweep.rows:
        if row["architecture"] == architecture and row[measure] not in ("", None):
            key = number_or_text(row[across]), number_or_text(row[up])
            sums.setdefault(key, []).append(value_of(row, measure))
    cells = [[math.fsum(sums[x, y]) / len(sums[x, y]) if (x, y) in sums else math.nan for x in xs]
             for y in ys]
    return xs, ys, cells


def sorted_values(sweep, axis):
    values = list(dict.fromkeys(number_or_text(row[axis]) for row in sweep.rows))
    return sorted(values) if all(isinstance(v, float) for v in values) else values
