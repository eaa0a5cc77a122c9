"""Points of a figure: as many as a screen can show, and a table of some to read."""

MOST_DRAWN = 2000  # of one line; a screen has no more columns
MOST_READ = 24  # of one line in a table


def screened(trace):
    """A line of very many points as the least and the greatest of each column of a screen: it looks
    the same, and no peak is lost."""
    if trace.get("mode") != "lines" or trace.get("fill") or len(trace["x"]) <= MOST_DRAWN:
        return trace
    xs, ys = trace["x"], trace["y"]
    columns = MOST_DRAWN // 2
    kept = {0, len(xs) - 1}
    for column in range(columns):
        part = range(len(xs) * column // columns, len(xs) * (column + 1) // columns)
        kept |= {min(part, key=ys.__getitem__), max(part, key=ys.__getitem__)}
    kept = sorted(kept)
    return {**trace, "x": [xs[i] for i in kept], "y": [ys[i] for i in kept]}


def few(data):
    return all(len(trace["x"]) <= MOST_READ for trace in data)


def thinned(xs, ys):
    """Every k-th pair, and the last."""
    pairs = list(zip(xs, ys))
    step = max(1, -(-len(pairs) // MOST_READ))
    return pairs[::step] + (pairs[-1:] if step > 1 and (len(pairs) - 1) % step else [])
