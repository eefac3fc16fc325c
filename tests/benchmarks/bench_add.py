"""Adding a thousand posts to a large model against building it anew: the time, and whether they agree.

    python tests/benchmarks/bench_add.py --work DIR [--posts 1000000]

Posts are invented as in invent.py, and so are features: those of the model are in hand, those of new posts
in the cache, under photo files that stand in for theirs. `hashtagger add` runs as a person runs it, and reads
posts from a CSV; "anew" is the model of all posts, from what is in memory to the written folder. Then both
are asked about photos that neither has seen. Steps that DIR has figures of are not done again.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import numpy as np
from invent import invent_posts, write_features, write_posts

from hashtagger import fitting
from hashtagger.backbones import embedded
from hashtagger.corpora import join
from hashtagger.feature_cache import FeatureCache
from hashtagger.features import CONTENT_BYTES, Extracted, content_hash
from hashtagger.fitting import fit_model
from hashtagger.model import STARTER, load, save
from hashtagger.posts import Posts
from hashtagger.suggest import SuggestSettings, choose, look_up

NEW, ASKED, TOP = 1000, 100, 5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        STEPS[given.step](given.work, given.posts)
        return
    folder = given.work / str(given.posts)
    folder.mkdir(parents=True, exist_ok=True)
    for step in STEPS:
        if not (folder / f"{step}.json").exists():
            command = [sys.executable, __file__, "--work", folder, "--posts", str(given.posts)]
            subprocess.run([*map(str, command), "--step", step], check=True)
    report(folder, given.posts)


def write(folder: Path, step: str, figures: dict) -> None:
    (folder / f"{step}.json").write_text(json.dumps(figures))


def everything(folder: Path, n: int, seed: int) -> tuple[Posts, Extracted]:
    """Return n invented posts with features, those of the photos that stand in for theirs."""
    posts, themes = invent_posts(n, seed)
    path = folder / f"features{seed}.npy"
    if not path.exists():
        write_features(themes, path, seed)
    contents = np.frombuffer(
        b"".join(content_hash(stand_in(link)) for link in posts.links), np.uint8
    ).reshape(n, CONTENT_BYTES)
    return posts, Extracted(np.load(path, mmap_mode="r"), np.arange(n), contents, {})


def stand_in(link: str) -> bytes:
    """Return what is in the photo file of a post; its feature is in the cache, so nobody decodes it."""
    return b"\xff\xd8\xff" + link.encode()


def base(folder: Path, n: int) -> None:
    posts, extracted = everything(folder, n, 0)
    save(fit_model(posts, extracted, embedded(), general=load(STARTER)), folder / "base")
    write(folder, "base", {})


def anew(folder: Path, n: int) -> None:
    (one, first), (two, second) = everything(folder, n, 0), everything(folder, NEW, 1)
    together = Extracted(
        np.concatenate([first.features, second.features]),
        np.arange(n + NEW),
        np.concatenate([first.contents, second.contents]),
        {},
    )
    started = time.perf_counter()
    stages = timed(fitting, ["count_companions", "widen", "learn_likes", "learn_skipgram", "index_cells"])
    save(fit_model(join(one, two), together, embedded(), general=load(STARTER)), folder / "anew")
    write(folder, "anew", {"seconds": time.perf_counter() - started, "stages": stages})


def add(folder: Path, n: int) -> None:
    """Add as the command does, in this process, so that the stages can be timed; importing counts too."""
    posts, extracted = everything(folder, NEW, 1)
    (folder / "photos").mkdir(exist_ok=True)
    for link in posts.links:
        (folder / "photos" / f"{link.rstrip('/').rpartition('/')[2]}.jpg").write_bytes(stand_in(link))
    write_posts(posts, folder / "new.csv")
    os.environ["HASHTAGGER_CACHE"] = str(folder / "cache")
    cache = FeatureCache(folder / "cache" / "features.sqlite", print)
    for content, vector in zip(extracted.contents, extracted.features, strict=True):
        cache.put(content.tobytes(), embedded().sha256, np.asarray(vector))
    cache.close()
    shutil.rmtree(folder / "added", ignore_errors=True)
    shutil.copytree(folder / "base", folder / "added")
    started = time.perf_counter()
    command = [
        "add",
        folder / "new.csv",
        "--photos",
        folder / "photos",
        "--model",
        folder / "added",
        "--json",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "hashtagger", *map(str, command)], check=True, stdout=subprocess.PIPE
    )
    told = json.loads(done.stdout)
    assert (told["added"], told["photos_added"], told["posts"]) == (NEW, NEW, n + NEW), told
    write(folder, "add", {"seconds": time.perf_counter() - started})


def ask(folder: Path, n: int) -> None:
    """Count the photos for which both models have the same five hashtags, and how many of the five."""
    del n
    _, extracted = everything(folder, ASKED, 2)
    models = [load(folder / name) for name in ("added", "anew", "base")]
    fives = [[five(model, np.asarray(row)) for row in extracted.features] for model in models]
    write(folder, "ask", {
        name: {"same": sum(map(set.__eq__, map(set, fives[0]), map(set, other))),
               "in common": float(np.mean([len({*a} & {*b}) for a, b in zip(fives[0], other, strict=True)]))}
        for name, other in zip(("anew", "base"), fives[1:], strict=True)
    })  # fmt: skip


def five(model, feature):
    settings = SuggestSettings(top=TOP)
    return [row.hashtag for row in choose(model, look_up(model, feature, settings), settings, "").hashtags]


def timed(module, names):
    stages = {}

    def wrap(name, function):
        @wraps(function)
        def wrapped(*args, **kwargs):
            started = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                stages[name] = stages.get(name, 0) + time.perf_counter() - started

        return wrapped

    for name in names:
        setattr(module, name, wrap(name, getattr(module, name)))
    return stages


def report(folder: Path, n: int) -> None:
    figures = {step: json.loads((folder / f"{step}.json").read_text()) for step in STEPS}
    print(json.dumps(figures, indent=1))


STEPS: dict[str, Callable[[Path, int], None]] = {"base": base, "anew": anew, "add": add, "ask": ask}

if __name__ == "__main__":
    main()
