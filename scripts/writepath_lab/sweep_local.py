"""Runs units on this machine: a process of the program for each."""
import collections
import ctypes
import os
import select
import shutil
import signal
import subprocess

from . import unit

PR_SET_PDEATHSIG = 1


class RunnerError(Exception):
    """Nothing can be run any more; says why."""


def die_with_parent():
    """kill -9 of the sweep must not leave runs behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class LocalRunner:
    def __init__(self, program, scratch, jobs):
        self.program, self.scratch, self.jobs = program, scratch, jobs
        self.queue = collections.deque()
        self.running = {}  # pidfd: (key, process, folder)
        self.poller = select.poll()

    def submit(self, key, point, seed):
        self.queue.append((key, point, seed))
        self.fill()

    def fill(self):
        while self.queue and len(self.running) < self.jobs:
            key, point, seed = self.queue.popleft()
            folder = self.scratch / f"{point.id}-{seed}"
            folder.mkdir()
            (folder / "scenario.json").write_text(point.text, encoding="utf-8")
            with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
                # In a group of its own: Ctrl-C is for the sweep, which then ends its runs.
                process = subprocess.Popen(
                    unit.command(self.program, folder / "scenario.json", seed, folder / "out"),
                    stdin=subprocess.DEVNULL, stdout=out, stderr=err, process_group=0,
                    preexec_fn=die_with_parent)
            fd = os.pidfd_open(process.pid)
            self.poller.register(fd, select.POLLIN)
            self.running[fd] = (key, process, folder)

    def finished(self, timeout_s):
        """Yields (key, outcome) of the runs that have ended, after waiting for one for so long. One
        at a time: what has ended is the caller's to save before another run takes its place, so that
        a kill loses no more than `jobs` runs."""
        for fd, _ in self.poller.poll(timeout_s * 1000):
            key, process, folder = self.running.pop(fd)
            self.poller.unregister(fd)
            os.close(fd)
            code = process.wait()
            texts = [(folder / name).read_text(encoding="utf-8", errors="replace")
                     for name in ("stdout", "stderr")]
            shutil.rmtree(folder, ignore_errors=True)
            yield key, unit.outcome(code, *texts)
        self.fill()

    def close(self):
        self.queue.clear()
        for _, process, _ in self.running.values():
            process.kill()
        for _, process, _ in self.running.values():
            process.wait()
