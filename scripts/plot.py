#!/usr/bin/env python3
"""Draws results: SVG for a page, PNG for a slide.

    scripts/plot.py KIND RESULTS... -o FILE[.svg|.png]

Of runs (RESULTS: results/SCENARIO, or folders below): latency-cdf, latency-percentiles,
lag-over-time, throughput-dip, breakdown, stale. Of a sweep (its folder, or its points.csv):
lag-vs-load, difference-vs-load, heatmap. docs/plots.md shows each.
"""
import pathlib

from writepath_lab import interpreter
from writepath_lab.usage import Parser

RUNS = ("latency-cdf", "latency-percentiles", "lag-over-time", "throughput-dip", "breakdown",
        "stale")
SWEEPS = ("lag-vs-load", "difference-vs-load", "heatmap")


def options():
    parser = Parser(description=__doc__)
    parser.add_argument("kind", choices=RUNS + SWEEPS, metavar="KIND")
    parser.add_argument("results", nargs="+", metavar="RESULTS")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="FILE",
                        help="the picture; without a suffix, an SVG and a PNG")
    parser.add_argument("--title", default="", help="instead of the scenario's question")
    parser.add_argument("--measure", help="metric to draw, where there is a choice")
    parser.add_argument("--axis", help="of a sweep: the axis to draw along (default: its first)")
    parser.add_argument("--where", action="append", default=[], metavar="AXIS=VALUE",
                        help="of a sweep: only these points (may be repeated)")
    parser.add_argument("--baseline", metavar="NAME", help="of difference-vs-load: the architecture that the "
                        "others are compared with (default: the sweep's)")
    parser.add_argument("--fault", help="of throughput-dip: which fault (default: the first)")
    parser.add_argument("--knee", type=pathlib.Path, help="of lag-vs-load: mark the knees of this file")
    return parser.parse_args()


def figure_of(args):
    from writepath_lab import (plots_of_differences, plots_of_faults, plots_of_runs, plots_of_sweeps,
                               program, results, sweep_table)
    if args.kind in SWEEPS:
        if len(args.results) != 1:
            program.fail(f"{args.kind} takes one sweep, not {len(args.results)}")
        sweep = sweep_table.load_sweep(args.results[0]).where(args.where)
        draw = {"lag-vs-load": plots_of_sweeps.over_an_axis, "heatmap": plots_of_sweeps.heatmap,
                "difference-vs-load": plots_of_differences.over_an_axis}
        return draw[args.kind](sweep, args)
    of_faults = args.kind == "throughput-dip"
    draw = getattr(plots_of_faults if of_faults else plots_of_runs, args.kind.replace("-", "_"))
    return draw(results.load_runs(args.results), args)


def main():
    args = options()
    interpreter.need("matplotlib", "numpy", "scipy")
    from writepath_lab import picture, program
    files = picture.targets(args.output)
    try:
        picture.save(figure_of(args), files)
    except program.DAMAGED as error:
        program.fail(f"{' '.join(args.results)}: not results that this version can draw "
                     f"({type(error).__name__}: {error})")
    for file in files:
        print(file)


if __name__ == "__main__":
    main()
