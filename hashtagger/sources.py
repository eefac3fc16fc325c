"""Candidate generation: each source proposes hashtags for a photo; ranking decides later.

A source is a plain function from what is known of the photo to hashtag numbers. Recall comes first: a
hashtag that no source proposes can never be suggested.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashtagger.errors import UsageError
from hashtagger.model import Model
from hashtagger.skipgram import Vectors, most_similar, unit_rows
from hashtagger.voters import Voters, shares, tags_of_posts

LIKELY = 30  # hashtags of the first look whose company is asked
WIDENED = 50  # skip-gram neighbours that widen the choice
WIDENED_AMONG = 65_536  # most used hashtags; the rarer ones of a large model are hardly learned
POPULAR = 20


@dataclass(frozen=True)
class Query:
    """What is known of a photo when hashtags are gathered for it."""

    voters: Voters
    hints: NDArray[np.int64]  # (h,) hashtags that the caption names
    likely: NDArray[np.int64]  # (l,) the likeliest hashtags so far
    likelihood: NDArray[np.float64]  # (l,) their weights, which sum to 1
    habit: NDArray[np.float64]  # (v,) share of the account's posts that use each hashtag; 0 without account


@dataclass(frozen=True)
class Candidates:
    """Hashtags to choose from: c of them, and which of s sources proposed each."""

    ids: NDArray[np.int64]  # (c,) ascending
    proposed: NDArray[np.bool_]  # (c, s), columns as in SOURCES


def ask(model: Model, voters: Voters, hints: NDArray[np.int64], account: str = "") -> Query:
    """Return what is known of a photo from its `voters`, the `hints` (h,) of its caption, and its `account`.

    What the caption names counts as certain; the rest weighs the square of its share in the first look.
    Raises UsageError where the model has no post of `account`.
    """
    share = shares(model, voters.posts, voters.heard)
    share[hints] = 1
    used = np.flatnonzero(share)
    likely = used[np.argsort(-share[used], kind="stable")[:LIKELY]]
    weights = share[likely] ** 2
    habit = habits(model, account) if account else np.zeros(len(model.counts))
    return Query(voters, hints, likely, weights / max(weights.sum(), 1e-12), habit)


def habits(model: Model, account: str) -> NDArray[np.float64]:
    """Return the share of an account's posts that use each hashtag, (v,); raises UsageError without any.

    One post more than there are is counted, so that a single post is no habit yet.
    """
    accounts = model.accounts.all()
    posts = np.array([i for i, name in enumerate(accounts) if name == account], np.int64)
    if not len(posts):
        near = difflib.get_close_matches(account, sorted(set(accounts) - {""}), n=3)
        raise UsageError(
            f"the model has no post of an account {account!r}"
            + (f"; did you mean {', '.join(near)}?" if near else "")
        )
    return shares(model, posts, np.full(len(posts), 1 / (len(posts) + 1)))


def neighbor_hashtags(model: Model, query: Query) -> NDArray[np.int64]:
    """Return the hashtags of the posts that vote."""
    return tags_of_posts(model, query.voters.voting)[0].astype(np.int64)


def used_together(model: Model, query: Query) -> NDArray[np.int64]:
    """Return the hashtags most used together with the likeliest ones."""
    filled = model.companion_shared[query.likely] > 0
    companions: NDArray[np.int64] = model.companion_ids[query.likely][filled].astype(np.int64)
    return companions


def skipgram_neighbors(model: Model, query: Query) -> NDArray[np.int64]:
    """Return the skip-gram neighbours of the likeliest hashtags: what stands in like company."""
    if not len(query.likely):
        return np.empty(0, np.int64)
    mean = query.likelihood.astype(np.float32) @ unit_rows(model.skipgram.input, query.likely)
    used = model.skipgram.input
    frequent = Vectors(used.values[:WIDENED_AMONG], used.scales[:WIDENED_AMONG])
    likely = query.likely[query.likely < WIDENED_AMONG]
    return most_similar(frequent, mean, exclude=likely, n=WIDENED)[0].astype(np.int64)


def caption_hints(model: Model, query: Query) -> NDArray[np.int64]:
    """Return the hashtags that the caption names, by `#` or as words."""
    return query.hints


def own_habits(model: Model, query: Query) -> NDArray[np.int64]:
    """Return the hashtags that the account uses."""
    return np.flatnonzero(query.habit)


def popular(model: Model, query: Query) -> NDArray[np.int64]:
    """Return the most used hashtags: the last resort."""
    return np.arange(min(POPULAR, len(model.names)), dtype=np.int64)


Source = Callable[[Model, Query], NDArray[np.int64]]
SOURCES: tuple[tuple[str, Source], ...] = (
    ("similar photos", neighbor_hashtags),
    ("used together", used_together),
    ("skip-gram", skipgram_neighbors),
    ("caption", caption_hints),
    ("own habits", own_habits),
    ("popular", popular),
)


def gather(model: Model, query: Query) -> Candidates:
    """Ask every source and merge what they propose."""
    said = [source(model, query) for _, source in SOURCES]
    every = np.sort(np.concatenate(said))
    ids = every[np.diff(every, prepend=-1) > 0]  # np.unique would import numpy.ma: 8 ms of a cold start
    proposed = np.zeros((len(ids), len(said)), bool)
    for source, tags in enumerate(said):
        proposed[np.searchsorted(ids, tags), source] = True
    return Candidates(ids, proposed)
