"""Which posts vote on a photo's hashtags, and how much each vote weighs.

Two looks. The posts whose photos are nearest say, together, which hashtags are likely; then the posts that
are near in both their photo and those hashtags vote. It is pseudo-relevance feedback (Rocchio 1971): a
look-alike whose hashtags speak of something else is not heard again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashtagger.model import Model
from hashtagger.neighbors import nearest, nearest_in_cells

POOL = 500  # nearest photos that may vote at all
SHARE = 20  # by default one in so many photos of the model is heard and votes, 10 to 100 of them
TEMPERATURE = 0.2  # of the softmax over similarities in the first look
COMPANY = 1.0  # weight of alike hashtags beside alike photos in the second look
FULL_LIST = 10  # hashtags from which on a post's list counts as complete
SPARSE = 0.3  # what a post with hardly any hashtags is set back in the second look


@dataclass(frozen=True)
class Voters:
    """The nearest posts to a photo, and those of them that vote."""

    posts: NDArray[np.int64]  # (p,) the nearest posts, best first
    similarities: NDArray[np.float32]  # (p,) cosines of their photos
    heard: NDArray[np.float64]  # (p,) what each weighs in the first look; sums to 1
    elected: NDArray[np.int64]  # (k,) positions in `posts` of those that vote, nearest first
    weights: NDArray[np.float64]  # (k,) what each vote weighs; sums to 1

    @property
    def voting(self) -> NDArray[np.int64]:
        """Return the posts that vote, (k,)."""
        return self.posts[self.elected]


_NONE = np.empty(0, np.int64)
NOBODY = Voters(_NONE, np.empty(0, np.float32), np.empty(0), _NONE, np.empty(0))  # where there is no photo


def elect(model: Model, feature: NDArray[np.float32], k: int | None = None, exact: bool = False) -> Voters:
    """Return the `k` posts that vote on a photo with the reduced `feature` (r,), of k nearest ones heard.

    `exact` compares every photo, also in a model so large that otherwise some cells are searched.
    """
    k = k or min(100, max(10, len(model.photos_of_posts) // SHARE))
    posts, similarities = nearest_posts(model, feature, max(POOL, k), exact)
    tags, sizes = tags_of_posts(model, posts)
    heard = np.exp((similarities - similarities.max(initial=-1)) / TEMPERATURE)
    heard[k:] = 0
    heard[:k] = weigh(model, posts[:k], sizes[:k], heard[:k])
    alike = similarities + COMPANY * company(model, heard, tags, sizes) + SPARSE * completeness(model, sizes)
    elected = np.sort(np.argsort(-alike, kind="stable")[:k])
    weights = weigh(model, posts[elected], sizes[elected], np.ones(len(elected)))
    return Voters(posts, similarities, heard, elected, weights)


def nearest_posts(
    model: Model, feature: NDArray[np.float32], k: int, exact: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the posts nearest to the reduced `feature` (r,), by their best photo, and cosines: two (k,)."""
    most = int(model.photos_of_posts.max(initial=1))
    if model.probes and not exact:
        rows, similarities = nearest_in_cells(model.cells, model.features, feature, k * most, model.probes)
    else:
        rows, similarities = nearest(model.features, feature, k * most)
    posts = model.feature_posts[rows].astype(np.int64)
    best = firsts(posts)[:k]
    return posts[best], similarities[best]


def firsts(posts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each of `posts` (p,) comes first, in that order."""
    return np.sort(np.unique(posts, return_index=True)[1])


def weigh(
    model: Model, posts: NDArray[np.int64], sizes: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return `weights` (k,) of votes made fair, summing to 1.

    One account's habit is one opinion, not ten: its posts share the weight of their square root. And a post
    with a hashtag or two leaves out most of what belongs to its photo, so it says less.
    """
    accounts = [model.accounts[post] or f"\n{post}" for post in posts]
    votes_of = Counter(accounts)
    same = np.array([votes_of[account] for account in accounts])
    fair = weights * completeness(model, sizes) / np.sqrt(same)
    normed: NDArray[np.float64] = fair / max(fair.sum(), 1e-12)
    return normed


def completeness(model: Model, sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return 0..1 for posts with `sizes` (k,) hashtags: how much of what belongs to a photo they may name.

    A list is complete from ten hashtags on, or from the median of the model's posts where that is less.
    """
    complete: NDArray[np.float64] = np.minimum(1, sizes / min(FULL_LIST, model.usual_length))
    return complete


def company(
    model: Model, heard: NDArray[np.float64], tags: NDArray[np.int32], sizes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the tf-idf cosine of each post's hashtags to what was `heard` (p,) in the first look, (p,).

    `tags` (t,) are the hashtags of the p posts one after another, `sizes` (p,) how many each has.
    """
    named, places = np.unique(tags, return_inverse=True)
    rare = rarity(model, named)
    weighed = tally(places, np.repeat(heard, sizes), len(named)) * rare
    owners = np.repeat(np.arange(len(sizes)), sizes)
    products = tally(owners, (weighed * rare)[places], len(sizes))
    lengths = np.sqrt(tally(owners, rare[places] ** 2, len(sizes)))
    cosines: NDArray[np.float64] = products / np.maximum(lengths * np.linalg.norm(weighed), 1e-12)
    return cosines


def rarity(model: Model, tags: NDArray[np.integer] | slice = slice(None)) -> NDArray[np.float64]:
    """Return how much each of `tags` (t,), all by default, tells of a post that uses it, (t,): inverse
    document frequency."""
    rare: NDArray[np.float64] = np.log(1 + model.n_posts / model.counts[tags])
    return rare


def shares(model: Model, posts: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weight of the `posts` (p,), weighted (p,), that use each hashtag, as (v,)."""
    tags, sizes = tags_of_posts(model, posts)
    return tally(tags, np.repeat(weights, sizes), len(model.counts))


def tally(ids: NDArray[np.integer], weights: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return the sum of `weights` (t,) for each of `n` numbers in `ids` (t,), as (n,)."""
    return np.bincount(ids, weights=weights, minlength=n).astype(np.float64, copy=False)


def tags_of_posts(model: Model, posts: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the hashtags of `posts` (p,) one after another, (t,), and how many each has, (p,)."""
    lists = [model.tags_of(post) for post in posts]
    return np.concatenate([*lists, np.empty(0, np.int32)]), np.array([len(tags) for tags in lists], np.int64)
