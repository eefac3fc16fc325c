"""From a model back to what it was fitted to, and from that, changed, to the model that takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hashtagger.backbones import from_file
from hashtagger.companions import Companions
from hashtagger.errors import ModelError
from hashtagger.features import Backbone
from hashtagger.fitting import Index, Progress, assemble, learn_companions, number_in, spam_among, stage
from hashtagger.model import STARTER, Model, load
from hashtagger.posts import Posts
from hashtagger.skipgram import Skipgram, Vectors


@dataclass(frozen=True)
class Numbers:
    """The numbers of hashtags in a model and in the one that takes its place."""

    then: NDArray[np.int64]  # (v,) of each hashtag now; -1 where it was not there
    now: NDArray[np.int32]  # (w,) of each hashtag then; -1 where it is no more


@contextmanager
def changing(folder: Path, notify: Callable[[str], None]) -> Iterator[Model]:
    """Yield the model in `folder` while no other process adds to it or removes from it.

    Raises ModelError where there is none, or one that keeps only some of its posts, as the starter does.
    """
    from filelock import FileLock, Timeout

    _expect_all_posts(load(folder))
    lock = FileLock(folder / ".changing.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        notify(f"{folder}: another hashtagger is changing this model; waiting")
        lock.acquire()
    except OSError as error:
        raise ModelError(f"{folder}: cannot write a model there: {error.strerror or error}") from error
    try:
        yield load(folder)
    finally:
        lock.release()


def number_anew(before: Model, posts: Posts) -> Numbers:
    """Return how the hashtags of the model `before` are numbered in `posts`."""
    then = number_in(before, posts.vocabulary)
    now = np.full(len(before.names), -1, np.int32)
    known = np.flatnonzero(then >= 0)
    now[then[known]] = known
    return Numbers(then, now)


def carry_skipgram(before: Model, numbers: Numbers) -> Skipgram:
    """Return the vectors that the model `before` has of the hashtags now; zeros where it has none."""
    there = numbers.then >= 0

    def carried(vectors: Vectors) -> Vectors:
        values = np.where(there[:, None], vectors.values[numbers.then], np.int8(0))
        return Vectors(values, np.where(there, vectors.scales[numbers.then], np.float32(0)))

    return Skipgram(carried(before.skipgram.input), carried(before.skipgram.output))


def carry_companions(
    before: Model,
    posts: Posts,
    numbers: Numbers,
    touched: NDArray[np.integer],
    general: Model,
    progress: Progress,
) -> Companions:
    """Return the companions of hashtags on `posts`, counted anew for those `touched`, which came or went.

    Others have shared no post that came or went, so they keep theirs: a training would at most choose
    otherwise between two that are about as close. What the `general` model adds may change with the
    vocabulary.
    """
    known = number_in(general, posts.vocabulary)
    gone = number_in(general, [before.names[int(i)] for i in np.flatnonzero(numbers.now < 0)])
    altered = np.concatenate([known[numbers.then < 0], gone])
    beside: NDArray[np.bool_] = np.isin(general.companions.ids, altered[altered >= 0]).max(axis=1)
    stale = (known >= 0) & beside[known]
    stale[touched] = True
    if before.card.get("company_posts") != before.n_posts + general.n_posts:
        stale[:] = True  # the starter was another one then
    rows = np.flatnonzero(stale)
    anew = learn_companions(posts, known, general, only=rows, progress=progress)
    ids, shared = numbers.now[before.companion_ids[numbers.then]], before.companion_shared[numbers.then]
    ids[rows], shared[rows] = anew.ids, anew.shared
    return Companions(ids, shared, anew.uses)


def posts_of(model: Model) -> Posts:
    """Return the posts that a model was fitted to, as far as it keeps them: of its photos only the first."""
    n = len(model.links)
    return Posts(
        links=model.links.all(),
        photos=[(photo,) if photo else () for photo in model.photos.all()],
        accounts=model.accounts.all(),
        search_hashtags=model.searches.all(),
        categories=[""] * n,
        captions=[],
        likes=model.likes.astype(np.float64),
        dates=model.dates.astype("datetime64[s]"),
        vocabulary=model.names.all(),
        indptr=model.indptr,
        tag_ids=model.tag_ids,
        listed=model.listed,
        rows=np.zeros(n, np.int64),
        files=[""] * n,
        sources=(),
        refusals=(),
        notes=(),
    )


def _expect_all_posts(model: Model) -> None:
    if len(model.links) != model.n_posts:
        raise ModelError(
            "the starter model keeps no posts that could be added to or removed; "
            "train your own first: hashtagger train posts.csv"
        )


def index_of(model: Model) -> Index:
    """Return the photos of a model."""
    search = {key: value for key, value in model.card.items() if key == "cells"}
    return Index(model.reduction, model.features, model.feature_posts, model.contents, model.cells, search)


def network_of(model: Model) -> Backbone | None:
    """Return the network that made a model's features; None where it has none."""
    if model.backbone is None:
        return None
    named = {key: model.card["backbone"][key] for key in ("name", "licence")}
    return replace(from_file(model.backbone), **named)


def refit(
    before: Model,
    posts: Posts,
    numbers: Numbers,
    touched: NDArray[np.integer],
    index: Index,
    skipgram: Skipgram,
    network: Backbone | None,
    progress: Progress = lambda stage, done, total: None,
) -> Model:
    """Return the model of `posts` that takes the place of the model `before`; its settings stay.

    `touched` are the hashtags of `posts` that came or went.
    """
    general = load(STARTER)
    companions = carry_companions(before, posts, numbers, touched, general, progress)
    network = network if len(index.posts) else None
    with stage("rating hashtags", progress):
        model = assemble(posts, index, skipgram, companions, network, general)
    card = model.card | {key: before.card[key] for key in ("skipgram", "value") if key in before.card}
    if "hidden" in before.card:
        card["hidden"] = spam_among(posts.vocabulary)
    return replace(model, card=card)
