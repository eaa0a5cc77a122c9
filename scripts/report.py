#!/usr/bin/env python3
"""Makes one HTML page of results, which needs nothing but itself: it opens from disk.

    scripts/report.py results/SCENARIO [-o FILE]
    scripts/report.py results/sweeps/NAME [-o FILE]

Without -o the page is report.html in the folder of the results. docs/report.md shows more.
"""
import argparse
import pathlib
import sys

from writepath_lab import interpreter


class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"report.py: {message}; see scripts/report.py --help", file=sys.stderr)
        sys.exit(3)


def main():
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                    allow_abbrev=False)
    parser.add_argument("results", type=pathlib.Path, metavar="RESULTS")
    parser.add_argument("-o", "--output", type=pathlib.Path, metavar="FILE")
    args = parser.parse_args()
    interpreter.need("plotly")
    from writepath_lab import program, report_of_runs, report_of_sweeps, results
    from plotly.offline import get_plotlyjs
    folder = args.results
    if not folder.is_dir():
        program.fail(f"{folder}: no folder of results")
    if (folder / "points.csv").exists():
        page = report_of_sweeps.page_of_sweep(results.load_sweep(folder), folder)
    else:
        page = report_of_runs.page_of_runs(results.load_runs([folder]))
    output = args.output or folder / "report.html"
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(page.text(get_plotlyjs()), encoding="utf-8", newline="\n")
    except OSError as error:
        program.fail(f"{output}: {error.strerror}")
    print(output)


if __name__ == "__main__":
    main()
