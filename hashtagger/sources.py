"""Candidate generation: each source proposes hashtags for a photo; ranking decides later.

A source is a plain function from what is known of the photo to hashtag numbers. Recall comes first: a
hashtag that no source proposes can never be suggested.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashtagger.model import Model
from hashtagger.skipgram import most_similar, unit_rows
from hashtagger.voters import Voters, tags_of_posts

COMPANIONS = 50  # skip-gram neighbours that widen the choice
POPULAR = 20


@dataclass(frozen=True)
class Query:
    """What is known of a photo when hashtags are gathered for it."""

    voters: Voters
    hints: NDArray[np.int64]  # (h,) hashtags that the caption names


@dataclass(frozen=True)
class Candidates:
    """Hashtags to choose from: c of them, and which of s sources proposed each."""

    ids: NDArray[np.int64]  # (c,) ascending
    proposed: NDArray[np.bool_]  # (c, s), columns as in SOURCES


def neighbor_hashtags(model: Model, query: Query) -> NDArray[np.int64]:
    """Return the hashtags of the posts that vote."""
    return _hashtags_of(model, query.voters.voting)


def companions(model: Model, query: Query) -> NDArray[np.int64]:
    """Return the hashtags that go with what the nearest posts use: neighbours in the skip-gram."""
    used = np.concatenate([_hashtags_of(model, query.voters.voting[:6]), query.hints])
    if not len(used) or not model.input_values.shape[1]:
        return np.empty(0, np.int64)
    mean = unit_rows(model.skipgram.input, used).mean(axis=0)
    return most_similar(model.skipgram, mean, exclude=used, n=COMPANIONS)[0].astype(np.int64)


def caption_hints(model: Model, query: Query) -> NDArray[np.int64]:
    """Return the hashtags that the caption names, by `#` or as words."""
    return query.hints


def popular(model: Model, query: Query) -> NDArray[np.int64]:
    """Return the most used hashtags: the last resort."""
    return np.arange(min(POPULAR, len(model.names)), dtype=np.int64)


Source = Callable[[Model, Query], NDArray[np.int64]]
SOURCES: tuple[tuple[str, Source], ...] = (
    ("similar photos", neighbor_hashtags),
    ("skip-gram", companions),
    ("caption", caption_hints),
    ("popular", popular),
)


def gather(model: Model, query: Query) -> Candidates:
    """Ask every source and merge what they propose."""
    proposed = np.zeros((len(model.counts), len(SOURCES)), bool)
    for column, (_, source) in enumerate(SOURCES):
        proposed[source(model, query), column] = True
    ids = np.flatnonzero(proposed.any(axis=1))
    return Candidates(ids, proposed[ids])


def _hashtags_of(model: Model, posts: NDArray[np.int64]) -> NDArray[np.int64]:
    used = np.zeros(len(model.counts), bool)
    used[tags_of_posts(model, posts)[0]] = True
    return np.flatnonzero(used)
