"""The program `writepath` as the scripts call it."""
import functools
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What files of another version, or damaged ones, lead to.
DAMAGED = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)
USAGE = 3  # exit code of bad scenarios and of bad usage, the program's and the scripts'


def fail(text):
    """Ends the script as the program ends on bad usage."""
    print(f"{os.path.basename(sys.argv[0])}: {text}", file=sys.stderr)
    sys.exit(USAGE)


def find_program(given=None):
    """The path of the program: the given one, $WRITEPATH, the one that was installed with this
    script, or this checkout's, built if need be."""
    path = given or os.environ.get("WRITEPATH")
    if path:
        if not os.access(path, os.X_OK):
            fail(f"{path} is no program")
        return str(pathlib.Path(path).resolve())
    if not (ROOT / "scripts" / "build.sh").exists():  # PREFIX/share/writepath
        path = ROOT.parents[1] / "bin" / "writepath"
        if not path.exists():
            path = shutil.which("writepath") or fail(f"{path} is not there; set WRITEPATH")
        return str(path)
    path = ROOT / "build" / "release" / "writepath"
    if not path.exists():
        subprocess.run([ROOT / "scripts" / "setup.sh", "build"], check=True)
        subprocess.run([ROOT / "scripts" / "build.sh", "release", "writepath"], check=True)
    return str(path)


@functools.lru_cache
def program_hash(path):
    """SHA-256 of the program's bytes: another build is another program."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()


def run_json(program, scenario, *arguments):
    """`writepath run SCENARIO --format json`, its results folder thrown away:
    (exit code, list of scenarios or None where the program printed no JSON, stderr)."""
    with tempfile.TemporaryDirectory(prefix="writepath-") as out:
        call = [program, "run", str(scenario), "--format", "json", "--out", out,
                *map(str, arguments)]
        done = subprocess.run(call, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    try:
        return done.returncode, json.loads(done.stdout), done.stderr
    except ValueError:
        return done.returncode, None, done.stderr
