"""The best set: five hashtags that cover a photo, not five spellings of one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hashtagger.model import Model
from hashtagger.skipgram import unit_rows

GROWTH = 0.25  # by which the penalty grows with each hashtag already picked
HELD_BACK = 0.4  # what a hashtag loses that was suggested for every one of the last photos


def hold_back(worth: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what candidates (c,) are worth that were suggested for `shares` (c,), 0..1, of the last photos.

    What is lost is the same for each, so what is clearly the best stays so: of all ways to trade precision
    for hashtags that two photos share, taking a price a repeat from the value gives most, since both add up.
    """
    held: NDArray[np.float64] = np.maximum(worth - HELD_BACK * shares, 1e-3 * worth)
    return held


def pick_sets(
    model: Model, ids: NDArray[np.int64], worth: NDArray[np.float64], n: int, diverse: float, sets: int
) -> list[NDArray[np.int64]]:
    """Return `sets` sets of `n` candidates (c,), best first, as positions: each of what is in none before.

    The best hashtag alone may stand in several, where it is clearly the best.
    """
    used = np.zeros(len(ids))
    found: list[NDArray[np.int64]] = []
    for _ in range(sets):
        left = np.where(used > 0, 1e-9 * worth, worth)
        left[:1] = hold_back(worth[:1], used[:1])
        found.append(pick_set(model, ids, left, n, diverse))
        used[found[-1]] = 1
    return found


def pick_set(
    model: Model, ids: NDArray[np.int64], worth: NDArray[np.float64], n: int, diverse: float
) -> NDArray[np.int64]:
    """Return positions of `n` candidates (c,) that are worth much and do not repeat each other.

    Greedy, maximal marginal relevance (Carbonell and Goldstein 1998): ln(worth) less `diverse` times the
    likeness to the most alike hashtag picked, by skip-gram or by spelling; the penalty grows down the list,
    as the author penalty of Instagram's Explore does. At `diverse` 0 these are the first `n`.
    """
    vectors = unit_rows(model.skipgram.input, ids)
    names = [model.names[i] for i in ids]
    alike = np.zeros(len(ids))
    picked: list[int] = []
    for turn in range(min(n, len(ids))):
        left = np.log(worth) - diverse * (1 + GROWTH * turn) * alike
        left[picked] = -np.inf
        best = int(np.argmax(left))
        picked.append(best)
        spelled = np.array([_spelled_alike(names[best], name) for name in names])
        alike = np.maximum(alike, np.maximum(vectors @ vectors[best], spelled))
    return np.array(picked, np.int64)


def _spelled_alike(one: str, other: str) -> float:
    """Return 0..1: the share of the longer name that the shorter, if contained in it, covers."""
    short, long = sorted((one, other), key=len)
    return len(short) / len(long) if short in long else 0.0
