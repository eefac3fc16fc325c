"""The published table, and laws of ratings that hold for any posts."""

import numpy as np
import pytest
from conftest import Corpus
from hypothesis import given
from hypothesis import strategies as st

from hashtagger import fitting
from hashtagger.posts import read_posts
from hashtagger.ratings import (
    Groups,
    log_lifts,
    medians,
    percent_more,
    rank,
    rate_hashtags,
    scale_uses,
    shrunken_lifts,
    sort_groups,
)

# The seven published uses of #catsogram: likes, hashtags listed on the post, rating.
CATSOGRAM = [
    (459, 27, 1.945910),
    (425, 29, 1.673326),
    (165, 29, 0.631092),
    (91, 22, 0.450523),
    (74, 29, 0.266310),
    (28, 29, 0.081915),
    (6, 23, 0.000000),
]


def in_groups(values: np.ndarray, groups: np.ndarray, n_groups: int) -> Groups:
    return sort_groups(rank(values), np.arange(len(values)), groups, n_groups)


def rate_uses(adjusted: np.ndarray, tags: np.ndarray, counts: np.ndarray) -> np.ndarray:
    low, weight = scale_uses(adjusted, in_groups(adjusted, tags, len(counts)), counts)
    return (adjusted - low[tags]) * weight[tags]


def test_catsogram_rates_as_published() -> None:
    adjusted = np.array([likes / n for likes, n, _ in CATSOGRAM])
    ratings = rate_uses(adjusted, np.zeros(7, np.int32), np.array([7]))
    assert ratings == pytest.approx([rating for _, _, rating in CATSOGRAM], abs=1e-6)
    assert adjusted[0] == 17.0


def test_the_rating_of_a_hashtag_is_the_median_of_its_uses() -> None:
    adjusted = np.array([likes / n for likes, n, _ in CATSOGRAM])
    groups = in_groups(adjusted, np.zeros(7, np.int32), 1)
    assert rate_hashtags(adjusted, groups, np.array([7])) == pytest.approx([0.450523], abs=1e-6)


def test_a_hashtag_used_once_or_with_equal_likes_rates_zero() -> None:
    adjusted = np.array([5.0, 3.0, 3.0])
    assert rate_uses(adjusted, np.array([0, 1, 1], np.int32), np.array([1, 2])).tolist() == [0, 0, 0]


def test_unknown_likes_count_in_count_but_not_in_the_normalization() -> None:
    adjusted = np.array([1.0, 2.0, np.nan])
    ratings = rate_uses(adjusted, np.zeros(3, np.int32), np.array([3]))
    assert ratings[:2] == pytest.approx([0, np.log(3)])
    assert np.isnan(ratings[2])


def test_a_hashtag_with_no_known_likes_has_no_rating() -> None:
    unknown = np.array([np.nan])
    assert np.isnan(rate_hashtags(unknown, in_groups(unknown, np.zeros(1, np.int32), 1), np.array([1]))).all()


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1e6) | st.just(float("nan"))), min_size=1))
def test_medians_are_those_of_numpy(uses: list[tuple[int, float]]) -> None:
    groups = np.array([group for group, _ in uses], np.int32)
    values = np.array([value for _, value in uses])
    result = medians(values, in_groups(values, groups, 5))
    for group in range(5):
        known = values[(groups == group) & ~np.isnan(values)]
        assert result[group] == pytest.approx(np.median(known)) if len(known) else np.isnan(result[group])


def test_one_post_counts_in_each_of_its_hashtags() -> None:
    likes, posts = np.array([3.0, np.nan, 1.0]), np.array([0, 0, 1, 1, 2, 2])
    groups = sort_groups(rank(likes), posts, np.array([0, 1, 1, 2, 0, 1], np.int32), 3)
    assert medians(likes, groups)[:2].tolist() == [2, 2]
    assert np.isnan(medians(likes, groups)[2])


def test_hashtags_learned_in_parts_are_learned_alike(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = read_posts(corpus.posts)
    whole = fitting.learn_likes(posts)
    monkeypatch.setattr(fitting, "_LEARNED_AT_ONCE", 50)
    for name, values in fitting.learn_likes(posts).items():
        assert np.array_equal(values, whole[name], equal_nan=True), name


def test_a_big_account_lifts_nothing_by_being_big() -> None:
    likes = np.array([10.0, 10.0, 10_000.0, 10_000.0])
    assert log_lifts(likes, np.array([0, 0, 1, 1], np.int32)) == pytest.approx([0, 0, 0, 0])


def test_a_single_post_of_an_account_has_no_usual_to_compare_with() -> None:
    assert np.isnan(log_lifts(np.array([10.0]), np.array([0], np.int32))).all()


def test_few_uses_are_shrunken_more_than_many() -> None:
    tag_ids = np.array([0] + [1] * 100, np.int32)
    lifts, _ = shrunken_lifts(np.ones(101), tag_ids, 3)
    assert lifts == pytest.approx([1 / 11, 100 / 110, 0])


def test_the_error_of_a_lift_is_wide_where_uses_are_few() -> None:
    tag_ids = np.array([0] + [1] * 90, np.int32)
    _, errors = shrunken_lifts(np.tile([-1.0, 1.0], 46)[:91], tag_ids, 3)
    spread = np.tile([-1.0, 1.0], 46)[:91].std()
    assert errors[:2] == pytest.approx([spread / np.sqrt(11), spread / 10])
    assert np.isnan(errors[2])


def test_a_lift_is_told_as_percent_more_likes() -> None:
    assert percent_more(np.log(2), 0) == pytest.approx((100, 100, 100))
    middle, low, high = percent_more(0.1, 0.05)
    assert (middle, low, high) == pytest.approx((10.517, 0.200, 21.896), abs=0.001)
    assert np.isnan(percent_more(0, float("nan"))).all()
