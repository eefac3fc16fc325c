"""Which hashtags complete a list, where the answer is evident."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import write_csv
from hypothesis import given
from hypothesis import strategies as st

from hashtagger.completion import complete, near_to, places_of, posts_at, uses_of, vote
from hashtagger.fitting import fit_model
from hashtagger.model import Model
from hashtagger.posts import read_posts
from hashtagger.similar import similar


def learn(folder: Path, lists: Sequence[str], general: Model | None = None) -> Model:
    """Return the model of posts, each the hashtags of one text."""
    rows = [(f"https://example.org/{i}", "", "", tags.split(), "", "", "") for i, tags in enumerate(lists)]
    return fit_model(read_posts(write_csv(folder / "posts.csv", rows)), None, None, general=general)


def scores(model: Model, *asked: str) -> dict[str, float]:
    found = complete(model, np.array([model.ids[name] for name in asked]))
    return dict(zip(model.names.all(), found.tolist(), strict=True))


@pytest.fixture
def travels(tmp_path: Path) -> Model:
    """Return a model where Paris has cafes, Rome has ruins, and wine goes with both; love is everywhere."""
    apart = ["paris cafe love", "rome ruins love", "sky love"]
    return learn(tmp_path, 6 * [*apart, "rome wine paris"])


def test_what_goes_with_all_of_the_given_comes_first(travels: Model) -> None:
    assert [row.hashtag for row in similar(travels, ["rome", "paris"], top=1)] == ["wine"]
    assert [row.hashtag for row in similar(travels, ["paris"], top=1)] == ["cafe"]


def test_what_stands_everywhere_says_little(travels: Model) -> None:
    found = scores(travels, "paris")
    assert found["cafe"] > found["love"] > found["ruins"]


def test_what_was_never_met_scores_nothing(travels: Model) -> None:
    found = scores(travels, "rome", "paris")
    assert found["sky"] == 0
    assert min(found.values()) == 0
    assert max(found.values()) < 20


def test_the_more_is_given_the_more_it_matters_to_be_near(tmp_path: Path) -> None:
    model = learn(tmp_path, [f"beach sea near sun a{i} b{i} c{i} far" for i in range(5)])
    one, two, three = (
        scores(model, *given) for given in (["beach"], ["beach", "sea"], ["beach", "sea", "sun"])
    )
    assert one["near"] == pytest.approx(one["far"])
    assert three["near"] - three["far"] > two["near"] - two["far"] > 0


def test_posts_count_by_how_near_two_hashtags_stand(tmp_path: Path) -> None:
    model = learn(tmp_path, ["beach near a b far", "far beach near"])
    beach, near, far = (model.ids[name] for name in ("beach", "near", "far"))
    places = places_of(model, np.array([beach]))
    assert near_to(model, beach, places, fading=0)[[near, far]] == pytest.approx([2, 2])
    assert near_to(model, beach, places, fading=1)[[near, far]] == pytest.approx([2, 1 + 1 / 4])
    no_lists = np.empty(0, np.int64)
    assert near_to(model, beach, no_lists, fading=1)[[near, far]] == pytest.approx([2 / 4, 2 / 4])


def test_the_lists_most_alike_vote_most(travels: Model) -> None:
    asked = places_of(travels, np.array([travels.ids["rome"], travels.ids["wine"]]))
    votes, likeness = vote(travels, asked, fading=0)
    assert votes[travels.ids["paris"]] > votes[travels.ids["ruins"]] > 0
    assert votes[travels.ids["sky"]] == 0
    assert 0.5 < likeness < 1
    whole = places_of(travels, np.array([travels.ids[name] for name in ("rome", "wine", "paris")]))
    assert vote(travels, whole, fading=0)[1] == pytest.approx(1)


def test_without_its_posts_a_model_asks_its_companions(travels: Model) -> None:
    bare = replace(travels, indptr=np.zeros(1, np.int64), tag_ids=np.empty(0, np.int32))
    found = scores(bare, "rome", "paris")
    assert max(found, key=lambda name: (name not in ("rome", "paris"), found[name])) == "wine"
    assert found["sky"] == 0


def test_what_a_general_model_knows_is_added(tmp_path: Path, travels: Model) -> None:
    own = learn(tmp_path, ["paris cafe", "wine cheese"])
    widened = learn(tmp_path, ["paris cafe", "wine cheese"], general=travels)
    assert scores(own, "paris")["wine"] == 0
    assert 0 < scores(widened, "paris")["wine"] < scores(widened, "paris")["cafe"]


def test_asking_twice_is_asking_once(travels: Model) -> None:
    assert similar(travels, ["rome", "#rome"]) == similar(travels, ["rome"])
    assert similar(travels, ["rome", "paris", "rome"]) == similar(travels, ["rome", "paris"])


def test_reasons_name_whom_a_hashtag_stands_with(travels: Model) -> None:
    found = {row.hashtag: row.reason for row in similar(travels, ["rome", "paris"])}
    assert found["wine"] == "with #rome on 6 and #paris on 6 of its 6 posts"
    assert found["ruins"] == "with #rome on 6 of its 6 posts"
    assert found["sky"] == "used beside the same hashtags"


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.data())
def test_places_and_posts_find_each_other(sizes: list[int], data: st.DataObject) -> None:
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    posts = np.array(data.draw(st.lists(st.integers(0, len(sizes) - 1), max_size=5)), np.int64)
    uses, counts = uses_of(indptr, posts)
    assert uses.tolist() == [place for post in posts for place in range(indptr[post], indptr[post + 1])]
    assert posts_at(indptr, uses).tolist() == np.repeat(posts, counts).tolist()
