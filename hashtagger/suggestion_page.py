"""Suggestions as a page to look at: photos, chips to choose from, a line to copy, similar posts, reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hashtagger.display import likes_lift, number
from hashtagger.hashtags import paste_line
from hashtagger.pages import data_uri, render, web_link
from hashtagger.photos import thumbnail, webp
from hashtagger.post_photos import post_photo

if TYPE_CHECKING:
    from hashtagger.datamodels import Neighbor
    from hashtagger.suggest import Suggestions

Written = Callable[[Sequence[str]], str]
MOST_POSTS = 6  # similar posts shown
PHOTO_SIDE, POST_SIDE = 320, 120  # pixels
PHOTO_BYTES, POST_BYTES = 36_000, 5_000  # at most, so that ten photos and their posts make less than 1 MB


@dataclass(frozen=True)
class Picture:
    """An image inside the page."""

    uri: str
    width: int  # pixels
    height: int


@dataclass(frozen=True)
class Chip:
    """A hashtag that can be clicked on and off."""

    hashtag: str  # its name
    text: str  # as the platform takes it
    pasted: bool  # on at first
    ranked: bool  # among the best, whose signals are known


@dataclass(frozen=True)
class SimilarPost:
    """A post beside the photo, with what is known of it."""

    similarity: float
    likes: float | None
    account: str
    link: str  # http(s) or ""
    picture: Picture | None  # None where its photo is no longer where it was


@dataclass(frozen=True)
class PhotoPart:
    """What the page shows of one photo."""

    name: str
    picture: Picture
    found: Suggestions
    chips: tuple[Chip, ...]
    line: str  # the hashtags that are on at first
    posts: tuple[SimilarPost, ...]  # nearest first; none where the model knows nothing of its posts


def suggestions_page(parts: Sequence[PhotoPart], limit: int, left_out: Sequence[str] = ()) -> str:
    """Return one page for all photos; `left_out` are lines on photos that could not be read."""
    title = f"Hashtags for {len(parts)} photos" if len(parts) > 1 else "Hashtags for your photo"
    shown = {"photos": parts, "limit": limit, "left_out": left_out}
    return render("suggestions", title, **shown, number=number, likes_lift=likes_lift)


def photo_part(found: Suggestions, source: Path | bytes, written: Written = paste_line) -> PhotoPart:
    """Return what the page shows of one photo, a file or its bytes; raises PhotoError.

    `written` makes a line of names, as the platform takes it.
    """
    ranked = {row.hashtag for row in found.hashtags}
    names = dict.fromkeys([*found.paste, *(row.hashtag for row in found.hashtags)])
    return PhotoPart(
        name="photo from stdin" if isinstance(source, bytes) else source.name,
        picture=_picture(thumbnail(source, PHOTO_SIDE), PHOTO_BYTES),
        found=found,
        chips=tuple(
            Chip(name, written([name]), pasted=name in found.paste, ranked=name in ranked) for name in names
        ),
        line=written(found.paste),
        posts=_similar_posts(found.neighbors[:MOST_POSTS]),
    )


def _similar_posts(neighbors: Sequence[Neighbor]) -> tuple[SimilarPost, ...]:
    """Return posts with what there is to see of them; none where there is nothing, as with the starter."""
    photos = [post_photo(post, POST_SIDE) for post in neighbors]
    posts = tuple(
        SimilarPost(
            similarity=post.similarity,
            likes=post.likes,
            account=post.account,
            link=web_link(post.link),
            picture=None if photo is None else _picture(photo, POST_BYTES),
        )
        for post, photo in zip(neighbors, photos, strict=True)
    )
    known = any(post.picture or post.link or post.account or post.likes is not None for post in posts)
    return posts if known else ()


def _picture(pixels: NDArray[np.uint8], most_bytes: int) -> Picture:
    return Picture(data_uri(webp(pixels, most_bytes)), width=pixels.shape[1], height=pixels.shape[0])
