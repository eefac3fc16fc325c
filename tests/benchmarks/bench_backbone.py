"""How much of the ImageNet MobileNetV2 the embedded backbone keeps, and how quick it is.

    KERAS_HOME=keras python tests/benchmarks/bench_backbone.py --data data

`data` holds `backbone/labelled.zip` (group/label/photo) and `posts/` (posts.csv, photos/). Prints
1. the accuracy of 10 nearest neighbours within each group of labelled photos, every second photo of a class
   as the index, against the teacher at 224 pixels in the same run;
2. precision@5 of the votes of 50 neighbours on posts of three hashtags or more, five folds of accounts,
   64 half-whitened dimensions fitted on the other folds, against the teacher's features in the same run;
3. the time of one photo on one core.
"""

import argparse
import csv
import io
import json
import time
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

GROUPS = ("intel", "sports", "caltech", "food")
EMBEDDED = Path(__file__).parents[2] / "hashtagger/data/embedded.tflite"


def labelled_photos(archive: Path) -> tuple[list[Image.Image], np.ndarray]:
    """The photos of a zip file and their (photos, 2) group and label."""
    with zipfile.ZipFile(archive) as file:
        names = sorted(n for n in file.namelist() if not n.endswith("/"))
        photos = [Image.open(io.BytesIO(file.read(n))).convert("RGB") for n in names]
    return photos, np.array([n.split("/")[-3:-1] for n in names])


def posts_with_hashtags(folder: Path) -> tuple[list[Image.Image], list[list[str]], np.ndarray]:
    """Photos, hashtags and accounts of the posts with three hashtags or more."""
    with (folder / "posts.csv").open(newline="") as file:
        rows = [r | {"tags": sorted(set(json.loads(r["tags"])))} for r in csv.DictReader(file)]
    rows = [r for r in rows if len(r["tags"]) >= 3]
    photos = [Image.open(folder / r["image"]).convert("RGB") for r in rows]
    return photos, [r["tags"] for r in rows], np.array([r["account"] for r in rows])


def pixels(photos: list[Image.Image], size: int) -> np.ndarray:
    """Whole photos squashed to (photos, size, size, 3) in -1..1."""
    squashed = [np.asarray(p.resize((size, size), Image.Resampling.BICUBIC)) for p in photos]
    return np.stack(squashed).astype(np.float32) / 127.5 - 1


def teacher_features(*collections: list[Image.Image]) -> list[np.ndarray]:
    """Features (photos, 1280) of Keras's ImageNet MobileNetV2 at 224 pixels."""
    import keras

    net = keras.applications.MobileNetV2((224, 224, 3), include_top=False, pooling="avg", weights="imagenet")
    chunks = [[photos[i : i + 256] for i in range(0, len(photos), 256)] for photos in collections]
    return [np.concatenate([net.predict(pixels(c, 224), verbose=0) for c in parts]) for parts in chunks]


class Embedded:
    """The shipped LiteRT file on one thread."""

    def __init__(self, path: Path):
        self.runner = Interpreter(model_path=str(path), num_threads=1)
        self.runner.allocate_tensors()
        self.input, self.output = self.runner.get_input_details()[0], self.runner.get_output_details()[0]
        self.size = int(self.input["shape"][1])

    def one(self, photo: np.ndarray) -> np.ndarray:
        """Features (1280,) of a photo (1, size, size, 3) in -1..1."""
        self.runner.set_tensor(self.input["index"], photo)
        self.runner.invoke()
        return self.runner.get_tensor(self.output["index"])[0]

    def features(self, photos: list[Image.Image]) -> np.ndarray:
        return np.stack([self.one(photo[None]) for photo in pixels(photos, self.size)])

    def milliseconds(self) -> float:
        """The median time of a photo."""
        photo, times = np.zeros((1, self.size, self.size, 3), np.float32), []
        for _ in range(200):
            start = time.perf_counter()
            self.one(photo)
            times.append(1e3 * (time.perf_counter() - start))
        return float(np.median(times))


def unit(features: np.ndarray) -> np.ndarray:
    return features / np.linalg.norm(features, axis=1, keepdims=True)


def neighbour_accuracy(features: np.ndarray, labels: np.ndarray) -> float:
    """Share of photos whose label wins the weighted vote of the 10 nearest among every second of a class."""
    names, codes = np.unique(labels, return_inverse=True)
    known = np.zeros(len(codes), bool)
    for code in range(len(names)):
        known[np.flatnonzero(codes == code)[::2]] = True
    similarity = unit(features[~known]) @ unit(features[known]).T
    nearest = np.argpartition(-similarity, 10, axis=1)[:, :10]
    votes = np.zeros((len(similarity), len(names)))
    for row, indices in enumerate(nearest):
        np.add.at(votes[row], codes[known][indices], similarity[row, indices])
    return float((votes.argmax(1) == codes[~known]).mean())


def half_whitened(known: np.ndarray, asked: np.ndarray, keep: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """Both on the principal directions of the known features, each divided by the root of its deviation."""
    mean = known.mean(0)
    _, singular, directions = np.linalg.svd(known - mean, full_matrices=False)
    turn = directions[:keep].T / np.sqrt(singular[:keep] / np.sqrt(len(known)))
    return unit((known - mean) @ turn), unit((asked - mean) @ turn)


def vote(neighbours: np.ndarray, similarity: np.ndarray, tags: list[list[str]], count: int) -> list[str]:
    """The hashtags with the largest sum of the similarities of the neighbours that use them."""
    votes: Counter[str] = Counter()
    for neighbour, weight in zip(neighbours, similarity, strict=True):
        for tag in tags[neighbour]:
            votes[tag] += float(weight)
    return [tag for tag, _ in sorted(votes.items(), key=lambda item: (-item[1], item[0]))[:count]]


def precision_at_5(features: np.ndarray, tags: list[list[str]], accounts: np.ndarray) -> float:
    """Mean share of five voted hashtags that a post's own list holds."""
    from sklearn.model_selection import GroupKFold

    hits = []
    for train, test in GroupKFold(5).split(features, groups=accounts):
        known, asked = half_whitened(unit(features[train]), unit(features[test]))
        similarity = asked @ known.T
        for row, post in zip(similarity, test, strict=True):
            nearest = np.argsort(-row)[:50]
            hits.append(len({*vote(train[nearest], row[nearest], tags, 5)} & {*tags[post]}) / 5)
    return float(np.mean(hits))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--embedded", type=Path, default=EMBEDDED)
    args = parser.parse_args()
    photos, labels = labelled_photos(args.data / "backbone/labelled.zip")
    posts, tags, accounts = posts_with_hashtags(args.data / "posts")
    own = Embedded(args.embedded)
    theirs = teacher_features(photos, posts)
    ours = [own.features(photos), own.features(posts)]
    print(f"{'':12}{'teacher':>9}{'embedded':>9}{'share':>9}")
    for group in GROUPS:
        of = labels[:, 0] == group
        show(group, *(neighbour_accuracy(f[of], labels[of, 1]) for f in (theirs[0], ours[0])))
    show("posts p@5", *(precision_at_5(f, tags, accounts) for f in (theirs[1], ours[1])))
    print(f"one photo on one core: {own.milliseconds():.2f} ms at {own.size} px")


def show(name: str, teacher: float, embedded: float) -> None:
    print(f"{name:12}{teacher:9.3f}{embedded:9.3f}{embedded / teacher:9.3f}")


if __name__ == "__main__":
    main()
