"""The page of a sweep: each measure against each axis, and all points in a table."""
import json
import shlex
import types

from .intervals import mean_interval
from .program import fail
from .report_answers import sentence_against_first
from .report_figures import band, line_of
from .report_of_differences import add_difference, add_differences
from .report_page import Page, axis, escape, table
from .results import read_json
from .standing import footnote, trouble_words
from .sweep_file import words_of
from .sweep_points import reproduce_line, set_arguments
from .sweep_show import interval_words
from .sweep_table import value_words

CONFIDENCE = 0.95  # of a definition that names none
MOST_ROWS_UNFOLDED = 30


def slices(sweep, along):
    """The table cut so that only `along` differs: [(title, part)]."""
    others = [name for name in sweep.axes if name != along]
    cuts = dict.fromkeys(tuple(row[name] for name in others) for row in sweep.rows)
    for cut in cuts:
        rows = [row for row in sweep.rows if tuple(row[name] for name in others) == cut]
        title = ", ".join(f"{name} = {value}" for name, value in zip(others, cut))
        yield title, sweep.cut(rows)


def traces(part, along, measure, line, confidence):
    found = []
    for name in part.architectures():
        points = [(x, *mean_interval(values, confidence))
                  for x, values in part.values(name, along, measure)]
        if not points:
            continue
        xs = [x for x, _, _ in points]
        if all(half is not None for _, _, half in points):
            found.append(band(name, line[name], xs, [m - h for _, m, h in points],
                              [m + h for _, m, h in points]))
        standing = part.standing(name, along)
        found.append({"type": "scatter", "mode": "lines+markers", "name": name, "legendgroup": name, "x": xs,
                      "y": [mean for _, mean, _ in points], "line": line[name],
                      **marked([trouble_words(standing[x,]) for x in xs])})
    return found


def marked(troubles):
    """A hollow marker, and words at the pointer, where not all of a point's runs are ok."""
    if not any(troubles):
        return {}
    return {"text": troubles, "marker": {"symbol": ["circle-open" if t else "circle" for t in troubles],
                                         "size": [12 if t else 6 for t in troubles]}}


def ends_in_words(part, along, measure, confidence):
    """The ends of the axis, in words: the reader sees at once whether it matters."""
    words = []
    for name in part.architectures():
        points = part.values(name, along, measure)
        if not points:
            continue
        texts = []
        for x, values in dict.fromkeys((p[0], tuple(p[1])) for p in (points[0], points[-1])):
            trouble = trouble_words(part.standing(name, along)[x,])
            texts.append(f"{interval_words(values, confidence)} at {along} = {value_words(x)}"
                         + (f" ({trouble})" if trouble else ""))
        words.append(f"{name}: " + ", ".join(texts))
    return "; ".join(words) + "." if words else "no samples."


def answer(sweep, measure, confidence):
    along = sweep.axes[0]
    cuts = list(slices(sweep, along))
    title, part = cuts[-1]
    at_end = part.rows[-1][along]
    measured = {}
    for row in part.rows:
        if row[along] == at_end and row[measure] != "":
            measured.setdefault(row["architecture"], {})[row["seed"]] = float(row[measure])
    words = [measure + (f" where {title}" if title else "") + ":",
             ends_in_words(part, along, measure, confidence)]
    compared = sentence_against_first(measured, confidence)
    if compared:
        words.append(f"At {along} = {at_end}: {compared[0].lower()}{compared[1:]}")
    if len(cuts) > 1:
        words.append("Other values of the other axes are below.")
    bad = [row for row in sweep.rows if row["status"] != "ok"]
    words.append(f"{len(bad)} of {len(sweep.rows)} rows are not ok." if bad else
                 f"All {len(sweep.rows)} rows are ok.")
    return " ".join(words)


def page_of_sweep(sweep, folder):
    definition = read_json(folder / "sweep.json")
    confidence = definition.get("repetitions", {}).get("confidence", CONFIDENCE)
    page = Page(definition["name"], sweep.title)
    if not sweep.measures or not sweep.axes:
        fail(f"{folder / 'points.csv'}: has no axis or no measure")
    measure = next((m for m in sweep.measures if m.startswith("replica_lag_ms")),
                   sweep.measures[0])
    page.answer = answer(sweep, measure, confidence)
    line = line_of(sweep.architectures())
    add_table(page, sweep, confidence)
    add_differences(page, sweep, definition)
    for along in sweep.axes:
        cuts = list(slices(sweep, along))
        for place, (title, part) in enumerate(cuts):
            if title:
                # One cut open: the first axis's last, which the answer speaks of.
                page.open_group(f"Against {along}, where {title}",
                                along == sweep.axes[0] and place == len(cuts) - 1)
            for name in sweep.measures:
                heading = f"{name} against {along}" + (f", {title}" if title else "")
                page.figure(heading, traces(part, along, name, line, confidence),
                            {"xaxis": axis(along), "yaxis": axis(name)})
                add_difference(page, heading, part, along, name, line)
            note_not_ok(page, part, along)
            if title:
                page.close_group()
    add_statuses(page, sweep, definition)
    add_definition(page, definition)
    return page


def add_table(page, sweep, confidence):
    rows = {}
    for row in sweep.rows:
        key = tuple(row[name] for name in sweep.axes) + (row["architecture"],)
        rows.setdefault(key, []).append(row)
    numbers = table(
        f"Means over seeds ± half the {confidence * 100:g} % confidence interval (Student's t)",
        [*sweep.axes, "architecture", "runs", "not ok", *sweep.measures],
        [[*key, len(found), sum(r["status"] != "ok" for r in found),
          *(mean_text(found, m, confidence) for m in sweep.measures)] for key, found in rows.items()],
        text_columns=(len(sweep.axes),))
    if len(rows) > MOST_ROWS_UNFOLDED:
        numbers = f"<details><summary>All {len(rows)} rows</summary>{numbers}</details>"
    page.section("Results", numbers)


def run_line(row, sweep, definition):
    """As scripts/sweep.py names a run: the base scenario, what is set, the point, the seed."""
    pointers = {a["name"]: a["pointer"] for a in definition["axes"]}
    values = {a["name"]: {words_of(v): v for v in a["values"]} for a in definition["axes"]}
    point = types.SimpleNamespace(sets=set_arguments([
        *({"/battery/enabled": False} | definition["set"]).items(),
        *((pointers[name], values[name][row[name]]) for name in sweep.axes)]))
    return reproduce_line(definition, point, row["seed"])


def note_not_ok(page, part, along):
    said = footnote({(name, f"{along} = {value_words(x)}"): counts for name in part.architectures()
                     for (x,), counts in part.standing(name, along).items()})
    if said:
        page.note(f"Hollow marker: not all runs ok ({said}).")


def add_statuses(page, sweep, definition):
    bad = [row for row in sweep.rows if row["status"] != "ok"]
    if not bad:
        page.section("Checks", "<p>Every run's checks and expectations hold.</p>")
        return
    page.section("Checks", table(
        "Runs in which a check or an expectation broke or could not be judged, or which failed",
        ["point", "architecture", "seed", "status", "to reproduce"],
        [[", ".join(f"{name} = {row[name]}" for name in sweep.axes), row["architecture"], row["seed"],
          row["status"], run_line(row, sweep, definition)] for row in bad],
        text_columns=(0, 1, 3, 4), verdict_column=3))


def add_definition(page, definition):
    # These two are results, no part of what sweep.py reads.
    file = {key: value for key, value in definition.items() if key not in ("program", "architectures")}
    page.section("Reproduce", f"<p>Save the definition below as <code>{escape(file['name'])}.json"
                 "</code>, then:</p>"
                 f"<pre>{escape(shlex.join(['scripts/sweep.py', file['name'] + '.json']))}</pre>"
                 f"<details><summary>The definition</summary><pre>"
                 f"{escape(json.dumps(file, indent=2))}</pre></details>"
                 f"<p>The program's SHA-256: {escape(definition.get('program', 'unknown'))}</p>")


def mean_text(rows, measure, confidence):
    return interval_words([float(r[measure]) for r in rows if r[measure] not in ("", None)],
                          confidence)
