"""From posts and the features of their photos to a model, in memory."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashtagger.companions import count_companions, widen
from hashtagger.features import Backbone, Extracted
from hashtagger.model import Lines, Model
from hashtagger.neighbors import Reduction, fit_reduction, reduce_features
from hashtagger.posts import Posts
from hashtagger.ratings import Weights, log_lifts, medians, rate_hashtags, shrunken_lifts, sort_groups
from hashtagger.skipgram import Skipgram, SkipgramSettings, fit_skipgram

Progress = Callable[[str, int, int], None]  # stage, done, in all


def fit_model(
    posts: Posts,
    extracted: Extracted | None,
    network: Backbone | None,
    progress: Progress = lambda stage, done, total: None,
    *,
    general: Model | None = None,
) -> Model:
    """Return the model of `posts` and of the features of their photos; nothing is written.

    What a `general` model knows of which hashtags go together is added to what the posts show.
    """
    n, v = len(posts.links), len(posts.vocabulary)
    counts = np.bincount(posts.tag_ids, minlength=v)
    use_posts = np.repeat(np.arange(n), np.diff(posts.indptr))
    _, account_ids = np.unique(np.array(posts.accounts, dtype=object).astype(str), return_inverse=True)
    adjusted = posts.likes / np.maximum(posts.listed, 1)
    lifts, lift_errors = shrunken_lifts(log_lifts(posts.likes, account_ids)[use_posts], posts.tag_ids, v)
    use_likes = posts.likes[use_posts]
    reduction, reduced, feature_posts = _index(extracted)
    skipgram = _fit_skipgram(posts, counts, progress)
    companions = count_companions(posts.indptr, posts.tag_ids, v)
    if general:
        known = np.array([general.ids.get(name, -1) for name in posts.vocabulary], np.int64)
        companions = widen(companions, known, general.companions)
    return Model(
        card=_card(posts, network, len(feature_posts), general),
        names=Lines.of(posts.vocabulary),
        counts=counts.astype(np.int32),
        accounts_using=_accounts_using(account_ids[use_posts], posts.tag_ids, v),
        median_likes=medians(use_likes, sort_groups(use_likes, posts.tag_ids, v)).astype(np.float32),
        ratings=rate_hashtags(adjusted[use_posts], posts.tag_ids, counts).astype(np.float32),
        lifts=lifts.astype(np.float32),
        lift_errors=lift_errors.astype(np.float32),
        links=Lines.of(posts.links),
        photos=Lines.of([photos[0] if photos else "" for photos in posts.photos]),
        accounts=Lines.of(posts.accounts),
        searches=Lines.of(posts.search_hashtags),
        likes=posts.likes.astype(np.float32),
        dates=posts.dates.astype("datetime64[s]").astype(np.int64),
        indptr=posts.indptr,
        tag_ids=posts.tag_ids,
        features=reduced.astype(np.float16),
        feature_posts=feature_posts.astype(np.int32),
        mean=reduction.mean,
        axes=reduction.axes,
        input_values=skipgram.input.values,
        input_scales=skipgram.input.scales,
        output_values=skipgram.output.values,
        output_scales=skipgram.output.scales,
        companion_ids=companions.ids,
        companion_shared=companions.shared,
        companion_uses=companions.uses,
        backbone=network.path if network else None,
    )


def _index(extracted: Extracted | None) -> tuple[Reduction, NDArray[np.float32], NDArray[np.int64]]:
    """Return the reduction, the reduced features (m, r) and the post of each (m,)."""
    if extracted is None:
        nothing = np.empty((0, 0), np.float32)
        return Reduction(np.empty(0, np.float32), nothing), nothing, np.empty(0, np.int64)
    reduction = fit_reduction(extracted.features)
    return reduction, reduce_features(extracted.features, reduction), extracted.index


def _fit_skipgram(posts: Posts, counts: NDArray[np.int64], progress: Progress) -> Skipgram:
    return fit_skipgram(
        posts.indptr,
        posts.tag_ids,
        counts,
        progress=lambda done, total: progress("learning which hashtags go together", done, total),
    )


def _accounts_using(
    use_accounts: NDArray[np.integer], tag_ids: NDArray[np.int32], n_tags: int
) -> NDArray[np.int32]:
    """Return how many accounts use each hashtag, (v,)."""
    pairs = np.unique(use_accounts.astype(np.int64) * n_tags + tag_ids)
    return np.bincount(pairs % n_tags, minlength=n_tags).astype(np.int32)


def _card(posts: Posts, network: Backbone | None, photos: int, general: Model | None) -> dict[str, Any]:
    """Return what model.json says of a model."""
    return {
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "posts": len(posts.links),
        "photos": photos,
        "accounts": len(set(posts.accounts) - {""}),
        "hashtags": len(posts.vocabulary),
        "backbone": {"name": network.name, "sha256": network.sha256, "licence": network.licence}
        if network
        else None,
        "company_posts": len(posts.links) + (general.n_posts if general else 0),
        "skipgram": asdict(SkipgramSettings()),
        "value": asdict(Weights()),
    }
