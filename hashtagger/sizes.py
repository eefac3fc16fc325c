"""Sizes of hashtags: broad, middle or niche, by how many posts use them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hashtagger.errors import UsageError
from hashtagger.hashtags import normalize
from hashtagger.model import Model

BROAD_POSTS, MIDDLE_POSTS = 1_000_000, 100_000  # posts on the platform from which a hashtag is so large
_MOST_ROWS_NAMED = 5


def bounds(counts: NDArray[np.integer]) -> tuple[int, int]:
    """Return the uses from which a hashtag is broad, and from which it is middle; below it is niche.

    Of all uses (v,), the broad hashtags, the most used ones, make up a third, the middle ones another third,
    and the niche ones the rest: the rule holds for a model of any size. Hashtags with as many uses are of one
    size.
    """
    hashtags = np.bincount(counts)  # with each number of uses
    uses = np.cumsum((hashtags * np.arange(len(hashtags)))[::-1])  # of hashtags with so many or more
    ends = np.searchsorted(uses, [uses[-1] / 3, uses[-1] * 2 / 3])
    broad, middle = (len(hashtags) - 1 - ends).tolist()
    return broad, middle


def size_marks(model: Model, posts: Mapping[str, int]) -> Callable[[int], str]:
    """Return what tells the size of a hashtag by its number in the model.

    Where `posts` tells on how many posts of the platform it stands, broad is from a million, middle from a
    hundred thousand; else its uses in the model decide.
    """
    in_model = bounds(model.counts) if len(model.counts) else (0, 0)

    def mark(tag: int) -> str:
        known = posts.get(model.names[tag]) if posts else None
        if known is None:
            return _size(int(model.counts[tag]), *in_model)
        return _size(known, BROAD_POSTS, MIDDLE_POSTS)

    return mark


def read_sizes(path: Path) -> tuple[dict[str, int], str]:
    """Return the posts of each hashtag in a CSV file of `tag,post_count`, and what was left out, in a line.

    A first row that names the columns is passed over. Raises UsageError where the file cannot be read or
    holds no size at all.
    """
    posts: dict[str, int] = {}
    bad: list[int] = []
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            for number, row in enumerate(csv.reader(file), start=1):
                name, count = (normalize(row[0]), _count(row[1])) if len(row) > 1 else ("", None)
                if name and count is not None:
                    posts[name] = count
                elif number > 1 and any(row):
                    bad.append(number)
    except (OSError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{path}: cannot read the file of sizes ({reason})") from error
    if not posts:
        raise UsageError(f"{path}: holds no sizes; write rows such as: cats,280000000")
    return posts, _left_out(path, bad)


def _left_out(path: Path, rows: list[int]) -> str:
    if not rows:
        return ""
    named = ", ".join(map(str, rows[:_MOST_ROWS_NAMED])) + (", ..." if len(rows) > _MOST_ROWS_NAMED else "")
    what = "1 row is" if len(rows) == 1 else f"{len(rows):,} rows are"
    return f"{path}: {what} no hashtag and number of posts, and left out (row {named})"


def _count(text: str) -> int | None:
    digits = text.strip().replace(",", "")
    return int(digits) if digits.isdecimal() and len(digits) < 16 else None


def _size(posts: int, broad: int, middle: int) -> str:
    return "broad" if posts >= broad else "middle" if posts >= middle else "niche"
