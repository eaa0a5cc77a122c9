"""The page of a run: results/SCENARIO with all architectures and seeds."""
import json
import os
import pathlib
import shlex
import subprocess
import tempfile

from .colours import PALETTE, styles
from .program import ROOT
from .report_page import Page, axis, escape, number, table
from .results import by_architecture, first_seeds

ROWS = ["commits_acked", "commits_failed", "commits_unknown", "commits_per_s",
        "commit_latency_ms_p50", "commit_latency_ms_p99", "commit_latency_ms_p999",
        "transaction_latency_ms_p99", "replica_lag_ms_p50", "replica_lag_ms_p99",
        "stale_read_fraction", "total_ios_per_commit", "cross_az_bytes_per_commit",
        "commit_availability", "commits_lost"]
FAULT_ROWS = ["rpo_transactions", "recoverable_transactions", "rto_s", "write_unavailable_s",
              "read_unavailable_s", "commits_stalled", "time_to_full_redundancy_s"]
# Parts of a whole: told apart by the colour-blind, and none is lost on black.
BARS = [*(colour for colour in PALETTE if colour != "#000000"), "#999999", "#8C510A"]
PLOTLY_DASH = {"solid": "solid", "dashed": "dash", "dashdot": "dashdot", "dotted": "dot"}


def line_of(names):
    return {name: {"color": colour, "dash": PLOTLY_DASH[dash]}
            for name, (colour, dash, _) in styles(names).items()}


def over_seeds(runs, value_of):
    """One value, or "from .. to" over the seeds; "-" where none has a sample."""
    values = [v for v in map(value_of, runs) if v is not None]
    if not values:
        return "-"
    if len(values) == 1 or min(values) == max(values):
        return number(values[0])
    return f"{number(min(values))} to {number(max(values))}"


def answer(groups):
    """What the data says, and no more: latency, then losses and time without commits."""
    words = ["Commit latency, p99: " + ", ".join(
        f"{name} {over_seeds(runs, lambda r: r.summary['metrics'].get('commit_latency_ms_p99'))} ms"
        for name, runs in groups.items()) + "."]
    for fault in next(iter(groups.values()))[0].summary["faults"]:
        parts = []
        for name, runs in groups.items():
            lost = over_seeds(runs, lambda r: fault_of(r, fault["id"]).get("rpo_transactions"))
            down = over_seeds(runs, lambda r: fault_of(r, fault["id"]).get("rto_s"))
            never = any(fault_of(r, fault["id"]).get("censored") for r in runs)
            parts.append(f"{name} lost {lost} acknowledged transactions and "
                         + ("did not commit again" if never else f"committed again after {down} s"))
        words.append(f"Fault {fault['id']}: " + "; ".join(parts) + ".")
    verdicts = [c["verdict"] for runs in groups.values() for r in runs for c in r.summary["checks"]]
    words.append(f"Checks: {verdicts.count('holds')} hold, {verdicts.count('broken')} broken, "
                 f"{len(verdicts) - verdicts.count('holds') - verdicts.count('broken')} other.")
    return " ".join(words)


def fault_of(run, fault):
    return next((f for f in run.summary["faults"] if f["id"] == fault), {})


def page_of_runs(runs):
    scenario = runs[0].scenario()
    groups = by_architecture(runs)
    names, first = list(groups), first_seeds(runs)
    page = Page(scenario["name"], scenario.get("question", ""), answer(groups))
    seeds = sorted({run.seed for run in runs})
    page.section("Results", table(
        f"Seeds {seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else f"Seed {seeds[0]}",
        ["metric", *names],
        [[row, *(over_seeds(groups[n], lambda r: r.summary["metrics"].get(row)) for n in names)]
         for row in ROWS]))
    for fault in first[0].summary["faults"]:
        page.section(f"Fault {fault['id']}", table(
            fault.get("kind", ""), ["outcome", *names],
            [[row, *(over_seeds(groups[n], lambda r: fault_of(r, fault["id"]).get(row))
                     for n in names)] for row in FAULT_ROWS]))
    add_figures(page, first, line_of(names))
    add_transaction(page, scenario, runs[0].seed)
    add_timeline(page, first)
    add_checks(page, runs)
    page.section("Reproduce", reproduce(runs, scenario))
    return page


def add_figures(page, first, line):
    def traces(points_of, **more):
        found = []
        for run in first:
            xs, ys = points_of(run)
            if xs:
                found.append({"type": "scatter", "mode": "lines", "name": run.architecture, "x": xs,
                              "y": ys, "line": line[run.architecture], **more})
        return found

    def percentiles(run):
        points = [(1 / (1 - p), ms) for p, ms in run.latencies() if p < 1]
        return [x for x, _ in points], [y for _, y in points]
    page.figure("Commit latency by percentile", traces(percentiles), {
        "xaxis": axis("percentile", type="log", tickvals=[1, 2, 10, 100, 1000, 10000, 100000],
                      ticktext=["0", "50", "90", "99", "99.9", "99.99", "99.999"]),
        "yaxis": axis("commit latency (ms)", type="log")})
    bars = fault_shapes(first[0])
    page.figure("Commits over time",
                traces(lambda run: run.series("commits_per_s").get("", ([], []))),
                {"xaxis": axis("time (s)"), "yaxis": axis("commits per s"), **bars})
    lag = []
    for run in first:
        for node, (xs, ys) in run.series("replica_lag_ms").items():
            lag.append({"type": "scatter", "mode": "lines", "name": f"{run.architecture} {node}",
                        "x": xs, "y": ys, "line": line[run.architecture]})
    page.figure("Replica lag over time", lag,
                {"xaxis": axis("time (s)"), "yaxis": axis("replica lag (ms)"), **bars})
    stale = traces(stale_points)
    page.figure("P(stale) after the acknowledgement", stale,
                {"xaxis": axis("t (ms)", type="log"), "yaxis": axis("P(stale)", range=[-0.02, 1.02])})
    stacked = [{"type": "bar", "orientation": "h", "name": part.replace("_", " "),
                "marker": {"color": BARS[number % len(BARS)]},
                "y": [run.architecture for run in first],
                "x": [run.summary["commit_latency_breakdown_ms"].get(part) or 0 for run in first]}
               for number, part in enumerate(first[0].summary["commit_latency_breakdown_ms"])]
    page.figure("Of what the mean commit latency is made", [t for t in stacked if any(t["x"])],
                {"barmode": "stack", "xaxis": axis("ms"), "yaxis": axis("architecture")})
    for fault in first[0].summary["faults"]:
        parts = {}
        for run in first:
            for part in fault_of(run, fault["id"]).get("rto_parts") or []:
                name = part["name"].removesuffix("_s").replace("_", " ") + f" ({part['kind']})"
                # What options set is grey and hatched; the rest came out of the mechanism.
                look = ({"color": "#999999", "pattern": {"shape": "/"}} if part["kind"] == "input"
                        else {"color": BARS[len(parts) % len(BARS)]})
                trace = parts.setdefault(name, {"type": "bar", "orientation": "h", "name": name,
                                                "x": [], "y": [], "marker": look})
                trace["x"].append(part["s"])
                trace["y"].append(run.architecture)
        page.figure(f"Fault {fault['id']}: until commits again", list(parts.values()),
                    {"barmode": "stack", "xaxis": axis("s"), "yaxis": axis("architecture")})


def stale_points(run):
    points = sorted((float(key.split("_")[-1].removesuffix("ms")), value)
                    for key, value in run.summary["metrics"].items()
                    if key.startswith("stale_read_probability_") and value is not None)
    return [x for x, _ in points], [y for _, y in points]


def fault_shapes(run):
    """Grey bars, as long as each fault lasts."""
    return {"shapes": [
        {"type": "rect", "xref": "x", "yref": "paper", "x0": e["begin_s"], "x1": e["end_s"],
         "y0": 0, "y1": 1, "fillcolor": "#888888", "opacity": 0.18, "line": {"width": 0}}
        for e in run.summary["timeline"] if e["subject"].startswith("fault ")]}


def add_transaction(page, scenario, seed):
    """One commit as a space-time diagram, where the program is at hand that can draw it."""
    program = pathlib.Path(os.environ.get("WRITEPATH") or ROOT / "build" / "release" / "writepath")
    if not program.exists():
        return
    with tempfile.TemporaryDirectory(prefix="writepath-") as folder:
        file = pathlib.Path(folder) / "scenario.json"
        file.write_text(json.dumps(scenario))
        done = subprocess.run([program, "trace", file, "--seed", str(seed)], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL)
    if done.returncode == 0 and "<svg" in done.stdout:
        svg = done.stdout[done.stdout.index("<svg"):]
        page.section("One commit, message by message",
                     f'<div class="scroll" tabindex="0" role="region" '
                     f'aria-label="Space-time diagram">{svg}</div>')


def add_timeline(page, first):
    tables = "".join(
        f"<details><summary>{escape(run.architecture)}</summary>" + table(
            f"What was up when: {run.architecture}", ["from (s)", "to (s)", "what", "state", "fault"],
            [[number(e["begin_s"]), number(e["end_s"]), e["subject"], e["state"], e["fault"]]
             for e in run.summary["timeline"]], text_columns=(2, 3, 4)) + "</details>"
        for run in first)
    page.section("Time line", tables)


def add_checks(page, runs):
    rows = [[check["name"], run.architecture, run.seed, check["verdict"], check["witness"] or ""]
            for run in runs for check in run.summary["checks"]]
    page.section("Checks", table("What each run was checked for",
                                 ["check", "architecture", "seed", "verdict", "witness"], rows,
                                 text_columns=(0, 1, 3, 4)))


def reproduce(runs, scenario):
    from .results import read_json
    manifest = read_json(runs[0].folder / "manifest.json")
    seeds = sorted({run.seed for run in runs})
    call = ["writepath", "run", f"{scenario['name']}.json", "--seed", str(seeds[0]),
            "--runs", str(len(seeds))]
    built = ", ".join(f"{k} {v}" for k, v in manifest["provenance"].items() if k != "options")
    return (f"<p>Save the scenario below as <code>{escape(scenario['name'])}.json</code>, then:</p>"
            f"<pre>{escape(' '.join(map(shlex.quote, call)))}</pre><p>{escape(built)}; scenario "
            f"{escape(manifest['scenario_hash'])}; fingerprints: "
            + escape(", ".join(f"{r.architecture} {r.seed} {r.summary['fingerprint']}" for r in runs))
            + "</p><details><summary>The resolved scenario</summary><pre>"
            + escape(json.dumps(scenario, indent=2)) + "</pre></details>")
