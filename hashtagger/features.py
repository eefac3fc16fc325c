"""From pixels to features: the network in LiteRT, over all cores, with a cache by content.

A feature is the vector that a backbone (a network without its last layer) makes of a photo. LiteRT is known
here only.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hashtagger.errors import BackboneError, HashtaggerError, PhotoError
from hashtagger.photos import open_photo, read_photo

if TYPE_CHECKING:
    from hashtagger.feature_cache import FeatureCache

Progress = Callable[[int, int], None]  # photos done, photos in all

EMBEDDED = Path(__file__).with_name("data") / "embedded.tflite"  # the network that comes with the package
EMBEDDED_SHA256 = "0e0beb6491f821c64bb2ebffc156eb0dcf880700ac0e98854d301551d8ac1b00"  # of that file
CONTENT_BYTES = 16  # of the hash that a photo's content is known by
_CHUNK = 8  # photos handed to a worker at once, so that handing over costs little
_AHEAD = 8  # chunks in flight for each worker: bounds memory, and lets others go on past one slow photo
_creating = threading.Lock()


@dataclass(frozen=True)
class Backbone:
    """A network that turns photos into features, as data."""

    name: str
    input_size: int  # pixels: it sees a square
    feature_length: int
    sha256: str  # of the file, hexadecimal
    path: Path  # the LiteRT file
    licence: str


@dataclass(frozen=True)
class Feature:
    """What one photo became."""

    content: bytes  # hash of the photo file, CONTENT_BYTES long
    vector: NDArray[np.float32]  # (d,)


@dataclass(frozen=True)
class Extracted:
    """The features of many photos: row i belongs to photo `index[i]`; rows are in the photos' order."""

    features: NDArray[np.float32]  # (m, d)
    index: NDArray[np.int64]  # (m,)
    contents: NDArray[np.uint8]  # (m, CONTENT_BYTES), the hash of each photo file
    failures: dict[int, str]  # photo -> why it has no feature

    def of(self, keep: NDArray[np.int64]) -> Extracted:
        """Return the rows whose `index` is among `keep` (k,), ascending, with its place there as index."""
        rows = np.flatnonzero(np.isin(self.index, keep))
        whole = len(rows) == len(self.index)
        return Extracted(
            self.features if whole else self.features[rows],  # all of them may be more than memory holds
            np.searchsorted(keep, self.index[rows]),
            self.contents[rows],
            self.failures,
        )


class Extractor:
    """One loaded network. Not to be shared by threads; a process may hold many."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load the LiteRT file at `path`; raises BackboneError where it is not a usable network."""
        self._net = _load(path, threads)
        (taken, *more), (made, *_) = self._net.get_input_details(), self._net.get_output_details()
        shape, result = taken["shape"].tolist(), made["shape"].tolist()
        floats = taken["dtype"] == made["dtype"] == np.float32
        square = len(shape) == 4 and shape == [1, shape[1], shape[1], 3]
        if more or not (floats and square and math.prod(result) == max(result)):
            raise BackboneError(
                f"{path}: the network must take one float32 image [1, S, S, 3] and give one float32 vector, "
                f"but takes {shape} and gives {result}; export it so"
            )
        self.input_size = shape[1]
        self.feature_length = max(result)
        self._in, self._out = taken["index"], made["index"]
        self._scaled = np.empty(shape, np.float32)  # kept: a new array costs ten times the scaling

    def extract(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the feature (d,) of RGB pixels (s, s, 3); the network sees them scaled to -1..1."""
        np.multiply(pixels, np.float32(1 / 127.5), out=self._scaled[0])
        self._scaled -= np.float32(1)
        self._net.set_tensor(self._in, self._scaled)
        self._net.invoke()
        return np.asarray(self._net.get_tensor(self._out), np.float32).reshape(-1)


def extract_features(
    photos: Sequence[Path], backbone: Backbone, cache: FeatureCache | None, progress: Progress
) -> Extracted:
    """Return the features of photos, over all cores; a photo that cannot be read is named in `failures`.

    They are kept in a temporary file, not in memory. Raises HashtaggerError where it cannot be written.
    """
    import tempfile

    contents = np.empty((len(photos), CONTENT_BYTES), np.uint8)
    index: list[int] = []
    failures: dict[int, str] = {}
    try:
        with tempfile.TemporaryFile() as file:
            for i, outcome in enumerate(stream_features(photos, backbone, cache)):
                if isinstance(outcome, str):
                    failures[i] = outcome
                else:
                    file.write(outcome.vector.data)
                    contents[len(index)] = np.frombuffer(outcome.content, np.uint8)
                    index.append(i)
                progress(i + 1, len(photos))
            file.flush()
            features = on_disk(file, (len(index), backbone.feature_length))
    except OSError as error:
        raise HashtaggerError(
            f"{tempfile.gettempdir()}: no room for the features of {len(photos):,} photos "
            f"({error.strerror or error}); set TMPDIR to a folder with room"
        ) from error
    return Extracted(features, np.array(index, np.int64), contents[: len(index)], failures)


def on_disk(file: IO[bytes], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return what `file` holds as an array that stays on disk; the system frees it with the array."""
    if not math.prod(shape):
        return np.empty(shape, np.float32)
    return np.asarray(np.memmap(file, np.float32, "r", shape=shape))


def stream_features(
    photos: Sequence[Path], backbone: Backbone, cache: FeatureCache | None, cores: int | None = None
) -> Iterator[Feature | str]:
    """Yield for each photo, in order, its feature or the reason why it has none; over all cores, or so many.

    Each worker thread reads, decodes and infers one photo after another on its own network: both Pillow and
    LiteRT let other threads run meanwhile. Only vectors wait for their turn, never decoded photos.
    """
    from hashtagger.parallel import in_order  # threads are not needed to suggest for one photo

    worker, workers = _Worker(backbone, cache), cores or count_cores()
    chunks = (photos[i : i + _CHUNK] for i in range(0, len(photos), _CHUNK))
    try:
        for outcomes in in_order(worker.outcomes, chunks, workers, workers * _AHEAD):
            yield from outcomes
    finally:  # also when the reader stops early or Ctrl-C is pressed
        worker.stopped.set()
        if cache is not None:
            cache.flush()


def content_hash(data: bytes) -> bytes:
    """Return what a photo file is known by, CONTENT_BYTES long."""
    return hashlib.blake2b(data, digest_size=CONTENT_BYTES).digest()


def count_cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class _Worker:
    """What the threads share: the backbone, the cache, the wish to stop; each thread has its own network."""

    def __init__(self, backbone: Backbone, cache: FeatureCache | None) -> None:
        self.backbone, self.cache = backbone, cache
        self.stopped = threading.Event()
        self._own = threading.local()

    def outcomes(self, photos: Sequence[Path]) -> list[Feature | str]:
        return [self._outcome(photo) for photo in photos if not self.stopped.is_set()]

    def _outcome(self, photo: Path) -> Feature | str:
        try:
            data = read_photo(photo)
            content = content_hash(data)
            vector = self.cache.get(content, self.backbone.sha256) if self.cache else None
            if vector is None:
                vector = self._extractor().extract(open_photo(data, self.backbone.input_size))
                if self.cache:
                    self.cache.put(content, self.backbone.sha256, vector)
        except PhotoError as error:
            return str(error)
        return Feature(content, vector)

    def _extractor(self) -> Extractor:
        if not hasattr(self._own, "extractor"):  # made when first needed: a cached run loads no network
            self._own.extractor = Extractor(self.backbone.path)
        extractor: Extractor = self._own.extractor
        return extractor


def _load(path: Path, threads: int) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    if not path.is_file():
        raise BackboneError(f"{path}: no such backbone file")
    try:
        with _creating, _silent_stderr():
            net = Interpreter(model_path=str(path), num_threads=threads)
            net.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise BackboneError(f"{path}: not a network that LiteRT can run ({reason})") from error
    return net


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Send file descriptor 2 nowhere: LiteRT's C++ prints an INFO line that has no switch."""
    try:
        kept = os.dup(2)
    except OSError:  # closed: nothing to silence
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
