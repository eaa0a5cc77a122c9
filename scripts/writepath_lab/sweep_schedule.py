"""How many seeds a point gets. The same at every point and for all architectures, in this order:
first seed, first seed + 1, ...: common random numbers, so that differences between points and
architectures are not those of the dice."""
from .intervals import mean_interval


class PointState:
    """One point's results so far. Which seeds it needs depends on results alone, not on the order
    in which they come."""

    def __init__(self, point, repetitions, first_seed):
        self.point, self.repetitions, self.first = point, repetitions, first_seed
        self.outcomes = {}
        self.asked = set()
        self.target = repetitions["min"]

    def add(self, seed, outcome):
        self.outcomes[seed] = outcome

    def seeds(self):
        return range(self.first, self.first + self.target)

    def missing(self):
        """Seeds to run now that nobody runs yet; grows the target while intervals are wide."""
        while not any(seed not in self.outcomes for seed in self.seeds()) and self.grow():
            pass
        wanted = [s for s in self.seeds() if s not in self.outcomes and s not in self.asked]
        self.asked.update(wanted)
        return wanted

    def finished(self):
        return all(seed in self.outcomes for seed in self.seeds())

    def grow(self):
        """Half as many again: few looks at the interval, and work for many cores."""
        most = self.repetitions["max"]
        if self.target >= most or any("failed" in self.outcomes[s] for s in self.seeds()):
            return False
        if self.narrow():
            return False
        self.target = min(most, self.target + max(1, self.target // 2))
        return True

    def narrow(self):
        width = self.repetitions.get("relative_half_width")
        if width is None:
            return True
        for name in self.point.architectures:
            values = self.values(name, self.repetitions["measure"])
            if not values:
                continue  # never a sample: more seeds tell no more
            if len(values) < 2:
                return False
            mean, half = mean_interval(values, self.repetitions["confidence"])
            if half > width * abs(mean):
                return False
        return True

    def values(self, architecture, measure):
        found = []
        for seed in self.seeds():
            for a in self.outcomes.get(seed, {}).get("architectures", []):
                if a["name"] == architecture and a["values"].get(measure) is not None:
                    found.append(a["values"][measure])
        return found

    def runs(self):
        """{architecture: (status, values)} of each finished run that counts; nothing in one that failed."""
        return [{a["name"]: (a["status"], a["values"])
                 for a in self.outcomes[seed].get("architectures", [])}
                for seed in self.seeds() if seed in self.outcomes]

    def rows(self, measures):
        """architecture, model, seed, status, measures: of the seeds that count."""
        for index, name in enumerate(self.point.architectures):
            for seed in self.seeds():
                outcome = self.outcomes.get(seed)
                if outcome is None:
                    continue
                if "failed" in outcome:
                    yield [name, self.point.models[index], seed, "failed", *[None] * len(measures)]
                    continue
                a = outcome["architectures"][index]
                yield [name, a["model"], seed, a["status"],
                       *(a["values"].get(measure) for measure in measures)]
