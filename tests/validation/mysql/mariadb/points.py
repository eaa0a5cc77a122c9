#!/usr/bin/env python3
"""Holds mysql_binlog against a measured MariaDB 10.11.19, point by point (data/, see README.md).

    points.py            exit code 1 if a point lies outside its tolerance or README.md's table is stale
    points.py --update   writes the table in README.md anew

Each point is one run of lab.json with the keys that its cell changes. Points without a tolerance are
shown, and judged by nobody.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
README = HERE / "README.md"
BEGIN, END = "<!-- points.py: begin -->", "<!-- points.py: end -->"
NODES = {"replicated": ("p", "r1", "r2"), "alone": ("p",)}
# sleeps in place of fsync: measured means 2.08 and 5.11 ms
FLUSH_MS = {2: (2.02, 2.14), 5: (5.05, 5.17)}
FITTED = ("closed loop, 16 clients", "AFTER_SYNC, d = 1 ms, 8 clients", "AFTER_COMMIT, d = 5 ms, 8 clients")


def data(name):
    return json.loads((HERE / "data" / f"{name}.json").read_text())["cells"]


class Run:
    """One architecture of lab.json, played with keys changed."""

    def __init__(self, architecture, flush_ms, keys):
        sets = dict(keys)
        low, high = FLUSH_MS[flush_ms]
        for node in NODES[architecture]:
            sets[f"/architectures/{architecture}/nodes/{node}/device/flush_ms"] = \
                {"uniform": {"low": low, "high": high}}
        with tempfile.TemporaryDirectory() as out:
            command = [os.environ["WRITEPATH"], "run", str(HERE / "lab.json"), "--format", "json",
                       "--out", out]
            for key, value in sets.items():
                command += ["--set", f"{key}={json.dumps(value)}"]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"exit code {done.returncode}: {' '.join(command)}\n{done.stderr}{done.stdout[:2000]}")
            report = json.loads(done.stdout)
            found = [a for a in report[0]["runs"][0]["architectures"] if a["name"] == architecture][0]
            self.metrics = found["metrics"]
            self.replicas = found["replicas"]
            text = next(pathlib.Path(out).glob(f"*/{architecture}/*/latency.hgrm")).read_text()
        lines = [line.split() for line in text.splitlines() if line.strip() and line.split()[0][0].isdigit()]
        self.shares = [(float(line[0]), float(line[1])) for line in lines]

    def share_below(self, ms):
        """Share of commits that took less, between the histogram's percentiles."""
        last = (0.0, 0.0)
        for value, share in self.shares:
            if value >= ms:
                span = value - last[0]
                return last[1] + (share - last[1]) * ((ms - last[0]) / span if span > 0 else 1)
            last = (value, share)
        return 1.0


class Points:
    def __init__(self):
        self.rows = []
        self.bad = []

    def add(self, cell, what, measured, simulated, unit, tolerance=None, absolute=False, digits=3):
        error = simulated - measured if absolute else simulated / measured - 1
        within = tolerance is None or abs(error) <= tolerance
        shown = f"{error:+.2f} {unit}" if absolute else f"{100 * error:+.1f} %"
        limit = "shown" if tolerance is None else \
            (f"{tolerance:g} {unit}" if absolute else f"{100 * tolerance:g} %")
        if not within:
            self.bad.append(f"{cell}: {what}: {shown}, tolerance {limit}")
        self.rows.append((cell, what, f"{measured:.{digits}g} {unit}".strip(),
                          f"{simulated:.{digits}g} {unit}".strip(), shown,
                          limit + ("" if within else " **outside**"), cell in FITTED))

    def add_range(self, cell, what, low, high, here, unit):
        if not low <= here <= high:
            self.bad.append(f"{cell}: {what}: {here:.3g}, seen {low:g} to {high:g}")
        self.rows.append((cell, what, f"{low:g} to {high:g} {unit}".strip(), f"{here:.3g} {unit}".strip(), "",
                          "inside the range", False))

    def claim(self, cell, what, holds):
        if not holds:
            self.bad.append(f"{cell}: {what}")


def semi_sync_keys(mode):
    return {} if mode == "async" else {"/architectures/replicated/options/semi_sync": mode.lower()}


def distance(d):
    """Measured: a round trip takes 2 d, 0.2 to 0.3 ms of echo at d = 0 and 0.5 ms at d = 5."""
    return {"/network/inter_az/rtt_ms": round(2.05 * d + 0.25, 3)}


def clients(n):
    return {"/workload/clients/0/closed_loop/clients": n}


def arrivals(rate_per_s, kind="poisson"):
    group = json.loads((HERE / "lab.json").read_text())["workload"]["clients"][0]
    del group["closed_loop"]
    return {**group, "open_loop": {"rate_per_s": rate_per_s, "arrivals": kind}}


def median(cell, key):
    return cell["agg"][key]["median"]


def modes(histogram):
    """Lower and upper edge and share of each hump of a measured histogram that holds a tenth."""
    total = sum(count for _, count in histogram)
    humps, current = [], None
    for i, (edge, count) in enumerate(histogram):
        share = count / total
        if share >= 0.04:
            upper = edge * 1.12
            if current and edge <= current[1] * 1.001:
                current = [current[0], upper, current[2] + share]
            else:
                if current:
                    humps.append(current)
                current = [edge, upper, share]
        elif current:
            humps.append(current)
            current = None
    if current:
        humps.append(current)
    return [hump for hump in humps if hump[2] >= 0.10]


def commits(points, name, cell, run, p50, mean, per_s):
    points.add(name, "commit p50", median(cell, "commit_p50"), run.metrics["commit_latency_ms_p50"], "ms", p50)
    points.add(name, "commit mean", median(cell, "commit_mean"), run.metrics["commit_latency_ms_mean"], "ms", mean)
    points.add(name, "throughput", median(cell, "tps"), run.metrics["commits_per_s"], "/s", per_s)


def closed_loop(points):
    for n in (1, 2, 4, 8, 16, 32):
        cell = data("closed_norepl")[f"fsync_2ms_clients_{n}"]
        run = Run("alone", 2, {**clients(n), "/workload/heartbeat/enabled": False})
        p50, per_s = (0.10, 0.15) if n <= 8 else (0.15, 0.15) if n == 16 else (None, None)
        commits(points, f"closed loop, {n} client{'s' * (n > 1)}", cell, run, p50, None, per_s)


def semi_sync(points):
    for key, cell in data("semisync").items():
        if "agg" not in cell:
            continue
        mode, d, n = key.rsplit("_", 2)
        d, n = float(d[1:]), int(n.removeprefix("clients"))
        name = f"{mode}, d = {d:g} ms, {n} client{'s' * (n > 1)}"
        run = Run("replicated", 2, {**semi_sync_keys(mode), **distance(d), **clients(n)})
        waits = mode != "async"
        commits(points, name, cell, run, 0.10 if waits else 0.15, 0.15, 0.15)
        if not waits:
            continue
        # Where the mixture's humps lie: the same share of commits, within 0.25, takes as long.
        for low, high, share in modes(cell["runs"][0]["commit_hist_ms"]):
            here = run.share_below(high * 1.10) - run.share_below(low * 0.90)
            points.add(name, f"share of commits of {low:.1f} to {high:.1f} ms", share, here, "", 0.25, True, 2)


def without_merging(points):
    cell = data("semisync")["AFTER_SYNC_d5_clients8"]
    keys = {**semi_sync_keys("AFTER_SYNC"), **distance(5), **clients(8),
            "/architectures/replicated/options/commit_pipeline": "mysql_stages"}
    run = Run("replicated", 2, keys)
    name = "AFTER_SYNC, d = 5 ms, 8 clients, under MySQL's stages"
    commits(points, name, cell, run, None, None, None)
    points.claim(name, "MySQL's stages, whose groups merge, must not explain it",
                 run.metrics["commit_latency_ms_p50"] < 0.75 * median(cell, "commit_p50"))


def attached(points):
    for key, architecture, replicas, applier in (
            ("none", "alone", (), None), ("r1_io_only", "replicated", ("r1",), "none"),
            ("r1r2_io_only", "replicated", ("r1", "r2"), "none"),
            ("r1r2_io_and_sql", "replicated", ("r1", "r2"), "full")):
        cell = data("attach_cost").get(f"{key}_clients8")
        if cell is None or (architecture == "replicated" and len(replicas) < 2):
            continue  # lab.json's two replicas cannot be taken away by a key
        keys = {**clients(8), **distance(0), "/workload/heartbeat/enabled": False}
        if applier:
            keys["/architectures/replicated/options/applier/cost"] = applier
        run = Run(architecture, 5, keys)
        what = {"none": "no replica", "r1r2_io_only": "two replicas that only receive",
                "r1r2_io_and_sql": "two replicas"}[key]
        commits(points, f"5 ms flush, 8 clients, {what}", cell, run, None, None, None)


def open_loop(points):
    """Offered: 0.3 and 0.9 of what 16 clients reach in a closed loop, there and here."""
    loads = data("open_loop")
    capacity = Run("replicated", 5, {**clients(16), **distance(0)}).metrics["commits_per_s"]
    points.add("5 ms flush, 16 clients, two replicas", "throughput", loads["capacity_16_clients"]["median"], capacity,
               "/s", 0.15)
    for load in ("0.3", "0.9"):
        cell = loads[f"load_{load}"]
        run = Run("replicated", 5, {
            "/workload/clients/0": arrivals(round(float(load) * capacity, 1)), "/workload/session/max_connections": 16,
            **distance(0)})
        name = f"open loop over 16 connections at {load} of the capacity, 5 ms flush"
        points.add(name, "response p50", median(cell, "resp_p50"), run.metrics["transaction_latency_ms_p50"], "ms")
        points.add(name, "response p95", median(cell, "resp_p95"), run.metrics["transaction_latency_ms_p95"], "ms")


def lag_floor(points):
    for d in (0, 5):
        cell = data("async_lag_low_load")[f"d{d}"]
        run = Run("replicated", 2, {
            "/workload/clients/0": arrivals(median(cell, "tps")), **distance(d)})
        measured = (median(cell, "lag_p50_r1") + median(cell, "lag_p50_r2")) / 2
        # The replicas were polled once a millisecond: what is seen is half a millisecond old.
        points.add(f"lag at low load, d = {d} ms", "replica lag p50 + 0.5 ms of polling", measured,
                   run.metrics["replica_lag_ms_p50"] + 0.5, "ms", 1.0, True)


def overload(points):
    # The slopes themselves differ with the arrivals that a run realised: feed those.
    for repeat, measured in enumerate(data("overload")["single_rate120"]["runs"], 1):
        rate = measured["tps"]
        run = Run("replicated", 5, {
            "/workload/clients/0": arrivals(rate, "constant"), "/settle_s": 60, **distance(0)})
        for replica in ("r1", "r2"):
            points.add(f"overload, {rate:.1f}/s, run {repeat}", f"1 + slope of the lag at {replica}",
                       1 + measured["slope"][replica]["slope_s_per_s"],
                       1 + run.replicas[replica]["replica_lag_growth_s_per_s"], "", 0.03, digits=4)


def keeps_up(points):
    cell = data("overload")["conservative_rate200"]
    run = Run("replicated", 5, {
        "/workload/clients/0": arrivals(median(cell, "tps")), **distance(0),
        "/architectures/replicated/options/replica_parallel_workers": 4,
        "/architectures/replicated/options/replica_parallel_type": "conservative"})
    points.add("200/s, four conservative threads", "slope of the lag at r1", cell["slope_r1"]["median"],
               run.replicas["r1"]["replica_lag_growth_s_per_s"], "s/s", 0.02, True, 2)


def apply_rate(points):
    """A backlog of some thousand transactions; its drain's length is the last one's lag.

    The server's applier was stopped meanwhile; here it runs, and the groups that four clients form, which is all that
    conservative threads may share, are smaller for it: that cell is shown (applying.cpp holds it, with processors apart).
    """
    for key, flush_ms, workers, mode, n, tolerance in (
            ("fsync_5ms_single_primaryclients_16", 5, 0, None, 16, 0.05),
            ("fsync_2ms_single_primaryclients_16", 2, 0, None, 16, 0.05),
            ("fsync_5ms_conservative4_primaryclients_16", 5, 4, "conservative", 16, 0.15),
            ("fsync_5ms_conservative4_primaryclients_4", 5, 4, "conservative", 4, None),
            ("fsync_5ms_optimistic4_primaryclients_16", 5, 4, "optimistic", 16, 0.15),
            ("fsync_2ms_optimistic4_primaryclients_16", 2, 4, "optimistic", 16, 0.15)):
        seconds = 10
        keys = {**clients(n), "/workload/heartbeat/enabled": False, "/duration_s": seconds,
                "/warmup_s": 0, "/settle_s": 600}
        if workers:
            keys["/architectures/replicated/options/replica_parallel_workers"] = workers
            keys["/architectures/replicated/options/replica_parallel_type"] = mode
        run = Run("replicated", flush_ms, keys)
        applied = run.metrics["commits_acked"]
        rate = applied / (seconds + run.replicas["r1"]["replica_lag_ms_max"] / 1000)
        points.add(f"backlog, {flush_ms} ms flush, " + (f"4 {mode} threads" if workers else "one applier") +
                   f", {n} clients", "apply rate", data("apply_rate")[key]["rate"]["median"], rate, "/s", tolerance)


def by_tests(points):
    """What the tests beside this folder note of their measured figures."""
    tests = pathlib.Path(os.environ["WRITEPATH"]).resolve().parent / "tests" / "validation" / "mysql"
    with tempfile.TemporaryDirectory() as folder:
        noted = pathlib.Path(folder) / "points"
        for program in ("test_mysql_validation", "test_mysql_applying_validation"):
            done = subprocess.run([str(tests / program), "[measured]"], capture_output=True, text=True,
                                  env={**os.environ, "WRITEPATH_POINTS": str(noted)}, cwd=HERE.parents[3])
            points.claim(program, f"[measured] fails:\n{done.stdout}", done.returncode == 0)
        for line in noted.read_text().splitlines():
            cell, what, unit, *numbers = line.split("\t")
            low, high, here, tolerance = map(float, numbers)
            if low == high:
                points.add(cell, what, low, here, unit, tolerance)
            else:
                points.add_range(cell, what, low, high, here, unit)


def table(points):
    rows = ["| cell | figure | measured | here | error | tolerance |", "|---|---|---|---|---|---|"]
    for cell, what, measured, here, error, limit, fitted in points.rows:
        rows.append(f"| {cell}{' (fitted)' if fitted else ''} | {what} | {measured} | {here} | {error} | {limit} |")
    return "\n".join(rows)


def main():
    points = Points()
    for part in (closed_loop, semi_sync, without_merging, attached, open_loop, lag_floor, overload, keeps_up,
                 apply_rate, by_tests):
        part(points)
    text = README.read_text()
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    written = f"{head}{BEGIN}\n\n{table(points)}\n\n{END}{tail}"
    if "--update" in sys.argv[1:]:
        README.write_text(written)
    elif written != text:
        points.bad.append("README.md's table is stale: run points.py --update")
    for line in points.bad:
        print("FAILED:", line)
    print(f"{len(points.rows)} points, {len(points.bad)} outside")
    sys.exit(1 if points.bad else 0)


if __name__ == "__main__":
    main()
