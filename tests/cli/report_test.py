"""scripts/report.py: the page is whole by itself, and a real browser draws all of it."""
import html
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

from browser import Browser
from page_checks import check, check_page, failures
from page_keyboard import check_keyboard
from page_library import check_browsers, check_screened, check_smaller
from page_media import check_print, check_scheme, check_touch

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["WRITEPATH"]
HOSTILE = "a </script><script>alert(1)</script> & <b>'\"</b>?"


def report(*arguments):
    return subprocess.run([sys.executable, ROOT / "scripts" / "report.py", *map(str, arguments)],
                          capture_output=True, text=True)


def answer_of(text):
    return html.unescape(re.search(r'<p class="answer">(.*?)</p>', text, re.S)[1])


def page_of(name, browser, output, figures, *arguments):
    """The page's text; made twice, with the same bytes."""
    done = report(*arguments)
    check(done.returncode == 0, f"{name}: {done.stderr}")
    first = output.read_bytes()
    report(*arguments)
    check(output.read_bytes() == first, f"{name}: other bytes the second time")
    text = check_page(name, browser, output, figures)
    check_touch(name, browser, output)
    check_keyboard(name, browser, output)
    check_scheme(name, browser, output)
    if name == "run":
        check_print(name, browser, output.parent)
    browser.media()
    return text


def check_run(browser, folder):
    subprocess.run([PROGRAM, "run", ROOT / "scenarios" / "lose-the-primary" / "scenario.json",
                    "--out", folder, "--quiet", "--set", f"/question={HOSTILE}", "--set",
                    "/duration_s=40", "--set", "/workload/clients/0/open_loop/rate_per_s=50"],
                   check=False)
    results = folder / "lose-the-primary"
    text = page_of("run", browser, results / "report.html", 8, results)
    check("&lt;/script&gt;&lt;script&gt;alert(1)" in text and "<script>alert" not in text,
          "a hostile question is not escaped")
    for word in ("rpo_transactions", "durability", "writepath run", "fingerprint", "Expectations",
                 "fault gone: rto_s at most 30", "data:image/svg+xml"):
        check(word in text, f"run: no {word}")
    summaries = {path.parts[-3]: json.loads(path.read_text())
                 for path in results.glob("*/*/summary.json")}
    said = answer_of(text)
    for name, summary in summaries.items():
        [fault] = summary["faults"]
        check(f"{name} lost no acknowledged transactions and committed again after "
              f"{fault['rto_s']:.4g} s" in said and fault["rpo_transactions"] == 0,
              f"run: the answer has not {name}'s outcome: {said}")
    check("lower with aurora (one seed, which says nothing of others)" in said
          and "Expectations: 4 hold." in said, f"run: {said}")
    check_browsers(browser, report, results, folder)
    # Results that the program at hand does not give are not judged by it.
    one = next(results.glob("mysql/*/summary.json"))
    one.write_text(one.read_text().replace(summaries["mysql"]["fingerprint"], "0" * 16))
    text = pathlib.Path(report(results).stdout.strip()).read_text(encoding="utf-8")
    check("gives other runs than these results" in text and "Expectations:" not in text,
          "run: judged by another run")
    one.write_text("{}")
    check_refused(results, "not the summary of a run", folder)


def check_sweep(browser, folder):
    sweep = folder / "sweep"
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "sweep.py",
         ROOT / "scenarios" / "replica-lag" / "sweep.json", "--axis",
         "rate_per_s=/workload/clients/0/open_loop/rate_per_s=100,600", "--axis",
         "duration_s=/duration_s=3,4", "--set", "/expect=" + json.dumps(
             [{"of": "mysql-async", "metric": "replica_lag_ms_p95", "at_most": 100}]),
         "--measure", "replica_lag_ms_p95", "--runs", "2", "--out", sweep, "--quiet"],
        capture_output=True, text=True)
    # A figure for each value of the other axis, along both axes.
    text = page_of("sweep", browser, sweep / "report.html", 4, sweep)
    said = answer_of(text)
    check(said.startswith("replica_lag_ms_p95 where duration_s = 4:")
          and "At rate_per_s = 600: against mysql-async" in said
          and "lower with aurora (in each of 2 seeds; too few for an interval)" in said,
          f"sweep: {said} {done.stderr}")
    check("(2 of 2 runs broken)" in said and "Hollow marker: not all runs ok (mysql-async at rate_per_s "
          "= 600: 2 of 2 runs broken)" in text and '"circle-open"' in text, "sweep: no mark where runs broke")
    check("Differences from mysql-async" in text and "too few pairs" in text and "6 pairs needed" in text,
          "sweep: no differences")
    lines = re.findall(r"(writepath run .*?)</td>", text)
    check(lines, "sweep: no line reproduces a broken point")
    again = subprocess.run([PROGRAM, *shlex.split(html.unescape(lines[0]))[1:], "--quiet", "--out",
                            folder / "again"], capture_output=True, text=True)
    check(again.returncode == 1, f"sweep: the line gives {again.returncode}: {again.stderr}")
    # With pairs enough there is a figure of the differences as well, along both axes.
    subprocess.run([sys.executable, ROOT / "scripts" / "sweep.py",
                    ROOT / "scenarios" / "replica-lag" / "sweep.json", "--axis",
                    "rate_per_s=/workload/clients/0/open_loop/rate_per_s=100,600", "--set",
                    "/duration_s=3", "--measure", "replica_lag_ms_p95", "--runs", "6", "--out",
                    folder / "six", "--quiet"], check=True)
    text = page_of("differences", browser, folder / "six" / "report.html", 2, folder / "six")
    check("2 lower." in text and "difference from mysql-async" in text, "sweep: no figure of differences")
    (sweep / "sweep.json").unlink()
    check_refused(sweep, "sweep.json", folder)


def entry(architecture, metric, estimate, low, high, verdict):
    return {"metric": metric, "baseline": "one", "architecture": architecture, "baseline_value": 5,
            "value": 5 + estimate, "confidence": 0.95, "seeds": 6, "pairs": 6, "verdict": verdict,
            "difference": {"estimate": estimate, "mean": estimate, "low": low, "high": high}}


def check_comparison(browser, folder):
    """One of the program's, and a made one whose texts are known."""
    real = folder / "real.json"
    real.write_text(subprocess.run(
        [PROGRAM, "compare", ROOT / "scenarios" / "lose-the-primary" / "scenario.json", "--runs",
         "2", "--metric", "commits_per_s", "--set", "/duration_s=40", "--format", "json", "--quiet"],
        capture_output=True, text=True).stdout)
    done = report("--compare", real)
    check(done.returncode == 0, f"comparison: {done.stderr}")
    made = folder / "made.json"
    made.write_text(json.dumps({
        "scenario": HOSTILE, "question": "?", "baseline": "one", "seeds": [1, 2, 3, 4, 5, 6],
        "metrics": [entry("two", "a_ms", -1, -2, -0.5, "lower"),
                    entry("three", "a_ms", 0.1, -1, 2, "no difference seen"),
                    entry("two", "same", 0, 0, 0, "no difference seen"),
                    {**entry("two", "few", 1, None, None, "too few pairs"), "confidence": None}]}))
    text = page_of("comparison", browser, folder / "made.html", 2, "--compare", made)
    check("a_ms: lower with two; no difference seen with three. same: no difference seen with two. "
          "few: too few pairs with two." in answer_of(text), f"comparison: {answer_of(text)}")
    made.write_text("[1, 2]")
    done = report("--compare", made, "-o", folder / "refused.html")
    check(done.returncode == 3 and "Traceback" not in done.stderr, f"a list: {done.stderr}")


def check_refused(argument, says, folder):
    done = report(argument, "-o", folder / "refused.html")
    check(done.returncode == 3 and says in done.stderr and "Traceback" not in done.stderr,
          f"{argument}: {done.returncode} {done.stderr}")
    check(not (folder / "refused.html").exists(), f"{argument}: a page all the same")


def check_verdicts():
    sys.path.insert(0, str(ROOT / "scripts"))
    from writepath_lab.intervals import median_rank
    from writepath_lab.report_answers import verdict_of
    # 95 % needs 6 pairs (1 - 2/64); of 9 the second (1 - 20/512): as in `writepath compare`.
    check([median_rank(n, 0.95)[0] for n in (1, 5, 6, 8, 9)] == [0, 0, 1, 1, 2], "ranks of medians")
    for differences, verdict in (([-1] * 5 + [1], "no difference seen"), ([-1] * 8 + [1], "lower"),
                                 ([1, 2], "higher"), ([0] * 9, "no difference seen")):
        check(verdict_of(differences) == verdict, f"{differences}: not {verdict}")


def main():
    if not shutil.which("chromium"):
        sys.exit("no chromium: run scripts/setup.sh lab")
    check_verdicts()
    check_smaller()
    check_screened()
    with tempfile.TemporaryDirectory() as temporary, Browser() as browser:
        folder = pathlib.Path(temporary)
        check_run(browser, folder)
        check_sweep(browser, folder)
        check_comparison(browser, folder)
        check_refused(folder / "nothing", "no folder of results", folder)
        check_refused(ROOT / "cmake", "no results of a run", folder)
    sys.exit(1 if failures else 0)


main()
