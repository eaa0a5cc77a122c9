"""One unit of a sweep's work: one scenario, one seed, all architectures.

Dask sends this module to its workers by value: it uses nothing but the standard library.
"""
import hashlib
import json
import math
import os
import pathlib
import subprocess
import tempfile


def command(program, scenario, seed, out):
    return [program, "run", str(scenario), "--seed", str(seed), "--format", "json", "-j", "1",
            "--out", str(out)]


def status_of(architecture, expectations):
    verdicts = {check["verdict"] for check in architecture["checks"]}
    verdicts |= {e["verdict"] for e in expectations if e["architecture"] == architecture["name"]}
    return "broken" if "broken" in verdicts else "unjudged" if "unjudged" in verdicts else "ok"


def values_of(architecture):
    """Every metric with a sample, those of faults as fault.ID.METRIC."""
    values = dict(architecture["metrics"])
    for fault in architecture["faults"]:
        for metric, value in fault.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                # A fault that comes again: the first episode, the others with their number.
                known = f"fault.{fault['id']}.{metric}"
                again = f"fault.{fault['id']}.{fault['episode']}.{metric}"
                values[again if known in values else known] = value
    return {name: value for name, value in values.items() if value is not None}


def outcome(code, stdout, stderr):
    """What a finished run gives: architectures with statuses and values, or why it failed."""
    code = 128 - code if code < 0 else code
    try:
        [report] = json.loads(stdout)
        [run] = report["runs"]
        architectures = [
            {"name": a["name"], "model": a["model"],
             "status": status_of(a, report["expectations"]), "values": values_of(a)}
            for a in run["architectures"]]
    except (ValueError, KeyError, TypeError):
        return {"exit_code": code or 134, "failed": stderr.strip() or f"exit code {code}"}
    return {"exit_code": code, "architectures": architectures}


def is_outcome(value, architectures):
    """Whether this is what `outcome` gives for these architectures: a file may be damaged."""
    def of(entry, name):
        return entry["name"] == name and isinstance(entry["model"], str) and \
            entry["status"] in ("ok", "broken", "unjudged") and all(
                isinstance(v, (int, float)) and math.isfinite(v) for v in entry["values"].values())
    try:
        return isinstance(value["exit_code"], int) and len(value["architectures"]) == len(
            architectures) and all(map(of, value["architectures"], architectures))
    except (KeyError, TypeError, AttributeError):
        return False


def hash_of(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def refusal(program, expected):
    """Why this machine's program must not be used, or None. $WRITEPATH goes before the path that
    the sweep knows, which need not exist on this machine."""
    path = os.environ.get("WRITEPATH") or program
    try:
        found = hash_of(path)
    except OSError as error:
        return f"has no program {path} ({error.strerror}); set WRITEPATH for the worker"
    if found != expected:
        return (f"has another program: {path} has hash {found[:12]}, the sweep's has "
                f"{expected[:12]}")
    return None


def run_on_worker(program, expected, text, seed):
    refused = refusal(program, expected)
    if refused:
        return {"refused": refused}
    with tempfile.TemporaryDirectory(prefix="writepath-sweep-") as folder:
        scenario = pathlib.Path(folder) / "scenario.json"
        scenario.write_text(text)
        done = subprocess.run(
            command(os.environ.get("WRITEPATH") or program, scenario, seed, folder + "/out"),
            capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return outcome(done.returncode, done.stdout, done.stderr)
