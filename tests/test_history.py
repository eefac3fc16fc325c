"""Rotation: what was suggested before is held back, and several sets differ."""

import json
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from conftest import THEMES, Corpus, draw
from test_cli import ask

from hashtagger import history
from hashtagger.diversify import HELD_BACK, hold_back


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the history of each test for itself."""
    file = tmp_path / "data" / "history.jsonl"
    monkeypatch.setenv("HASHTAGGER_HISTORY", str(file))
    return file


def seas(folder: Path, n: int) -> list[Path]:
    """Return different photos of the sea."""
    files = [folder / f"sea{i}.png" for i in range(n)]
    for i, file in enumerate(files):
        draw("sea", 500 + i).save(file)
    return files


def lines(answer_lines: list[str]) -> list[set[str]]:
    """Return the hashtags of the lines to paste."""
    return [set(line.split()) for line in answer_lines if line.startswith("#")]


def test_what_is_clearly_the_best_stays_and_the_rest_gives_way() -> None:
    worth = np.array([0.95, 0.5, 0.3, 0.2])
    assert np.allclose(hold_back(worth, np.zeros(4)), worth)
    held = hold_back(worth, np.array([1, 1, 0, 0]))
    assert np.argsort(-held).tolist() == [0, 2, 3, 1]
    assert held[0] == pytest.approx(0.95 - HELD_BACK)
    assert (hold_back(worth, np.ones(4)) > 0).all()


def test_photos_of_one_theme_share_less(corpus: Corpus, tmp_path: Path) -> None:
    asked = ["suggest", *seas(tmp_path, 6), "--model", corpus.model, "-k", 3, "--limit", 3]
    plain, fresh = (lines(ask(*asked, *more).lines) for more in ([], ["--fresh", 2]))
    shared = [sum(len(a & b) for a, b in combinations(sets, 2)) for sets in (plain, fresh)]
    assert len(plain) == len(fresh) == 6
    assert plain[0] == fresh[0]  # nothing came before
    assert shared[1] < shared[0]


def test_a_photo_is_not_its_own_past(corpus: Corpus, tmp_path: Path, file: Path) -> None:
    first, second = seas(tmp_path, 2)
    asked = ["--model", corpus.model, "-k", 3, "--limit", 3, "--fresh", 5]
    before = [ask("suggest", photo, *asked).out for photo in (first, second)]
    copy = tmp_path / "copy.png"
    copy.write_bytes(first.read_bytes())
    assert [ask("suggest", photo, *asked).out for photo in (first, second)] == before
    assert ask("suggest", copy, *asked).out == before[0]
    assert ask("suggest", "-", *asked, stdin=second.read_bytes()).out == before[1]
    entries = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [len(entry["hashtags"]) for entry in entries] == [3, 3]


def test_without_fresh_nothing_is_kept(corpus: Corpus, file: Path) -> None:
    assert ask("suggest", corpus.photos["sea"], "--model", corpus.model).code == 0
    assert not file.exists()


def test_only_the_last_photos_hold_back(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    for i in range(4):
        history.remember(str(i), ["always", f"only{i}"])
    assert history.held_back("new", 2) == {"always": 1.0, "only2": 0.5, "only3": 0.5}
    assert history.held_back("1", 2) == {"always": 0.5, "only0": 0.5}
    monkeypatch.setattr(history, "KEPT", 3)
    history.remember("4", ["x"])
    assert len(file.read_text().splitlines()) == 3


def test_a_damaged_history_is_mended(file: Path) -> None:
    history.remember("a", ["sea"])
    with file.open("a") as more:
        more.write(
            '{"photo": 7}\n[]\nnull\n{"photo": "b", "hashtags": "sea"}\n\x00\n' + "[" * 50_000 + '\n{"photo'
        )
    assert history.held_back("new", 1) == {"sea": 1.0}
    history.remember("b", ["ocean"])
    assert [json.loads(line)["photo"] for line in file.read_text().splitlines()] == ["a", "b"]


def test_processes_that_write_at_once_lose_nothing(file: Path) -> None:
    code = "import sys; from hashtagger.history import remember\n"
    code += "for i in range(10): remember(f'{sys.argv[1]}-{i}', ['x'])"
    running = [subprocess.Popen([sys.executable, "-c", code, str(n)]) for n in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert len(file.read_text().splitlines()) == 30
    assert {path.name for path in file.parent.iterdir()} <= {file.name, f"{file.name}.lock"}


@pytest.mark.skipif(os.name == "nt", reason="needs a device that is no folder")
def test_a_history_that_cannot_be_kept_is_one_line(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HASHTAGGER_HISTORY", "/dev/null/history.jsonl")
    answer = ask("suggest", corpus.photos["sea"], "--model", corpus.model, "--fresh", 3)
    assert answer.code == 1
    assert answer.err.startswith("Error: /dev/null/history.jsonl: the history cannot be ")


def test_several_sets_differ(corpus: Corpus) -> None:
    asked = ["suggest", corpus.photos["sea"], "--model", corpus.model, "-k", 3]
    first, second, third = lines(ask(*asked, "--sets", 3).lines)
    assert first == {f"#{tag}" for tag in THEMES["sea"]}
    assert len(first & second) <= 1
    assert len(second & third) <= 1
    assert first & second == first & third  # the best alone may stay
    assert lines(ask(*asked).lines) == [first]
    assert ask(*asked, "--sets", 0).code == 2
