"""scripts/report.py: the page is whole by itself, and a real browser draws all of it."""
import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["WRITEPATH"]
HOSTILE = "a </script><script>alert(1)</script> & <b>'\"</b>?"
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


def report(*arguments):
    return subprocess.run([sys.executable, ROOT / "scripts" / "report.py", *map(str, arguments)],
                          capture_output=True, text=True)


class Balance(html.parser.HTMLParser):
    """Every element that opens closes, in order."""
    VOID = {"meta", "link", "br", "hr", "img", "input"}

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.loads = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        self.loads += [value for name, value in attributes
                       if name in ("src", "href") and value and not value.startswith(("#", "data:"))]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def browser(page, width, *options):
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
             "--enable-logging=stderr", f"--window-size={width},900", "--virtual-time-budget=20000",
             *options, "--dump-dom", page.resolve().as_uri()],
            capture_output=True, text=True, timeout=100)
    return done.stdout, [line for line in done.stderr.splitlines() if ":CONSOLE" in line]


def check_page(name, page, figures):
    text = page.read_text(encoding="utf-8")
    # Plotly's own script is not this page's words, and has addresses that it never loads.
    own = re.sub(r"<script>.*?</script>", "<script></script>", text, flags=re.S)
    balance = Balance()
    balance.feed(own)
    check(not balance.wrong and not balance.open, f"{name}: HTML not balanced: {balance.wrong[:3]} "
                                                  f"{balance.open[:3]}")
    check(not balance.loads, f"{name}: loads {balance.loads[:3]}")
    check(text.count('class="plot"') == figures, f"{name}: {text.count('class=plot')} figures")
    dom, said = browser(page, 1200)
    check(not said, f"{name}: the console says {said[:2]}")
    check(f'data-drawn="{figures}"' in dom, f"{name}: not all of {figures} figures are drawn")
    check(dom.count('<svg class="main-svg"') >= figures, f"{name}: a figure has no drawing")
    return text


def check_width(page):
    """Nothing sticks out of a phone's page: the browser itself is asked."""
    probe = page.with_name("probe.html")
    probe.write_text(page.read_text(encoding="utf-8").replace(
        "</body>", "<script>window.addEventListener('load', () => setTimeout(() => "
        "document.body.dataset.over = document.documentElement.scrollWidth - innerWidth, 3000));"
        "</script></body>"), encoding="utf-8")
    frame = page.with_name("frame.html")  # a window cannot be narrower than 500 px, a frame can
    frame.write_text('<iframe src="probe.html" style="width:375px;height:800px;border:0"></iframe>'
                     "<script>addEventListener('load', () => setTimeout(() => { document.body.dataset"
                     ".over = frames[0].document.body.dataset.over; }, 6000));</script>")
    dom, _ = browser(frame, 600, "--allow-file-access-from-files")
    found = re.search(r'<body[^>]*data-over="(-?\d+)"', dom)
    check(found and int(found[1]) <= 0, f"at 375 px the page is wider than the screen: {found}")


def main():
    if not shutil.which("chromium"):
        sys.exit("no chromium: run scripts/setup.sh lab")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        subprocess.run([PROGRAM, "run", ROOT / "scenarios" / "lose-the-primary" / "scenario.json",
                        "--out", folder, "--quiet", "--set", f"/question={HOSTILE}",
                        "--set", "/duration_s=40", "--set", "/workload/clients/0/open_loop/rate_per_s=50"],
                       check=False)
        results = folder / "lose-the-primary"
        done = report(results)
        check(done.returncode == 0, f"run: {done.stderr}")
        first = (results / "report.html").read_bytes()
        report(results)
        check((results / "report.html").read_bytes() == first, "other bytes the second time")
        text = check_page("run", results / "report.html", 6)
        check("&lt;/script&gt;&lt;script&gt;alert(1)" in text and "<script>alert" not in text,
              "a hostile question is not escaped")
        for word in ("rpo_transactions", "durability", "writepath run", "fingerprint", "Time line"):
            check(word in text, f"run: no {word}")
        check_width(results / "report.html")

        sweep = folder / "sweep"
        done = subprocess.run(
            [sys.executable, ROOT / "scripts" / "sweep.py",
             ROOT / "scenarios" / "replica-lag" / "sweep.json", "--axis",
             "rate_per_s=/workload/clients/0/open_loop/rate_per_s=100,600", "--set", "/duration_s=4",
             "--runs", "2", "--out", sweep, "--quiet"], capture_output=True, text=True)
        check(done.returncode == 0, f"sweep: {done.stderr}")
        done = report(sweep)
        check(done.returncode == 0, f"sweep: {done.stderr}")
        text = check_page("sweep", sweep / "report.html", 4)
        check("rate_per_s" in text and "mysql-async" in text, "sweep: no names")

        for argument, says in ((folder / "nothing", "no folder of results"),
                               (ROOT / "cmake", "no results of a run")):
            done = report(argument, "-o", folder / "refused.html")
            check(done.returncode == 3 and says in done.stderr and "Traceback" not in done.stderr,
                  f"{argument}: {done.returncode} {done.stderr}")
            check(not (folder / "refused.html").exists(), f"{argument}: a page all the same")
    sys.exit(1 if failures else 0)


main()
