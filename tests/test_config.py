"""Defaults of one's own: what a flag, the environment and the file say, in that order."""

import json
from pathlib import Path

import pytest
from conftest import THEMES, Corpus
from test_cli import Answer, ask


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the file of settings is looked for."""
    path = tmp_path / "config.toml"
    monkeypatch.setenv("HASHTAGGER_CONFIG", str(path))
    return path


def suggest(corpus: Corpus, *more: object) -> Answer:
    return ask("suggest", corpus.photos["sea"], "--model", corpus.model, "-k", 3, *more)


def pasted(answer: Answer) -> list[str]:
    assert answer.code == 0, answer.err
    return answer.lines[-1].split()


def held() -> dict[str, tuple[object, str]]:
    rows = [json.loads(line) for line in ask("config", "--json").lines]
    return {row["key"]: (row["value"], row["source"]) for row in rows}


def test_flag_then_environment_then_file(corpus: Corpus, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(pasted(suggest(corpus))) == 5
    file.write_text('limit = 4\ntop = 3\nexclude = ["#sea", "ocean"]\nlikes = 0\ndiverse = 1\n')
    assert len(pasted(suggest(corpus))) == 4
    assert not {"#sea", "#ocean"} & set(suggest(corpus).out.split())
    assert len(suggest(corpus, "--tags-only").lines) == 3
    monkeypatch.setenv("HASHTAGGER_LIMIT", "3")
    monkeypatch.setenv("HASHTAGGER_EXCLUDE", "#waves बारिश")
    assert len(pasted(suggest(corpus))) == 3
    assert "#sea" in suggest(corpus).out.split()
    assert "#waves" not in suggest(corpus).out.split()
    assert len(pasted(suggest(corpus, "--limit", 2))) == 2
    assert {tag.strip("#") for tag in pasted(suggest(corpus, "--exclude", "x", "--limit", 5))} == set(
        THEMES["sea"]
    )


def test_config_shows_what_holds_and_from_where(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert held()["limit"] == (None, "default")
    assert held()["likes"] == (0.3, "default")
    shown = ask("config")
    assert (shown.code, shown.lines[-1]) == (0, f"file: {file} (there is none)")
    file.write_text('for = "mastodon"\naccount = "me"\nlikes = 0.1\n')
    monkeypatch.setenv("HASHTAGGER_LIKES", "0.7")
    assert held()["for"] == ("mastodon", "file")
    assert held()["account"] == ("me", "file")
    assert held()["likes"] == ("0.7", "environment, HASHTAGGER_LIKES")
    assert ask("config").lines[-1] == f"file: {file}"


def test_a_nearer_platform_goes_before_a_limit(
    corpus: Corpus, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('limit = 3\nfor = "pinterest"\n')
    assert len(pasted(suggest(corpus))) == 3
    assert len(pasted(suggest(corpus, "--for", "mastodon"))) == 4
    assert len(pasted(suggest(corpus, "--for", "mastodon", "--limit", 2))) == 2
    monkeypatch.setenv("HASHTAGGER_FOR", "threads")
    assert len(pasted(suggest(corpus))) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("limt = 3", "limt: no such setting; there are top, for, "),
        ("limit = -1", "limit = -1: must be a whole number from 0"),
        ("limit = true", "limit = True: must be a whole number"),
        ("likes = nan", "likes = nan: must be a number from 0 to 1"),
        ('for = "friendster"', "for = 'friendster': must be a platform"),
        ('exclude = "#love"', "exclude = '#love': must be a list of hashtags"),
        ("account = 7", "account = 7: must be a text"),
        ("limit = ", "no readable TOML"),
        ("[suggest]\nlimit = 3", "suggest: no such setting"),
    ],
)
def test_what_cannot_be_is_one_line_with_file_and_key(
    corpus: Corpus, file: Path, text: str, words: str
) -> None:
    file.write_text(text)
    for answer in (suggest(corpus), ask("config")):
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith(f"Error: {file}: {words}")
        assert len(answer.err.splitlines()) == 1
    assert ask("info", "--model", corpus.model).code == 0  # which the file does not concern


def test_a_file_that_cannot_be_read(corpus: Corpus, file: Path) -> None:
    file.write_bytes(b"account = '\xff'")
    assert "cannot be read" in suggest(corpus).err
    file.unlink()
    file.mkdir()
    answer = suggest(corpus)
    assert answer.code == 2
    assert str(file) in answer.err
