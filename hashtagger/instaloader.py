"""What instaloader wrote -> rows of posts: `DATE_UTC[_N].jpg` beside `DATE_UTC.txt` and `.json.xz`."""

from __future__ import annotations

import lzma
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hashtagger.columns import cells, text
from hashtagger.errors import PostsError
from hashtagger.folders import Tree, clean
from hashtagger.photos import SUFFIXES
from hashtagger.tables import SKIPPED_VIDEO, Report, Row, parse_json

XZ = b"\xfd7zXZ\0"  # how such a file begins
_MOST = 1 << 25  # bytes of what one post says, unpacked
_MEMORY = 1 << 27  # bytes that unpacking may take; what instaloader writes takes 9 million
_DATED = re.compile(r"(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_UTC)(?:_\d+)?$")
_NUMBER = re.compile(r"^(.*)_(\d{1,3})$", re.DOTALL)


@dataclass
class _Post:
    json: str = ""  # names of the files of a post, "" where there is none
    txt: str = ""
    photos: list[tuple[int, str]] = field(default_factory=list)  # with their numbers in the carousel
    videos: int = 0


def is_instaloader(names: Iterable[str]) -> bool:
    """Tell whether files with these names were written by instaloader."""
    return any(name.endswith(".json.xz") or _DATED.search(posixpath.splitext(name)[0]) for name in names)


def read_instaloader(tree: Tree, within: str, report: Report, only: str = "") -> Iterator[Row]:
    """Yield the posts below a folder, or the one whose JSON is `only`; each is called by its first file."""
    for base, post in _group(tree.names).items():
        if (only and post.json != only) or not (post.json or post.photos or post.videos):
            continue
        report.file = clean(within + (post.json or base))
        try:
            node = _node(tree, post.json) if post.json else {}
            caption = _caption(tree, node, post)
        except PostsError as error:
            report.refuse("cannot be read", 0, str(error))
            continue
        if node is None:
            continue
        if node.get("is_video") or (post.videos and not post.photos):
            report.refuse(SKIPPED_VIDEO, 0)
            continue
        if post.videos:
            report.refuse("a video of a carousel", 0)
        shortcode = text(node.get("shortcode"))
        row = cells(
            post_link=f"https://www.instagram.com/p/{shortcode}/" if shortcode else "",
            image=[name for _, name in sorted(post.photos)],
            caption=caption,
            likes=node.get("edge_media_preview_like"),
            datetime=node.get("taken_at_timestamp") or _moment(base),
            account=node.get("owner"),
        )
        yield 0, row


def _group(names: Iterable[str]) -> dict[str, _Post]:
    """Return the files of each post by what their names begin with."""
    names = list(names)
    bases = {name.removesuffix(".xz").removesuffix(".json"): name for name in names if _is_json(name)}
    posts: dict[str, _Post] = {base: _Post(json=name) for base, name in bases.items()}
    filmed = {posixpath.splitext(name)[0] for name in names if name.endswith(".mp4")}
    for name in names:
        stem, suffix = posixpath.splitext(name)
        base, number = stem, 0
        if stem not in bases and (match := _NUMBER.match(stem)):
            base, number = match[1], int(match[2])
        if base not in bases and not _DATED.search(base):
            continue
        if suffix == ".txt" and number == 0:
            posts.setdefault(base, _Post()).txt = name
        elif suffix == ".mp4":
            posts.setdefault(base, _Post()).videos += 1
        elif suffix.lower() in SUFFIXES and stem not in filmed:  # beside a video stands its preview
            posts.setdefault(base, _Post()).photos.append((number, name))
    return dict(sorted(posts.items()))


def _is_json(name: str) -> bool:
    return name.endswith(".json.xz") or (
        name.endswith(".json") and bool(_DATED.search(name[: -len(".json")]))
    )


def _node(tree: Tree, name: str) -> dict[str, Any] | None:
    """Return what a file says of a post; None where it is about something else, such as a profile."""
    data = tree.read(name, _MOST)
    document = parse_json(unpack(data) if data.startswith(XZ) else data)
    node = document.get("node") if isinstance(document, dict) else None
    about = document.get("instaloader") if isinstance(document, dict) else None
    if isinstance(about, dict) and about.get("node_type") not in ("Post", None):
        return None
    if not isinstance(node, dict):
        raise PostsError("not what instaloader writes of a post")
    return node


def unpack(data: bytes) -> bytes:
    """Return what xz `data` holds; raise PostsError where it is damaged or holds too much."""
    try:
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
        whole = unpacker.decompress(data, _MOST)
    except lzma.LZMAError as error:
        raise PostsError(f"damaged xz ({error})") from error
    if not unpacker.eof:
        raise PostsError("xz that is cut short" if len(whole) < _MOST else f"unpacks to over {_MOST:,} bytes")
    return whole


def _caption(tree: Tree, node: dict[str, Any] | None, post: _Post) -> str:
    told = text((node or {}).get("edge_media_to_caption"))
    if told or not post.txt:
        return told
    return tree.read(post.txt, _MOST).decode("utf-8-sig", "replace")


def _moment(base: str) -> str:
    """Return the date in a name, as ISO 8601."""
    match = _DATED.search(base)
    return re.sub(r"^(.{10})_(..)-(..)-(..)_UTC$", r"\1T\2:\3:\4", match[1]) if match else ""
