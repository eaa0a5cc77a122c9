"""Wrong command lines, said as the program says them."""
import argparse
import difflib
import io
import os
import re
import sys

from .program import USAGE


def mend_streams():
    """What is printed may have characters that the terminal has not; streams may be closed."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
        if isinstance(stream := getattr(sys, name), io.TextIOWrapper):  # not one that a caller put there
            stream.reconfigure(errors="backslashreplace")


class Parser(argparse.ArgumentParser):
    """Exit code 3, one line, a guess at what was meant; no abbreviations."""

    def __init__(self, **given):
        mend_streams()
        super().__init__(allow_abbrev=False, prog=os.path.basename(sys.argv[0]),
                         formatter_class=argparse.RawDescriptionHelpFormatter, **given)

    def error(self, message):
        unknown = re.match(r"unrecognized arguments: (--[^ =]+)", message)
        if unknown:
            known = [o for action in self._actions for o in action.option_strings]
            close = difflib.get_close_matches(unknown[1], known, 1)
            message = f"unknown option {unknown[1]}" + (f"; did you mean {close[0]}?" if close
                                                        else "")
        print(f"{self.prog}: {message} ({self.prog} --help)", file=sys.stderr)
        sys.exit(USAGE)
