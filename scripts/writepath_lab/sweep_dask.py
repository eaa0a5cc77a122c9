"""Runs units on a Dask cluster. Workers return results; only the sweep writes.

A worker finds its program by its own $WRITEPATH, or else at the sweep's path, and checks its hash
with every unit: one that joins late, or whose program is replaced meanwhile, is refused as well.
"""
import logging
import queue
import re
import socket

import cloudpickle
import distributed

from . import unit
from .sweep_local import RunnerError

WAIT_S = 10  # for the scheduler and for a first worker


def reach(address):
    """A clear word where nobody answers: Dask's own takes long, and ends in a traceback."""
    found = re.fullmatch(r"(?:(?:tcp|tls)://)?\[?([^\[\]/]+?)\]?:(\d{1,5})", address)
    if not found or not 0 < int(found[2]) < 65536:
        raise RunnerError(f"no scheduler's address: {address}; it has the form tcp://host:8786")
    try:
        socket.create_connection((found[1], int(found[2])), timeout=WAIT_S).close()
    except OSError as error:
        raise RunnerError(f"no scheduler at {address}: {error.strerror or error}") from None


class DaskRunner:
    def __init__(self, address, program, program_hash, progress):
        # The module goes along with each unit: workers need nothing of ours but the program.
        reach(address)
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say what matters
        cloudpickle.register_pickle_by_value(unit)
        self.program, self.hash, self.progress = program, program_hash, progress
        self.done = queue.SimpleQueue()
        self.futures = {}
        self.refused = set()
        try:
            self.client = distributed.Client(address, timeout=WAIT_S, set_as_default=False)
            self.client.wait_for_workers(1, timeout=WAIT_S)
        except (OSError, ValueError, TimeoutError) as error:
            raise RunnerError(f"no scheduler with workers at {address}: {error}") from None
        for worker, why in self.client.run(unit.refusal, program, program_hash).items():
            if why:
                self.refuse(worker, why)
        self.workers()

    def refuse(self, worker, why):
        if worker not in self.refused:
            self.refused.add(worker)
            self.progress.say(f"sweep.py: worker {worker} is refused: it {why}")

    def workers(self):
        """Those that may run units; the cluster's list may have grown."""
        known = self.client.scheduler_info()["workers"]
        left = [worker for worker in known if worker not in self.refused]
        if not left:
            raise RunnerError("no worker is left that has this sweep's program")
        return left

    def submit(self, key, point, seed):
        workers = self.workers() if self.refused else None
        future = self.client.submit(
            unit.run_on_worker, self.program, self.hash, point.text, seed, pure=False,
            workers=workers, allow_other_workers=False)
        self.futures[future] = (key, point, seed)
        future.add_done_callback(self.done.put)

    def finished(self, timeout_s):
        try:
            future = self.done.get(timeout=timeout_s)
        except queue.Empty:
            if self.client.status != "running":
                raise RunnerError(f"the scheduler is gone ({self.client.status})") from None
            return []
        key, point, seed = self.futures.pop(future)
        if future.status == "cancelled" or self.client.status != "running":
            raise RunnerError("the scheduler is gone, or has cancelled this sweep's runs")
        if future.status == "error":  # the worker died with it, several times over
            return [(key, {"exit_code": 134, "failed": f"on the cluster: {future.exception()!r}"})]
        outcome = future.result()
        if "refused" in outcome:
            info = self.client.who_has([future]).get(future.key, ())
            for worker in info:
                self.refuse(worker, outcome["refused"])
            self.submit(key, point, seed)
            return []
        return [(key, outcome)]

    def close(self):
        for future in list(self.futures):
            future.cancel()
        self.futures.clear()
        self.client.close(timeout=2)
