"""What a model holds: the exploration of a corpus in a dozen lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hashtagger.model import Model, verify

_UNKNOWN_DATE = np.iinfo(np.int64).min
_SEARCHES = 10


@dataclass(frozen=True)
class Info:
    """Facts about a model."""

    folder: str
    created: str
    posts: int
    photos: int
    accounts: int
    first_date: str | None
    last_date: str | None
    hashtags: int
    hashtags_used_once: int
    hashtags_per_post: float
    posts_with_likes: int
    median_likes: float | None
    median_likes_by_search: dict[str, float]  # the hashtag that posts were found by -> their median likes
    most_used: dict[str, int]
    backbone: dict[str, Any] | None
    dimensions: int
    cells: dict[str, Any] | None  # that photos lie in where they are many, and how many of them are searched
    skipgram: dict[str, Any]
    made_of: dict[str, Any]
    bytes: int


def describe_model(model: Model, folder: Path) -> Info:
    """Return what `model` in `folder` holds, after checking every byte of it; raises ModelError."""
    verify(folder)
    dates = model.dates[model.dates != _UNKNOWN_DATE]
    likes = model.likes[~np.isnan(model.likes)]
    card = model.card
    return Info(
        folder=str(folder),
        created=card["created"],
        posts=model.n_posts,
        photos=len(model.features),
        accounts=card["accounts"],
        first_date=_day(dates.min()) if len(dates) else None,
        last_date=_day(dates.max()) if len(dates) else None,
        hashtags=len(model.names),
        hashtags_used_once=int(np.count_nonzero(model.counts == 1)),
        hashtags_per_post=len(model.tag_ids) / max(len(model.links), 1),
        posts_with_likes=len(likes),
        median_likes=float(np.median(likes)) if len(likes) else None,
        median_likes_by_search=_likes_by_search(model),
        most_used={model.names[i]: int(model.counts[i]) for i in range(min(10, len(model.names)))},
        backbone=card["backbone"],
        dimensions=model.features.shape[1],
        cells=card.get("cells"),
        skipgram=card["skipgram"],
        made_of=card.get("provenance", {}),
        bytes=sum(seal["size"] for seal in card["files"].values()),
    )


def _likes_by_search(model: Model) -> dict[str, float]:
    """Return the median likes of the posts found by each hashtag, best first; the ten most frequent."""
    searches = np.array(model.searches.all(), dtype=object)
    known = ~np.isnan(model.likes) & (searches != "")
    names, sizes = np.unique(searches[known].astype(str), return_counts=True)
    frequent = names[np.argsort(-sizes, kind="stable")][:_SEARCHES]
    medians = {str(name): float(np.median(model.likes[known & (searches == name)])) for name in frequent}
    return dict(sorted(medians.items(), key=lambda pair: -pair[1]))


def _day(seconds: np.int64) -> str:
    return str(np.datetime64(int(seconds), "s").astype("datetime64[D]"))
