"""A carousel is one post with several photos: each photo can be met, the post counts once."""

import csv
from pathlib import Path

import numpy as np
import pytest
from conftest import THEMES, draw

import hashtagger
from hashtagger.evaluate import EvaluationSettings, evaluate, prepare
from hashtagger.recommender import Recommender
from hashtagger.voters import elect, nearest_posts

POSTS = 8


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write posts of three photos each: two of their theme and one of the sea."""
    folder = tmp_path_factory.mktemp("carousels")
    with (folder / "posts.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["link", "image", "tags", "account"])
        for i in range(POSTS):
            theme, names = list(THEMES)[i % len(THEMES)], [f"{i}_{j}.jpg" for j in range(3)]
            for j, name in enumerate(names):
                draw(theme if j < 2 else "sea", 3 * i + j).save(folder / name)
            tags = [*THEMES[theme][:2], f"own{i}", f"more{i}", f"and{i}"]
            rows.writerow([f"p{i}", str(names).replace("'", '"'), " ".join(tags), f"account{i}"])
    return folder / "posts.csv"


@pytest.fixture(scope="module")
def model(posts: Path, tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    folder = tmp_path_factory.mktemp("model")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HASHTAGGER_CACHE", str(folder / "cache"))
        trained = hashtagger.train(posts, folder / "model", backbone="embedded")
    assert (trained.posts, trained.posts_with_photos, trained.photos) == (POSTS, POSTS, 3 * POSTS)
    return hashtagger.load(folder / "model")


def test_every_photo_is_in_the_model_and_hashtags_count_once(model: Recommender) -> None:
    assert model.model.feature_posts.tolist() == [i for i in range(POSTS) for _ in range(3)]
    assert dict(zip(model.model.names.all(), model.model.counts.tolist(), strict=True))["cats"] == 2
    assert Path(model.model.photos[1]).name == "1_0.jpg"


def test_a_post_is_near_by_its_best_photo_and_votes_once(model: Recommender) -> None:
    feature = np.asarray(model.model.features[5], np.float32)  # the sea, last photo of post 1
    near, cosines = nearest_posts(model.model, feature, POSTS)
    assert sorted(near.tolist()) == list(range(POSTS))
    assert near[0] == 1
    every = np.asarray(model.model.features, np.float32) @ feature
    np.testing.assert_allclose(cosines, np.sort(every.reshape(POSTS, 3).max(axis=1))[::-1], atol=1e-3)
    assert nearest_posts(model.model, feature, 3)[0].tolist() == near[:3].tolist()
    voters = elect(model.model, feature, 5)
    assert len(set(voters.voting.tolist())) == 5


def test_evaluation_asks_about_each_post_once(posts: Path) -> None:
    found = evaluate(prepare(posts, EvaluationSettings(folds=2, starter=False), backbone="embedded"))
    assert (found.asked_with, found.posts) == ("photos", POSTS)
