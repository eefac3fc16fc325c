"""How good suggestions are: plain functions of arrays, and how sure we are of the figures.

`hits` (n, k) tells for each of n posts whether the hashtag suggested at each rank, best first, is one of the
post's own; a rank that nothing was suggested for is no hit. `sizes` (n,) counts the post's own hashtags.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
BINS = 10
_CELLS = 1 << 24  # of weights drawn at once: 128 MB


def precision_at(hits: NDArray[np.bool_], k: int) -> NDArray[np.float64]:
    """Return the share of the first `k` suggestions that are the post's own, (n,)."""
    shares: NDArray[np.float64] = hits[:, :k].sum(axis=1) / k
    return shares


def recall_at(hits: NDArray[np.bool_], sizes: NDArray[np.integer], k: int) -> NDArray[np.float64]:
    """Return the share of the post's own hashtags that the first `k` hold, (n,); nan without any."""
    shares: NDArray[np.float64] = np.divide(
        hits[:, :k].sum(axis=1), sizes, out=np.full(len(hits), np.nan), where=sizes > 0
    )
    return shares


def ndcg_at(hits: NDArray[np.bool_], sizes: NDArray[np.integer], k: int) -> NDArray[np.float64]:
    """Return the normalised discounted cumulative gain of the first `k`, (n,); nan for posts without any.

    A hit at rank r gains 1 / log2(r + 1), and the best possible order of the post's own hashtags counts 1
    (Järvelin and Kekäläinen 2002).
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[np.nan], np.cumsum(discounts)])[np.minimum(sizes, k)]
    first = hits[:, :k]
    gained: NDArray[np.float64] = (first * discounts[: first.shape[1]]).sum(axis=1)
    shares: NDArray[np.float64] = gained / ideal
    return shares


def hit_at(hits: NDArray[np.bool_], k: int) -> NDArray[np.float64]:
    """Return 1 where any of the first `k` suggestions is the post's own, else 0, (n,)."""
    return np.where(hits[:, :k].sum(axis=1) > 0, 1.0, 0.0)


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; None where nothing is known."""

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, value: float, draws: NDArray[np.float64]) -> Estimate:
        """Return `value` with the middle 95 % of `draws` (d,) around it."""
        known = draws[~np.isnan(draws)]
        if np.isnan(value) or not len(known):
            return cls(None, None, None)
        low, high = np.percentile(known, [2.5, 97.5])
        return cls(float(value), float(low), float(high))


def bootstrap_means(
    values: NDArray[np.float64], groups: NDArray[np.integer], draws: int = DRAWS, seed: int = 0
) -> NDArray[np.float64]:
    """Return the means over posts of `values` (n, m), nan left out, in resamplings of groups: (draws, m).

    Posts of one account resemble each other, so whole `groups` (n,) are drawn with replacement (the cluster
    bootstrap). The same groups and seed give the same draws, so that methods can be compared draw by draw.
    """
    known = ~np.isnan(values)
    sums, counts = sum_by_group(np.where(known, values, 0), groups), sum_by_group(known, groups)
    weights = np.concatenate(
        [np.stack([w @ sums, w @ counts]) for w in resample(len(sums), draws, seed)], axis=1
    )
    means: NDArray[np.float64] = np.divide(
        weights[0], weights[1], out=np.full(weights[0].shape, np.nan), where=weights[1] > 0
    )
    return means


def sum_by_group(values: NDArray[np.generic], groups: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the sums of the rows of `values` (n, m) in each of g groups, (g, m)."""
    _, numbers = np.unique(groups, return_inverse=True)
    sums = np.zeros((int(numbers.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(sums, numbers, values)
    return sums


def resample(groups: int, draws: int, seed: int, width: int = 1) -> Iterator[NDArray[np.float64]]:
    """Yield how often each group is drawn, a few draws at a time: (some draws, groups).

    `width` is how many numbers the caller makes of each draw, where that is more than there are groups.
    """
    rng = np.random.default_rng(seed)
    step = max(1, _CELLS // max(groups, width))
    for start in range(0, draws, step):
        size = min(step, draws - start)
        yield rng.multinomial(groups, np.full(groups, 1 / groups), size=size).astype(np.float64)


def coverage(suggested: NDArray[np.integer], groups: NDArray[np.integer], vocabulary: int) -> Estimate:
    """Return the share of `vocabulary` hashtags that is ever suggested; `suggested` (n, k) ids, -1 for none.

    Fewer different groups are drawn than there are, so the draws see fewer hashtags; they are moved to lie
    around the figure itself.
    """
    _, numbers = np.unique(groups, return_inverse=True)
    rows, _ = np.nonzero(suggested >= 0)
    pairs = np.unique(np.stack([suggested[suggested >= 0], numbers[rows]], axis=1), axis=0)
    tags, starts = np.unique(pairs[:, 0], return_index=True)
    seen = [
        np.add.reduceat(drawn[:, pairs[:, 1]], starts, axis=1) > 0
        for drawn in resample(int(numbers.max(initial=-1)) + 1, DRAWS, seed=0, width=len(pairs))
    ]
    counts = np.concatenate(seen).sum(axis=1)
    return Estimate.of(len(tags) / vocabulary, (counts - np.rint(counts.mean()) + len(tags)) / vocabulary)


@dataclass(frozen=True)
class Calibration:
    """How often what was said to belong with some probability does belong, by bins of equal mass."""

    error: float  # expected calibration error: mean distance of the two below, weighted by count
    predicted: tuple[float, ...]  # mean probability said in each bin, ascending
    observed: tuple[float, ...]  # share that belongs
    counts: tuple[int, ...]


def calibrate(chances: NDArray[np.float64], belongs: NDArray[np.bool_], bins: int = BINS) -> Calibration:
    """Compare probabilities (n,) with what came true (n,); n at least 1.

    The expected calibration error of Naeini et al. 2015, over bins of equal mass. Where equal probabilities
    straddle two bins, each counts with their common share, so that the order of the input does not matter.
    """
    levels, level, sizes = np.unique(chances, return_inverse=True, return_counts=True)
    shares = np.bincount(level, weights=belongs) / sizes
    order = np.sort(level)
    parts = [part for part in np.array_split(order, bins) if len(part)]
    counts = np.array([len(part) for part in parts])
    predicted = np.array([levels[part].mean() for part in parts])
    observed = np.array([shares[part].mean() for part in parts])
    error = float(np.abs(predicted - observed) @ counts / len(chances))
    return Calibration(error, tuple(predicted.tolist()), tuple(observed.tolist()), tuple(counts.tolist()))
