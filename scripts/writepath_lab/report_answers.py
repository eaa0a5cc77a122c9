"""What may be said in a sentence: differences paired by seed, and only as far as the seeds carry.

The same seed gives each architecture the same arrivals, keys and faults, so a seed is a pair. The
interval of the median difference comes from order statistics, as in `writepath compare`: exact
whatever the distribution.
"""
from .intervals import median_rank
from .paired import HIGHER, LOWER, NONE, seen_in


def verdict_of(differences, confidence=0.95):
    """lower, higher or "no difference seen". Where the pairs are too few for an interval, every
    one of them must have the same sign; the words around it say so (see `carries`)."""
    ordered = sorted(differences)
    k = max(median_rank(len(ordered), confidence)[0], 1)
    return seen_in(ordered[k - 1], ordered[-k])


def carries(pairs, confidence=0.95):
    """What stands behind the verdict, in brackets after it."""
    if pairs == 1:
        return "one seed, which says nothing of others"
    if median_rank(pairs, confidence)[0] == 0:
        return f"in each of {pairs} seeds; too few for an interval"
    return f"{pairs} seeds, {confidence * 100:g} % confidence"


def against_first(measured, confidence=0.95):
    """measured: {architecture: {seed: value}}. (baseline, {verdict: [architectures]}, fewest
    pairs), or None where no two architectures share a seed with samples."""
    names = [name for name, values in measured.items() if values]
    if len(names) < 2:
        return None
    baseline, found, fewest = names[0], {}, None
    for name in names[1:]:
        differences = [value - measured[baseline][seed] for seed, value in measured[name].items()
                       if seed in measured[baseline]]
        if differences:
            found.setdefault(verdict_of(differences, confidence), []).append(name)
            fewest = min(len(differences), fewest or len(differences))
    return (baseline, found, fewest) if found else None


def names_in_words(names):
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def sentence_against_first(measured, confidence=0.95):
    """"Against mysql, paired by seed: lower with aurora (6 seeds, 95 % confidence)." """
    compared = against_first(measured, confidence)
    if not compared:
        return ""
    baseline, found, pairs = compared
    parts = [f"{verdict} with {names_in_words(found[verdict])}"
             for verdict in (LOWER, HIGHER, NONE) if verdict in found]
    return f"Against {baseline}, paired by seed: {'; '.join(parts)} ({carries(pairs, confidence)})."
