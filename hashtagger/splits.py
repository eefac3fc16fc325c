"""Which posts to learn from and which to test on, so that nothing tested was seen.

Posts that nearly repeat each other, by their hashtags or by their photo, always stay on one side.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hashtagger.errors import UsageError
from hashtagger.model import Model
from hashtagger.posts import Posts

Split = Literal["account", "time", "random"]
Fold = tuple[NDArray[np.int64], NDArray[np.int64]]  # posts to learn from, posts to test on

SAME_HASHTAGS = 0.5  # Jaccard index from which two lists of hashtags count as one
SAME_AT_LEAST = 3  # hashtags that they must share: one hashtag in common is no copy
SAME_PHOTO = 0.98  # cosine of the features from which two photos count as one
_ROWS = 1_024  # compared with all others at once


def folds(
    posts: Posts,
    how: Split,
    number: int,
    testable: NDArray[np.bool_],
    alike: NDArray[np.int64],
) -> list[Fold]:
    """Split posts; those that are `testable` (n,) are tested on, once each, or the last part only by time.

    `alike` (n,) numbers the groups of posts that nearly repeat each other (see `group_alike`). By account,
    all posts of an account stay on one side too; by time, copies of later posts are not learned from, and
    posts without a date are left out. Raises UsageError where there is too little to split.
    """
    if how == "time":
        return [_last_part(posts, 1 / number, testable, alike)]
    groups = join_same(posts.accounts, alike) if how == "account" else alike
    rows = np.flatnonzero(testable)
    if (found := len(np.unique(groups[rows]))) < number:
        raise UsageError(
            f"{number} folds need as many groups of posts to test on, and there are {found}; "
            "give fewer --folds, a smaller --min-tags, or --split random"
        )
    from sklearn.model_selection import GroupKFold

    splitter = GroupKFold(number, shuffle=True, random_state=0) if how == "random" else GroupKFold(number)
    tests = [rows[test] for _, test in splitter.split(rows, groups=groups[rows])]
    return [(np.flatnonzero(~np.isin(groups, groups[test])), test) for test in tests]


def _last_part(posts: Posts, share: float, testable: NDArray[np.bool_], alike: NDArray[np.int64]) -> Fold:
    dated = ~np.isnat(posts.dates)
    rows = np.flatnonzero(testable & dated)
    if len(rows) < 2:
        raise UsageError("--split time needs posts with dates; without: --split account")
    cut = np.sort(posts.dates[rows])[int(len(rows) * (1 - share))]
    test = rows[posts.dates[rows] >= cut]
    train = np.flatnonzero(dated & (posts.dates < cut) & ~np.isin(alike, alike[test]))
    if not len(train):
        raise UsageError("--split time: no post is older than those to test on; use --split account")
    return train, test


def group_alike(
    indptr: NDArray[np.int64],
    tag_ids: NDArray[np.int32],
    features: NDArray[np.float32],
    feature_posts: NDArray[np.integer],
) -> NDArray[np.int64]:
    """Number the groups of posts that nearly repeat each other, (n,), in the order of their first posts.

    Hashtags are a CSR pair (n + 1,) and (uses,); `features` (m, d) are of the photos of `feature_posts` (m,).
    """
    pairs = [*_copied_lists(indptr, tag_ids), *_copied_photos(features, feature_posts)]
    return _components(len(indptr) - 1, np.concatenate([*pairs, np.empty((0, 2), np.int64)]))


def join_same(names: list[str], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Join the groups (n,) that share a name, as of an account, (n,); where it is "", nothing is shared."""
    first: dict[str, int] = {}
    same = [(i, first.setdefault(name, i)) for i, name in enumerate(names) if name]
    _, starts, numbers = np.unique(groups, return_index=True, return_inverse=True)
    linked = np.stack([np.arange(len(groups)), starts[numbers]], axis=1)
    return _components(len(groups), np.concatenate([linked, np.array(same, np.int64).reshape(-1, 2)]))


def unseen(
    model: Model, posts: Posts, features: NDArray[np.float32], feature_posts: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which posts (n,) a model has not seen: neither it, nor a near copy, nor its account.

    `features` (m, r) are reduced as the model's own are, and belong to `feature_posts` (m,).
    """
    known, ids = len(model.links), dict(model.ids)
    renumbered = np.array([ids.setdefault(name, len(ids)) for name in posts.vocabulary], np.int32)
    groups = group_alike(
        np.concatenate([model.indptr, model.indptr[-1] + posts.indptr[1:]]),
        np.concatenate([model.tag_ids, renumbered[posts.tag_ids]]),
        np.concatenate([model.features, features]) if len(features) else np.empty((0, 1), np.float32),
        np.concatenate([model.feature_posts, known + feature_posts]) if len(features) else feature_posts,
    )
    groups = join_same(model.accounts.all() + posts.accounts, groups)
    groups = join_same(model.links.all() + posts.links, groups)
    return ~np.isin(groups[known:], groups[:known])


def _copied_lists(indptr: NDArray[np.int64], tag_ids: NDArray[np.int32]) -> Iterator[NDArray[np.int64]]:
    """Yield pairs (p, 2) of posts whose lists of hashtags nearly repeat each other.

    Two sets with a Jaccard index of at least t share a hashtag among the rarest (1 - t) of each (the prefix
    filter of Bayardo et al. 2007, "Scaling up all pairs similarity search"), so only such are compared.
    """
    from scipy.sparse import csr_matrix

    n, sizes = len(indptr) - 1, np.diff(indptr)
    whole = csr_matrix((np.ones(len(tag_ids), np.int32), tag_ids, indptr), copy=True)  # sorted below
    whole.sort_indices()  # ascending ids: the rarest last
    place = np.arange(len(tag_ids)) - np.repeat(indptr[:-1], sizes)
    rare = place >= np.repeat(np.ceil(SAME_HASHTAGS * sizes) - 1, sizes)
    prefix = csr_matrix((rare.astype(np.int32), whole.indices, whole.indptr), shape=whole.shape, copy=True)
    prefix.eliminate_zeros()
    for start in range(0, n, _ROWS):
        met = (prefix[start : start + _ROWS] @ prefix.T).tocoo()
        one, other = met.row + start, met.col
        one, other = one[one < other], other[one < other]
        shared = np.asarray(whole[one].multiply(whole[other]).sum(axis=1)).ravel()
        same = (shared >= SAME_AT_LEAST) & (shared >= SAME_HASHTAGS * (sizes[one] + sizes[other] - shared))
        yield np.stack([one[same], other[same]], axis=1)


def _copied_photos(
    features: NDArray[np.float32], feature_posts: NDArray[np.integer]
) -> Iterator[NDArray[np.int64]]:
    """Yield pairs (p, 2) of posts whose photos are nearly the same."""
    unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    for start in range(0, len(unit), _ROWS):
        one, other = np.nonzero(unit[start : start + _ROWS] @ unit[start:].T >= SAME_PHOTO)
        yield np.stack([feature_posts[one + start], feature_posts[other + start]], axis=1)


def _components(n: int, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number what is connected by `pairs` (p, 2) among n, in the order of first members."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    _, labels = connected_components(graph, directed=False)
    _, starts, numbers = np.unique(labels, return_index=True, return_inverse=True)
    rank: NDArray[np.int64] = np.argsort(np.argsort(starts)).astype(np.int64)
    return rank[numbers]
