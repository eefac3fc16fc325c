"""Adding a thousand posts to a large model against building it anew: the time, and whether both agree.

    python tests/benchmarks/bench_add.py --work DIR [--posts 1000000]

Posts are invented as in invent.py, and so are features: those of the model are in hand, those of new posts
in the cache, under photo files that stand in for theirs. "add" is the command as a person runs it; "anew"
reads all posts, builds their model and writes it, as a training does that need not open photos. Then both are
asked about photos that neither has seen. Steps that DIR has figures of are not done again.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from invent import invent_posts, write_features, write_posts

from hashtagger.backbones import embedded
from hashtagger.feature_cache import FeatureCache
from hashtagger.features import CONTENT_BYTES, Extracted, content_hash
from hashtagger.fitting import fit_model
from hashtagger.model import STARTER, Model, load, save
from hashtagger.posts import Posts, read_posts
from hashtagger.suggest import SuggestSettings, choose, look_up

NEW, ASKED, TOP = 1000, 100, 5
ALL, ADDED, UNSEEN = range(3)  # seeds of posts


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
            options = ["--work", folder, "--posts", given.posts, "--step", step]
            subprocess.run([sys.executable, __file__, *map(str, options)], check=True)
    report({step: json.loads((folder / f"{step}.json").read_text()) for step in STEPS}, given.posts)


def everything(folder: Path, n: int, seed: int) -> tuple[Posts, Extracted]:
    """Return n invented posts and their features, by the content of the files that stand in for photos."""
    posts, themes = invent_posts(n, seed)
    path = folder / f"features{seed}.npy"
    if not path.exists():
        write_features(themes, path, seed)
    hashes = b"".join(content_hash(stand_in(link)) for link in posts.links)
    contents = np.frombuffer(hashes, np.uint8).reshape(n, CONTENT_BYTES)
    return posts, Extracted(np.load(path, mmap_mode="r"), np.arange(n), contents, {})


def stand_in(link: str) -> bytes:
    """Return what is in the photo file of a post; its feature is in the cache, so nobody decodes it."""
    return b"\xff\xd8\xff" + link.encode()


def build(folder: Path, n: int) -> None:
    posts, extracted = everything(folder, n, ALL)
    write_posts(posts, folder / "posts.csv")
    prepare(folder)
    save(fit_model(posts, extracted, embedded(), general=load(STARTER)), folder / "model")
    (folder / "build.json").write_text("{}")


def anew(folder: Path, n: int) -> None:
    """Build the model of all posts, and write what that took."""
    (_, first), (_, second) = everything(folder, n, ALL), everything(folder, NEW, ADDED)
    together = Extracted(
        np.concatenate([first.features, second.features]),
        np.arange(n + NEW),
        np.concatenate([first.contents, second.contents]),
        {},
    )
    started = time.perf_counter(), time.process_time()
    posts = read_posts(folder / "posts.csv", folder / "new.csv")
    save(fit_model(posts, together, embedded(), general=load(STARTER)), folder / "anew")
    wall, cpu = time.perf_counter() - started[0], time.process_time() - started[1]
    (folder / "anew.json").write_text(json.dumps({"wall": wall, "cpu": cpu}))


def add(folder: Path, n: int) -> None:
    """Run the command, and write what that took."""
    os.environ["HASHTAGGER_CACHE"] = str(folder / "cache")
    shutil.rmtree(folder / "added", ignore_errors=True)
    shutil.copytree(folder / "model", folder / "added")
    command = [
        "add",
        folder / "new.csv",
        "--photos",
        folder / "photos",
        "--model",
        folder / "added",
        "--json",
    ]
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "hashtagger", *map(str, command)], check=True, stdout=subprocess.PIPE
    )
    wall, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(done.stdout)
    assert (told["added"], told["photos_added"], told["posts"]) == (NEW, NEW, n + NEW), told
    figures = {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "MB": used.ru_maxrss / 1024}
    (folder / "add.json").write_text(json.dumps(figures))


def prepare(folder: Path) -> None:
    """Write the new posts, what stands in for their photos, and the cache of the features."""
    posts, extracted = everything(folder, NEW, ADDED)
    write_posts(posts, folder / "new.csv")
    (folder / "photos").mkdir(exist_ok=True)
    for link in posts.links:
        name = link.rstrip("/").rpartition("/")[2]
        (folder / "photos" / f"{name}.jpg").write_bytes(stand_in(link))
    cache = FeatureCache(folder / "cache" / "features.sqlite", print)
    for content, vector in zip(extracted.contents, extracted.features, strict=True):
        cache.put(content.tobytes(), embedded().sha256, np.asarray(vector))
    cache.close()


def ask(folder: Path, n: int) -> None:
    """Write for how many photos the model with posts added names the same five as other models of `n`."""
    _, extracted = everything(folder, ASKED, UNSEEN)
    named = {
        name: [top(load(folder / name), feature) for feature in extracted.features]
        for name in ("added", "anew", "model")
    }
    figures = {}
    for other in ("anew", "model"):
        pairs = [set(a) & set(b) for a, b in zip(named["added"], named[other], strict=True)]
        figures[other] = {"same": sum(len(both) == TOP for both in pairs), "shared": sum(map(len, pairs))}
    (folder / "ask.json").write_text(json.dumps(figures))


def top(model: Model, feature: np.ndarray) -> list[str]:
    settings = SuggestSettings(top=TOP)
    query = look_up(model, np.asarray(feature), settings)
    return [row.hashtag for row in choose(model, query, settings, photo="").hashtags]


def report(figures: dict[str, dict], n: int) -> None:
    print(f"\n{f'{NEW:,} posts more than {n:,}':28}{'wall s':>9}{'CPU s':>9}")
    for step in ("anew", "add"):
        print(f"{step:28}{figures[step]['wall']:9.1f}{figures[step]['cpu']:9.1f}")
    wall, cpu = (figures["add"][key] / figures["anew"][key] for key in ("wall", "cpu"))
    print(f"{'add / anew':28}{wall:9.3f}{cpu:9.3f}   (at most 0.1)")
    print(f"add held at most {figures['add']['MB']:,.0f} MB, mapped files counted")
    for other, what in (("anew", "a model built anew"), ("model", "the model before")):
        same, shared = figures["ask"][other]["same"], figures["ask"][other]["shared"]
        print(f"the same five as {what}: {same} of {ASKED} photos; {shared} of {ASKED * TOP} hashtags")


STEPS: dict[str, Callable[[Path, int], None]] = {"build": build, "anew": anew, "add": add, "ask": ask}

if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).parents[2]))
    main()
