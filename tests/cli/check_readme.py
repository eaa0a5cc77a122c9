"""Runs the commands that the documents show, and compares what they show as output.

    check_readme.py            exit code 1 when anything differs
    check_readme.py --update   writes the output anew where none of it is left out by "..."

In Markdown, a block marked ```console holds commands (lines that begin with "$ ") and what they
print; "..." stands for any lines. Commands run in a copy of the checkout, so that nothing of the
user's is touched; those of a page under scenarios/ or docs/ as well. ```sh blocks are not run.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# They would run this very test again, need a network, or change the machine.
NOT_RUN = ("scripts/test.sh", "git clone", "cd ", "sudo ", "apt-get ")


def pages():
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("scenarios/*/README.md"),
                   *ROOT.glob("models/*/MODEL.md"), *ROOT.glob("docs/*.md")])


def commands_of(page):
    """Yields (line number, command, shown output or None)."""
    lines = page.read_text().splitlines()
    inside, command = False, None
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            if command:
                yield command
            command, inside = None, line.strip() == "```console"
        elif inside and line.startswith("$ "):
            if command:
                yield command
            command = (number, line[2:], [])
        elif inside and command:
            if command[1].endswith("\\") and not command[2]:
                command = (number, command[1][:-1].rstrip() + " " + line.strip(), [])
            else:
                command[2].append(line)
    if command:
        yield command


def update(page, outputs):
    """Puts each command's output, by the command's line number, in place of what was shown."""
    lines, out, skipping = page.read_text().splitlines(), [], False
    for number, line in enumerate(lines, 1):
        if skipping and (line.startswith("```") or line.startswith("$ ")):
            skipping = False
        if not skipping:
            out.append(line)
        if number in outputs:
            out += [printed.rstrip() for printed in outputs[number].splitlines()]
            skipping = True
    page.write_text("\n".join(out) + "\n")


def agrees(shown, printed):
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r" *\n"
                      for line in shown)
    return re.fullmatch(pattern, printed) is not None


def copy_of_checkout(folder):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    names = [n for n in listed.stdout.decode().split("\0") if n]
    if not names:  # a source archive
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file()
                 and p.relative_to(ROOT).parts[0] not in ("build", "results", ".git")]
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / "build").symlink_to(ROOT / "build")


def main():
    program = pathlib.Path(os.environ["WRITEPATH"])
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
    if program != ROOT / "build/release/writepath":
        print("the documents speak of build/release/writepath; this is another build")
        sys.exit(77)
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="writepath-readme-") as folder:
        folder = pathlib.Path(folder)
        copy_of_checkout(folder)
        for page in pages():
            outputs = {}
            for number, command, shown in commands_of(page):
                where = f"{page.relative_to(ROOT)}:{number}"
                if command.startswith(NOT_RUN):
                    print(f"{where}: not run: {command}")
                    continue
                process = subprocess.run(["bash", "-c", command], cwd=folder, env=environment,
                                         capture_output=True, text=True, timeout=300)
                # Progress goes to stderr; a page shows it only where nothing else is printed.
                printed = process.stdout or process.stderr
                # A page that shows a failing command shows what it prints.
                good = agrees(shown, printed) if any(s.strip() for s in shown) \
                    else process.returncode == 0
                print(f"{where}: {'ok' if good else 'FAILED'}: {command}")
                if not good:
                    print(f"exit code {process.returncode}; it printed:\n{printed}")
                passed, failed = passed + good, failed + (not good)
                if not any(line.strip() == "..." for line in shown):
                    outputs[number] = printed
            if "--update" in sys.argv[1:]:
                update(page, outputs)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
