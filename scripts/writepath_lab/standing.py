"""How the runs behind a point of a sweep ended: a mean over runs that broke must not look like one
over runs that hold."""
from collections import Counter

BAD = ("broken", "failed", "unjudged")  # statuses of points.csv beside "ok", worst first
MOST_NAMED = 3  # points named one by one; more are counted


def is_bad(counts):
    return any(counts[status] for status in BAD)


def trouble_words(counts):
    """"2 of 3 runs broken, 1 failed"; "" where all are ok."""
    bad = [(counts[status], status) for status in BAD if counts[status]]
    if not bad:
        return ""
    (first, status), *more = bad
    return ", ".join([f"{first} of {sum(counts.values())} runs {status}", *(f"{n} {s}" for n, s in more)])


def footnote(by_point):
    """Of {(architecture, point in words): counts}: one sentence below a picture; "" where all are
    ok."""
    bad = {key: counts for key, counts in by_point.items() if is_bad(counts)}
    if not bad:
        return ""
    if len(bad) <= MOST_NAMED:
        return "; ".join(f"{name} at {point}: {trouble_words(counts)}"
                         for (name, point), counts in bad.items())
    return f"at {len(bad)} of {len(by_point)} points {trouble_words(sum(bad.values(), Counter()))}"
