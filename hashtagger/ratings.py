"""What likes say about hashtags: the published rating, median likes, and the lift over an account's usual.

"Rating" elsewhere means a user's score of an item; here it is the likes-based rating of a hashtag that the
Instagram Hashtag Recommender System (Kus) defined: ln(count) x normalised adjusted likes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SHRINKAGE = 10.0  # uses at which a lift counts half; 5, 10 and 20 rank held-out likes alike


@dataclass(frozen=True)
class Weights:
    """What likes weigh in the value of a hashtag when they count as much as they can (`--likes 1`).

    As `hashtagger evaluate POSTS --tune` found them on posts of influencers: at `--likes 0.3` they lose 3 %
    of precision@10 and lift likes most.
    """

    lift: float = 6.7
    rating: float = 0.2


class Ranks(NamedTuple):
    """Where each of n values stands among those that are known."""

    order: NDArray[np.intp]  # (known,) positions of the known values, the lowest first
    places: NDArray[np.int32]  # (n,) the place of each value in `order`; -1 where it is unknown


class Groups(NamedTuple):
    """Known values sorted by group, then by size: what minima, maxima and medians are read from."""

    order: NDArray[np.intp]  # (known,) positions of the values
    starts: NDArray[np.intp]  # (groups,) where each group begins in `order`
    sizes: NDArray[np.intp]  # (groups,) known values in each


def rank(values: NDArray[np.float64]) -> Ranks:
    """Rank `values` (n,); nan is unknown."""
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    places = np.full(len(values), -1, np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return Ranks(order, places)


def sort_groups(ranks: Ranks, used: NDArray[np.integer], groups: NDArray[np.int32], n_groups: int) -> Groups:
    """Sort values within groups: `used` (u,) are positions of values, which stand in `groups` (u,)."""
    places = ranks.places[used]
    known = places >= 0
    keys = groups[known].astype(np.int64) << 32 | places[known]  # sorts in half an argsort's time
    keys.sort()
    sizes = np.bincount(groups[known], minlength=n_groups)
    return Groups(ranks.order[keys & 0xFFFFFFFF], np.cumsum(sizes) - sizes, sizes)


def medians(values: NDArray[np.float64], groups: Groups) -> NDArray[np.float64]:
    """Return the median of each group's known `values` (n,), as (groups,); nan where it has none."""
    result = np.full(len(groups.sizes), np.nan)
    filled = groups.sizes > 0
    starts, sizes = groups.starts[filled], groups.sizes[filled]
    low, high = groups.order[starts + (sizes - 1) // 2], groups.order[starts + sizes // 2]
    result[filled] = (values[low] + values[high]) / 2
    return result


def rate_hashtags(
    adjusted: NDArray[np.float64], groups: Groups, counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the rating of each hashtag, the median of its uses' ratings, as (v,); nan without known likes.

    `groups` are its `adjusted` likes, sorted: ratings of a hashtag are in the same order.
    """
    low, weight = scale_uses(adjusted, groups, counts)
    ratings: NDArray[np.float64] = (medians(adjusted, groups) - low) * weight
    return ratings


def scale_uses(
    adjusted: NDArray[np.float64], groups: Groups, counts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what makes ratings of the uses of each hashtag: (adjusted likes - `low`) x `weight`, two (v,).

    That is ln(count) x adjusted likes, min-max normalised in the hashtag. `adjusted` (n,) holds the likes of
    each post / the hashtags listed on it, nan where likes are unknown; `counts` (v,) the posts that use each
    hashtag. Where all adjusted likes of a hashtag are equal, its uses rate 0.
    """
    low, high = np.zeros(len(counts)), np.zeros(len(counts))
    filled = groups.sizes > 0
    low[filled] = adjusted[groups.order[groups.starts[filled]]]
    high[filled] = adjusted[groups.order[groups.starts[filled] + groups.sizes[filled] - 1]]
    span = high - low
    return low, np.divide(np.log(counts), span, out=np.zeros(len(counts)), where=span > 0)


def log_lifts(likes: NDArray[np.float64], account_ids: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return how far each post's log-likes lie above its account's usual, as (n,).

    `likes` (n,), nan unknown; `account_ids` (n,). nan where likes are unknown, or where the account has no
    other post to compare with.
    """
    logs = np.log1p(likes)
    known = ~np.isnan(logs)
    n_accounts = int(account_ids.max(initial=-1)) + 1
    sizes = np.bincount(account_ids[known], minlength=n_accounts)
    sums = np.bincount(account_ids[known], weights=logs[known], minlength=n_accounts)
    means = np.divide(sums, sizes, out=np.full(n_accounts, np.nan), where=sizes > 1)
    lifts: NDArray[np.float64] = logs - means[account_ids]
    return lifts


def spread_of(lifts: NDArray[np.float64]) -> float:
    """Return the standard deviation of the known `lifts` (u,); 0 where there are none."""
    known = lifts[~np.isnan(lifts)]
    return float(known.std()) if len(known) else 0.0


def shrunken_lifts(
    post_lifts: NDArray[np.float64], tag_ids: NDArray[np.int32], n_tags: int, spread: float | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lift of each hashtag and its standard error, both (v,): what it is worth to one account.

    `post_lifts` (u,) is the log-lift of the post of each use, nan unknown. The mean is shrunken toward zero,
    sum / (uses + 10), because a few lucky posts prove nothing; a hashtag without known uses lifts 0, and its
    error is nan. Both are the posterior of a mean whose prior weighs 10 uses, so the error is
    spread / sqrt(uses + 10): few uses leave it wide. The spread is that of `post_lifts`, if not given.
    """
    known = ~np.isnan(post_lifts)
    ids, values = tag_ids[known], post_lifts[known]
    sizes = np.bincount(ids, minlength=n_tags)
    lifts = np.bincount(ids, weights=values, minlength=n_tags) / (sizes + SHRINKAGE)
    spread = spread_of(post_lifts) if spread is None else spread
    return lifts, np.where(sizes > 0, spread / np.sqrt(sizes + SHRINKAGE), np.nan)


def percent_more(lift: float, error: float) -> tuple[float, float, float]:
    """Return a log-lift with its standard error as percent more likes: the figure, and its 95 % interval."""
    low, middle, high = (100 * math.expm1(lift + sides * error) for sides in (-1.96, 0, 1.96))
    return middle, low, high
