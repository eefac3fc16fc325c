"""Ours asked again with other weights: candidates are gathered once, and only their order changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from hashtagger.earned import NONE, Earned, Places
from hashtagger.methods import SHOWN
from hashtagger.metrics import DRAWS, Estimate, resample
from hashtagger.ratings import Weights
from hashtagger.trials import Material, Trial


@dataclass(frozen=True)
class Replay:
    """What ours chose from for n posts, c candidates in all, and what was to be found."""

    starts: NDArray[np.int64]  # (n + 1,) where the candidates of each post begin
    tags: NDArray[np.int64]  # (c,) numbers in the posts' vocabulary; NONE where no post uses it
    chances: NDArray[np.float64]  # (c,) log P(belongs)
    earnings: NDArray[np.float64]  # (c, 2) lift and rating, as the value model takes them
    belongs: NDArray[np.bool_]  # (c,)
    parts: NDArray[np.int64]  # (n,) the part of each post, unseen by one model
    groups: NDArray[np.int64]  # (n,) numbers of the accounts that they come from, from 0
    earned: Earned

    @classmethod
    def of(cls, trial: Trial, material: Material) -> Replay:
        """Return the candidates of a trial."""
        tested, parts = np.array(trial.tested), np.array(trial.parts)
        _, groups = np.unique(material.groups[tested], return_inverse=True)
        pools = trial.pools
        return cls(
            starts=np.cumsum([0, *(len(pool.tags) for pool in pools)]),
            tags=np.concatenate([pool.tags for pool in pools]),
            chances=np.concatenate([pool.chances for pool in pools]),
            earnings=np.concatenate([pool.earnings for pool in pools]),
            belongs=np.concatenate([pool.belongs for pool in pools]),
            parts=parts,
            groups=groups,
            earned=Earned.of(material.posts, tested, parts, groups),
        )

    def ask(self, weights: Weights, likes: float) -> Answers:
        """Return what ours shows at these weights and this setting of --likes."""
        worth = self.chances + likes * (self.earnings @ astuple(weights))
        rows = np.full((len(self.parts), SHOWN), NONE)
        for row, start, end in zip(rows, self.starts, self.starts[1:], strict=False):
            best = np.argsort(-worth[start:end], kind="stable")[:SHOWN]
            row[: len(best)] = start + best
        shown = rows != NONE
        tags = np.where(shown, self.tags[rows], NONE)
        precisions = (shown & self.belongs[rows]).mean(axis=1)
        return Answers(precisions, self.earned.locate(tags, self.parts, self.groups))

    def measure(self, answers: Answers, weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the mean precision and held-out lift of the ten, (2,), groups weighted (groups,)."""
        values = np.stack([answers.precisions, self.earned.lifts(answers.places, weights)], axis=1)
        counted = np.ones(len(values)) if weights is None else weights[self.groups]
        means: NDArray[np.float64] = counted @ values / counted.sum()
        return means

    def draw(self, settings: Sequence[Answers], draws: int = DRAWS) -> NDArray[np.float64]:
        """Return precision and held-out lift of each of s answers as groups are resampled, (draws, s, 2).

        The same groups are drawn for each, and they make the held-out lifts too.
        """
        return np.array(
            [
                [self.measure(answers, weights) for answers in settings]
                for some in resample(self.earned.groups, draws, seed=0)
                for weights in some
            ]
        )


def compare(
    figures: NDArray[np.float64], draws: NDArray[np.float64], one: int, other: int
) -> tuple[Estimate, Estimate]:
    """Return the share of precision that setting `one` loses beside the `other`, and the lift that it gains.

    `figures` (s, 2) are their precision and lift, `draws` (d, s, 2) the same as groups are resampled.
    """
    best = np.append(draws[:, other, 0], figures[other, 0])
    shares = np.append(draws[:, one, 0], figures[one, 0])
    lost = 1 - np.divide(shares, best, out=np.full(len(best), np.nan), where=best > 0)
    gained = draws[:, one, 1] - draws[:, other, 1]
    return (
        Estimate.of(float(lost[-1]), lost[:-1]),
        Estimate.of(figures[one, 1] - figures[other, 1], gained),
    )


@dataclass(frozen=True)
class Answers:
    """What ours shows for each of n posts."""

    precisions: NDArray[np.float64]  # (n,) share of ten that belongs
    places: Places  # of the ten

    def where(self, these: NDArray[np.bool_], others: Answers) -> Answers:
        """Return these answers for the posts `these` (n,), and the `others` for the rest."""
        places = Places(
            np.where(these[:, None], self.places.cells, others.places.cells),
            np.where(these[:, None], self.places.own, others.places.own),
        )
        return Answers(np.where(these, self.precisions, others.precisions), places)
