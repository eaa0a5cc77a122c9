#!/usr/bin/env python3
"""Runs a scenario at every point of some axes, over seeds: one table for a whole question.

    scripts/sweep.py scenarios/replica-lag/sweep.json
    scripts/sweep.py SCENARIO --axis rate=/workload/clients/0/open_loop/rate_per_s=100..1000:100

docs/sweep.md explains the sweep file, the folder of results, and Dask.
"""
import os
import pathlib
import signal
import sys
import time

from writepath_lab import interpreter, program, sweep_local, sweep_options, sweep_points
from writepath_lab.sweep_schedule import PointState
from writepath_lab.sweep_show import Progress, table, table_of_differences
from writepath_lab.sweep_store import Store

RESULTS = 4  # exit code: results can't be written, as the program's
SEVERITY = {0: 0, 2: 1, 1: 2}  # mildest first, as the program's; all others by their number


class Signals:
    """Ctrl-C and SIGTERM are remembered and asked for: nothing is cut off in the middle."""

    def __init__(self):
        self.seen = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.note)

    def note(self, number, _frame):
        self.seen = self.seen or number

    def __call__(self):
        return self.seen


def refuse(mistakes):
    for mistake in mistakes:
        print(f"sweep.py: {mistake}", file=sys.stderr)
    sys.exit(program.USAGE)


def worse(a, b):
    return max(a, b, key=lambda code: SEVERITY.get(code, code))


def identity(path):
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


class Sweep:
    def __init__(self, definition, states, store, progress, signals):
        self.definition, self.states, self.store = definition, states, store
        self.progress, self.signals = progress, signals
        self.kept = sum(len(s.outcomes) for s in states)
        self.here = 0
        self.code = 0
        self.shown = 0.0

    def run(self, runner, program_path, before):
        """All units; stops early on a signal."""
        waiting = 0
        for state in self.states:
            waiting += self.submit(runner, state)
        self.show(0)
        while waiting and not self.signals():
            for (state, seed), outcome in runner.finished(0.2):
                if identity(program_path) != before:
                    self.progress.say(f"sweep.py: {program_path} has changed under the sweep; the "
                                      "same command goes on with the new one, from the start")
                    self.code = worse(self.code, RESULTS)
                    return
                waiting -= 1
                self.take(state, seed, outcome)
                if not self.signals():
                    waiting += self.submit(runner, state)
            self.show(0.1 if waiting else 0)

    def submit(self, runner, state):
        seeds = state.missing()
        for seed in seeds:
            runner.submit((state, seed), state.point, seed)
        return len(seeds)

    def take(self, state, seed, outcome):
        self.here += 1
        state.add(seed, outcome)
        if "failed" in outcome:  # not kept: the next try runs it again
            self.progress.say(
                f"sweep.py: {state.point.words(self.definition['axes'])}, seed {seed} failed: "
                f"{outcome['failed']}\nto reproduce:\n  "
                + sweep_points.reproduce_line(self.definition, state.point, seed))
        else:
            self.store.save(state.point, seed, outcome)

    def show(self, least_s):
        """At most ten times a second: it counts all points."""
        now = time.monotonic()
        if now - self.shown < least_s:
            return
        self.shown = now
        total = sum(s.target for s in self.states)
        done = sum(seed in s.outcomes for s in self.states for seed in s.seeds())
        self.progress.show(done, total, self.here)

    def exit_code(self):
        code = self.code
        for state in self.states:
            for seed in state.seeds():
                code = worse(code, state.outcomes.get(seed, {}).get("exit_code", 0))
        return code


def prepare(options, signals):
    """The checked definition and its resolved points, or ends with all that is wrong."""
    definition, mistakes = sweep_options.definition_of(options)
    if mistakes:
        refuse(mistakes)
    path = program.find_program(options.program)
    points = sweep_points.points_of(definition)
    if len(points) >= 50 and not options.quiet:
        print(f"checks {len(points)} points", file=sys.stderr, flush=True)
    sweep_points.resolve(path, definition, points, mistakes, options.jobs, signals)
    if signals():
        sys.exit(128 + signals())
    if not mistakes:
        sweep_points.choose_baseline(definition, points, mistakes)
    if mistakes:
        refuse(mistakes)
    for key in ("name", "question", "seed"):
        if definition[key] is None:
            definition[key] = getattr(points[0], key)
    return definition, points, path


def runner_of(options, path, store, progress):
    if options.scheduler is None:
        return sweep_local.LocalRunner(path, store.scratch, options.jobs)
    from writepath_lab import sweep_dask
    return sweep_dask.DaskRunner(options.scheduler, path, store.program_hash, progress)


def main():
    signals = Signals()
    options = sweep_options.options_of(sys.argv[1:])
    interpreter.need("scipy")
    if options.scheduler is not None:
        interpreter.need("distributed", "cloudpickle")
    definition, points, path = prepare(options, signals)
    before = identity(path)
    folder = pathlib.Path(options.out or pathlib.Path("results", "sweeps", definition["name"]))
    store = Store(folder, program.program_hash(path))
    refusal = store.open()
    if refusal:
        print(f"sweep.py: {refusal}", file=sys.stderr)
        sys.exit(RESULTS)
    progress = Progress(options.quiet)
    states = [PointState(point, definition["repetitions"], definition["seed"]) for point in points]
    kept = store.load(points)
    for state in states:
        state.outcomes = kept[state.point.id]
    sweep = Sweep(definition, states, store, progress, signals)
    try:
        code = play(sweep, store, options, path, before)
    except OSError as error:
        print(f"sweep.py: can't write results: {error}", file=sys.stderr)
        code = RESULTS
    store.close()
    sys.exit(code)


def tell(text):
    """To stdout. A reader that went away (| head) is no failure."""
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor when Python ends


def play(sweep, store, options, path, before):
    definition, states, progress = sweep.definition, sweep.states, sweep.progress
    points = [state.point for state in states]
    if not options.quiet:
        old, other = store.others(points)
        if sweep.kept:
            progress.say(f"goes on: {sweep.kept} runs are there already")
        if old:
            progress.say(f"{old} results of other versions of the program are kept, not used")
        if other:
            progress.say(f"{other} results of other scenarios are kept, not used")
    store.write_definition(definition, points)
    store.write_table(definition, states)
    runner = None
    try:
        runner = runner_of(options, path, store, progress)
        sweep.run(runner, path, before)
    except sweep_local.RunnerError as error:
        progress.say(f"sweep.py: {error}; the same command goes on")
        sweep.code = RESULTS
    finally:
        if runner:
            runner.close()
        progress.close()
    rows = store.write_table(definition, states)
    if not options.quiet:
        tell(f"{table(definition, states)}\n{table_of_differences(definition, states)}\n"
             f"{store.folder}/points.csv: {rows} rows\n")
    if sweep.signals():
        progress.say(f"sweep.py: stopped by signal {sweep.signals()}; {sweep.here} runs made now "
                     "are safe, the same command goes on with the rest")
        return 128 + sweep.signals()
    return sweep.exit_code()


main()
