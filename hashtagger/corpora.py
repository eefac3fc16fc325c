"""Posts picked from others, and posts joined: as if what is asked for had been read, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hashtagger.posts import Posts, number_by_use

T = TypeVar("T")


def subset(posts: Posts, keep: NDArray[np.int64]) -> Posts:
    """Return the posts numbered `keep`, with a vocabulary of their own, as if no other had been read."""
    sizes = np.diff(posts.indptr)[keep]
    starts = posts.indptr[keep] - np.cumsum(sizes) + sizes  # of each post, less where it will start
    uses = posts.tag_ids[np.repeat(starts, sizes) + np.arange(sizes.sum())]
    vocabulary, renumbered = number_by_use(posts.vocabulary, uses)

    def pick(values: list[T]) -> list[T]:
        return [values[i] for i in keep]

    return replace(
        posts,
        links=pick(posts.links),
        photos=pick(posts.photos),
        accounts=pick(posts.accounts),
        search_hashtags=pick(posts.search_hashtags),
        categories=pick(posts.categories),
        captions=pick(posts.captions) if posts.captions else [],
        likes=posts.likes[keep],
        dates=posts.dates[keep],
        vocabulary=vocabulary,
        indptr=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        tag_ids=renumbered[uses],
        listed=posts.listed[keep],
        rows=posts.rows[keep],
        files=pick(posts.files),
    )


def join(one: Posts, other: Posts) -> Posts:
    """Return the posts of both, without captions, in this order, as if they had been read together."""
    ids = {name: i for i, name in enumerate(one.vocabulary)}
    others = np.array([ids.setdefault(name, len(ids)) for name in other.vocabulary], np.int32)
    uses = np.concatenate([one.tag_ids, others[other.tag_ids]])
    vocabulary, renumbered = number_by_use(list(ids), uses)
    return Posts(
        links=one.links + other.links,
        photos=one.photos + other.photos,
        accounts=one.accounts + other.accounts,
        search_hashtags=one.search_hashtags + other.search_hashtags,
        categories=one.categories + other.categories,
        captions=[],
        likes=np.concatenate([one.likes, other.likes]),
        dates=np.concatenate([one.dates, other.dates]),
        vocabulary=vocabulary,
        indptr=np.concatenate([one.indptr, one.indptr[-1] + other.indptr[1:]]),
        tag_ids=renumbered[uses],
        listed=np.concatenate([one.listed, other.listed]),
        rows=np.concatenate([one.rows, other.rows]),
        files=one.files + other.files,
        sources=one.sources + other.sources,
        refusals=one.refusals + other.refusals,
        notes=one.notes + other.notes,
    )
