"""Plotly's library on a page: small, and never the reason why nothing is shown."""
import pathlib
import sys

from page_checks import check, check_drawn, open_drawn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from writepath_lab import report_points, report_plotly  # noqa: E402  (the path comes first)

# A module that holds a bundle of its own, as Plotly's 3D modules do; 4 is needed by 3 alone.
BUNDLE = """before({1:[function(_dereq_,module,exports){
core
},{"./deep":5}],2:[function(_dereq_,module,exports){
bar
},{}],3:[function(_dereq_,module,exports){
pie({1:[function(_g_,module,exports){
inner
},{}]},{},[1])(1)
},{"./inner":4}],4:[function(_dereq_,module,exports){
inner
},{}],5:[function(_dereq_,module,exports){
deep
},{}],6:[function(_dereq_,module,exports){
all
},{"./core":1,"./bar":2,"./pie":3}]},{},[6])(6)
after"""


def check_smaller():
    small = report_plotly.smaller(BUNDLE)
    check(small.startswith("before({1:[") and small.endswith("]},{},[6])(6)\nafter")
          and all(word in small for word in ("core", "bar", "deep", "Plotly.register"))
          and not any(word in small for word in ("pie", "inner", "all")), f"library: {small}")
    for other in ("", "var Plotly = 1;", BUNDLE.replace("./bar", "./baz"), BUNDLE.replace(":5}", ":7}")):
        check(report_plotly.smaller(other) == other, f"library: cut all the same: {other[:60]}")


def check_screened():
    xs = list(range(50_000))
    line = {"mode": "lines", "x": xs, "y": [x % 7 for x in xs]}
    line["y"][31_234], line["y"][40_001] = 100, -100
    fewer = report_points.screened(line)
    points = dict(zip(fewer["x"], fewer["y"]))
    check(len(points) <= report_points.MOST_DRAWN + 2 and points[31_234] == 100
          and points[40_001] == -100 and {0, 49_999} <= set(points)
          and fewer["x"] == sorted(fewer["x"]), "a long line loses its ends or its peaks")
    short = {"mode": "lines", "x": [1, 2], "y": [3, 4]}
    check(report_points.screened(short) is short, "a short line is changed")


def check_browsers(browser, report, results, folder):
    """What reads neither packed libraries nor scripts still has the words and the tables."""
    page = folder / "unpacked.html"
    done = report(results, "--no-program", "--unpacked", "-o", page)
    check(done.returncode == 0 and "Plotly.register" in page.read_text(), f"unpacked: {done.stderr}")
    script = browser.call("Page.addScriptToEvaluateOnNewDocument",
                          source="delete window.DecompressionStream;")["identifier"]
    figures = page.read_text().count('class="plot"')
    open_drawn(browser, page)
    check_drawn("unpacked, in an old browser", browser, figures)
    page = folder / "packed.html"
    report(results, "--no-program", "-o", page)
    open_drawn(browser, page)
    said = browser.evaluate("[...document.querySelectorAll('.plot')].map(p => p.textContent)")
    check(len(said) == figures and all("--unpacked" in words for words in said),
          f"packed, in an old browser: {said[:1]}")
    browser.call("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
