"""Posts in shards: Parquet tables of posts with the features of their photos, each written once.

A shard holds a piece of a posts file, as `hashtagger read` writes it, and of each post the `features` of its
photos, their `contents` (the hashes of the files), and `failures`: why others have none. Its name tells the
posts and the backbone, so that what is there need not be made again. Files are where fsspec finds them: on
this machine, or at an address such as s3://bucket/posts.parquet.
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashtagger.errors import HashtaggerError, PostsError, UsageError
from hashtagger.feature_cache import drop_copy
from hashtagger.features import CONTENT_BYTES, Backbone, Extracted, Feature, on_disk, stream_features
from hashtagger.folders import clean
from hashtagger.posts import Posts, images_of, read_posts
from hashtagger.reading import HEADER, list_rows
from hashtagger.storage import at, fetch, finder_at, here, put

SHARD = 1000  # posts: so little work is lost with a machine, and so few files are many posts
_ABOUT = b"backbone"  # the key under which a shard describes the network of its features

Lost = tuple[int, str]  # a post, and why a photo of it has no feature
Outcomes = list[list[Feature | str]]  # of each post, of each photo: its feature, or why it has none


@dataclass(frozen=True)
class Job:
    """What whoever makes shards needs to know."""

    folder: str  # where they go: a path or an address
    backbone: Backbone  # its path is the name of a file in the folder
    photos_dir: str | None = None
    columns: Mapping[str, str] | None = None
    kind: str | None = None
    posts: int = SHARD  # of one shard


@dataclass(frozen=True)
class Piece:
    """Posts that will be one shard, or what is wrong with their file."""

    source: str  # the posts file
    shard: str  # the name of the shard's file
    pieces: int  # of the posts file
    posts: bytes = b""  # an Arrow stream; none where the shard is there
    refusals: str = ""  # a line for each reason that rows of the file were left out; on its first piece
    error: str = ""


@dataclass(frozen=True)
class Shard:
    """A shard that is there now, or what was wrong."""

    source: str
    name: str
    pieces: int
    written: bool = False  # now
    photos: int = 0  # read now
    left_out: int = 0
    refusals: str = ""
    error: str = ""


def send_backbone(network: Backbone, folder: str) -> Backbone:
    """Put the network's file into `folder`, for workers and trainings; return it by its name there."""
    name = f"backbone-{network.sha256[:16]}.tflite"
    files, root = at(folder)
    try:
        files.makedirs(root, exist_ok=True)
        if not files.exists(f"{root}/{name}"):
            put(files, f"{root}/{name}", network.path.read_bytes())
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror or error})") from error
    return replace(network, path=Path(name))


def cut(source: str, job: Job) -> Iterator[Piece]:
    """Yield the posts at `source` in pieces; a file that cannot be read is told in one."""
    try:
        posts = _read_source(source, job)
    except HashtaggerError as error:
        yield Piece(source, source, 1, error=str(error))
        return
    files, root = at(job.folder)
    rows, pieces = list_rows(posts, Path(), set()), -(-len(posts) // job.posts)
    origin = f"{clean(posixpath.basename(source))}-{_hash(source.encode('utf-8', 'replace'), job.backbone)}"
    for number in range(pieces):
        of_piece = list(islice(rows, job.posts))
        piece = _packed(of_piece)
        sizes = [_size(image) for row in of_piece for image in images_of(row[HEADER.index("image")])]
        name = f"{origin}-{number:05d}-{_hash(piece + str(sizes).encode(), job.backbone)}.parquet"
        refusals = "" if number else "\n".join(map(str, posts.refusals))
        yield Piece(source, name, pieces, b"" if files.exists(f"{root}/{name}") else piece, refusals)


def _hash(data: bytes, network: Backbone) -> str:
    return hashlib.blake2b(data + network.sha256.encode(), digest_size=8).hexdigest()


def _size(image: str) -> int:
    """Return the bytes of a photo on this machine, -1 of others: one that was mended is looked at again."""
    try:
        return -1 if "://" in image else Path(image).stat().st_size
    except (OSError, ValueError):
        return -1


def drop_older(folder: str, shards: Sequence[Shard]) -> None:
    """Delete what else was made in `folder` of the posts files of all these `shards`: posts as they were."""
    files, root = at(folder)
    names = {shard.name for shard in shards if not shard.error}
    origins = {_origin(name) for name in names}
    for path in files.ls(root, detail=False):
        name = posixpath.basename(path)
        if name.endswith(".parquet") and _origin(name) in origins and name not in names:
            files.rm_file(path)


def _origin(name: str) -> str:
    """Return what the names of all shards of one posts file begin with."""
    return name.rpartition("-")[0].rpartition("-")[0]


def write_shard(piece: Piece, job: Job, cores: int | None = None) -> Shard:
    """Extract the features of a piece's photos, and write its shard in one step unless it is there."""
    shard = Shard(piece.source, piece.shard, piece.pieces, refusals=piece.refusals, error=piece.error)
    if not piece.posts:
        return shard
    import pyarrow as pa
    from pyarrow import parquet

    table, network = pa.ipc.open_stream(piece.posts).read_all(), _network(job)
    outcomes = _extract([images_of(cell) for cell in table["image"].to_pylist()], network, cores)
    about = {**asdict(job.backbone), "path": job.backbone.path.name}
    whole = _joined(table, outcomes, network.feature_length).replace_schema_metadata(
        {_ABOUT: json.dumps(about)}
    )
    file, (files, root) = io.BytesIO(), at(job.folder)
    parquet.write_table(whole, file, compression="zstd")
    put(files, f"{root}/{piece.shard}", file.getvalue())
    lost = sum(isinstance(one, str) for one in chain.from_iterable(outcomes))
    return replace(shard, written=True, photos=sum(map(len, outcomes)) - lost, left_out=lost)


@contextmanager
def open_shards(folder: str) -> Iterator[tuple[Posts, Extracted, list[Lost], Backbone]]:
    """Yield the posts of all shards in `folder`, their photos' features, what has none, and the network.

    Features stay on disk; the network's file is there until the context ends. Raises PostsError where there
    are no shards, or of several networks.
    """
    with here(folder) as root:
        paths = sorted(root.glob("*.parquet")) if root.is_dir() else []
        if not paths:
            raise PostsError(f"{folder}: holds no shards; make them: hashtagger extract posts.csv -o DIR")
        backbone = _backbone_of(paths, folder)
        network = replace(backbone, path=root / backbone.path)
        posts = read_posts(*paths, find=lambda image: (image, ""), likes_known=True)
        extracted, lost = _gather(posts, paths, network.feature_length)
        yield posts, extracted, lost, network


def _read_source(source: str, job: Job) -> Posts:
    """Return the posts of one file; photos of a file elsewhere are named by their addresses."""
    with here(source) as path:
        elsewhere = "://" in source
        find = finder_at(job.photos_dir or posixpath.dirname(source)) if elsewhere else None
        photos_dir = Path(job.photos_dir) if job.photos_dir and not elsewhere else None
        return read_posts(
            path, photos_dir=photos_dir, columns=job.columns, kind=job.kind, captions=True, find=find
        )


def _packed(rows: Sequence[list[Any]]) -> bytes:
    """Return rows under HEADER as an Arrow stream."""
    import pyarrow as pa

    table = pa.table(dict(zip(HEADER, map(list, zip(*rows, strict=True)), strict=True)))
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    return stream.getvalue()


def _extract(photos: Sequence[Sequence[str]], network: Backbone, cores: int | None) -> Outcomes:
    with tempfile.TemporaryDirectory() as scratch:
        found = fetch(list(chain.from_iterable(photos)), Path(scratch))
        features = stream_features([path for path in found if isinstance(path, Path)], network, None, cores)
        outcomes = [path if isinstance(path, str) else next(features) for path in found]
        for path, outcome in zip(found, outcomes, strict=True):
            if isinstance(path, Path) and isinstance(outcome, str):
                drop_copy(path)
        each = iter(outcomes)
        return [[next(each) for _ in of_post] for of_post in photos]


def _joined(table: Any, outcomes: Outcomes, length: int) -> Any:
    """Return a table of posts with what became of their photos."""
    import pyarrow as pa

    made = [[one for one in of_post if isinstance(one, Feature)] for of_post in outcomes]
    flat = np.concatenate([np.empty(0, np.float32), *(one.vector for one in chain.from_iterable(made))])
    features = pa.FixedSizeListArray.from_arrays(pa.array(flat), length)
    ends = np.cumsum([0, *map(len, made)], dtype=np.int32)
    contents = [[one.content for one in of_post] for of_post in made]
    failures = [[one for one in of_post if isinstance(one, str)] for of_post in outcomes]
    table = table.append_column("features", pa.ListArray.from_arrays(ends, features))
    table = table.append_column("contents", pa.array(contents, pa.list_(pa.binary(CONTENT_BYTES))))
    return table.append_column("failures", pa.array(failures, pa.list_(pa.string())))


@lru_cache(maxsize=1)
def _kept() -> tempfile.TemporaryDirectory[str]:
    """Return a folder that is there as long as this process."""
    return tempfile.TemporaryDirectory()


def _network(job: Job) -> Backbone:
    """Return the job's backbone as a file on this machine, fetched once a process."""
    files, root = at(job.folder)
    if getattr(files, "local_file", False):
        return replace(job.backbone, path=Path(root) / job.backbone.path)
    copy = Path(_kept().name) / job.backbone.path
    if not copy.exists():
        files.get_file(f"{root}/{job.backbone.path}", str(copy))
    return replace(job.backbone, path=copy)


def _backbone_of(paths: Sequence[Path], folder: str) -> Backbone:
    """Return the network that made the features of all shards at `paths`, as they describe it."""
    import pyarrow as pa
    from pyarrow import parquet

    found = set()
    for path in paths:
        try:
            found.add((parquet.read_schema(path).metadata or {})[_ABOUT])
        except (KeyError, pa.ArrowException, OSError) as error:
            raise PostsError(f"{path}: is no shard; delete it, and extract again") from error
    if len(found) > 1:
        raise PostsError(f"{folder}: holds features of {len(found)} backbones; give each a folder of its own")
    about = json.loads(found.pop())
    return Backbone(**{**about, "path": Path(about["path"])})


@dataclass(frozen=True)
class _Photos:
    """The k photos of a shard that have features."""

    rows: NDArray[np.int64]  # (k,) the row of each one's post, from 1 on
    features: NDArray[np.float32]  # (k, d)
    contents: NDArray[np.uint8]  # (k, CONTENT_BYTES)
    failures: list[tuple[int, str]]  # rows of posts with others, and why those have none


def _read_photos(path: Path, length: int) -> _Photos:
    from pyarrow import parquet

    table = parquet.read_table(path, columns=["features", "contents", "failures"])
    hashes = table["contents"].to_pylist()
    failures = enumerate(table["failures"].to_pylist(), start=1)
    return _Photos(
        np.repeat(np.arange(1, len(hashes) + 1), [len(of_post) for of_post in hashes]),
        table["features"].combine_chunks().flatten().flatten().to_numpy().reshape(-1, length),
        np.frombuffer(b"".join(chain.from_iterable(hashes)), np.uint8).reshape(-1, CONTENT_BYTES),
        [(row, why) for row, whys in failures for why in whys],
    )


def _gather(posts: Posts, paths: Sequence[Path], length: int) -> tuple[Extracted, list[Lost]]:
    """Return the features of the posts' photos, on disk, and what became of the others."""
    post_at = {place: i for i, place in enumerate(zip(posts.files, posts.rows.tolist(), strict=True))}
    owners: list[NDArray[np.int64]] = []
    contents: list[NDArray[np.uint8]] = []
    lost: list[Lost] = []
    with tempfile.TemporaryFile() as file:
        for path in paths:
            photos = _read_photos(path, length)
            posts_of = np.array([post_at.get((path.name, row), -1) for row in photos.rows.tolist()], np.int64)
            kept = posts_of >= 0  # posts that came twice are there once
            file.write(photos.features[kept].tobytes())
            owners.append(posts_of[kept])
            contents.append(photos.contents[kept])
            lost += [
                (post_at[path.name, row], why) for row, why in photos.failures if (path.name, row) in post_at
            ]
        file.flush()
        index = np.concatenate(owners)
        features = on_disk(file, (len(index), length))
    return Extracted(features, index, np.concatenate(contents), {}), lost
