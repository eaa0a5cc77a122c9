"""What faults did, in words and as tables: those of the scenario, and those of the standard battery."""
from . import over_seeds
from .report_answers import names_in_words
from .report_bars import fault_ids, fault_of, rto_figure
from .report_page import escape, number, table
from .results import battery_of

FAULT_ROWS = ["rpo_transactions", "recoverable_transactions", "rto_s", "write_unavailable_s",
              "read_unavailable_s", "commits_stalled", "time_to_full_redundancy_s"]


def range_of(values):
    """One value, or "from .. to" over the seeds; "-" where none has a sample."""
    values = [v for v in values if v is not None]
    if not values:
        return "-"
    low, high = number(min(values)), number(max(values))
    return low if low == high else f"{low} to {high}"


def fault_metric_of(runs, fault, metric):
    return range_of(fault_of(run, fault).get(metric) for run in runs)


def outcomes_table(groups, fault):
    kind = next((fault_of(run, fault).get("kind", "") for own in groups.values() for run in own
                 if fault_of(run, fault)), "")
    return table(kind, ["outcome", *groups],
                 [[row, *(fault_metric_of(own, fault, row) for own in groups.values())]
                  for row in FAULT_ROWS])


def add_faults(page, groups):
    for fault in fault_ids([run for own in groups.values() for run in own]):
        page.section(f"Fault {fault}", outcomes_table(groups, fault))


def add_battery(page, runs):
    """The scenario under each standard fault: runs beside it, which nobody asked for by name."""
    for fault, under in battery_of(runs).items():
        groups = over_seeds.grouped(under)
        page.section(f"Standard battery: {fault}",
                     f"<p>The same scenario, with this fault {escape(number(strikes_at(under)))} s after "
                     f"its beginning.</p>\n{outcomes_table(groups, fault)}")
        rto_figure(page, groups, fault, f"Standard battery, {fault}: until commits again")


def strikes_at(runs):
    return next((fault.get("at_s") for fault in runs[0].scenario().get("faults", [])), None)


MOST_TOLD = 3  # faults in the answer


def faults_in_words(groups):
    """Sentences: what each fault did; of many, those that did the most."""
    runs = [run for own in groups.values() for run in own]
    faults = fault_ids(runs)
    told = faults
    if len(faults) > MOST_TOLD:
        worst = sorted(faults, key=lambda fault: harm_of(runs, fault), reverse=True)[:MOST_TOLD]
        told = [fault for fault in faults if fault in worst]
    words = [fault_words(groups, fault) for fault in told]
    if len(told) < len(faults):
        words.append(f"The other {len(faults) - len(told)} faults did less; they are below.")
    return words


def harm_of(runs, fault):
    """(transactions lost, runs without commits again, s without commits)"""
    met = [fault_of(run, fault) for run in runs]
    return (max((one.get("rpo_transactions") or 0 for one in met), default=0),
            sum(bool(one.get("censored")) for one in met),
            max((one.get("rto_s") or 0 for one in met), default=0))


def fault_words(groups, fault):
    """Who lost what, and who committed again when; those that fared alike together."""
    alike = {}
    for name, runs in groups.items():
        alike.setdefault(outcome_words(runs, fault), []).append(name)
    parts = [f"{names_in_words(names)} {words}" if words else
             f"it does not apply to {names_in_words(names)}" for words, names in alike.items()]
    return f"Fault {fault}: " + "; ".join(parts) + "."


def outcome_words(runs, fault):
    """Only what the fault's outcomes have; nothing where it does not apply."""
    met = [run for run in runs if fault_of(run, fault).get("applicable")]
    if not met:
        return ""
    words = []
    lost = fault_metric_of(met, fault, "rpo_transactions")
    if lost != "-":
        words.append(f"lost {'no' if lost == '0' else lost} acknowledged "
                     f"transaction{'' if lost == '1' else 's'}")
    never = sum(bool(fault_of(run, fault).get("censored")) for run in met)
    down = fault_metric_of(met, fault, "rto_s")
    if never:
        words.append("did not commit again before the end"
                     + (f" in {never} of {len(met)} seeds" if len(met) > 1 else ""))
    if down == "0":
        # No outage began at the fault; a planned or late failover may still have stopped writes.
        stopped = fault_metric_of(met, fault, "write_unavailable_s")
        words.append("had all writes available" if stopped == "0" else
                     f"had writes unavailable for {stopped} s" if stopped != "-" else
                     "did not stop committing at the fault")
    elif down != "-":
        words.append(f"committed again after {down} s")
    return " and ".join(words) or "had no outcome measured"
