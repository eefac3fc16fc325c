"""A replay with other weights answers as asking again would; what is earned leaves out whose own it is."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from hashtagger.earned import NONE, Earned
from hashtagger.methods import ours
from hashtagger.posts import Posts, read_posts
from hashtagger.ratings import SHRINKAGE, Weights
from hashtagger.replay import Replay
from hashtagger.splits import folds
from hashtagger.trials import Material, Trial, gather_material, learn_sides, run_trial

SAMPLE = Path(__file__).parent.parent / "sample_posts" / "posts.csv"
SETTINGS = (0.0, 0.3, 1.0)


def silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


@pytest.fixture(scope="module")
def tried() -> tuple[Trial, Material]:
    """Ours at three settings of --likes, completing the hashtags of the sample posts."""
    material = gather_material(read_posts(SAMPLE), None)
    parts = folds(material.posts, "account", 2, material.testable(3), material.alike)
    methods = [(f"{likes:g}", partial(ours, likes=likes)) for likes in SETTINGS]
    return run_trial(material, learn_sides(material, parts, silent), methods, silent), material


def test_a_replay_shows_what_suggest_shows(tried: tuple[Trial, Material]) -> None:
    trial, material = tried
    replay = Replay.of(trial, material)
    for likes in SETTINGS:
        found = [[tag in truth for tag in names[:10]] for names, truth in zip(
            trial.answers[f"{likes:g}"], trial.truths, strict=True)]  # fmt: skip
        precisions = [sum(hits) / 10 for hits in found]
        assert replay.ask(Weights(), likes).precisions == pytest.approx(precisions)


def test_likes_move_from_likeness_to_likes(tried: tuple[Trial, Material]) -> None:
    trial, material = tried
    pools = [
        replace(pool, earnings=pool.earnings + [[1.0, 0.0]] * pool.belongs[:, None]) for pool in trial.pools
    ]
    replay = Replay.of(replace(trial, pools=pools), material)  # a world where what belongs earns
    plain, liked = replay.ask(Weights(), 0), replay.ask(Weights(), 1)
    assert replay.measure(liked)[0] > replay.measure(plain)[0]
    assert replay.measure(replay.ask(Weights(0, 0), 1)) == pytest.approx(replay.measure(plain))


def test_answers_to_some_posts_are_joined_with_others_to_the_rest(tried: tuple[Trial, Material]) -> None:
    replay = Replay.of(*tried)
    plain, liked = replay.ask(Weights(), 0), replay.ask(Weights(), 1)
    some = replay.groups % 2 == 0
    joined = liked.where(some, plain)
    counted = (np.arange(replay.earned.groups) % 2 == 0).astype(float)
    assert replay.measure(joined, counted) == pytest.approx(replay.measure(liked, counted))
    assert replay.measure(joined, 1 - counted) == pytest.approx(replay.measure(plain, 1 - counted))


def posts_of(lists: list[list[int]], likes: list[float], accounts: list[str]) -> Posts:
    n, blank = len(lists), [""] * len(lists)
    return replace(
        read_posts(SAMPLE),
        links=blank, photos=blank, accounts=accounts, search_hashtags=blank, categories=blank,
        likes=np.array(likes), dates=np.full(n, "NaT", "datetime64[s]"), vocabulary=["a", "b", "c"],
        indptr=np.cumsum([0, *map(len, lists)]), tag_ids=np.concatenate(lists).astype(np.int32),
        listed=np.array([len(tags) for tags in lists]), rows=np.arange(n),
    )  # fmt: skip


def test_what_a_hashtag_earned_comes_from_other_accounts_of_the_same_part() -> None:
    e = np.e
    posts = posts_of(
        [[0, 1], [1], [0], [1], [0], [2]],
        [e**3 - 1, e**1 - 1, e**5 - 1, e**3 - 1, e**9 - 1, e**5 - 1],
        ["ann", "ann", "bob", "bob", "cat", "cat"],
    )
    parts, groups = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    earned = Earned.of(posts, np.arange(6), parts, groups)
    tags = np.tile([0, NONE], (6, 1))  # hashtag a is suggested to all, and nothing beside it
    lifts = earned.lifts(earned.locate(tags, parts, groups))
    from_one_other = 1 / (1 + SHRINKAGE) / 2  # a lifts ann and bob by 1 each, and two were to be suggested
    assert lifts == pytest.approx([*[from_one_other] * 4, 0, 0])  # in cat's part nobody else uses it
    weighed = earned.lifts(earned.locate(tags, parts, groups), np.array([3.0, 0.0, 1.0]))
    assert weighed == pytest.approx([0, 0, *[3 / (3 + SHRINKAGE) / 2] * 2, 0, 0])


def test_intervals_hold_the_figures(tried: tuple[Trial, Material]) -> None:
    replay = Replay.of(*tried)
    answers = [replay.ask(Weights(), likes) for likes in SETTINGS]
    draws = replay.draw(answers, 200)
    assert draws.shape == (200, 3, 2)
    for i, one in enumerate(answers):
        low, high = np.percentile(draws[:, i], [2.5, 97.5], axis=0)
        assert (low <= replay.measure(one)).all()
        assert (replay.measure(one) <= high).all()
