"""The page of a comparison: what `writepath compare --format json` printed."""
import json

from .report_answers import HIGHER, LOWER, NONE, names_in_words
from .report_bars import height_of
from .report_figures import line_of
from .report_page import Page, axis, escape, number, table

# Told first where they were compared; then the others in the file's order.
FIRST = ["commits_per_s", "commit_latency_ms_p99", "replica_lag_ms_p99", "commits_lost"]
MOST_IN_ANSWER = 6
COLUMNS = ["metric", "architecture", "seen", "difference", "interval", "baseline", "it has", "pairs",
           "confidence"]


def by_metric(comparison):
    found = {}
    for entry in comparison["metrics"]:
        found.setdefault(entry["metric"], []).append(entry)
    return found


def interval_words(entry):
    low, high = entry["difference"].get("low"), entry["difference"].get("high")
    return "-" if low is None or high is None else f"{number(low)} to {number(high)}"


def verdicts_in_words(entries):
    found = {}
    for entry in entries:
        found.setdefault(entry["verdict"], []).append(entry["architecture"])
    order = [LOWER, HIGHER, NONE, *(v for v in found if v not in (LOWER, HIGHER, NONE))]
    if len(found) == 1 and len(entries) > 2:
        return f"{entries[0]['verdict']} with all others"
    return "; ".join(f"{verdict} with {names_in_words(found[verdict])}"
                     for verdict in order if verdict in found)


def answer(comparison):
    metrics = by_metric(comparison)
    seeds = comparison["seeds"]
    words = [f"Against {comparison['baseline']}, over {len(seeds)} seeds, paired."]
    faults = [m for m in metrics if m.endswith((".rpo_transactions", ".rto_s"))]
    told = list(dict.fromkeys([*(m for m in FIRST if m in metrics), *faults, *metrics]))
    words += [f"{metric}: {verdicts_in_words(metrics[metric])}." for metric in told[:MOST_IN_ANSWER]]
    if len(told) > MOST_IN_ANSWER:
        words.append(f"The other {len(told) - MOST_IN_ANSWER} metrics are in the table.")
    broken = comparison.get("broken_checks") or []
    words.append(f"{len(broken)} checks broke." if broken else "No check broke.")
    return " ".join(words)


def add_figure(page, metric, entries, baseline):
    """Each architecture's difference with its interval, beside the line of no difference."""
    drawn = [e for e in entries if e["difference"].get("estimate") is not None]
    if not any(e["difference"]["estimate"] or e["difference"].get("low") for e in drawn):
        return  # all the same: the table says so
    line = line_of([baseline, *(e["architecture"] for e in drawn)])
    data = []
    for e in drawn:
        d = e["difference"]
        trace = {"type": "scatter", "mode": "markers", "name": e["architecture"],
                 "x": [d["estimate"]], "y": [e["architecture"]], "showlegend": False,
                 "marker": {"color": line[e["architecture"]]["color"], "size": 10}}
        if d.get("low") is not None and d.get("high") is not None:
            trace["error_x"] = {"type": "data", "symmetric": False, "thickness": 2, "width": 6,
                                "array": [d["high"] - d["estimate"]],
                                "arrayminus": [d["estimate"] - d["low"]]}
        data.append(trace)
    page.figure(f"{metric}: difference from {baseline}", data,
                {"xaxis": axis(f"difference in {metric}", zeroline=True, zerolinewidth=3,
                               zerolinecolor="#888888", rangemode="tozero"),
                 "yaxis": axis("", type="category", autorange="reversed")},
                height_px=height_of(len(drawn)), numbers=False)


def page_of_comparison(comparison):
    baseline, seeds = comparison["baseline"], comparison["seeds"]
    page = Page(f"{comparison['scenario']}: compared", comparison.get("question", ""),
                answer(comparison))
    metrics = by_metric(comparison)
    page.section("Results", table(
        f"Each architecture against {baseline}, over {len(seeds)} seeds, paired", COLUMNS,
        [[metric, e["architecture"], e["verdict"], number(e["difference"].get("estimate")),
          interval_words(e), number(e.get("baseline_value")), number(e.get("value")),
          number(e.get("pairs", e.get("seeds"))),
          "-" if e.get("confidence") is None else f"{e['confidence'] * 100:.4g} %"]
         for metric, entries in metrics.items() for e in entries], text_columns=(0, 1, 2)))
    page.note('An interval that leaves out 0 is "lower" or "higher". "No difference seen" does not say '
              "that there is none: more seeds may show one. "
              + ("All intervals hold together with the confidence asked for."
                 if comparison.get("family") else
                 "Each interval stands by itself: of 20 at 95 %, one misses on average."))
    if comparison.get("prices"):
        page.note("Costs are by prices of your own: "
                  + ", ".join(f"{key} {price if key == 'currency' else number(price)}"
                              for key, price in comparison["prices"].items()) + ".")
    for metric, entries in metrics.items():
        add_figure(page, metric, entries, baseline)
    broken = comparison.get("broken_checks") or []
    page.section("Checks", "<p>No check broke in any run.</p>" if not broken else
                 f"<pre>{escape(json.dumps(broken, indent=2))}</pre>")
    confidence = comparison.get("confidence")
    page.section("Where it comes from", "<p>" + escape(
        f"writepath compare of the scenario {comparison['scenario']} (resolved: hash "
        f"{comparison.get('scenario_hash', 'unknown')}), baseline {baseline}, seeds {seeds[0]} to "
        f"{seeds[-1]}, confidence {confidence}, the first {number(comparison.get('warmup_s'))} s of "
        "each run not counted.") + "</p><pre>" + escape(
        f"writepath compare SCENARIO --baseline {baseline} --seed {seeds[0]} --runs {len(seeds)} "
        f"--confidence {confidence}" + (" --family" if comparison.get("family") else "")
        + " --format json") + "</pre>")
    return page
