"""Student's t: confidence intervals of means."""
import functools
import math


@functools.lru_cache
def t_quantile(confidence, freedom):
    """The t that a two-sided interval of this confidence takes."""
    from scipy.special import stdtrit  # here: scripts first ask for their modules
    return float(stdtrit(freedom, (1 + confidence) / 2))


def mean_interval(values, confidence):
    """(mean, half of the interval's width); None for the half where one value is all there is."""
    n = len(values)
    mean = math.fsum(values) / n
    if n < 2:
        return mean, None
    variance = math.fsum((v - mean) ** 2 for v in values) / (n - 1)
    return mean, t_quantile(confidence, n - 1) * math.sqrt(variance / n)
