#!/usr/bin/env python3
"""Makes one HTML page of results, which needs nothing but itself: it opens from disk.

    scripts/report.py results/SCENARIO [-o FILE]
    scripts/report.py results/sweeps/NAME [-o FILE]
    scripts/report.py --compare FILE.json [-o FILE]    what `writepath compare --format json` printed

Without -o the page is report.html in the folder of the results, or FILE.html. docs/report.md shows
more.
"""
import os
import pathlib

from writepath_lab import interpreter
from writepath_lab.usage import Parser


def parse():
    parser = Parser(description=__doc__)
    parser.add_argument("results", type=pathlib.Path, metavar="RESULTS", nargs="?")
    parser.add_argument("--compare", type=pathlib.Path, metavar="FILE",
                        help="a comparison instead of a folder of results")
    parser.add_argument("--no-program", action="store_true",
                        help="don't run the program again for the expectations' verdicts and the "
                             "diagram of one commit (quicker, and they are left out)")
    parser.add_argument("--unpacked", action="store_true",
                        help="the plots' library not packed: for browsers before 2023 (2.4 MB "
                             "instead of 0.8)")
    parser.add_argument("-o", "--output", type=pathlib.Path, metavar="FILE")
    args = parser.parse_args()
    if (args.results is None) == (args.compare is None):
        parser.error("give a folder of results, or --compare FILE")
    return args


def page_of(args):
    """(the page, where it goes without -o)"""
    from writepath_lab import (program, report_of_compare, report_of_runs, report_of_sweeps, results,
                               sweep_table)
    source = args.compare or args.results
    try:
        if args.compare:
            comparison = results.read_json(args.compare)
            return report_of_compare.page_of_comparison(comparison), args.compare.with_suffix(".html")
        if not source.is_dir():
            program.fail(f"{source}: no folder of results")
        if (source / "points.csv").exists():
            page = report_of_sweeps.page_of_sweep(sweep_table.load_sweep(source), source)
        else:
            page = report_of_runs.page_of_runs(results.load_runs([source]), not args.no_program)
        return page, source / "report.html"
    except program.DAMAGED as error:  # whatever is missing, no page is made
        program.fail(f"{source}: not results that this version can show "
                     f"({type(error).__name__}: {error})")


def write_whole(path, text):
    """All of the page or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.tmp")
    try:
        new.write_text(text, encoding="utf-8", newline="\n")
        os.replace(new, path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def main():
    args = parse()
    interpreter.need("plotly", "scipy")
    from plotly.offline import get_plotlyjs
    from writepath_lab import program, report_plotly
    page, usual = page_of(args)
    output = args.output or usual
    try:
        write_whole(output, page.text(report_plotly.script_elements(get_plotlyjs(),
                                                                     args.unpacked)))
    except OSError as error:
        program.fail(f"{output}: {error.strerror}")
    print(output)


if __name__ == "__main__":
    main()
