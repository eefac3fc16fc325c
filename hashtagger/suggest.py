"""Suggest hashtags for one photo: the steps, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hashtagger.datamodels import Neighbor, Suggestion
from hashtagger.diversify import hold_back, pick_sets
from hashtagger.errors import ModelError, UsageError
from hashtagger.features import Extractor
from hashtagger.hashtags import show, split, words
from hashtagger.model import Model
from hashtagger.neighbors import reduce_features
from hashtagger.photos import open_photo
from hashtagger.published import gather_published, value_published
from hashtagger.ranking import Signals, belonging, best_company, measure, value
from hashtagger.ratings import percent_more
from hashtagger.sizes import size_marks
from hashtagger.sources import SOURCES, Candidates, Query, ask, gather
from hashtagger.voters import NOBODY, Voters, elect, tags_of_posts

UNLIKE = 0.5  # cosine of the nearest photo below which nothing in the model looks like the photo
FAINT = 0.4  # length of a feature, as a share of the mean's, below which the network sees nothing in a photo


@dataclass(frozen=True)
class SuggestSettings:
    """What a person can ask of `suggest`."""

    top: int = 10  # hashtags shown
    neighbors: int | None = None  # similar posts that vote; one in 20, 10 to 100, as chosen on held-out posts
    limit: int = 5  # hashtags to paste; Instagram takes five a post since December 2025
    likes: float = 0.3  # how much likes count, 0..1
    diverse: float = 0.6  # how much the set to paste avoids near-synonyms, 0..1
    exclude: frozenset[str] = frozenset()  # names never suggested
    caption: str = ""  # its words and hashtags count as hints
    account: str = ""  # whose habits count too
    ranking: str = "best"  # or "seed": the published method, for comparison
    sets: int = 1  # different sets to paste
    held_back: Mapping[str, float] = field(default_factory=dict)  # share of the last photos that had a name
    posts: Mapping[str, int] = field(default_factory=dict)  # on the platform, of a name, to tell sizes by
    exact: bool = False  # compare every photo of a large model, instead of those in the nearest cells

    def __post_init__(self) -> None:
        """Refuse what cannot mean anything."""
        if not (0 <= self.likes <= 1 and 0 <= self.diverse <= 1):
            raise UsageError("likes and diverse go from 0 to 1")
        if min(self.top, 1 if self.neighbors is None else self.neighbors) < 1 or self.limit < 0:
            raise UsageError("top and neighbors go from 1, limit from 0")
        if self.sets < 1:
            raise UsageError("sets go from 1")
        if self.ranking not in ("best", "seed"):
            raise UsageError(f"ranking is best or seed, not {self.ranking!r}")


@dataclass(frozen=True)
class Suggestions:
    """What `suggest` found for one photo, and how it got there."""

    photo: str
    hashtags: tuple[Suggestion, ...]  # best first
    paste: tuple[str, ...]  # names of the set to paste
    neighbors: tuple[Neighbor, ...]  # the posts that voted, nearest first
    voters: dict[str, tuple[int, ...]]  # hashtag -> numbers (from 1) of the neighbors that use it
    steps: tuple[tuple[str, int], ...]  # how many were left after each step
    dropped: dict[str, int]  # why candidates were not shown -> how many
    unlike: bool  # nothing in the model looks like the photo
    starter: bool = False  # so the starter model was asked instead
    more_sets: tuple[tuple[str, ...], ...] = ()  # other sets to paste, where several were asked for


def suggest(
    model: Model, extractor: Extractor, photo: Path | bytes, settings: SuggestSettings | None = None
) -> Suggestions:
    """Return the hashtags for `photo`, a file or its bytes; raises PhotoError where it cannot be read."""
    settings = settings or SuggestSettings()
    pixels = open_photo(photo, extractor.input_size)
    feature = extractor.extract(pixels)
    query = look_up(model, feature, settings)
    return choose(model, query, settings, photo="-" if isinstance(photo, bytes) else str(photo))


def look_up(model: Model, feature: NDArray[np.float32], settings: SuggestSettings) -> Query:
    """Return what the model knows around a photo, given its backbone feature (d,)."""
    if not len(model.features):
        raise ModelError(
            "the model has seen no photos: train it on posts with photos, or use: hashtagger similar"
        )
    reduced = reduce_features(feature[None], model.reduction)[0]
    hints = list(model.names.find(words(settings.caption)).values()) if settings.caption else []
    faint = np.linalg.norm(feature) < FAINT * np.linalg.norm(model.mean)  # a plain wall, a covered lens
    voters = NOBODY if faint else elect(model, reduced, settings.neighbors, settings.exact)
    return ask(model, voters, np.array(hints, np.int64), settings.account)


def choose(model: Model, query: Query, settings: SuggestSettings, photo: str) -> Suggestions:
    """Gather, rank, value and diversify the hashtags for a photo whose surroundings are known."""
    published = settings.ranking == "seed"
    candidates = gather_published(model, query) if published else gather(model, query)
    kept = exclude(model, candidates, settings.exclude)
    signals = measure(model, query, kept)
    if published:
        worth = value_published(model, kept.ids)
    else:
        worth = value(model, kept.ids, belonging(signals), settings.likes)
    diverse = settings.diverse
    if settings.held_back:
        worth = hold_back(worth, _shares(model, kept.ids, settings.held_back))
        diverse = 0  # avoiding likenesses leads photo after photo to the same general hashtags
    order = np.lexsort((kept.ids, -worth))
    shown = order[: settings.top]
    likely = order[: max(4 * settings.limit * settings.sets, settings.top)]
    sets = pick_sets(model, kept.ids[likely], worth[likely], settings.limit, diverse, settings.sets)
    paste, *more = [tuple(model.names[i] for i in kept.ids[likely[picked]]) for picked in sets]
    size = size_marks(model, settings.posts)
    return Suggestions(
        photo=photo,
        hashtags=tuple(
            explain(model, query, kept, signals, worth, size, i, rank)
            for rank, i in enumerate(shown, start=1)
        ),
        paste=paste,
        neighbors=describe(model, query.voters),
        voters=votes_for(model, query, kept.ids[shown]),
        steps=(
            ("similar posts", len(query.voters.elected)),
            ("candidates", len(candidates.ids)),
            ("after exclusions", len(kept.ids)),
            ("shown", len(shown)),
        ),
        dropped={"excluded": len(candidates.ids) - len(kept.ids), "ranked lower": len(kept.ids) - len(shown)},
        unlike=not (query.voters.similarities[:1] >= UNLIKE).any(),
        more_sets=tuple(more),
    )


def exclude(model: Model, candidates: Candidates, names: frozenset[str]) -> Candidates:
    """Return the candidates that the model does not hide, and whose names are not among `names`."""
    hidden = set(model.hidden.tolist())
    kept = np.array([i not in hidden for i in candidates.ids.tolist()], bool)
    if names:
        kept &= np.array([model.names[i] not in names for i in candidates.ids], bool)
    return Candidates(candidates.ids[kept], candidates.proposed[kept])


def explain(
    model: Model,
    query: Query,
    candidates: Candidates,
    signals: Signals,
    worth: NDArray[np.float64],
    size: Callable[[int], str],
    i: int,
    rank: int,
) -> Suggestion:
    """Return candidate `i` with everything that speaks for it."""
    tag = int(candidates.ids[i])
    likes = _known(model.median_likes[tag])
    lift, low, high = map(_known, percent_more(float(model.lifts[tag]), float(model.lift_errors[tag])))
    sources = tuple(name for (name, _), said in zip(SOURCES, candidates.proposed[i], strict=True) if said)
    return Suggestion(
        rank=rank,
        hashtag=model.names[tag],
        score=float(worth[i]),
        votes=int(signals.votes[i]),
        uses=int(model.counts[tag]),
        size=size(tag),
        median_likes=likes,
        rating=_known(model.ratings[tag]),
        lift=lift,
        lift_low=low,
        lift_high=high,
        similarity=float(signals.similarity[i]),
        sources=sources,
        reason=_reason(model, query, signals, i, tag),
    )


def describe(model: Model, voters: Voters) -> tuple[Neighbor, ...]:
    """Return the posts that vote as people can look them up, nearest first."""
    return tuple(
        Neighbor(
            post=int(post),
            similarity=float(similarity),
            link=model.links[post],
            photo=model.photos[post],
            account=model.accounts[post],
            likes=_known(model.likes[post]),
        )
        for post, similarity in zip(voters.voting, voters.similarities[voters.elected], strict=True)
    )


def votes_for(model: Model, query: Query, ids: NDArray[np.int64]) -> dict[str, tuple[int, ...]]:
    """Return for each hashtag in `ids` which of the voting posts use it, numbered from 1."""
    tags, sizes = tags_of_posts(model, query.voters.voting)
    numbers = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    return {model.names[i]: tuple(numbers[tags == i].tolist()) for i in ids}


def exclusions(texts: str | Iterable[str]) -> frozenset[str]:
    """Return the names of hashtags never to suggest, from one text or several, such as the lines of a file.

    After `# ` stands a comment. Raises UsageError where a text holds something else than hashtags alone.
    """
    names: set[str] = set()
    for text in [texts] if isinstance(texts, str) else texts:
        said = text.split("# ")[0].strip()
        found = split(said)
        if said.strip("#") and not found:
            raise UsageError(f"{text!r} excludes nothing: it is not a hashtag")
        names.update(found)
    return frozenset(names)


def _shares(model: Model, ids: NDArray[np.int64], shares: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the shares of named hashtags as those of `ids` (c,), 0 where there is none."""
    return np.array([shares.get(model.names[i], 0.0) for i in ids])


def _known(number: float | np.floating) -> float | None:
    return None if np.isnan(number) else float(number)


def _reason(model: Model, query: Query, signals: Signals, i: int, tag: int) -> str:
    """Say in plain words why candidate `i`, the hashtag `tag`, is suggested."""
    parts = []
    if signals.votes[i]:
        parts.append(f"{signals.votes[i]} of {len(query.voters.elected)} similar photos")
    if signals.hinted[i]:
        parts.append("named by your caption")
    if signals.habit[i]:
        parts.append(f"on {signals.habit[i]:.0%} of your posts")
    if (beside := best_company(model, query.likely, query.likelihood, tag)) is not None:
        parts.append(f"goes with {show(model.names[beside])}")
    if not parts:
        parts.append("used beside the same hashtags" if signals.similarity[i] > 0 else "used by many posts")
    if not np.isnan(model.median_likes[tag]):
        parts.append(f"median {model.median_likes[tag]:,.0f} likes")
    return ", ".join(parts)
