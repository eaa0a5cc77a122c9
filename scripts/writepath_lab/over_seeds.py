"""One figure of the runs of several seeds: what is pooled, what is a mean, what one seed shows.

A band goes from the least to the greatest seed. Seeds are independent, so it holds the median of all
seeds that there are with a confidence of 1 - 2^(1-n), whatever their distribution (order statistics).
"""
import bisect
import json
import math

from .program import fail
from .results import by_architecture, read_json


def grouped(runs):
    """{architecture: its runs}; ends the script where one's runs cannot be drawn as one."""
    groups = by_architecture(runs)
    for name, own in groups.items():
        scenarios = {json.dumps({**read_json(run.folder / "manifest.json").get("scenario", {}),
                                 "seed": None}, sort_keys=True) for run in own}
        if len(scenarios) > 1:
            fail(f"the results of {name} are of several scenarios or settings of one: "
                 "give the folder of one")
        if len({run.seed for run in own}) < len(own):
            fail(f"the results of {name} have a seed twice: give one folder")
    return groups


def in_words(runs):
    seeds = sorted({run.seed for run in runs})
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    if seeds == list(range(seeds[0], seeds[-1] + 1)):
        return f"seeds {seeds[0]} to {seeds[-1]}"
    return f"{len(seeds)} seeds from {seeds[0]} to {seeds[-1]}"


def band_words(runs):
    fewest = min(len(own) for own in by_architecture(runs).values())
    return (f"band: least to greatest of {in_words(runs)}"
            + (f" (the median seed is inside with {100 * (1 - 2 ** (1 - fewest)):.3g} % confidence)"
               if fewest > 1 else ""))


def note(runs, kind):
    """What a figure shows, in words below it. kind: pooled, mean, parts or one."""
    many = len({run.seed for run in runs}) > 1
    if not many:
        return in_words(runs)
    return {"pooled": f"line: all of {in_words(runs)}, pooled; {band_words(runs)}",
            "mean": f"line: mean of {in_words(runs)}; {band_words(runs)}",
            "parts": f"means of {in_words(runs)}",
            "one": f"line: seed {min(run.seed for run in runs)}; {band_words(runs)}"}[kind]


def pooled_latencies(runs):
    """[(share of commits, ms, least ms of a seed, greatest)], all seeds' commits as one sample.

    HdrHistogram's text has some of each seed's percentiles; between them a straight line."""
    measured = [(run.latencies(), run.summary["metrics"].get("commits_acked") or 0) for run in runs]
    measured = [(tuple(zip(*points)), commits) for points, commits in measured if points and commits]
    seeds, commits = [seed for seed, _ in measured], [n for _, n in measured]
    if len(seeds) < 2:
        return [(share, ms, ms, ms) for shares, values in seeds for share, ms in zip(shares, values)]
    every = sorted({ms for _, values in seeds for ms in values})
    below = [math.fsum(n * share_below(*seed, ms) for seed, n in zip(seeds, commits)) / sum(commits)
             for ms in every]
    found = []
    for share in sorted({share for shares, _ in seeds for share in shares}):
        each = [values[first_not_below(shares, share)] for shares, values in seeds]
        found.append((share, value_at(below, every, share), min(each), max(each)))
    return found


def share_below(shares, values, ms):
    """Of one seed: the share of commits of at most ms."""
    place = bisect.bisect_right(values, ms)
    if place in (0, len(values)):
        return 0.0 if place == 0 else 1.0
    step = (ms - values[place - 1]) / (values[place] - values[place - 1])
    return shares[place - 1] + (shares[place] - shares[place - 1]) * step


def value_at(shares, values, share):
    place = first_not_below(shares, share)
    if place == 0 or shares[place] <= shares[place - 1]:
        return values[place]
    step = (share - shares[place - 1]) / (shares[place] - shares[place - 1])
    return values[place - 1] + (values[place] - values[place - 1]) * min(1, step)


def first_not_below(ordered, share):
    return min(bisect.bisect_left(ordered, share - 1e-12), len(ordered) - 1)


def series(runs, metric):
    """({node: (times, values)} of the first seed, (times, least, greatest) over all seeds and nodes
    or None where there is one seed)."""
    each = [run.series(metric) for run in runs]
    if len(runs) < 2:
        return each[0], None
    at = {}
    for nodes in each:
        for times, values in nodes.values():
            for time, value in zip(times, values):
                low, high = at.get(time, (value, value))
                at[time] = min(low, value), max(high, value)
    times = sorted(at)
    return each[0], (times, [at[t][0] for t in times], [at[t][1] for t in times])


def stale(runs):
    """[(t in ms, mean P(stale), least, greatest)]"""
    found = {}
    for run in runs:
        for key, value in run.summary["metrics"].items():
            if key.startswith("stale_read_probability_") and value is not None:
                found.setdefault(float(key.split("_")[-1].removesuffix("ms")), []).append(value)
    return [(t, mean(values), min(values), max(values)) for t, values in sorted(found.items())]


def mean(values):
    return math.fsum(values) / len(values)


def breakdown(runs):
    """{part: mean ms}"""
    parts = dict.fromkeys(part for run in runs for part in run.summary["commit_latency_breakdown_ms"])
    return {part: mean([run.summary["commit_latency_breakdown_ms"].get(part) or 0 for run in runs])
            for part in parts}


def breakdown_totals(runs):
    return [math.fsum(value or 0 for value in run.summary["commit_latency_breakdown_ms"].values())
            for run in runs]


def outcomes(runs, fault):
    """Each seed's outcome of the fault, where it met the architecture."""
    found = [next((f for f in run.summary["faults"] if f["id"] == fault), None) for run in runs]
    return [outcome for outcome in found if outcome]


def rto_parts(runs, fault):
    """[(name, kind, mean s)] of the seeds in which commits came back; the parts add up."""
    measured = [o["rto_parts"] for o in outcomes(runs, fault) if o.get("rto_parts")]
    found = {}
    for parts in measured:
        for part in parts:
            found.setdefault((part["name"], part["kind"]), []).append(part["s"] or 0)
    return [(name, kind, math.fsum(values) / len(measured)) for (name, kind), values in found.items()]


def rto_words(runs, fault):
    """"8.3 s (7.1 to 9.9)", "never in 1 of 6 seeds"; "-" where nothing was measured."""
    met = outcomes(runs, fault)
    times = [o["rto_s"] for o in met if o.get("rto_s") is not None and not o.get("censored")]
    never = sum(bool(o.get("censored")) for o in met)
    words = []
    if times:
        low, high = f"{min(times):.3g}", f"{max(times):.3g}"
        words.append(f"{mean(times):.3g} s" + (f" ({low} to {high})" if low != high else ""))
    if never:
        words.append("never" if len(met) == 1 else f"never in {never} of {len(met)} seeds")
    return ", ".join(words) or "-"
