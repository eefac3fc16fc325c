"""A folder of photos -> rows of posts: captions beside them, keywords beside them or within."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path

from hashtagger import hashtags
from hashtagger.columns import cells
from hashtagger.errors import PostsError
from hashtagger.folders import Tree, clean
from hashtagger.photos import SUFFIXES, read_keywords
from hashtagger.tables import Report, Row

_MOST = 1 << 20  # bytes of a caption or sidecar
_SIDECARS = (".txt", ".xmp", ".XMP")
_SUBJECTS = "{http://purl.org/dc/elements/1.1/}subject"
_ITEM = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"


def holds_photos(names: Iterable[str]) -> bool:
    """Tell whether there are photos among these names."""
    return any(map(_is_photo, names))


def read_photo_folder(tree: Tree, within: str, report: Report) -> Iterator[Row]:
    """Yield a post for each photo: its caption from `photo.txt`, its hashtags from there and from keywords.

    Keywords are `dc:subject` in `photo.jpg.xmp`, `photo.xmp` or the photo itself, and its IPTC keywords.
    """
    names = frozenset(tree.names)
    for name in filter(_is_photo, tree.names):
        report.file = clean(within + name)
        caption, keywords = _beside(tree, names, name, report)
        keywords += _embedded(tree, name)
        tags = list(dict.fromkeys([*keywords, *hashtags.find(caption)])) if keywords else None
        yield 0, cells(image=name, tags=tags, caption=caption)


def _beside(tree: Tree, names: frozenset[str], name: str, report: Report) -> tuple[str, list[str]]:
    """Return the caption and the keywords that stand beside a photo."""
    caption, keywords = "", []
    for path in (f"{stem}{suffix}" for suffix in _SIDECARS for stem in (posixpath.splitext(name)[0], name)):
        if path not in names:
            continue
        try:
            data = tree.read(path, _MOST)
            if path.endswith(".txt"):
                caption = caption or data.decode("utf-8-sig", "replace")
            else:
                keywords += subjects(data)
        except PostsError as error:
            report.refuse("sidecar left out", 0, str(error))
    return caption, keywords


def subjects(xmp: bytes) -> list[str]:
    """Return the `dc:subject` of XMP as hashtags; raise PostsError where it is no XMP."""
    from defusedxml import DefusedXmlException, ElementTree

    try:
        tree = ElementTree.fromstring(xmp.strip(b"\0 \r\n\t"), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PostsError(f"no readable XMP ({' '.join(str(error).split())})") from error
    return [_joined(item.text or "") for bag in tree.iter(_SUBJECTS) for item in bag.iter(_ITEM)]


def _embedded(tree: Tree, name: str) -> list[str]:
    """Return the keywords in a photo; a photo that cannot be read says so later, when it is looked at."""
    path, why = tree.find(name)
    if why:
        return []
    xmp, iptc = read_keywords(Path(path))
    try:
        found = subjects(xmp) if xmp else []
    except PostsError:
        found = []
    return [*found, *map(_joined, iptc)]


def _joined(keyword: str) -> str:
    """Return a keyword as people write it as a hashtag: `Golden hour` is `Goldenhour`."""
    return "".join(keyword.split())


def _is_photo(name: str) -> bool:
    return posixpath.splitext(name)[1].lower() in SUFFIXES
