"""What holding hashtags back costs, and how much less photos of one theme repeat each other, in one table.

    python tests/benchmarks/bench_fresh.py --data DIR [--backbone NAME] [--shuffled]

DIR holds posts/posts.csv with its photos and the column `category`, which is the theme. Five folds by
account. The posts tested are cut, theme by theme and as they are listed, into runs of 20 in a row.
"""

import argparse
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from time import strftime

import numpy as np

from hashtagger.backbones import resolve
from hashtagger.methods import SHOWN
from hashtagger.model import STARTER, load
from hashtagger.posts import read_posts
from hashtagger.splits import folds
from hashtagger.suggest import SuggestSettings, choose, look_up
from hashtagger.training import photo_files, read_photos
from hashtagger.trials import gather_material, learn_sides, pose

RUN = 20  # photos of one theme in a row
FRESH = (0, 5, 10, 20)
MIN_TAGS = 3


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--backbone", default="imagenet")
    arguments.add_argument("--shuffled", action="store_true", help="photos of a theme in an order drawn once")
    given = arguments.parse_args()
    themes = learn(given.data, given.backbone)
    if given.shuffled:
        rng = np.random.default_rng(0)
        themes = {theme: [asked[i] for i in rng.permutation(len(asked))] for theme, asked in themes.items()}
    figures = {last: measure(themes, last) for last in FRESH}
    precision, shared = figures[0]
    print("| --fresh | precision@5 | cost | of their five, two photos of a run share | of without |")
    print("|---|---|---|---|---|")
    for last, (own, repeated) in figures.items():
        cells = f"{own:.4f} | {precision - own:.4f} | {repeated:.3f} | {repeated / shared:.2f}"
        print(f"| {last or 'without'} | {cells} |")
    print("| asked | | at most 0.03 | | at most 0.50 |")


def learn(data: Path, backbone: str) -> dict[str, list]:
    """Return the models, queries and own hashtags of the posts to test on, by theme."""
    posts = read_posts(data / "posts" / "posts.csv")
    photos = photo_files(posts, download=False, progress=tell)
    extracted, _ = read_photos(photos, resolve(backbone, print), print, tell)
    material = gather_material(posts, extracted)
    parts = folds(posts, "account", 5, material.testable(MIN_TAGS), material.alike)
    themes = defaultdict(list)
    for side, test in learn_sides(material, parts, tell, load(STARTER)):
        for post in test.tolist():
            question, truth = pose(material, side.model, post)
            query = look_up(side.model, question.feature, SuggestSettings())
            themes[question.category].append((post, side.model, query, truth))
    return {theme: sorted(asked, key=lambda one: one[0]) for theme, asked in themes.items()}


def measure(themes: dict[str, list], last: int) -> tuple[float, float]:
    """Return precision@5 of the sets to paste, and how many hashtags two photos of a run share, the means."""
    hits, shared = [], []
    for asked in themes.values():
        for start in range(0, len(asked), RUN):
            sets: list[tuple[str, ...]] = []
            for _, model, query, truth in asked[start : start + RUN]:
                counts = Counter(name for names in (sets[-last:] if last else []) for name in names)
                held_back = {name: count / last for name, count in counts.items()}
                settings = SuggestSettings(likes=0, top=SHOWN, held_back=held_back)
                sets.append(choose(model, query, settings, photo="").paste)
                hits.append(len(truth.intersection(sets[-1])) / settings.limit)
            shared += [len({*one} & {*other}) for one, other in combinations(sets, 2)]
    return float(np.mean(hits)), float(np.mean(shared))


def tell(stage: str, done: int, total: int) -> None:
    if done == total:
        print(f"{strftime('%T')} {stage}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
