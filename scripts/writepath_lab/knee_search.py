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
    """"holds" where it is as sure as asked that it does in at least half of all seeds, "breaks" the
    other way round, else "open": the exact binomial test of one half, one-sided. Where it is one
    half both are true, so that only one of them can ever be wrong."""
    def tail(k):  # P(at least k of the runs) with one half
        return sum(math.comb(runs, i) for i in range(k, runs + 1)) / 2 ** runs
    if tail(held) <= 1 - confidence:
        return "holds"
    if tail(runs - held) <= 1 - confidence:
        return "breaks"
    return "open"


def rates_at_most(low, high, tolerance):
    """How many rates the bisection may ask for. The most where all of them break: the bracket must
    then become as narrow as the smallest rate demands."""
    count = 2
    while high - low > tolerance * high:
        high, count = (low + high) / 2, count + 1
    return count


def looks(most_runs, wrong):
    """[(runs, its part of what may be wrong)]: after the first look more runs are added, twice at
    most. Half goes to the first: far from the knee it decides with the fewest runs."""
    fewest = next(n for n in range(1, 2000) if 0.5 ** n <= wrong / 2)
    sizes = sorted({min(most_runs, fewest), min(most_runs, fewest + 6), most_runs})
    parts = {1: [1], 2: [0.5, 0.5], 3: [0.5, 0.25, 0.25]}[len(sizes)]
    return [(runs, wrong * part) for runs, part in zip(sizes, parts)]


def least_runs(confidence, rates):
    """Below so many seeds nothing can be said of any rate."""
    return next(n for n in range(1, 2000) if 0.5 ** n <= (1 - confidence) / rates)


def judge(rate, outcomes_at, architecture, wrong, most_runs):
    """Adds runs until the test decides. outcomes_at(rate, n): for the first n seeds, whether the
    objective held, for each architecture. wrong: the chance of a wrong verdict at this rate, shared
    by its looks (Bonferroni)."""
    for runs, part in looks(most_runs, wrong):
        held = sum(outcomes_at(rate, runs)[architecture])
        verdict = sign_test(held, runs, 1 - part)
        if verdict != "open":
            break
    return Judged(rate, held, runs, verdict)


def find(architecture, low, high, outcomes_at, confidence, most_runs, tolerance):
    """The narrowest bracket in which the objective begins to break. All verdicts together, at as many
    rates as may be asked for, are right with this confidence (Bonferroni): whichever of them the
    bisection takes for the bracket's ends, the bracket has it."""
    knee = Knee(architecture, "open")
    most_rates = rates_at_most(low, high, tolerance)
    wrong = (1 - confidence) / most_rates

    def verdict(rate):
        knee.judged.append(judge(rate, outcomes_at, architecture, wrong, most_runs))
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
    while knee.breaks_at - knee.holds_at > tolerance * knee.breaks_at and \
            len(knee.judged) < most_rates:
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
