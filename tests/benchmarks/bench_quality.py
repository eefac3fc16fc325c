"""How well hashtags are chosen on real posts, against the bounds that were set: the tables, by one command.

    python tests/benchmarks/bench_quality.py --data DIR [--learn-from every|long] [--starter]

DIR holds posts/posts.csv with its photos and the column `category`, and tags/posts.csv.gz, large lists of
hashtags by which sets are compared; the starter learned its company from those lists, not from the posts.
Five folds by account; the oracle and ours are measured in the same run, and ratios are taken draw by draw of
the same resampled accounts.
"""

import argparse
import sys
from pathlib import Path
from time import strftime

import numpy as np
from scipy.sparse import csr_matrix

from hashtagger.backbones import resolve
from hashtagger.evaluate import find_hits, measure_calibration, score_posts
from hashtagger.methods import METHODS
from hashtagger.metrics import bootstrap_means, precision_at
from hashtagger.model import STARTER, load
from hashtagger.posts import read_posts
from hashtagger.splits import folds
from hashtagger.training import photo_files, read_photos
from hashtagger.trials import gather_material, learn_sides, run_trial

WITHOUT = " without search hashtag"
COLUMNS = ("precision@5", "precision@10", f"precision@5{WITHOUT}", f"precision@10{WITHOUT}")
BOUNDS = (0.88, 0.95, 1.03, 1.02)  # of the oracle's precision
MIN_TAGS = 3


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--backbone", default="imagenet")
    arguments.add_argument("--learn-from", choices=["every", "long"], nargs="+", default=["every", "long"])
    arguments.add_argument(
        "--starter", action="store_true", help="add what the starter's lists know, as training does"
    )
    given = arguments.parse_args()
    posts = read_posts(given.data / "posts" / "posts.csv")
    photos = photo_files(posts, download=False, progress=tell)
    extracted, _ = read_photos(photos, resolve(given.backbone, print), print, tell)
    material = gather_material(posts, extracted)
    couse = CoUse(given.data / "tags" / "posts.csv.gz")
    for learned in given.learn_from:
        parts = folds(posts, "account", 5, material.testable(MIN_TAGS), material.alike)
        if learned == "long":
            long = np.flatnonzero(np.diff(posts.indptr) >= MIN_TAGS)
            parts = [(np.intersect1d(train, long), test) for train, test in parts]
        trial = run_trial(
            material,
            learn_sides(material, parts, tell, load(STARTER) if given.starter else None),
            METHODS,
            tell,
        )
        print(f"\n## Learned from posts of {'any length' if learned == 'every' else '3 hashtags or more'}\n")
        print_precision(trial, material)
        print_sets(trial, material, couse)
        print_calibration(trial)


def print_precision(trial, material) -> None:
    """Print precision and its ratio to the oracle's, each method a row."""
    groups = material.groups[trial.tested]
    scores = {name: score_posts(trial, material.posts, name) for name in trial.answers}
    draws = {
        name: bootstrap_means(np.stack([columns[column] for column in COLUMNS], axis=1), groups)
        for name, columns in scores.items()
    }
    print("| method | p@1 | p@5 | p@10 | p@5 * | p@10 * | of the oracle's: p@5 | p@10 | p@5 * | p@10 * |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, columns in scores.items():
        cells = [f"{columns['precision@1'].mean():.3f}"]
        cells += [f"{columns[column].mean():.4f}" for column in COLUMNS]
        for i, column in enumerate(COLUMNS):
            ratio = columns[column].mean() / scores["oracle"][column].mean()
            low, high = np.percentile(draws[name][:, i] / draws["oracle"][:, i], [2.5, 97.5])
            cells.append(f"{ratio:.3f} ({low:.2f}-{high:.2f})")
        print(f"| {name} | {' | '.join(cells)} |")
    print("| asked of ours | | | | | | " + " | ".join(f"{bound:.2f}" for bound in BOUNDS) + " |")
    print("\n* the search hashtag left out of both sides; in brackets 95 %, accounts resampled")
    times = scores["ours"][COLUMNS[0]].mean() / scores["published method"][COLUMNS[0]].mean()
    print(f"\nours is {times:.0f} times the published method at 5 (asked: 25)")


def print_sets(trial, material, couse: "CoUse") -> None:
    """Print how alike the hashtags of the plain top five and of the line to paste are, and what it costs."""
    plain = [[name for name, _ in shown[:5]] for shown in trial.shown]
    paste = [list(names) for names in trial.paste]
    groups = material.groups[trial.tested]
    print("\n| five hashtags | intra-list similarity | of pairs in the large lists | precision@5 |")
    print("|---|---|---|---|")
    alike, precisions = [], []
    for name, lists in (("plain top five", plain), ("to paste", paste)):
        pairs = [couse.pairs(names) for names in lists]
        precisions.append(precision_at(find_hits(lists, trial.truths), 5))
        alike.append(np.array([np.nansum(row) / 10 for row in pairs]))
        known = np.nanmean(np.concatenate(pairs))
        print(f"| {name} | {alike[-1].mean():.4f} | {known:.4f} | {precisions[-1].mean():.4f} |")
    draws = bootstrap_means(np.stack([*alike, precisions[0] - precisions[1]], axis=1), groups)
    less = 1 - alike[1].mean() / alike[0].mean()
    low, high = np.percentile(1 - draws[:, 1] / draws[:, 0], [2.5, 97.5])
    print(f"\nless alike by {less:.1%} ({low:.1%} to {high:.1%}; asked: 20 %)")
    cost = precisions[0].mean() - precisions[1].mean()
    low, high = np.percentile(draws[:, 2], [2.5, 97.5])
    print(f"at a cost in precision@5 of {cost:.4f} ({low:.4f} to {high:.4f}; asked: at most 0.02)")


def print_calibration(trial) -> None:
    found = measure_calibration(trial)
    print("\n| said | " + " | ".join(f"{x:.3f}" for x in found.predicted) + " |")
    print("|---|" + "---|" * len(found.counts))
    print("| came true | " + " | ".join(f"{x:.3f}" for x in found.observed) + " |")
    print(f"\nexpected calibration error {found.error:.4f} (asked: at most 0.03)", flush=True)


class CoUse:
    """How often hashtags are used together in large lists: cosine of the lists that use each."""

    def __init__(self, path: Path) -> None:
        posts = read_posts(path)
        self.ids = {name: i for i, name in enumerate(posts.vocabulary)}
        ones = np.ones(len(posts.tag_ids), np.int32)
        self.by_tag = csr_matrix((ones, posts.tag_ids, posts.indptr), copy=True).T.tocsr()
        self.uses = np.diff(self.by_tag.indptr)

    def pairs(self, names: list[str]) -> np.ndarray:
        """Return the likeness of each pair of `names`, nan where one is in none of the lists."""
        ids = [self.ids[name] for name in names if name in self.ids]
        both = (self.by_tag[ids] @ self.by_tag[ids].T).toarray() / np.sqrt(
            np.outer(self.uses[ids], self.uses[ids])
        )
        known = both[np.triu_indices(len(ids), 1)]
        return np.concatenate([known, np.full(len(names) * (len(names) - 1) // 2 - len(known), np.nan)])


def tell(stage: str, done: int, total: int) -> None:
    if done == total:
        print(f"{strftime('%T')} {stage}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
