"""Which hashtags are used together: for each, the few that share most posts with it, and those that do so
most for their size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

BY_COUNT = 16  # companions kept for sharing most posts; what is likely beside a hashtag
BY_AFFINITY = 16  # companions kept for sharing more posts than their uses explain; what is close to it
CAUTION = 20  # shared posts at which an affinity counts half
_BLOCK = 2048  # hashtags whose companions are counted at once


class Companions(NamedTuple):
    """The companions of v hashtags, at most w each; a row with fewer is filled with itself, sharing 0."""

    ids: NDArray[np.int32]  # (v, w); (o, w) where only some were counted
    shared: NDArray[np.int32]  # as many: posts that use both
    uses: NDArray[np.int32]  # (v,) posts that use each hashtag, counted where `shared` was


def count_companions(
    indptr: NDArray[np.int64],
    tag_ids: NDArray[np.int32],
    n_tags: int,
    by_count: int = BY_COUNT,
    by_affinity: int = BY_AFFINITY,
    only: NDArray[np.integer] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Companions:
    """Count the companions of every hashtag on posts given as CSR (`indptr` (n+1,), `tag_ids` (u,)).

    Where `only` (o,) names some hashtags, the companions have rows for these alone, in their order.
    """
    from scipy.sparse import csr_array

    n_posts, width = len(indptr) - 1, by_count + by_affinity
    posts = csr_array((np.ones(len(tag_ids), np.int32), tag_ids, indptr), shape=(n_posts, n_tags))
    by_tag, counts = posts.T.tocsr(), np.bincount(tag_ids, minlength=n_tags)
    tags = np.arange(n_tags) if only is None else only
    ids = np.repeat(tags.astype(np.int32)[:, None], width, axis=1)
    shared = np.zeros(ids.shape, np.int32)
    for start in range(0, len(tags), _BLOCK):
        block = slice(start, start + _BLOCK)
        together = (by_tag[tags[block]] @ posts).tocoo()
        apart = together.col != tags[block][together.row]
        pairs = _Pairs(together.row[apart], together.col[apart], together.data[apart])
        sizes = np.bincount(pairs.rows, minlength=len(tags[block]))
        _keep_all(pairs.of(sizes[pairs.rows] <= width), ids[block], shared[block])
        for row in np.flatnonzero(sizes > width):
            first = int(sizes[:row].sum())
            _, others, both = pairs.of(slice(first, first + sizes[row]))
            close = affinity(both, counts[tags[start + row]], counts[others], n_posts)
            keep = _best(others, both, close, by_count, width)
            ids[start + row], shared[start + row] = others[keep], both[keep]
        progress(min(start + _BLOCK, len(tags)), len(tags))
    return Companions(ids, shared, counts.astype(np.int32))


class _Pairs(NamedTuple):
    """Hashtags that share posts: the p pairs of the rows of a block with others, row after row."""

    rows: NDArray[np.int32]  # (p,)
    others: NDArray[np.int32]  # (p,)
    shared: NDArray[np.int32]  # (p,)

    def of(self, which: NDArray[Any] | slice) -> _Pairs:
        return _Pairs(self.rows[which], self.others[which], self.shared[which])


def _keep_all(pairs: _Pairs, ids: NDArray[np.int32], shared: NDArray[np.int32]) -> None:
    """Put all of `pairs`, at most w a row, into `ids` and `shared` (b, w), those that share most first."""
    rows, others, both = pairs.of(np.lexsort((pairs.others, -pairs.shared, pairs.rows)))
    places = np.arange(len(rows)) - np.searchsorted(rows, rows)
    ids[rows, places], shared[rows, places] = others, both


def affinity(
    shared: NDArray[np.integer], uses: NDArray[np.integer], others: NDArray[np.integer], n_posts: int
) -> NDArray[np.float64]:
    """Return how much two hashtags belong together, -1..1, elementwise.

    Normalised pointwise mutual information (Bouma 2009) of `shared` posts given the posts that use the one
    and the `others`, shrunken by shared / (shared + 20): a few posts together may be chance.
    """
    shared = np.maximum(shared, 1e-12)
    surprise = np.log(shared * n_posts / (uses * others.astype(np.float64)))
    possible = np.maximum(-np.log(shared / n_posts), 1e-12)
    close: NDArray[np.float64] = np.clip(surprise / possible, -1, 1) * shared / (shared + CAUTION)
    return close


def _best(
    others: NDArray[np.int32],
    shared: NDArray[np.int32],
    close: NDArray[np.float64],
    by_count: int,
    width: int,
) -> NDArray[np.int64]:
    """Return which of the `others` (c,) of a hashtag are kept as its companions, most shared first.

    The `by_count` that share most with it, and then the closest, `width` < c in all.
    """
    most = _highest(shared, others, by_count)
    rest = np.delete(np.arange(len(others)), most)
    kept = np.concatenate([most, rest[_highest(close[rest], others[rest], width - by_count)]])
    return kept[np.lexsort((others[kept], -shared[kept]))]


def _highest(values: NDArray[Any], ids: NDArray[np.int32], k: int) -> NDArray[np.intp]:
    """Return where the `k` highest of `values` (c,) are, k < c, of equal ones those of lower `ids` (c,)."""
    least = np.partition(values, len(values) - k)[len(values) - k]
    among = np.flatnonzero(values >= least)
    return among[np.lexsort((ids[among], -values[among]))][:k]


def widen(
    own: Companions,
    known: NDArray[np.int64],
    general: Companions,
    only: NDArray[np.integer] | None = None,
) -> Companions:
    """Return `own` companions, of all hashtags or `only` some, with those added that were counted elsewhere.

    `known` (v,) says which number each hashtag has in the `general` table, -1 where it is not in it.
    """
    width = own.ids.shape[1] + general.ids.shape[1]
    tags = np.arange(len(known)) if only is None else only
    ids = np.repeat(tags.astype(np.int32)[:, None], width, axis=1)
    shared = np.zeros(ids.shape, np.int32)
    back = np.full(len(general.ids) + 1, -1)  # its last place, -1, takes what is unknown
    back[known] = np.arange(len(known))
    back[-1] = -1
    for row, tag in enumerate(tags):
        together = Counter(dict(zip(own.ids[row].tolist(), own.shared[row].tolist(), strict=True)))
        if known[tag] >= 0:
            others, both = back[general.ids[known[tag]]].tolist(), general.shared[known[tag]].tolist()
            together.update({other: n for other, n in zip(others, both, strict=True) if other >= 0})
        best = [(other, n) for other, n in together.most_common() if n]
        ids[row, : len(best)], shared[row, : len(best)] = zip(*best, strict=True) if best else ((), ())
    uses = own.uses + np.where(known >= 0, general.uses[known], 0).astype(np.int32)
    return Companions(ids, shared, uses)
