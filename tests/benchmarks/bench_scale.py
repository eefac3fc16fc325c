"""A model of a million posts: each stage of building it, its size, its search, and asking it.

    python tests/benchmarks/bench_scale.py --work DIR [--posts 100000 1000000] [--keep]

The posts are invented (see invent.py); building begins with their CSV and their features, on disk as float32.
Every step runs in a process of its own. "MB" is the most memory that a stage held, mapped files not counted:
the system drops those when it needs room. DIR takes 8 kB a post; what is in it is used again with --keep.

Searches are for 500 photos, as `suggest` asks for them, each photo alone; scikit-learn compares the whole
features, in chunks whose times are added up. FAISS stands beside them where it is installed: an inverted file
of as many cells, 8 bits a value, and as many of its cells searched as its recall needs.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from bench_suggest import run
from invent import THEMES, invent_posts, write_features, write_posts

from hashtagger import fitting
from hashtagger.backbones import resolve
from hashtagger.features import CONTENT_BYTES, Extracted, Extractor
from hashtagger.model import STARTER, Model, load, save
from hashtagger.neighbors import RECALL, nearest, nearest_in_cells, reduce_features
from hashtagger.photos import open_photo
from hashtagger.posts import read_posts

ASKED = Path(__file__).parents[2] / "sample_posts" / "photos"
LIKE_ASKED = 1000  # of so many posts one shows what the photo asked about does
QUERIES, SLOW_QUERIES, POOL, TOP, TURNS = 100, 5, 500, 50, 7
CHUNK = 50_000
STAGES = {  # what fitting calls, and what the table calls it
    "fit_reduction": "fitting the reduction",
    "reduce_all": "reducing features",
    "learn_skipgram": "skip-gram",
    "count_companions": "companions",
    "widen": "companions of the starter",
    "index_cells": "cells to search",
    "learn_likes": "likes and accounts",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--posts", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--keep", action="store_true", help="keep posts, features and models in DIR")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        STEPS[given.step](given.work, given.posts[0])
        return
    folders = {n: given.work / str(n) for n in given.posts}
    for n, folder in folders.items():
        for step in STEPS:
            if not (folder / f"{step}.json").exists():
                words = ["--work", folder, "--posts", str(n), "--step", step]
                subprocess.run([sys.executable, __file__, *words], check=True)
    report_stages({n: read(folder, "build") for n, folder in folders.items()})
    for n, folder in folders.items():
        report_search(n, read(folder, "search"))
        report_asking(n, folder, ask(folder))
    if not given.keep:
        for folder in folders.values():
            shutil.rmtree(folder)


def read(folder: Path, step: str) -> dict:
    return json.loads((folder / f"{step}.json").read_text())


# --- building


def prepare(folder: Path, n: int) -> None:
    """Write the posts, and their features; some show what the photo that is asked about later does."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    posts, themes = invent_posts(n)
    write_posts(posts, folder / "posts.csv")
    write_features(themes, folder / "features.npy")
    features = np.load(folder / "features.npy", mmap_mode="r+")
    others = features[::LIKE_ASKED] - load(STARTER).mean
    features[::LIKE_ASKED] = feature_of(asked()) + 0.3 * others
    features.flush()
    (folder / "prepare.json").write_text("{}")


def asked() -> Path:
    return min(ASKED.iterdir())


def feature_of(photo: Path) -> np.ndarray:
    network = Extractor(resolve("embedded", print).path)
    return network.extract(open_photo(photo, network.input_size))


def build(folder: Path, n: int) -> None:
    """Build the model stage by stage, and write what each took."""
    stages = Stages()
    for called, name in STAGES.items():
        setattr(fitting, called, stages.timed(name, getattr(fitting, called)))
    started = time.perf_counter(), time.process_time()
    posts = stages.timed("reading posts.csv", read_posts)(folder / "posts.csv")
    features = np.load(folder / "features.npy", mmap_mode="r")
    contents = np.random.default_rng(0).integers(0, 256, (n, CONTENT_BYTES), np.uint8)
    extracted = Extracted(features, np.arange(n), contents, {})
    posts = replace(posts, photos=[(f"/photos/{i:08d}.jpg",) for i in range(n)])
    model = fitting.fit_model(posts, extracted, resolve("embedded", print), general=load(STARTER))
    stages.timed("writing the model", save)(model, folder / "model")
    whole = time.perf_counter() - started[0], time.process_time() - started[1]
    peak = max(mb for _, _, mb in stages.figures.values())
    wall, cpu = (whole[i] - sum(figures[i] for figures in stages.figures.values()) for i in range(2))
    rest = {"the rest": (wall, cpu, stages.between), "all": (*whole, max(peak, stages.between))}
    (folder / "build.json").write_text(json.dumps({**stages.figures, **rest}))


@dataclass
class Stages:
    """Wall seconds, CPU seconds and the most MB of each stage; between two, the most MB so far."""

    figures: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    between: float = 0

    def timed(self, name: str, stage: Callable) -> Callable:
        """Return `stage` so that its calls are measured under `name`."""

        def measured(*args: object, **named: object) -> object:
            self.between = max(self.between, held())
            wall, cpu = time.perf_counter(), time.process_time()
            with watching() as peak:
                result = stage(*args, **named)
            self.figures[name] = time.perf_counter() - wall, time.process_time() - cpu, max(peak)
            return result

        return measured


@contextmanager
def watching() -> Iterator[list[float]]:
    """Give a list that takes the MB held, ten times a second."""
    readings, done = [held()], threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            readings.append(held())

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield readings
    done.set()
    watcher.join()
    readings.append(held())


def held() -> float:
    """Return the MB that this process holds, mapped files not counted."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


# --- searching


def search(folder: Path, n: int) -> None:
    """Search for photos that are not in the model, each way, and write what each took and found."""
    model = load(folder / "model")
    write_features(np.random.default_rng(9).integers(0, THEMES, QUERIES), folder / "queries.npy", seed=9)
    whole = np.load(folder / "queries.npy")
    queries = reduce_features(whole, model.reduction)
    exact = measure(lambda query: nearest(model.features, query, POOL)[0], queries)
    ways = {"every photo, 16 bits": exact}
    if model.probes:
        ways[f"cells: {model.probes} of {len(model.cell_centers)}, 16 bits"] = measure(
            lambda query: nearest_in_cells(model.cells, model.features, query, POOL, model.probes)[0], queries
        )
        if find_spec("faiss"):
            ways |= search_faiss(folder, model, queries, exact[1])
    figures = {name: (milliseconds, recall(exact[1], found)) for name, (milliseconds, found) in ways.items()}
    figures["scikit-learn, 1280-d"] = brute(folder, whole[:SLOW_QUERIES]), None
    (folder / "search.json").write_text(json.dumps(figures))


def measure(find: Callable, queries: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """Return the median milliseconds of finding what is near each query, warm, and what was found."""
    for query in queries:
        find(query)
    found, seconds = [], []
    for query in queries:
        start = time.perf_counter()
        found.append(find(query))
        seconds.append(time.perf_counter() - start)
    return 1000 * statistics.median(seconds), found


def recall(exact: list[np.ndarray], found: list[np.ndarray]) -> float:
    """Return the share of the nearest 50 that were found among 50."""
    pairs = zip(exact, found, strict=True)
    return float(np.mean([np.isin(all_[:TOP], some[:TOP]).mean() for all_, some in pairs]))


def search_faiss(folder: Path, model: Model, queries: np.ndarray, exact: list[np.ndarray]) -> dict:
    """Return what FAISS's inverted file takes and finds, on one thread, with the cells that recall needs."""
    import faiss

    faiss.omp_set_num_threads(1)
    cells = len(model.cell_centers)
    index = faiss.index_factory(model.features.shape[1], f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT)
    started = time.process_time()
    index.train(model.features[:: max(1, len(model.features) // 65_536)].astype(np.float32))
    for start in range(0, len(model.features), CHUNK):
        index.add(model.features[start : start + CHUNK].astype(np.float32))
    built = time.process_time() - started
    faiss.write_index(index, str(folder / "faiss.index"))
    megabytes = (folder / "faiss.index").stat().st_size / 1e6
    for index.nprobe in (2**power for power in range(cells.bit_length())):
        took, found = measure(lambda query: index.search(query[None], POOL)[1][0], queries)
        if recall(exact, found) >= RECALL:
            break
    name = f"FAISS: {index.nprobe} of {cells}, 8 bits ({megabytes:.0f} MB, {built:.0f} s to build)"
    return {name: (took, found)}


def brute(folder: Path, queries: np.ndarray) -> float:
    """Return the milliseconds that scikit-learn takes for one query over whole features at length 1."""
    from sklearn.neighbors import NearestNeighbors

    queries, seconds = unit(queries), np.zeros(len(queries))
    features = np.load(folder / "features.npy", mmap_mode="r")
    for start in range(0, len(features), CHUNK):
        chunk = NearestNeighbors(n_neighbors=POOL, algorithm="brute").fit(
            unit(features[start : start + CHUNK])
        )
        for i, query in enumerate(queries):
            started = time.perf_counter()
            chunk.kneighbors(query[None])
            seconds[i] += time.perf_counter() - started
    return 1000 * float(np.median(seconds))


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


# --- asking


def ask(folder: Path) -> dict[str, tuple[float, float, float]]:
    """Return wall and CPU seconds and the most MB of commands, medians of whole processes in turn."""
    hashtagger, model = [sys.executable, "-m", "hashtagger"], str(folder / "model")
    suggest, similar = [*hashtagger, "suggest", str(asked())], [*hashtagger, "similar"]
    commands = {
        "suggest, starter": [*suggest, "--model", str(STARTER)],
        "suggest": [*suggest, "--model", model],
        "suggest --exact": [*suggest, "--model", model, "--exact"],
        "similar, one hashtag": [*similar, load(Path(model)).names[0], "--model", model],
        "import numpy": [sys.executable, "-c", "import numpy"],
    }
    if find_spec("faiss"):
        commands["import faiss"] = [sys.executable, "-c", "import faiss"]
    rows = {name: [] for name in commands}
    for _ in range(TURNS + 1):  # the first round warms the disk's cache and is not counted
        for name, words in commands.items():
            rows[name].append(run(words)[:3])
    return {name: tuple(map(statistics.median, zip(*taken[1:], strict=True))) for name, taken in rows.items()}


# --- reporting


def report_stages(built: dict[int, dict[str, tuple[float, float, float]]]) -> None:
    """Print each stage at each size, and how it grew from the first to the last."""
    first, *_, last = sizes = list(built) * (1 + (len(built) == 1))
    print(f"\n{'stage':28}" + "".join(f"{f'{n:,} posts':>24}" for n in built) + f"{'growth of CPU':>16}")
    print(" " * 28 + f"{'wall s':>8}{'CPU s':>8}{'MB':>8}" * len(built))
    for stage in built[last]:
        line = "".join("{:8.1f}{:8.1f}{:8.0f}".format(*built[n][stage]) for n in built)
        print(f"{stage:28}{line}{built[last][stage][1] / built[first][stage][1]:15.1f}x")
    print(f"({last / sizes[0]:.0f} times the posts; at most {1.3 * last / first:.0f}x of all was asked for)")


def report_search(n: int, figures: dict[str, tuple[float, float | None]]) -> None:
    print(f"\n{f'searching {n:,} photos':64}{'ms':>8}{'recall@50':>11}")
    for name, (milliseconds, share) in figures.items():
        print(f"{name:64}{milliseconds:8.2f}{'' if share is None else f'{share:11.3f}'}")


def report_asking(n: int, folder: Path, figures: dict[str, tuple[float, float, float]]) -> None:
    size = sum(path.stat().st_size for path in (folder / "model").rglob("*") if path.is_file())
    print(f"\n{f'asking the model of {n:,} ({size / 1e9:.2f} GB)':40}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}")
    for name, taken in figures.items():
        print(f"{name:40}" + "{:9.3f}{:9.3f}{:9.0f}".format(*taken))
    ours, starter = figures["suggest"], figures["suggest, starter"]
    wall, cpu = (ours[i] / starter[i] for i in range(2))
    print(f"suggest / starter: {wall:.2f} by wall, {cpu:.2f} by CPU (at most 1.5)")


STEPS = {"prepare": prepare, "build": build, "search": search}

if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).parents[2]))
    main()
