"""Posts and photos of any number -> shards, on this machine or on a Ray cluster."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Any

from hashtagger.backbones import resolve
from hashtagger.errors import UsageError
from hashtagger.shards import SHARD, Job, Piece, Shard, cut, drop_older, send_backbone, write_shard
from hashtagger.storage import expand

_PATIENCE = 5  # seconds


@dataclass(frozen=True)
class Extraction:
    """What is in shards now."""

    folder: str
    shards: int  # of these posts
    written: int  # now; the others were there
    photos: int  # read now
    left_out: int  # of them
    refusals: tuple[str, ...]  # of rows of posts files, a line for each reason
    errors: tuple[str, ...]  # of posts files that cannot be read
    seconds: float


def extract(
    sources: Sequence[str],
    folder: str,
    *,
    backbone: str = "auto",
    photos_dir: str | None = None,
    columns: Mapping[str, str] | None = None,
    kind: str | None = None,
    shard: int = SHARD,
    ray: str | None = None,
    notify: Callable[[str], None] = lambda line: None,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Extraction:
    """Write the posts at `sources` and the features of their photos to shards in `folder`.

    All of these are paths, or addresses that fsspec knows, with * if need be. A shard has `shard` posts; one
    that is there is not made again. With `ray`, the address of a cluster or "local", its workers make them,
    each on one core; they must see the same paths.
    """
    started = monotonic()
    network = resolve(backbone, notify)
    folder = _absolute(folder)
    photos_dir = _absolute(photos_dir) if photos_dir else None
    job = Job(folder, send_backbone(network, folder), photos_dir, columns, kind, shard)
    addresses = [_absolute(each) for source in sources for each in expand(source)]
    shards: list[Shard] = []
    pieces: dict[str, int] = {}
    with redirect_stdout(sys.stderr):  # where Ray tells of lost nodes
        for made in _on_ray(addresses, job, ray) if ray else _here(addresses, job):
            shards.append(made)
            pieces[made.source] = made.pieces
            progress("extracting", len(shards), sum(pieces.values()))
    drop_older(folder, shards)
    return Extraction(
        folder=folder,
        shards=sum(not made.error for made in shards),
        written=sum(made.written for made in shards),
        photos=sum(made.photos for made in shards),
        left_out=sum(made.left_out for made in shards),
        refusals=tuple(line for made in shards for line in made.refusals.splitlines()),
        errors=tuple(made.error for made in shards if made.error),
        seconds=monotonic() - started,
    )


def _absolute(address: str) -> str:
    return address if "://" in address else str(Path(address).absolute())


def _here(sources: Sequence[str], job: Job) -> Iterator[Shard]:
    return (write_shard(piece, job) for source in sources for piece in cut(source, job))


def _on_ray(sources: Sequence[str], job: Job, address: str) -> Iterator[Shard]:
    """Yield the shards as workers finish them.

    Each piece is a block of its own, and so a task of its own, which Ray starts again elsewhere when its
    worker is lost.
    """
    if not find_spec("ray"):
        raise UsageError("--ray needs Ray, which is not installed: pip install 'ray[data]'")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the machine
    import ray

    def cut_row(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        return (asdict(piece) for piece in cut(row["source"], job))

    def write_row(row: dict[str, Any]) -> dict[str, Any]:
        return asdict(write_shard(Piece(**row), job, cores=1))

    settings: dict[str, Any] = {"include_dashboard": False} if address == "local" else {"address": address}
    try:
        if address not in ("local", "auto"):
            _knock(address)
        ray.init(**settings, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, ValueError, RuntimeError) as error:
        why = str(error).splitlines()[0]
        raise UsageError(f"--ray {address}: no cluster there ({why}); give HOST:PORT, or local") from error
    try:
        ray.data.DataContext.get_current().enable_progress_bars = False
        files = ray.data.from_items(
            [{"source": source} for source in sources], override_num_blocks=len(sources)
        )
        pieces = files.flat_map(cut_row).repartition(target_num_rows_per_block=1)
        shards = pieces.map(write_row)
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        for row in shards.iter_rows():
            yield Shard(**row)
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Raise OSError or ValueError where nobody answers at an address: Ray itself would wait for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    socket.create_connection((host, int(port)), _PATIENCE).close()
