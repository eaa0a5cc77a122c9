"""Random scenarios, drawn from what the schema allows: whatever they ask, the built-in models answer
without an internal error, the books balance, no check is broken, and stepped equals drained.

  WRITEPATH=build/release/writepath /usr/bin/python3 tests/property/run/random_scenarios.py [FIRST [LAST]]

A seed that fails leaves its scenario behind, with the command that repeats it.
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

PROGRAM = os.environ["WRITEPATH"]
FIRST, LAST = 0, 80
STEPPED_EVERY = 4
# Lag is against an acknowledgement, and clocks are wrong: these may be negative.
SIGNED = ("replica_lag", "heartbeat", "write_path_ms")


class Draw(random.Random):
    def maybe(self, probability, make):
        return make() if self.random() < probability else None

    def distribution(self, scale):
        return self.choice([
            scale,
            {"constant": scale},
            {"uniform": {"low": 0, "high": 2 * scale}},
            {"exponential": {"mean": scale}},
            {"lognormal": {"median": scale, "p99": 3 * scale}},
            {"pareto": {"scale": scale, "shape": 3}},
            {"empirical": {"points": [[scale / 2, 0.2], [scale, 0.7], [3 * scale, 1]]}},
            {"mixture": [{"weight": 9, "distribution": scale},
                         {"weight": 1, "distribution": {"exponential": {"mean": 5 * scale}}}]},
        ])


def without_none(value):
    if isinstance(value, dict):
        return {k: without_none(v) for k, v in value.items() if v is not None}
    return [without_none(v) for v in value] if isinstance(value, list) else value


def network(r, azs):
    def level(rtt_ms):
        return {"rtt_ms": r.choice([0, rtt_ms, 4 * rtt_ms]),
                "jitter": r.maybe(0.5, lambda: r.distribution(1)),
                "bandwidth_gbps": r.maybe(0.2, lambda: r.choice([0.02, 1, 100])),
                "loss_probability": r.maybe(0.2, lambda: 0.001)}
    return {"regions": [{"name": "r1", "azs": azs}],
            "intra_az": level(0.2), "inter_az": level(1),
            "links": [{"from": r.choice(azs), "to": r.choice(azs), "one_way": r.random() < 0.5,
                       "rtt_ms": r.choice([0, 3, 30])} for _ in range(r.choice([0, 0, 2]))],
            "tcp_user_timeout_s": r.maybe(0.2, lambda: r.choice([0.1, 2]))}


def workload(r, azs, duration_s):
    transactions = []
    for i in range(r.randint(1, 3)):
        statements = r.choice([1, 1, 2, 4])
        transactions.append({
            "name": f"t{i}", "statements": statements, "autocommit": statements == 1,
            "rows_written": r.choice([0, 1, 1, 5]), "pages_dirtied": r.choice([0, 2, 8]),
            "redo_bytes": r.choice([0, 600, 50000]), "binlog_bytes": r.choice([0, 450, 50000])})
    clients = []
    for i in range(r.randint(1, 3)):
        arrivals = r.choice(["poisson", "constant", "bursts"])
        open_loop = {"rate_per_s": r.choice([0.5, 20, 200]), "arrivals": arrivals,
                     "burst_size": r.choice([1, 20]) if arrivals == "bursts" else None}
        closed_loop = {"clients": r.choice([1, 8]), "think_time_ms": r.distribution(20)}
        clients.append({"name": f"g{i}", "azs": r.sample(azs, r.randint(1, len(azs))),
                        "start_s": r.choice([0, duration_s / 3]),
                        **r.choice([{"open_loop": open_loop}, {"closed_loop": closed_loop}])})
    return {"clients": clients, "transactions": transactions,
            "keys": {"count": r.choice([1, 100, 10**9]), "distribution": r.choice(["uniform", "zipf"])},
            "reads": [{"rate_per_s": 30, "target": r.choice(["primary", "replicas", "any"])}],
            "session": {"timeout_s": r.choice([0.05, 3]), "connect_timeout_s": r.choice([0.01, 1]),
                        "retries": r.choice([0, 10]), "max_connections": r.choice([1, 1000])}}


def nodes(r, azs):
    made = [{"id": "p", "role": "primary"}]
    made += [{"id": f"x{i}", "role": "replica"} for i in range(r.choice([0, 1, 2, 2, 5]))]
    for node in made:
        node["az"] = r.choice(azs)
        node["storage"] = r.choice(["local", "local", "attached"])
        node["device"] = r.maybe(0.3, lambda: {"flush_ms": r.distribution(1), "iops": 1000})
        node["clock"] = r.maybe(0.2, lambda: {"offset_ms": r.choice([-3000, 3000])})
    return made


def mysql(r, azs):
    made = nodes(r, azs)
    semi_sync = r.choice(["off", "after_sync", "after_commit"]) if len(made) > 1 else "off"
    return {"model": "mysql_binlog", "nodes": made, "options": {
        "semi_sync": semi_sync, "rpl_semi_sync_source_timeout_ms": r.choice([100, 10000]),
        "commit_pipeline": r.choice(["mysql_stages", "mariadb_locks"]),
        "innodb_flush_log_at_trx_commit": r.choice([0, 1, 1, 2]), "sync_binlog": r.choice([0, 1, 1, 10]),
        "sync_relay_log": r.random() < 0.3, "source_connect_retry_s": r.choice([0.1, 5, 60]),
        "replica_net_timeout_s": r.choice([5, 60]),
        "innodb_buffer_pool_size_gb": r.choice([0, 0, 0.001]), "innodb_redo_log_capacity_mb": r.choice([8, 100]),
        "applier": {"cost": r.choice(["full", "full", "none"])}, "server_start_s": r.choice([0, 2])}}


def storage(r, azs, duration_s):
    """What the storage nodes do in the background, and who else is on them."""
    span = {"from_s": r.choice([0, duration_s / 3]), "until_s": r.choice([None, duration_s / 2])}
    return {"flushes_at_once": r.choice([1, 32]), "log_retention_mb": r.choice([1, 256]),
            "background_ios_at_once": r.choice([1, 32]), "coalesce_interval_ms": r.choice([20, 1000]),
            "staging_interval_ms": r.choice([0, 500, 10000]), "scrub_mb_per_s": r.choice([0, 4]),
            "corrupt_page_probability": r.choice([0, 0.01]), "backlog_limit_mb": r.choice([0.05, 1024]),
            "throttle_ms": r.choice([0, 100]), "coalesce_cpu_us_per_record": r.choice([0, 1, 500]), "receive_queue_mb": r.choice([0.01, 64]),
            "boxcar_loss_probability": r.choice([0, 0, 0.02]),
            "slow": r.maybe(0.3, lambda: [{"copy": azs[0] + "1", "factor": r.choice([0.5, 30]), **span}]),
            "neighbours": r.maybe(0.3, lambda: [{"boxcars_per_s": 50, "page_ios_per_s": r.choice([0, 50]), **span}])}


def quorums(r, copies, tails):
    """A write and a read rule that intersect; with tail segments a read needs a full one."""
    if r.random() < 0.2:
        return {}
    write = r.randint(copies // 2 + 1, copies)
    ways = [{"n": write}]
    if tails < write and r.random() < 0.5:  # all full ones meet every quorum of `write`
        ways.append({"of": "full", "n": copies - tails})
    of_any = copies - write + 1
    reads = [{"of": "all", "n": of_any}, {"of": "full", "n": 1}]
    if len(ways) > 1:
        return {"write": {"any": ways}, "read": {"any": [{"all": reads}]}}
    read = {"n": of_any} if of_any > tails else {"all": reads}
    return {"write": {"any": ways}, "read": {"any": [read]}}


def repair(r):
    return {"spares_per_az": r.choice([0, 1, 2]), "segments_at_once": r.choice([1, 3]), "other_az": r.random() < 0.3,
            "detector": {"interval_s": 0.3, "timeout_s": 0.3, "failures": r.choice([1, 3])},
            "heat": {"factor": r.choice([0, 0, 5]), "after_s": 1},
            "az_loss_to_3_of_4_after_s": r.choice([None, None, 1])}


def aurora(r, azs, duration_s):
    copies = r.choice([6, 6, 3, 5, 1])
    by_az = {}
    for i in range(copies):
        az = azs[i % min(3, len(azs))]
        by_az[az] = by_az.get(az, 0) + 1
    tail = {az: r.choice([0, 0, 1, n // 2]) for az, n in by_az.items()}
    if sum(tail.values()) == copies:
        tail[azs[0]] = 0
    return {"model": "aurora_quorum", "nodes": nodes(r, azs), "options": {
        "copies": [{"az": az, "n": n, "tail": tail[az]} for az, n in by_az.items()],
        **quorums(r, copies, sum(tail.values())),
        "log_source": r.choice(["writer", "storage"]), "commit_on": r.choice(["vdl", "vcl"]),
        "lal_bytes": r.choice([100000, 10000000]),
        "writer": {"buffer_pool_gb": r.choice([0.0001, 0.01, 170]), "innodb_lock_wait_timeout_s": r.choice([1, 50]),
                   "locks_released": r.choice(["at_commit_record", "when_durable"])},
        "reader": {"buffer_pool_gb": r.choice([0.0001, 0.01, 170]), "long_read_s": r.choice([0, 0, 0.001, 3])},
        "page_reads": {"hedge_after": r.choice([0, 1, 3]), "refresh_share": r.choice([0, 0.01, 1]),
                       "timeout_ms": r.choice([2, 500]), "read_point_interval_ms": r.choice([1, 100, 5000])},
        "storage": storage(r, azs, duration_s), **({} if sum(tail.values()) else {"repair": repair(r)}),
        "failover": {"promotion_s": r.choice([0, 2]), "replace_instance_s": 5}}}


DIES = ("node_crash", "volume_loss", "torn_write")
NETWORK = ("partition", "packet_loss", "packet_delay")
STRENGTHS = {
    "slow_disk": {"factor": [2, 30]}, "slow_node": {"factor": [2, 30], "delay_ms": [1, 50]},
    "packet_loss": {"loss_probability": [0.01, 0.5]}, "packet_delay": {"delay_ms": [1, 50]},
    "clock_jump": {"jump_ms": [-2000, 2000]}, "clock_drift": {"drift_ppm": [-10000, 10000]},
    "endpoint_delay": {"delay_s": [0.5, 5]}}
PRESETS = {
    "az_plus_one": ("az", "duration_s", "gap_s"), "partition_primary": ("duration_s",),
    "gray_storage_node": ("az", "duration_s", "factor", "loss_probability", "delay_ms"),
    "rolling_patch": ("restart_after_s", "gap_s")}


def preset(r, azs):
    name = r.choice(list(PRESETS))
    keys = {"az": r.choice(azs), "duration_s": r.choice([0.01, 2]), "gap_s": r.choice([0, 1]), "factor": r.choice([2, 30]),
            "loss_probability": 0.1, "delay_ms": 5, "restart_after_s": r.choice([0, 1])}
    return {"preset": name, **{key: keys[key] for key in PRESETS[name] if r.random() < 0.7}}


def target(r, azs, kind):
    if kind == "az_outage" or r.random() < 0.1:
        return {"az": r.choice(azs)}
    return {"role": r.choice(["primary", "replica", "storage", "monitor", "client"]),
            "pick": r.choice(["all", "random"]), "when": r.choice(["initial", "current"])}


def fault(r, azs, number, duration_s):
    made = {"id": f"f{number}", "if_absent": "skip",
            "at_s": r.choice([0, r.uniform(0, duration_s), duration_s * 0.999999]),
            "repeat": r.maybe(0.1, lambda: r.choice([{"every_s": 1, "count": 3}, {"rate_per_s": 1, "count": 4}]))}
    if r.random() < 0.15:
        return {**made, **preset(r, azs)}
    kind = r.choice(["node_crash", "az_outage", "partition", "volume_loss", "torn_write", "disk_stall", "slow_disk",
                     "packet_loss", "packet_delay", "slow_node", "clock_jump", "clock_drift", "pause", "endpoint_delay",
                     "planned_failover"])
    made["kind"] = kind
    if kind != "endpoint_delay":
        made["target"] = target(r, azs, kind)
    if kind == "node_crash":
        made["crash"] = r.choice(["process", "host", "loss"])
    if kind in DIES:
        made["restart_after_s"] = r.choice([0, 0.5, 3])
    elif kind != "planned_failover":
        made["duration_s"] = r.choice([0.000001, 0.01, 2])
    if kind in NETWORK:
        made["direction"] = r.choice([None, "outgoing", "incoming"])
        made["peer"] = r.maybe(0.3, lambda: target(r, azs, kind))
    for key, values in STRENGTHS.get(kind, {}).items():
        made[key] = r.choice(values)
    return made


def scenario(seed):
    r = Draw(seed)
    azs = list("abcd")[: r.choice([1, 2, 3, 3, 4])]
    duration_s = r.choice([0.05, 4, 8, 15])
    faults = [fault(r, azs, i, duration_s) for i in range(r.choice([0, 1, 2, 4]))]
    operations = [{"kind": "add_replica", "at_s": r.uniform(0, duration_s), "az": r.choice(azs)}
                  for _ in range(r.choice([0, 0, 1]))]
    return without_none({
        "scenario_version": 1, "name": f"random-{seed}", "seed": seed, "duration_s": duration_s,
        "warmup_s": r.choice([0, duration_s / 2]), "settle_s": r.choice([0.001, 20, 150]),
        "network": network(r, azs),
        "data": {"size_gb": r.choice([0, 0.01, 1]), "page_kb": r.choice([4, 16])},
        "workload": workload(r, azs, duration_s),
        "architectures": [{"name": "mysql", **mysql(r, azs)}, {"name": "aurora", **aurora(r, azs, duration_s)}],
        "faults": faults, "operations": operations, "battery": {"enabled": False}})


# ---- what must hold


def numbers(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from numbers(inner, f"{path}/{i}")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, value


def adds_up(parts, whole):
    return whole is None or None in parts or abs(sum(parts) - whole) <= 1e-6 * max(1, abs(whole))


def mistakes_of(a):
    """What is wrong with one architecture's results."""
    metrics = a["metrics"]
    for path, number in numbers(a):
        if number < 0 and not any(name in path for name in SIGNED):
            yield f"{path} is {number}"
    for check in a["checks"]:
        if check["verdict"] == "broken":
            yield f"check {check['name']}: {check['witness']}"
    for whole in ("commit_latency_ms", "transaction_latency_ms", "read_latency_ms", "replica_lag_ms"):
        levels = [metrics[f"{whole}_{q}"] for q in ("p50", "p95", "p99", "max")]
        if None not in levels and levels != sorted(levels):
            yield f"{whole}: {levels}"
    if not adds_up(a["commit_latency_breakdown_ms"].values(), metrics["commit_latency_ms_mean"]):
        yield f"the parts of the commit latency don't add up: {a['commit_latency_breakdown_ms']}"
    if metrics["replica_lag_unapplied"] == 0 and not adds_up(
            a["replica_lag_breakdown_ms"].values(), metrics["replica_lag_ms_mean"]):
        yield f"the parts of the lag don't add up: {a['replica_lag_breakdown_ms']}"
    if not adds_up(a["cross_az_bytes_per_commit"].values(), metrics["cross_az_bytes_per_commit"]):
        yield f"the parts of the bytes across AZs don't add up: {a['cross_az_bytes_per_commit']}"
    for f in a["faults"]:
        parts = [f.get(f"{part}_s") for part in ("detect", "elect", "start", "survey", "recover", "reconnect", "first_commit")]
        if not adds_up(parts, f.get("rto_s")):
            yield f"the parts of the RTO don't add up: {f}"
    if metrics["step_order_violations"] != 0:
        yield "steps out of order"
    if a["model"] == "aurora_quorum":
        for claim in ("page_bytes_sent", "primary_storage_writes", "replica_storage_writes"):
            if metrics[claim] != 0:
                yield f"Aurora's {claim} is {metrics[claim]}"


def run(path, *options):
    # Several scenarios share the machine with other tests: one process, and never for ever.
    return subprocess.run(
        [PROGRAM, "run", str(path), "--format", "json", "-j", "1", "--force", "--out", str(path.parent / "results"),
         *options], capture_output=True, text=True, timeout=60)


def refuse_constant(word):
    raise ValueError(f"{word} is no JSON")


def judge(path, seed):
    done = run(path)
    if done.returncode not in (0, 1):
        return [f"exit code {done.returncode}: {done.stderr.strip()}"]
    mistakes = []
    for report in json.loads(done.stdout, parse_constant=refuse_constant):
        for one in report["runs"]:
            for a in one["architectures"]:
                mistakes += [f"{a['name']}: {m}" for m in mistakes_of(a)]
    if seed % STEPPED_EVERY == 0 and run(path, "--engine", "stepped").stdout != done.stdout:
        mistakes.append("stepped differs from drained")
    return mistakes


def main():
    first = int(sys.argv[1]) if len(sys.argv) > 1 else FIRST
    last = int(sys.argv[2]) if len(sys.argv) > 2 else (first + 1 if len(sys.argv) > 1 else LAST)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="writepath-random-"))
    failed = 0
    for seed in range(first, last):
        path = folder / f"random-{seed}.json"
        path.write_text(json.dumps(scenario(seed), indent=1))
        mistakes = judge(path, seed)
        if not mistakes:
            path.unlink()
            continue
        failed += 1
        print(f"seed {seed}: {PROGRAM} run {path}", *mistakes, sep="\n  ")
    print(f"{last - first - failed} of {last - first} random scenarios hold")
    sys.exit(1 if failed else 0)


main()
