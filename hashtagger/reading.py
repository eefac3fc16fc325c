"""Show what was understood of posts: counts, what was left out, and all of it as one table."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hashtagger.errors import UsageError
from hashtagger.folders import is_link
from hashtagger.posts import Posts, ReadSource, Refusal, read_posts
from hashtagger.tables import write_rows

HEADER = (
    *("post_link", "image", "search_hashtag", "tags", "likes", "datetime"),
    *("caption", "account", "category", "source"),
)


@dataclass(frozen=True)
class Reading:
    """What was understood, and what was not."""

    sources: tuple[ReadSource, ...]
    posts: int
    posts_with_likes: int
    hashtags: int
    photos: int  # files here
    links: int  # photos elsewhere
    refusals: tuple[Refusal, ...]
    notes: tuple[str, ...]
    output: str | None


def read(
    *paths: Path,
    output: Path | None = None,
    photos_dir: Path | None = None,
    columns: Mapping[str, str] | None = None,
    kind: str | None = None,
) -> tuple[Posts, Reading]:
    """Read posts, with captions, as a training would, and write them to `output`, `.csv` or `.parquet`.

    That file reads back to the same posts. Raises PostsError and UsageError as `read_posts` does, UsageError
    where `output` cannot be written.
    """
    if output and output.suffix.lower() not in (".csv", ".parquet"):
        raise UsageError(f"{output}: the table is written as .csv or .parquet; name it so")
    posts = read_posts(*paths, photos_dir=photos_dir, columns=columns, kind=kind, captions=True)
    photos = [photo for of_post in posts.photos for photo in of_post]
    outside: set[str] = set()
    if output:
        kept = [i for i, name in enumerate(HEADER) if name != "category" or any(posts.categories)]
        rows = list_rows(posts, output.parent.resolve(), outside)
        write_rows(output, [HEADER[i] for i in kept], ([row[i] for i in kept] for row in rows))
    notes = posts.notes
    if outside:
        folder = os.path.commonpath([str(Path(photo).parent) for photo in outside])
        notes = (*notes, f"photos lie outside the folder of {output}; read it with --photos {folder}")
    return posts, Reading(
        sources=posts.sources,
        posts=len(posts),
        posts_with_likes=int(np.count_nonzero(~np.isnan(posts.likes))),
        hashtags=len(posts.vocabulary),
        photos=sum(not is_link(photo) for photo in photos),
        links=sum(map(is_link, photos)),
        refusals=posts.refusals,
        notes=notes,
        output=str(output) if output else None,
    )


def list_rows(posts: Posts, folder: Path, outside: set[str]) -> Iterator[list[Any]]:
    """Yield the posts as cells under HEADER; None where unknown.

    Photos are named as seen from `folder`; those that lie elsewhere by their whole path, and are put into
    `outside`. A carousel's photos are written as a JSON list.
    """
    for i in range(len(posts)):
        names = [_name(photo, folder, outside) for photo in posts.photos[i]]
        likes, date = float(posts.likes[i]), posts.dates[i]
        yield [
            posts.links[i],
            names[0] if len(names) == 1 else json.dumps(names, ensure_ascii=False) if names else "",
            posts.search_hashtags[i],
            list_hashtags(posts, i),
            None if np.isnan(likes) else likes,
            None if np.isnat(date) else date.item(),
            posts.captions[i],
            posts.accounts[i],
            posts.categories[i],
            posts.files[i],
        ]


def list_hashtags(posts: Posts, post: int) -> list[str]:
    """Return the hashtags of a post as often as it lists them: its likes are shared among all of them."""
    names = [posts.vocabulary[i] for i in posts.tag_ids[posts.indptr[post] : posts.indptr[post + 1]]]
    return names + names[:1] * (int(posts.listed[post]) - len(names))


def _name(photo: str, folder: Path, outside: set[str]) -> str:
    if "://" in photo:  # a link, or an address of an extraction
        return photo
    if Path(photo).is_relative_to(folder):
        return Path(photo).relative_to(folder).as_posix()
    outside.add(photo)
    return photo
