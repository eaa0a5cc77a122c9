"""scripts/plot.py with unusual runs: several seeds, many long names and faults, nothing to draw."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from unittest import mock

from plotting import check, check_picture, check_refused, check_same_bytes, drawn, failures, plot
from program import small_scenario

PROGRAM = os.environ["WRITEPATH"]
OF_RUNS = ["latency-cdf", "latency-percentiles", "lag-over-time", "throughput-dip", "breakdown",
           "stale"]
GONE = {"id": "gone", "at_s": 20, "kind": "node_crash", "crash": "host", "target": {"role": "primary"}}


def run(folder, name, *options, **changes):
    """Results of a small scenario, two architectures without faults unless changed."""
    file = folder / f"{name}.json"
    file.write_text(json.dumps(small_scenario(name=name, **changes)))
    subprocess.run([PROGRAM, "run", file, "--out", folder, "--quiet", *options], check=False)
    return folder / name


def check_seeds(folder):
    """All seeds are drawn, and the picture says how."""
    results = run(folder, "seeds", "--runs", "3", faults=[GONE], duration_s=30)
    for kind, says in (("latency-cdf", "line: all of seeds 1 to 3, pooled; band"),
                       ("latency-percentiles", "line: all of seeds 1 to 3, pooled; band"),
                       ("lag-over-time", "line: seed 1; band: least to greatest of seeds 1 to 3 "
                        "(the median seed is inside with 75 % confidence)"),
                       ("throughput-dip", "until commits again: means of seeds 1 to 3"),
                       ("breakdown", "means of seeds 1 to 3"),
                       ("stale", "line: mean of seeds 1 to 3; band")):
        check_picture(folder, kind, results, shows=[says])
        bands = (folder / f"{kind}.svg").read_text().count('PolyCollection')
        check(bands >= 2 or kind == "breakdown", f"{kind}: {bands} bands for two architectures")


def check_odd(folder):
    """Many long names, many faults, what looks like formulas; nothing to draw."""
    mysql, aurora = small_scenario()["architectures"]
    many = [{**(mysql, aurora)[i % 2], "name": f"number-{i}-".ljust(64, "x")} for i in range(8)]
    pauses = [{"id": f"pause-number-{i}-with-a-name", "at_s": 1 + 2 * i, "kind": "pause", "duration_s": 1,
               "target": {"role": "primary"}} for i in range(12)]
    results = run(folder, "odd", question="$x_1$ $\\frac{ & <b>?</b> \U0001f680 " * 10, architectures=many,
                  faults=pauses, duration_s=26)
    for kind in OF_RUNS:
        check_picture(folder, kind, results, shows=["$x_1$ $\\frac{ & <b>?</b>"])
        if kind != "stale":
            check_inside(folder, kind)
    idle = small_scenario()["workload"]
    idle["clients"][0]["open_loop"]["rate_per_s"] = 1e-6
    results = run(folder, "idle", workload=idle)
    for kind in ("latency-cdf", "latency-percentiles", "breakdown"):
        check_refused(folder, kind, results, says="no commit was acknowledged")
    check_refused(folder, "stale", results, says="no commit became visible")
    check_refused(folder, "throughput-dip", results, says="battery")
    # Narrow ranges have ticks with numbers, too.
    results = run(folder, "narrow")
    check_picture(folder, "latency-percentiles", results, shows=["2", "5"])


def check_inside(folder, kind):
    """No text is cut off at the picture's edges, and names beside rows do not overlap."""
    import matplotlib.pyplot as plt
    figures = []
    with mock.patch("writepath_lab.picture.plt.close", lambda figure: figures.append(figure)):
        plot(*drawn[-1][0], "-o", folder / "inside.png")
    figure = figures[0]
    figure.canvas.draw()
    width, height = figure.get_size_inches() * figure.dpi
    render = figure.canvas.get_renderer()
    ticks = {label for axis in figure.axes for label in axis.get_xticklabels() + axis.get_yticklabels()
             if not label.get_text().startswith("number-")}  # matplotlib's own, some beyond the axis's ends
    shown = [text for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
             if text.get_text().strip() and text.get_visible() and text not in ticks]
    boxes = [(text.get_text()[:30], text.get_window_extent(render)) for text in shown]
    outside = [text for text, box in boxes
               if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1]
    check(not outside, f"{kind}: cut off at the edge: {outside[:3]}")
    names = [label.get_window_extent(render) for axis in figure.axes for label in axis.get_yticklabels()
             if label.get_text().startswith("number-")]
    overlaps = [a for a, b in zip(names, names[1:]) if min(a.y1, b.y1) - max(a.y0, b.y0) > 0]
    check(not overlaps, f"{kind}: names beside rows overlap")
    plt.close(figure)


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        check_seeds(folder)
        check_odd(folder)
        check_same_bytes(folder / "again")
    sys.exit(1 if failures else 0)


main()
