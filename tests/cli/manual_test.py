"""The manual page and shell completion: made of what `writepath help` says, complete and sound."""
import pathlib
import re
import shutil
import subprocess
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
        if shutil.which("groff"):
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
            if shutil.which(form):
                subprocess.run([form, "-n", path], check=True)


if __name__ == "__main__":
    unittest.main()
