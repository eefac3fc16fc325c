"""Measure how well hashtags are chosen, on posts that nothing was learned from: the steps, in order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from hashtagger import metrics
from hashtagger.backbones import resolve
from hashtagger.fitting import Progress
from hashtagger.methods import METHODS, SHOWN, Method, Side, ours
from hashtagger.metrics import Calibration, Estimate
from hashtagger.model import STARTER, load
from hashtagger.posts import Posts, read_posts
from hashtagger.splits import Split, folds
from hashtagger.training import photo_files, read_photos
from hashtagger.trials import Material, Trial, gather_material, learn_sides, run_trial, unseen_posts

CUTS = (1, 5, 10)
WITHOUT = " without search hashtag"  # ends the names of measures that leave it out of both sides
CURVE = (0.0, 0.25, 0.5, 0.75, 1.0)  # settings of --likes on the curve from likeness to likes


@dataclass(frozen=True)
class EvaluationSettings:
    """How to measure."""

    folds: int = 5
    split: Split = "account"
    min_tags: int = 3  # hashtags that a post must have to be tested on
    likes: float = 0.0  # how much likes count in ours, 0..1
    starter: bool = True  # add what the starter's lists know, as training does; not for posts among them


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


def evaluate(
    posts_file: Path,
    settings: EvaluationSettings | None = None,
    *,
    model_folder: Path | None = None,
    backbone: str = "auto",
    photos_dir: Path | None = None,
    columns: Mapping[str, str] | None = None,
    download: bool = False,
    notify: Callable[[str], None] = lambda line: None,
    progress: Progress = lambda stage, done, total: None,
) -> Evaluation:
    """Measure every method on the posts of `posts_file`, learning from one part and testing on the other.

    With `model_folder`, that model is measured instead, on the posts that it has not seen. Raises PostsError
    where there is nothing to test on, UsageError where posts cannot be split as asked.
    """
    started, settings = monotonic(), settings or EvaluationSettings()
    posts = read_posts(posts_file, photos_dir=photos_dir, columns=columns)
    for note in posts.notes:
        notify(note)
    model = load(model_folder) if model_folder else None
    files, _ = photo_files(posts, download, progress)
    if model and not model.backbone:
        files = [None] * len(posts)
    network = resolve(str(model.backbone) if model else backbone, notify) if any(files) else None
    extracted, _ = read_photos(files, network, notify, progress)
    material = gather_material(posts, extracted)
    if model:
        sides = iter(
            [
                (
                    Side(model, np.asarray(model.features, np.float32), []),
                    unseen_posts(material, model, settings.min_tags),
                )
            ]
        )
    else:
        testable = material.testable(settings.min_tags)
        parts = folds(posts, settings.split, settings.folds, testable, material.alike)
        sides = learn_sides(material, parts, progress, load(STARTER) if settings.starter else None)
    trial = run_trial(material, sides, choose_methods(posts, settings.likes), progress)
    return Evaluation(
        posts_file=posts_file.name,
        asked_with="photos" if extracted else "hashtags",
        split="model" if model else settings.split,
        folds=1 if model or settings.split == "time" else settings.folds,
        posts=len(trial.tested),
        groups=len(np.unique(material.groups[trial.tested])),
        hashtags=len(trial.learned),
        min_tags=settings.min_tags,
        likes=settings.likes,
        rows=tuple(measure_method(trial, material, name) for name, _ in METHODS if name in trial.answers),
        paste=measure_paste(trial, material),
        calibration=measure_calibration(trial),
        curve=measure_curve(trial, material),
        seconds=monotonic() - started,
    )


def choose_methods(posts: Posts, likes: float) -> list[tuple[str, Method]]:
    """Return the methods to compare, ours at `likes` and, where likes are known, along its curve."""
    weighed = [(name, partial(ours, likes=likes) if method is ours else method) for name, method in METHODS]
    known = bool(np.isfinite(posts.likes).any())
    return [*weighed, *((_on_curve(x), partial(ours, likes=x)) for x in CURVE if known)]


def measure_method(trial: Trial, material: Material, name: str) -> Row:
    """Return every measure of one method, with its interval."""
    groups = material.groups[trial.tested]
    values = score_posts(trial, material.posts, name)
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
        scores["held-out lift"] = np.array(trial.lifts[name])
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


def measure_curve(trial: Trial, material: Material) -> tuple[CurvePoint, ...]:
    """Return precision against held-out lift as --likes grows."""
    rows = [
        (x, measure_method(trial, material, _on_curve(x))) for x in CURVE if _on_curve(x) in trial.answers
    ]
    return tuple(
        CurvePoint(x, row.measures["precision@10"], row.measures["held-out lift"]) for x, row in rows
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


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _on_curve(likes: float) -> str:
    return f"ours at --likes {likes:g}"
