"""Photos a second of the features stage, against its parts alone and against a Keras loop: one table.

    KERAS_HOME=... python tests/benchmarks/bench_features.py [--photos DIR] [--backbone embedded]

Without --photos it makes them: 2,000 JPEGs of 1080 x 1350 pixels, as Instagram keeps them, each a part of a
sample photo. Every way runs over the same files, in turn and several times, so that what else the machine
does meets all of them; the figures are medians. "The two in turn" is what the cores can give,
1 / (1/decode + 1/inference), both measured alone at the same parallelism.
"""

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from hashtagger.backbones import Backbone, resolve
from hashtagger.features import Extractor, count_cores, extract_features
from hashtagger.parallel import in_order
from hashtagger.photos import list_photos, open_photo

SAMPLES = Path(__file__).parents[2] / "sample_posts" / "photos"
BATCH = 32  # of the Keras loop
KERAS_SIZE = 224
SIZE = 1080, 1350


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--backbone", default="auto", help="auto, embedded, imagenet or a file")
    parser.add_argument("--count", type=int, default=2000, help="photos a round; a small folder is repeated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keras-loop", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.photos is None:
        with tempfile.TemporaryDirectory() as folder:
            make_photos(Path(folder), options.count)
            subprocess.run([sys.executable, __file__, *sys.argv[1:], "--photos", folder], check=True)
        return
    photos = list(itertools.islice(itertools.cycle(list_photos(options.photos)), options.count))
    if options.keras_loop:
        keras_loop(photos)
    else:
        measure(photos, resolve(options.backbone, print), options.rounds, sys.argv[1:])


def make_photos(folder: Path, count: int, size: tuple[int, int] = SIZE) -> None:
    """Write `count` JPEGs of `size`, width and height in pixels."""
    samples, rng = itertools.cycle(list_photos(SAMPLES)), np.random.default_rng(0)
    for i in range(count):
        with Image.open(next(samples)) as sample:
            x, y = rng.random(2) * 0.2 * sample.size
            box = (x, y, x + 0.8 * sample.width, y + 0.8 * sample.height)
            photo = sample.convert("RGB").resize(size, Image.Resampling.BICUBIC, box)
        photo.save(folder / f"{i:05}.jpg", quality=85)


def measure(photos: Sequence[Path], backbone: Backbone, rounds: int, arguments: Sequence[str]) -> None:
    """Time each way `rounds` times, in turn, and print the table."""
    workers = count_cores()
    pixels = [open_photo(photo, backbone.input_size) for photo in photos]
    networks = [Extractor(backbone.path) for _ in range(workers)]
    command = [sys.executable, __file__, "--keras-loop", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as keras:
        json.loads(keras.stdout.readline())  # loaded and warm
        ways: dict[str, Callable[[], None]] = {
            "decode": lambda: decode(photos, backbone.input_size, workers),
            "inference": lambda: infer(pixels, networks),
            "both": lambda: both(photos, backbone),
            "keras": lambda: ask(keras),
        }
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, run in ways.items():
                start = time.perf_counter()
                run()
                seconds[way].append(time.perf_counter() - start)
        keras.stdin.close()
    report(len(photos), backbone, workers, seconds)


def decode(photos: Sequence[Path], size: int, workers: int) -> None:
    chunks = [photos[i::workers] for i in range(workers)]
    list(in_order(lambda chunk: [open_photo(photo, size) for photo in chunk], chunks, workers, workers))


def infer(pixels: Sequence, networks: Sequence[Extractor]) -> None:
    workers = len(networks)
    shares = [(network, pixels[i::workers]) for i, network in enumerate(networks)]
    list(in_order(lambda share: [share[0].extract(p) for p in share[1]], shares, workers, workers))


def both(photos: Sequence[Path], backbone: Backbone) -> None:
    extracted = extract_features(photos, backbone, None, lambda done, total: None)
    assert len(extracted.features) == len(photos)


def ask(keras: subprocess.Popen) -> None:
    """Let the process with Keras go over the photos once."""
    keras.stdin.write("again\n")
    keras.stdin.flush()
    keras.stdout.readline()


def keras_loop(photos: Sequence[Path]) -> None:
    """Go over the photos with Keras for each line on stdin, as its documentation does."""
    import keras

    net = keras.applications.MobileNetV2(
        (KERAS_SIZE, KERAS_SIZE, 3), include_top=False, pooling="avg", weights=None
    )

    def features(batch: Sequence[Path]) -> None:
        images = [keras.utils.load_img(photo, target_size=(KERAS_SIZE, KERAS_SIZE)) for photo in batch]
        arrays = np.stack([keras.utils.img_to_array(image) for image in images])
        net.predict(keras.applications.mobilenet_v2.preprocess_input(arrays), verbose=0)

    features(photos[:BATCH])
    print(json.dumps("ready"), flush=True)
    for _ in sys.stdin:
        for i in range(0, len(photos), BATCH):
            features(photos[i : i + BATCH])
        print(json.dumps("done"), flush=True)


def report(count: int, backbone: Backbone, workers: int, seconds: dict[str, list[float]]) -> None:
    """Print photos a second of each way, and the ratios taken round by round."""
    print(f"{backbone.name}, {backbone.input_size} px; {count} photos a round, {workers} threads; medians")
    turns = [d + i for d, i in zip(seconds["decode"], seconds["inference"], strict=True)]
    for name, times in {
        "decoding alone": seconds["decode"],
        "inference alone": seconds["inference"],
        "the two in turn": turns,
        "hashtagger": seconds["both"],
        f"Keras loop, {KERAS_SIZE} px": seconds["keras"],
    }.items():
        print(f"{name:24} {count / statistics.median(times):8.0f} photos/s")
    for name, others, bound in (
        ("of the two in turn", turns, "0.85"),
        ("times the Keras loop", seconds["keras"], "5" if backbone.name == "embedded" else "2.4"),
    ):
        ratio = statistics.median(o / b for o, b in zip(others, seconds["both"], strict=True))
        print(f"{ratio:8.2f} {name} (bound {bound})")


if __name__ == "__main__":
    main()
