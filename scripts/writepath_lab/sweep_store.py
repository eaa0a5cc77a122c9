"""A sweep's folder. Each finished unit is a file of its own, whole or not there:
points/PROGRAM/POINT-seed-N.json. One sweep at a time writes it."""
import csv
import fcntl
import io
import json
import os
import pathlib
import shutil

from . import sweep_differences, unit
from .sweep_file import words_of


def write_whole(path, text):
    """Old or new content after any crash, never a part."""
    new = path.with_name(f".{path.name}.tmp")
    with open(new, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def cell(value):
    return "" if value is None else words_of(value)


class Store:
    def __init__(self, folder, program_hash):
        self.folder = pathlib.Path(folder)
        self.units = self.folder / "points" / program_hash[:12]
        self.scratch = self.folder / "points" / ".scratch"
        self.program_hash = program_hash

    def open(self):
        """Takes the folder's lock; None, or why not."""
        try:
            self.units.mkdir(parents=True, exist_ok=True)
            self.lock = open(self.folder / ".lock", "a+", encoding="utf-8")
        except OSError as error:
            return f"can't write to {self.folder}: {error.strerror}"
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return f"another sweep writes to {self.folder}; --name or --out put this one elsewhere"
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()
        return None

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.lock.close()

    def path(self, point, seed):
        return self.units / f"{point.id}-seed-{seed}.json"

    def load(self, points):
        """{point's id: {seed: outcome}} of all that is there for these points."""
        found, known = {point.id: {} for point in points}, {point.id: point for point in points}
        for entry in os.scandir(self.units):
            point_id, separator, _ = entry.name.partition("-seed-")
            if not separator or point_id not in found:
                continue
            try:
                stored = json.loads(pathlib.Path(entry.path).read_text(encoding="utf-8"))
                if (stored["program"], stored["point"]) == (self.program_hash, point_id) and \
                        unit.is_outcome(stored["outcome"], known[point_id].architectures):
                    found[point_id][stored["seed"]] = stored["outcome"]
            except (ValueError, KeyError, TypeError, OSError):
                continue  # no result: it is run again, and replaced
        return found

    def save(self, point, seed, outcome):
        stored = {"program": self.program_hash, "point": point.id, "seed": seed,
                  "outcome": outcome}
        write_whole(self.path(point, seed), json.dumps(stored, separators=(",", ":")) + "\n")

    def others(self, points):
        """How many results lie there that this sweep doesn't use: (of another program, of other
        scenarios)."""
        ours = {point.id for point in points}
        units = [p for p in (self.folder / "points").glob("*/*-seed-*.json")]
        programs = sum(p.parent != self.units for p in units)
        return programs, sum(p.parent == self.units and p.name[:12] not in ours for p in units)

    def write_definition(self, definition, points):
        shown = {key: definition[key] for key in
                 ("name", "question", "scenario", "set", "axes", "repetitions", "measures", "seed",
                  "baseline")}
        shown["program"] = self.program_hash
        shown["architectures"] = list(dict.fromkeys(
            name for point in points for name in point.architectures))
        write_whole(self.folder / "sweep.json", json.dumps(shown, indent=2) + "\n")

    def write_table(self, definition, progress_of_points):
        """points.csv: the axes' order, then the scenario's architectures, then seeds."""
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\n")
        measures = definition["measures"]
        rows.writerow(["point", *(axis["name"] for axis in definition["axes"]),
                       "architecture", "model", "seed", "status", *measures])
        count = 0
        for state in progress_of_points:
            for values in state.rows(measures):
                rows.writerow(map(cell, [state.point.id, *state.point.values, *values]))
                count += 1
        write_whole(self.folder / "points.csv", out.getvalue())
        write_whole(self.folder / "differences.csv",
                    sweep_differences.as_csv(definition, progress_of_points))
        return count
