"""Put new posts into a model: what is counted is counted anew, what was learned goes on from where it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from hashtagger.backbones import resolve
from hashtagger.corpora import join, subset
from hashtagger.errors import ModelError
from hashtagger.feature_cache import FeatureCache, cache_folder
from hashtagger.features import Backbone, Extracted
from hashtagger.fitting import Index, Progress, index_cells, index_photos, sort_photos
from hashtagger.folders import link_key
from hashtagger.model import Model, expect_writable, save
from hashtagger.neighbors import DIMENSIONS, reduce_all
from hashtagger.posts import Posts, Refusal
from hashtagger.readers import name_sources
from hashtagger.refitting import (
    Numbers,
    carry_skipgram,
    changing,
    index_of,
    network_of,
    number_anew,
    posts_of,
    refit,
)
from hashtagger.skipgram import Skipgram, SkipgramSettings, continue_skipgram
from hashtagger.training import (
    Notify,
    expect_photos,
    gather_posts,
    gather_refusals,
    photo_files,
    read_photos,
)

Known = dict[int, int]  # new posts -> the posts of the model that they are


@dataclass(frozen=True)
class Addition:
    """What was added to a model, and what it holds now."""

    folder: str
    added: int  # posts
    known: int  # posts that were there before
    likes_refreshed: int  # of them
    accounts_refreshed: int
    photos_added: int
    hashtags_added: int
    posts: int  # in all
    hashtags: int
    refusals: tuple[Refusal, ...]
    seconds: float = 0.0


def add(
    paths: Sequence[Path],
    folder: Path,
    *,
    photos_dir: Path | None = None,
    columns: Mapping[str, str] | None = None,
    kind: str | None = None,
    download: bool = False,
    notify: Notify = lambda line: None,
    progress: Progress = lambda stage, done, total: None,
) -> Addition:
    """Put the posts at `paths` into the model in `folder`, replacing it in one step.

    A post is known by its link or, where either has none, by its photos and hashtags, or without any by
    all that it says: then only its likes and account are taken over. Everything that is counted is as a
    training on all posts would have it; the reduction of features stays, and the skip-gram is continued
    on the new posts. Raises ModelError where there is no model that could be added to, and what `train`
    raises.
    """
    started = monotonic()
    with changing(folder, notify) as before:
        if "listed.npy" not in before.card["files"]:
            raise ModelError(f"{folder}: an older hashtagger made it and kept too little; train it again")
        posts = gather_posts(paths, photos_dir, columns, kind, notify, progress)
        expect_writable(folder)  # before the long work, so that a folder that is not writable costs no time
        met = _meet(before, posts_of(before), posts, name_sources(paths), download, notify, progress)
        return replace(_put(met, before, folder, progress), seconds=monotonic() - started)


@dataclass(frozen=True)
class _Met:
    """New posts set against those of a model."""

    kept: Posts  # of the model, refreshed
    fresh: Posts  # that it did not have
    known: int  # how many it had
    extracted: Extracted | None  # the features of their photos
    network: Backbone | None
    refusals: tuple[Refusal, ...]


def _put(met: _Met, before: Model, folder: Path, progress: Progress) -> Addition:
    """Write the model with new posts, if there is anything new, in the place of the model `before`."""
    joined, index, kept = join(met.kept, met.fresh), _append(before, met), len(met.kept)
    refreshed = int(np.sum(~np.isnan(met.kept.likes) & (met.kept.likes != before.likes)))
    renamed = sum(now != then for now, then in zip(met.kept.accounts, before.accounts.all(), strict=True))
    if len(met.fresh) or refreshed or renamed:
        numbers, news = number_anew(before, joined), joined.tag_ids[joined.indptr[kept] :]
        skipgram = _continue_skipgram(before, joined, numbers, progress)
        after = refit(before, joined, numbers, np.unique(news), index, skipgram, met.network, progress)
        made_of = before.card.get("provenance", {})
        made_of = {**made_of, "added": made_of.get("added", 0) + len(met.fresh)}
        save(replace(after, card={**after.card, "provenance": made_of}), folder, replacing=before)
    return Addition(
        folder=str(folder),
        added=len(met.fresh),
        known=met.known,
        likes_refreshed=refreshed,
        accounts_refreshed=renamed,
        photos_added=len(index.posts) - len(before.feature_posts),
        hashtags_added=len(joined.vocabulary) - len(before.names),
        posts=len(joined),
        hashtags=len(joined.vocabulary),
        refusals=met.refusals,
    )


def _meet(
    before: Model,
    kept: Posts,
    posts: Posts,
    source: str,
    download: bool,
    notify: Notify,
    progress: Progress,
) -> _Met:
    """Tell new posts from known ones; photos are read only of posts whose link is not known."""
    by_link = _known_by_link(kept, posts)
    unlinked = subset(posts, _others(posts, by_link))
    if len(unlinked):
        expect_photos([photo for photos in posts.photos for photo in photos], posts.refusals, source)
    photos = photo_files(unlinked, download, progress)
    expect_photos(photos.files, photos.lost, source)
    network = network_of(before) or (resolve("auto", notify) if photos.files else None)
    extracted, unread = read_photos(photos, network if photos.files else None, notify, progress)
    met = set(by_link.values())
    known = _known_by_content(before, kept, unlinked, extracted, met)
    seen = set() if extracted is None else set(extracted.index.tolist())
    known |= _known_by_what_they_say(kept, unlinked, seen, met)
    fresh = _others(unlinked, known)
    return _Met(
        kept=_refresh(_refresh(kept, posts, by_link), unlinked, known),
        fresh=subset(unlinked, fresh),
        known=len(posts) - len(fresh),
        extracted=extracted.of(fresh) if extracted else None,
        network=network,
        refusals=(*posts.refusals, *gather_refusals(unlinked, [*photos.missing, *unread])),
    )


def _others(posts: Posts, known: Known) -> NDArray[np.int64]:
    """Return the posts that are not among the known, ascending."""
    return np.array([i for i in range(len(posts)) if i not in known], np.int64)


def _known_by_link(kept: Posts, posts: Posts) -> Known:
    """Return the posts with the link of one of the model."""
    places = {key: i for i, link in enumerate(kept.links) if (key := link_key(link))}
    keys = map(link_key, posts.links)
    return {i: places[key] for i, key in enumerate(keys) if key in places}


def _known_by_what_they_say(kept: Posts, posts: Posts, seen: set[int], met: set[int]) -> Known:
    """Return which of the posts whose photo was not `seen` say the same as one of the model without a link.

    That is the name of their first photo and their hashtags or, without a photo, all that there is. Those of
    the model that were `met` are no others, and each stands for one.
    """
    unseen = [i for i, link in enumerate(posts.links) if i not in seen and not link_key(link)]
    if not unseen:
        return {}
    places: dict[tuple[str, ...], list[int]] = {}
    for place, link in enumerate(kept.links):
        if place not in met and not link_key(link):
            places.setdefault(_said(kept, place), []).append(place)
    said = {post: _said(posts, post) for post in unseen}
    return {post: places[what].pop(0) for post, what in said.items() if places.get(what)}


def _said(posts: Posts, i: int) -> tuple[str, ...]:
    """Return what a post without a link says, as far as a model keeps it."""
    rest = posts.photos[i][:1] or (posts.accounts[i], str(posts.dates[i]), str(np.float32(posts.likes[i])))
    return *rest, *sorted(_hashtags(posts, i))


def _known_by_content(
    before: Model, kept: Posts, posts: Posts, extracted: Extracted | None, met: set[int]
) -> Known:
    """Return the posts with the photos and hashtags of one of the model, where either has no link.

    Those of the model that were `met` by link are no others, and each stands for one.
    """
    if extracted is None:
        return {}
    alike = np.isin(
        before.contents[:, :8].copy().view(np.int64), extracted.contents[:, :8].copy().view(np.int64)
    )
    rows = np.isin(before.feature_posts, before.feature_posts[alike.ravel()])
    places: dict[bytes, list[int]] = {}
    for place, photos in _photos_of_posts(before.contents[rows], before.feature_posts[rows]).items():
        places.setdefault(photos, []).append(place)
    known: Known = {}
    for post, photos in _photos_of_posts(extracted.contents, extracted.index).items():
        for place in places.get(photos, ()):
            linked = link_key(kept.links[place]) and link_key(posts.links[post])
            if place not in met and not linked and _hashtags(kept, place) == _hashtags(posts, post):
                known[post] = place
                met.add(place)
                break
    return known


def _photos_of_posts(contents: NDArray[np.uint8], posts: NDArray[np.integer]) -> dict[int, bytes]:
    """Return what the photos of each post are known by, whatever their order; of `contents` (m, 16)."""
    photos: dict[int, bytes] = {}
    for post, content in sorted(zip(posts.tolist(), map(bytes, contents), strict=True)):
        if any(content):
            photos[post] = photos.get(post, b"") + content
    return photos


def _hashtags(posts: Posts, post: int) -> set[str]:
    return {posts.vocabulary[i] for i in posts.tag_ids[posts.indptr[post] : posts.indptr[post + 1]]}


def _refresh(kept: Posts, posts: Posts, known: Known) -> Posts:
    """Return the posts `kept` with the likes and accounts that the known ones among `posts` have now."""
    likes, accounts = kept.likes.copy(), list(kept.accounts)
    for post, place in known.items():
        if not np.isnan(posts.likes[post]):
            likes[place] = np.float32(posts.likes[post])  # as a model keeps them
        accounts[place] = posts.accounts[post] or accounts[place]
    return replace(kept, likes=likes, accounts=accounts)


def _append(before: Model, met: _Met) -> Index:
    """Return the photos of a model and those of new posts, which are numbered from its last on.

    A reduction that was fitted to few photos is fitted to all, where features of the old ones are cached;
    cells are made anew where photos have doubled.
    """
    if met.extracted is None or not len(met.extracted.index):
        return index_of(before)
    extracted = replace(met.extracted, index=len(before.links) + met.extracted.index)
    if before.features.shape[1] < min(DIMENSIONS, extracted.features.shape[1]):
        old = _cached_features(before, met.network)
        if len(old) == len(before.features):
            return index_photos(_after(old, before, extracted))
    reduced = reduce_all(extracted.features, before.reduction)
    held = index_of(before)
    index = replace(
        held,
        features=np.concatenate([held.features, reduced]),
        posts=np.concatenate([held.posts, extracted.index]),
        contents=np.concatenate([held.contents, extracted.contents]),
    )
    made_for = held.search["cells"]["photos"] if held.search else 0
    return index_cells(index) if len(index.posts) >= 2 * made_for else sort_photos(index)


def _cached_features(before: Model, network: Backbone | None) -> list[NDArray[np.float32]]:
    """Return the features of a model's photos that are in the cache, each (d,)."""
    if network is None:
        return []
    cache = FeatureCache(cache_folder() / "features.sqlite", lambda line: None)
    found = [cache.get(content.tobytes(), network.sha256) for content in before.contents]
    cache.close()
    return [feature for feature in found if feature is not None]


def _after(old: list[NDArray[np.float32]], before: Model, extracted: Extracted) -> Extracted:
    """Return the features of a model's photos, with those of new posts after them."""
    return Extracted(
        np.concatenate([*(feature[None] for feature in old), extracted.features]),
        np.concatenate([before.feature_posts, extracted.index]),
        np.concatenate([before.contents, extracted.contents]),
        {},
    )


def _continue_skipgram(before: Model, posts: Posts, numbers: Numbers, progress: Progress) -> Skipgram:
    """Return the skip-gram of a model, continued on posts that it does not have."""
    start, first = carry_skipgram(before, numbers), len(before.links)
    if first == len(posts):
        return start
    settings = SkipgramSettings(**before.card["skipgram"])
    return continue_skipgram(
        start,
        posts.indptr[first:] - posts.indptr[first],
        posts.tag_ids[posts.indptr[first] :],
        np.bincount(posts.tag_ids, minlength=len(posts.vocabulary)),
        replace(settings, epochs=SkipgramSettings.epochs),  # those of a large model are few
        lambda done, total: progress("learning which hashtags go together", done, total),
    )
