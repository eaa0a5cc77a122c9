"""scripts/sweep.py on a terminal: the bar, the time left, and a clean screen at the end."""
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
import unittest

from program import PROGRAM
from sweeping import SWEEP, SweepCase, many_points


def screen(text, columns):
    """What a terminal of this width shows of a text: carriage returns, erasing, lines that wrap."""
    lines, at = [""], 0
    for part in re.findall(r"\r|\n|\x1b\[K|[^\r\n\x1b]", text):
        if part == "\r":
            at = 0
        elif part == "\n":
            lines.append("")
        elif part == "\x1b[K":
            lines[-1] = lines[-1][:at]
        else:
            if at == columns:
                lines.append("")
                at = 0
            lines[-1] = lines[-1][:at].ljust(at) + part + lines[-1][at + 1:]
            at += 1
    return [line.rstrip() for line in lines]


class Terminal(SweepCase):
    def start_on_terminal(self, columns, *arguments, program):
        """(process, terminal): its controlling terminal, as a shell gives it."""
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execve(SWEEP, [str(SWEEP), *arguments],
                      dict(os.environ, WRITEPATH=str(program), TERM="xterm"))
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        self.addCleanup(os.close, terminal)
        return process, terminal

    def read(self, terminal, text="", until=None):
        """All that is written, up to where `until` is found, or to the end."""
        enough = time.monotonic() + 60
        while not (until and re.search(until, text)):
            self.assertLess(time.monotonic(), enough, text)
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                part = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            text += part.decode()
        return text

    def program(self):
        return self.counting_program('[ "$1" = run ] && sleep 0.1\nexec "$real" "$@"')

    def test_bar_time_left_and_nothing_of_it_at_the_end(self):
        self.write("sweep.json", many_points(repetitions=1))
        for columns in (100, 40):
            process, terminal = self.start_on_terminal(
                columns, "sweep.json", "-j", "2", "--name", f"wide-{columns}", program=self.program())
            text = self.read(terminal)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), 0, text)
            self.assertIn("14 of 14 runs", text)
            if columns == 100:
                self.assertRegex(text, r"\r\[#+\.+\] \d+ of 14 runs, about \d+ s left\x1b\[K")
            shown = screen(text.replace("\r\n", "\n"), 1000 if columns == 40 else columns)
            self.assertFalse([line for line in shown if "[#" in line or "[." in line], shown)
            for bar in re.findall(r"\r(\[[#.]+\][^\r\n\x1b]*)", text):
                self.assertLess(len(bar), columns)  # one that wraps can't be taken back
            self.assertIn("small: Does the program do what its manual says?".replace("small", f"wide-{columns}"),
                          shown)

    def test_ctrl_c_leaves_nothing_of_the_bar(self):
        self.write("sweep.json", many_points())
        process, terminal = self.start_on_terminal(100, "sweep.json", "-j", "1", program=self.program())
        text = self.read(terminal, until=r" [3-9] of 28 runs")
        os.write(terminal, b"\x03")  # the terminal makes SIGINT of it
        text = self.read(terminal, text)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), 130, text)
        shown = screen(text.replace("\r\n", "\n"), 100)
        self.assertFalse([line for line in shown if "[#" in line or "^C" in line], shown)
        self.assertRegex(shown[-2], r"stopped by signal 2; \d+ runs made now are safe")
        self.assertNotIn("Traceback", text)

    def test_a_terminal_that_knows_no_escapes_gets_none(self):
        self.write("sweep.json", many_points(repetitions=1))
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execve(SWEEP, [str(SWEEP), "sweep.json"], dict(os.environ, WRITEPATH=PROGRAM, TERM="dumb"))
        self.addCleanup(os.close, terminal)
        text = self.read(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), 0, text)
        self.assertNotIn("\x1b", text)
        self.assertIn("14 of 14 runs", text)


if __name__ == "__main__":
    unittest.main()
