"""scripts/plot.py: every kind of picture, from results that the program made."""
import os
import pathlib
import subprocess
import sys
import tempfile

from plotting import ROOT, check, check_picture, check_refused, check_same_bytes, failures, plot, texts_of

PROGRAM = os.environ["WRITEPATH"]
OF_RUNS = ["latency-cdf", "latency-percentiles", "lag-over-time", "throughput-dip", "breakdown",
           "stale"]
TWO_FAULTS = """[{"id": "gone", "at_s": 20, "kind": "node_crash", "crash": "host",
                  "target": {"role": "primary"}},
                 {"id": "late", "at_s": 58, "kind": "pause", "target": {"role": "primary"},
                  "duration_s": 1}]"""


def write_sweep(folder):
    rows = ["point,rate,rtt_ms,architecture,model,seed,status,replica_lag_ms_p95"]
    for rate in (100, 200):
        for rtt in (0.5, 2):
            for seed in (1, 2):
                for name, factor in (("aurora", 1), ("mysql", rate)):
                    rows.append(f"p{rate}{rtt},{rate},{rtt},{name},m,{seed},ok,{factor * rtt + seed}")
    folder.mkdir()
    (folder / "points.csv").write_text("\n".join(rows) + "\n")


def check_malformed(folder, sweep, results):
    knee = folder / "knee.json"
    for text in ("[1]", '{"knees":[3]}', '{"knees":[{"architecture":"mysql"}]}'):
        knee.write_text(text)
        check_refused(folder, "lag-vs-load", sweep, "--where", "rtt_ms=2", "--knee", knee,
                      says="scripts/knee.py -o FILE")
    table = folder / "text.csv"
    head = b"point,rate,architecture,model,seed,status,m\n"
    for rest, says in ((b"p,1,aurora,m,1,ok,abc\n", "m is no number: abc"),
                       (b"p,1,aurora,m,1,ok,nan\n", "m is no number: nan"),
                       (b"p,1,aurora\n", "more or fewer cells"), (b"p,\xff\n", "not a sweep's table")):
        table.write_bytes(head + rest)
        check_refused(folder, "lag-vs-load", table, says=says)
    table.write_bytes(head + b"p,1,aurora,m,1,ok,1\n")
    for text in ("[]", '{"repetitions": []}', '{"repetitions": {"confidence": "high"}}', '{"question": 1}'):
        (folder / "sweep.json").write_text(text)
        check_refused(folder, "lag-vs-load", table, says="not what scripts/sweep.py writes")
    (folder / "sweep.json").unlink()
    series = next(results.glob("mysql/seed-*")) / "timeseries.csv"
    series.write_text("time_s,node,metric,value\nx,,replica_lag_ms,1\n")
    check_refused(folder, "lag-over-time", results, says="not the time series of a run")
    (series.parent / "summary.json").write_text('{"name": "mysql", "seed": 1}')
    check_refused(folder, "breakdown", results, says="not the summary of a run (no 'metrics')")


def check_not_ok(folder):
    """A mean over runs that broke is marked, in every picture; so is a point without any value."""
    table = folder / "not_ok.csv"
    lines = ["point,rate,rtt,architecture,model,seed,status,m"]
    for rate in (1, 2, 3):
        for rtt in (1, 2):
            for name in ("aurora", "mysql"):
                for seed in range(1, 7):
                    status = "broken" if (rate, rtt, name) == (3, 2, "mysql") and seed < 3 else \
                        "failed" if (rate, rtt, name) == (2, 1, "aurora") else "ok"
                    value = "" if status == "failed" else seed
                    lines.append(f"p{rate}{rtt},{rate},{rtt},{name},m,{seed},{status},{value}")
    table.write_text("\n".join(lines) + "\n")
    for kind in ("lag-vs-load", "difference-vs-load"):
        check_picture(folder, kind, table, "--where", "rtt=2", shows=[
            "hollow marker: not all runs ok (mysql at 3: 2 of 6 runs broken)"])
        text = (folder / f"{kind}.svg").read_text()
        check("fill: #ffffff; stroke: #d55e00" in text, f"{kind}: no hollow marker")
        check_picture(folder, kind, table, "--where", "rtt=1", "--where", "rate=1",
                      shows=["aurora", "95 % confidence"])
        check("hollow" not in texts_of(folder / f"{kind}.svg"), f"{kind}: a mark where all is ok")
    check_picture(folder, "lag-vs-load", table, "--where", "rtt=1",
                  shows=["aurora at 2: 6 of 6 runs failed"])
    check_picture(folder, "heatmap", table, shows=[
        "×: not all runs ok (aurora at 2, 1: 6 of 6 runs failed; mysql at 3, 2: 2 of 6 runs broken)"])


def check_differences(folder, sweep):
    check_picture(folder, "difference-vs-load", sweep, "--where", "rtt_ms=2", shows=[
        "mysql", "difference to aurora", "at 2 points too few pairs for an interval",
        "median of the differences"])
    check_picture(folder, "difference-vs-load", sweep, "--where", "rtt_ms=2", "--baseline", "mysql",
                  shows=["difference to mysql"])
    check_refused(folder, "difference-vs-load", sweep, "--where", "rtt_ms=2", "--baseline", "oracle",
                  says='no architecture "oracle"; the table has: aurora, mysql')
    alone = folder / "alone.csv"
    alone.write_text("point,rate,architecture,model,seed,status,m\np,1,aurora,m,1,ok,1\n")
    check_refused(folder, "difference-vs-load", alone, says="nothing to compare")


def check_band(folder):
    """1 and 100 give 50.5 +- 629 with one degree of freedom: the band goes below zero."""
    table = folder / "wide.csv"
    table.write_text("point,rate,architecture,model,seed,status,m\n" + "".join(
        f"p,{rate},aurora,m,{seed},ok,{value}\n"
        for rate in (1, 2) for seed, value in ((1, 1), (2, 100))))
    done = plot("lag-vs-load", table, "-o", folder / "wide.svg")
    check(done.returncode == 0 and "−600" in texts_of(folder / "wide.svg"),
          "a band that goes below zero is cut")


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        results = folder / "results"
        subprocess.run([PROGRAM, "run", ROOT / "scenarios" / "lose-the-primary" / "scenario.json",
                        "--out", results, "--quiet", "--set", f"/question={'How long? ' * 30}",
                        "--set", f"/faults={TWO_FAULTS}"], check=False)
        for kind in OF_RUNS:
            shows = ["mysql", "aurora"] if kind != "lag-over-time" else ["mysql", "aurora", "gone"]
            check_picture(folder, kind, results / "lose-the-primary", shows=shows)
        sweep = folder / "sweep"
        write_sweep(sweep)
        check_picture(folder, "lag-vs-load", sweep, "--where", "rtt_ms=0.5",
                      shows=["mysql", "aurora", "rate", "95 % confidence"])
        check_picture(folder, "heatmap", sweep, shows=["mysql", "aurora", "rtt_ms"])

        both = plot("breakdown", results, "-o", folder / "both")
        check(both.returncode == 0 and (folder / "both.svg").exists() and
              (folder / "both.png").exists(), f"without a suffix: {both.stderr}")

        check_refused(folder, "lag-vs-load", sweep, says="--where rtt_ms=0.5")
        check_refused(folder, "lag-vs-load", sweep, "--measure", "lag", "--where", "rtt_ms=2",
                      says="replica_lag_ms_p95")
        check_refused(folder, "lag-vs-load", sweep, "--where", "rtt_ms=7", says="0.5, 2")
        check_refused(folder, "lag-vs-load", folder / "nothing", says="No such file")
        check_refused(folder, "stale", folder / "sweep", says="no results of a run")
        check_refused(folder, "throughput-dip", results, "--fault", "dark", says="gone")
        check_refused(folder, "pie", results, says="invalid choice")
        check_same_bytes(folder / "first")
        (results / "broken").mkdir()
        (results / "broken" / "summary.json").write_text("{")
        check_refused(folder, "stale", results / "broken", says="not JSON")
        check_malformed(folder, sweep, results / "lose-the-primary")
        check_band(folder)
        check_not_ok(folder)
        check_differences(folder, sweep)
        check_same_bytes(folder / "second")
    sys.exit(1 if failures else 0)


main()
