"""A posts file -> checked posts, by column: hashtags as ids, photos as paths that may be opened."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hashtagger import hashtags
from hashtagger.columns import dates, likes, pieces, shorten, text
from hashtagger.errors import PostsError
from hashtagger.folders import Find, NamedPhotos, find_photos, link_key
from hashtagger.readers import open_sources
from hashtagger.tables import Place, Report, Row, show_place

_HIDDEN_LIKES = (0, 3)  # what sources write where likes are hidden, besides nothing and -1
_OFTEN = 1000  # posts between two tellings of how many were read
_FEW = 4  # posts that may well have so few likes


@dataclass(frozen=True)
class Refusal:
    """Rows, or photos of rows, left out for one reason."""

    reason: str
    count: int
    rows: tuple[int, ...]  # the first five; 0 where a file is one post
    files: tuple[str, ...]  # that these rows are in

    @classmethod
    def of(cls, reason: str, count: int, places: Iterable[Place]) -> Refusal:
        """Return a refusal of what stands at `places`."""
        files, rows = zip(*places, strict=True)
        return cls(reason, count, rows, files)

    def __str__(self) -> str:
        """Return it as one line: `12 rows: no hashtag (posts.csv, rows 3, 9, 11, 14, 20, ...)`."""
        rows_of: dict[str, list[str]] = {}
        for file, row in zip(self.files, self.rows, strict=True):
            rows_of.setdefault(file, []).extend([str(row)] if row else [])
        places = [
            f"{file}, row{'s' * (len(rows) > 1)} {', '.join(rows)}" if rows else file
            for file, rows in rows_of.items()
        ]
        what = "row" if all(self.rows) else "post" if any(self.rows) else "file"
        more = ", ..." if self.count > len(self.rows) else ""
        return f"{self.count:,} {what}{'s' * (self.count != 1)}: {self.reason} ({'; '.join(places)}{more})"


@dataclass(frozen=True)
class ReadSource:
    """What one path held."""

    name: str
    format: str  # one of readers.KINDS
    posts: int


@dataclass(frozen=True, eq=False)
class Posts:
    """`n` posts by column: entry `i` of each belongs to the post at `rows[i]` of the file `files[i]`."""

    links: list[str]  # "" where unknown, as in every column of text
    photos: list[tuple[str, ...]]  # of each: absolute paths of files that are there, or http(s) URLs
    accounts: list[str]
    search_hashtags: list[str]  # normalized
    categories: list[str]
    captions: list[str]  # empty unless they were asked for: they are long
    likes: NDArray[np.float64]  # (n,), nan where unknown
    dates: NDArray[np.datetime64]  # (n,) datetime64[s] in UTC, NaT where unknown
    vocabulary: list[str]  # hashtag names, the most used first, ties by name; the place is the id
    indptr: NDArray[np.int64]  # (n + 1,): the hashtags of post i are tag_ids[indptr[i]:indptr[i + 1]]
    tag_ids: NDArray[np.int32]  # (uses,), in the listed order, each once a post
    listed: NDArray[np.int32]  # (n,) hashtags as listed, repeats included
    rows: NDArray[np.int64]  # (n,) row in the file; `tables` says how rows are counted; 0: all of the file
    files: list[str]  # as messages call them
    sources: tuple[ReadSource, ...]  # the paths read
    refusals: tuple[Refusal, ...]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many posts there are."""
        return len(self.links)


def read_posts(
    *paths: Path,
    photos_dir: Path | None = None,
    columns: Mapping[str, str] | None = None,
    kind: str | None = None,
    captions: bool = False,
    find: Find | None = None,
    likes_known: bool = False,
    progress: Callable[[int], None] = lambda posts: None,
) -> Posts:
    """Read posts from all of `paths`, each in any of the formats that `readers` knows, told apart by content.

    Photos are looked for in `photos_dir`, then beside a file or in a folder. `columns` names those of tables,
    `{"tags": "COLUMN"}`; `kind` forces a format. Posts keep their order; what is wrong with single rows is
    told in `refusals`. Captions are kept where `captions` asks for them; `find` looks for photos in place of
    the above; with `likes_known`, none of the likes stand for hidden ones. Raises PostsError where a path
    cannot be read or nothing can be used, UsageError where `columns` or `kind` names what is not there.
    """
    report, gathered = Report(), _Gathered(with_captions=captions)
    sources: list[ReadSource] = []
    for opened in open_sources(paths, report, photos_dir, columns or {}, kind):
        before = len(gathered.rows)
        for row in opened.rows:
            _take(row, gathered, find or opened.find, opened.others, report)
            if not len(gathered.rows) % _OFTEN:
                progress(len(gathered.rows))
        sources.append(ReadSource(opened.name, opened.kind, len(gathered.rows) - before))
    refusals = _refusals(report)
    if not gathered.rows:
        why = "; ".join(map(str, refusals)) or "it holds no rows"
        raise PostsError(f"{', '.join(map(str, paths))}: no post with a hashtag: {why}")
    known, moments = np.array(gathered.likes), dates(gathered.dates)
    ends = np.cumsum([source.posts for source in sources])
    for source, values in zip(sources, np.split(known, ends[:-1]), strict=True):
        report.file = source.name
        if not likes_known:
            _hide(values, report)
    unreadable = [i for i in np.flatnonzero(np.isnat(moments)) if gathered.dates[i]]
    if unreadable:
        first = unreadable[0]
        report.file, number = gathered.place(int(first))
        example = f"row {number}: {shorten(gathered.dates[first])}"
        report.note(f"{len(unreadable):,} dates cannot be read and stay unknown ({example})")
    return _posts(gathered, known, moments, tuple(sources), refusals, report.lines())


@dataclass
class _Gathered:
    """The posts so far; hashtags have ids in the order of their first appearance."""

    with_captions: bool
    links: list[str] = field(default_factory=list)
    photos: list[tuple[str, ...]] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    search_hashtags: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    likes: array[float] = field(default_factory=lambda: array("d"))
    tag_ids: array[int] = field(default_factory=lambda: array("i"))
    ends: array[int] = field(default_factory=lambda: array("q", [0]))
    listed: array[int] = field(default_factory=lambda: array("i"))
    rows: array[int] = field(default_factory=lambda: array("q"))
    first: dict[object, int] = field(default_factory=dict)  # what identifies a post -> the first such
    names: dict[str, int] = field(default_factory=dict)

    def place(self, post: int) -> Place:
        """Return where a post stands."""
        return self.files[post], self.rows[post]

    def ids(self, parts: Iterable[str]) -> list[int]:
        """Return the ids of the hashtags in pieces of text, as listed; most are a name that came before."""
        found: list[int] = []
        for part in parts:
            known = self.names.get(part.removeprefix("#"))
            found += self._named(_split(part)) if known is None else (known,)
        return found

    def ids_in_caption(self, caption: str) -> list[int]:
        """Return the ids of the hashtags in a caption, as listed."""
        return self._named(hashtags.find(caption))

    def _named(self, names: Iterable[str]) -> list[int]:
        return [self.names.setdefault(name, len(self.names)) for name in names]


def _take(row: Row, gathered: _Gathered, find: Find, others: NamedPhotos | None, report: Report) -> None:
    """Add one row to the posts, or tell the report why not."""
    number, (link, image, search, tags, likes_, date, caption, account, category) = row
    listed = gathered.ids(pieces(tags)) or gathered.ids_in_caption(text(caption))
    if not listed:
        report.refuse("no hashtag", number)
        return
    ids = tuple(dict.fromkeys(listed))
    link, images = text(link), images_of(image)
    photos, lost = find_photos(link, images, find, others)
    if link or images:
        name = link_key(link) or (photos or images, frozenset(ids))
        first = gathered.first.setdefault(name, len(gathered.rows))
        if first < len(gathered.rows):
            report.refuse("same post as an earlier row", number, show_place(*gathered.place(first)))
            return
    for photo, why in lost.items():
        report.refuse(f"photo left out: {why}", number, shorten(photo))
    gathered.links.append(link)
    gathered.photos.append(photos)
    gathered.search_hashtags.append(_normalize(text(search)))
    gathered.accounts.append(text(account))
    gathered.categories.append(text(category))
    gathered.likes.append(likes(f"{likes_:.6f}" if isinstance(likes_, float) else text(likes_)))
    gathered.dates.append(text(date))
    gathered.tag_ids.extend(ids)
    gathered.ends.append(len(gathered.tag_ids))
    gathered.listed.append(len(listed))
    gathered.rows.append(number)
    gathered.files.append(report.file)
    if gathered.with_captions:
        gathered.captions.append(text(caption))


_normalize = lru_cache(maxsize=65_536)(hashtags.normalize)
_split = lru_cache(maxsize=65_536)(hashtags.split)


def images_of(cell: object) -> tuple[str, ...]:
    """Return the photos that a cell names: one, or a list of them, which may be written as JSON."""
    if isinstance(cell, str) and cell.startswith("["):
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            return (text(cell),)
    if isinstance(cell, list):
        return tuple(dict.fromkeys(name for item in cell if (name := text(item))))
    name = text(cell)
    return (name,) if name else ()


def _hide(values: NDArray[np.float64], report: Report) -> None:
    """Make unknown, in place, the likes (n,) that most posts of one source claim to have: 0 or 3.

    Instagram and its scrapers write such a number where an account hides its likes.
    """
    for mark in _HIDDEN_LIKES * len(_HIDDEN_LIKES):  # with one gone, another may be most of the rest
        hidden = values == mark
        if (count := np.count_nonzero(hidden)) > max(_FEW, np.count_nonzero(~np.isnan(values)) / 2):
            values[hidden] = np.nan
            report.note(f"{count:,} posts say {mark} likes, most of all: likes that are hidden, so unknown")


def _posts(
    gathered: _Gathered,
    likes: NDArray[np.float64],
    moments: NDArray[np.datetime64],
    sources: tuple[ReadSource, ...],
    refusals: tuple[Refusal, ...],
    notes: tuple[str, ...],
) -> Posts:
    tag_ids = np.array(gathered.tag_ids, dtype=np.int32)
    vocabulary, renumbered = number_by_use(list(gathered.names), tag_ids)
    return Posts(
        links=gathered.links,
        photos=gathered.photos,
        accounts=gathered.accounts,
        search_hashtags=gathered.search_hashtags,
        categories=gathered.categories,
        captions=gathered.captions,
        likes=likes,
        dates=moments,
        vocabulary=vocabulary,
        indptr=np.array(gathered.ends, dtype=np.int64),
        tag_ids=renumbered[tag_ids],
        listed=np.array(gathered.listed, dtype=np.int32),
        rows=np.array(gathered.rows, dtype=np.int64),
        files=gathered.files,
        sources=sources,
        refusals=refusals,
        notes=notes,
    )


def number_by_use(names: list[str], tag_ids: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int32]]:
    """Return the names in use, the most used first and ties by name, and (len(names),) the new id of each."""
    uses = np.bincount(tag_ids, minlength=len(names))
    by_use = np.argsort(-uses, kind="stable")[: np.count_nonzero(uses)]
    ties = np.split(by_use, np.flatnonzero(np.diff(uses[by_use])) + 1)
    order = [i for tied in ties for i in sorted(tied.tolist(), key=names.__getitem__)]
    renumbered = np.full(len(names), -1, dtype=np.int32)
    renumbered[order] = np.arange(len(order), dtype=np.int32)
    return [names[i] for i in order], renumbered


def _refusals(report: Report) -> tuple[Refusal, ...]:
    return tuple(
        Refusal.of(f"{reason}: {detail}" if detail else reason, count, places)
        for reason, (count, places, detail) in report.refused.items()
    )
