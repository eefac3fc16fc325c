"""Invents the posts of the sample photos: hashtags that suit what a photo shows, likes, dates, accounts."""

from __future__ import annotations

import csv
import json
import re
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image
from tags import ACCOUNTS, GENERAL, SUBJECT_TAGS, THEME_TAGS

COLUMNS = ("post_link", "image", "search_hashtag", "tags", "likes", "datetime", "caption", "account")


@dataclass(frozen=True)
class Manner:
    """How people post."""

    tags_mean: float = 20  # hashtags a post, at most 30
    tags_spread: float = 5.5
    general_share: float = 0.12  # of a post's hashtags that suit any photo
    zipf: float = 0.55  # how much more the first of a pool is used than the last
    habits: int = 6  # tags of the theme that an account puts under most of its posts
    account_level: tuple[float, float] = (5.2, 1.0)  # mean and deviation of log-likes between accounts
    post_spread: float = 0.6  # deviation of log-likes within one
    unknown_likes: float = 0.06  # share of posts whose likes are hidden
    first_day: datetime = datetime(2024, 9, 1)
    days: int = 365


def shown(photo: Path) -> list[str]:
    """What a photo shows, from its JPEG comment."""
    with Image.open(photo) as image:
        comment = image.info.get("comment", b"")
    return [word for word in comment.decode().split(", ") if word]


def draw(pool: list[str], count: int, rng: np.random.Generator, zipf: float) -> list[str]:
    """`count` different ones, those first in the pool most often."""
    weights = (np.arange(len(pool)) + 2.0) ** -zipf
    count = min(count, len(pool))
    return (
        [str(t) for t in rng.choice(pool, count, replace=False, p=weights / weights.sum())] if count else []
    )


def subject_tags(subjects: list[str], rng: np.random.Generator) -> list[str]:
    """Hashtags for what the photo shows: known synonyms of each subject, and the words run together."""
    found: list[str] = []
    for subject in subjects:
        joined = re.sub(r"\W+", "", subject.lower())
        known = SUBJECT_TAGS.get(subject, [])
        found += [joined, *draw(known, int(rng.integers(1, len(known) + 1)) if known else 0, rng, 0.5)]
    return found


def rare_tags(
    theme: str, subjects: list[str], when: datetime, account: str, rng: np.random.Generator
) -> list[str]:
    """The long tail: what an author makes up."""
    subject = re.sub(r"\W+", "", str(rng.choice(subjects)).lower())
    made = [
        f"{subject}{rng.choice(['love', 'daily', 'oftheday', 'addict', 'time', 'vibes', 'gram', 'life'])}",
        f"{account.replace('.', '').replace('_', '')}",
        f"{theme}{when.year}",
        f"{theme}{when:%B}".lower(),
        f"{rng.choice(['my', 'the', 'our', 'todays', 'another'])}{subject}",
    ]
    return draw(made, int(rng.integers(0, 4)), rng, 0.1)


def tags_of(
    theme: str, subjects: list[str], account: str, when: datetime, rng: np.random.Generator, manner: Manner
) -> list[str]:
    """A post's hashtags, the theme's own among the first, no repeats."""
    count = int(np.clip(rng.normal(manner.tags_mean, manner.tags_spread), 4, 30))
    pool = THEME_TAGS[theme]
    own = np.random.default_rng(zlib.crc32(account.encode()))
    habits = [tag for tag in draw(pool, manner.habits, own, manner.zipf) if rng.random() < 0.7]
    general = draw(GENERAL, rng.binomial(count, manner.general_share), rng, manner.zipf)
    special = subject_tags(subjects, rng) + rare_tags(theme, subjects, when, account, rng)
    chosen = [theme, *habits, *special, *general]
    chosen += draw(pool, count, rng, manner.zipf)
    return list(dict.fromkeys(chosen))[:count]


def caption_of(subjects: list[str], rng: np.random.Generator) -> str:
    first, last = subjects[0], subjects[-1]
    return str(
        rng.choice(
            [
                f"{first.capitalize()}.",
                f"{first.capitalize()} and {last} today.",
                f"A bit of {first} for your feed.",
                f"{last.capitalize()} never gets old.",
                f"More {first}, please!",
                f"Weekend: {first}.",
                "",
            ]
        )
    )


def post_of(photo: Path, seed: int, manner: Manner) -> dict[str, object]:
    theme, _, number = photo.stem.rpartition("_")
    rng = np.random.default_rng([seed, zlib.crc32(photo.stem.encode())])
    subjects = shown(photo)
    account = str(rng.choice(ACCOUNTS[theme]))
    level = np.random.default_rng(zlib.crc32(account.encode()) + 1).normal(*manner.account_level)
    when = manner.first_day + timedelta(seconds=int(rng.integers(manner.days * 86400)))
    likes = int(np.exp(rng.normal(level, manner.post_spread)))
    return {
        "post_link": f"https://example.com/p/{zlib.crc32(photo.stem.encode()):08x}{number}",
        "image": f"photos/{photo.name}",
        "search_hashtag": theme,
        "tags": json.dumps(tags_of(theme, subjects, account, when, rng, manner), ensure_ascii=False),
        "likes": "" if rng.random() < manner.unknown_likes else likes,
        "datetime": f"{when:%Y-%m-%dT%H:%M:%S}",
        "caption": caption_of(subjects, rng),
        "account": account,
    }


def write_posts(folder: Path, seed: int, manner: Manner = Manner()) -> None:
    photos = sorted((folder / "photos").glob("*.jpg"))
    with (folder / "posts.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(post_of(photo, seed, manner) for photo in photos)
