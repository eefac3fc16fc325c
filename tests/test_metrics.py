"""Laws of the measures: bounds, monotony, what perfection is worth, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hashtagger.metrics import (
    Estimate,
    bootstrap_means,
    calibrate,
    coverage,
    hit_at,
    ndcg_at,
    precision_at,
    recall_at,
)

CUTS = (1, 5, 10)


@st.composite
def outcomes(draw):
    """Return hits (n, 10) and how many hashtags each post has, at least as many as were hit."""
    n = draw(st.integers(1, 6))
    hits = draw(arrays(bool, (n, 10)))
    missed = draw(arrays(np.int64, n, elements=st.integers(0, 20)))
    return hits, hits.sum(axis=1) + missed


@given(outcomes(), st.sampled_from(CUTS))
def test_every_measure_lies_between_0_and_1_and_is_unknown_only_where_nothing_is_to_be_found(outcome, k):
    hits, sizes = outcome
    for values in (
        precision_at(hits, k),
        recall_at(hits, sizes, k),
        ndcg_at(hits, sizes, k),
        hit_at(hits, k),
    ):
        assert values.shape == (len(hits),)
        known = ~np.isnan(values)
        assert ((values[known] >= 0) & (values[known] <= 1 + 1e-12)).all()
        assert (known | (sizes == 0)).all()


@given(outcomes())
def test_more_suggestions_never_find_less(outcome):
    hits, sizes = outcome
    for measure in (lambda k: recall_at(hits, sizes, k), lambda k: hit_at(hits, k)):
        one, five, ten = (np.nan_to_num(measure(k)) for k in CUTS)
        assert (one <= five).all()
        assert (five <= ten).all()


@given(st.integers(1, 30), st.sampled_from(CUTS))
def test_a_perfect_ranking_is_worth_1(size, k):
    hits = (np.arange(10) < size)[None]
    sizes = np.array([size])
    assert ndcg_at(hits, sizes, k) == pytest.approx(1)
    assert hit_at(hits, k) == 1
    assert precision_at(hits, k) == min(size, k) / k
    assert recall_at(hits, sizes, k) == min(size, k) / size


@given(outcomes(), st.permutations(range(10)))
def test_order_within_the_list_matters_to_ndcg_alone(outcome, order):
    hits, sizes = outcome
    mixed = hits[:, order]
    assert (precision_at(mixed, 10) == precision_at(hits, 10)).all()
    assert np.array_equal(recall_at(mixed, sizes, 10), recall_at(hits, sizes, 10), equal_nan=True)
    best = -np.sort(-hits.astype(int), axis=1) > 0
    assert (np.nan_to_num(ndcg_at(mixed, sizes, 10)) <= np.nan_to_num(ndcg_at(best, sizes, 10)) + 1e-12).all()


@given(outcomes(), st.randoms())
def test_order_of_posts_matters_to_nothing(outcome, random):
    hits, sizes = outcome
    order = list(range(len(hits)))
    random.shuffle(order)
    assert np.array_equal(
        ndcg_at(hits, sizes, 5)[order], ndcg_at(hits[order], sizes[order], 5), equal_nan=True
    )


def test_ndcg_of_a_known_list():
    hits = np.array([[False, True, False, False, True]])
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert ndcg_at(hits, np.array([3]), 5) == pytest.approx((1 / np.log2(3) + 1 / np.log2(6)) / ideal)


def test_a_list_that_ends_early_has_no_hits_behind_its_end():
    hits = np.zeros((1, 10), bool)
    hits[0, 0] = True
    assert precision_at(hits, 5) == 0.2


@given(arrays(float, (8, 2), elements=st.floats(-5, 5)))
def test_bootstrap_draws_stay_within_the_values_and_centre_on_their_mean(values):
    draws = bootstrap_means(values, np.arange(8), draws=400)
    assert draws.shape == (400, 2)
    assert (draws >= values.min(axis=0) - 1e-9).all()
    assert (draws <= values.max(axis=0) + 1e-9).all()
    error = values.std(axis=0) / np.sqrt(8 * 400)
    assert (np.abs(draws.mean(axis=0) - values.mean(axis=0)) <= 5 * error + 1e-9).all()


def test_posts_of_one_account_are_drawn_together():
    values = np.array([[1.0], [1], [0], [0]])
    draws = bootstrap_means(values, np.array([7, 7, 9, 9]))
    assert set(np.unique(draws)) == {0.0, 0.5, 1.0}
    apart = bootstrap_means(values, np.arange(4))
    assert apart.std() < draws.std()


def test_the_bootstrap_knows_the_standard_error_of_a_mean():
    values = np.random.default_rng(1).normal(size=(500, 1))
    draws = bootstrap_means(values, np.arange(500))
    assert draws.std() == pytest.approx(values.std() / np.sqrt(500), rel=0.1)


def test_what_is_unknown_is_left_out_of_means():
    draws = bootstrap_means(np.array([[1.0, np.nan], [np.nan, np.nan]]), np.arange(2), draws=50)
    assert set(np.unique(draws[:, 0][~np.isnan(draws[:, 0])])) == {1.0}
    assert np.isnan(draws[:, 1]).all()
    assert Estimate.of(float("nan"), draws[:, 1]) == Estimate(None, None, None)


def test_draws_do_not_depend_on_how_many_fit_in_memory(monkeypatch):
    values, groups = np.random.default_rng(1).random((60, 3)), np.arange(60) // 2
    whole = bootstrap_means(values, groups)
    monkeypatch.setattr("hashtagger.metrics._CELLS", 100)
    assert bootstrap_means(values, groups) == pytest.approx(whole)


def test_coverage_counts_different_hashtags_once():
    suggested = np.array([[0, 1, -1], [1, 2, -1], [0, 2, 1]])
    estimate = coverage(suggested, np.array([0, 1, 2]), vocabulary=12)
    assert estimate.value == 0.25
    assert estimate.low <= 0.25 <= estimate.high
    assert coverage(np.full((2, 3), -1), np.arange(2), vocabulary=12).value == 0


def test_probabilities_that_come_true_as_often_as_said_have_no_error():
    chances = np.repeat([0.2, 0.6], 50)
    belongs = np.concatenate([np.arange(50) < 10, np.arange(50) < 30])
    found = calibrate(chances, belongs)
    assert found.error == pytest.approx(0)
    assert found.counts == (10,) * 10
    assert found.predicted == pytest.approx(found.observed)


def test_overconfidence_is_measured():
    assert calibrate(np.full(40, 0.9), np.arange(40) < 10).error == pytest.approx(0.65)


@given(
    st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]) | st.floats(0, 1), st.booleans()), min_size=1),
    st.randoms(),
)
def test_calibration_is_bounded_and_blind_to_order(pairs, random):
    def measured(rows):
        return calibrate(np.array([chance for chance, _ in rows]), np.array([true for _, true in rows]))

    first = measured(pairs)
    assert 0 <= first.error <= 1
    assert sum(first.counts) == len(pairs)
    assert list(first.predicted) == sorted(first.predicted)
    random.shuffle(pairs)
    assert measured(pairs).error == pytest.approx(first.error)
