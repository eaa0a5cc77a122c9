#!/usr/bin/env python3
"""docs/outputs.md: each output file, its columns and keys, and each fact of events.ndjson.

    scripts/outputs_page.py            prints the page
    scripts/outputs_page.py --update   writes docs/outputs.md

Facts and their fields come from sim/observe's headers, what metrics mean from METRICS.md; the rest
stands below. The test `outputs_page` holds it against what a run writes.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]

MANIFEST = {
    "manifest_version": "1", "scenario_hash": "of the resolved scenario, 16 hexadecimal digits",
    "architecture": "its name", "standard_fault": "of the standard battery, in such a run only",
    "seed": "of this run", "fingerprint": "hash of every fact stated: equal for equal runs",
    "scenario": "as it was played, every default filled in",
    "provenance": "version, compiler, build, SimGrid, options (`--set`, `--prices`, engine, network, "
                  "model libraries with their hashes): the only part of the results that may differ "
                  "when the same run is made elsewhere",
}
SUMMARY = {
    "name": "the architecture's", "model": "the architecture's", "seed": "of this run",
    "fingerprint": "as in manifest.json", "events": "that the simulator ran",
    "survives": "what the architecture's rules promise, computed without a run",
    "metrics": "by name, null without a sample: see METRICS.md; `cost_...` only where the scenario has "
               "`prices`",
    "replicas": "metrics of each replica", "clients": "metrics of each client group",
    "faults": "metrics of each fault that struck", "operations": "metrics of each operation",
    "checks": "name, verdict (`holds`, `broken` or `unknown`) and witness",
    "commit_latency_breakdown_ms": "mean of each part of a commit",
    "replica_lag_breakdown_ms": "mean of each part of the lag",
    "write_path_ms": "mean time from COMMIT to each step of the write path",
    "cross_az_bytes_per_commit": "by kind of traffic",
    "cross_az_messages_per_commit": "by kind of traffic",
    "io": "counts by place and purpose", "traffic": "counts by kind",
    "timeline": "who was what, until when",
}
SERIES = {"time_s": "begin of the second (or moment of the sample)",
          "node": "which one; empty: the whole run", "metric": "its name", "value": "its value"}
TIMELINE = {"begin_s": "from when", "end_s": "until when", "subject": "a node, or `commits`",
            "state": "what it was", "fault": "id of the fault that made it so"}
POINTS = {"point": "12 hexadecimal digits: hash of the point's scenario as resolved, without its seed",
          "*axis*": "one column for each axis of the sweep, by its name",
          "architecture": "its name", "model": "its model", "seed": "of the run",
          "status": "`ok`, `broken`, `unjudged` or `failed`",
          "*measure*": "one column for each measure: a metric, or `fault.ID.METRIC`; empty: no "
                       "sample"}
DIFFERENCES = {"point": POINTS["point"], "*axis*": POINTS["*axis*"], "measure": "what is compared",
               "baseline": "the architecture compared with", "architecture": "its name",
               "method": "`student_t`: of the mean of the differences; `order_statistics`: of their median",
               "pairs": "seeds in which both have a value",
               "missing": "seeds in which the architecture has none, or failed",
               "baseline_missing": "seeds in which the baseline has none, or failed",
               "not_ok": "seeds in which the status of one of the two is not `ok`",
               "baseline_value": "mean or median over the pairs", "value": "the architecture's",
               "difference": "mean or median of the pairs' differences",
               "low": "begin of its interval; empty: too few pairs", "high": "end of its interval",
               "confidence": "of this interval by itself: what was asked for, or a little more",
               "seen": "`lower`, `higher`, `no difference seen` or `too few pairs`"}


def facts():
    """[(name, meaning, [field])] in the headers' order."""
    found = []
    for header in ("facts_of_clients", "facts_of_data", "facts_of_nodes", "facts"):
        text = (ROOT / f"sim/observe/{header}.hpp").read_text()
        for match in re.finditer(r"((?:^///[^\n]*\n)*)^struct (\w+) \{\n(.*?)^\};", text,
                                 flags=re.M | re.S):
            name = re.search(r'const char\* name = "(\w+)"', match[3])
            if not name:
                continue
            meaning = " ".join(line.removeprefix("///").strip() for line in match[1].splitlines())
            body = match[3].partition("void fields")[2]
            fields = re.findall(r'\bv\("(\w+)"', body)
            if "name_of(static_cast<CommitPart>" in body:
                fields.append("*part*")
            found.append((name[1], meaning or re.sub(r"(?<!^)(?=[A-Z])", " ", match[2]).lower(),
                          fields))
    return found


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def of(head, meanings):
    return table((head, "meaning"), [(f"`{key}`" if key[0] != "*" else key, what)
                                     for key, what in meanings.items()])


def page():
    rows = [(f"`{name}`", meaning.replace("|", "\\|"),
             ", ".join(f"`{f}`" if f[0] != "*" else f for f in fields))
            for name, meaning, fields in facts()]
    return f"""# Output files

Made by scripts/outputs_page.py. A run's folder is `results/SCENARIO/ARCHITECTURE/seed-N/`, beside it those of the
standard faults. Numbers are as short as they can be and still be read back exactly; lines end with LF.

## manifest.json

{of("key", MANIFEST)}

## summary.json

{of("key", SUMMARY)}

What each metric means: [METRICS.md](../sim/metrics/METRICS.md).

## timeseries.csv

A row for each second (or sample), node and metric.

{of("column", SERIES)}

## timeline.csv

Written where something happened.

{of("column", TIMELINE)}

## latency.hgrm

Commit latency in milliseconds, as HdrHistogram prints percentiles: `Value`, `Percentile`, `TotalCount`,
`1/(1-Percentile)`. Any HdrHistogram plotter reads it.

## history.edn

With `--history`: what the clients of `workload.registers` did and learnt, a map a line in Jepsen's form (`:index`,
`:type` of `:invoke`, `:ok`, `:fail` or `:info`, `:process`, `:f`, `:value` as [register value], `:time` in ns).

## events.ndjson

With `--events`: every fact, a JSON object a line, in order. Each has `t_ns` (simulated time), `seq` (1, 2, 3, ...),
`node` (null: none) and `fact`; names that end in `_ns` are nanoseconds, `epoch` and `seq_no` a place in history. *part*: the
nanoseconds of each part of a commit, by its name.

{table(("fact", "meaning", "fields"), rows)}

## points.csv

Of a sweep (scripts/sweep.py), in `results/sweeps/NAME/`: a row for each point, architecture and seed.

{of("column", POINTS)}

## differences.csv

Beside it: a row for each point, architecture and measure, against the baseline, paired by seed, as `writepath compare` does.

{of("column", DIFFERENCES)}
"""


def main():
    if sys.argv[1:] == ["--update"]:
        (ROOT / "docs/outputs.md").write_text(page())
    elif sys.argv[1:]:
        sys.exit("usage: outputs_page.py [--update]")
    else:
        sys.stdout.write(page())


if __name__ == "__main__":
    main()
