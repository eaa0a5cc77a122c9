"""What a sweep says while it runs, and its table at the end."""
import os
import sys
import time
from collections import Counter

from .intervals import mean_interval
from .paired import MEDIAN, method_of
from .standing import BAD
from .sweep_differences import of_state
from .sweep_file import words_of

BAR = 30
LINES = 10  # where stderr is no terminal: about so many


def words_of_time(seconds):
    seconds = round(seconds)
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 5400:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def columns_of_stderr():
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80  # 0: it does not say
    except OSError:
        return 80


class Progress:
    def __init__(self, quiet):
        self.quiet = quiet
        self.terminal = sys.stderr.isatty() and os.environ.get("TERM") not in (None, "", "dumb")
        self.begin = time.monotonic()
        self.said = 0

    def put(self, text):
        """To stderr. Whoever read it may be gone: the sweep goes on without words."""
        try:
            print(text, end="", file=sys.stderr, flush=True)
        except OSError:
            self.quiet = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())

    def show(self, done, total, here):
        """done of total runs, of which this process has made `here`."""
        if self.quiet:
            return
        left = ""
        if here:
            left = (time.monotonic() - self.begin) / here * (total - done)
            left = f", about {words_of_time(left)} left" if done < total else ""
        text = f"{done} of {total} runs{left}"
        if self.terminal:
            # One line: of one that wraps, \r goes back to its last row alone.
            room = columns_of_stderr() - 1
            bar = max(0, min(BAR, room - len(text) - 3))
            full = bar * done // max(total, 1)
            drawn = f"[{'#' * full}{'.' * (bar - full)}] {text}" if bar else text[:room]
            self.put(f"\r{drawn}\033[K")
        elif done * LINES // max(total, 1) != self.said:
            self.said = done * LINES // max(total, 1)
            self.put(text + "\n")

    def say(self, text):
        """A line of its own, above the bar."""
        self.put(("\r\033[K" if self.terminal and not self.quiet else "") + text + "\n")

    def close(self):
        if self.terminal and not self.quiet:
            self.put("\r\033[K")


def figure(value):
    if value == 0 or 0.001 <= abs(value) < 1e7:
        text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
        return text
    return f"{value:.3g}"


def interval_words(values, confidence):
    if not values:
        return "-"
    mean, half = mean_interval(values, confidence)
    if half is None:
        return figure(mean)
    return f"{figure(mean)} ± {f'{half:,.0f}' if 99.5 <= half < 1e7 else f'{half:.2g}'}"


def table(definition, states):
    """Means and their confidence intervals, by point and architecture."""
    confidence = definition["repetitions"]["confidence"]
    axes, measures = definition["axes"], definition["measures"]
    rows = [[*(axis["name"] for axis in axes), "architecture", "runs", *measures]]
    for state in states:
        for name in state.point.architectures:
            rows.append([*map(words_of, state.point.values), name, runs_words(state, name),
                         *(interval_words(state.values(name, m), confidence) for m in measures)])
    return "\n".join([f"{definition['name']}: {definition['question']}",
                      f"means ± half the {confidence * 100:g} % confidence interval (Student's t, "
                      "over seeds)", *caution(definition), "",
                      *aligned(rows, {len(axes)})])


def runs_words(state, architecture):
    """"3", or "3, 1 broken": a mean over runs that broke is marked."""
    counts = Counter(run.get(architecture, ("failed",))[0] for run in state.runs())
    return ", ".join([str(sum(counts.values())),
                      *(f"{counts[status]} {status}" for status in BAD if counts[status])])


def aligned(rows, texts):
    """Lines of a table; the columns of `texts` begin at the left."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(text.ljust(w) if i in texts else text.rjust(w)
                      for i, (text, w) in enumerate(zip(row, widths))).rstrip() for row in rows]


def caution(definition):
    """Where seeds were added until an interval was narrow, intervals are a little too narrow."""
    repetitions = definition["repetitions"]
    if not repetitions.get("relative_half_width") or repetitions["max"] == repetitions["min"]:
        return []
    return ["seeds were added until they were narrow, so they hold a little less often than that "
            "(docs/sweep.md)"]


def table_of_differences(definition, states):
    """Each architecture against the baseline; nothing where there is one alone."""
    measures, axes = definition["measures"], definition["axes"]
    names = [m + (" (median)" if method_of(m) == MEDIAN else "") for m in measures]
    rows = [[*(axis["name"] for axis in axes), "architecture", "pairs", *names]]
    for state in states:
        found = {}
        for difference, _ in of_state(state, definition):
            found.setdefault(difference.architecture, []).append(difference)
        rows += [[*map(words_of, state.point.values), name, pairs_words(of_name),
                  *map(difference_words, of_name)] for name, of_name in found.items()]
    if len(rows) == 1:
        return ""
    baseline = definition["baseline"] or "each point's first architecture"
    return "\n".join(["", f"differences from {baseline}, paired by seed: intervals of their mean, or of their "
                      "median (percentiles, maxima)", "",
                      *aligned(rows, {len(axes), *range(len(axes) + 2, len(rows[0]))}), ""])


def pairs_words(differences):
    counts = [d.pairs for d in differences]
    return str(counts[0]) if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"


def difference_words(d):
    if d.low is None:
        return f"{d.seen}: {d.needed} needed"
    return f"{figure(d.low)} to {figure(d.high)} {d.seen}"
