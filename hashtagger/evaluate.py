"""Measure how well hashtags are chosen, on posts that nothing was learned from: the steps, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from hashtagger import metrics
from hashtagger.backbones import resolve
from hashtagger.earned import NONE, Earned, Places
from hashtagger.fitting import Progress
from hashtagger.methods import METHODS, SHOWN, Side, ours
from hashtagger.metrics import Calibration, Estimate
from hashtagger.model import STARTER, Model, load
from hashtagger.posts import Posts
from hashtagger.ratings import Weights
from hashtagger.readers import name_sources
from hashtagger.replay import Replay, compare
from hashtagger.splits import Split, folds
from hashtagger.training import gather_posts, photo_files, read_photos
from hashtagger.trials import Material, Trial, gather_material, learn_sides, run_trial, unseen_posts

CUTS = (1, 5, 10)
WITHOUT = " without search hashtag"  # ends the names of measures that leave it out of both sides
CURVE = (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)  # settings of --likes on the curve from likeness to likes


@dataclass(frozen=True)
class EvaluationSettings:
    """How to measure."""

    folds: int = 5
    split: Split = "account"
    min_tags: int = 3  # hashtags that a post must have to be tested on
    likes: float = 0.0  # how much likes count in ours, 0..1
    starter: bool = True  # add what the starter's lists know, as training does; not for posts among them


@dataclass(frozen=True)
class Prepared:
    """Posts to measure with, and what is learned from each part of them, once it is asked for."""

    posts_file: str
    settings: EvaluationSettings
    material: Material
    sides: Iterator[tuple[Side, NDArray[np.int64]]]  # and the posts to test each on
    model: Model | None  # the one to measure; None where parts are learned from
    started: float  # by the monotonic clock


@dataclass(frozen=True)
class Row:
    """What one method reached."""

    method: str
    measures: dict[str, Estimate]  # by name, as `precision@5`; None where nothing is known


@dataclass(frozen=True)
class CurvePoint:
    """What ours reaches at one setting of --likes."""

    likes: float
    precision: Estimate  # at ten
    lift: Estimate  # held-out lift of the ten
    lost: Estimate  # share of the precision at --likes 0
    gained: Estimate  # held-out lift over that at --likes 0


@dataclass(frozen=True)
class Evaluation:
    """What was measured, on what, and how."""

    posts_file: str
    asked_with: str  # "photos", or "hashtags" where posts without photos are completed
    split: str
    folds: int
    posts: int  # tested on
    groups: int  # accounts that they come from, joined where posts are alike
    hashtags: int  # that could be suggested
    min_tags: int
    likes: float
    rows: tuple[Row, ...]
    paste: Estimate  # precision of the five to paste, by likeness alone
    calibration: Calibration | None  # of the ten shown, by likeness alone; None where nothing was shown
    curve: tuple[CurvePoint, ...]  # empty where no likes are known
    seconds: float


def prepare(
    paths: Path | Sequence[Path],
    settings: EvaluationSettings | None = None,
    *,
    model_folder: Path | None = None,
    backbone: str = "auto",
    photos_dir: Path | None = None,
    columns: Mapping[str, str] | None = None,
    kind: str | None = None,
    download: bool = False,
    notify: Callable[[str], None] = lambda line: None,
    progress: Progress = lambda stage, done, total: None,
) -> Prepared:
    """Read the posts at `paths` and their photos, and split them; what to learn follows as it is asked for.

    With `model_folder`, that model is to be measured instead, on the posts that it has not seen. Raises
    PostsError where there is nothing to test on, UsageError where posts cannot be split as asked.
    """
    started, settings = monotonic(), settings or EvaluationSettings()
    paths = [paths] if isinstance(paths, Path) else paths
    posts = gather_posts(paths, photos_dir, columns, kind, notify, progress)
    model = load(model_folder) if model_folder else None
    photos = photo_files(posts, download, progress)
    network = None
    if photos.files and (not model or model.backbone):
        network = resolve(str(model.backbone) if model else backbone, notify)
    extracted, _ = read_photos(photos, network, notify, progress)
    material = gather_material(posts, extracted)
    if model:
        side = Side(model, np.asarray(model.features, np.float32), model.feature_posts, [])
        sides = iter([(side, unseen_posts(material, model, settings.min_tags))])
    else:
        testable = material.testable(settings.min_tags)
        parts = folds(posts, settings.split, settings.folds, testable, material.alike)
        sides = learn_sides(material, parts, progress, load(STARTER) if settings.starter else None)
    return Prepared(name_sources(paths), settings, material, sides, model, started)


def evaluate(prepared: Prepared, progress: Progress = lambda stage, done, total: None) -> Evaluation:
    """Measure every method: it learns from one part of the posts and is tested on the other."""
    settings, material, model = prepared.settings, prepared.material, prepared.model
    methods = [(name, partial(ours, likes=settings.likes) if way is ours else way) for name, way in METHODS]
    trial = run_trial(material, prepared.sides, methods, progress)
    replay = Replay.of(trial, material) if trial.pools else None
    earned = replay.earned if replay else None
    return Evaluation(
        posts_file=prepared.posts_file,
        asked_with="photos" if material.extracted else "hashtags",
        split="model" if model else settings.split,
        folds=1 if model or settings.split == "time" else settings.folds,
        posts=len(trial.tested),
        groups=len(np.unique(material.groups[trial.tested])),
        hashtags=len(trial.learned),
        min_tags=settings.min_tags,
        likes=settings.likes,
        rows=tuple(
            measure_method(trial, material, name, earned) for name, _ in METHODS if name in trial.answers
        ),
        paste=measure_paste(trial, material),
        calibration=measure_calibration(trial),
        curve=measure_curve(replay, model.weights if model else Weights()) if replay else (),
        seconds=monotonic() - prepared.started,
    )


def measure_method(trial: Trial, material: Material, name: str, earned: Earned | None = None) -> Row:
    """Return every measure of one method, with its interval; with what hashtags `earned`, the lift too."""
    groups = material.groups[trial.tested]
    values = score_posts(trial, material.posts, name)
    if earned:
        values["held-out lift"] = earned.lifts(_places(trial, material, name, earned))
    draws = metrics.bootstrap_means(np.stack(list(values.values()), axis=1), groups)
    measures = {
        measure: Estimate.of(_mean(column), draws[:, i]) for i, (measure, column) in enumerate(values.items())
    }
    return Row(name, {**measures, "coverage": _coverage(trial, groups, name)})


def score_posts(trial: Trial, posts: Posts, name: str) -> dict[str, NDArray[np.float64]]:
    """Return each measure of each post tested, (n,): nan where the post does not tell."""
    answers, truths = trial.answers[name], trial.truths
    searches = [posts.search_hashtags[post] for post in trial.tested]
    scores = _score_lists(answers, truths, "")
    if any(searches):
        triples = list(zip(answers, truths, searches, strict=True))
        kept = [[tag for tag in names if tag != search] for names, _, search in triples]
        others = [truth - {search} for _, truth, search in triples]
        scores |= _score_lists(kept, others, WITHOUT)
    if np.isfinite(posts.likes).any():
        scores["median likes"] = np.array(trial.likes[name])
    return scores


def find_hits(answers: Sequence[Sequence[str]], truths: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
    """Return whether each of the first ten names of each post belongs to it, (n, 10)."""
    hits = np.zeros((len(answers), SHOWN), bool)
    for row, names, truth in zip(hits, answers, truths, strict=True):
        row[: len(names)] = [tag in truth for tag in names[:SHOWN]]
    return hits


def measure_paste(trial: Trial, material: Material) -> Estimate:
    """Return the precision of the set to paste."""
    hits = find_hits(trial.paste, trial.truths)
    precision = metrics.precision_at(hits, 5)
    draws = metrics.bootstrap_means(precision[:, None], material.groups[trial.tested])
    return Estimate.of(_mean(precision), draws[:, 0])


def measure_calibration(trial: Trial) -> Calibration | None:
    """Return how far P(belongs) of the ten shown can be believed."""
    pairs = [
        (chance, name in truth)
        for shown, truth in zip(trial.shown, trial.truths, strict=True)
        for name, chance in shown
    ]
    if not pairs:
        return None
    chances, belongs = zip(*pairs, strict=True)
    return metrics.calibrate(np.array(chances), np.array(belongs))


def measure_curve(replay: Replay, weights: Weights) -> tuple[CurvePoint, ...]:
    """Return precision against held-out lift as --likes grows."""
    answers = [replay.ask(weights, likes) for likes in CURVE]
    draws = replay.draw(answers)
    figures = np.stack([replay.measure(one) for one in answers])
    return tuple(
        CurvePoint(
            likes,
            Estimate.of(figures[i, 0], draws[:, i, 0]),
            Estimate.of(figures[i, 1], draws[:, i, 1]),
            *compare(figures, draws, i, 0),
        )
        for i, likes in enumerate(CURVE)
    )


def _score_lists(
    answers: Sequence[Sequence[str]], truths: Sequence[frozenset[str]], suffix: str
) -> dict[str, NDArray[np.float64]]:
    hits, sizes = find_hits(answers, truths), np.array([len(truth) for truth in truths])
    scores = {}
    for k in CUTS:
        scores[f"precision@{k}{suffix}"] = metrics.precision_at(hits, k)
        scores[f"recall@{k}{suffix}"] = metrics.recall_at(hits, sizes, k)
        scores[f"ndcg@{k}{suffix}"] = metrics.ndcg_at(hits, sizes, k)
        scores[f"hit@{k}{suffix}"] = metrics.hit_at(hits, k)
    return {name: np.where(sizes > 0, values, np.nan) for name, values in scores.items()}


def _coverage(trial: Trial, groups: NDArray[np.int64], name: str) -> Estimate:
    ids = {tag: i for i, tag in enumerate(trial.learned)}
    suggested = np.full((len(trial.tested), SHOWN), -1)
    for row, names in zip(suggested, trial.answers[name], strict=True):
        row[: len(names)] = [ids[tag] for tag in names[:SHOWN]]
    return metrics.coverage(suggested, groups, len(ids))


def _places(trial: Trial, material: Material, name: str, earned: Earned) -> Places:
    """Return where the ten that a method shows are found among what hashtags earned."""
    numbers = {tag: i for i, tag in enumerate(material.posts.vocabulary)}
    tags = np.full((len(trial.tested), SHOWN), NONE)
    for row, names in zip(tags, trial.answers[name], strict=True):
        row[: len(names)] = [numbers.get(tag, NONE) for tag in names[:SHOWN]]
    _, groups = np.unique(material.groups[trial.tested], return_inverse=True)
    return earned.locate(tags, np.array(trial.parts), groups)


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
