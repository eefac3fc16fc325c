"""What fits a terminal: tables of any width, and hashtags that stay whole."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import THEMES, Corpus, in_terminal
from hypothesis import given
from hypothesis import strategies as st
from test_cli import ask

from hashtagger.display import table, width, wrapped

ROWS = [["1", "#一二三四五", "0.5 ±0.1", "because it is so"], ["2", "#b", "10.25 ±0.1", "said"]]
HEADS = ["", "hashtag", "share", "why"]


def shown(columns: int, right: set[int], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    return table(HEADS, ROWS, right).splitlines()


def test_the_last_column_goes_on_below_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(40, {0, 2}, monkeypatch) == [
        "   hashtag           share  why",
        "1  #一二三四五    0.5 ±0.1  because it",
        "                            is so",
        "2  #b           10.25 ±0.1  said",
    ]
    assert shown(200, {0, 2}, monkeypatch)[1].endswith("  because it is so")


def test_columns_for_which_there_is_no_room_stand_below(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(26, {0, 2}, monkeypatch) == [
        "   hashtag           share",
        "1  #一二三四五    0.5 ±0.1",
        "2  #b           10.25 ±0.1",
        "",
        "   why",
        "1  because it is so",
        "2  said",
    ]


def test_figures_are_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(20, {0, 2, 3}, monkeypatch)
    assert sum(line.endswith(("0.5 ±0.1", "10.25 ±0.1")) for line in lines) == 2
    assert sum("because it is so" in line for line in lines) == 1


@given(st.lists(st.sampled_from(["#cats", "#猫猫猫", "a", "of", "#catsofinstagram"])), st.integers(20, 80))
def test_wrapped_words_stay_whole_and_in_order(words: list[str], columns: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        lines = wrapped(" ".join(words)).splitlines()
    assert [word for line in lines for word in line.split()] == words
    assert all(width(line) <= columns for line in lines)


@pytest.mark.parametrize("columns", [60, 200])
def test_every_command_fits(corpus: Corpus, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("HASHTAGGER_MODEL", str(corpus.model))
    sea = corpus.photos["sea"]
    for asked in (
        ["suggest", sea, "-k", 3, "--sizes"],
        ["suggest", sea, "-k", 3, "--explain", "--similar-posts"],
        ["suggest", sea, "-k", 3, "--compare"],
        ["similar", "#sea", "#cats"],
    ):
        answer = ask(*asked)
        assert answer.code == 0
        assert max(map(width, answer.lines)) <= columns
        assert {f"#{name}" for name in THEMES["sea"][1:]} <= set(answer.out.split())  # whole
    assert len(ask("suggest", sea, "-k", 3).lines[-1].split()) == 5  # the line to paste is one, as ever


def test_evaluations_fit(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    answer = ask("evaluate", corpus.posts, "--backbone", "embedded", "--folds", 2)
    assert answer.code == 0
    assert max(map(width, answer.lines)) <= 60
    assert answer.out.count("ours") >= 8


@pytest.mark.parametrize("colours", [{"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}])
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are Unix's")
def test_results_and_help_are_plain_text_in_a_terminal_too(corpus: Corpus, colours: dict[str, str]) -> None:
    for arguments in (["suggest", corpus.photos["sea"], "--explain"], ["suggest", "--help"], ["oops"]):
        _, written = in_terminal(*arguments, TERM="xterm-256color", PAGER="false", **colours)
        assert written
        assert b"\x1b" not in written


@pytest.mark.skipif(sys.platform == "win32", reason="runs in a Unix shell")
@pytest.mark.parametrize("end", ["| head -1", "2>&1 | head -1", "| true", "2>&1 | true", ">&-", "2>&-"])
def test_a_pipe_that_closes_early_is_quiet(corpus: Corpus, end: str, tmp_path: Path) -> None:
    photos = " ".join(str(photo) for photo in corpus.photos.values())
    line = f"'{sys.executable}' -m hashtagger suggest {photos} {tmp_path}/no.jpg --explain {end}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert "Exception" not in done.stdout


def test_posts_take_a_line_each_with_whole_hashtags(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    _, *rows = ask("read", corpus.posts).lines
    assert len(rows) == 10
    assert max(map(width, rows)) <= 60
    listed = [row.split("  ")[-1].split() for row in rows]
    assert listed[0][-1] == "…"
    known = {f"#{name}" for tags in THEMES.values() for name in tags} | {"…"}
    assert {tag for tags in listed for tag in tags if not tag.startswith("#only")} <= known


def test_messages_break_at_words_in_a_terminal_alone(corpus: Corpus, tmp_path: Path) -> None:
    long = tmp_path / "a name that goes on and on and does not end before the terminal does.jpg"
    _, written = in_terminal("suggest", long, "--model", corpus.model, COLUMNS="60")
    assert "terminal does.jpg: no such file" in " ".join(written.decode().split())
    assert b"\n  " in written


def test_one_account_cannot_tell_how_sure_figures_are(corpus: Corpus, tmp_path: Path) -> None:
    posts = tmp_path / "one.csv"
    lines = corpus.posts.read_text("utf-8").splitlines()
    posts.write_text(
        "\n".join([lines[0], *(line for line in lines if "seafan" in line or "catsfan" in line)]).replace(
            "catsfan", "seafan"
        ),
        "utf-8",
    )
    asked = ["--photos", corpus.posts.parent, "--backbone", "embedded", "--folds", 2, "--split", "random"]
    answer = ask("evaluate", posts, *asked)
    assert answer.code == 0, answer.err
    assert " posts of 1 account with" in answer.lines[0]
    assert "How sure the figures are takes several accounts to tell" in answer.lines[-1]
