"""A sweep's points: the base scenario with each combination of the axes' values, as the program
understands it. A point is known by the hash of that, and so are its results."""
import concurrent.futures
import dataclasses
import hashlib
import itertools
import json
import os
import pathlib
import shlex
import subprocess

from .sweep_file import guess, words_of

BATCH, BATCH_CHARACTERS = 1000, 4_000_000  # points that one process checks, and their values


@dataclasses.dataclass
class Point:
    values: list        # one for each axis
    sets: list          # arguments for the program
    text: str = ""      # resolved: a scenario file's text
    id: str = ""        # 12 hex digits
    question: str = ""
    name: str = ""
    seed: int = 0
    architectures: tuple = ()
    models: tuple = ()

    def words(self, axes):
        return ", ".join(f"{axis['name']}={words_of(value)}"
                         for axis, value in zip(axes, self.values))


def set_arguments(pairs):
    # A text goes as JSON where it could be read as something else.
    return [part for pointer, value in pairs
            for part in ("--set", f"{pointer}={json.dumps(value, separators=(',', ':'))}")]


def points_of(definition):
    """Unresolved, in the axes' order, the last one fastest."""
    # The faults of the battery give no measure of a sweep, and take most of the time.
    fixed = {"/battery/enabled": False} | definition["set"]
    axes = definition["axes"]
    return [Point(list(values), set_arguments([*fixed.items(), *(
                (axis["pointer"], value) for axis, value in zip(axes, values))]))
            for values in itertools.product(*(axis["values"] for axis in axes))]


def reproduce_line(definition, point, seed):
    return shlex.join(["writepath", "run", definition["scenario"], *point.sets,
                       "--seed", str(seed)])


def validate(program, definition, arguments, **more):
    return subprocess.run([program, "validate", definition["scenario"], "--resolved", *arguments],
                          capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL,
                          **more)


def validate_all(program, definition, points):
    """One process for many points. Their values go through memory: a full disk must not matter."""
    fd = os.memfd_create("variants")
    with open(fd, "w", encoding="utf-8") as file:
        for point in points:
            file.write(json.dumps(point.sets[1::2]) + "\n")
        file.flush()
        return validate(program, definition, ["--variants", f"/proc/self/fd/{fd}"], pass_fds=[fd])


def batches(points, jobs):
    """Parts of the points for a process each: enough for all cores, none too large for one."""
    size = min(BATCH, -(-len(points) // jobs))
    part, weight = [], 0
    for point in points:
        part.append(point)
        weight += sum(map(len, point.sets))
        if len(part) == size or weight > BATCH_CHARACTERS:
            yield part
            part, weight = [], 0
    if part:
        yield part


def snapshot(path):
    """What tells whether a file was edited meanwhile."""
    try:
        return hashlib.sha256(pathlib.Path(path).read_bytes()).digest()
    except OSError:
        return None  # the program says it better


def measures_as_expectations(measures):
    """The program itself checks the names of metrics, and guesses what was meant."""
    expected = []
    for measure in measures:
        if measure.startswith("fault.") and measure.count(".") >= 2:
            fault, metric = measure[len("fault."):].rsplit(".", 1)
            expected.append({"fault": fault, "metric": metric, "at_most": 0})
        else:
            expected.append({"metric": measure, "at_most": 0})
    return set_arguments([("/expect", expected)])


def resolve(program, definition, points, mistakes, jobs, stopped):
    """Fills the points in; every mistake of the scenario or of an axis once."""
    before = snapshot(definition["scenario"])
    first = points[0].sets if points else []
    checked = validate(program, definition, first + measures_as_expectations(
        definition["measures"]))
    for line in checked.stderr.splitlines():
        if "/expect/" in line:
            index, text = line.rsplit("/expect/", 1)[1].split("/", 1)
            measure = definition["measures"][int(index)]
            mistakes.say(f"/measures ({measure})", text.split(": ", 1)[-1])
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        parts = list(batches(points, jobs))

        def one(part):
            return None if stopped() else validate_all(program, definition, part)
        seen, said = {}, set()
        for part, done in zip(parts, pool.map(one, parts)):
            if done is None:
                return
            texts = done.stdout.splitlines()
            if done.returncode != 0 or len(texts) != len(part):
                for line in done.stderr.splitlines() or [f"{program} validate: exit code {done.returncode}"]:
                    if line not in said:
                        said.add(line)
                        mistakes.append(line)
                continue
            for point, text in zip(part, texts):
                fill_in(point, json.loads(text))
                other = seen.setdefault(point.id, point)
                if other is not point:
                    mistakes.say("/axes", f"{point.words(definition['axes'])} is the same scenario as "
                                          f"{other.words(definition['axes'])}")
    if snapshot(definition["scenario"]) != before:
        mistakes.say(definition["scenario"], "was changed while the sweep read it; try again")


def choose_baseline(definition, points, mistakes):
    """The named one, which every point must have; else the scenario's first, where no axis changes it."""
    named = definition["baseline"]
    for point in points:
        if named is not None and named not in point.architectures:
            mistakes.say("/baseline", f'{point.words(definition["axes"])} has no architecture "{named}"'
                         + guess(named, point.architectures))
            return
    first = {point.architectures[0] for point in points}
    if named is None and len(first) == 1:
        definition["baseline"] = first.pop()


def fill_in(point, text):
    scenario = json.loads(text)
    point.text = text
    point.name, point.question = scenario["name"], scenario["question"]
    point.seed = scenario.pop("seed")
    point.architectures = tuple(a["name"] for a in scenario["architectures"])
    point.models = tuple(a["model"] for a in scenario["architectures"])
    canonical = json.dumps(scenario, sort_keys=True, separators=(",", ":"))
    point.id = hashlib.sha256(canonical.encode()).hexdigest()[:12]
