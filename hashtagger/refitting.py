"""From a model back to what it was fitted to, and from that, changed, to the model that takes its place."""

from dataclasses import replace

import numpy as np

from hashtagger.backbones import from_file
from hashtagger.errors import ModelError
from hashtagger.features import Backbone
from hashtagger.fitting import Index, assemble, spam_among
from hashtagger.model import STARTER, Model, load
from hashtagger.posts import Posts
from hashtagger.skipgram import Skipgram, Vectors


def carry_skipgram(before: Model, vocabulary: list[str]) -> Skipgram:
    """Return the vectors that the model `before` has of `vocabulary` (v,); zeros where it has none."""
    known = np.array([before.ids.get(name, -1) for name in vocabulary], np.int64)

    def carried(vectors: Vectors) -> Vectors:
        values = np.where(known[:, None] >= 0, vectors.values[known], np.int8(0))
        return Vectors(values, np.where(known >= 0, vectors.scales[known], np.float32(0)))

    return Skipgram(carried(before.skipgram.input), carried(before.skipgram.output))


def posts_of(model: Model) -> Posts:
    """Return the posts that a model was fitted to, as far as it keeps them: of its photos only the first.

    Raises ModelError where it keeps only some of its posts, as the starter does.
    """
    if len(model.links) != model.n_posts:
        raise ModelError(
            "the starter model keeps no posts that could be added to or removed; "
            "train your own first: hashtagger train posts.csv"
        )
    n = len(model.links)
    return Posts(
        links=model.links.all(),
        photos=[(photo,) if photo else () for photo in model.photos.all()],
        accounts=model.accounts.all(),
        search_hashtags=model.searches.all(),
        categories=[""] * n,
        captions=[],
        likes=model.likes.astype(np.float64),
        dates=model.dates.astype("datetime64[s]"),
        vocabulary=model.names.all(),
        indptr=model.indptr,
        tag_ids=model.tag_ids,
        listed=model.listed,
        rows=np.zeros(n, np.int64),
        files=[""] * n,
        sources=(),
        refusals=(),
        notes=(),
    )


def index_of(model: Model) -> Index:
    """Return the photos of a model."""
    return Index(model.reduction, model.features, model.feature_posts, model.contents)


def network_of(model: Model) -> Backbone | None:
    """Return the network that made a model's features; None where it has none."""
    if model.backbone is None:
        return None
    named = {key: model.card["backbone"][key] for key in ("name", "licence")}
    return replace(from_file(model.backbone), **named)


def refit(before: Model, posts: Posts, index: Index, skipgram: Skipgram, network: Backbone | None) -> Model:
    """Return the model of `posts` that takes the place of the model `before`; its settings stay."""
    model = assemble(posts, index, skipgram, network if len(index.posts) else None, load(STARTER))
    card = model.card | {key: before.card[key] for key in ("skipgram", "value") if key in before.card}
    if "hidden" in before.card:
        card["hidden"] = spam_among(posts.vocabulary)
    return replace(model, card=card)
