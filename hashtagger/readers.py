"""What a person has -> rows of posts: which reader understands it, and where its photos lie."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hashtagger.archives import Archive
from hashtagger.columns import Columns
from hashtagger.errors import PostsError, UsageError
from hashtagger.exports import MOST, export_posts, is_export, read_export
from hashtagger.feature_cache import cache_folder
from hashtagger.folders import Find, Folder, Folders, NamedPhotos, Tree, clean
from hashtagger.instaloader import XZ, is_instaloader, read_instaloader
from hashtagger.photo_folders import holds_photos, read_photo_folder
from hashtagger.photos import is_folder
from hashtagger.tables import Report, Row, parse_json, read_rows

Belongs = Callable[[Iterable[str]], bool]
ReadTree = Callable[[Tree, str, Report], Iterator[Row]]

TREES: tuple[tuple[str, Belongs, ReadTree], ...] = (
    ("instagram", is_export, read_export),
    ("instaloader", is_instaloader, read_instaloader),
    ("photos", holds_photos, read_photo_folder),
)
KINDS = ("table", *(kind for kind, _, _ in TREES))

_TABLE = re.compile(r"[^/]*\.(?:csv|jsonl|parquet)(?:\.gz)?")  # directly in a folder
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # how a zip begins, one with files and one without
_HEAD = 65_536  # bytes to tell the format of a file by


@dataclass(frozen=True)
class Source:
    """Posts from one path, read as they are asked for."""

    name: str  # as messages call it
    kind: str  # one of KINDS
    rows: Iterator[Row]
    find: Find  # where its photos are
    others: NamedPhotos | None  # photos that lie elsewhere


def open_sources(
    paths: Sequence[Path],
    report: Report,
    photos_dir: Path | None = None,
    columns: Mapping[str, str] | None = None,
    kind: str | None = None,
) -> Iterator[Source]:
    """Yield a source for each of `paths`; `report.file` tells where its current row stands.

    Raises PostsError, here or while rows are read, where a path cannot be read, UsageError where `kind` is no
    format or `photos_dir` no folder.
    """
    if kind not in (None, *KINDS):
        raise UsageError(f"--format {kind}: no such format; there are {', '.join(KINDS)}")
    if photos_dir and not photos_dir.is_dir():
        raise UsageError(f"--photos {photos_dir}: no such folder")
    others = NamedPhotos(photos_dir) if photos_dir else None
    names = [path.name for path in paths]
    for path in paths:
        report.file = clean(path.name if path.name and names.count(path.name) == 1 else str(path))
        within = f"{report.file}/" if len(paths) > 1 else ""
        with ExitStack() as opened:
            format_, rows, unpack = _open(path, kind, within, columns or {}, report, opened)
            folders = Folders(
                [*([photos_dir] if photos_dir else []), path if is_folder(path) else path.parent]
            )
            yield Source(report.file, format_, rows, unpack or folders.find, others)


def _open(
    path: Path, kind: str | None, within: str, columns: Mapping[str, str], report: Report, opened: ExitStack
) -> tuple[str, Iterator[Row], Find | None]:
    """Return the format of what is at `path`, its rows, and how photos are found that are no files yet."""
    if is_folder(path) and kind != "table":
        return *_read_tree(Folder(path), path, kind, within, report), None
    head = _head(path)
    if head.startswith(_ZIP) and kind != "table":
        archive = opened.enter_context(Archive(path, cache_folder() / "exports", report))
        return *_read_tree(archive, path, kind, within, report), archive.find
    if kind in (None, "instaloader") and (head.startswith(XZ) or _says(head, '"instaloader"', '"node"')):
        rows = read_instaloader(Folder(path.parent), within, report, only=path.name)
        return "instaloader", _prefixed(path, rows), None
    if kind in (None, "instagram") and _says(head, '"uri"', '"creation_timestamp"'):
        return "instagram", _prefixed(path, _export_file(path, report)), None
    if kind not in (None, "table"):
        raise PostsError(f"{path}: not what --format {kind} reads; leave --format out to have it told apart")
    return "table", read_rows(path, Columns(columns), report), None


def _read_tree(
    tree: Tree, path: Path, kind: str | None, within: str, report: Report
) -> tuple[str, Iterator[Row]]:
    """Return the format of a folder or zip, and its rows."""
    tables = [name for name in tree.names if _TABLE.fullmatch(name)]
    for format_, belongs, read in TREES:
        if format_ == "photos" and tables and not kind:
            raise PostsError(
                f"{path}: a folder with {clean(tables[0])}; name that file, or give --format photos"
            )
        if format_ == kind or (kind is None and belongs(tree.names)):
            return format_, _prefixed(path, read(tree, within, report))
    raise PostsError(
        f"{path}: holds no photos, no export of Instagram's in JSON and nothing of instaloader's; "
        "name the posts file itself, as CSV, JSON or Parquet"
    )


def _prefixed(path: Path, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield rows; what goes wrong meanwhile names `path`."""
    try:
        yield from rows
    except PostsError as error:
        raise PostsError(f"{path}: {error}") from error


def _export_file(path: Path, report: Report) -> Iterator[Row]:
    """Yield the posts of one file of Instagram's export."""
    document = parse_json(Folders([path.parent]).read(path.name, MOST))
    report.note("Instagram's export holds no likes")
    yield from export_posts(document, path.name, frozenset(), "", report)


def _head(path: Path) -> bytes:
    """Return how a file begins; b"" where it cannot be read, of which its reader will tell."""
    try:
        if not path.is_file():  # a pipe would wait
            return b""
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""


def _says(head: bytes, *words: str) -> bool:
    """Tell whether a file that begins with `head` is JSON with all of `words` in it."""
    return head.lstrip()[:1] in (b"{", b"[") and all(word.encode() in head for word in words)


def name_sources(paths: Sequence[Path]) -> str:
    """Return how a summary calls `paths`: the first few by name."""
    names = ", ".join(clean(path.name or str(path)) for path in paths[:3])
    return f"{names} and {len(paths) - 3:,} more" if len(paths) > 3 else names
