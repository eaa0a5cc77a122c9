"""The manual page and shell completion: made of what `writepath help` says, complete and sound."""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

from program import PROGRAM, CommandLineTest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Manual(CommandLineTest):
    def made(self, form):
        done = subprocess.run([ROOT / "scripts/manual.py", form, "--program", PROGRAM],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        path = self.folder / f"writepath.{form}"
        path.write_text(done.stdout)
        return done.stdout, path

    def commands(self):
        text, _ = self.run_program("help")
        names = re.findall(r"^  writepath (\w+)", text, flags=re.M)
        self.assertIn("run", names)
        return names

    def options(self, command):
        text, _ = self.run_program("help", command)
        return re.findall(r"^  (?:-\w \[ )?(--[\w-]+)", text, flags=re.M)

    def complete(self, *words):
        _, path = self.made("bash") if not hasattr(self, "bash") else self.bash
        self.bash = None, path
        script = (f'. {path}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                  '_writepath "$1" "${COMP_WORDS[COMP_CWORD]}"; printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script, "bash", PROGRAM, *words],
                              capture_output=True, text=True, cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_the_manual_page_names_everything(self):
        page, path = self.made("man")
        plain = page.replace("\\-", "-")
        for command in self.commands():
            section = re.search(rf"^\.SS {command}\n(.*?)(?=^\.S)", plain, flags=re.M | re.S)[1]
            for option in self.options(command):
                self.assertIn(option, section, command)
        self.assertIn(".B 128 + n", plain)
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", path], capture_output=True,
                              text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_bash_completes(self):
        self.assertEqual(self.complete("va"), ["validate"])
        self.assertLessEqual(set(self.commands()), set(self.complete("")))
        for command in self.commands():
            self.assertEqual(set(self.complete(command, "--")), set(self.options(command)))
        self.assertEqual(self.complete("run", "--format", ""), ["text", "json", "csv"])
        self.assertEqual(self.complete("models", "aur"), ["aurora_quorum"])
        self.assertEqual(self.complete("help", "ex"), ["explore"])
        self.write("my-scenario.json", "{}")
        self.assertEqual(self.complete("run", "my-"), ["my-scenario.json"])

    def test_the_other_shells_know_every_option(self):
        for form in "zsh", "fish":
            text, path = self.made(form)
            for command in self.commands():
                self.assertIn(command, text)
                for option in self.options(command):
                    self.assertIn(option if form == "zsh" else f"-l {option[2:]}", text)
            subprocess.run([form, "-n", path], check=True)

    def test_fish_completes(self):
        _, path = self.made("fish")
        here = dict(os.environ, PATH=f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}",
                    HOME=str(self.folder))
        for typed, offers in (("va", {"validate"}), ("run --form", {"--format"}),
                              ("run --format ", {"text", "json", "csv"}), ("models aur", {"aurora_quorum"}),
                              ("help ex", {"explore"})):
            done = subprocess.run(["fish", "-c", f'source {path}; complete -C "writepath {typed}"'],
                                  capture_output=True, text=True, env=here, cwd=self.folder)
            self.assertEqual({line.split("\t")[0] for line in done.stdout.splitlines()}, offers, done.stderr)

    def test_zsh_completes(self):
        """On a terminal of its own, as a user sees it: what is typed, Tab, and what stands there."""
        shutil.copy(self.made("zsh")[1], self.folder / "_writepath")
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.environ["PATH"] = f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}"
            os.execvpe("zsh", ["zsh", "-f", "-i"], dict(os.environ, TERM="dumb", PS1="% "))
        self.addCleanup(os.waitpid, process, 0)
        self.addCleanup(os.close, terminal)
        os.write(terminal, b"fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; echo rea''dy\n")
        self.wait_for(terminal, "ready")
        for typed, stands in (("va", "validate"), ("run --form", "run --format"), ("models aur", "models aurora_quorum"),
                              ("help ex", "help explore")):
            os.write(terminal, f"writepath {typed}\t".encode())
            self.wait_for(terminal, f"writepath {stands}")
            os.write(terminal, b"\x15")  # the line is cleared

    def wait_for(self, terminal, text):
        seen, until = "", time.monotonic() + 30
        while text not in re.sub(r".\x08", "", seen):
            self.assertLess(time.monotonic(), until, f"{text!r} did not come: {seen!r}")
            if select.select([terminal], [], [], 0.2)[0]:
                seen += os.read(terminal, 65536).decode(errors="replace")


if __name__ == "__main__":
    unittest.main()
