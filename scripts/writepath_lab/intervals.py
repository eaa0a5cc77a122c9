"""Confidence intervals over seeds: of a mean by Student's t, of a median by order statistics."""
import functools
import math


@functools.lru_cache
def t_quantile(confidence, freedom):
    """The t that a two-sided interval of this confidence takes. To 12 digits: what is beyond them
    depends on the processor, and files must not."""
    from scipy.special import stdtrit  # here: scripts first ask for their modules
    return float(f"{float(stdtrit(freedom, (1 + confidence) / 2)):.12g}")


def mean_of(values):
    """Exact where all values are the same."""
    first = values[0]
    return first + math.fsum(v - first for v in values) / len(values)


def median_of(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return ordered[middle - 1] + (ordered[middle] - ordered[middle - 1]) / 2


def mean_interval(values, confidence):
    """(mean, half of the interval's width); None for the half where one value is all there is."""
    n, mean = len(values), mean_of(values)
    if n < 2:
        return mean, None
    error = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1) / n)
    return mean, t_quantile(confidence, n - 1) * error if error else 0.0


@functools.lru_cache
def median_rank(n, confidence):
    """(k, the confidence that it has): the k-th smallest and k-th largest of n values hold the
    median with 1 - 2 P(Binomial(n, 1/2) < k), whatever the distribution. The greatest such k; 0
    where even the least and the greatest value don't reach the confidence."""
    k, below, ways, reached = 0, 0, 1, 0.0
    while 2 * (k + 1) <= n:
        below += ways
        ways = ways * (n - k) // (k + 1)
        inside = (2 ** n - 2 * below) / 2 ** n  # whole numbers: exact, and any n
        if inside < confidence:
            break
        k, reached = k + 1, inside
    return k, reached


def least_for_median(confidence):
    """Values that an interval of the median takes: 6 at 95 %."""
    return next(n for n in range(2, 2000) if median_rank(n, confidence)[0])


def median_interval(values, confidence):
    """(low, high, the confidence that it has), or None: too few values."""
    k, reached = median_rank(len(values), confidence)
    ordered = sorted(values)
    return (ordered[k - 1], ordered[-k], reached) if k else None
