"""What the tests of scripts/plot.py share: a picture drawn, drawn again, refused."""
import contextlib
import io
import json
import pathlib
import subprocess
import sys
import traceback
import types
import warnings
from unittest import mock
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import plot as plot_script  # noqa: E402  (the path comes first)

warnings.filterwarnings("always", category=UserWarning, append=True)
failures, drawn = [], []  # drawn: (a call, its bytes)


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


def plot(*arguments):
    """In this process: each new one would take a second to begin."""
    out, said = io.StringIO(), io.StringIO()
    with mock.patch.object(sys, "argv", ["plot.py", *map(str, arguments)]), \
            contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        try:
            plot_script.main()
            code = 0
        except SystemExit as end:
            code = end.code
        except Exception:
            code = 1
            traceback.print_exc()
    return types.SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=said.getvalue())


def check_same_bytes(folder):
    """All pictures once more, in another process."""
    folder.mkdir()
    calls = [[*call, "-o", folder / f"{place}.svg"] for place, (call, _) in enumerate(drawn)]
    subprocess.run([sys.executable, "-c", "import json, sys; import plot\n"
                    "for call in json.load(sys.stdin):\n sys.argv = ['plot.py', *call]; plot.main()"],
                   input=json.dumps(calls, default=str), text=True, check=False, cwd=ROOT / "scripts",
                   stdout=subprocess.DEVNULL)
    for place, (call, expected) in enumerate(drawn):
        file = folder / f"{place}.svg"
        check(file.exists() and file.read_bytes() == expected, f"{call}: other bytes the second time")
    drawn.clear()


def texts_of(svg):
    return " ".join(" ".join(ElementTree.parse(svg).getroot().itertext()).split())


def check_picture(folder, kind, source, *options, shows):
    first = folder / f"{kind}.svg"
    done = plot(kind, source, "-o", first, *options)
    # matplotlib warns where a title or a label outside leaves the picture no room.
    check(done.returncode == 0 and not done.stderr and first.exists(),
          f"{kind}: {done.returncode} {done.stderr}")
    if not first.exists():
        return
    drawn.append(((kind, source, *options), first.read_bytes()))
    shown = texts_of(first)
    for text in shows:
        check(text in shown, f"{kind}: does not show \"{text}\"")


def check_refused(folder, *arguments, says):
    file = folder / "refused.svg"
    done = plot(*arguments, "-o", file)
    check(done.returncode == 3, f"{arguments}: exit code {done.returncode}, not 3")
    check(says in done.stderr, f"{arguments}: does not say \"{says}\" but: {done.stderr}")
    check("Traceback" not in done.stderr, f"{arguments}: a traceback")
    check(not file.exists(), f"{arguments}: a picture all the same")
