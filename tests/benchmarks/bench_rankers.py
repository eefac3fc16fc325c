"""Ways to rank the same candidates, ours and learned ones, on posts of unseen accounts: one table.

    python tests/benchmarks/bench_rankers.py --data DIR

DIR holds posts/posts.csv with its photos. Needs LightGBM (the extra `dev`). Five folds by account; within the
posts learned from, candidates and signals are gathered in four folds again, so that a ranker learns from
candidates made exactly as at suggestion time. Each ranks the 100 candidates that ours finds likeliest.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from time import strftime

import numpy as np
from lightgbm import LGBMRanker
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from hashtagger.backbones import resolve
from hashtagger.metrics import bootstrap_means, calibrate
from hashtagger.model import STARTER, load
from hashtagger.posts import read_posts
from hashtagger.ranking import Signals, belonging, measure
from hashtagger.sources import gather
from hashtagger.splits import folds
from hashtagger.suggest import SuggestSettings, look_up
from hashtagger.training import photo_files, read_photos
from hashtagger.trials import gather_material, learn, pose

DEPTH = 100
SIGNALS = ("share", "heard", "company", "similarity", "prior", "votes")
RISING = (1, 1, 1, 0, 0, 1)  # signals that may only speak for a hashtag
Ranker = Callable[[np.ndarray, np.ndarray, np.ndarray], Callable[[np.ndarray], np.ndarray]]


class Candidates:
    """Candidates of some posts: signals (c, 6), our P (c,), names (c,), whether right (c,), post (c,)."""

    def __init__(self) -> None:
        self.parts: list[tuple[np.ndarray, ...]] = []

    def add(self, material, train: np.ndarray, test: np.ndarray, general) -> None:
        """Ask a model of the posts `train` about those of `test`."""
        side = learn(material, train, lambda stage, done, total: None, general)
        for post in test.tolist():
            question, truth = pose(material, side.model, post)
            query = look_up(side.model, question.feature, SuggestSettings())
            found = gather(side.model, query)
            signals = measure(side.model, query, found)
            ours = belonging(signals)
            best = np.argsort(-ours, kind="stable")[:DEPTH]
            names = np.array([side.model.names[i] for i in found.ids[best]], object)
            right = np.array([name in truth for name in names])
            self.parts.append((as_columns(signals)[best], ours[best], names, right, np.full(len(best), post)))

    def columns(self) -> tuple[np.ndarray, ...]:
        """Return all of them, post by post."""
        return tuple(map(np.concatenate, zip(*self.parts, strict=True)))


def as_columns(signals: Signals) -> np.ndarray:
    return np.stack([getattr(signals, name) for name in SIGNALS], axis=1).astype(float)


def logistic(X: np.ndarray, right: np.ndarray, posts: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    model = make_pipeline(StandardScaler(), LogisticRegression(C=10, max_iter=1000)).fit(both(X), right)
    return lambda X: model.predict_proba(both(X))[:, 1]


def trees(X: np.ndarray, right: np.ndarray, posts: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    model = HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.05, min_samples_leaf=200, monotonic_cst=RISING, random_state=0
    ).fit(X, right)
    return lambda X: model.predict_proba(X)[:, 1]


def lambda_rank(X: np.ndarray, right: np.ndarray, posts: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    model = LGBMRanker(
        n_estimators=150, learning_rate=0.05, num_leaves=15, min_child_samples=200,
        monotone_constraints=list(RISING), random_state=0, n_jobs=2, verbose=-1,
    )  # fmt: skip
    model.fit(X, right, group=np.unique(posts, return_counts=True)[1])
    return model.predict


def both(X: np.ndarray) -> np.ndarray:
    """Return the signals as they are and their logarithms, (c, 12)."""
    return np.hstack([X, np.log(np.maximum(X, 0) + 1e-3)])


RANKERS: dict[str, Ranker] = {
    "logistic regression": logistic,
    "boosted trees": trees,
    "LambdaRank": lambda_rank,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    posts = read_posts(given.data / "posts" / "posts.csv")
    files = photo_files(posts, download=False, progress=lambda *_: None)
    extracted, _ = read_photos(files, resolve("imagenet", print), print, lambda *_: None)
    material, general = gather_material(posts, extracted), load(STARTER)
    scores: dict[str, list[np.ndarray]] = {}
    testable = material.testable(3)
    outer = folds(posts, "account", 5, testable, material.alike)
    for number, (train, test) in enumerate(outer, start=1):
        lessons, exam = Candidates(), Candidates()
        for others in (part for _, part in outer if part is not test):
            lessons.add(material, np.setdiff1d(train, same_groups(material, others)), others, general)
        exam.add(material, train, test, general)
        X, _, _, right, of = lessons.columns()
        held, ours, names, truth, asked = exam.columns()
        found = {"ours": ours} | {name: fit(X, right, of)(held) for name, fit in RANKERS.items()}
        searched = np.array([posts.search_hashtags[i] for i in asked], object)
        for name, values in found.items():
            scores.setdefault(name, []).append(table(values, names == searched, truth, asked))
        print(f"{strftime('%T')} fold {number} of {len(outer)}", file=sys.stderr, flush=True)
    report({name: np.concatenate(parts) for name, parts in scores.items()}, material)


def same_groups(material, rows: np.ndarray) -> np.ndarray:
    """Return every post that shares an account with, or nearly repeats, one of `rows`."""
    return np.flatnonzero(np.isin(material.groups, material.groups[rows]))


def table(values: np.ndarray, searched: np.ndarray, right: np.ndarray, posts: np.ndarray) -> np.ndarray:
    """Return post, four precisions, and said and true of the ten best, (n, 25)."""
    rows = []
    for post in np.unique(posts):
        own = np.flatnonzero(posts == post)
        order = own[np.argsort(-values[own], kind="stable")]
        kept = order[~searched[order]]
        cuts = [right[o[:k]].sum() / k for o in (order, kept) for k in (5, 10)]
        ten = order[:10]
        if len(ten) == 10:
            rows.append([post, *cuts, *values[ten], *right[ten]])
    return np.array(rows)


def report(scores: dict[str, np.ndarray], material) -> None:
    """Print the table, with intervals of what each has over ours."""
    print("| ranker | p@5 | p@10 | p@5 * | p@10 * | p@5 over ours | calibration error |")
    print("|---|---|---|---|---|---|---|")
    ours = scores["ours"]
    groups = material.groups[ours[:, 0].astype(int)]
    for name, rows in scores.items():
        cuts = " | ".join(f"{x:.4f}" for x in rows[:, 1:5].mean(axis=0))
        draws = bootstrap_means(rows[:, 1:2] - ours[:, 1:2], groups)[:, 0]
        low, high = np.percentile(draws, [2.5, 97.5])
        said, true = rows[:, 5:15].ravel(), rows[:, 15:25].ravel().astype(bool)
        error = f"{calibrate(said, true).error:.3f}" if name != "LambdaRank" else "no probability"
        more = f"{(rows[:, 1] - ours[:, 1]).mean():+.4f} ({low:+.4f} to {high:+.4f})"
        print(f"| {name} | {cuts} | {more} | {error} |")
    print("\n* the search hashtag left out of both sides; in brackets 95 %, accounts resampled")


if __name__ == "__main__":
    main()
