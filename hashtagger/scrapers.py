"""What scrapers and Meta's Graph API nest: posts in answers, photos in carousels, lists in columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from hashtagger.columns import text

_DEEPEST = 4  # answers in answers: business_discovery holds media, which holds data
_VIDEOS = frozenset({"video", "reels", "graphvideo", "xdtgraphvideo", "clips"})
_KINDS = ("type", "media_type", "__typename")  # where a kind of post is told
_PHOTO = ("displayUrl", "display_url", "media_url")  # of one photo in a carousel
_NUMBERED = re.compile(r"(hashtags|images|childPosts)/\d+(?:/displayUrl)?", re.IGNORECASE)


def unwrap(item: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the posts in an API's answer; what is no answer is a post itself."""
    for inner in _inner(item) if depth < _DEEPEST else ():
        if isinstance(inner, list):
            for part in inner:
                yield from unwrap(part, depth + 1)
        else:
            yield from unwrap(inner, depth + 1)
        return
    yield item


def _inner(item: Any) -> Iterator[Any]:
    """Yield what an answer is wrapped around, if it is one."""
    if isinstance(item, dict):
        data, media = item.get("data"), item.get("media")
        if isinstance(data, list) and all(isinstance(part, dict) for part in data):
            yield data
        if isinstance(media, dict) and isinstance(media.get("data"), list):
            yield media
        if isinstance(found := item.get("business_discovery"), dict):
            yield found
        if isinstance(latest := item.get("latestPosts"), list):
            yield latest


def is_video(post: dict[str, Any]) -> bool:
    """Tell whether a post is a video."""
    return post.get("is_video") is True or any(says_video(post.get(key)) for key in _KINDS)


def says_video(kind: object) -> bool:
    """Tell whether a cell for the kind of a post names a video."""
    return isinstance(kind, str) and kind.lower() in _VIDEOS


def flatten(post: dict[str, Any]) -> dict[str, Any]:
    """Return a post with the photos of a carousel as its `image`, others as they are."""
    children = post.get("childPosts") or post.get("children")
    if isinstance(children, dict):
        children = children.get("data")
    photos = [_photo(child) for child in children or () if isinstance(child, dict) and not is_video(child)]
    if not any(photos) and isinstance(images := post.get("images"), list):
        photos = [image for image in images if isinstance(image, str)]
    return {**post, "image": photos} if any(photos) else post


def _photo(child: dict[str, Any]) -> str:
    return next((found for key in _PHOTO if (found := text(child.get(key)))), "")


def gather_columns(header: Sequence[str]) -> dict[str, list[int]]:
    """Return the columns that hold one list: `hashtags/0`, `hashtags/1` are `hashtags`.

    A carousel's photos, `childPosts/N/displayUrl` or else `images/N`, are called `image`.
    """
    lists: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        if match := _NUMBERED.fullmatch(name):
            family = match[1].lower()
            if (family == "childposts") == name.lower().endswith("/displayurl"):
                lists.setdefault(family, []).append(place)
    photos = lists.pop("childposts", []), lists.pop("images", [])
    if found := photos[0] or photos[1]:
        lists["image"] = found
    return lists


def join_columns(record: list[str], lists: dict[str, list[int]], header: Sequence[str]) -> list[Any]:
    """Return a row with its `lists` after its cells; a photo that stands alone is in `displayUrl`."""
    joined: list[Any] = [[record[place] for place in places if record[place]] for places in lists.values()]
    if "image" in lists and not joined[-1] and "displayUrl" in header:
        joined[-1] = record[header.index("displayUrl")]
    return [*record, *joined]
