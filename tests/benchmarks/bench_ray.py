"""Extraction on a real Ray cluster of two node processes: is it the same, what does a lost node cost?

    python tests/benchmarks/bench_ray.py [--photos 20000]

Needs Ray (the extra `ray`). Makes photos of 540 x 675 pixels, each a part of a sample photo, and posts of
them. Each node has one core and so one worker, with one LiteRT thread. Both nodes are on this machine: what
cores share, they share. The second node of the last run is killed, by its process id, when half of the shards
are there. Scaling is measured over whole runs, Ray's start of workers included, on half of the photos.
"""

import argparse
import csv
import os
import signal
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from bench_features import make_photos
from ray.cluster_utils import Cluster

from hashtagger.extraction import Extraction, extract
from hashtagger.shards import open_shards

SIZE = 540, 675
TAGS = ("cats", "sea", "city", "grass", "sunset")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=int, default=20_000)
    parser.add_argument(
        "--work", type=Path, help="a folder for photos and shards, kept; else a temporary one"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = given.work or Path(scratch)
        measure(work, *invent(work, given.photos))


def invent(work: Path, count: int) -> tuple[Path, Path]:
    """Return a file of `count` posts with their photos, and one of the first half of them."""
    photos = work / "photos"
    if not photos.exists():
        photos.mkdir(parents=True)
        make_photos(photos, count, SIZE)
    names = sorted(path.name for path in photos.iterdir())
    return write_posts(work / "all.csv", names), write_posts(work / "half.csv", names[: count // 2])


def write_posts(path: Path, names: list[str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["post_link", "image", "tags"])
        writer.writerows(
            [f"https://example.org/{name}", f"photos/{name}", " ".join(TAGS[: 1 + i % len(TAGS)])]
            for i, name in enumerate(names)
        )
    return path


def measure(work: Path, posts: Path, half: Path) -> None:
    near = run(posts, work / "near", None)
    one, _ = on_cluster(half, work / "one", nodes=1)
    two, _ = on_cluster(half, work / "two", nodes=2)
    lost, again = on_cluster(posts, work / "lost", nodes=2, kill_at=near.shards // 2)
    print("| run | shards written | photos | seconds | photos a second |\n|---|---|---|---|---|")
    for name, found in {
        "this process": near, "one node, half": one, "two nodes, half": two,
        "two nodes, one killed half-way": lost, "the same again": again,
    }.items():  # fmt: skip
        rate = found.photos / found.seconds
        print(f"| {name} | {found.written} | {found.photos:,} | {found.seconds:.1f} | {rate:,.0f} |")
    print(f"\nFrom one worker to two: {one.seconds / two.seconds:.2f} times as fast (asked: 1.4)")
    compare(work / "near", work / "lost")


def run(posts: Path, folder: Path, ray: str | None) -> Extraction:
    return extract([str(posts)], str(folder), backbone="embedded", ray=ray)


def on_cluster(
    posts: Path, folder: Path, nodes: int, kill_at: int | None = None
) -> tuple[Extraction, Extraction]:
    """Extract twice on a cluster, a node of which is killed when there are `kill_at` shards."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        others = [cluster.add_node(num_cpus=1) for _ in range(nodes - 1)]
        cluster.wait_for_nodes()
        if kill_at:
            raylet = others[0].all_processes["raylet"][0].process.pid
            threading.Thread(target=kill, args=(raylet, folder, kill_at), daemon=True).start()
        return run(posts, folder, cluster.address), run(posts, folder, cluster.address)
    finally:
        cluster.shutdown()


def kill(process: int, folder: Path, shards: int) -> None:
    """Kill a process when there are `shards` shards."""
    while len(list(folder.glob("*.parquet"))) < shards:
        time.sleep(0.1)
    os.kill(process, signal.SIGKILL)
    print(f"killed the second node at {shards} shards", flush=True)


def compare(one: Path, other: Path) -> None:
    """Print whether two folders of shards hold the same posts and, bit by bit, the same features."""
    with open_shards(str(one)) as (posts, features, lost, _), open_shards(str(other)) as found:
        same = np.array_equal(features.features.view(np.uint32), found[1].features.view(np.uint32))
        links = found[0].links
        print(f"Posts of the killed run: {len(links):,}, of them different {len(set(links)):,}")
        print(f"The same posts: {links == posts.links}; photos left out: {len(lost)} and {len(found[2])}")
        print(f"Features bit-equal: {same}")


if __name__ == "__main__":
    main()
