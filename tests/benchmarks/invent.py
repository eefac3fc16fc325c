"""Invented posts for benchmarks of any size: hashtags with a long tail, features in clusters, a posts file.

About 20 hashtags a post: some of its theme, some that everybody uses, the rest from a tail so long that new
hashtags keep coming as in real lists: 620,000 in 100,000 posts, where as many real ones had 550,000. Features
have the mean and the 64 main axes of those of the starter's photos, and lie about as close together.
"""

import csv
from pathlib import Path

import numpy as np

from hashtagger.model import STARTER, load
from hashtagger.posts import Posts

TAGS = 21  # drawn for a post; a few come twice and count once
THEMES, THEME_TAGS, COMMON_TAGS = 2000, 100, 100
OF_THEME, COMMON = 0.35, 0.03  # shares of the draws
TAIL, FLATNESS = 0.37, 5000  # P(rank > r) = (1 + r / FLATNESS) ** -TAIL
NAMES = 1 << 38  # numbers of hashtags stay below: post and number share 64 bits
POSTS_AN_ACCOUNT = 20
SUBJECT, OF_SUBJECT, CLOSER = 20, 0.45, 0.25  # themes of one subject; shares of the spread of features
NOISE = 0.05  # spread of a feature across the main axes, which have 2 to 7
CHUNK = 20_000  # posts at a time


def invent_posts(n: int, seed: int = 0) -> tuple[Posts, np.ndarray]:
    """Return n posts and the theme of each (n,); their photos are names of files that are not there."""
    rng = np.random.default_rng(seed)
    themes = (THEMES * rng.random(n) ** 2).astype(np.int64)
    uses = [_draw_hashtags(start, themes[start : start + CHUNK], rng) for start in range(0, n, CHUNK)]
    owners, numbers = np.divmod(np.concatenate(uses), NAMES)
    vocabulary, tag_ids = _by_use(numbers)
    sizes = np.bincount(owners, minlength=n)
    likes = np.rint(rng.lognormal(4, 1.5, n))
    likes[rng.random(n) < 0.1] = np.nan
    posts = Posts(
        links=[f"https://www.instagram.com/p/{seed:x}C{i:09x}/" for i in range(n)],
        photos=[(f"/photos/{i // 1000:05d}/{i:08d}.jpg",) for i in range(n)],
        accounts=[f"account_{i}" for i in (n / POSTS_AN_ACCOUNT * rng.random(n) ** 1.5).astype(np.int64)],
        search_hashtags=[f"theme{i}" for i in themes],
        categories=[""] * n,
        captions=[],
        likes=likes,
        dates=np.datetime64("2020-01-01", "s") + rng.integers(0, 10**8, n),
        vocabulary=vocabulary,
        indptr=np.concatenate([[0], np.cumsum(sizes)]),
        tag_ids=tag_ids,
        listed=sizes.astype(np.int32),
        rows=np.arange(2, n + 2),
        files=["posts.csv"] * n,
        sources=(),
        refusals=(),
        notes=(),
    )
    return posts, themes


def _draw_hashtags(first: int, themes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the hashtags of the posts of `themes` (p,), numbered from `first`, as post * NAMES + number."""
    shape = (len(themes), TAGS)
    kind, rank = rng.random(shape), rng.random(shape)
    of_theme = themes[:, None] * THEME_TAGS + (THEME_TAGS * rank**3).astype(np.int64)
    common = THEMES * THEME_TAGS + (COMMON_TAGS * rank**2).astype(np.int64)
    far = FLATNESS * (np.maximum(rank, 1e-4) ** (-1 / TAIL) - 1)
    rare = THEMES * THEME_TAGS + COMMON_TAGS + far.astype(np.int64) % (NAMES // 2)
    numbers = np.where(kind < OF_THEME, of_theme, np.where(kind > 1 - COMMON, common, rare))
    return np.unique((first + np.arange(len(themes)))[:, None] * NAMES + numbers)


def _by_use(numbers: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Return the names of hashtags, the most used first, and the place there of each of `numbers` (u,)."""
    named, ids, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    place = np.empty(len(named), np.int32)
    place[order] = np.arange(len(named))
    return [f"h{number:x}" for number in named[order]], place[ids]


def write_features(themes: np.ndarray, path: Path, seed: int = 0) -> None:
    """Write the features (n, d) of posts of `themes` (n,) to `path`, an .npy file of float32."""
    starter, rng = load(STARTER), np.random.default_rng(seed + 1)
    lengths = np.linalg.norm(starter.axes, axis=0)  # of each axis: 1 / square root of its spread
    spread = starter.axes / lengths / lengths**2  # (d, r)
    drawn = np.random.default_rng(0).standard_normal((2, THEMES, spread.shape[1]), np.float32)
    subjects = np.repeat(drawn[0, ::SUBJECT], SUBJECT, axis=0)
    centers = np.sqrt(OF_SUBJECT) * subjects + np.sqrt(CLOSER) * drawn[1]
    features = np.lib.format.open_memmap(path, "w+", np.float32, (len(themes), len(spread)))
    for start in range(0, len(themes), CHUNK):
        main = centers[themes[start : start + CHUNK]].astype(np.float32)
        main += np.float32(np.sqrt(1 - OF_SUBJECT - CLOSER)) * rng.standard_normal(main.shape, np.float32)
        noise = np.float32(NOISE) * rng.standard_normal((len(main), len(spread)), np.float32)
        features[start : start + CHUNK] = starter.mean + main @ spread.T + noise
    features.flush()


def write_posts(posts: Posts, path: Path) -> None:
    """Write posts as a CSV that `train` and `add` read, without photos."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["link", "tags", "likes", "date", "account", "search_hashtag"])
        for i, (start, end) in enumerate(zip(posts.indptr, posts.indptr[1:], strict=False)):
            tags = " ".join("#" + posts.vocabulary[tag] for tag in posts.tag_ids[start:end])
            known = [posts.links[i], tags, posts.likes[i], posts.dates[i], posts.accounts[i]]
            rows.writerow([*known, posts.search_hashtags[i]])
