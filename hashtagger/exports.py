"""Instagram's "Download your information" -> rows of posts.

Posts are in `**/posts_*.json`, a list or an object around one. A single photo has its caption in
`media[0].title`, a carousel in `title`; every text is UTF-8 that was read as latin-1. Likes are not in it,
and where a photo was taken is never read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hashtagger.columns import cells
from hashtagger.errors import PostsError
from hashtagger.folders import Tree, clean
from hashtagger.tables import SKIPPED_VIDEO, Report, Row, parse_json

MOST = 1 << 28  # bytes of one file of posts

_POSTS = re.compile(r"(?:^|/)posts_[^/]*\.json$")
_ACCOUNT = re.compile(r"(?:^|/)personal_information/personal_information\.json$")
_VIDEOS = frozenset({".mp4", ".mov", ".m4v", ".webm", ".avi", ".mkv"})


def is_export(names: Iterable[str]) -> bool:
    """Tell whether files with these names are an export."""
    return any(map(_POSTS.search, names))


def read_export(tree: Tree, within: str, report: Report) -> Iterator[Row]:
    """Yield the posts of an export; files are called by their name, after `within`.

    A file that cannot be read is told to the report, the others go on. Raises PostsError where none is there.
    """
    found = list(filter(_POSTS.search, tree.names))
    if not found:
        raise PostsError("holds no posts_1.json, so it is no export of Instagram's in JSON")
    report.note("Instagram's export holds no likes")
    account, known = _account(tree), frozenset(tree.names)
    for name in found:
        report.file = clean(within + posixpath.basename(name))
        try:
            document = parse_json(tree.read(name, MOST))
        except PostsError as error:
            report.refuse("cannot be read", 0, str(error))
        else:
            yield from export_posts(document, name, known, account, report)


def export_posts(
    document: Any, name: str, known: frozenset[str], account: str, report: Report
) -> Iterator[Row]:
    """Yield the posts in the JSON of the file `name`, in an export with the files `known`."""
    parents = [name]
    while parents[-1]:
        parents.append(posixpath.dirname(parents[-1]))
    roots = [f"{parent}/" if parent else "" for parent in parents[1:]]
    for number, post in enumerate(_listed(document), start=1):
        if not isinstance(post, dict):
            report.refuse("not a JSON object", number)
            continue
        media = _dicts(post.get("media", [post]))
        uris = [uri for item in media if isinstance(uri := item.get("uri"), str)]
        photos = [uri for uri in uris if posixpath.splitext(uri)[1].lower() not in _VIDEOS]
        if len(photos) < len(uris):
            report.refuse("a video of a carousel" if photos else SKIPPED_VIDEO, number)
        if photos or not uris:
            titles = [_title(part) for part in (post, *media[:1])]
            moments = [part.get("creation_timestamp") for part in (post, *media)]
            row = cells(
                image=[next((root + uri for root in roots if root + uri in known), uri) for uri in photos],
                caption=_first(titles if len(media) > 1 else titles[::-1]),
                datetime=_first(moments),
                account=account,
            )
            yield number, row


def _first(values: Iterable[Any]) -> Any:
    """Return the first of `values` that says something, None where none does."""
    return next(filter(None, values), None)


def repair(mangled: str) -> str:
    """Return text that is UTF-8 read as latin-1 as it was meant; other text stays."""
    try:
        return mangled.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return mangled


def _listed(document: Any) -> list[Any]:
    """Return the posts of a file: its list, or the list in its object, or the one post that it is."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        return []
    if any("uri" in item for item in _dicts(document.get("media"))):
        return [document]
    return next((value for value in document.values() if isinstance(value, list)), [])


def _title(part: dict[str, Any]) -> str:
    title = part.get("title")
    return repair(title) if isinstance(title, str) else ""


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _account(tree: Tree) -> str:
    """Return the name of the account that was exported, "" where it is not told."""
    try:
        name = next(filter(_ACCOUNT.search, tree.names))
        profile = parse_json(tree.read(name, MOST))["profile_user"][0]
        return repair(str(profile["string_map_data"]["Username"]["value"]))
    except (StopIteration, PostsError, LookupError, TypeError):
        return ""
