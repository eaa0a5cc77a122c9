#!/usr/bin/env python3
"""Finds the rate at which lag diverges, or a latency objective breaks.

    scripts/knee.py SCENARIO --axis /workload/clients/0/open_loop/rate_per_s --from 100 --to 2000
    scripts/knee.py SCENARIO --axis ... --objective 'commit_latency_ms_p99<=20'

By bisection: at each rate, seeds are run until an exact binomial test says that the objective holds,
or breaks, in at least half of all seeds. The confidence is of an architecture's whole answer: all its
rates together are judged rightly with it (Bonferroni over the rates that may be asked for). Without --objective: lag
diverges where a replica's lag grows by more than 10 ms in each second
(replica_lag_growth_s_per_s > 0.01; a replica that keeps up has 0, one that doesn't 1 - capacity / rate).
A run without a sample of the metric counts as one that broke.
Exit codes: 0 an answer for every architecture, 2 not for every one, 3 bad usage.
"""
import concurrent.futures
import json
import os
import re
import sys
from dataclasses import asdict

from writepath_lab import knee_search, program
from writepath_lab.usage import Parser

DIVERGES = "replica_lag_growth_s_per_s<=0.01"


def positive(text):
    value = float(text)
    if not 0 < value < 1e9:
        raise ValueError(text)
    return value


def options():
    parser = Parser(description=__doc__)
    parser.add_argument("scenario", metavar="SCENARIO")
    parser.add_argument("--axis", required=True, metavar="/POINTER", help="the rate's key")
    parser.add_argument("--from", dest="low", type=positive, required=True, metavar="RATE")
    parser.add_argument("--to", dest="high", type=positive, required=True, metavar="RATE")
    parser.add_argument("--objective", default=DIVERGES, metavar="METRIC<=VALUE")
    parser.add_argument("--set", action="append", default=[], metavar="/POINTER=VALUE")
    parser.add_argument("--architecture", action="append", help="only this one (may be repeated)")
    parser.add_argument("--confidence", type=float, default=0.95)
    parser.add_argument("--tolerance", type=float, default=0.05,
                        help="width of the bracket, as a part of the rate (default 0.05)")
    parser.add_argument("--runs", type=int, default=30, help="seeds at each rate at most (default 30)")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("-o", "--output", metavar="FILE", help="the JSON, for plot.py --knee")
    args = parser.parse_args()
    objective = re.fullmatch(r"([a-z0-9_.]+)\s*(<=|>=)\s*(-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)",
                             args.objective)
    if not objective:
        parser.error(f"--objective takes METRIC<=VALUE or METRIC>=VALUE, not \"{args.objective}\"")
    if not args.low < args.high:
        parser.error("--from must be below --to")
    if not 0.5 < args.confidence < 1 or not 0.001 <= args.tolerance < 1 or args.jobs < 1:
        parser.error("--confidence lies between 0.5 and 1, --tolerance from 0.001 to 1, -j from 1")
    rates = knee_search.rates_at_most(args.low, args.high, args.tolerance)
    least = knee_search.least_runs(args.confidence, rates)
    if args.runs < least:
        parser.error(f"--runs: with fewer than {least} seeds nothing can be said with confidence "
                     f"{args.confidence:g} of {rates} rates together")
    return args, objective.groups()


class Runs:
    """Outcomes by rate and seed, each run once; every architecture in every run."""

    def __init__(self, args, objective):
        self.args, (self.metric, self.relation, self.bound) = args, objective
        self.program = program.find_program()
        self.pool = concurrent.futures.ThreadPoolExecutor(args.jobs)  # they wait for processes
        self.known = {}

    def one(self, rate, seed):
        sets = ["/battery/enabled=false", *self.args.set, f"{self.args.axis}={rate:.10g}"]
        call = [word for text in sets for word in ("--set", text)]
        code, scenarios, err = program.run_json(self.program, self.args.scenario, *call,
                                                "--seed", seed, "-j", 1)
        if code not in (0, 1, 2) or scenarios is None:
            program.fail(f"at {rate:g}, seed {seed}: exit code {code}\n{err.strip()}")
        return {a["name"]: a["metrics"] for a in scenarios[0]["runs"][0]["architectures"]}

    def holds(self, metrics):
        if self.metric not in metrics:
            program.fail(f"no metric \"{self.metric}\" of a run; METRICS.md has their names"
                         + ("; costs need prices: --set '/prices={\"per_million_ios\": ...}'"
                            if self.metric.startswith("cost_") else ""))
        value = metrics[self.metric]
        if value is None:
            return None
        return value <= float(self.bound) if self.relation == "<=" else value >= float(self.bound)

    def __call__(self, rate, runs):
        """{architecture: [held?]} of the first seeds at a rate."""
        needed = [seed for seed in range(1, runs + 1) if (rate, seed) not in self.known]
        for seed, found in zip(needed, self.pool.map(lambda s: self.one(rate, s), needed)):
            self.known[rate, seed] = found
        names = self.known[rate, 1]
        return {name: [bool(self.holds(self.known[rate, seed][name]))
                       for seed in range(1, runs + 1)] for name in names}


def sentence(knee, objective, tolerance):
    said = f"{knee.architecture}: {objective} "
    last = {j.rate: j for j in knee.judged}
    if knee.status == "found":
        a, b = last[knee.holds_at], last[knee.breaks_at]
        said += (f"breaks between {a.rate:g} and {b.rate:g} "
                 f"(held in {a.held} of {a.runs} seeds there, in {b.held} of {b.runs} here)")
        between = knee.judged[-1]
        if b.rate - a.rate > tolerance * b.rate and between.verdict == "open":
            said += (f"; no narrower: at {between.rate:g} it held in {between.held} of "
                     f"{between.runs}, which decides nothing")
        return said
    if knee.status == "never breaks":
        return said + f"holds up to {knee.holds_at:g}, the end of the range"
    if knee.status == "always breaks":
        return said + f"is broken at {knee.breaks_at:g} already, the beginning of the range"
    return said + "is not decided: " + ", ".join(
        f"held in {j.held} of {j.runs} seeds at {j.rate:g}" for j in knee.judged
        if j.verdict == "open")


def main():
    args, objective = options()
    runs = Runs(args, objective)
    first = runs(args.low, 1)
    names = list(dict.fromkeys(args.architecture or first))
    for name in names:
        if name not in first:
            program.fail(f"no architecture \"{name}\"; the scenario has: {', '.join(first)}")
    for name in list(names):
        metrics = runs.known[args.low, 1][name]
        if runs.holds(metrics) is None:
            print(f"knee.py: {name} has no sample of {runs.metric} (no replicas, or nothing "
                  "committed): left out", file=sys.stderr)
            names.remove(name)
    knees = [knee_search.find(name, args.low, args.high, runs, args.confidence, args.runs,
                              args.tolerance) for name in names]
    text = json.dumps({"scenario": str(args.scenario), "axis": args.axis,
                       "objective": "".join(objective), "confidence": args.confidence,
                       "confidence_of": "each architecture's verdicts together",
                       "knees": [asdict(knee) for knee in knees]}, indent=2) + "\n"
    if args.output:
        try:
            with open(args.output, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            program.fail(f"{args.output}: {error.strerror}")
    if args.format == "json":
        print(text, end="")
    else:
        for knee in knees:
            print(sentence(knee, "".join(objective), args.tolerance))
        print(f"each line as a whole has confidence {args.confidence:g}: of all seeds at least half hold, or "
              "break, as it says")
    sys.exit(0 if knees and all(knee.status != "open" for knee in knees) else 2)


if __name__ == "__main__":
    main()
