"""Ranking: how likely each candidate belongs to the photo, and what that and its likes are worth together."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from hashtagger.model import Model
from hashtagger.skipgram import unit_rows
from hashtagger.sources import Candidates, Query
from hashtagger.voters import shares, tags_of_posts, tally

PRIOR = 0.001  # what overall use and likeness in the skip-gram add: an order where hardly anything votes
SIMILARITY = 0.001
HABIT = 0.3  # weight of what the account usually writes, where one is named; best on its later posts
HINTED = 0.5  # what the caption names belongs at least so likely
TRUST = 10  # uses at which half of a hashtag's company is believed


@dataclass(frozen=True)
class Signals:
    """What speaks for each of c candidates."""

    votes: NDArray[np.int64]  # (c,) voting posts that use it
    heard: NDArray[np.float64]  # (c,) weight of the nearest photos that use it, 0..1
    share: NDArray[np.float64]  # (c,) weight of the voting posts that use it, 0..1
    company: NDArray[np.float64]  # (c,) chance to stand beside the likeliest hashtags, 0..1
    prior: NDArray[np.float64]  # (c,) share of all posts that use it, 0..1
    similarity: NDArray[np.float64]  # (c,) skip-gram cosine to the likeliest hashtags, -1..1
    habit: NDArray[np.float64]  # (c,) share of the account's posts that use it, 0..1
    hinted: NDArray[np.bool_]  # (c,) named by the caption


def measure(model: Model, query: Query, candidates: Candidates) -> Signals:
    """Return the signals of every candidate."""
    ids, voters, v = candidates.ids, query.voters, len(model.counts)
    hinted = np.zeros(v, bool)
    hinted[query.hints] = True
    return Signals(
        votes=np.bincount(tags_of_posts(model, voters.voting)[0], minlength=v)[ids],
        heard=shares(model, voters.posts, voters.heard)[ids],
        share=shares(model, voters.voting, voters.weights)[ids],
        company=company(model, query.likely, query.likelihood)[ids],
        prior=model.counts[ids] / max(model.n_posts, 1),
        similarity=_cosines(model, ids, query),
        habit=query.habit[ids],
        hinted=hinted[ids],
    )


def company(model: Model, likely: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance of every hashtag to stand beside the `likely` ones (l,) weighted (l,), as (v,).

    The mean of P(hashtag | likely one), counted on all posts; a likely one stands beside itself.
    """
    chances = weights[:, None] * _beside(model, likely)
    result = tally(model.companion_ids[likely].ravel(), chances.ravel(), len(model.counts))
    result[likely] += weights * model.companion_uses[likely] / (model.companion_uses[likely] + TRUST)
    return result


def best_company(
    model: Model, likely: NDArray[np.int64], weights: NDArray[np.float64], tag: int
) -> int | None:
    """Return which of the `likely` hashtags (l,), weighted (l,), speaks most for `tag`; None: none does."""
    chances = np.where(model.companion_ids[likely] == tag, weights[:, None] * _beside(model, likely), 0)
    chances[likely == tag] = 0
    return int(likely[chances.max(axis=1).argmax()]) if chances.any() else None


def _beside(model: Model, likely: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return P(companion | likely one) for every companion of the `likely` hashtags (l,), as (l, w)."""
    believed = model.companion_uses[likely] + TRUST
    chances: NDArray[np.float64] = model.companion_shared[likely] / believed[:, None]
    return chances


def belonging(signals: Signals) -> NDArray[np.float64]:
    """Return P(the hashtag belongs to the photo) of each candidate, (c,).

    The second look counts twice beside the first and company: weights chosen, and found calibrated, on
    held-out accounts.
    """
    chance = (signals.heard + 2 * signals.share + signals.company) / 4
    if signals.habit.any():
        chance = (1 - HABIT) * chance + HABIT * signals.habit
    chance += PRIOR * signals.prior + SIMILARITY * np.maximum(signals.similarity, 0)
    return np.clip(np.where(signals.hinted, np.maximum(chance, HINTED), chance), 1e-9, 1)


def value(
    model: Model, ids: NDArray[np.int64], chance: NDArray[np.float64], likes: float
) -> NDArray[np.float64]:
    """Return what each candidate is worth, (c,): P(belongs) x e^(likes x (lift and rating, weighted)).

    The log-linear value model of Instagram's Suggested Posts; at `likes` 0 neither lift nor rating weighs
    anything, at 1 they weigh as much as the model's weights say.
    """
    worth: NDArray[np.float64] = chance * np.exp(likes * earnings(model, ids) @ astuple(model.weights))
    return worth


def earnings(model: Model, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what likes say of each candidate, (c, 2): its lift, and its rating as a share of the highest
    possible; 0 where likes are unknown."""
    top_rating = np.log(max(float(model.counts.max(initial=1)), np.e))
    return np.stack([model.lifts[ids], np.nan_to_num(model.ratings[ids]) / top_rating], axis=1)


def _cosines(model: Model, ids: NDArray[np.int64], query: Query) -> NDArray[np.float64]:
    """Return the skip-gram cosine of `ids` (c,) to the weighted mean of the likeliest hashtags, (c,)."""
    mean = query.likelihood @ unit_rows(model.skipgram.input, query.likely)
    cosines: NDArray[np.float64] = unit_rows(model.skipgram.input, ids) @ mean
    return cosines / max(float(np.linalg.norm(mean)), 1e-12)
