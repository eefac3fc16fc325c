"""Hashtags as vectors: a skip-gram over shuffled hashtags, fitted by gensim, read with numpy alone.

Mikolov et al. 2013, "Distributed representations of words and phrases"; the order of hashtags on a post
means little, so it is drawn anew each epoch and the window spans the post.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Progress = Callable[[int, int], None]

MANY = 1_000_000  # uses, of about 50,000 posts, beyond which learning is made cheaper, on all cores
HEARD = 40_000_000  # uses heard in all epochs where they are many
_CHUNK = 2048  # vectors brought to float32, or back, at a time; for more, OpenBLAS would wake its threads
_CONTRASTS = 20_000  # hashtags that others are told apart from where fitting is continued


@dataclass(frozen=True)
class SkipgramSettings:
    """How the skip-gram is fitted; negative sampling (`hs=0`), so that fitting can be continued."""

    dimensions: int = 64
    window: int = 30  # Instagram's old limit: every hashtag of a post is context of every other
    negatives: int = 10
    epochs: int = 10
    seed: int = 1


class Vectors(NamedTuple):
    """Vectors of the vocabulary in 8 bits: row i is `values[i] * scales[i]`."""

    values: NDArray[np.int8]  # (v, d)
    scales: NDArray[np.float32]  # (v,)


class Skipgram(NamedTuple):
    """The two sides of a skip-gram: `input` says what a hashtag is like, `output` what it goes with."""

    input: Vectors
    output: Vectors


def quantize(vectors: NDArray[np.float32]) -> Vectors:
    """Store `vectors` (v, d) in 8 bits with a scale a row; cosines move by less than 0.01."""
    values, scales = np.empty(vectors.shape, np.int8), np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        scales[chunk] = np.abs(vectors[chunk]).max(axis=1, initial=0) / 127
        values[chunk] = np.rint(vectors[chunk] / np.where(scales[chunk] > 0, scales[chunk], 1)[:, None])
    return Vectors(values, scales)


def unit_rows(vectors: Vectors, ids: NDArray[np.integer] | slice = slice(None)) -> NDArray[np.float32]:
    """Return the vectors of `ids` (n,), all by default, at length 1, as (n, d); rows of zeros stay zeros."""
    rows = vectors.values[ids].astype(np.float32)
    lengths = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    unit: NDArray[np.float32] = rows / np.maximum(lengths, 1e-12)[:, None]
    return unit


def fit_skipgram(
    indptr: NDArray[np.int64],
    tag_ids: NDArray[np.int32],
    counts: NDArray[np.int64],
    settings: SkipgramSettings | None = None,
    progress: Progress | None = None,
    start: Skipgram | None = None,
) -> Skipgram:
    """Fit a skip-gram on posts given as CSR (`indptr` (n+1,), `tag_ids` (u,)); `counts` (v,) are the uses.

    With a `start` of v hashtags it goes on from there: vectors of zeros start anew.
    One thread up to a million uses, so that the same posts give the same model; all cores beyond.
    """
    from gensim.models import Word2Vec

    settings = settings or settings_for(len(tag_ids))
    posts = _ShuffledPosts(indptr, tag_ids, settings, progress)
    word2vec = Word2Vec(
        sg=1,
        hs=0,
        negative=settings.negatives,
        vector_size=settings.dimensions,
        window=settings.window,
        min_count=1,
        sample=_frequent(len(counts)),
        seed=settings.seed,
        workers=1 if len(tag_ids) <= MANY else os.cpu_count() or 1,
    )
    word2vec.build_vocab_from_freq({str(i): int(n) for i, n in enumerate(counts)})
    if start:
        _start_at(word2vec, start)
    word2vec.train(posts, total_examples=len(indptr) - 1, epochs=settings.epochs)
    order = np.array([word2vec.wv.key_to_index[str(i)] for i in range(len(counts))])
    sides = quantize(word2vec.wv.vectors), quantize(word2vec.syn1neg)
    return Skipgram(*(Vectors(side.values[order], side.scales[order]) for side in sides))


def settings_for(uses: int) -> SkipgramSettings:
    """Return how the skip-gram is fitted on posts with so many uses of hashtags.

    Where they are many, each epoch hears fewer pairs, and the more there are, the fewer epochs: 20 to two. On
    50,000 real lists, 20 such epochs took 0.45 of the time of ten of all pairs and found 0.97 times as many
    hidden hashtags; in as much time, four of them found 1.45 times as many as one of all.
    """
    if uses <= MANY:
        return SkipgramSettings()
    return SkipgramSettings(window=6, negatives=5, epochs=max(2, min(20, HEARD // uses)))


def continue_skipgram(
    start: Skipgram,
    indptr: NDArray[np.int64],
    tag_ids: NDArray[np.int32],
    counts: NDArray[np.int64],
    settings: SkipgramSettings,
    progress: Progress | None = None,
) -> Skipgram:
    """Continue a skip-gram of v hashtags, the most used first, on new posts given as CSR.

    `counts` (v,) are the uses on all posts. Beside the hashtags of the new posts the 20,000 most used take
    part, which stand for all as what is not beside each other; vectors of the others stay as they are.
    """
    some = np.union1d(tag_ids, np.arange(min(len(counts), _CONTRASTS)))
    part = Skipgram(*(Vectors(side.values[some], side.scales[some]) for side in start))
    ids = np.searchsorted(some, tag_ids).astype(np.int32)
    learned = fit_skipgram(indptr, ids, counts[some], settings, progress, part)
    return Skipgram(*(_replaced(side, some, now) for side, now in zip(start, learned, strict=True)))


def _replaced(vectors: Vectors, ids: NDArray[np.integer], new: Vectors) -> Vectors:
    values, scales = vectors.values.copy(), vectors.scales.copy()
    values[ids], scales[ids] = new
    return Vectors(values, scales)


def _start_at(word2vec: Any, start: Skipgram) -> None:
    """Put vectors that were learned before in the place of gensim's first guesses."""
    for side, vectors in ((word2vec.wv.vectors, start.input), (word2vec.syn1neg, start.output)):
        learned = np.flatnonzero(vectors.scales)
        places = [word2vec.wv.key_to_index[str(i)] for i in learned]
        side[places] = vectors.values[learned] * vectors.scales[learned, None]


def _frequent(vocabulary: int) -> float:
    """Return the share of all uses beyond which gensim hears a hashtag less often.

    Its default, 0.001, suits running text: in a vocabulary of dozens nearly every use would be passed over
    and all vectors end up alike. So only what is used ten times as often as the average is heard less.
    """
    return min(max(1e-3, 10 / vocabulary), 0.9)  # from 1 on gensim takes it for a count


class _ShuffledPosts:
    """Posts as lists of words for gensim, which asks for them once an epoch: each time in a new order."""

    def __init__(
        self,
        indptr: NDArray[np.int64],
        tag_ids: NDArray[np.int32],
        settings: SkipgramSettings,
        progress: Progress | None,
    ) -> None:
        self.indptr, self.tag_ids, self.settings, self.progress = indptr, tag_ids, settings, progress
        self.epoch = 0
        self.words = [str(i) for i in range(int(tag_ids.max(initial=-1)) + 1)]

    def __iter__(self) -> Iterator[list[str]]:
        rng = np.random.default_rng((self.settings.seed, self.epoch))
        n = len(self.indptr) - 1
        for done, post in enumerate(rng.permutation(n), start=1):
            ids = self.tag_ids[self.indptr[post] : self.indptr[post + 1]]
            yield [self.words[i] for i in rng.permutation(ids)]
            if self.progress and done % 256 == 0:
                self.progress(self.epoch * n + done, self.settings.epochs * n)
        self.epoch += 1


def cosines(vectors: Vectors, queries: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cosines of every vector (v, d) to `queries` (t, d) of length 1, as (t, v)."""
    found = np.empty((len(queries), len(vectors.values)), np.float32)
    for start in range(0, len(vectors.values), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        found[:, chunk] = queries @ unit_rows(vectors, chunk).T
    return found


def most_similar(
    vectors: Vectors, query: NDArray[np.float32], exclude: NDArray[np.integer], n: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the `n` hashtags nearest to `query` (d,) by cosine, `exclude` (e,) aside, and their cosines."""
    close = cosines(vectors, query[None] / max(float(np.linalg.norm(query)), 1e-12))[0]
    close[exclude] = -2
    n = min(n, int(np.count_nonzero(close > -2)))
    best = np.argpartition(-close, n - 1)[:n] if n > 0 else np.empty(0, np.intp)
    best = best[np.lexsort((best, -close[best]))]
    return best, close[best]
