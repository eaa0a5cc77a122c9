"""A sweep's definition, from its file and the command line; every mistake at once."""
import difflib
import json
import math
import pathlib
import re
import unicodedata

from . import sweep_range
from .sweep_range import MOST as MOST_POINTS

MEASURES = ["commits_per_s", "commit_latency_ms_p99", "replica_lag_ms_p95"]
REPETITIONS = {"min": 3, "confidence": 0.95}
MOST_WITH_PRECISION = 30  # the cap where the user names a precision but no "max"
LARGEST = 1e300
FIXED_COLUMNS = ("point", "architecture", "model", "seed", "status")
KEYS = {
    "": ("name", "question", "scenario", "set", "axes", "repetitions", "measures", "seed", "baseline"),
    "axes": ("pointer", "name", "values", "from", "to", "step", "count", "factor"),
    "repetitions": ("min", "max", "confidence", "relative_half_width", "measure"),
}


def guess(word, legal):
    close = difflib.get_close_matches(str(word), list(legal), 1)
    return f'; did you mean "{close[0]}"?' if close else f"; known: {', '.join(legal)}"


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) \
        and -LARGEST <= value <= LARGEST  # NaN neither


def is_count(value, least=1):
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < 2 ** 53


def words_of(value):
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def is_plain(text):
    """A text without control characters."""
    return is_text(text) and all(unicodedata.category(c) != "Cc" for c in text)


def is_text(text):
    """No half of a pair of surrogates: bytes of a command line that are no UTF-8, or "\\ud800"."""
    return not any("\ud800" <= c <= "\udfff" for c in text)


class Mistakes(list):
    def say(self, place, text):
        # What is quoted may hold what a terminal obeys.
        self.append("".join(c if c.isprintable() else repr(c)[1:-1] for c in f"{place}: {text}"))

    def keys(self, place, given, kind):
        for key in given:
            if key not in KEYS[kind]:
                self.say(f"{place}/{key}", f'unknown key "{key}"' + guess(key, KEYS[kind]))


def range_values(axis, place, mistakes):
    """from, to and one of step, count, factor."""
    ways = [key for key in ("step", "count", "factor") if key in axis]
    before = len(mistakes)
    for key in ("from", "to"):
        if key not in axis:
            mistakes.say(place, f'a range has "from" and "to"; "{key}" is missing')
    if len(ways) != 1:
        mistakes.say(place, 'a range has one of "step", "count" and "factor"')
    for key in ("from", "to", *ways):
        if key in axis and not is_number(axis[key]):
            mistakes.say(f"{place}/{key}", f"takes a number, not {words_of(axis[key])}")
    if len(mistakes) > before:
        return []
    try:
        return sweep_range.values_of(axis["from"], axis["to"], ways[0], axis[ways[0]])
    except sweep_range.BadRange as error:
        mistakes.say(f"{place}/{error.key}" if error.key else place, error.text)
        return []


def read_axis(axis, place, mistakes):
    """{"pointer", "name", "values"}, or None."""
    if not isinstance(axis, dict):
        mistakes.say(place, "an axis is an object with pointer and values")
        return None
    mistakes.keys(place, axis, "axes")
    pointer = axis.get("pointer")
    if not isinstance(pointer, str) or not re.fullmatch(r"(/[^/]+)+", pointer):
        mistakes.say(f"{place}/pointer", "takes a JSON pointer as "
                     f"/workload/clients/0/open_loop/rate_per_s, not {words_of(pointer)}")
        return None
    if pointer == "/seed":
        mistakes.say(f"{place}/pointer", 'seeds are no axis; see "repetitions" and "seed"')
    name = axis.get("name", pointer.rsplit("/", 1)[1])
    if not isinstance(name, str) or not name.strip():
        mistakes.say(f"{place}/name", "takes a text")
        return None
    if name in FIXED_COLUMNS:
        mistakes.say(f"{place}/name", f'"{name}" is a column of its own; give another "name"')
    if "values" in axis:
        values = axis["values"]
        if any(key in axis for key in ("from", "to", "step", "count", "factor")):
            mistakes.say(place, 'has both "values" and a range')
        if not isinstance(values, list) or not values:
            mistakes.say(f"{place}/values", "takes a list with one value or more")
            values = []
    else:
        values = range_values(axis, place, mistakes)
    texts = [json.dumps(value) for value in values]
    for text in sorted({text for text in texts if texts.count(text) > 1}) if len(
            set(texts)) < len(texts) else []:
        mistakes.say(f"{place}/values", f"has {text} twice")
    return {"pointer": pointer, "name": name, "values": values}


def read_repetitions(given, measures, mistakes):
    place = "/repetitions"
    if is_count(given):
        given = {"min": given, "max": given}
    if not isinstance(given, dict):
        mistakes.say(place, "takes a whole number above 0, or an object")
        return None
    mistakes.keys(place, given, "repetitions")
    read = {**REPETITIONS, **{k: v for k, v in given.items() if k in KEYS["repetitions"]}}
    width = read.get("relative_half_width")
    for key in ("min", "max"):
        if key in read and not is_count(read[key]):
            mistakes.say(f"{place}/{key}", f"takes a whole number above 0, not "
                                           f"{words_of(read[key])}")
            return None
    read.setdefault("max", max(read["min"], MOST_WITH_PRECISION) if width else read["min"])
    if "max" in given and "min" not in given:
        read["min"] = min(read["min"], read["max"])
    if read["max"] < read["min"]:
        mistakes.say(f"{place}/max", "lies below min")
    if "relative_half_width" in read and not (is_number(width) and width > 0):
        mistakes.say(f"{place}/relative_half_width", "takes a number above 0, as 0.05 for 5 %")
    elif width and read["max"] < 2:
        mistakes.say(f"{place}/max", "an interval takes two runs or more")
    elif not width and read["max"] > read["min"]:
        mistakes.say(place, 'needs "relative_half_width" to know when to stop before "max"')
    confidence = read["confidence"]
    if not (is_number(confidence) and 0.5 <= confidence <= 0.9999):
        mistakes.say(f"{place}/confidence", "takes a number from 0.5 to 0.9999")
    read.setdefault("measure", measures[0] if measures else None)
    if measures and read["measure"] not in measures:
        mistakes.say(f"{place}/measure", f"{words_of(read['measure'])} is none of the measures"
                     + guess(read["measure"], measures))
    return read


def read_definition(given, mistakes):
    """The definition with everything filled in; of no use where there are mistakes."""
    mistakes.keys("", given, "")
    read = {"name": given.get("name"), "question": given.get("question"),
            "scenario": given.get("scenario"), "set": given.get("set", {}),
            "baseline": given.get("baseline")}
    for key in ("name", "question", "scenario", "baseline"):
        if read[key] is not None and not (isinstance(read[key], str) and read[key].strip()):
            mistakes.say(f"/{key}", f"takes a text, not {words_of(read[key])}")
    if read["scenario"] is None:
        mistakes.say("/scenario", "is missing: the file of the scenario to vary")
    if isinstance(read["name"], str) and not re.fullmatch(r"[A-Za-z0-9][\w.-]{,59}", read["name"]):
        mistakes.say("/name", "names a folder: letters, digits, '-', '_' and '.', 60 at most")
    if not isinstance(read["set"], dict) or not all(k.startswith("/") for k in read["set"]):
        mistakes.say("/set", 'takes an object as {"/duration_s": 10}')
        read["set"] = {}
    axes = given.get("axes")
    if not isinstance(axes, list) or not axes:
        mistakes.say("/axes", "takes a list with one axis or more")
        axes = []
    axes = [read_axis(axis, f"/axes/{i}", mistakes) for i, axis in enumerate(axes)]
    read["axes"] = [axis for axis in axes if axis]
    measures = given.get("measures", MEASURES)
    if not isinstance(measures, list) or not measures or \
            not all(isinstance(m, str) and m for m in measures):
        mistakes.say("/measures", "takes a list with one name of a metric or more")
        measures = []
    taken = set()
    for kind, names in (("axes", [axis["name"] for axis in read["axes"]]), ("measures", measures)):
        for i, name in enumerate(names):
            if name in taken:
                mistakes.say(f"/{kind}/{i}", f'"{name}" names two columns')
            taken.add(name)
    read["measures"] = measures
    read["repetitions"] = read_repetitions(given.get("repetitions", {}), measures, mistakes)
    read["seed"] = given.get("seed")
    if read["seed"] is not None and not is_count(read["seed"], 0):
        mistakes.say("/seed", "takes a whole number from 0 on")
    count = math.prod(len(axis["values"]) for axis in read["axes"])
    if count > MOST_POINTS:
        mistakes.say("/axes", f"make {count:,} points; {MOST_POINTS:,} is the most")
    return read


def read_file(path):
    """The JSON object of a file; raises ValueError with words for the user."""
    def once(pairs):
        keys = [key for key, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f'has the key "{key}" twice')
        return dict(pairs)
    try:
        given = json.loads(pathlib.Path(path).read_text(encoding="utf-8"), object_pairs_hook=once)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise ValueError(f"{path}: is no JSON object")
    for place, text in texts_of(given):
        # What is set is for the program, which reads it as JSON: lines may break there.
        if not is_plain(text) and (not place.startswith("/set/") or not is_text(text)):
            raise ValueError(f"{path}: {place}: has a control character, or half a character")
    return given


def texts_of(value, place=""):
    """Yields (place, text) of all keys and texts."""
    if isinstance(value, str):
        yield place, value
    for key, inner in (value.items() if isinstance(value, dict) else
                       enumerate(value) if isinstance(value, list) else ()):
        yield place, str(key)
        yield from texts_of(inner, f"{place}/{key}")
