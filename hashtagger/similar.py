"""Hashtags that go with others: neighbours in the skip-gram."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashtagger.errors import UnknownHashtagError, UsageError
from hashtagger.hashtags import show, split
from hashtagger.model import Model
from hashtagger.skipgram import most_similar, unit_rows

TABLE_WIDTH = 20  # the published table holds the 20 nearest of every hashtag
_BLOCK = 256  # hashtags compared with the vocabulary at once


@dataclass(frozen=True, slots=True)
class SimilarHashtag:
    """A hashtag close to those asked about."""

    rank: int
    hashtag: str
    similarity: float  # skip-gram cosine, -1..1
    uses: int
    median_likes: float | None
    reason: str


def similar(
    model: Model, hashtags: Sequence[str], *, without: Sequence[str] = (), top: int = 10
) -> list[SimilarHashtag]:
    """Return the `top` hashtags closest to all of `hashtags` together and far from `without`.

    Raises UnknownHashtagError, with the nearest spellings, for a hashtag that the model has not seen.
    """
    wanted, unwanted = _numbers(model, hashtags), _numbers(model, without)
    if not len(wanted):
        raise UsageError(
            "similar needs at least one hashtag, in quotes, since # starts a comment in most shells"
        )
    if len(both := np.intersect1d(wanted, unwanted)):
        raise UsageError(f"{show(model.names[both[0]])} is both asked for and to stay away from")
    vectors = model.skipgram.input
    query = unit_rows(vectors, wanted).sum(axis=0) - unit_rows(vectors, unwanted).sum(axis=0)
    ids, cosines = most_similar(model.skipgram, query, np.concatenate([wanted, unwanted]), top)
    shared = _posts_shared(model, wanted, ids)
    return [
        SimilarHashtag(
            rank=rank,
            hashtag=model.names[i],
            similarity=float(cosine),
            uses=int(model.counts[i]),
            median_likes=None if np.isnan(model.median_likes[i]) else float(model.median_likes[i]),
            reason=_reason(int(together), int(model.counts[i])),
        )
        for rank, (i, cosine, together) in enumerate(zip(ids, cosines, shared, strict=True), start=1)
    ]


def similarity(model: Model, one: str, other: str) -> float:
    """Return the skip-gram cosine of two hashtags; raises UnknownHashtagError."""
    numbers = [_number(model, _names(text)[0]) for text in (one, other)]
    first, second = unit_rows(model.skipgram.input, np.array(numbers))
    return float(first @ second)


def similar_table(model: Model) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Yield every hashtag with the 20 closest to it and their cosines, most used first."""
    vectors, names = unit_rows(model.skipgram.input), model.names.all()
    width = min(TABLE_WIDTH, len(names) - 1)
    for start in range(0, len(names), _BLOCK):
        cosines = vectors[start : start + _BLOCK] @ vectors.T
        for row, tag in zip(cosines, range(start, len(names)), strict=False):
            row[tag] = -2
            best = np.argpartition(-row, max(width - 1, 0))[:width]
            best = best[np.lexsort((best, -row[best]))]
            yield names[tag], [(names[i], float(row[i])) for i in best]


def _numbers(model: Model, hashtags: Sequence[str]) -> NDArray[np.int64]:
    """Return the numbers of hashtags; a text may hold several: `#a #b`."""
    return np.array([_number(model, name) for text in hashtags for name in _names(text)], np.int64)


def _names(text: str) -> list[str]:
    if not (names := split(text)):
        raise UsageError(f"{text!r} is not a hashtag: letters, digits, _ and emoji make one")
    return names


def _number(model: Model, name: str) -> int:
    if name in model.ids:
        return model.ids[name]
    near = difflib.get_close_matches(name, list(model.ids), n=3)
    hint = f"; did you mean {', '.join(map(show, near))}?" if near else ""
    raise UnknownHashtagError(f"{show(name)}: not among the {len(model.names):,} hashtags of the model{hint}")


def _posts_shared(model: Model, wanted: NDArray[np.int64], ids: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return how many posts use each of `ids` (c,) together with one of `wanted`, (c,)."""
    uses = np.flatnonzero(np.isin(model.tag_ids, wanted))
    posts = np.unique(np.searchsorted(model.indptr, uses, side="right") - 1)
    if not len(posts):
        return np.zeros(len(ids), np.int64)
    tags = np.concatenate([model.tags_of(post) for post in posts])
    return np.array([np.count_nonzero(tags == i) for i in ids], np.int64)


def _reason(together: int, uses: int) -> str:
    if not together:
        return "used beside the same hashtags"
    if together < uses:
        return f"on {together:,} of its {uses:,} posts together"
    return "always together, on one post" if uses == 1 else f"always together, on {uses:,} posts"
