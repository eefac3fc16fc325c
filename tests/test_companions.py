"""Which hashtags are used together: counted for all, for some, or carried over where nothing changed."""

from itertools import pairwise

import numpy as np
import pytest

from hashtagger.companions import Companions, affinity, count_companions

RNG = np.random.default_rng(3)


@pytest.fixture(scope="module")
def posts() -> tuple[np.ndarray, np.ndarray, int]:
    """Return posts as CSR and how many hashtags they have; some hashtags are on most, most on few."""
    lists = [np.unique(RNG.integers(0, 1 + RNG.integers(0, 400), 12)) for _ in range(600)]
    ids = np.unique(np.concatenate(lists), return_inverse=True)[1].astype(np.int32)
    return np.concatenate([[0], np.cumsum([len(tags) for tags in lists])]), ids, int(ids.max()) + 1


def plainly(indptr: np.ndarray, tag_ids: np.ndarray, tag: int, by_count: int, width: int) -> dict[int, int]:
    """Return the companions of one hashtag with the posts that use both, counted one by one."""
    lists = [set(tag_ids[a:b].tolist()) for a, b in pairwise(indptr)]
    uses = np.bincount(tag_ids)
    shared = {
        other: sum({tag, other} <= tags for tags in lists) for other in range(len(uses)) if other != tag
    }
    shared = {other: n for other, n in shared.items() if n}

    def closeness(other: int) -> float:
        return float(affinity(np.array([shared[other]]), uses[tag], uses[[other]], len(lists))[0])

    most = sorted(shared, key=lambda other: (-shared[other], other))
    closest = sorted(most[by_count:], key=lambda other: (-closeness(other), other))
    return {other: shared[other] for other in most[:by_count] + closest[: width - by_count]}


def row(companions: Companions, i: int) -> dict[int, int]:
    pairs = zip(companions.ids[i].tolist(), companions.shared[i].tolist(), strict=True)
    return {other: n for other, n in pairs if n}


def test_the_most_shared_and_the_closest_are_kept(posts: tuple[np.ndarray, np.ndarray, int]) -> None:
    indptr, tag_ids, n_tags = posts
    found = count_companions(indptr, tag_ids, n_tags, 4, 3)
    for tag in (0, 1, 2, 50, n_tags - 1):
        assert row(found, tag) == plainly(indptr, tag_ids, tag, 4, 7)
    assert (np.diff(found.shared, axis=1) <= 0).all()


def test_some_are_counted_as_among_all(posts: tuple[np.ndarray, np.ndarray, int]) -> None:
    every, some = count_companions(*posts, 4, 3), np.array([0, 7, 200])
    only = count_companions(*posts, 4, 3, only=some)
    assert np.array_equal(only.ids, every.ids[some])
    assert np.array_equal(only.shared, every.shared[some])
    assert np.array_equal(only.uses, every.uses)
