"""Money on the page of a run, by the scenario's own prices."""
from .report_faults import range_of
from .report_page import number, table

COSTS = ("cost_per_million_commits", "cost_per_hour")  # and their parts


def add_costs(page, groups, scenario):
    """What has no price has no row; without prices there is no section."""
    metrics = dict.fromkeys(name for runs in groups.values() for run in runs
                            for name in run.summary["metrics"] if name.startswith(COSTS))
    rows = [[metric, *(range_of(run.summary["metrics"].get(metric) for run in runs)
                       for runs in groups.values())] for metric in metrics]
    rows = [row for row in rows if set(row[1:]) != {"-"}]
    if not rows:
        return
    prices = {key: value for key, value in scenario.get("prices", {}).items() if key != "comment"}
    currency = prices.pop("currency", None)
    told = "By prices of your own" + (f", in {currency}" if currency else "")
    told += ": " + ", ".join(f"{key} {number(value)}" for key, value in prices.items())
    page.section("Costs", table(told, ["metric", *groups], rows))
