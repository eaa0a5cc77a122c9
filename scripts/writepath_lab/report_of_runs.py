"""The page of a run: results/SCENARIO with all architectures and seeds."""
import json
import shlex

from . import report_again
from .program import fail
from .report_answers import sentence_against_first
from .report_figures import add_figures, fault_ids, fault_of, timeline_figure
from .report_page import Page, escape, number, table
from .results import by_architecture, first_seeds, read_json

ROWS = ["commits_acked", "commits_failed", "commits_unknown", "commits_per_s",
        "commit_latency_ms_p50", "commit_latency_ms_p99", "commit_latency_ms_p999",
        "transaction_latency_ms_p99", "replica_lag_ms_p50", "replica_lag_ms_p99",
        "stale_read_fraction", "total_ios_per_commit", "cross_az_bytes_per_commit",
        "commit_availability", "commits_lost"]
FAULT_ROWS = ["rpo_transactions", "recoverable_transactions", "rto_s", "write_unavailable_s",
              "read_unavailable_s", "commits_stalled", "time_to_full_redundancy_s"]
NOT_ASKED = "--no-program was given"


def over_seeds(values):
    """One value, or "from .. to" over the seeds; "-" where none has a sample."""
    values = [v for v in values if v is not None]
    if not values:
        return "-"
    low, high = number(min(values)), number(max(values))
    return low if low == high else f"{low} to {high}"


def metric_of(runs, metric):
    return over_seeds(run.summary["metrics"].get(metric) for run in runs)


def fault_metric_of(runs, fault, metric):
    return over_seeds(fault_of(run, fault).get(metric) for run in runs)


def latency_words(groups):
    parts = [f"{name} {metric_of(runs, 'commit_latency_ms_p99')} ms"
             for name, runs in groups.items() if metric_of(runs, "commit_latency_ms_p99") != "-"]
    if not parts:
        return ["No commit was measured."]
    measured = {name: {run.seed: run.summary["metrics"]["commit_latency_ms_p99"] for run in runs
                       if run.summary["metrics"].get("commit_latency_ms_p99") is not None}
                for name, runs in groups.items()}
    return ["Commit latency, p99: " + ", ".join(parts) + ".",
            sentence_against_first(measured)]


def fault_words(groups, fault):
    """Who lost what, and who committed again when; only what the fault's outcomes have."""
    parts = []
    for name, runs in groups.items():
        met = [run for run in runs if fault_of(run, fault).get("applicable")]
        if not met:
            parts.append(f"it does not apply to {name}")
            continue
        words = []
        lost = fault_metric_of(met, fault, "rpo_transactions")
        if lost != "-":
            words.append(f"lost {'no' if lost == '0' else lost} acknowledged "
                         f"transaction{'' if lost == '1' else 's'}")
        never = sum(bool(fault_of(run, fault).get("censored")) for run in met)
        down = fault_metric_of(met, fault, "rto_s")
        if never:
            words.append("did not commit again before the end"
                         + (f" in {never} of {len(met)} seeds" if len(met) > 1 else ""))
        if down == "0":
            # No outage began at the fault; a planned or late failover may still have stopped writes.
            stopped = fault_metric_of(met, fault, "write_unavailable_s")
            words.append("had all its writes available" if stopped == "0" else
                         f"had writes unavailable for {stopped} s" if stopped != "-" else
                         "did not stop committing at the fault")
        elif down != "-":
            words.append(f"committed again after {down} s")
        parts.append(f"{name} " + (" and ".join(words) or "has no outcome measured"))
    return f"Fault {fault}: " + "; ".join(parts) + "."


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
    groups, first = by_architecture(runs), first_seeds(runs)
    names = list(groups)
    page = Page(scenario["name"], scenario.get("question", ""))
    seeds = sorted({run.seed for run in runs})
    told = f"Seeds {seeds[0]} to {seeds[-1]}: from the least to the greatest" if len(seeds) > 1 \
        else f"Seed {seeds[0]}"
    page.section("Results", table(told, ["metric", *names],
                                  [[row, *(metric_of(groups[n], row) for n in names)] for row in ROWS]))
    faults = fault_ids(runs)
    for fault in faults:
        kind = next(fault_of(run, fault).get("kind", "") for run in runs if fault_of(run, fault))
        page.section(f"Fault {fault}", table(
            kind, ["outcome", *names],
            [[row, *(fault_metric_of(groups[n], fault, row) for n in names)] for row in FAULT_ROWS]))
    if len(seeds) > 1:
        page.note(f"The figures show seed {seeds[0]}.")
    add_figures(page, first)
    if ask_program:
        expected, why = report_again.expectations(page, runs, manifest)
    else:
        expected, why = {}, NOT_ASKED
        page.section("Expectations", f"<p>Not judged here: {escape(why)}.</p>")
    add_checks(page, runs)
    report_again.transactions(page, runs, why)
    add_timeline(page, first)
    page.section("Reproduce", reproduce(runs, manifest))
    page.answer = " ".join(filter(None, [
        *latency_words(groups), *(fault_words(groups, fault) for fault in faults),
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
