"""What passes between the steps of suggesting: small, frozen, and complete enough to explain itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A post whose photo looks like the one asked about."""

    post: int  # its number in the model
    similarity: float  # cosine of the two photos' reduced features, -1..1
    link: str
    photo: str
    account: str
    likes: float | None  # None: unknown


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One recommended hashtag, every signal that speaks for it, and the reason in words."""

    rank: int
    hashtag: str  # its name, without `#`
    score: float
    votes: int  # how many of the nearest posts use it
    uses: int  # how many posts of the model use it
    size: str  # broad, middle or niche, by use
    median_likes: float | None  # of the posts that use it; None: unknown
    rating: float | None  # ln(count) x normalised adjusted likes, the median of its uses
    lift: float | None  # percent more likes than the account's usual, where it is used; None: unknown
    lift_low: float | None  # 95 % interval of the lift
    lift_high: float | None
    similarity: float  # skip-gram cosine to what the nearest posts use, -1..1
    sources: tuple[str, ...]  # which candidate sources proposed it
    reason: str
