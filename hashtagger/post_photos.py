"""The photos of the posts that a model learned from, as far as they still are where they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hashtagger.datamodels import Neighbor
from hashtagger.downloads import fetched_photo
from hashtagger.errors import PhotoError
from hashtagger.feature_cache import cache_folder
from hashtagger.photos import thumbnail


def post_photo(post: Neighbor, side: int) -> NDArray[np.uint8] | None:
    """Return the photo of a post as RGB pixels (h, w, 3), neither above `side`; None where it is not there.

    A photo at a link is looked for among those once downloaded; nothing is fetched.
    """
    linked = post.photo.startswith(("http://", "https://"))
    path = fetched_photo(post.photo, cache_folder() / "photos") if linked else Path(post.photo)
    try:
        return thumbnail(path, side) if post.photo and path.is_file() else None
    except (PhotoError, OSError, ValueError):  # OSError: a name too long; ValueError: one with a null byte
        return None
