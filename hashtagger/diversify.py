"""The best set: five hashtags that cover a photo, not five spellings of one."""

import numpy as np
from numpy.typing import NDArray

from hashtagger.model import Model
from hashtagger.skipgram import unit_rows

PENALTY = 0.5  # how much of its worth a perfect synonym of one picked hashtag loses


def pick_set(
    model: Model, ids: NDArray[np.int64], worth: NDArray[np.float64], n: int, penalty: float = PENALTY
) -> NDArray[np.int64]:
    """Return positions of `n` candidates (c,) that are worth much and do not repeat each other.

    Greedy: each pick discounts its near-synonyms, by skip-gram and by spelling, so that the discount of a
    hashtag grows with each synonym already picked (the author penalty of Instagram's Explore).
    """
    vectors = unit_rows(model.skipgram.input, ids)
    names = [model.names[i] for i in ids]
    left = worth.astype(np.float64).copy()
    picked: list[int] = []
    for _ in range(min(n, len(ids))):
        best = int(np.argmax(left))
        picked.append(best)
        alike = np.maximum(vectors @ vectors[best], 0) ** 2
        spelled = np.array([_spelled_alike(names[best], name) for name in names])
        left *= 1 - penalty * np.maximum(alike, spelled)
        left[picked] = -np.inf
    return np.array(picked, np.int64)


def _spelled_alike(one: str, other: str) -> float:
    """Return 0..1: the share of the longer name that the shorter, if contained in it, covers."""
    short, long = sorted((one, other), key=len)
    return len(short) / len(long) if short in long else 0.0
