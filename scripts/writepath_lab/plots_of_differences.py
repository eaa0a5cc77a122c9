"""The picture of what a sweep sees between architectures, point by point."""
from .paired import MEDIAN, method_of
from .picture import canvas, legend, line_style
from .plots_of_sweeps import foot, mark_not_ok, not_ok_words, preferred
from .program import fail
from .sweep_differences import of_table
from .sweep_table import number_or_text


def over_an_axis(sweep, args):
    """Each architecture's difference to the baseline against an axis, with its interval; 0 is where
    there is none."""
    axis_name = sweep.column("axis", args.axis)
    sweep.one_value_of_others(axis_name)
    measure = sweep.column("measure", args.measure or preferred(sweep))
    names = sweep.architectures()
    if args.baseline is not None and args.baseline not in names:
        fail(f"no architecture \"{args.baseline}\"; the table has: {', '.join(names)}")
    place = sweep.axes.index(axis_name)
    found = {}
    for point, difference, bad in of_table(sweep, [measure], args.baseline or sweep.baseline, sweep.confidence):
        if difference.estimate is not None:
            found.setdefault(difference.architecture, []).append(
                (number_or_text(point[place]), difference, bad))
    if not found:
        fail(f"no seed of this sweep has {measure} for two architectures: there is nothing to compare")
    baselines = dict.fromkeys(d.baseline for points in found.values() for _, d, _ in points)
    figure, axis = canvas(args.title or sweep.title, axis_name,
                          f"{measure}\ndifference to {' or '.join(baselines)}")
    look = line_style(names)
    axis.axhline(0, color="#555555", linewidth=1)
    few = 0
    for name, points in found.items():
        if all(isinstance(x, float) for x, _, _ in points):
            points.sort(key=lambda point: point[0])
        axis.plot(*columns(points, "estimate"), **look[name])
        mark_not_ok(axis, [(x, d.estimate) for x, d, bad in points if bad], look[name])
        known = [point for point in points if point[1].low is not None]
        few += len(points) - len(known)
        if known:
            xs, lows = columns(known, "low")
            axis.fill_between(xs, lows, columns(known, "high")[1], color=look[name]["color"], alpha=0.2,
                              linewidth=0)
    middle = "median" if method_of(measure) == MEDIAN else "mean"
    foot(axis, f"{middle} of the differences paired by seed, and its {sweep.confidence * 100:g} % confidence"
         + (f"; at {few} points too few pairs for an interval" if few else ""),
         not_ok_words(sweep, axis_name))
    legend(axis)
    return figure


def columns(points, part):
    """The points as matplotlib takes them: (xs, ys)."""
    return [x if isinstance(x, float) else str(x) for x, _, _ in points], [getattr(d, part) for _, d, _ in points]
