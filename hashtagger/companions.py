"""Which hashtags are used together: for each, the few that share most posts with it, and those that do so
most for their size."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BY_COUNT = 16  # companions kept for sharing most posts; what is likely beside a hashtag
BY_AFFINITY = 16  # companions kept for sharing more posts than their uses explain; what is close to it
CAUTION = 20  # shared posts at which an affinity counts half
_BLOCK = 2048  # hashtags whose companions are counted at once


class Companions(NamedTuple):
    """The companions of v hashtags, at most w each; -1 and 0 fill the rows."""

    ids: NDArray[np.int32]  # (v, w)
    shared: NDArray[np.int32]  # (v, w) posts that use both


def count_companions(indptr: NDArray[np.int64], tag_ids: NDArray[np.int32], n_tags: int) -> Companions:
    """Count the companions of every hashtag on posts given as CSR (`indptr` (n+1,), `tag_ids` (u,))."""
    from scipy.sparse import csr_array

    n_posts, width = len(indptr) - 1, BY_COUNT + BY_AFFINITY
    posts = csr_array((np.ones(len(tag_ids), np.int32), tag_ids, indptr), shape=(n_posts, n_tags))
    by_tag, counts = posts.T.tocsr(), np.bincount(tag_ids, minlength=n_tags)
    ids, shared = np.full((n_tags, width), -1, np.int32), np.zeros((n_tags, width), np.int32)
    for start in range(0, n_tags, _BLOCK):
        together = (by_tag[start : start + _BLOCK] @ posts).tocsr()
        for row in range(together.shape[0]):
            span = slice(together.indptr[row], together.indptr[row + 1])
            best, counted = _best(start + row, together.indices[span], together.data[span], counts, n_posts)
            ids[start + row, : len(best)], shared[start + row, : len(best)] = best, counted
    return Companions(ids, shared)


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
    tag: int, others: NDArray[np.int32], shared: NDArray[np.int32], counts: NDArray[np.int64], n_posts: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the companions of `tag` that are kept, most shared first, and what they share."""
    kept = others != tag
    others, shared = others[kept], shared[kept]
    close = affinity(shared, counts[tag], counts[others], n_posts)
    keep = np.zeros(len(others), bool)
    keep[np.lexsort((others, -shared))[:BY_COUNT]] = True
    keep[np.lexsort((others, -close))[: BY_COUNT + BY_AFFINITY - np.count_nonzero(keep)]] = True
    others, shared = others[keep], shared[keep]
    order = np.lexsort((others, -shared))
    return others[order], shared[order]
