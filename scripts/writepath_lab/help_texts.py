"""What `writepath help` and `writepath help COMMAND` print, taken apart again."""
import dataclasses
import re
import subprocess


@dataclasses.dataclass
class Option:
    name: str
    short: str
    value: str  # "N", "text|json"; empty for a flag
    text: str


@dataclasses.dataclass
class Command:
    name: str
    arguments: str
    summary: str
    options: list
    notes: list  # paragraphs behind the options


@dataclasses.dataclass
class Manual:
    version: str
    title: str
    commands: list
    exit_codes: list  # (code, meaning)


LAST = "explain this command"  # what every command's last option says, in the texts' column


def call(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def options_of(lines):
    column = next(line.index(LAST) for line in lines if LAST in line)
    options = []
    for line in lines:
        left, text = line[:column].strip(), line[column:].strip()
        if left:
            form = re.fullmatch(r"(?:-(\w) \[ --([\w-]+) \]|--([\w-]+)) ?(.*)", left)
            options.append(Option(form[2] or form[3], form[1] or "", form[4].strip(), text))
        elif text:
            options[-1].text += " " + text
    return options


def command_of(program, name):
    lines = call(program, "help", name).splitlines()
    usage = re.fullmatch(r"Usage: writepath \S+ ?(.*)", lines[0])
    begin = lines.index("Options:") + 1
    end = next((i for i in range(begin, len(lines)) if not lines[i].strip()), len(lines))
    notes = "\n".join(lines[end:]).strip()
    summary = " ".join(lines[1:begin - 1]).strip()
    return Command(name, usage[1], summary, options_of(lines[begin:end]),
                   notes.split("\n\n") if notes else [])


def read_help(program):
    text = call(program, "help")
    title = text.splitlines()[0].partition(": ")[2]
    listed = text.partition("\nCommands:\n")[2].partition("\n\n")[0]
    names = re.findall(r"^  (\w\S*) ", listed, flags=re.M)
    codes = re.findall(r"^  (\d[^a-z]*(?:n)?)  (.*)$", text.partition("Exit codes:\n")[2], flags=re.M)
    version = re.match(r"writepath \S+", call(program, "--version"))[0]
    return Manual(version, title, [command_of(program, name) for name in names], codes)
