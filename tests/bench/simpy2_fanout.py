#!/usr/bin/env python3
"""The benchmark's workload in SimPy 2.3: a process for each transaction and each copy's write.

usage: simpy2_fanout.py TRANSACTIONS IN_FLIGHT
Prints: CPU seconds, committed transactions, mean commit latency in ms. Exit 3 without SimPy 2.
"""
import random
import resource
import sys

try:
    from SimPy.Simulation import (Process, SimEvent, activate, hold, initialize, now, simulate,
                                  waitevent)
except Exception:  # absent, or too old for this Python
    sys.exit(3)

NODES, QUORUM = 7, 4
LATENCY_S = [[(0.22e-3 if a % 3 == b % 3 else 0.72e-3) for b in range(NODES)] for a in range(NODES)]


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class State:
    left = 0
    committed = 0
    latency_s = 0.0
    device_free = [0.0] * NODES


def hop(a, b):
    return LATENCY_S[a][b] * (1 + 0.1 * random.random()) + 160e-9


class Store(Process):
    def run(self, node, acks):
        yield hold, self, hop(0, node)
        free = max(now(), State.device_free[node]) + 2e-6
        State.device_free[node] = free
        yield hold, self, free + 100e-6 - now()
        yield hold, self, hop(node, 0)
        acks[0] += 1
        if acks[0] == QUORUM:
            acks[1].signal()


class Client(Process):
    def run(self):
        while State.left > 0:
            State.left -= 1
            began = now()
            acks = [0, SimEvent()]
            for node in range(1, NODES):
                store = Store()
                activate(store, store.run(node, acks))
            yield waitevent, self, acks[1]
            State.committed += 1
            State.latency_s += now() - began


def main():
    random.seed(1)
    State.left = int(sys.argv[1])
    initialize()
    for _ in range(int(sys.argv[2])):
        client = Client()
        activate(client, client.run())
    start = cpu_seconds()
    simulate(until=1e9)
    print(cpu_seconds() - start, State.committed, State.latency_s / State.committed * 1e3)


if __name__ == "__main__":
    main()
