"""Ways of choosing hashtags, ours and those it is compared with, each learned from the same posts.

A method is prepared once from the side to learn from, and then answers for one post at a time with names,
best first. It is asked with a photo, or, where posts have none, with some of the post's hashtags to complete.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashtagger.completion import complete
from hashtagger.model import Model
from hashtagger.neighbors import reduce_features
from hashtagger.ranking import belonging, measure
from hashtagger.skipgram import SkipgramSettings, unit_rows
from hashtagger.sources import Query, ask, gather
from hashtagger.suggest import Suggestions, SuggestSettings, choose, exclude, look_up
from hashtagger.voters import NOBODY, firsts, nearest_posts

SHOWN = 10
NAMES = SHOWN + 1  # names an answer holds: one more than shown, for where the search hashtag is left out
VOTERS = 50  # nearest posts in plain votes
PUBLISHED_NEIGHBORS = 6  # of the published method
PUBLISHED_COMPANIONS = 50


@dataclass(frozen=True)
class Side:
    """What methods learn from: n posts, m of them with a photo."""

    model: Model
    features: NDArray[
        np.floating
    ]  # (m, d) as the backbone made them; (m, r) reduced where no others are left
    feature_posts: NDArray[np.integer]  # (m,) the post of each
    categories: list[str]  # n; empty where none is known


@dataclass(frozen=True)
class Question:
    """What methods are told of a post."""

    feature: NDArray[np.float32] | None  # (d,) of its photo
    hints: NDArray[np.int64]  # (h,) hashtags given, as numbered in the model
    category: str


Answer = Callable[[Question], list[str]]
Method = Callable[[Side], Answer | None]  # None where a method cannot be had from this side


def popular(side: Side) -> Answer:
    """Return the most used hashtags, whatever the photo."""
    return lambda question: _first(side.model, np.arange(NAMES + len(question.hints)), question)


def published(side: Side) -> Answer:
    """Return what the published Instagram Hashtag Recommender System (Kus) suggests.

    The hashtags of the 6 nearest posts go into gensim's skip-gram, and of the 50 companions that it returns,
    which are never those hashtags themselves, the best by median rating are suggested.
    """
    model = side.model
    vectors = _fit_words(model, sg=1, hs=1, vector_size=100, window=5).wv
    ratings = np.nan_to_num(model.ratings)

    def answer(question: Question) -> list[str]:
        posts = nearest_whole(side, question)
        used = np.unique(np.concatenate([*map(model.tags_of, posts), question.hints]))
        if not len(used):
            return []
        found = vectors.most_similar(positive=[str(i) for i in used], topn=PUBLISHED_COMPANIONS)
        ids = np.array([int(word) for word, _ in found], np.int64)
        return _first(model, ids[np.argsort(-ratings[ids], kind="stable")], question)

    return answer


def votes(side: Side) -> Answer:
    """Return the hashtags that most of the 50 nearest posts use."""
    return lambda question: _first(side.model, _ranked(_votes(side, question)), question)


def votes_skipgram(side: Side) -> Answer:
    """Return the votes of 50 weighed by skip-gram likeness to what the voters use together."""
    return _reranked(side, unit_rows(side.model.skipgram.input))


def votes_cbow(side: Side) -> Answer:
    """Return the votes of 50 weighed by likeness in a continuous bag of words, else as in the skip-gram."""
    settings = SkipgramSettings()
    words = _fit_words(
        side.model,
        sg=0,
        negative=settings.negatives,
        vector_size=settings.dimensions,
        window=settings.window,
        epochs=settings.epochs,
    ).wv
    vectors = words.get_normed_vectors()[[words.key_to_index[str(i)] for i in range(len(side.model.names))]]
    return _reranked(side, vectors)


def ours(side: Side, likes: float = 0) -> Answer:
    """Return what `suggest` suggests."""
    return lambda question: [row.hashtag for row in suggest_for(side.model, question, likes).hashtags]


def together(side: Side) -> Answer | None:
    """Return what `similar` says goes with the hashtags given, where posts have no photos."""
    if len(side.features):
        return None
    model = side.model

    def answer(question: Question) -> list[str]:
        if not len(question.hints):
            return []
        return _first(model, _ranked(complete(model, question.hints)), question)

    return answer


def oracle(side: Side) -> Answer | None:
    """Return the most used hashtags of the photo's own category, which nobody tells `suggest`."""
    if not any(side.categories):
        return None
    model = side.model
    owners = np.repeat(np.array(side.categories, dtype=object), np.diff(model.indptr))
    best = {
        category: _ranked(np.bincount(model.tag_ids[owners == category], minlength=len(model.names)))
        for category in set(side.categories)
    }
    return lambda question: _first(model, best.get(question.category, np.empty(0, np.int64)), question)


METHODS: tuple[tuple[str, Method], ...] = (
    ("most popular", popular),
    ("published method", published),
    ("votes of 50", votes),
    ("votes with skip-gram", votes_skipgram),
    ("votes with CBOW", votes_cbow),
    ("ours", ours),
    ("similar", together),
    ("oracle", oracle),
)


def suggest_for(model: Model, question: Question, likes: float) -> Suggestions:
    """Return what `suggest` finds: for a photo, or for hashtags alone, which it then does not repeat."""
    settings = SuggestSettings(likes=likes, top=NAMES, exclude=_given(model, question))
    return choose(model, _query(model, question), settings, photo="")


def candidates_for(model: Model, question: Question) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return all that `suggest` chooses from, (c,), and the P(belongs) of each, (c,)."""
    query = _query(model, question)
    candidates = exclude(model, gather(model, query), _given(model, question))
    return candidates.ids, belonging(measure(model, query, candidates))


def _query(model: Model, question: Question) -> Query:
    if question.feature is None:
        return ask(model, NOBODY, question.hints)
    return look_up(model, question.feature, SuggestSettings())


def _given(model: Model, question: Question) -> frozenset[str]:
    return frozenset(model.names[i] for i in question.hints)


def _nearest(side: Side, question: Question, k: int) -> NDArray[np.int64]:
    """Return the posts nearest by photo, or, without one, by the hashtags that they share, (k,)."""
    model = side.model
    if question.feature is None:
        return _nearest_lists(model, question.hints, k)
    return nearest_posts(model, reduce_features(question.feature[None], model.reduction)[0], k)[0]


def nearest_whole(side: Side, question: Question) -> NDArray[np.int64]:
    """Return the six nearest posts by whole features, as published; by reduced ones where only those are."""
    if question.feature is None or side.features.shape[1] != len(question.feature):
        return _nearest(side, question, PUBLISHED_NEIGHBORS)
    cosines = side.features @ question.feature / np.linalg.norm(side.features, axis=1)
    posts = side.feature_posts[np.argsort(-cosines, kind="stable")].astype(np.int64)
    return posts[firsts(posts)[:PUBLISHED_NEIGHBORS]]


def _nearest_lists(model: Model, hints: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the posts whose hashtags are nearest to `hints` by cosine, at least one shared, (<= k,)."""
    sizes = np.diff(model.indptr)
    met = np.searchsorted(model.indptr, np.flatnonzero(np.isin(model.tag_ids, hints)), side="right") - 1
    cosines = np.bincount(met, minlength=len(sizes)) / np.sqrt(np.maximum(sizes, 1))
    best = np.argsort(-cosines, kind="stable")[:k]
    return best[cosines[best] > 0]


def _votes(side: Side, question: Question) -> NDArray[np.int64]:
    """Return how many of the nearest posts use each hashtag, (v,)."""
    tags = [side.model.tags_of(post) for post in _nearest(side, question, VOTERS)]
    return np.bincount(
        np.concatenate([*tags, np.empty(0, np.int32)]).astype(np.int64), minlength=len(side.model.names)
    )


def _reranked(side: Side, vectors: NDArray[np.float32]) -> Answer:
    """Return votes of 50, each hashtag's weighed by (1 + cosine) / 2 to their mean in `vectors` (v, e)."""

    def answer(question: Question) -> list[str]:
        counts = _votes(side, question)
        mean = counts @ vectors
        cosines = vectors @ (mean / max(float(np.linalg.norm(mean)), 1e-12))
        return _first(side.model, _ranked(counts * (1 + cosines) / 2), question)

    return answer


def _ranked(scores: NDArray[Any]) -> NDArray[np.intp]:
    """Return the hashtags that score above 0, best first, the more used one first where equal."""
    order = np.argsort(-scores, kind="stable")  # numbered by use
    return order[: np.count_nonzero(scores > 0)]


def _first(model: Model, ids: NDArray[np.integer], question: Question) -> list[str]:
    """Return the names of the first ten and one of `ids` (c,), those given aside."""
    new = ids[~np.isin(ids, question.hints)]
    return [model.names[i] for i in new[:NAMES] if i < len(model.names)]


def _fit_words(model: Model, **settings: Any) -> Any:
    """Fit gensim's Word2Vec to the posts' hashtags in shuffled order; words are their numbers."""
    from gensim.models import Word2Vec

    logging.getLogger("gensim").setLevel(logging.ERROR)  # it doubts the published settings

    rng = np.random.default_rng(1)
    lists = [[str(i) for i in rng.permutation(model.tags_of(post))] for post in range(len(model.links))]
    return Word2Vec(lists, min_count=1, seed=1, workers=1, **settings)
