"""Tag completion: given some hashtags of a post, which others go with them?

Three things speak for a hashtag: the lists most alike have it near the given ones; all lists have; and more
of them than its uses explain. Each is told as ln(1 + what was seen / what chance would show), so that 0 is
"never met". Near, because people list by subject: of a list that is nearly whole, what is missing belongs
beside one of the given. Of one barely begun it can stand anywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hashtagger.model import Model
from hashtagger.voters import rarity, tally

NEAREST = 300  # lists most alike that vote
SHARPNESS = 6  # power of their cosine: the more alike, the more a vote weighs
CAUTION = 10  # uses added to those of every hashtag: what few posts show may be chance
BEGUN = 1.5  # with one given it does not matter how near another stands, with many it fully does
APART = 4.0  # places between two hashtags of a list that was not kept: as near as the mean in lists of twenty
VOTED, STANDING, EXPECTED = 1e-4, 1e-3, 20  # chance: of a vote, of a place nearby, of shared posts
WEIGHTS = 0.9, 1.1, 0.4  # of votes, places nearby, and more than uses explain: bench_completion.py --fit


def complete(model: Model, given: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return how much every hashtag goes with the `given` ones (g,) together, (v,): 0 never met, up to 20."""
    scores: NDArray[np.float64] = np.einsum("i,iv->v", WEIGHTS, evidence(model, given))
    return scores


def evidence(model: Model, given: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return what speaks for every hashtag beside the `given` ones (g,), as (3, v) in the order of WEIGHTS.

    Votes count by the square of the best cosine: where no list is much like the given ones, they say little.
    A model that keeps only some of the posts that it was learned from, as the starter does, is asked for
    companions alone.
    """
    fading = max(0.0, 1 - BEGUN / len(given))
    kept = len(model.indptr) - 1 == model.n_posts
    places = places_of(model, given) if kept else np.empty(0, np.int64)
    near = np.stack([near_to(model, int(tag), places[model.tag_ids[places] == tag], fading) for tag in given])
    votes, likeness = vote(model, places, fading)
    uses = model.companion_uses.astype(np.float64) + CAUTION
    expected = EXPECTED * APART**-fading * uses / model.card["company_posts"]
    return np.stack(
        [
            likeness**2 * np.log1p(votes / VOTED),
            np.log1p(np.linalg.norm(near / uses[given, None], axis=0) / STANDING),
            np.log1p(near / expected).mean(axis=0),
        ]
    )


def near_to(model: Model, tag: int, places: NDArray[np.int64], fading: float) -> NDArray[np.float64]:
    """Return on how many posts every hashtag stands with `tag`, each counted by how near, (v,).

    `places` (p,) are those of `tag` in the lists; `fading` is of `beside`. Posts that were counted elsewhere,
    so that only the table of companions knows of them, count as if the two stood APART.
    """
    others, nearness, _ = beside(model, places, fading)
    near = tally(others, nearness, len(model.counts))
    companions = model.companion_ids[tag]
    shared = tally(others, np.ones(len(others)), len(model.counts))[companions]
    near[companions] += APART**-fading * np.maximum(model.companion_shared[tag] - shared, 0)
    return near


def vote(model: Model, places: NDArray[np.int64], fading: float) -> tuple[NDArray[np.float64], float]:
    """Return the votes of the lists most alike for every hashtag, (v,), and the cosine of the best one.

    `places` (p,) are where the given ones stand; `fading` is of `beside`. Nearest neighbours by the cosine of
    rarity-weighted sets; a vote weighs a power of its cosine, and how near the hashtag stands in that list.
    """
    weights = rarity(model) ** 2
    posts, owners = np.unique(posts_at(model.indptr, places), return_inverse=True)
    uses, sizes = uses_of(model.indptr, posts)
    squares = tally(np.repeat(np.arange(len(posts)), sizes), weights[model.tag_ids[uses]], len(posts))
    asked = weights[np.unique(model.tag_ids[places])].sum()
    cosines = tally(owners, weights[model.tag_ids[places]], len(posts)) / np.sqrt(squares * asked)
    likeness = float(cosines.max(initial=0))
    best = np.argsort(-cosines, kind="stable")[:NEAREST]
    heard = np.zeros(len(posts))
    heard[best] = (cosines[best] / likeness) ** SHARPNESS
    loud = np.flatnonzero(heard[owners])
    others, nearness, of = beside(model, places[loud], fading)
    votes = heard[owners[loud[of]]] / max(heard.sum(), 1e-12)
    return tally(others, votes * nearness, len(weights)), likeness


def beside(
    model: Model, places: NDArray[np.int64], fading: float
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]:
    """Return what stands in one list with each of `places` (p,): three (t,).

    The hashtags; how near each is, 1 / places apart to the power of `fading`; and which of `places` it
    stands with, as a position there.
    """
    uses, sizes = uses_of(model.indptr, posts_at(model.indptr, places))
    of = np.repeat(np.arange(len(places)), sizes)
    apart = np.abs(uses - places[of])
    others = apart > 0
    return model.tag_ids[uses[others]], (1 / apart[others]) ** fading, of[others]


def places_of(model: Model, tags: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return where in the lists any of `tags` (g,) stands, (p,) ascending."""
    asked = np.zeros(len(model.counts), bool)
    asked[tags] = True
    return np.flatnonzero(asked[model.tag_ids])


def posts_at(indptr: NDArray[np.integer], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the post of each place (p,) in the lists of a CSR with `indptr` (n + 1,), as (p,)."""
    posts: NDArray[np.int64] = np.searchsorted(indptr, places, side="right").astype(np.int64) - 1
    return posts


def uses_of(
    indptr: NDArray[np.integer], posts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places (t,) of the hashtags of `posts` (p,), post after post, and their numbers, (p,)."""
    starts = indptr[posts].astype(np.int64)
    sizes = indptr[posts + 1] - starts
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(int(sizes.sum())), sizes
