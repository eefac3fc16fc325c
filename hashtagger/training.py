"""Learn a model from posts: the steps, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from hashtagger.backbones import resolve
from hashtagger.downloads import fetch_photos
from hashtagger.errors import PostsError
from hashtagger.feature_cache import FeatureCache, cache_folder, drop_copy
from hashtagger.features import Backbone, Extracted, extract_features
from hashtagger.fitting import Progress, fit_model, spam_among
from hashtagger.folders import is_link
from hashtagger.model import STARTER, Model, expect_writable, load, save
from hashtagger.posts import Posts, Refusal, read_posts
from hashtagger.readers import name_sources
from hashtagger.shards import open_shards
from hashtagger.tables import Place

Notify = Callable[[str], None]
_LEFT_OUT = "photo left out"  # how the reason begins where a post is kept without its photo


@dataclass(frozen=True)
class Training:
    """What a training learned, and what it left out."""

    folder: str
    posts: int
    posts_with_likes: int
    hashtags: int
    most_used: str  # the hashtag of most posts
    photos: int
    posts_with_photos: int
    backbone: str | None
    refusals: tuple[Refusal, ...]
    seconds: float


def train(
    paths: Sequence[Path],
    folder: Path,
    *,
    backbone: str = "auto",
    photos_dir: Path | None = None,
    columns: Mapping[str, str] | None = None,
    kind: str | None = None,
    download: bool = False,
    spam: bool = False,
    notify: Notify = lambda line: None,
    progress: Progress = lambda stage, done, total: None,
) -> Training:
    """Learn from the posts at `paths` and write the model to `folder`, replacing the one there in one step.

    Hashtags that only ask for follows or likes are learned but never suggested, unless `spam` is given.
    Raises PostsError where nothing can be learned, BackboneError where the network cannot be had, ModelError
    where the folder cannot be written, UsageError where `photos_dir` or a column is not there.
    """
    started = monotonic()
    posts = gather_posts(paths, photos_dir, columns, kind, notify, progress)
    expect_writable(folder)  # before the long work, so that a wrong folder costs no time
    source = name_sources(paths)
    photos = photo_files(posts, download, progress)
    expect_photos(photos.files, (*posts.refusals, *photos.lost), source)
    network = resolve(backbone, notify) if photos.files else None
    extracted, unread = read_photos(photos, network, notify, progress)
    refusals = (*posts.refusals, *gather_refusals(posts, [*photos.missing, *unread]))
    model = fit_model(posts, extracted, network, progress, general=load(STARTER))
    return _finish(posts, model, refusals, folder, source, spam, started)


def train_on_shards(
    shards: str,
    folder: Path,
    *,
    spam: bool = False,
    notify: Notify = lambda line: None,
    progress: Progress = lambda stage, done, total: None,
) -> Training:
    """Learn from shards as `hashtagger extract` writes them, at a path or an address, as `train` does."""
    started = monotonic()
    expect_writable(folder)
    with open_shards(shards) as (posts, extracted, lost, network):
        for note in posts.notes:
            notify(note)
        refusals = (*posts.refusals, *gather_refusals(posts, [(post, left_out(why)) for post, why in lost]))
        found, used = (extracted, network) if len(extracted.index) else (None, None)
        model = fit_model(posts, found, used, progress, general=load(STARTER))
        return _finish(posts, model, refusals, folder, shards, spam, started)


def _finish(
    posts: Posts,
    model: Model,
    refusals: tuple[Refusal, ...],
    folder: Path,
    source: str,
    spam: bool,
    started: float,
) -> Training:
    """Write the model to `folder`, and return what was learned."""
    provenance = {"file": source, "refused": {refusal.reason: refusal.count for refusal in refusals}}
    hidden = {} if spam else {"hidden": spam_among(posts.vocabulary)}
    save(replace(model, card={**model.card, "provenance": provenance, **hidden}), folder)
    network = model.card["backbone"]
    return Training(
        folder=str(folder),
        posts=len(posts.links),
        posts_with_likes=int(np.count_nonzero(~np.isnan(posts.likes))),
        hashtags=len(posts.vocabulary),
        most_used=posts.vocabulary[0],
        photos=len(model.feature_posts),
        posts_with_photos=len(np.unique(model.feature_posts)),
        backbone=network["name"] if network else None,
        refusals=refusals,
        seconds=monotonic() - started,
    )


def gather_posts(
    paths: Sequence[Path],
    photos_dir: Path | None,
    columns: Mapping[str, str] | None,
    kind: str | None,
    notify: Notify,
    progress: Progress,
) -> Posts:
    """Read posts, and tell how many there are so far and what is to be known about them."""
    posts = read_posts(
        *paths,
        photos_dir=photos_dir,
        columns=columns,
        kind=kind,
        progress=lambda done: progress("reading posts", done, 0),  # nobody knows how many there will be
    )
    for note in posts.notes:
        notify(note)
    return posts


def photo_files(posts: Posts, download: bool, progress: Progress) -> PhotoFiles:
    """Return the files of the posts' photos, and why photos at links are missing."""
    photos = [(post, photo) for post, of_post in enumerate(posts.photos) for photo in of_post]
    links = dict.fromkeys(photo for _, photo in photos if is_link(photo))
    fetched: Mapping[str, Path | str] = dict.fromkeys(links, "it is at a link; give --download to fetch it")
    if download:
        fetched = fetch_photos(
            links,
            cache_folder() / "photos",
            lambda done, total: progress("downloading photos", done, total),
        )
    found = [(post, fetched[photo] if photo in links else Path(photo)) for post, photo in photos]
    missing = [(post, left_out(why)) for post, why in found if isinstance(why, str)]
    return PhotoFiles(
        [file for _, file in found if isinstance(file, Path)],
        np.array([post for post, file in found if isinstance(file, Path)], np.int64),
        missing,
        gather_refusals(posts, missing) if download else [],
    )


@dataclass(frozen=True)
class PhotoFiles:
    """The m photos of posts that are files here."""

    files: list[Path]
    posts: NDArray[np.int64]  # (m,) the post of each, ascending
    missing: list[tuple[int, str]]  # other photos: their posts, and why they are no files here
    lost: list[Refusal]  # those of them that were to be fetched


def left_out(why: str) -> str:
    """Return the reason under which a post is named that is kept without its photo."""
    return f"{_LEFT_OUT}: {why}"


def expect_photos(found: Sequence[object], refusals: Iterable[Refusal], source: str) -> None:
    """Raise PostsError where no photo was found though there should be some, which `refusals` tell of."""
    if not found and (reasons := [why for why in refusals if why.reason.startswith(_LEFT_OUT)]):
        raise PostsError(f"{source}: no photo can be read: {reasons[0]}; check the image column and --photos")


def read_photos(
    photos: PhotoFiles, network: Backbone | None, notify: Notify, progress: Progress
) -> tuple[Extracted | None, list[tuple[int, str]]]:
    """Return the features of photos, indexed by their posts, and the posts of others with the reason why."""
    if network is None:
        return None, []
    cache = FeatureCache(cache_folder() / "features.sqlite", notify)
    extracted = extract_features(
        photos.files,
        network,
        cache,
        lambda done, total: progress("reading photos", done, total),
    )
    for i in extracted.failures:
        drop_copy(photos.files[i])
    failures = [(int(photos.posts[i]), left_out(reason)) for i, reason in extracted.failures.items()]
    if not len(extracted.index):
        example = next(iter(extracted.failures.values()))
        raise PostsError(
            f"none of the {len(photos.files):,} photos can be read: {example}; check the image column"
        )
    return replace(extracted, index=photos.posts[extracted.index]), failures


def gather_refusals(posts: Posts, reasons: Iterable[tuple[int, str]]) -> list[Refusal]:
    """Return refusals from posts with reasons, gathered by what stands before the details in parentheses."""
    places: dict[str, list[Place]] = {}
    for post, reason in sorted(reasons):
        places.setdefault(reason.split(" (")[0], []).append((posts.files[post], int(posts.rows[post])))
    return [Refusal.of(reason, len(where), where[:5]) for reason, where in places.items()]
