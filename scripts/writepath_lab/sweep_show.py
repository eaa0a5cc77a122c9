"""What a sweep says while it runs, and its table at the end."""
import sys
import time

from .intervals import mean_interval
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


class Progress:
    def __init__(self, quiet):
        self.quiet, self.terminal = quiet, sys.stderr.isatty()
        self.begin = time.monotonic()
        self.said = 0

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
            full = BAR * done // max(total, 1)
            print(f"\r[{'#' * full}{'.' * (BAR - full)}] {text}\033[K", end="", file=sys.stderr,
                  flush=True)
        elif done * LINES // max(total, 1) != self.said:
            self.said = done * LINES // max(total, 1)
            print(text, file=sys.stderr, flush=True)

    def say(self, text):
        """A line of its own, above the bar."""
        print(("\r\033[K" if self.terminal and not self.quiet else "") + text, file=sys.stderr,
              flush=True)

    def close(self):
        if self.terminal and not self.quiet:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


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
            runs = sum(1 for s in state.seeds() if "architectures" in state.outcomes.get(s, {}))
            rows.append([*map(words_of, state.point.values), name, str(runs),
                         *(interval_words(state.values(name, m), confidence) for m in measures)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    left = len(axes)  # the architecture's name is the one text
    lines = ["  ".join(text.ljust(w) if i == left else text.rjust(w)
                       for i, (text, w) in enumerate(zip(row, widths))).rstrip() for row in rows]
    return "\n".join([f"{definition['name']}: {definition['question']}",
                      f"means ± half the {confidence * 100:g} % confidence interval (Student's t, "
                      "over seeds)", "", *lines])
