"""history.edn, read as Jepsen's tools read it: what an operation is, and how they pair up."""
import re
import unittest

from program import CommandLineTest, small_scenario

LINE = re.compile(r"\{:index (\d+), :type :(invoke|ok|fail|info), :process (\d+), "
                  r":f :(read|write), :value \[(\d+) (\d+|nil)\], :time (\d+)\}")
CLIENTS = 6


def parse(text):
    """Every line, or an error; nil as None."""
    operations = []
    for line in text.decode().splitlines():
        match = LINE.fullmatch(line)
        if not match:
            raise ValueError(f"no operation: {line}")
        index, kind, process, f, register, value, time = match.groups()
        operations.append({"index": int(index), "type": kind, "process": int(process), "f": f,
                           "register": int(register), "time": int(time),
                           "value": None if value == "nil" else int(value)})
    return operations


def registers_scenario(**changes):
    scenario = small_scenario(name="registers", duration_s=30, settle_s=10, **changes)
    scenario["workload"]["registers"] = {"enabled": True, "count": 3, "timeout_s": 1,
                                         "clients_per_az": CLIENTS // 3}
    return scenario


DARK = [{"id": "dark", "at_s": 10, "kind": "az_outage", "target": {"az": "a"}, "duration_s": 5}]


class History(CommandLineTest):
    def history(self, scenario, architecture, *arguments):
        self.write("registers.json", scenario)
        self.run_program("run", "registers.json", "--quiet", "--history", "--force", *arguments)
        return self.files("results")[f"registers/{architecture}/seed-1/history.edn"]

    def check_form(self, operations):
        """What Jepsen's history library insists on."""
        self.assertEqual([o["index"] for o in operations], list(range(len(operations))))
        times = [o["time"] for o in operations]
        self.assertEqual(times, sorted(times))
        open_ones, dead, written = {}, set(), set()
        for o in operations:
            process = o["process"]
            if o["type"] == "invoke":
                self.assertNotIn(process, open_ones, "a process does one thing at a time")
                self.assertNotIn(process, dead, "a process in doubt is never heard of again")
                open_ones[process] = o
                if o["f"] == "write":
                    self.assertNotIn(o["value"], written, "each write has a value of its own")
                    self.assertIsNotNone(o["value"])
                    written.add(o["value"])
                else:
                    self.assertIsNone(o["value"])
                continue
            began = open_ones.pop(process)
            self.assertEqual((o["f"], o["register"]), (began["f"], began["register"]))
            if o["f"] == "write":
                self.assertEqual(o["value"], began["value"])
            elif o["type"] != "ok":
                self.assertIsNone(o["value"])
            elif o["value"] is not None:
                self.assertIn(o["value"], written, "a value that was read was written")
            if o["type"] == "info":
                self.assertEqual(o["f"], "write", "a read that failed has changed nothing")
                dead.add(process)
        self.assertEqual(open_ones, {}, "everything has an end")
        # A client goes on as the process whose number is higher by the number of clients.
        for process in {o["process"] for o in operations}:
            if process >= CLIENTS:
                self.assertIn(process - CLIENTS, dead)

    def test_its_form(self):
        for architecture in ("mysql", "aurora"):
            operations = parse(self.history(registers_scenario(), architecture))
            self.assertGreater(len(operations), 1000)
            self.check_form(operations)
            self.assertEqual({o["type"] for o in operations}, {"invoke", "ok"})
            self.assertEqual({o["register"] for o in operations}, {0, 1, 2})
            self.assertEqual({o["process"] for o in operations}, set(range(CLIENTS)))

    def test_its_form_when_clients_and_servers_die(self):
        for architecture in ("mysql", "aurora"):
            operations = parse(self.history(registers_scenario(faults=DARK), architecture))
            self.check_form(operations)
            self.assertLessEqual({"fail", "info"}, {o["type"] for o in operations})
            self.assertTrue(any(o["time"] > 20e9 and o["type"] == "ok" for o in operations))

    def test_the_same_bytes_again(self):
        scenario = registers_scenario(faults=DARK)
        first = self.history(scenario, "mysql")
        self.assertEqual(self.history(scenario, "mysql"), first)
        self.assertEqual(self.history(scenario, "mysql", "--engine", "stepped"), first)

    def test_writing_it_changes_nothing_else(self):
        self.write("registers.json", registers_scenario())
        self.run_program("run", "registers.json", "--quiet")
        self.run_program("run", "registers.json", "--quiet", "--history", "--out", "with")
        kept = {n: c for n, c in self.files("with").items() if not n.endswith("history.edn")}
        self.assertEqual(kept, self.files("results"))

    def test_a_run_without_registers_has_none(self):
        self.write("small.json", small_scenario())
        _, err = self.run_program("run", "small.json", "--history", code=3)
        self.assertEqual(err, "small.json: /workload/registers/enabled: must be true for "
                              "--history: else there is no history to write\n")
        self.assertEqual(self.files("results") if (self.folder / "results").exists() else {}, {})


if __name__ == "__main__":
    unittest.main()
