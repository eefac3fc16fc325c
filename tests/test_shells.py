"""What shells and man know of the commands: completion in real shells, and the manual page."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from hashtagger.cli import app

MAN = Path(__file__).parents[1] / "assets" / "man.py"
BESIDE = Path(sys.executable).parent  # where the command is installed

# What Tab does in each shell at the end of a line of words, and what it would offer, printed.
SHELLS = {
    "bash": """
        eval "$(_HASHTAGGER_COMPLETE=source_bash hashtagger)"
        COMP_WORDS=({line}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _hashtagger_completion hashtagger
        echo "${{COMPREPLY[@]}}"
    """,
    "zsh": """
        compdef() {{ :; }}
        _arguments() {{ print -r -- "$@"; }}  # which would show them
        eval "$(_HASHTAGGER_COMPLETE=source_zsh hashtagger)"
        words=({line}) CURRENT=$#words
        _hashtagger_completion
    """,
    "fish": """
        _HASHTAGGER_COMPLETE=source_fish hashtagger | source
        complete -C "{line}"
    """,
}


@pytest.mark.skipif(not (BESIDE / "hashtagger").exists(), reason="needs the installed command")
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "offered", "others"),
    [
        ("hashtagger s", ["suggest", "similar"], ["train"]),
        ("hashtagger suggest --f", ["--for", "--fresh"], ["--limit"]),
        ("hashtagger suggest --for m", ["mastodon"], ["threads"]),
    ],
)
def test_shells_complete(shell: str, line: str, offered: list[str], others: list[str]) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    path = f"{BESIDE}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [shell, "-c", SHELLS[shell].format(line=line)],
        env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not [word for word in offered if word not in done.stdout]
    assert not [word for word in others if word in done.stdout]


def test_the_manual_page_names_every_option(tmp_path: Path) -> None:
    page = subprocess.run([sys.executable, MAN], capture_output=True, encoding="utf-8", check=True).stdout
    for name, command in typer.main.get_command(app).commands.items():
        _, _, after = page.partition(f".SS hashtagger {name}\n")
        part = after.partition("\n.S")[0].replace("\\-", "-")
        assert f"Example: hashtagger {name} " in part
        assert not [
            option
            for parameter in command.params
            for option in parameter.opts
            if option[0] == "-" and option not in part
        ]
    if groff := shutil.which("groff"):
        done = subprocess.run(
            [groff, "-man", "-ww", "-z", "-Kutf8"], input=page, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
