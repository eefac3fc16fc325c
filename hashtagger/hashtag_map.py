"""Hashtags around those asked about as a map: what is used alike lies near, what is used more is larger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashtagger.display import number, width
from hashtagger.hashtags import paste_line, show, split
from hashtagger.model import Model
from hashtagger.pages import render
from hashtagger.similar import SimilarHashtag, closeness

TAGS = 30  # on a map; more are too many to read
SMALLEST, LARGEST = 15.0, 26.0  # pixels, of letters
_LETTER = 0.62  # width of a letter as a share of its height; system fonts are narrower
_GAP = 10.0  # pixels between labels
_MARGIN = 8.0  # pixels around them all
_LINES = 1  # drawn from each hashtag to those closest to it
_ASIDE = 0.4  # what a step to the side costs beside one up or down: labels are wide, so all would pile up


@dataclass(frozen=True)
class Label:
    """A hashtag on the map: a box around `x`, `y`, in pixels."""

    text: str
    uses: int
    asked: bool
    letters: float  # height of the letters
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class HashtagMap:
    """Labels that do not overlap, and lines between the closest."""

    labels: tuple[Label, ...]  # those asked about first
    lines: tuple[tuple[Label, Label], ...]
    width: float
    height: float


def map_page(model: Model, hashtags: Sequence[str], rows: Sequence[SimilarHashtag]) -> str:
    """Return a page with the map of `hashtags`, which the model knows, and of `rows`, those found close."""
    asked = list(dict.fromkeys(name for text in hashtags for name in split(text)))
    ids = np.array([model.ids[name] for name in (*asked, *(row.hashtag for row in rows))])
    drawn = draw_map([model.names[i] for i in ids], model.counts[ids], _alike(model, ids), len(asked))
    return render("map", f"Hashtags around {paste_line(asked)}", map=drawn, rows=rows, number=number)


def draw_map(
    names: Sequence[str], uses: NDArray[np.integer], alike: NDArray[np.float64], n_asked: int
) -> HashtagMap:
    """Return the map of t hashtags, the first `n_asked` of them asked about; `alike` is (t, t), -1..1."""
    sizes = _sizes(uses)
    boxes = np.array(
        [(_LETTER * z * width(show(name)) + 1.4 * z, 1.8 * z) for name, z in zip(names, sizes, strict=True)]
    )
    places = spread(layout(1 - alike) * np.sqrt(boxes.prod(axis=1).sum()), boxes + _GAP)
    places -= (places - boxes / 2).min(axis=0) - _MARGIN
    right, bottom = (places + boxes / 2).max(axis=0) + _MARGIN
    labels = tuple(
        Label(show(name), int(n), i < n_asked, float(z), *map(float, place), *map(float, box))
        for i, (name, n, z, place, box) in enumerate(zip(names, uses, sizes, places, boxes, strict=True))
    )
    lines = tuple((labels[i], labels[j]) for i, j in _closest(alike))
    return HashtagMap(labels, lines, float(right), float(bottom))


def layout(distances: NDArray[np.float64], steps: int = 100) -> NDArray[np.float64]:
    """Return places (t, 2), 1 across at their most, whose distances follow `distances` (t, t).

    Classical scaling, then stress majorisation (de Leeuw 1977), which keeps to the near ones better. The
    longer side goes down, as on a phone.
    """
    n = len(distances)
    centred = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(-centred @ distances**2 @ centred / 2)
    places = np.zeros((n, 2))
    places[:, -len(values[-2:]) :] = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 0))
    for _ in range(steps):
        apart = np.linalg.norm(places[:, None] - places, axis=2)
        pull = -np.divide(distances, apart, out=np.zeros_like(apart), where=apart > 1e-9)
        np.fill_diagonal(pull, 0)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        places = pull @ places / n
    return places / max(float(np.ptp(places, axis=0).max(initial=0)), 1e-9)


def spread(places: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the centres `places` (t, 2) moved until no two of the `boxes` (t, 2) around them overlap.

    Each pair is pushed apart along the side where that takes less; now and then all of it grows a little,
    which ends what pushing alone would not.
    """
    places = places + np.arange(len(places))[:, None] * 1e-6  # no two on one spot
    room = (boxes[:, None] + boxes) / 2
    for step in range(1, 10_000):
        between = places[:, None] - places
        overlap = room - np.abs(between)
        overlap[~(overlap > 1e-3).all(axis=2)] = 0
        overlap[np.diag_indices(len(places))] = 0
        if not overlap.any():
            break
        cost = overlap * (_ASIDE, 1)
        least = cost == cost.min(axis=2, keepdims=True)
        places = places + (np.sign(between) * overlap * least).sum(axis=1) / 3
        if step % 40 == 0:
            places = places * 1.03
    return places


def _sizes(uses: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the height of letters for hashtags used `uses` (t,) times, growing with its logarithm."""
    logs = np.log(np.maximum(uses, 1).astype(np.float64))
    share = (logs - logs.min()) / max(float(np.ptp(logs)), 1e-9)
    heights: NDArray[np.float64] = np.round(SMALLEST + (LARGEST - SMALLEST) * share, 1)
    return heights


def _alike(model: Model, ids: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return how close each two of `ids` (t,) are, (t, t), each to itself 1."""
    close = closeness(model, ids)[:, ids]
    alike: NDArray[np.float64] = np.clip((close + close.T) / 2, -1, 1)
    np.fill_diagonal(alike, 1)
    return alike


def _closest(alike: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the pairs of each hashtag and the few closest to it, each once."""
    others = np.where(np.eye(len(alike), dtype=bool), -np.inf, alike)
    pairs = {
        (min(i, j), max(i, j))
        for i, row in enumerate(np.argsort(-others, axis=1)[:, :_LINES].tolist())
        for j in row
        if i != j
    }
    return sorted(pairs)
