"""Recommends hashtags for a photo, offline, learned from posts.

import hashtagger
recommender = hashtagger.load()                     # your model, or the starter
recommender.suggest("photo.jpg", top=10).hashtags   # best first
recommender.similar("cats")
hashtagger.train("posts.csv", "my-model")
hashtagger.add("new-posts.csv", "my-model")
hashtagger.remove("https://www.instagram.com/p/...", folder="my-model")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hashtagger.errors import HashtaggerError
    from hashtagger.recommender import Recommender, add, load, remove, train

__version__ = "0.1.0"
__all__ = ["HashtaggerError", "Recommender", "__version__", "add", "load", "remove", "train"]


def __getattr__(name: str) -> Any:
    """Import the public names when first asked for, so that the command line starts at once."""
    if name == "HashtaggerError":
        from hashtagger.errors import HashtaggerError

        return HashtaggerError
    if name in __all__:
        from hashtagger import recommender

        return getattr(recommender, name)
    raise AttributeError(f"module 'hashtagger' has no attribute {name!r}")
