"""scripts/sweep.py --scheduler: a real Dask scheduler and two workers on loopback."""
import json
import os
import subprocess
import time
import unittest

from program import PROGRAM
from sweeping import SweepCase, definition, many_points

PYTHON = "/usr/bin/python3"
HAS_DASK = subprocess.run([PYTHON, "-c", "import distributed, cloudpickle"],
                          capture_output=True).returncode == 0


@unittest.skipUnless(HAS_DASK, "needs python3-distributed")
class ClusterTest(SweepCase):
    def background(self, module, *arguments, program=PROGRAM):
        process = subprocess.Popen(
            [PYTHON, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"],
            cwd=self.folder, env=dict(os.environ, WRITEPATH=str(program)), text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def end():
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.addCleanup(end)
        return process

    def scheduler(self):
        self.background("dask_scheduler", "--host", "127.0.0.1", "--port", "0",
                        "--scheduler-file", "scheduler.json")
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                return json.loads((self.folder / "scheduler.json").read_text())["address"]
            except (OSError, ValueError):
                time.sleep(0.05)
        self.fail("the scheduler did not start")

    def workers(self, address, *programs, known=0):
        for program in programs:
            self.background("dask_worker", address, "--nthreads", "1", "--no-nanny",
                            "--host", "127.0.0.1", program=program)
        wait = ("import distributed, sys; distributed.Client(sys.argv[1], timeout=30)"
                ".wait_for_workers(int(sys.argv[2]), timeout=30)")
        subprocess.run([PYTHON, "-c", wait, address, str(known + len(programs))], check=True,
                       timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def test_two_workers_give_the_same_bytes(self):
        self.write("sweep.json", definition(repetitions={
            "min": 2, "max": 4, "relative_half_width": 1e-6}))
        self.sweep("sweep.json", "--name", "here")
        address = self.scheduler()
        self.workers(address, PROGRAM, PROGRAM)
        _, err = self.sweep("sweep.json", "--scheduler", address)
        self.assertIn("8 of 8 runs", err)
        self.assertEqual(self.tables("s"), self.tables("here"))
        # Another program's worker joins: it is refused, the others do the work.
        other = self.counting_program()
        self.workers(address, other, known=2)
        _, err = self.sweep("sweep.json", "--scheduler", address, "--name", "again")
        self.assertRegex(err, r"worker tcp://\S+ is refused: it has another program: ")
        self.assertEqual(self.tables("again"), self.tables("here"))
        self.assertFalse((self.folder / "count").exists())

    def test_a_worker_of_another_program_that_joins_in_the_middle(self):
        """It takes of what waits, and gives it back: nothing of its program reaches the table."""
        self.write("sweep.json", many_points(repetitions=2))
        slow = self.counting_program('[ "$1" = run ] && sleep 0.15\nexec "$real" "$@"')
        self.sweep("sweep.json", "--name", "here", "--quiet", program=slow)
        (self.folder / "count").unlink()
        other = self.folder / "other"
        other.write_text(slow.read_text().replace("/count\"", "/foreign\"") + "# another program\n")
        other.chmod(0o755)
        address = self.scheduler()
        self.workers(address, slow)
        process = self.start_sweep("sweep.json", "--scheduler", address, program=slow)
        until = time.monotonic() + 30
        while not (self.folder / "count").exists() or self.count() < 3:
            self.assertLess(time.monotonic(), until)
            time.sleep(0.01)
        self.workers(address, other, known=1)
        self.assertIsNone(process.poll(), "the sweep had ended before the other worker came")
        _, err = process.communicate(timeout=100)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(err.count("is refused: it has another program: "), 1, err)
        self.assertNotIn("Traceback", err)
        self.assertEqual(self.tables("s"), self.tables("here"))
        self.assertFalse((self.folder / "foreign").exists())

    def test_no_scheduler(self):
        self.write("sweep.json", definition())
        for address in ("tcp://127.0.0.1:1", "nonsense"):
            _, err = self.sweep("sweep.json", "--scheduler", address, code=4)
            self.assertIn("no scheduler", err)

    def test_no_worker_with_this_program(self):
        self.write("sweep.json", definition())
        address = self.scheduler()
        self.workers(address, self.counting_program())
        _, err = self.sweep("sweep.json", "--scheduler", address, code=4)
        self.assertIn("no worker is left that has this sweep's program", err)


if __name__ == "__main__":
    unittest.main()
