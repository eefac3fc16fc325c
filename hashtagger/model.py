"""A model: what was learned from posts, as one folder that numpy alone can read.

    model.json        format version, counts, settings, weights, provenance; size and sha256 of each part
    parts-XXXXXXXX/   the parts that model.json names
        NAME.npy      an array, memory-mapped: counts, likes, features, vectors ..., named as in `Model`
        NAME.txt      texts, one a line, and where each ends (NAME.ends.npy): hashtags, links, accounts ...
        backbone.tflite   the network that made the features; the starter's is the one in the package

Saving writes a new folder of parts beside the old one and then replaces model.json, one atomic step, so
that a reader, or a machine that loses power, finds the old model or the new one, never half of each.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from hashtagger.companions import Companions
from hashtagger.errors import ModelError
from hashtagger.features import CONTENT_BYTES, EMBEDDED, EMBEDDED_SHA256
from hashtagger.neighbors import NO_CELLS, Cells, Reduction
from hashtagger.ratings import Weights
from hashtagger.skipgram import Skipgram, Vectors

FORMAT = 1
CARD = "model.json"
_LOCK = ".lock"
STARTER = Path(__file__).parent / "data" / "starter"  # the model that comes with the package
_PROMISED = {"format", "parts", "files", "created", "accounts", "backbone", "skipgram"}  # keys of model.json
_PARTS = re.compile("parts-[0-9a-f]{8}")
# Parts that older models lack, or small ones, each from the parts before it.
_LATER: dict[str, Callable[[dict[str, Any]], NDArray[Any]]] = {
    "lift_errors": lambda parts: np.full(len(parts["lifts"]), np.nan, np.float32),
    "listed": lambda parts: np.diff(parts["indptr"]).astype(np.int32),
    "contents": lambda parts: np.zeros((len(parts["feature_posts"]), CONTENT_BYTES), np.uint8),
    "cell_centers": lambda parts: NO_CELLS.centers,
    "cell_starts": lambda parts: NO_CELLS.starts,
}
_HASHED_ON_LOAD = 8 << 20  # bytes in all, smallest parts first; others are checked by size, and by `verify`


class Lines:
    """Texts by number, one a line, read from disk only where asked."""

    def __init__(self, blob: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self.blob, self.ends = blob, ends

    @classmethod
    def of(cls, texts: list[str]) -> Lines:
        """Lay out `texts`; a line break inside one becomes a space."""
        lines = "\n".join(texts) + "\n" * bool(texts)
        if "\r" in lines or len(lines.splitlines()) > len(texts):
            lines = "".join(" ".join(text.splitlines()) + "\n" for text in texts)
        blob = np.frombuffer(lines.encode("utf-8", "replace"), np.uint8)
        return cls(blob, np.flatnonzero(blob == ord("\n")) + 1)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, i: int) -> str:
        start = int(self.ends[i - 1]) if i else 0
        return self.blob[start : int(self.ends[i]) - 1].tobytes().decode()

    def find(self, texts: Iterable[str]) -> dict[str, int]:
        """Return the numbers of those of `texts` that are here; for a few, sooner than reading all."""
        blob, found = b"\n" + self.blob.tobytes(), {}
        for text in texts:
            place = blob.find(b"\n" + text.encode("utf-8", "replace") + b"\n")
            if place >= 0:
                found[text] = int(np.searchsorted(self.ends, place, side="right"))
        return found

    def all(self) -> list[str]:
        """Return every text."""
        return self.blob.tobytes().decode().split("\n")[:-1]


@dataclass(frozen=True)
class Model:
    """What was learned: v hashtags, n posts, m photos with features of r dimensions."""

    card: dict[str, Any]  # model.json: what the numbers below were made of
    names: Lines  # v; most used first
    counts: NDArray[np.int32]  # (v,) posts that use each hashtag
    accounts_using: NDArray[np.int32]  # (v,) accounts that use each hashtag
    median_likes: NDArray[np.float32]  # (v,) nan unknown
    ratings: NDArray[np.float32]  # (v,) nan unknown
    lifts: NDArray[np.float32]  # (v,) log-likes over the account's usual, shrunken
    lift_errors: NDArray[np.float32]  # (v,) their standard errors; nan where no likes are known
    links: Lines  # n
    photos: Lines  # n; the first of each post, "" where it has none
    accounts: Lines  # n
    searches: Lines  # n; the hashtag that a post was found by
    likes: NDArray[np.float32]  # (n,) nan unknown
    dates: NDArray[np.int64]  # (n,) seconds since 1970; the smallest integer is unknown
    indptr: NDArray[np.int64]  # (n + 1,) CSR of posts and hashtags
    tag_ids: NDArray[np.int32]  # (u,)
    listed: NDArray[np.int32]  # (n,) hashtags as listed on each post, repeats included
    features: NDArray[np.float16 | np.int8]  # (m, r) unit length; in 8 bits, 127ths of 1
    feature_posts: NDArray[np.int32]  # (m,) the post of each feature; a post may have several
    contents: NDArray[np.uint8]  # (m, 16) hash of each photo's file; zeros: not known
    mean: NDArray[np.float32]  # (d,) of the reduction
    axes: NDArray[np.float32]  # (d, r)
    input_values: NDArray[np.int8]  # (v, e)
    input_scales: NDArray[np.float32]  # (v,)
    output_values: NDArray[np.int8]  # (v, e)
    output_scales: NDArray[np.float32]  # (v,)
    companion_ids: NDArray[np.int32]  # (v, w) hashtags most used together with each; itself where fewer
    companion_shared: NDArray[np.int32]  # (v, w) posts that use both
    companion_uses: NDArray[np.int32]  # (v,) posts that use each, counted where companion_shared was
    cell_centers: NDArray[np.float32]  # (c, r); as in `Cells`, empty where all photos are compared
    cell_starts: NDArray[np.int64]  # (c + 1,)
    backbone: Path | None  # the LiteRT file; None where no post had a photo

    @property
    def n_posts(self) -> int:
        """Return how many posts `counts` counts; a model may keep fewer to look up."""
        return int(self.card["posts"])

    @property
    def companions(self) -> Companions:
        """Return which hashtags are used together."""
        return Companions(self.companion_ids, self.companion_shared, self.companion_uses)

    @property
    def reduction(self) -> Reduction:
        """Return the map from backbone features to `features`."""
        return Reduction(self.mean, self.axes)

    @property
    def cells(self) -> Cells:
        """Return the cells that the features lie in."""
        return Cells(self.cell_centers, self.cell_starts)

    @property
    def probes(self) -> int:
        """Return how many cells are searched for the nearest photos; 0 where all photos are compared."""
        return int(self.card.get("cells", {}).get("probes", 0))

    @property
    def skipgram(self) -> Skipgram:
        """Return both sides of the skip-gram."""
        return Skipgram(
            Vectors(self.input_values, self.input_scales), Vectors(self.output_values, self.output_scales)
        )

    @cached_property
    def usual_length(self) -> float:
        """Return the median number of hashtags on a post, at least 1."""
        return max(float(np.median(np.diff(self.indptr))), 1) if len(self.indptr) > 1 else 1

    @cached_property
    def photos_of_posts(self) -> NDArray[np.int64]:
        """Return how many photos each post has that has any."""
        counts = np.bincount(self.feature_posts)
        return counts[counts > 0]

    @cached_property
    def hidden(self) -> NDArray[np.int64]:
        """Return the hashtags that are never suggested: spam, where its training left that out."""
        return np.array(self.card.get("hidden", ()), np.int64)

    @cached_property
    def ids(self) -> dict[str, int]:
        """Return the number of each hashtag by its name."""
        return {name: i for i, name in enumerate(self.names.all())}

    @property
    def weights(self) -> Weights:
        """Return what likes weigh: as model.json says, else as shipped."""
        return Weights(**self.card.get("value", {}))

    def tags_of(self, post: int) -> NDArray[np.int32]:
        """Return the hashtags of one post."""
        return self.tag_ids[self.indptr[post] : self.indptr[post + 1]]


def expect_writable(folder: Path) -> None:
    """Raise ModelError where no model may or can be written to `folder`; where there is none, none stays."""
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ours = _named_parts(folder) is not None
        others = [path.name for path in folder.iterdir() if not (ours or _is_ours(path.name))]
        with _locked(folder):
            pass  # that takes a file, so it shows whether the folder can be written to
    except OSError as error:
        raise ModelError(f"{folder}: cannot write a model there: {error.strerror or error}") from error
    with suppress(OSError):  # another training may have come
        for place in made:
            (place / _LOCK).unlink(missing_ok=True)
            place.rmdir()
    if others:
        raise ModelError(f"{folder}: holds other files ({min(others)}); give a model a folder of its own")


def save(model: Model, folder: Path, replacing: Model | None = None) -> Model:
    """Write `model` to `folder` and return it as it now stands there; the old one serves until the last step.

    Raises ModelError where it cannot be written, or where the model there is no longer the one that it is
    meant to be `replacing`; what stood there before then still stands.
    """
    expect_writable(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            if replacing and _read_card(folder) != replacing.card:
                raise ModelError(f"{folder}: another hashtagger has just changed this model; try again")
            parts = folder / f"parts-{os.urandom(4).hex()}"
            try:
                parts.mkdir()
                _write_parts(model, parts)
                card = {**model.card, "format": FORMAT, "parts": parts.name, "files": _seals(parts)}
                _write_card(parts / CARD, card)
                (parts / CARD).replace(folder / CARD)
            finally:  # also when Ctrl-C is pressed, which may be before the last step or after it
                _sweep(folder)
    except OSError as error:
        raise ModelError(
            f"{folder}: cannot write the model: {error.strerror or error}; the old one stays"
        ) from error
    return load(folder)


def load(folder: Path) -> Model:
    """Read the model in `folder`; large parts stay on disk until used.

    Raises ModelError with one line where there is no model, or a part is missing, cut or foreign.
    """
    card = _read_card(folder)
    try:
        return _open(folder, card)
    except ModelError:
        newer = _read_card(folder)
        if newer["parts"] == card["parts"]:
            raise
        return _open(folder, newer)  # a training has just swapped the parts under us


def sweep(folder: Path) -> None:
    """Delete what a writing that was cut off left in the folder of a model."""
    with _locked(folder):
        _sweep(folder)


def verify(folder: Path) -> None:
    """Check every byte of the model in `folder`; raises ModelError."""
    card = _read_card(folder)
    try:
        _check_seals(folder / card["parts"], card["files"], limit=None)
    except OSError as error:
        raise ModelError(f"{folder}: not a readable model ({error}); train it again") from error


def write_weights(folder: Path, weights: Weights) -> None:
    """Write what likes weigh into the model.json of `folder`, in one step; raises ModelError."""
    _read_card(folder)  # there is a model
    try:
        with _locked(folder):
            card = {**_read_card(folder), "value": asdict(weights)}
            beside = folder / f".{CARD}.new"
            _write_card(beside, card)
            beside.replace(folder / CARD)
    except OSError as error:
        raise ModelError(f"{folder / CARD}: cannot be written ({error.strerror or error})") from error


def _open(folder: Path, card: dict[str, Any]) -> Model:
    parts = folder / card["parts"]
    try:
        _check_seals(parts, card["files"], limit=_HASHED_ON_LOAD)
        return _read_parts(parts, card)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise ModelError(f"{folder}: not a readable model ({error}); train it again") from error


def _write_parts(model: Model, parts: Path) -> None:
    for name, value in _arrays(model):
        with _synced(parts / f"{name}.npy") as file:
            _write_array(file, value)
    for name, lines in _texts(model):
        with _synced(parts / f"{name}.txt") as file:
            file.write(lines.blob.tobytes())
        with _synced(parts / f"{name}.ends.npy") as file:
            _write_array(file, lines.ends)
    if model.backbone:
        with _synced(parts / "backbone.tflite") as file:
            file.write(model.backbone.read_bytes())


def _write_card(path: Path, card: dict[str, Any]) -> None:
    with _synced(path) as file:
        file.write(json.dumps(card, indent=1, ensure_ascii=False).encode() + b"\n")


def _write_array(file: IO[bytes], array: NDArray[Any]) -> None:
    """Write as numpy does, but through Python, which knows why a write fails; numpy does not say."""
    rows = np.ascontiguousarray(array)
    np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(rows))
    file.write(rows.data)


def _read_parts(parts: Path, card: dict[str, Any]) -> Model:
    values: dict[str, Any] = {"card": card}
    for field in fields(Model):
        if f"{field.name}.txt" in card["files"]:
            text, ends = (
                _array(parts, f"{field.name}.txt", card),
                _array(parts, f"{field.name}.ends.npy", card),
            )
            values[field.name] = Lines(text, ends)
        elif field.name in _LATER and f"{field.name}.npy" not in card["files"]:
            values[field.name] = _LATER[field.name](values)
        elif field.name not in ("card", "backbone"):
            values[field.name] = _array(parts, f"{field.name}.npy", card)
    backbone = parts / "backbone.tflite"
    return Model(**values, backbone=backbone if backbone.is_file() else _packaged(parts.parent, card))


def _packaged(folder: Path, card: dict[str, Any]) -> Path | None:
    """Return the backbone in the package, where it made the features of a model that holds none itself."""
    if card["backbone"] is None:
        return None
    if card["backbone"].get("sha256") != EMBEDDED_SHA256:
        raise ModelError(
            f"{folder}: made with another backbone than the one that comes with this hashtagger, "
            "and without a copy of it; train it again, or reinstall hashtagger"
        )
    return EMBEDDED


def _array(parts: Path, name: str, card: dict[str, Any]) -> NDArray[Any]:
    """Return the array in the file `name`, on disk until used; its type and shape stand in model.json, which
    is read in a tenth of the time that numpy takes for its header."""
    seal = card["files"][name]
    dtype, shape = np.dtype(seal["dtype"]), tuple(seal["shape"])
    length = dtype.itemsize * math.prod(shape)
    if not length:
        return np.empty(shape, dtype)
    with (parts / name).open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(mapped, dtype, offset=len(mapped) - length).reshape(shape)


def _arrays(model: Model) -> Iterator[tuple[str, NDArray[Any]]]:
    for field in fields(Model):
        value = getattr(model, field.name)
        if isinstance(value, np.ndarray) and (value.size or field.name not in _LATER):
            yield field.name, value


def _texts(model: Model) -> Iterator[tuple[str, Lines]]:
    for field in fields(Model):
        value = getattr(model, field.name)
        if isinstance(value, Lines):
            yield field.name, value


def _seals(parts: Path) -> dict[str, dict[str, Any]]:
    """Return the size and sha256 of each file in `parts`, by name, and the type and shape of arrays."""
    seals: dict[str, dict[str, Any]] = {}
    for path in sorted(parts.iterdir()):
        seals[path.name] = {"size": path.stat().st_size, "sha256": _sha256(path)}
        if path.suffix == ".npy":
            array = np.load(path, mmap_mode="r", allow_pickle=False)
            seals[path.name] |= {"dtype": array.dtype.str, "shape": array.shape}
        elif path.suffix == ".txt":
            seals[path.name] |= {"dtype": "|u1", "shape": [path.stat().st_size]}
    return seals


def _check_seals(parts: Path, seals: dict[str, dict[str, Any]], limit: int | None) -> None:
    """Raise ModelError where a part is missing, cut, or not what model.json sealed.

    The bytes of the smallest parts are compared, up to `limit` of them in all, or every byte.
    """
    hashed = 0
    for name, seal in sorted(seals.items(), key=lambda part: part[1]["size"]):
        path = parts / name
        if not path.is_file():
            raise ModelError(f"{path}: this part of the model is missing; train it again")
        if (size := path.stat().st_size) != seal["size"]:
            raise ModelError(f"{path}: {size:,} bytes where the model has {seal['size']:,}; train it again")
        hashed += size
        if (limit is None or hashed <= limit) and _sha256(path) != seal["sha256"]:
            raise ModelError(f"{path}: not the file that this model was made with; train it again")


def _sha256(path: Path) -> str:
    if not path.stat().st_size:
        return hashlib.sha256().hexdigest()  # nothing that could be mapped
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        return hashlib.sha256(mapped).hexdigest()


def _read_card(folder: Path) -> dict[str, Any]:
    try:
        card = json.loads((folder / CARD).read_text("utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder}: no model here; make one with: hashtagger train posts.csv") from None
    except (ValueError, RecursionError):
        raise ModelError(f"{folder / CARD}: damaged (not JSON); train the model again") from None
    except OSError as error:
        raise ModelError(f"{folder / CARD}: cannot be read ({error.strerror or error})") from error
    if isinstance(card, dict) and card.get("format", FORMAT) != FORMAT:
        raise ModelError(
            f"{folder}: a model of format {card['format']}, where this hashtagger reads {FORMAT}; "
            "train it again, or update hashtagger"
        )
    if not _is_card(card):
        raise ModelError(
            f"{folder / CARD}: not a model of hashtagger; train one with: hashtagger train posts.csv"
        )
    if not _are_weights(card.get("value", {})):
        raise ModelError(
            f'{folder / CARD}: "value" is {json.dumps(card["value"])[:80]}; it takes numbers from 0 up, '
            f"such as {json.dumps(asdict(Weights()))}; mend it, or leave it out"
        )
    return dict(card)


def _are_weights(value: Any) -> bool:
    """Tell whether `value` says what likes weigh."""
    return (
        isinstance(value, dict)
        and value.keys() <= {field.name for field in fields(Weights)}
        and all(type(weight) in (int, float) and 0 <= weight < math.inf for weight in value.values())
    )


def _is_card(card: Any) -> bool:
    """Tell whether `card` has the shape of a model.json."""
    return (
        isinstance(card, dict)
        and card.keys() >= _PROMISED
        and _PARTS.fullmatch(str(card["parts"])) is not None
        and isinstance(card["backbone"], dict | None)
        and isinstance(card["files"], dict)
        and all(
            isinstance(seal, dict) and seal.keys() >= {"size", "sha256"} for seal in card["files"].values()
        )
    )


def _is_ours(name: str) -> bool:
    """Tell whether a file may be what a cut-off saving left; hidden files may be anybody's."""
    return name == CARD or name.startswith(".") or _PARTS.fullmatch(name) is not None


def _named_parts(folder: Path) -> str | None:
    """Return the name of the parts of the model in `folder`, whatever its format; None without one."""
    try:
        parts = json.loads((folder / CARD).read_text("utf-8"))["parts"]
    except (OSError, ValueError, RecursionError, LookupError, TypeError):
        return None
    return str(parts)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time write to `folder`; the system frees the lock of a process that dies."""
    from filelock import FileLock

    with FileLock(folder / _LOCK):
        yield


def _sweep(folder: Path) -> None:
    """Remove the parts that no model names any more; on Windows a file in use stays until the next time."""
    kept = _named_parts(folder)
    for path in folder.glob("parts-*"):
        if _PARTS.fullmatch(path.name) and path.name != kept:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _synced(path: Path) -> Iterator[IO[bytes]]:
    """Open `path` for writing; on leaving, its bytes are on the disk."""
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
