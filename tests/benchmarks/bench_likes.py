"""What likes say about hashtags, and what `--likes` buys: two tables, by accounts not seen.

    OMP_NUM_THREADS=2 python tests/benchmarks/bench_likes.py --data DIR

DIR holds influencers/posts.csv.gz. Five folds by account.

1. A held-out post's mean over its hashtags, as learned from the other accounts, against its own log-likes
   over its account's usual: Spearman's correlation.
2. Half of the hashtags of every held-out post are hidden, and ours completes the rest at each setting of
   `--likes`: what precision@10 it loses, and what the ten lift likes by among the held-out accounts, the
   post's own left out. Beside it the published rating alone, weighed so that it loses as much. Intervals:
   accounts resampled, those behind the held-out lifts too.
"""

import argparse
import sys
from pathlib import Path
from time import strftime

import numpy as np
from scipy.stats import spearmanr
from sklearn.model_selection import GroupKFold

from hashtagger.model import STARTER, load
from hashtagger.posts import read_posts
from hashtagger.ratings import Weights, log_lifts, medians, rank, rate_hashtags, shrunken_lifts, sort_groups
from hashtagger.replay import Replay
from hashtagger.splits import folds
from hashtagger.trials import gather_material, learn_sides, run_trial

SETTINGS = (0.1, 0.2, 0.3, 0.5, 1.0)  # of --likes
MIN_TAGS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    posts = read_posts(parser.parse_args().data / "influencers" / "posts.csv.gz")
    print_correlations(posts)
    print_curve(replay_completion(posts))


def print_correlations(posts) -> None:
    """Print how well each way of looking at likes ranks the posts of accounts not seen."""
    _, accounts = np.unique(posts.accounts, return_inverse=True)
    lifts = log_lifts(posts.likes, accounts)
    owners = np.repeat(np.arange(len(posts.links)), np.diff(posts.indptr))
    found: dict[str, list[float]] = {}
    for train, test in GroupKFold(5).split(lifts, groups=accounts):
        uses = np.isin(owners, train)
        for name, worth in learn(posts, lifts, owners[uses], posts.tag_ids[uses]).items():
            found.setdefault(name, []).append(correlate(worth, posts, lifts, test))
    print("| | correlation |\n|---|---|")
    for name, values in found.items():
        print(f"| {name} | {np.mean(values):.3f} |", flush=True)


def learn(posts, lifts, owners, tag_ids) -> dict[str, np.ndarray]:
    """Return what each way of looking at likes says of every hashtag, (v,), from the uses given (u,)."""
    v, likes, adjusted = len(posts.vocabulary), posts.likes, posts.likes / posts.listed
    counts = np.bincount(tag_ids, minlength=v)
    groups = [sort_groups(rank(values), owners, tag_ids, v) for values in (likes, adjusted)]
    return {
        "the published rating": rate_hashtags(adjusted, groups[1], np.maximum(counts, 1)),
        "median likes": medians(likes, groups[0]),
        "how often a hashtag is used": np.where(counts, counts, np.nan).astype(float),
        "lift, shrunken by 10 uses": np.where(counts, shrunken_lifts(lifts[owners], tag_ids, v)[0], np.nan),
    }


def correlate(worth, posts, lifts, test) -> float:
    """Return Spearman's correlation of the posts' mean worth (v,) with their lifts, over the posts `test`."""
    means = np.full(len(test), np.nan)
    for i, post in enumerate(test):
        known = worth[posts.tag_ids[posts.indptr[post] : posts.indptr[post + 1]]]
        if not np.isnan(known).all():
            means[i] = np.nanmean(known)
    both = ~np.isnan(means) & ~np.isnan(lifts[test])
    return float(spearmanr(means[both], lifts[test][both]).statistic)


def replay_completion(posts) -> Replay:
    """Learn five times from four fifths of the accounts, and gather what ours chooses from for the others."""
    material = gather_material(posts, None)
    parts = folds(posts, "account", 5, material.testable(MIN_TAGS), material.alike)
    return Replay.of(
        run_trial(material, learn_sides(material, parts, tell, load(STARTER)), (), tell), material
    )


def print_curve(replay: Replay) -> None:
    """Print what each setting of --likes loses and gains, and what the rating alone would have gained."""
    plain = replay.ask(Weights(), 0)
    best = replay.measure(plain)[0]
    ours = [replay.ask(Weights(), likes) for likes in SETTINGS]
    alone = [rating_at(replay, replay.measure(answers)[0]) for answers in ours]
    draws = replay.draw([plain, *ours, *(answers for _, answers in alone)])
    figures = np.array([replay.measure(one) for one in [plain, *ours, *(answers for _, answers in alone)]])
    print(f"\n{len(replay.parts):,} posts, {replay.earned.groups:,} accounts; likeness alone: "
          f"precision@10 {best:.4f}, held-out lift {figures[0, 1]:+.4f}\n")  # fmt: skip
    print("| --likes | precision@10 | lost | held-out lift | gained over likeness | the rating alone, losing "
          "as much, gains | difference |\n|---|---|---|---|---|---|---|")  # fmt: skip
    for i, likes in enumerate(SETTINGS, start=1):
        other = i + len(SETTINGS)
        cells = [
            f"{likes:g}",
            f"{figures[i, 0]:.4f}",
            f"{1 - figures[i, 0] / best:.1%}",
            f"{figures[i, 1]:+.4f}",
            difference(figures, draws, i, 0),
            f"{difference(figures, draws, other, 0)} (weight {alone[i - 1][0]:.2f}, lost "
            f"{1 - figures[other, 0] / best:.1%})",
            difference(figures, draws, i, other),
        ]
        print(f"| {' | '.join(cells)} |")


def rating_at(replay: Replay, precision: float):
    """Return the weight at which the rating alone comes down to `precision`, and what it then answers."""
    low, high = 0.0, 20.0
    for _ in range(12):
        middle = (low + high) / 2
        answers = replay.ask(Weights(lift=0, rating=middle), 1)
        low, high = (middle, high) if replay.measure(answers)[0] > precision else (low, middle)
    return middle, answers


def difference(figures, draws, one: int, other: int) -> str:
    """Return by how much the held-out lift of one setting exceeds another's, and its 95 % interval."""
    low, high = np.percentile(draws[:, one, 1] - draws[:, other, 1], [2.5, 97.5])
    return f"{figures[one, 1] - figures[other, 1]:+.4f} ({low:+.4f} to {high:+.4f})"


def tell(stage: str, done: int, total: int) -> None:
    if done == total:
        print(f"{strftime('%T')} {stage}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
