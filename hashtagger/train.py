"""Learn a model from posts: the steps, in order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import numpy as np

from hashtagger.backbones import resolve
from hashtagger.downloads import fetch_photos
from hashtagger.errors import PostsError
from hashtagger.feature_cache import FeatureCache, cache_folder
from hashtagger.features import Backbone, Extracted, extract_features
from hashtagger.fitting import Progress, fit_model
from hashtagger.model import save
from hashtagger.posts import Posts, Refusal, read_posts

Notify = Callable[[str], None]


@dataclass(frozen=True)
class Training:
    """What a training learned, and what it left out."""

    folder: str
    posts: int
    posts_with_likes: int
    hashtags: int
    photos: int
    backbone: str | None
    refusals: tuple[Refusal, ...]
    seconds: float


def train(
    posts_file: Path,
    folder: Path,
    *,
    backbone: str = "auto",
    photos_dir: Path | None = None,
    columns: Mapping[str, str] | None = None,
    download: bool = False,
    notify: Notify = lambda line: None,
    progress: Progress = lambda stage, done, total: None,
) -> Training:
    """Learn from `posts_file` and write the model to `folder`, replacing the one there in one step.

    Raises PostsError where nothing can be learned, BackboneError where the network cannot be had, ModelError
    where the folder cannot be written.
    """
    started = monotonic()
    posts = read_posts(posts_file, photos_dir=photos_dir, columns=columns)
    for note in posts.notes:
        notify(note)
    files, unfetched = photo_files(posts, download, progress)
    network = resolve(backbone, notify) if any(files) else None
    extracted, unread = read_photos(files, network, notify, progress)
    model = fit_model(posts, extracted, network, progress)
    refusals = (*posts.refusals, *_gather_refusals(posts, {**unfetched, **unread}))
    provenance = {"file": posts_file.name, "refused": {refusal.reason: refusal.count for refusal in refusals}}
    save(replace(model, card={**model.card, "provenance": provenance}), folder)
    return Training(
        folder=str(folder),
        posts=len(posts.links),
        posts_with_likes=int(np.count_nonzero(~np.isnan(posts.likes))),
        hashtags=len(posts.vocabulary),
        photos=len(model.feature_posts),
        backbone=network.name if network else None,
        refusals=refusals,
        seconds=monotonic() - started,
    )


def photo_files(posts: Posts, download: bool, progress: Progress) -> tuple[list[Path | None], dict[int, str]]:
    """Return the photo file of each post, None without, and why photos at links are missing, by post."""
    linked = {i: photo for i, photo in enumerate(posts.photos) if photo.startswith(("http://", "https://"))}
    files = [Path(photo) if photo and i not in linked else None for i, photo in enumerate(posts.photos)]
    if not download:
        return files, dict.fromkeys(linked, "photo left out: it is at a link; give --download to fetch it")
    fetched = fetch_photos(
        list(dict.fromkeys(linked.values())),
        cache_folder() / "photos",
        lambda done, total: progress("downloading photos", done, total),
    )
    failures = {}
    for i, link in linked.items():
        if isinstance(outcome := fetched[link], Path):
            files[i] = outcome
        else:
            failures[i] = f"photo left out: {outcome}"
    return files, failures


def read_photos(
    files: list[Path | None], network: Backbone | None, notify: Notify, progress: Progress
) -> tuple[Extracted | None, dict[int, str]]:
    """Return the features of the posts' photos, indexed by post, and why others have none, by post."""
    if network is None:
        return None, {}
    posts = np.array([i for i, file in enumerate(files) if file], np.int64)
    cache = FeatureCache(cache_folder() / "features.sqlite", notify)
    extracted = extract_features(
        [file for file in files if file],
        network,
        cache,
        lambda done, total: progress("reading photos", done, total),
    )
    failures = {
        int(posts[i]): f"photo left out: {_cause(reason)}" for i, reason in extracted.failures.items()
    }
    if not len(extracted.index):
        example = next(iter(extracted.failures.values()))
        raise PostsError(f"none of the {len(posts):,} photos can be read ({example}); check the image column")
    return replace(extracted, index=posts[extracted.index]), failures


def _gather_refusals(posts: Posts, reasons: Mapping[int, str]) -> list[Refusal]:
    """Return refusals by reason from reasons by post."""
    rows: dict[str, list[int]] = {}
    for post, reason in sorted(reasons.items()):
        rows.setdefault(reason, []).append(int(posts.rows[post]))
    return [Refusal(reason, len(where), tuple(where[:5])) for reason, where in rows.items()]


def _cause(reason: str) -> str:
    """Return why a photo was refused without its name, so that like reasons count together."""
    return reason.rsplit(": ", 1)[-1]
