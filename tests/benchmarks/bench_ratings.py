"""Ratings of ten million uses: time, memory, and the published way of doing it.

    python tests/benchmarks/bench_ratings.py

The published way filters the frame for each hashtag and sets each row by its index; it is timed on 20,000
uses and extrapolated in proportion, which flatters it.
"""

import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

USES, HASHTAGS, SMALL = 10_000_000, 500_000, 20_000


def invent(uses: int, hashtags: int) -> tuple[np.ndarray, np.ndarray]:
    """Return adjusted likes (u,) and hashtags (u,) of invented posts, a few hashtags used most."""
    rng = np.random.default_rng(0)
    return rng.lognormal(2, 1, uses), (hashtags * rng.random(uses) ** 3).astype(np.int32)


def rate_as_published(adjusted: np.ndarray, tags: np.ndarray) -> None:
    """Rate each use row by row, as the published notebook does."""
    frame = pd.DataFrame({"tag": tags, "likes": adjusted, "rating": 0.0})
    for tag in frame["tag"].unique():
        uses = frame[frame["tag"] == tag]
        low, high = uses["likes"].min(), uses["likes"].max()
        for index, row in uses.iterrows():
            scaled = (row["likes"] - low) / (high - low) if high > low else 0
            frame.loc[index, "rating"] = np.log(len(uses)) * scaled


def rate_ours() -> None:
    """Rate all uses and print seconds and peak memory; a process of its own, so that memory is its."""
    from hashtagger.ratings import rank, rate_hashtags, sort_groups

    adjusted, tags = invent(USES, HASHTAGS)
    counts = np.maximum(np.bincount(tags, minlength=HASHTAGS), 1)
    started = time.perf_counter()
    rate_hashtags(adjusted, sort_groups(rank(adjusted), np.arange(USES), tags, HASHTAGS), counts)
    seconds = time.perf_counter() - started
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Print the table."""
    child = subprocess.run([sys.executable, __file__, "ours"], capture_output=True, text=True, check=True)
    seconds, peak = map(float, child.stdout.split())
    adjusted, tags = invent(SMALL, 1_000)
    started = time.perf_counter()
    rate_as_published(adjusted, tags)
    published = (time.perf_counter() - started) * USES / SMALL
    print(f"{'':32}{'seconds':>10}{'peak MB':>10}")
    print(f"{'ours, 10 million uses':32}{seconds:10.1f}{peak:10.0f}")
    print(f"{'published way, extrapolated':32}{published:10.0f}")
    print(f"{'ratio (at least 100)':32}{published / seconds:10.0f}")


if __name__ == "__main__":
    rate_ours() if sys.argv[1:] == ["ours"] else main()
