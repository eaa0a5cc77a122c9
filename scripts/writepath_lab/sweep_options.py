"""The command line of scripts/sweep.py."""
import json
import os
import pathlib
import re
import sys

from . import sweep_file
from .program import USAGE
from .sweep_file import is_plain
from .usage import Parser

RANGE = re.compile(r"(-?[\d.eE+-]*\d)\.\.(-?[\d.eE+-]*\d)(?:([:*])(\d[\d.eE+-]*))?$")


def options_of(arguments):
    parser = Parser(
        description="Runs a scenario at every point of some axes, over seeds, and writes one table.",
        epilog="After Ctrl-C or kill -9 the same command goes on where it stopped.")
    add = parser.add_argument
    add("file", metavar="SWEEP|SCENARIO", help="a sweep file, or a scenario with --axis")
    add("--axis", action="append", default=[], metavar="[NAME=]/POINTER=VALUES",
        help="V,V,... or FROM..TO:STEP or FROM..TO*FACTOR; may be repeated; replaces the axis of "
             "that name")
    add("--set", action="append", default=[], metavar="/POINTER=VALUE",
        help="a key of the scenario, the same at every point")
    add("--prices", metavar="FILE", help="your price list, instead of the scenario's prices: for "
                                         "measures such as cost_per_million_commits")
    add("--runs", metavar="N|MIN..MAX", help="seeds at each point")
    add("--precision", metavar="P", help="stop before MAX once the measure's confidence interval "
                                         "is no wider than plus or minus this part of its mean")
    add("--confidence", metavar="C", help="of the intervals (default 0.95)")
    add("--until", metavar="METRIC", help="the measure that --precision means (default: the first)")
    add("--measure", action="append", default=[], metavar="METRIC[,METRIC]",
        help="columns of the table; may be repeated")
    add("--seed", metavar="N", help="first seed (default: the scenario's)")
    add("--baseline", metavar="NAME", help="the architecture that the others are compared with (default: "
                                           "the scenario's first)")
    add("--name", help="of the sweep, and of its folder")
    add("--out", metavar="DIR", help="folder of the sweep (default results/sweeps/NAME)")
    add("-j", "--jobs", metavar="N", help="runs at a time (default: one for each core)")
    add("--scheduler", metavar="ADDRESS", help="run on the Dask cluster of this scheduler")
    add("--program", metavar="PATH", help="writepath (default: $WRITEPATH, or this checkout's)")
    add("--quiet", action="store_true", help="no progress and no table")
    options = parser.parse_args(arguments)
    if options.jobs is not None and not re.fullmatch(r"[1-9]\d{0,3}", options.jobs):
        parser.error(f"-j takes a whole number from 1 to 9999, not {options.jobs!r}")
    options.jobs = int(options.jobs or len(os.sched_getaffinity(0)))
    for name, given in vars(options).items():
        for text in given if isinstance(given, list) else [given]:
            if name not in ("file", "out", "program") and isinstance(text, str) and not is_plain(text):
                parser.error(f"--{name} takes UTF-8 without control characters, not {ascii(text)}")
    if options.scheduler == "":
        parser.error("--scheduler takes an address as tcp://host:8786")
    return options


def value_of(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def axis_of(text, mistakes):
    name, pointer, values = split(text)
    if pointer is None:
        mistakes.say("--axis", f"{text!r} must have the form [NAME=]/POINTER=VALUES")
        return None
    axis = {"pointer": pointer} | ({"name": name} if name else {})
    found = RANGE.match(values)
    if found:
        axis |= {"from": value_of(found[1]), "to": value_of(found[2])}
        if found[3]:
            axis["factor" if found[3] == "*" else "step"] = value_of(found[4])
        return axis
    try:
        axis["values"] = json.loads(f"[{values}]")
    except ValueError:
        axis["values"] = [value_of(part) for part in values.split(",")] if values else []
    return axis


def split(text):
    found = re.match(r"(?:([^/=]+)=)?(/[^=]*)=(.*)$", text, re.S)
    return found.groups() if found else (None, None, None)


def replace_axis(axes, axis):
    def name(a):
        return a.get("name", str(a.get("pointer")).rsplit("/", 1)[-1]) if isinstance(a, dict) \
            else None
    for i, other in enumerate(axes):
        if name(other) == name(axis):
            axes[i] = axis
            return
    axes.append(axis)


def overridden(given, options, mistakes):
    """A sweep file's object with what the command line says in its place."""
    given = dict(given)
    axes = list(given["axes"]) if isinstance(given.get("axes"), list) else []
    for text in options.axis:
        axis = axis_of(text, mistakes)
        if axis:
            replace_axis(axes, axis)
    if options.axis:
        given["axes"] = axes
    if options.prices is not None:
        put_prices(given, options.prices, mistakes)
    for text in options.set:
        pointer, equals, value = text.partition("=")
        if not equals or not pointer.startswith("/"):
            mistakes.say("--set", f"{text!r} must have the form /POINTER=VALUE")
        elif isinstance(given.setdefault("set", {}), dict):
            given["set"] = given["set"] | {pointer: value_of(value)}
    for key in ("name", "baseline", "seed"):
        if getattr(options, key) is not None:
            text = getattr(options, key)
            given[key] = value_of(text) if key == "seed" else text
    if options.measure:
        given["measures"] = [m for text in options.measure for m in text.split(",")]
    repetitions = given.get("repetitions", {})
    if isinstance(repetitions, int):
        repetitions = {"min": repetitions, "max": repetitions}
    if isinstance(repetitions, dict):
        repetitions = dict(repetitions)
        if options.runs is not None:
            least, _, most = options.runs.partition("..")
            repetitions |= {"min": value_of(least), "max": value_of(most or least)}
            if not most:
                repetitions.pop("relative_half_width", None)
        for option, key in (("precision", "relative_half_width"), ("confidence", "confidence")):
            if getattr(options, option) is not None:
                repetitions[key] = value_of(getattr(options, option))
        if options.until is not None:
            repetitions["measure"] = options.until
        given["repetitions"] = repetitions
    return given


def put_prices(given, path, mistakes):
    """As a value that is set, before all others: a sweep's definition stands for itself."""
    try:
        prices = sweep_file.read_file(path)
    except ValueError as error:
        mistakes.say("--prices", str(error))
        return
    if isinstance(given.setdefault("set", {}), dict):
        others = {key: value for key, value in given["set"].items() if key != "/prices"}
        given["set"] = {"/prices": prices} | others


def definition_of(options):
    """The checked definition, its scenario's path absolute; or ends with every mistake."""
    path = pathlib.Path(options.file)
    mistakes = sweep_file.Mistakes()
    try:
        given = sweep_file.read_file(path)
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(USAGE)
    if "scenario_version" in given:
        given = {"scenario": path.name}
        if not options.axis:
            mistakes.say("--axis", f"{path} is a scenario: name an axis to sweep")
    definition = sweep_file.read_definition(overridden(given, options, mistakes), mistakes)
    if not mistakes:
        definition["scenario"] = str(path.parent / definition["scenario"])
    return definition, mistakes
