"""Tag completion: given some hashtags of a post, which others go with them?

Three things speak for a hashtag, each as ln(1 + what was seen / what chance would show), so that 0 is "never
met": the posts whose hashtags are most alike use it, it stands close to one of the given in the lists of
posts, and it shares more posts with each of them than its uses explain.
"""

import numpy as np
from numpy.typing import NDArray

from hashtagger.model import Model
from hashtagger.voters import rarity, tally

NEAREST = 300  # lists most alike that vote
SHARPNESS = 4  # power of their cosine: the more alike, the more a vote weighs
CAUTION = 20  # uses added to those of every hashtag: what few posts show may be chance
VOTED, STANDING, EXPECTED = 1e-4, 1e-3, 20  # chance: of a vote, of a place nearby, of shared posts
WEIGHTS = 0.5, 1.0, 0.4  # of votes, of standing nearby, of shared posts; chosen on held-out accounts
SOMEWHERE = 0.4  # what a place in a list weighs where it was not kept: the mean in lists of twenty


def complete(model: Model, given: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return how much every hashtag goes with the `given` ones (g,) together, (v,): 0 never met, up to 15.

    A model that keeps only some of the posts that it was learned from, as the starter does, is asked for
    companions alone.
    """
    kept = len(model.indptr) - 1 == model.n_posts
    places = places_of(model, given) if kept else np.empty(0, np.int64)
    counted = [stand_together(model, int(tag), places[model.tag_ids[places] == tag]) for tag in given]
    shared, near = (np.stack(rows) for rows in zip(*counted, strict=True))
    uses = model.companion_uses.astype(np.float64) + CAUTION
    expected = EXPECTED * uses / model.card["company_posts"]
    evidence = (
        np.log1p(vote(model, places) / VOTED),
        np.log1p((near / uses[given, None]).max(axis=0) / STANDING),
        np.log1p(shared / expected).mean(axis=0),
    )
    scores: NDArray[np.float64] = np.einsum("i,iv->v", WEIGHTS, evidence)
    return scores


def stand_together(
    model: Model, tag: int, places: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how many posts use `tag` and each hashtag, and the same by how near they stand: two (v,).

    `places` (p,) are those of `tag` in the lists. Neighbours in a list count 1, two places apart 1/sqrt(2),
    and so on: people list by subject. Posts that were counted elsewhere, so that only the table of companions
    knows of them, count SOMEWHERE each.
    """
    v = len(model.counts)
    uses, sizes = uses_of(model.indptr, posts_at(model.indptr, places))
    apart = np.abs(uses - np.repeat(places, sizes))
    others, apart = model.tag_ids[uses[apart > 0]], apart[apart > 0]
    shared, near = tally(others, np.ones(len(others)), v), tally(others, apart**-0.5, v)
    companions = model.companion_ids[tag]
    elsewhere = np.maximum(model.companion_shared[tag] - shared[companions], 0)
    shared[companions] += elsewhere
    near[companions] += SOMEWHERE * elsewhere
    return shared, near


def vote(model: Model, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of votes for every hashtag, (v,), among the posts whose hashtags are most alike.

    `places` (p,) are where the given ones stand. Nearest neighbours by the cosine of rarity-weighted sets; a
    vote weighs a power of its cosine.
    """
    weights = rarity(model) ** 2
    posts, owners = np.unique(posts_at(model.indptr, places), return_inverse=True)
    uses, sizes = uses_of(model.indptr, posts)
    squares = tally(np.repeat(np.arange(len(posts)), sizes), weights[model.tag_ids[uses]], len(posts))
    alike = tally(owners, weights[model.tag_ids[places]], len(posts)) / np.sqrt(squares)
    best = np.argsort(-alike, kind="stable")[:NEAREST]
    uses, sizes = uses_of(model.indptr, posts[best])
    heard = (alike[best] / alike.max(initial=1e-12)) ** SHARPNESS
    votes = np.repeat(heard / max(heard.sum(), 1e-12), sizes)
    return tally(model.tag_ids[uses], votes, len(weights))


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
