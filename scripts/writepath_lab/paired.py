"""An architecture beside a baseline, seed by seed, with the methods and words of `writepath compare`:
the same seed gives each the same arrivals, keys and faults, so a seed is a pair."""
from dataclasses import dataclass

from .intervals import least_for_median, mean_interval, mean_of, median_interval, median_of

LOWER, HIGHER, NONE, TOO_FEW = "lower", "higher", "no difference seen", "too few pairs"
MEAN, MEDIAN = "student_t", "order_statistics"
# Their errors are skewed, so their differences are compared by the median.
BY_MEDIAN = ("_p50", "_p95", "_p99", "_p999", "_max")


@dataclass
class Difference:
    measure: str
    baseline: str
    architecture: str
    method: str
    pairs: int = 0             # seeds in which both have a value
    missing: int = 0           # seeds in which the architecture has none
    baseline_missing: int = 0
    baseline_value: float | None = None  # mean or median over the pairs
    value: float | None = None
    estimate: float | None = None        # mean or median of the differences
    low: float | None = None
    high: float | None = None
    confidence: float = 0.0    # of the interval: what was asked for, or a little more
    seen: str = TOO_FEW
    needed: int = 2            # pairs that an interval takes


def method_of(measure):
    return MEDIAN if measure.endswith(BY_MEDIAN) else MEAN


def seen_in(low, high):
    return LOWER if high < 0 else HIGHER if low > 0 else NONE


def compared(measure, baseline, architecture, seeds, confidence):
    """seeds: for each seed that was run, {architecture: value}; one without a value is not there,
    or None."""
    found = Difference(measure, baseline, architecture, method_of(measure), confidence=confidence)
    by_mean = found.method == MEAN
    found.needed = 2 if by_mean else least_for_median(confidence)
    both = []
    for values in seeds:
        a, b = values.get(baseline), values.get(architecture)
        found.baseline_missing += a is None
        found.missing += b is None
        if a is not None and b is not None:
            both.append((a, b))
    found.pairs = len(both)
    if not both:
        return found
    middle = mean_of if by_mean else median_of
    differences = [b - a for a, b in both]
    found.baseline_value, found.value = middle([a for a, _ in both]), middle([b for _, b in both])
    found.estimate = middle(differences)
    if by_mean:
        mean, half = mean_interval(differences, confidence)
        interval = None if half is None else (mean - half, mean + half, confidence)
    else:
        interval = median_interval(differences, confidence)
    if interval:
        found.low, found.high, found.confidence = interval
        found.seen = seen_in(found.low, found.high)
    return found
