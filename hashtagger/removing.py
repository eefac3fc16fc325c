"""Forget posts: out of the model, with all that only they brought, and out of the caches."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from hashtagger.corpora import subset
from hashtagger.errors import ModelError, UsageError
from hashtagger.feature_cache import FeatureCache, cache_folder, is_copy
from hashtagger.features import content_hash
from hashtagger.fitting import Index, index_cells, index_photos
from hashtagger.folders import link_key
from hashtagger.model import Model, save, sweep
from hashtagger.posts import Posts
from hashtagger.refitting import carry_skipgram, changing, network_of, number_anew, posts_of, refit
from hashtagger.training import Notify


@dataclass(frozen=True)
class Removal:
    """What was forgotten, and what the model holds now."""

    folder: str
    removed: int  # posts
    unknown: tuple[str, ...]  # what was asked for and is not in the model
    photos_removed: int
    hashtags_removed: int
    posts: int  # that are left
    hashtags: int
    seconds: float = 0.0


def remove(
    links: Sequence[str],
    folder: Path,
    *,
    account: str | None = None,
    notify: Notify = lambda line: None,
) -> Removal:
    """Forget posts by link, or by the path of their photo where they have none, and those of an `account`.

    Nothing of them stays in a file of the model or of the caches, but for what was learned from all posts
    together: the skip-gram's vectors of hashtags that others use too, and the reduction of features. Raises
    ModelError where none of them is in the model, or no other post is.
    """
    if not any(links) and not account:
        raise UsageError("remove needs the link of a post, or --account NAME")
    started = monotonic()
    with changing(folder, notify) as before:
        removal = _remove(before, links, account, folder, notify)
    del before
    sweep(folder)  # on Windows the old parts could not go while we had them open
    return replace(removal, seconds=monotonic() - started)


def _remove(
    before: Model, links: Sequence[str], account: str | None, folder: Path, notify: Notify
) -> Removal:
    posts = posts_of(before)
    gone, unknown = _find(posts, links, account)
    sweep(folder)  # a removal may have been killed before it was through
    if not gone:
        raise ModelError(f"{folder}: not in the model: {', '.join(unknown)}; nothing was changed")
    keep = np.setdiff1d(np.arange(len(posts)), sorted(gone))
    if not len(keep):
        raise ModelError(f"{folder}: that is every post of the model; delete the folder instead")
    stays = np.isin(before.feature_posts, keep)
    left, index = subset(posts, keep), _keep_photos(before, stays, keep)
    _forget_photos(before.contents[~stays], index.contents, notify)  # first: it can be done twice
    numbers = number_anew(before, left)
    touched = numbers.now[np.unique(np.concatenate([before.tags_of(post) for post in gone]))]
    skipgram = carry_skipgram(before, numbers)
    after = refit(before, left, numbers, touched[touched >= 0], index, skipgram, network_of(before))
    made_of = {"removed": before.card.get("provenance", {}).get("removed", 0) + len(gone)}
    save(replace(after, card={**after.card, "provenance": made_of}), folder, replacing=before)
    return Removal(
        folder=str(folder),
        removed=len(gone),
        unknown=unknown,
        photos_removed=int(np.count_nonzero(~stays)),
        hashtags_removed=len(posts.vocabulary) - len(left.vocabulary),
        posts=len(left),
        hashtags=len(left.vocabulary),
    )


def _find(posts: Posts, links: Sequence[str], account: str | None) -> tuple[set[int], tuple[str, ...]]:
    """Return the posts asked for, and what names none."""
    wanted = {link: {link_key(link) or link, str(Path(link).resolve())} for link in links if link}
    places: dict[str, list[int]] = {name: [] for names in wanted.values() for name in names}
    for i, (link, photos) in enumerate(zip(posts.links, posts.photos, strict=True)):
        if (name := link_key(link) or link or "".join(photos)) in places:
            places[name].append(i)
    found = {link: [i for name in names for i in places[name]] for link, names in wanted.items()}
    if account:
        found[f"account {account}"] = [i for i, name in enumerate(posts.accounts) if name == account]
    unknown = tuple(name for name, its in found.items() if not its)
    return {i for its in found.values() for i in its}, unknown


def _keep_photos(model: Model, stays: NDArray[np.bool_], keep: NDArray[np.int64]) -> Index:
    """Return the photos of a model that stay, (m,), which belong to the posts to `keep`.

    The cells are made anew: the center of a cell with few photos would tell of each. Where none stays, nor
    does the reduction.
    """
    if not stays.any():
        return index_photos(None)
    posts = np.searchsorted(keep, model.feature_posts[stays])
    return index_cells(Index(model.reduction, model.features[stays], posts, model.contents[stays]))


def _forget_photos(contents: NDArray[np.uint8], others: NDArray[np.uint8], notify: Notify) -> None:
    """Take photos out of our caches, by the hash of their files, but for those of `others`."""
    cache = cache_folder()
    if unknown := int(np.count_nonzero(~contents.any(axis=1))):
        notify(
            f"{unknown:,} of the photos were learned by an older hashtagger, which kept no hash of them: "
            f"delete {cache} if it was used with them"
        )
    gone = set(map(bytes, contents)) - set(map(bytes, others))
    if not gone:
        return
    if (features := cache / "features.sqlite").exists():
        held = FeatureCache(features, notify)
        held.forget(gone)
        held.close()
    for path in chain(cache.glob("photos/*"), cache.glob("exports/*/*")):
        if is_copy(path) and path.is_file() and content_hash(path.read_bytes()) in gone:
            path.unlink()
            with suppress(OSError):
                path.parent.rmdir()  # where it was the only one
