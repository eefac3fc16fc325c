"""Print hashtagger's manual page, made from the texts of --help.

    python assets/man.py > hashtagger.1 && man ./hashtagger.1

help2man would make it a page a command, and join the words that --help divides at hyphens; click-man does not
know the copy of click that comes with typer.
"""

from collections.abc import Iterator
from typing import Any

import typer

from hashtagger import __version__
from hashtagger.cli import app

END = r""".SH EXIT STATUS
0 done, 1 nothing found or data unusable, 2 wrong usage, 130 stopped by Ctrl\-C.
.SH ENVIRONMENT
Besides what is named above, HASHTAGGER_CONFIG and HASHTAGGER_HISTORY name files, and HASHTAGGER_CACHE
a folder, to be used instead of those in your own folders."""


def main() -> None:
    group: Any = typer.main.get_command(app)
    about, example = paragraphs(group)
    lines = [f'.TH HASHTAGGER 1 "" "hashtagger {__version__}" "User Commands"', ".nh", ".ad l"]
    lines += [".SH NAME", rf"hashtagger \- {about.removesuffix('.')}"]
    lines += [".SH SYNOPSIS", ".B hashtagger", "COMMAND [OPTIONS] [ARGUMENTS]", ".PP", example]
    lines += [".SH OPTIONS", *options(group), ".SH COMMANDS"]
    for name, command in group.commands.items():
        lines += [f".SS hashtagger {name}", "\n.PP\n".join(paragraphs(command)), *options(command)]
    print(*lines, END, sep="\n")


def paragraphs(command: Any) -> list[str]:
    return [escaped(" ".join(part.split())) for part in command.help.split("\n\n")]


def options(command: Any) -> Iterator[str]:
    """Yield an entry for each argument and option of a command."""
    context = typer.Context(command)
    for parameter in command.params:
        if record := parameter.get_help_record(context):
            yield from (".TP", f".B {escaped(record[0])}", escaped(record[1]))


def escaped(text: str) -> str:
    """Return text that roff takes as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


main()
