"""Bisection for the rate at which an objective breaks, with a statement of confidence."""
import math
from dataclasses import dataclass, field


@dataclass
class Judged:
    """What the runs at one rate said, for one architecture."""
    rate: float
    held: int
    runs: int
    verdict: str  # holds | breaks | open


@dataclass
class Knee:
    architecture: str
    status: str  # found | never breaks | always breaks | open
    holds_at: float | None = None
    breaks_at: float | None = None
    judged: list = field(default_factory=list)


def sign_test(held, runs, confidence):
    """"holds" where fewer than half of all seeds breaking is as sure as asked, "breaks" the other
    way round, else "open": the exact binomial test of one half, one-sided."""
    def tail(k):  # P(at least k of the runs) with one half
        return sum(math.comb(runs, i) for i in range(k, runs + 1)) / 2 ** runs
    if tail(held) <= 1 - confidence:
        return "holds"
    if tail(runs - held) <= 1 - confidence:
        return "breaks"
    return "open"


def judge(rate, outcomes_at, architecture, confidence, most_runs):
    """Adds runs until the test decides. outcomes_at(rate, n): for the first n seeds, whether the
    objective held, for each architecture. Looking again after each batch would make the test too
    sure of itself, so each of the looks gets its part of what may be wrong (Bonferroni)."""
    fewest = next(n for n in range(1, 200) if sign_test(n, n, confidence) == "holds")
    sizes = sorted({min(most_runs, fewest + extra) for extra in (1, 6, 16)})
    part = 1 - (1 - confidence) / len(sizes)
    for runs in sizes:
        held = sum(outcomes_at(rate, runs)[architecture])
        verdict = sign_test(held, runs, part)
        if verdict != "open":
            break
    return Judged(rate, held, runs, verdict)


def find(architecture, low, high, outcomes_at, confidence, most_runs, tolerance):
    """The narrowest bracket in which the objective begins to break."""
    knee = Knee(architecture, "open")

    def verdict(rate):
        knee.judged.append(judge(rate, outcomes_at, architecture, confidence, most_runs))
        return knee.judged[-1].verdict
    at_low = verdict(low)
    if at_low != "holds":
        knee.status = "always breaks" if at_low == "breaks" else "open"
        knee.breaks_at = low if at_low == "breaks" else None
        return knee
    knee.holds_at = low
    at_high = verdict(high)
    if at_high != "breaks":
        knee.status = "never breaks" if at_high == "holds" else "open"
        knee.holds_at = high if at_high == "holds" else low
        return knee
    knee.breaks_at = high
    while knee.breaks_at - knee.holds_at > tolerance * knee.breaks_at:
        middle = float(f"{(knee.holds_at + knee.breaks_at) / 2:.4g}")
        if not knee.holds_at < middle < knee.breaks_at:
            break
        found = verdict(middle)
        if found == "open":  # so close to the knee that half of the seeds break
            break
        if found == "holds":
            knee.holds_at = middle
        else:
            knee.breaks_at = middle
    knee.status = "found"
    return knee
