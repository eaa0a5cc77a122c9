#!/usr/bin/env python3
"""The manual page and shell completion, made of what `writepath help` says.

    scripts/manual.py man|bash|zsh|fish [--program FILE]
    scripts/manual.py sweep|knee|plot|report    the manual page of a script, made of its --help

`cmake --install` puts them where man and the shells look.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys

SCRIPTS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(SCRIPTS))
from writepath_lab.help_texts import read_help  # noqa: E402


def escaped(text):
    """For roff: what it would take for its own."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return re.sub(r"^(?=[.])", r"\\&", text, flags=re.M)


def man_page(manual):
    lines = [f'.TH WRITEPATH 1 "" "{manual.version}" "User Commands"', ".SH NAME",
             f"writepath \\- {escaped(manual.title)}", ".SH SYNOPSIS"]
    for command in manual.commands:
        lines += [f".B writepath {command.name}", escaped(command.arguments), ".br"]
    lines += [".B writepath \\-\\-version", ".SH COMMANDS"]
    for command in manual.commands:
        lines += [f".SS {command.name}", escaped(command.summary)]
        for option in command.options:
            short = f"\\-{option.short}, " if option.short else ""
            value = f" \\fI{escaped(option.value)}\\fR" if option.value else ""
            lines += [".TP", f"\\fB{short}\\-\\-{escaped(option.name)}\\fR{value}",
                      escaped(option.text)]
        for paragraph in command.notes:
            lines += [".PP", escaped(paragraph)]
    lines.append(".SH EXIT STATUS")
    for code, meaning in manual.exit_codes:
        lines += [".TP", f".B {escaped(code)}", escaped(meaning)]
    return "\n".join(lines) + "\n"


def script_page(name, version):
    """The page of writepath-sweep, ..., as which scripts/sweep.py, ... is installed."""
    script = SCRIPTS / f"{name}.py"
    done = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True,
                          check=True, env=dict(os.environ, COLUMNS="78"))
    text = re.sub(rf"(scripts/)?\b{name}\.py", f"writepath-{name}", done.stdout)
    usage, _, rest = text.partition("\n\n")
    title = rest.partition("\n")[0].rstrip(".:")
    synopsis = re.sub(r"\s+", " ", usage.removeprefix("usage: "))
    return (f'.TH WRITEPATH-{name.upper()} 1 "" "{version}" "User Commands"\n.SH NAME\n'
            f"writepath\\-{name} \\- {escaped(title[0].lower() + title[1:])}\n.SH SYNOPSIS\n"
            f"{escaped(synopsis)}\n.SH DESCRIPTION\n.nf\n{escaped(rest)}.fi\n"
            ".SH SEE ALSO\n.BR writepath (1)\n")


def words_of(option):
    return option.value.split("|") if "|" in option.value else []


def takes_file(value):
    return value.startswith(("FILE", "DIR", "SCENARIO"))


def bash(manual):
    cases = []
    for command in manual.commands:
        values = []
        for option in command.options:
            if not option.value:
                continue
            names = f"--{option.name}" + (f"|-{option.short}" if option.short else "")
            if words_of(option):
                does = f'COMPREPLY=($(compgen -W "{" ".join(words_of(option))}" -- "$word"))'
            elif takes_file(option.value):
                does = 'COMPREPLY=($(compgen -f -- "$word"))'
            else:
                does = ":"
            values.append(f"        {names}) {does}; return ;;\n")
        options = " ".join(f"--{option.name}" for option in command.options)
        if command.name == "models":
            other = ('COMPREPLY=($(compgen -W "$("$1" models 2>/dev/null | cut -d" " -f1)"'
                     ' -- "$word"))')
        elif command.name == "help":
            other = 'COMPREPLY=($(compgen -W "$commands" -- "$word"))'
        else:
            other = 'COMPREPLY=($(compgen -f -- "$word"))'
        cases.append(f"    {command.name})\n      case $before in\n{''.join(values)}      esac\n"
                     f"      if [[ $word == -* ]]; then\n"
                     f'        COMPREPLY=($(compgen -W "{options}" -- "$word"))\n'
                     f"      else\n        {other}\n      fi ;;\n")
    return f"""# bash completion of writepath, made by scripts/manual.py
_writepath() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
  local commands="{' '.join(c.name for c in manual.commands)}"
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "$commands --help --version" -- "$word"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
{''.join(cases)}  esac
}}
complete -o filenames -F _writepath writepath
"""


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def zsh(manual):
    def spec(option):
        text = re.sub(r"([\[\]:\\])", r"\\\1", option.text)
        rest = f"[{text}]"
        if option.value:
            action = f"({' '.join(words_of(option))})" if words_of(option) \
                else "_files" if takes_file(option.value) else " "
            value = option.value.replace(":", "\\:")
            rest += f":{value}:{action}"
        repeats = "*" if "may be repeated" in option.text else ""
        names = [f"--{option.name}"] + ([f"-{option.short}"] if option.short else [])
        return " ".join(quoted(repeats + name + rest) for name in names)

    commands = "\n".join(f"    {quoted(c.name + ':' + c.summary)}" for c in manual.commands)
    cases = []
    for c in manual.commands:
        last = "'*:command:(" + " ".join(o.name for o in manual.commands) + ")'" \
            if c.name == "help" else "'*:model:($(writepath models | cut -d\" \" -f1))'" \
            if c.name == "models" else "'*:file:_files'"
        specs = " \\\n        ".join([spec(o) for o in c.options] + [last])
        cases.append(f"    {c.name})\n      _arguments \\\n        {specs} ;;\n")
    return f"""#compdef writepath
# zsh completion of writepath, made by scripts/manual.py
_writepath() {{
  local -a commands=(
{commands}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
{''.join(cases)}  esac
}}
_writepath "$@"
"""


def fish(manual):
    lines = ["# fish completion of writepath, made by scripts/manual.py"]
    for c in manual.commands:
        lines.append(f"complete -c writepath -f -n __fish_use_subcommand -a {c.name} "
                     f"-d {quoted(c.summary)}")
        for o in c.options:
            line = f"complete -c writepath -n '__fish_seen_subcommand_from {c.name}' -l {o.name}"
            line += f" -s {o.short}" if o.short else ""
            if words_of(o):
                line += f" -x -a {quoted(' '.join(words_of(o)))}"
            elif o.value:
                line += " -r"
            lines.append(f"{line} -d {quoted(o.text)}")
    names = " ".join(c.name for c in manual.commands)
    for command, words in (("models", "(writepath models | cut -d' ' -f1)"), ("help", names)):
        lines.append(f"complete -c writepath -f -n '__fish_seen_subcommand_from {command}' "
                     f'-a "{words}"')
    return "\n".join(lines) + "\n"


def main():
    forms = {"man": man_page, "bash": bash, "zsh": zsh, "fish": fish}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    scripts = ("sweep", "knee", "plot", "report")
    parser.add_argument("form", choices=[*forms, *scripts])
    parser.add_argument("--program", default="writepath")
    given = parser.parse_args()
    try:
        manual = read_help(given.program)
        sys.stdout.write(script_page(given.form, manual.version) if given.form in scripts
                         else forms[given.form](manual))
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"manual.py: {error}", file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
