"""The cold start of `suggest`: a whole process for one 12-megapixel JPEG, against two others in the same run.

    KERAS_HOME=... python tests/benchmarks/bench_suggest.py [--model DIR] [--runs 7]

"bare" imports NumPy, Pillow and LiteRT, decodes the same JPEG with `draft` as we do, and infers once on the
same network: what cannot be saved. "published" is the seed's way: import tensorflow, build Keras's
MobileNetV2, cosine by DataFrame.apply over 5,000 posts, gensim's most_similar.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hashtagger.model import STARTER, load

FILES = ("photo.jpg", "posts.pkl", "vectors")

BARE = """
import sys
import numpy as np
from PIL import Image
from ai_edge_litert.interpreter import Interpreter
photo, network = sys.argv[1:]
net = Interpreter(model_path=network, num_threads=1)
net.allocate_tensors()
taken, made = net.get_input_details()[0], net.get_output_details()[0]
size = int(taken["shape"][1])
image = Image.open(photo)
image.draft("RGB", (size, size))
image = image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR, reducing_gap=2.0)
net.set_tensor(taken["index"], (np.asarray(image) * np.float32(1 / 127.5) - np.float32(1))[None])
net.invoke()
print(net.get_tensor(made["index"]).sum())
"""

PUBLISHED = """
import sys
import numpy as np
import pandas as pd
import tensorflow as tf
from gensim.models import Word2Vec
from scipy.spatial.distance import cosine
network = tf.keras.applications.MobileNetV2(include_top=False, pooling="avg")
image = tf.keras.utils.load_img(sys.argv[1], target_size=(224, 224))
photo = tf.keras.applications.mobilenet_v2.preprocess_input(np.asarray(image, np.float32))[None]
feature = network.predict(photo, verbose=0)[0]
posts = pd.read_pickle(sys.argv[2])
posts["distance"] = posts.apply(lambda row: cosine(row["feature"], feature), axis=1)
hashtags = {tag for tags in posts.nsmallest(6, "distance")["tags"] for tag in tags}
print(Word2Vec.load(sys.argv[3]).wv.most_similar(positive=sorted(hashtags), topn=50)[:10])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=STARTER)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.prepare:
        prepare(options.prepare)
        return
    with tempfile.TemporaryDirectory() as folder:
        # a process of its own: the peak memory of a child counts what its parent held when it forked
        subprocess.run([sys.executable, __file__, "--prepare", folder], check=True)
        photo, posts, vectors = (str(Path(folder) / name) for name in FILES)
        network = str(load(options.model).backbone)
        suggest = [sys.executable, "-m", "hashtagger", "suggest", photo, "--model", str(options.model)]
        commands = {
            "ours": suggest,
            "bare": [sys.executable, "-c", BARE, photo, network],
            "help": [sys.executable, "-m", "hashtagger", "--help"],
            "published": [sys.executable, "-c", PUBLISHED, photo, posts, vectors],
        }
        figures = {name: [] for name in commands}
        for turn in range(options.runs + 1):  # the first round warms the disk's cache and is not counted
            for name, command in commands.items():
                if name != "published" or turn <= 3:
                    figures[name].append(run(command))
        report({name: rows[1:] for name, rows in figures.items()})


def prepare(folder: Path) -> None:
    """Make a 12-megapixel JPEG, and 5,000 posts with their skip-gram for the published way."""
    import numpy as np
    import pandas as pd
    from gensim.models import Word2Vec
    from PIL import Image

    photo, posts, vectors = (folder / name for name in FILES)
    rng = np.random.default_rng(0)
    scene = Image.fromarray(rng.integers(0, 255, (60, 80, 3), np.uint8)).resize(
        (4000, 3000), Image.Resampling.BICUBIC
    )
    scene.save(photo, quality=90)
    tags = [[f"tag{i}" for i in 20_000 * rng.random(20) ** 3] for _ in range(5000)]
    features = list(rng.random((5000, 1280), np.float32))
    pd.DataFrame({"feature": features, "tags": tags}).to_pickle(posts)
    Word2Vec(tags, sg=1, hs=1, vector_size=100, window=5, min_count=1, epochs=1).save(str(vectors))


def run(command: list[str]) -> tuple[float, float, float, str]:
    """Return wall seconds, CPU seconds, peak MB and stderr of one process."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=complaints)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        complaints.seek(0)
        told = complaints.read().decode(errors="replace")
    if process.returncode:
        raise SystemExit(f"{command[:4]}: exit code {process.returncode}: {told}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, told


def report(figures: dict[str, list[tuple[float, float, float, str]]]) -> None:
    """Print medians, and the ratios and bounds that matter."""
    print(f"{'median of whole processes':28}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}")
    cpu = {}
    for name, rows in figures.items():
        wall, cpu[name], peak = (statistics.median(row[i] for row in rows) for i in range(3))
        print(f"{name:28}{wall:9.3f}{cpu[name]:9.3f}{peak:9.0f}")
    for other, bound in (("bare", "at most 1.5"), ("published", "ours at least 10 times faster")):
        pairs = zip(figures["ours"], figures[other], strict=False)
        by_wall = statistics.median(ours[0] / theirs[0] for ours, theirs in pairs)
        print(f"ours / {other}: {by_wall:.3f} by wall, {cpu['ours'] / cpu[other]:.3f} by CPU time ({bound})")
    print(f"stderr of ours: {figures['ours'][0][3].strip() or 'nothing'}")


if __name__ == "__main__":
    main()
