"""What likes say about hashtags: correlation with the likes of posts from accounts not seen.

    python tests/benchmarks/bench_likes.py --data DIR

DIR holds influencers/posts.csv.gz. Five folds by account; a held-out post's mean over its hashtags, as
learned from the other accounts, against its own log-likes over its account's usual: Spearman's correlation.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from sklearn.model_selection import GroupKFold

from hashtagger.posts import read_posts
from hashtagger.ratings import log_lifts, medians, rate_hashtags, shrunken_lifts, sort_groups


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    posts = read_posts(parser.parse_args().data / "influencers" / "posts.csv.gz")
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
        print(f"| {name} | {np.mean(values):.3f} |")


def learn(posts, lifts, owners, tag_ids) -> dict[str, np.ndarray]:
    """Return what each way of looking at likes says of every hashtag, (v,), from the uses given (u,)."""
    v, likes = len(posts.vocabulary), posts.likes[owners]
    counts = np.bincount(tag_ids, minlength=v)
    return {
        "the published rating": rate_hashtags(likes / posts.listed[owners], tag_ids, np.maximum(counts, 1)),
        "median likes": medians(likes, sort_groups(likes, tag_ids, v)),
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


if __name__ == "__main__":
    main()
