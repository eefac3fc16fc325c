"""Which hashtags are used together: for each, the few that share most posts with it, and those that do so
most for their size."""

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BY_COUNT = 16  # companions kept for sharing most posts; what is likely beside a hashtag
BY_AFFINITY = 16  # companions kept for sharing more posts than their uses explain; what is close to it
CAUTION = 20  # shared posts at which an affinity counts half
_BLOCK = 2048  # hashtags whose companions are counted at once


class Companions(NamedTuple):
    """The companions of v hashtags, at most w each; a row with fewer is filled with itself, sharing 0."""

    ids: NDArray[np.int32]  # (v, w)
    shared: NDArray[np.int32]  # (v, w) posts that use both
    uses: NDArray[np.int32]  # (v,) posts that use each hashtag, counted where `shared` was


def count_companions(
    indptr: NDArray[np.int64],
    tag_ids: NDArray[np.int32],
    n_tags: int,
    by_count: int = BY_COUNT,
    by_affinity: int = BY_AFFINITY,
) -> Companions:
    """Count the companions of every hashtag on posts given as CSR (`indptr` (n+1,), `tag_ids` (u,))."""
    from scipy.sparse import csr_array

    n_posts, width = len(indptr) - 1, by_count + by_affinity
    posts = csr_array((np.ones(len(tag_ids), np.int32), tag_ids, indptr), shape=(n_posts, n_tags))
    by_tag, counts = posts.T.tocsr(), np.bincount(tag_ids, minlength=n_tags)
    ids = np.repeat(np.arange(n_tags, dtype=np.int32)[:, None], width, axis=1)
    shared = np.zeros((n_tags, width), np.int32)
    for start in range(0, n_tags, _BLOCK):
        together = (by_tag[start : start + _BLOCK] @ posts).tocsr()
        for row in range(together.shape[0]):
            span = slice(together.indptr[row], together.indptr[row + 1])
            tag, others, both = start + row, together.indices[span], together.data[span]
            close = affinity(both, counts[tag], counts[others], n_posts)
            keep = _best(tag, others, both, close, by_count, width)
            ids[tag, : len(keep)], shared[tag, : len(keep)] = others[keep], both[keep]
    return Companions(ids, shared, counts.astype(np.int32))


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
    tag: int,
    others: NDArray[np.int32],
    shared: NDArray[np.int32],
    close: NDArray[np.float64],
    by_count: int,
    width: int,
) -> NDArray[np.int64]:
    """Return which of the `others` (c,), itself aside, are kept as companions of `tag`, most shared first.

    The `by_count` that share most with it, and then the closest, `width` in all.
    """
    order = np.lexsort((others, -shared))
    order = order[others[order] != tag]
    rest = order[by_count:]
    closest = rest[np.lexsort((others[rest], -close[rest]))][: width - by_count]
    kept = np.concatenate([order[:by_count], closest])
    return kept[np.lexsort((others[kept], -shared[kept]))]


def widen(own: Companions, known: NDArray[np.int64], general: Companions) -> Companions:
    """Return `own` companions with those added that were counted elsewhere.

    `known` (v,) says which number each hashtag has in the `general` table, -1 where it is not in it.
    """
    width = own.ids.shape[1] + general.ids.shape[1]
    ids = np.repeat(np.arange(len(known), dtype=np.int32)[:, None], width, axis=1)
    shared = np.zeros((len(known), width), np.int32)
    back = np.full(len(general.ids) + 1, -1)  # its last place, -1, takes what is unknown
    back[known] = np.arange(len(known))
    back[-1] = -1
    for tag in range(len(known)):
        together = Counter(dict(zip(own.ids[tag].tolist(), own.shared[tag].tolist(), strict=True)))
        if known[tag] >= 0:
            others, both = back[general.ids[known[tag]]].tolist(), general.shared[known[tag]].tolist()
            together.update({other: n for other, n in zip(others, both, strict=True) if other >= 0})
        best = [(other, n) for other, n in together.most_common() if n]
        ids[tag, : len(best)], shared[tag, : len(best)] = zip(*best, strict=True) if best else ((), ())
    uses = own.uses + np.where(known >= 0, general.uses[known], 0).astype(np.int32)
    return Companions(ids, shared, uses)
