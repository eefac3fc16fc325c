"""A posts file -> checked posts, by column: hashtags as ids, photos as paths that may be opened."""

import os
import stat
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hashtagger import hashtags
from hashtagger.columns import Columns, dates, likes, pieces, shorten, text
from hashtagger.errors import PostsError
from hashtagger.tables import Report, Row, read_rows


@dataclass(frozen=True)
class Refusal:
    """Rows, or photos of rows, left out for one reason."""

    reason: str
    count: int
    rows: tuple[int, ...]  # the first five

    def __str__(self) -> str:
        """Return it as one line: `12 rows: no hashtag (rows 3, 9, 11, 14, 20, ...)`."""
        rows = ", ".join(map(str, self.rows)) + (", ..." if self.count > len(self.rows) else "")
        plural = "" if self.count == 1 else "s"
        return f"{self.count:,} row{plural}: {self.reason} (row{plural} {rows})"


@dataclass(frozen=True, eq=False)
class Posts:
    """`n` posts by column: entry `i` of each belongs to the post at `rows[i]` of the file."""

    links: list[str]  # "" where unknown, as in every column of text
    photos: list[str]  # absolute path of a file that is there, or http(s) URL, or "" for a post without photo
    accounts: list[str]
    search_hashtags: list[str]  # normalized
    categories: list[str]
    likes: NDArray[np.float64]  # (n,), nan where unknown
    dates: NDArray[np.datetime64]  # (n,) datetime64[s] in UTC, NaT where unknown
    vocabulary: list[str]  # hashtag names, the most used first, ties by name; the place is the id
    indptr: NDArray[np.int64]  # (n + 1,): the hashtags of post i are tag_ids[indptr[i]:indptr[i + 1]]
    tag_ids: NDArray[np.int32]  # (uses,), in the listed order, each once a post
    listed: NDArray[np.int32]  # (n,) hashtags as listed, repeats included
    rows: NDArray[np.int64]  # (n,) row in the file; `tables` says how rows are counted
    refusals: tuple[Refusal, ...]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many posts there are."""
        return len(self.links)


def read_posts(
    path: Path, *, photos_dir: Path | None = None, columns: Mapping[str, str] | None = None
) -> Posts:
    """Read posts from CSV, JSON lines, a JSON list (each also gzipped) or Parquet, whatever the suffix.

    Photos are looked for in `photos_dir`, then beside the file. `columns` names them, `{"tags": "COLUMN"}`.
    Posts keep the order of the file; what is wrong with single rows is told in `refusals`. Raises PostsError
    where the file cannot be read or nothing in it can be used, UsageError where `columns` names what is not
    there.
    """
    report, found, gathered = Report(), Columns(columns or {}), _Gathered()
    folders = _PhotoFolders([photos_dir, path.parent] if photos_dir else [path.parent])
    for row in read_rows(path, found, report):
        _take(row, gathered, folders, report)
    try:
        found.require()
    except PostsError as error:
        raise PostsError(f"{path}: {error}") from error
    moments = dates(gathered.dates)
    unreadable = [i for i in np.flatnonzero(np.isnat(moments)) if gathered.dates[i]]
    if unreadable:
        first = f"row {gathered.rows[unreadable[0]]}: {shorten(gathered.dates[unreadable[0]])}"
        report.note(f"{len(unreadable):,} dates cannot be read and stay unknown ({first})")
    refusals = _refusals(report)
    if not gathered.rows:
        why = "; ".join(map(str, refusals)) or "it holds no rows"
        raise PostsError(f"{path}: no post with a hashtag: {why}")
    return _posts(gathered, moments, refusals, (*found.notes(), *report.notes))


@dataclass
class _Gathered:
    """The posts so far; hashtags have ids in the order of their first appearance."""

    links: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    search_hashtags: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    likes: "array[float]" = field(default_factory=lambda: array("d"))
    tag_ids: "array[int]" = field(default_factory=lambda: array("i"))
    ends: "array[int]" = field(default_factory=lambda: array("q", [0]))
    listed: "array[int]" = field(default_factory=lambda: array("i"))
    rows: "array[int]" = field(default_factory=lambda: array("q"))
    first_rows: dict[object, int] = field(default_factory=dict)  # what identifies a post -> its row
    names: dict[str, int] = field(default_factory=dict)
    pieces: dict[str, list[int]] = field(default_factory=dict)  # the ids in a piece of text that came before

    def ids(self, parts: Iterable[str]) -> list[int]:
        """Return the ids of the hashtags in pieces of text, as listed."""
        found: list[int] = []
        for part in parts:
            known = self.pieces.get(part)
            if known is None:
                known = self.pieces[part] = self._named(hashtags.split(part))
            found += known
        return found

    def ids_in_caption(self, caption: str) -> list[int]:
        """Return the ids of the hashtags in a caption, as listed."""
        return self._named(hashtags.find(caption))

    def _named(self, names: Iterable[str]) -> list[int]:
        return [self.names.setdefault(name, len(self.names)) for name in names]


def _take(row: Row, gathered: _Gathered, folders: "_PhotoFolders", report: Report) -> None:
    """Add one row to the posts, or tell the report why not."""
    number, (link, image, search, tags, likes_, date, caption, account, category) = row
    listed = gathered.ids(pieces(tags)) or gathered.ids_in_caption(text(caption))
    if not listed:
        report.refuse("no hashtag", number)
        return
    ids = tuple(dict.fromkeys(listed))
    link, image = text(link), text(image)
    if link or image:
        first = gathered.first_rows.setdefault(link or (image, ids), number)
        if first != number:
            report.refuse("same post as an earlier row", number, f"row {number} is row {first}")
            return
    gathered.links.append(link)
    gathered.photos.append(_photo(image, number, folders, report))
    gathered.search_hashtags.append(_normalize(text(search)))
    gathered.accounts.append(text(account))
    gathered.categories.append(text(category))
    gathered.likes.append(likes(text(likes_)))
    gathered.dates.append(text(date))
    gathered.tag_ids.extend(ids)
    gathered.ends.append(len(gathered.tag_ids))
    gathered.listed.append(len(listed))
    gathered.rows.append(number)


_normalize = lru_cache(maxsize=65_536)(hashtags.normalize)


def _photo(image: str, row: int, folders: "_PhotoFolders", report: Report) -> str:
    if not image or image.lower().startswith(("http://", "https://")):
        return image
    path, why = folders.find(image)
    if why:
        report.refuse(f"photo left out: {why}", row, shorten(image))
    return path


def _posts(
    gathered: _Gathered,
    moments: NDArray[np.datetime64],
    refusals: tuple[Refusal, ...],
    notes: tuple[str, ...],
) -> Posts:
    tag_ids = np.array(gathered.tag_ids, dtype=np.int32)
    vocabulary, renumbered = _by_use(list(gathered.names), tag_ids)
    return Posts(
        links=gathered.links,
        photos=gathered.photos,
        accounts=gathered.accounts,
        search_hashtags=gathered.search_hashtags,
        categories=gathered.categories,
        likes=np.array(gathered.likes),
        dates=moments,
        vocabulary=vocabulary,
        indptr=np.array(gathered.ends, dtype=np.int64),
        tag_ids=renumbered[tag_ids],
        listed=np.array(gathered.listed, dtype=np.int32),
        rows=np.array(gathered.rows, dtype=np.int64),
        refusals=refusals,
        notes=notes,
    )


def _by_use(names: list[str], tag_ids: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int32]]:
    """Return the names in use, the most used first and ties by name, and (len(names),) the new id of each."""
    uses = np.bincount(tag_ids, minlength=len(names)).tolist()
    order = sorted((i for i in range(len(names)) if uses[i]), key=lambda i: (-uses[i], names[i]))
    renumbered = np.full(len(names), -1, dtype=np.int32)
    renumbered[order] = np.arange(len(order), dtype=np.int32)
    return [names[i] for i in order], renumbered


def _refusals(report: Report) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(f"{reason}: {detail}" if detail else reason, count, rows)
        for reason, (count, rows, detail) in report.refused.items()
    )


class _PhotoFolders:
    """Finds photos, and only such as lie, after links are followed, in one of a few folders."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._roots = [folder.resolve() for folder in folders]
        self._real = lru_cache(maxsize=65_536)(self._resolve)  # photos share few folders: one look at each

    def find(self, image: str) -> tuple[str, str]:
        """Return the path of a photo and "", or "" and why there is none."""
        why = "no such file"
        folder, name = os.path.split(image)
        for root in self._roots:
            try:
                path = self._real(root, folder) + name
                mode = os.lstat(path).st_mode
                if stat.S_ISLNK(mode):
                    path = self._real(root, image).rstrip(os.sep)
                    mode = os.lstat(path).st_mode
            except _OutsideError:
                why = "outside the folders of posts and photos"
            except (OSError, ValueError, RuntimeError):  # not there; no name for a file; links in a circle
                continue
            else:
                if stat.S_ISREG(mode):
                    return path, ""
                why = "not a file"
        return "", why

    def _resolve(self, root: Path, named: str) -> str:
        """Return where `named` really is, with a separator at its end; raise where that is outside."""
        path = (root / named).resolve()  # an absolute name stays what it is
        if not any(path.is_relative_to(allowed) for allowed in self._roots):
            raise _OutsideError
        return f"{path}{os.sep}"


class _OutsideError(Exception):
    """A path leads out of the folders."""
