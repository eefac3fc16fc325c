"""Ranking: how likely each candidate belongs to the photo, and what that and its likes are worth together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashtagger.model import Model
from hashtagger.skipgram import unit_rows
from hashtagger.sources import Candidates, Query
from hashtagger.voters import tags_of_posts

PRIOR = 0.03  # how much overall use speaks beside the votes
COMPANY = 0.003  # how much skip-gram similarity alone speaks: lets companions in below what has votes
LIFT = 2.0  # weights of the value model at --likes 1
RATING = 0.25


@dataclass(frozen=True)
class Signals:
    """What speaks for each of c candidates."""

    votes: NDArray[np.int64]  # (c,) voting posts that use it
    share: NDArray[np.float64]  # (c,) their weight among all votes, 0..1
    prior: NDArray[np.float64]  # (c,) share of all posts that use it, 0..1
    similarity: NDArray[np.float64]  # (c,) skip-gram cosine to what the nearest posts use, -1..1
    hinted: NDArray[np.bool_]  # (c,) named by the caption


def measure(model: Model, query: Query, candidates: Candidates) -> Signals:
    """Return the signals of every candidate."""
    ids, voters = candidates.ids, query.voters
    tags, sizes = tags_of_posts(model, voters.voting)
    votes = np.bincount(tags, minlength=len(model.counts))[ids]
    share = np.bincount(tags, weights=np.repeat(voters.weights, sizes), minlength=len(model.counts))[ids]
    hinted = np.zeros(len(model.counts), bool)
    hinted[query.hints] = True
    return Signals(
        votes,
        share,
        model.counts[ids] / max(len(model.links), 1),
        _company(model, ids, share + hinted[ids]),
        hinted[ids],
    )


def belonging(signals: Signals) -> NDArray[np.float64]:
    """Return P(the hashtag belongs to the photo) of each candidate, (c,)."""
    company = np.maximum(signals.similarity, 0)
    voted = signals.share * (0.8 + 0.2 * company)
    chance = voted + PRIOR * signals.prior + COMPANY * company + 0.3 * signals.hinted
    return np.clip(chance, 1e-9, 1)


def value(
    model: Model, ids: NDArray[np.int64], chance: NDArray[np.float64], likes: float
) -> NDArray[np.float64]:
    """Return what each candidate is worth, (c,): P(belongs) x e^(likes x (lift and rating, weighted)).

    The log-linear value model of Instagram's Suggested Posts; at `likes` 0 neither lift nor rating weighs
    anything, at 1 they weigh most.
    """
    top_rating = np.log(max(float(model.counts.max(initial=1)), np.e))
    rating = np.nan_to_num(model.ratings[ids]) / top_rating
    worth: NDArray[np.float64] = chance * np.exp(likes * (LIFT * model.lifts[ids] + RATING * rating))
    return worth


def _company(model: Model, ids: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the skip-gram cosine of `ids` (c,) to their mean weighted by `weights` (c,)."""
    vectors = unit_rows(model.skipgram.input, ids)
    mean = weights @ vectors
    cosines: NDArray[np.float64] = vectors @ (mean / max(float(np.linalg.norm(mean)), 1e-12))
    return cosines
