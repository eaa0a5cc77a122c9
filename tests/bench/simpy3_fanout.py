#!/usr/bin/env python3
"""The benchmark's workload in SimPy 3: a process for each transaction and each copy's write.

usage: simpy3_fanout.py TRANSACTIONS IN_FLIGHT
Prints: CPU seconds, committed transactions, mean commit latency in ms. Exit 3 without SimPy 3.
"""
import random
import resource
import sys

try:
    import simpy
except ImportError:
    sys.exit(3)

NODES, QUORUM = 7, 4
LATENCY_S = [[(0.22e-3 if a % 3 == b % 3 else 0.72e-3) for b in range(NODES)] for a in range(NODES)]


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Fanout:
    def __init__(self, transactions, in_flight):
        self.env = simpy.Environment()
        self.left = transactions
        self.committed = 0
        self.latency_s = 0.0
        self.device_free = [0.0] * NODES
        for _ in range(in_flight):
            self.env.process(self.client())

    def hop(self, a, b):
        return LATENCY_S[a][b] * (1 + 0.1 * random.random()) + 160e-9

    def store(self, node, acks):
        env = self.env
        yield env.timeout(self.hop(0, node))
        free = max(env.now, self.device_free[node]) + 2e-6
        self.device_free[node] = free
        yield env.timeout(free + 100e-6 - env.now)
        yield env.timeout(self.hop(node, 0))
        acks[0] += 1
        if acks[0] == QUORUM:
            acks[1].succeed()

    def client(self):
        env = self.env
        while self.left > 0:
            self.left -= 1
            began = env.now
            acks = [0, env.event()]
            for node in range(1, NODES):
                env.process(self.store(node, acks))
            yield acks[1]
            self.committed += 1
            self.latency_s += env.now - began


def main():
    random.seed(1)
    fanout = Fanout(int(sys.argv[1]), int(sys.argv[2]))
    start = cpu_seconds()
    fanout.env.run()
    print(cpu_seconds() - start, fanout.committed, fanout.latency_s / fanout.committed * 1e3)


if __name__ == "__main__":
    main()
