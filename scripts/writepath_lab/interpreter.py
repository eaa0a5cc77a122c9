"""The interpreter that has a script's modules: this one, or else Debian's."""
import importlib.util
import os
import sys

DEBIAN = "/usr/bin/python3"


def need(*modules):
    """Returns if this interpreter has all modules; starts the script again under Debian's python3
    if that is another one; else ends with exit code 3 and the packages to install.

    A module's package is python3-MODULE in Debian.
    """
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if not missing:
        return
    elsewhere = os.path.realpath(sys.executable) != os.path.realpath(DEBIAN)
    if elsewhere and os.path.exists(DEBIAN) and "WRITEPATH_INTERPRETER" not in os.environ:
        os.environ["WRITEPATH_INTERPRETER"] = DEBIAN  # once: no loop
        os.execv(DEBIAN, [DEBIAN, *sys.argv])
    packages = " ".join(f"python3-{name}" for name in missing)
    print(f"{os.path.basename(sys.argv[0])}: {sys.executable} lacks {', '.join(missing)}. "
          f"Install: apt-get install {packages} (or scripts/setup.sh lab)", file=sys.stderr)
    sys.exit(3)
