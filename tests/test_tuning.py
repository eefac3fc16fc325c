"""Tuned weights follow what was earned, cost no more precision than allowed, and reach the model."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import Corpus, Run, write_csv

from hashtagger.errors import PostsError, UsageError
from hashtagger.evaluate import EvaluationSettings, prepare
from hashtagger.model import load
from hashtagger.posts import read_posts
from hashtagger.ratings import Weights
from hashtagger.replay import Replay
from hashtagger.splits import folds
from hashtagger.trials import gather_material, learn_sides, run_trial
from hashtagger.tuning import LIKES, MOST_LOST, check, search, tune

pytest.importorskip("optuna")

SAMPLE = Path(__file__).parent.parent / "sample_posts" / "posts.csv"


@pytest.fixture(scope="module")
def replay() -> Replay:
    material = gather_material(read_posts(SAMPLE), None)
    parts = folds(material.posts, "account", 2, material.testable(3), material.alike)
    sides = learn_sides(material, parts, lambda stage, done, total: None)
    return Replay.of(run_trial(material, sides, (), lambda stage, done, total: None), material)


def what_earns(replay: Replay) -> np.ndarray:
    """Return what each candidate does earn, (c,): what a lift that knew everything would say."""
    owners = np.repeat(np.arange(len(replay.parts)), np.diff(replay.starts))
    places = replay.earned.locate(replay.tags[:, None], replay.parts[owners], replay.groups[owners])
    return replay.earned.lifts(places)


@pytest.mark.parametrize("sign", [1, -1])
def test_weights_follow_what_was_earned(replay: Replay, sign: int) -> None:
    told = replace(replay, earnings=np.stack([sign * what_earns(replay), 0 * replay.chances], axis=1))
    everyone = np.ones(told.earned.groups)
    plain = told.measure(told.ask(Weights(), 0))
    weights = search(told, everyone, 15, lambda done, total: None)
    precision, lift = told.measure(told.ask(weights, LIKES))
    assert precision >= (1 - MOST_LOST) * plain[0] - 0.001  # weights are rounded
    if sign > 0:
        assert weights.lift > 0
        assert lift > plain[1] + 0.001
    else:  # a lift that points the wrong way
        assert lift == pytest.approx(plain[1])


def test_the_command_writes_what_it_tuned(run: Run, corpus: Corpus, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(corpus.model, model)
    arguments = ("evaluate", SAMPLE, "--tune", "--trials", 3, "--folds", 2, "--backbone", "embedded")
    done = run(*arguments, "--write", model, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["shipped"]["weights"] == {"lift": Weights().lift, "rating": Weights().rating}
    assert told["tuned"]["weights"] == load(model).card["value"]
    assert (told["posts"], told["accounts"], told["written"]) == (240, 30, str(model))
    assert run("suggest", corpus.photos["sea"], "--model", model).returncode == 0

    printed = run(*arguments).stdout.splitlines()
    assert any(line.startswith("shipped") for line in printed)
    assert any(line.startswith("tuned  ") for line in printed)
    assert printed[-1] == "To use them: --tune --write MODEL"


def test_what_cannot_be_tuned_is_said_in_a_line(run: Run, tmp_path: Path) -> None:
    for arguments, said in (
        (("--write", "m"), "--write MODEL goes with --tune"),
        (("--tune", "--html", "page.html"), "--html goes without --tune"),
        (("--tune", "--write", tmp_path / "nothing"), "no model here"),
    ):
        done = run("evaluate", SAMPLE, *arguments)
        assert done.returncode > 0
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_without_likes_there_is_nothing_to_tune_by(tmp_path: Path) -> None:
    rows = [[f"l{i}", "", "", ["a", "b", "c", f"own{i}", f"mine{i}"], "", "", f"n{i}"] for i in range(8)]
    prepared = prepare(write_csv(tmp_path / "posts.csv", rows), EvaluationSettings(folds=2, split="random"))
    with pytest.raises(PostsError, match="no likes are known"):
        tune(prepared, trials=1)


def test_without_optuna_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(UsageError, match="pip install optuna"):
        check(None)
