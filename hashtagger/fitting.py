"""From posts and the features of their photos to a model, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from itertools import pairwise, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashtagger.companions import Companions, count_companions, widen
from hashtagger.features import CONTENT_BYTES, Backbone, Extracted
from hashtagger.filters import is_spam
from hashtagger.model import Lines, Model
from hashtagger.neighbors import (
    CELLS_FROM,
    NO_CELLS,
    RECALL,
    Cells,
    Reduction,
    count_probes,
    fit_cells,
    fit_reduction,
    reduce_all,
    sort_into_cells,
)
from hashtagger.posts import Posts
from hashtagger.ratings import (
    Weights,
    log_lifts,
    medians,
    rank,
    rate_hashtags,
    shrunken_lifts,
    sort_groups,
    spread_of,
)
from hashtagger.skipgram import Skipgram, fit_skipgram, settings_for

Progress = Callable[[str, int, int], None]  # stage, done, in all

_LEARNED_AT_ONCE = 4_000_000  # uses: to sort more takes longer than in proportion


@dataclass(frozen=True)
class Index:
    """The photos of a model: m reduced features, the reduction that made them, and the cells they lie in.

    A training leaves them in the order of their posts, or of their cells.
    """

    reduction: Reduction
    features: NDArray[np.float16 | np.int8]  # (m, r)
    posts: NDArray[np.integer]  # (m,) the post of each
    contents: NDArray[np.uint8]  # (m, CONTENT_BYTES) the hash of each photo file; zeros: not known
    cells: Cells = NO_CELLS  # where the photos are few
    search: dict[str, Any] = field(default_factory=dict)  # what model.json says of them


def fit_model(
    posts: Posts,
    extracted: Extracted | None,
    network: Backbone | None,
    progress: Progress = lambda stage, done, total: None,
    *,
    general: Model | None = None,
) -> Model:
    """Return the model of `posts` and of the features of their photos; nothing is written.

    What a `general` model knows of which hashtags go together is added to what the posts show.
    """
    with stage("comparing photos", progress):
        index = index_photos(extracted)
    skipgram = learn_skipgram(posts, progress)
    known = number_in(general, posts.vocabulary) if general else None
    companions = learn_companions(posts, known, general, progress=progress)
    with stage("rating hashtags", progress):
        return assemble(posts, index, skipgram, companions, network, general)


@contextmanager
def stage(name: str, progress: Progress) -> Iterator[None]:
    """Tell `progress` of a stage that goes on in one piece."""
    progress(name, 0, 1)
    yield
    progress(name, 1, 1)


def assemble(
    posts: Posts,
    index: Index,
    skipgram: Skipgram,
    companions: Companions,
    network: Backbone | None,
    general: Model | None,
) -> Model:
    """Return the model of `posts`: what was learned, as given, and the rest that is counted from them."""
    return Model(
        card={**_card(posts, network, len(index.posts), general), **index.search},
        names=Lines.of(posts.vocabulary),
        counts=np.bincount(posts.tag_ids, minlength=len(posts.vocabulary)).astype(np.int32),
        **learn_likes(posts),
        links=Lines.of(posts.links),
        photos=Lines.of([photos[0] if photos else "" for photos in posts.photos]),
        accounts=Lines.of(posts.accounts),
        searches=Lines.of(posts.search_hashtags),
        likes=posts.likes.astype(np.float32),
        dates=posts.dates.astype("datetime64[s]").astype(np.int64),
        indptr=posts.indptr,
        tag_ids=posts.tag_ids,
        listed=posts.listed,
        features=index.features,
        feature_posts=index.posts.astype(np.int32),
        contents=index.contents,
        mean=index.reduction.mean,
        axes=index.reduction.axes,
        input_values=skipgram.input.values,
        input_scales=skipgram.input.scales,
        output_values=skipgram.output.values,
        output_scales=skipgram.output.scales,
        companion_ids=companions.ids,
        companion_shared=companions.shared,
        companion_uses=companions.uses,
        cell_centers=index.cells.centers,
        cell_starts=index.cells.starts,
        backbone=network.path if network else None,
    )


def index_cells(index: Index) -> Index:
    """Return an index with its photos sorted into cells made for them, if they are many."""
    if len(index.features) < CELLS_FROM:
        return replace(index, cells=NO_CELLS, search={})
    index = sort_photos(replace(index, cells=fit_cells(index.features)))
    photos, cells = len(index.features), len(index.cells.centers)
    probes = count_probes(index.cells, index.features)
    made_of = {"photos": photos, "count": cells, "probes": probes, "recall": RECALL}
    return replace(index, search={"cells": made_of})


def sort_photos(index: Index) -> Index:
    """Return an index with its photos cell by cell; the first, as many as are in its cells, lie so."""
    order, cells = sort_into_cells(index.features, index.cells)
    return replace(
        index,
        features=index.features[order],
        posts=index.posts[order],
        contents=index.contents[order],
        cells=cells,
    )


def learn_likes(posts: Posts) -> dict[str, NDArray[Any]]:
    """Return who uses each hashtag and what likes say of it, each (v,), by their names in a model."""
    v, tags = len(posts.vocabulary), posts.tag_ids
    use_posts = np.repeat(np.arange(len(posts), dtype=np.int32), np.diff(posts.indptr))
    account_ids, counts = _numbered(posts.accounts), np.bincount(tags, minlength=v)
    adjusted, over_usual = posts.likes / np.maximum(posts.listed, 1), log_lifts(posts.likes, account_ids)
    spread, by_likes, by_adjusted = spread_of(over_usual[use_posts]), rank(posts.likes), rank(adjusted)

    def learn(start: int, end: int) -> dict[str, NDArray[Any]]:
        uses, n = np.flatnonzero((tags >= start) & (tags < end)), end - start
        of, ids = use_posts[uses], tags[uses] - np.int32(start)
        likes, rates = sort_groups(by_likes, of, ids, n), sort_groups(by_adjusted, of, ids, n)
        lifts, lift_errors = shrunken_lifts(over_usual[of], ids, n, spread)
        return {
            "accounts_using": _accounts_using(account_ids[of], ids, n),
            "median_likes": medians(posts.likes, likes).astype(np.float32),
            "ratings": rate_hashtags(adjusted, rates, counts[start:end]).astype(np.float32),
            "lifts": lifts.astype(np.float32),
            "lift_errors": lift_errors.astype(np.float32),
        }

    parts = [learn(start, end) for start, end in _blocks(counts)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _blocks(counts: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the hashtags (v,), of which `counts` are the uses, in ranges that are learned from at once."""
    cuts = np.flatnonzero(np.diff(np.cumsum(counts) // _LEARNED_AT_ONCE)) + 1
    return list(pairwise([0, *cuts.tolist(), len(counts)]))


def index_photos(extracted: Extracted | None) -> Index:
    """Fit the reduction to the features of photos and reduce them; without any, an index of nothing."""
    if extracted is None:
        nothing = np.empty((0, 0), np.float32)
        return Index(
            Reduction(np.empty(0, np.float32), nothing),
            nothing.astype(np.float16),
            np.empty(0, np.int64),
            np.empty((0, CONTENT_BYTES), np.uint8),
        )
    reduction = fit_reduction(extracted.features)
    reduced = reduce_all(extracted.features, reduction)
    return index_cells(Index(reduction, reduced, extracted.index, extracted.contents))


def number_in(model: Model, vocabulary: list[str]) -> NDArray[np.int64]:
    """Return the number that each of `vocabulary` (v,) has in a model, -1 where it has none."""
    return np.fromiter(map(model.ids.get, vocabulary, repeat(-1)), np.int64, len(vocabulary))


def learn_companions(
    posts: Posts,
    known: NDArray[np.int64] | None,
    general: Model | None,
    only: NDArray[np.integer] | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Companions:
    """Count which hashtags go together on posts, and add what a `general` model knows of it.

    `known` (v,) are the numbers that the hashtags have there. Where `only` some (o,) are asked for, the
    companions have rows for these alone.
    """
    companions = count_companions(
        posts.indptr,
        posts.tag_ids,
        len(posts.vocabulary),
        only=only,
        progress=lambda done, total: progress("counting which hashtags go together", done, total),
    )
    if known is None or general is None:
        return companions
    return widen(companions, known, general.companions, only)


def learn_skipgram(posts: Posts, progress: Progress) -> Skipgram:
    """Fit a skip-gram on posts."""
    return fit_skipgram(
        posts.indptr,
        posts.tag_ids,
        np.bincount(posts.tag_ids, minlength=len(posts.vocabulary)),
        progress=lambda done, total: progress("learning which hashtags go together", done, total),
    )


def spam_among(vocabulary: list[str]) -> list[int]:
    """Return the ids of hashtags that only ask for follows or likes."""
    return [i for i, name in enumerate(vocabulary) if is_spam(name)]


def _numbered(names: list[str]) -> NDArray[np.int64]:
    """Return a number for each of `names` (n,), the same for the same name, from 0 on."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def _accounts_using(
    use_accounts: NDArray[np.integer], tag_ids: NDArray[np.int32], n_tags: int
) -> NDArray[np.int32]:
    """Return how many accounts use each hashtag, (v,)."""
    pairs = np.sort(use_accounts.astype(np.int64) * n_tags + tag_ids)  # in a third of the time of np.unique
    first = np.diff(pairs, prepend=-1) > 0
    return np.bincount(pairs[first] % n_tags, minlength=n_tags).astype(np.int32)


def _card(posts: Posts, network: Backbone | None, photos: int, general: Model | None) -> dict[str, Any]:
    """Return what model.json says of a model."""
    return {
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "posts": len(posts.links),
        "photos": photos,
        "accounts": len(set(posts.accounts) - {""}),
        "hashtags": len(posts.vocabulary),
        "backbone": {"name": network.name, "sha256": network.sha256, "licence": network.licence}
        if network
        else None,
        "company_posts": len(posts.links) + (general.n_posts if general else 0),
        "skipgram": asdict(settings_for(len(posts.tag_ids))),
        "value": asdict(Weights()),
    }
