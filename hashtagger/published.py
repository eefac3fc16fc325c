"""The published method, for comparison: the Instagram Hashtag Recommender System (Kus) on our vectors.

The hashtags of the six nearest posts go into the skip-gram; of the 50 companions that it returns, which are
never those hashtags themselves, the best by rating are suggested.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hashtagger.model import Model
from hashtagger.skipgram import most_similar, unit_rows
from hashtagger.sources import SOURCES, Candidates, Query, skipgram_neighbors
from hashtagger.voters import tags_of_posts

NEIGHBORS = 6
COMPANIONS = 50


def gather_published(model: Model, query: Query) -> Candidates:
    """Return the 50 companions of what the six nearest posts use."""
    used = np.unique(np.concatenate([tags_of_posts(model, query.voters.posts[:NEIGHBORS])[0], query.hints]))
    if len(used):
        mean = unit_rows(model.skipgram.input, used).mean(axis=0)
        found = np.sort(
            most_similar(model.skipgram.input, mean, exclude=used, n=COMPANIONS)[0].astype(np.int64)
        )
    else:
        found = np.empty(0, np.int64)
    proposed = np.array([source is skipgram_neighbors for _, source in SOURCES])
    return Candidates(found, np.tile(proposed, (len(found), 1)))


def value_published(model: Model, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what each candidate is worth, (c,): its rating; next to nothing where that is 0 or unknown."""
    return np.maximum(np.nan_to_num(model.ratings[ids]), 1e-9).astype(np.float64)
