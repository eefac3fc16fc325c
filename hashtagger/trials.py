"""Ask every method about posts that it has not learned from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hashtagger.corpora import subset
from hashtagger.earned import NONE
from hashtagger.errors import PostsError
from hashtagger.features import Extracted
from hashtagger.fitting import Progress, fit_model
from hashtagger.methods import SHOWN, Answer, Method, Question, Side, candidates_for, suggest_for
from hashtagger.model import Model
from hashtagger.neighbors import reduce_features
from hashtagger.posts import Posts
from hashtagger.ranking import earnings
from hashtagger.splits import Fold, group_alike, join_same, unseen

_SEED = 0  # of which hashtags are hidden where posts are completed


@dataclass(frozen=True)
class Material:
    """Posts to measure with: n of them, m with the feature of their photo."""

    posts: Posts
    extracted: Extracted | None  # None: no post has a photo, so they are asked about by completion
    alike: NDArray[np.int64]  # (n,) groups of posts that nearly repeat each other
    groups: NDArray[np.int64]  # (n,) these joined by account; a post of an unknown account is its own

    def testable(self, min_tags: int) -> NDArray[np.bool_]:
        """Tell which posts can be tested on, (n,); raises PostsError where none can."""
        enough = np.diff(self.posts.indptr) >= (min_tags if self.extracted else max(min_tags, 2))
        if self.extracted:
            enough &= np.isin(np.arange(len(self.posts)), self.extracted.index)
        if not enough.any():
            raise PostsError(
                f"no post has {min_tags} hashtags or more{' and a photo' if self.extracted else ''}; "
                "give a smaller --min-tags"
            )
        return enough


@dataclass(frozen=True)
class Pool:
    """What ours chooses from for one post: c candidates."""

    tags: NDArray[np.int64]  # (c,) numbers in the posts' vocabulary; NONE where no post uses it
    chances: NDArray[np.float64]  # (c,) log P(belongs)
    earnings: NDArray[np.float64]  # (c, 2) lift and rating, as the value model takes them
    belongs: NDArray[np.bool_]  # (c,)


@dataclass
class Trial:
    """Every post tested, what was to be found for it, and what each method answered."""

    tested: list[int] = field(default_factory=list)  # posts, in the order asked
    parts: list[int] = field(default_factory=list)  # the number of the side that each was kept from
    truths: list[frozenset[str]] = field(default_factory=list)  # hashtags to find
    answers: dict[str, list[list[str]]] = field(default_factory=dict)  # method -> names, of each post
    likes: dict[str, list[float]] = field(default_factory=dict)  # mean median likes of the ten, nan unknown
    shown: list[list[tuple[str, float]]] = field(default_factory=list)  # ours by likeness alone, P(belongs)
    paste: list[tuple[str, ...]] = field(default_factory=list)  # its set to paste
    pools: list[Pool] = field(default_factory=list)  # what it chose from, where likes are known
    learned: set[str] = field(default_factory=set)  # hashtags that any side knows


def gather_material(posts: Posts, extracted: Extracted | None) -> Material:
    """Find which posts belong together."""
    features = extracted.features if extracted else np.empty((0, 1), np.float32)
    index = extracted.index if extracted else np.empty(0, np.int64)
    alike = group_alike(posts.indptr, posts.tag_ids, features, index)
    return Material(posts, extracted, alike, join_same(posts.accounts, alike))


def learn_sides(
    material: Material, folds: Sequence[Fold], progress: Progress, general: Model | None = None
) -> Iterator[tuple[Side, NDArray[np.int64]]]:
    """Learn from one part after another; yield what was learned and the posts to test it on."""
    for number, (train, test) in enumerate(folds, start=1):
        fold = f"fold {number}: " if len(folds) > 1 else ""

        def report(stage: str, done: int, total: int, fold: str = fold) -> None:
            progress(f"{fold}{stage}", done, total)

        yield learn(material, train, report, general), test


def learn(
    material: Material, train: NDArray[np.int64], progress: Progress, general: Model | None = None
) -> Side:
    """Return what is learned from the posts `train` and from no other fold.

    A `general` model adds, as in training, which hashtags go together; it must not have seen the posts.
    """
    posts = subset(material.posts, train)
    features = material.extracted.of(train) if material.extracted else None
    model = fit_model(posts, features, None, progress, general=general)
    categories = posts.categories if any(posts.categories) else []
    if features is None:
        return Side(model, np.empty((0, 0), np.float32), np.empty(0, np.int64), categories)
    return Side(model, features.features, features.index, categories)


def unseen_posts(material: Material, model: Model, min_tags: int) -> NDArray[np.int64]:
    """Return the testable posts that `model` has not seen; raises PostsError where it has seen them all."""
    reduced, index = np.empty((0, 1), np.float32), np.empty(0, np.int64)
    if material.extracted:
        reduced = reduce_features(material.extracted.features, model.reduction)
        index = material.extracted.index
    testable = material.testable(min_tags)
    rows = np.flatnonzero(testable & unseen(model, material.posts, reduced, index))
    if not len(rows):
        raise PostsError(
            f"the model has seen each of these {np.count_nonzero(testable):,} posts, a near copy of it, "
            "or another post of its account; give posts of other accounts, or leave --model out"
        )
    return rows


def run_trial(
    material: Material,
    sides: Iterable[tuple[Side, NDArray[np.int64]]],
    methods: Sequence[tuple[str, Method]],
    progress: Progress,
) -> Trial:
    """Ask all `methods`, prepared on each side, about its posts to test on."""
    trial, numbers = Trial(), {name: i for i, name in enumerate(material.posts.vocabulary)}
    with_likes = bool(np.isfinite(material.posts.likes).any())
    for part, (side, test) in enumerate(sides):
        prepared = [(name, answer) for name, method in methods if (answer := method(side))]
        names = side.model.names.all()
        known = np.array([numbers.get(name, NONE) for name in names], np.int64)
        trial.learned.update(names)
        for done, post in enumerate(test, start=1):
            question = _ask(trial, material, side, prepared, int(post))
            trial.parts.append(part)
            if with_likes:
                trial.pools.append(_pool(side.model, question, known, material.posts, int(post)))
            progress(f"testing, part {part + 1}", done, len(test))
    return trial


def _pool(model: Model, question: Question, known: NDArray[np.int64], posts: Posts, post: int) -> Pool:
    """Return what ours chooses from; `known` (v,) numbers the model's hashtags as the posts do."""
    ids, chances = candidates_for(model, question)
    own = posts.tag_ids[posts.indptr[post] : posts.indptr[post + 1]]
    return Pool(known[ids], np.log(chances), earnings(model, ids), np.isin(known[ids], own))


def _ask(
    trial: Trial,
    material: Material,
    side: Side,
    prepared: Sequence[tuple[str, Answer]],
    post: int,
) -> Question:
    """Ask every method about one post, note the answers, and return what was asked."""
    question, truth = pose(material, side.model, post)
    trial.tested.append(post)
    trial.truths.append(truth)
    if prepared:
        found = suggest_for(side.model, question, likes=0)
        trial.shown.append([(row.hashtag, row.score) for row in found.hashtags[:SHOWN]])
        trial.paste.append(found.paste)
    for name, answer in prepared:
        names = answer(question)
        trial.answers.setdefault(name, []).append(names)
        trial.likes.setdefault(name, []).append(_mean_likes(side.model, names[:SHOWN]))
    return question


def pose(material: Material, model: Model, post: int) -> tuple[Question, frozenset[str]]:
    """Return what methods are told of a post, and the hashtags that they are to find.

    With its photo, all of them; without photos, a random half, the rest being told.
    """
    posts = material.posts
    names = [posts.vocabulary[i] for i in posts.tag_ids[posts.indptr[post] : posts.indptr[post + 1]]]
    if material.extracted:
        row = int(np.searchsorted(material.extracted.index, post))
        feature = material.extracted.features[row]
        return Question(feature, np.empty(0, np.int64), posts.categories[post]), frozenset(names)
    order = np.random.default_rng((_SEED, post)).permutation(len(names))
    told = [names[i] for i in order[: len(names) // 2]]
    hints = np.array([model.ids[name] for name in told if name in model.ids], np.int64)
    return Question(None, hints, posts.categories[post]), frozenset(names) - set(told)


def _mean_likes(model: Model, names: Sequence[str]) -> float:
    likes = model.median_likes[[model.ids[name] for name in names]]
    known = likes[~np.isnan(likes)]
    return float(known.mean()) if len(known) else float("nan")
