"""Hashtags that go with others: those used together more than chance explains, and used in like company."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashtagger.companions import Companions, affinity
from hashtagger.completion import complete
from hashtagger.errors import UnknownHashtagError, UsageError
from hashtagger.hashtags import show, split
from hashtagger.model import Model
from hashtagger.skipgram import cosines, unit_rows

LIKE_COMPANY = 0.1  # what a skip-gram cosine adds to an affinity: an order where few were used together
AWAY = 10.0  # what an affinity to stay away from takes from a completion's score, which goes up to 20
TABLE_WIDTH = 20  # the published table holds the 20 nearest of every hashtag
_BLOCK = 64  # hashtags compared with the vocabulary at once
_MEANT = 100_000  # most used hashtags among which a misspelt one is looked for


@dataclass(frozen=True, slots=True)
class SimilarHashtag:
    """A hashtag close to those asked about."""

    rank: int
    hashtag: str
    score: float  # higher is closer, on one scale with one hashtag asked about and another with several
    uses: int
    median_likes: float | None
    beside: tuple[str, ...]  # those asked about that it is known to share posts with
    reason: str


def similar(
    model: Model, hashtags: Sequence[str], *, without: Sequence[str] = (), top: int = 10
) -> list[SimilarHashtag]:
    """Return the `top` hashtags closest to all of `hashtags` together and far from `without`.

    One hashtag is asked for what is closest to it; several, for what completes them on a post. Raises
    UnknownHashtagError, with the nearest spellings, for a hashtag that the model has not seen.
    """
    wanted, unwanted = _numbers(model, hashtags), _numbers(model, without)
    if not len(wanted):
        raise UsageError(
            "similar needs at least one hashtag, in quotes, since # starts a comment in most shells"
        )
    if both := set(wanted.tolist()) & set(unwanted.tolist()):
        raise UsageError(f"{show(model.names[min(both)])} is both asked for and to stay away from")
    close, far = closeness(model, wanted).mean(axis=0), closeness(model, unwanted).sum(axis=0)
    scores = close - far if len(wanted) == 1 else complete(model, wanted) + close - AWAY * far
    scores[np.concatenate([wanted, unwanted, model.hidden])] = -np.inf
    return [
        _describe(model, wanted, int(i), rank, float(scores[i]))
        for rank, i in enumerate(_highest(scores, top), start=1)
    ]


def _describe(model: Model, wanted: NDArray[np.integer], tag: int, rank: int, score: float) -> SimilarHashtag:
    counted = {model.names[one]: _shared(model.companions, one, tag) for one in wanted.tolist()}
    together = {name: posts for name, posts in counted.items() if posts}
    return SimilarHashtag(
        rank=rank,
        hashtag=model.names[tag],
        score=score,
        uses=int(model.counts[tag]),
        median_likes=None if np.isnan(model.median_likes[tag]) else float(model.median_likes[tag]),
        beside=tuple(together),
        reason=_reason(together, int(model.companion_uses[tag]), several=len(wanted) > 1)
        + ", the starter's included" * bool(together and model.companion_uses[tag] != model.counts[tag]),
    )


def _highest(scores: NDArray[np.float64], n: int) -> NDArray[np.intp]:
    """Return where the `n` highest of `scores` (v,) are, best first; of millions, without sorting all."""
    least = np.partition(scores, -n)[-n] if n < len(scores) else -np.inf
    among = np.flatnonzero((scores >= least) & (scores > -np.inf))
    return among[np.argsort(-scores[among], kind="stable")][:n]


def closeness(model: Model, tags: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return how close every hashtag is to each of `tags` (t,), as (t, v).

    The affinity of companions, plus a part of the skip-gram cosine, which also knows of hashtags that were
    never used together but stand beside the same ones.
    """
    vectors, companions = model.skipgram.input, model.companions
    close: NDArray[np.float64] = LIKE_COMPANY * cosines(vectors, unit_rows(vectors, tags)).astype(np.float64)
    for row, tag in zip(close, tags, strict=True):
        ids, shared = companions.ids[tag], companions.shared[tag]
        row[ids] += affinity(shared, companions.uses[tag], companions.uses[ids], model.card["company_posts"])
    return close


def similarity(model: Model, one: str, other: str) -> float:
    """Return the skip-gram cosine of two hashtags; raises UnknownHashtagError."""
    numbers = [_number(model, _names(text)[0]) for text in (one, other)]
    first, second = unit_rows(model.skipgram.input, np.array(numbers))
    return float(first @ second)


def similar_table(model: Model) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Yield every hashtag with the 20 closest to it and their scores, most used first."""
    names = model.names.all()
    width = max(0, min(TABLE_WIDTH, len(names) - 1 - len(model.hidden)))
    for start in range(0, len(names), _BLOCK):
        tags = np.arange(start, min(start + _BLOCK, len(names)))
        for row, tag in zip(closeness(model, tags), tags, strict=True):
            row[tag] = row[model.hidden] = -np.inf
            best = np.argpartition(-row, max(width - 1, 0))[:width]
            best = best[np.lexsort((best, -row[best]))]
            yield names[tag], [(names[i], float(row[i])) for i in best]


def _numbers(model: Model, hashtags: Sequence[str]) -> NDArray[np.int64]:
    """Return the numbers of hashtags, each once; a text may hold several: `#a #b`."""
    numbers = [_number(model, name) for text in hashtags for name in _names(text)]
    return np.array(list(dict.fromkeys(numbers)), np.int64)


def _names(text: str) -> list[str]:
    if not (names := split(text)):
        raise UsageError(f"{text!r} is not a hashtag: letters, digits, _ and emoji make one")
    return names


def _number(model: Model, name: str) -> int:
    if found := model.names.find([name]):
        return found[name]
    near = difflib.get_close_matches(name, model.names.all()[:_MEANT], n=3)
    hint = f"; did you mean {', '.join(map(show, near))}?" if near else ""
    raise UnknownHashtagError(f"{show(name)}: not among the {len(model.names):,} hashtags of the model{hint}")


def _reason(together: dict[str, int], uses: int, several: bool) -> str:
    """Say on how many of its `uses` posts a hashtag stands `together` with those asked about."""
    if not together:
        return "used beside the same hashtags"
    if several:
        beside = " and ".join(f"{show(name)} on {posts:,}" for name, posts in together.items())
        return f"with {beside} of its {uses:,} posts"
    (posts,) = together.values()
    if posts != uses:
        return f"on {posts:,} of its {uses:,} posts together"
    return "always together, on one post" if uses == 1 else f"always together, on {uses:,} posts"


def _shared(companions: Companions, one: int, other: int) -> int:
    """Return how many posts use both, as far as either counts the other among its companions."""
    counted = [companions.shared[a][companions.ids[a] == b] for a, b in ((one, other), (other, one))]
    return int(np.concatenate(counted).max(initial=0))
