"""Memory, open files and threads of one process that suggests 2,000 times through the Python API.

    python tests/benchmarks/bench_soak.py [--model DIR] [--calls 2000]

Every tenth photo is grey, so that nothing looks like it, and every tenth is no photo at all. MB are those
that the process holds, and those with mapped files that are in memory. What the first quarter of the calls
takes is warming up; "growth" is what came after it.
"""

import argparse
import io
import time
from contextlib import nullcontext, suppress
from itertools import cycle, islice
from pathlib import Path

from PIL import Image

import hashtagger
from hashtagger.errors import PhotoError

SAMPLES = Path(__file__).parents[2] / "sample_posts" / "photos"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path)
    parser.add_argument("--calls", type=int, default=2000)
    given = parser.parse_args()
    recommender = hashtagger.load(given.model)
    step = max(1, given.calls // 8)
    print(f"{'calls':>6}{'ms a call':>11}{'MB held':>9}{'MB in all':>11}{'files':>7}{'threads':>9}")
    rows, started = [], time.perf_counter()
    for i, photo in enumerate(islice(cycle(photos()), given.calls), start=1):
        ask(recommender, photo)
        if i % step == 0:
            rows.append(holdings())
            took = 1000 * (time.perf_counter() - started) / step
            print(f"{i:6}{took:11.1f}{rows[-1][0]:9.1f}{rows[-1][1]:11.1f}{rows[-1][2]:7}{rows[-1][3]:9}")
            started = time.perf_counter()
    held, files = (rows[-1][i] - rows[len(rows) // 4 - 1][i] for i in (0, 2))
    print(f"growth after the first quarter: {held:.1f} MB held, {files} files")


def photos() -> list[Path | bytes]:
    """Return twenty photos: most as people have them, two of nothing, two that are none."""
    grey = io.BytesIO()
    Image.new("RGB", (300, 200), "grey").save(grey, "PNG")
    return [*sorted(SAMPLES.iterdir())[:16], grey.getvalue(), b"no photo", grey.getvalue(), b""]


def ask(recommender: hashtagger.Recommender, photo: Path | bytes) -> None:
    with suppress(PhotoError) if isinstance(photo, bytes) else nullcontext():
        assert recommender.suggest(photo).hashtags


def holdings() -> tuple[float, float, int, int]:
    """Return the MB that this process holds, those with mapped files, open files, and threads."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    held, whole = (int(lines[name].split()[0]) / 1024 for name in ("RssAnon", "VmRSS"))
    return held, whole, len(list(Path("/proc/self/fd").iterdir())), int(lines["Threads"])


if __name__ == "__main__":
    main()
