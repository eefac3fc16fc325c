"""Learn a model from posts: the steps, in order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import numpy as np

from hashtagger.backbones import resolve
from hashtagger.downloads import fetch_photos
from hashtagger.errors import PostsError, UsageError
from hashtagger.feature_cache import FeatureCache, cache_folder
from hashtagger.features import Backbone, Extracted, extract_features
from hashtagger.filters import is_spam
from hashtagger.fitting import Progress, fit_model
from hashtagger.model import STARTER, load, prepare, save
from hashtagger.posts import Posts, Refusal, read_posts

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
    spam: bool = False,
    notify: Notify = lambda line: None,
    progress: Progress = lambda stage, done, total: None,
) -> Training:
    """Learn from `posts_file` and write the model to `folder`, replacing the one there in one step.

    Hashtags that only ask for follows or likes are learned but never suggested, unless `spam` is given.
    Raises PostsError where nothing can be learned, BackboneError where the network cannot be had, ModelError
    where the folder cannot be written, UsageError where `photos_dir` or a column is not there.
    """
    started = monotonic()
    if photos_dir and not photos_dir.is_dir():
        raise UsageError(f"--photos {photos_dir}: no such folder")
    posts = read_posts(posts_file, photos_dir=photos_dir, columns=columns)
    for note in posts.notes:
        notify(note)
    prepare(folder)  # before the long work, so that a wrong folder costs no time
    files, unfetched = photo_files(posts, download, progress)
    lost = (*posts.refusals, *(_gather_refusals(posts, unfetched) if download else ()))
    if not any(files) and (reasons := [why for why in lost if why.reason.startswith(_LEFT_OUT)]):
        raise PostsError(
            f"{posts_file}: no photo can be read: {reasons[0]}; check the image column and --photos"
        )
    network = resolve(backbone, notify) if any(files) else None
    extracted, unread = read_photos(files, network, notify, progress)
    model = fit_model(posts, extracted, network, progress, general=load(STARTER))
    refusals = (*posts.refusals, *_gather_refusals(posts, {**unfetched, **unread}))
    provenance = {"file": posts_file.name, "refused": {refusal.reason: refusal.count for refusal in refusals}}
    hidden = [] if spam else [i for i, name in enumerate(posts.vocabulary) if is_spam(name)]
    save(replace(model, card={**model.card, "provenance": provenance, "hidden": hidden}), folder)
    return Training(
        folder=str(folder),
        posts=len(posts.links),
        posts_with_likes=int(np.count_nonzero(~np.isnan(posts.likes))),
        hashtags=len(posts.vocabulary),
        most_used=posts.vocabulary[0],
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
        return files, dict.fromkeys(linked, f"{_LEFT_OUT}: it is at a link; give --download to fetch it")
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
            failures[i] = f"{_LEFT_OUT}: {outcome}"
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
    failures = {int(posts[i]): f"{_LEFT_OUT}: {reason}" for i, reason in extracted.failures.items()}
    if not len(extracted.index):
        example = next(iter(extracted.failures.values()))
        raise PostsError(f"none of the {len(posts):,} photos can be read: {example}; check the image column")
    return replace(extracted, index=posts[extracted.index]), failures


def _gather_refusals(posts: Posts, reasons: Mapping[int, str]) -> list[Refusal]:
    """Return refusals from reasons by post, gathered by what stands before the details in parentheses."""
    rows: dict[str, list[int]] = {}
    for post, reason in sorted(reasons.items()):
        rows.setdefault(reason.split(" (")[0], []).append(int(posts.rows[post]))
    return [Refusal(reason, len(where), tuple(where[:5])) for reason, where in rows.items()]
