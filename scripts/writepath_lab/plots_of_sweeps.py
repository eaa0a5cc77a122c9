"""Pictures of a sweep's points.csv."""
import math

from .intervals import mean_interval
from .picture import canvas, legend, line_style
from .plots_of_runs import plain_numbers
from .program import fail
from .results import number_or_text, read_json

CONFIDENCE = 0.95


def over_an_axis(sweep, args):
    """A measure against an axis: the mean over seeds, and its confidence band."""
    axis_name = sweep.column("axis", args.axis)
    sweep.one_value_of_others(axis_name)
    measure = sweep.column("measure", args.measure or preferred(sweep))
    figure, axis = canvas(args.title or sweep.title, axis_name, measure)
    look, least, most = line_style(sweep.architectures()), math.inf, 0.0
    for name in sweep.architectures():
        points = [(x, *mean_interval(values, CONFIDENCE))
                  for x, values in sweep.values(name, axis_name, measure)]
        if not points:
            continue
        xs = [x if isinstance(x, float) else str(x) for x, _, _ in points]
        means = [mean for _, mean, _ in points]
        axis.plot(xs, means, **look[name])
        lows = [mean - (half or 0) for _, mean, half in points]
        highs = [mean + (half or 0) for _, mean, half in points]
        # A logarithmic axis has no place for what a wide interval puts below zero.
        lows = [max(low, mean / 10) if mean > 0 else low for low, mean in zip(lows, means)]
        axis.fill_between(xs, lows, highs, color=look[name]["color"], alpha=0.2, linewidth=0)
        least, most = min(least, *means), max(most, *means)
    if most == 0.0 and least == math.inf:
        fail(f"no point of this sweep has a value of {measure}")
    if least > 0 and most > 30 * least:
        axis.set_yscale("log")
        plain_numbers(axis.yaxis)
    if args.knee:
        mark_knees(axis, read_json(args.knee), look)
    axis.text(1, -0.17, "mean and 95 % confidence over seeds", transform=axis.transAxes, ha="right",
              fontsize=8, color="#555555")
    legend(axis)
    return figure


def mark_knees(axis, knees, look):
    """A vertical line where a finder saw the objective break: {"knees": [{architecture, ...}]}."""
    for knee in knees.get("knees", []):
        if knee.get("breaks_at") is not None and knee.get("architecture") in look:
            axis.axvline(knee["breaks_at"], color=look[knee["architecture"]]["color"], linewidth=1,
                         linestyle="dotted")
            axis.text(knee["breaks_at"], 0.04, f" {knee['architecture']}: {knee['breaks_at']:g}",
                      transform=axis.get_xaxis_transform(), fontsize=8, va="bottom", ha="left")


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
        figure.colorbar(image, ax=axis, label=measure)
    for axis in axes[len(names):]:
        axis.set_visible(False)
    axes[0].set_title((args.title or sweep.title) + "\n", loc="left", fontsize=11, wrap=True)
    return figure


def grid(sweep, architecture, across, up, measure):
    xs = sorted_values(sweep, across)
    ys = sorted_values(sweep, up)
    sums = {}
    for row in sweep.rows:
        if row["architecture"] == architecture and row[measure] not in ("", None):
            key = number_or_text(row[across]), number_or_text(row[up])
            sums.setdefault(key, []).append(float(row[measure]))
    cells = [[math.fsum(sums[x, y]) / len(sums[x, y]) if (x, y) in sums else math.nan for x in xs]
             for y in ys]
    return xs, ys, cells


def sorted_values(sweep, axis):
    values = list(dict.fromkeys(number_or_text(row[axis]) for row in sweep.rows))
    return sorted(values) if all(isinstance(v, float) for v in values) else values
