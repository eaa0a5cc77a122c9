"""The page of a run: results/SCENARIO with all architectures and seeds."""
import json
import shlex
import statistics

from . import over_seeds, report_again
from .program import fail
from .report_answers import sentence_against_first
from .report_bars import add_parts, timeline_figure
from .report_costs import add_costs
from .report_faults import add_battery, add_faults, faults_in_words, range_of
from .report_figures import add_lines
from .report_page import Page, escape, number, table
from .results import by_architecture, read_json

ROWS = ["commits_acked", "commits_failed", "commits_unknown", "commits_per_s",
        "commit_latency_ms_p50", "commit_latency_ms_p99", "commit_latency_ms_p999",
        "transaction_latency_ms_p99", "replica_lag_ms_p50", "replica_lag_ms_p99",
        "stale_read_fraction", "total_ios_per_commit", "cross_az_bytes_per_commit",
        "commit_availability", "commits_lost"]
NOT_ASKED = "--no-program was given"


def metric_of(runs, metric):
    return range_of(run.summary["metrics"].get(metric) for run in runs)


MOST_TOLD = 4  # architectures whose latency the answer has


def latency_words(groups):
    measured = {name: {run.seed: run.summary["metrics"]["commit_latency_ms_p99"] for run in runs
                       if run.summary["metrics"].get("commit_latency_ms_p99") is not None}
                for name, runs in groups.items()}
    measured = {name: values for name, values in measured.items() if values}
    if not measured:
        return ["No commit was measured."]

    def said(name):
        return f"{name} {range_of(measured[name].values())} ms"
    if len(measured) > MOST_TOLD:
        ordered = sorted(measured, key=lambda name: statistics.median(measured[name].values()))
        words = f"least with {said(ordered[0])}, greatest with {said(ordered[-1])}"
    else:
        words = ", ".join(map(said, measured))
    return [f"Commit latency, p99: {words}.", sentence_against_first(measured)]


def counted(counts):
    return ", ".join(f"{n} {'hold' if v == 'holds' and n != 1 else v}" for v, n in counts.items())


def verdict_words(runs, expected):
    verdicts = [check["verdict"] for run in runs for check in run.summary["checks"]]
    counts = {v: verdicts.count(v) for v in dict.fromkeys(["holds", "broken", *verdicts])}
    broken = sorted({f"{check['name']} ({run.architecture})" for run in runs
                     for check in run.summary["checks"] if check["verdict"] == "broken"})
    words = "Checks: " + counted(counts)
    words += f" ({', '.join(broken)})." if broken else "."
    if expected:
        words += f" Expectations: {counted(expected)}."
    return words


def one_scenario(runs):
    """The manifest of the first run; ends the script where the folder has several scenarios."""
    manifests = [read_json(run.folder / "manifest.json") for run in runs]
    texts = {json.dumps({**m["scenario"], "seed": None}, sort_keys=True) for m in manifests}
    if len(texts) > 1:
        names = sorted({m["scenario"]["name"] for m in manifests})
        fail("the results are of several scenarios or settings of one "
             f"({', '.join(names)}): give the folder of one")
    return manifests[0]


def page_of_runs(runs, ask_program=True):
    manifest = one_scenario(runs)
    scenario = manifest["scenario"]
    groups = over_seeds.grouped(runs)
    names = list(groups)
    page = Page(scenario["name"], scenario.get("question", ""))
    seeds = sorted({run.seed for run in runs})
    told = f"Seeds {seeds[0]} to {seeds[-1]}: from the least to the greatest" if len(seeds) > 1 \
        else f"Seed {seeds[0]}"
    page.section("Results", table(told, ["metric", *names],
                                  [[row, *(metric_of(groups[n], row) for n in names)] for row in ROWS]))
    add_costs(page, groups, scenario)
    add_faults(page, groups)
    add_lines(page, groups)
    add_parts(page, groups)
    add_battery(page, runs)
    if ask_program:
        expected, why = report_again.expectations(page, runs, manifest)
    else:
        expected, why = {}, NOT_ASKED
        page.section("Expectations", f"<p>Not judged here: {escape(why)}.</p>")
    add_checks(page, runs)
    report_again.transactions(page, runs, why)
    add_timeline(page, [own[0] for own in groups.values()])
    page.section("Reproduce", reproduce(runs, manifest))
    page.answer = " ".join(filter(None, [
        *latency_words(groups), *faults_in_words(groups),
        verdict_words(runs, expected)]))
    return page


def add_timeline(page, first):
    for run in first:
        timeline_figure(page, run)
        page.parts.append(
            f"<details><summary>The same as a table: {escape(run.architecture)}</summary>" + table(
                f"Who was what when: {run.architecture}",
                ["from (s)", "to (s)", "who", "state", "fault"],
                [[number(e["begin_s"]), number(e["end_s"]), e["subject"], e["state"], e["fault"]]
                 for e in run.summary["timeline"]], text_columns=(2, 3, 4)) + "</details>\n")


def add_checks(page, runs):
    """How often each check held, then every verdict that has a witness or is not "holds"."""
    groups = by_architecture(runs)
    checks = dict.fromkeys(check["name"] for run in runs for check in run.summary["checks"])

    def counts_of(name, check):
        found = [c["verdict"] for run in groups[name] for c in run.summary["checks"]
                 if c["name"] == check]
        if len(found) < 2:
            return found[0] if found else "-"
        return counted({v: found.count(v) for v in dict.fromkeys(found)})
    body = table("Verdicts, one for each seed", ["check", *groups],
                 [[check, *(counts_of(name, check) for name in groups)] for check in checks])
    rows = [[check["name"], run.architecture, run.seed, check["verdict"], check["witness"] or ""]
            for run in runs for check in run.summary["checks"]
            if check["verdict"] != "holds" or check["witness"]]
    if rows:
        body += table("Witnesses", ["check", "architecture", "seed", "verdict", "witness"], rows,
                      text_columns=(0, 1, 3, 4), verdict_column=3)
    page.section("Checks", body)


def reproduce(runs, manifest):
    scenario, provenance = manifest["scenario"], manifest["provenance"]
    seeds = sorted({run.seed for run in runs})
    call = ["writepath", "run", f"{scenario['name']}.json", "--seed", str(seeds[0]),
            "--runs", str(len(seeds))]
    given = provenance.get("options", {})
    for option, usual in (("engine", "drained"), ("network", "closed-form")):
        if given.get(option, usual) != usual:
            call += [f"--{option}", given[option]]
    for library in given.get("model_libraries", []):
        call += ["--model-library", library["file"]]
    built = ", ".join(f"{k} {v}" for k, v in provenance.items() if k != "options")
    return (f"<p>Save the scenario below as <code>{escape(scenario['name'])}.json</code>, then:</p>"
            f"<pre>{escape(shlex.join(call))}</pre>\n"
            "<details><summary>The resolved scenario</summary><pre>"
            + escape(json.dumps(scenario, indent=2)) + "</pre></details>\n"
            f"<details><summary>Where it comes from</summary><p>writepath: {escape(built)}; scenario "
            f"{escape(manifest['scenario_hash'])}.</p>"
            + table("Fingerprints of the runs", ["architecture", "seed", "fingerprint"],
                    [[r.architecture, r.seed, r.summary["fingerprint"]] for r in runs],
                    text_columns=(0, 2)) + "</details>")
