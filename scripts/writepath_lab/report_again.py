"""What only the program can say, asked of it again: verdicts of expectations, one commit as a
space-time diagram. The results on disk have neither. A run is deterministic, so the same program
gives the same run again; its fingerprints prove that it did."""
import json
import os
import pathlib
import subprocess
import tempfile
import urllib.parse

from .program import ROOT, run_json
from .report_page import escape, table

NO_PROGRAM = ("the program is not at hand (build it, or set WRITEPATH); expectations and the "
              "space-time diagram need it")


def program_at_hand():
    path = pathlib.Path(os.environ.get("WRITEPATH") or ROOT / "build" / "release" / "writepath")
    return str(path.resolve()) if os.access(path, os.X_OK) and path.is_file() else None


def same_runs(runs, manifest, folder):
    """(the program's JSON of the same scenario and seeds, None) or (None, why not)."""
    program = program_at_hand()
    if not program:
        return None, NO_PROGRAM
    given = manifest["provenance"]["options"]
    if given.get("model_libraries"):
        # A page must not load a library because somebody's results name it.
        return None, "the results were made with a model library, which a page does not load"
    if given.get("network", "closed-form") != "closed-form":
        return None, f"the results were made with --network {given['network']}"
    seeds = sorted({run.seed for run in runs})
    if seeds != list(range(seeds[0], seeds[0] + len(seeds))):
        return None, "the seeds of these results are not in a row"
    file = pathlib.Path(folder) / "scenario.json"
    file.write_text(json.dumps(runs[0].scenario()), encoding="utf-8")
    code, found, said = run_json(program, file, "--seed", seeds[0], "--runs", len(seeds),
                                 "--engine", given.get("engine", "drained"))
    if not found:
        return None, said.strip().splitlines()[-1] if said.strip() else f"exit code {code}"
    again = {(a["name"], seed["seed"]): a["fingerprint"]
             for seed in found[0]["runs"] for a in seed["architectures"]}
    if again != {(run.architecture, run.seed): run.summary["fingerprint"] for run in runs}:
        return None, ("the program at hand gives other runs than these results (another version, "
                      "or some are missing): run the scenario anew")
    return found[0], None


def expectations(page, runs, manifest):
    """Adds the section; returns (counts by verdict, why the program could not be asked)."""
    expected = runs[0].scenario().get("expect") or []
    with tempfile.TemporaryDirectory(prefix="writepath-") as folder:
        found, why = same_runs(runs, manifest, folder)
    if not expected:
        page.section("Expectations", "<p>The scenario has none.</p>")
        return {}, why
    if why:
        page.section("Expectations", f"<p>Not judged here: {escape(why)}.</p>")
        return {}, why
    judged = found.get("expectations_over_seeds") or found["expectations"]
    columns = ["expected", "verdict", "measured", "because"]
    rows = [[e["expected"], e["verdict"], e["reason"],
             expected[e["index"]].get("because", "")] for e in judged]
    if not any(row[3] for row in rows):
        columns, rows = columns[:3], [row[:3] for row in rows]
    page.section("Expectations", table("What the scenario expects, judged by the program", columns,
                                       rows, text_columns=(0, 1, 2, 3), verdict_column=1))
    counts = {}
    for e in judged:
        counts[e["verdict"]] = counts.get(e["verdict"], 0) + 1
    return counts, None


def trace(program, scenario, seed, architectures, form):
    with tempfile.TemporaryDirectory(prefix="writepath-") as folder:
        file = pathlib.Path(folder) / "scenario.json"
        file.write_text(json.dumps(scenario), encoding="utf-8")
        named = [part for name in architectures for part in ("--architecture", name)]
        done = subprocess.run([program, "trace", file, "--seed", str(seed), "--format", form, *named],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return (done.stdout, None) if done.returncode == 0 else (None, last.replace(str(file), "").strip())


def diagram(svg, text, what):
    """As an image, so that the SVG's own styles do not reach the page; its words in a list below."""
    source = "data:image/svg+xml," + urllib.parse.quote(svg[svg.index("<svg"):], safe=" =:/;,()'")
    return (f'<div class="scroll diagram" tabindex="0" role="region" aria-label="{escape(what)}">'
            f'<img src="{escape(source)}" alt="{escape(what)}; each step is listed below"></div>'
            f"<details><summary>The steps: {escape(what)}</summary><pre>{escape(text)}</pre></details>\n")


def transactions(page, runs, why):
    """One commit of one architecture of each model side by side, then each of the others."""
    heading = "One commit, message by message"
    if why:
        page.section(heading, f"<p>Not drawn: {escape(why)}.</p>")
        return
    program, scenario, seed = program_at_hand(), runs[0].scenario(), runs[0].seed
    ran = list(dict.fromkeys(run.architecture for run in runs))
    models, beside, others = set(), [], []
    for run in runs:
        if run.architecture in beside + others:
            continue
        (others if run.summary["model"] in models else beside).append(run.architecture)
        models.add(run.summary["model"])
    body = ""
    for group in [beside, *([name] for name in ran if name in others)]:
        what = f"one commit of {' and '.join(group)}, seed {seed}"
        svg, refused = trace(program, scenario, seed, group, "svg")
        text, _ = trace(program, scenario, seed, group, "text") if svg else (None, None)
        if not svg or "<svg" not in svg:
            body += f"<p>Not drawn, {escape(what)}: {escape(refused)}.</p>\n"
        elif group == beside:
            body += diagram(svg, text, what)
        else:
            body += f"<details><summary>{escape(group[0])}</summary>{diagram(svg, text, what)}</details>\n"
    page.section(heading, body)
