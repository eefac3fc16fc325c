"""Files wherever they are: paths on this machine, and addresses that fsspec knows, such as s3://bucket/x."""

from __future__ import annotations

import os
import posixpath
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hashtagger.errors import PostsError, UsageError
from hashtagger.folders import OUTSIDE, Find, is_link


def at(address: str) -> tuple[Any, str]:
    """Return the file system of a path or an address, and the path in it."""
    import fsspec

    try:
        files, path = fsspec.core.url_to_fs(address)
    except (ValueError, ImportError) as error:
        raise UsageError(f"{address}: {error}") from error
    return files, str(path).rstrip("/")


def expand(address: str) -> list[str]:
    """Return the addresses that one with a * stands for, sorted; paths and others as they are."""
    if "://" not in address or "*" not in address:
        return [address]
    files, pattern = at(address)
    found = [files.unstrip_protocol(path) for path in sorted(files.glob(pattern))]
    if not found:
        raise PostsError(f"{address}: no such files")
    return found


@contextmanager
def here(address: str) -> Iterator[Path]:
    """Yield the file or folder at an address as one on this machine: itself, or a copy for a while."""
    files, path = at(address)
    if getattr(files, "local_file", False):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / posixpath.basename(path)
        try:
            files.get(path, str(copy), recursive=files.isdir(path))
        except OSError as error:
            raise PostsError(f"{address}: cannot be read ({error.strerror or error})") from error
        yield copy


def put(files: Any, path: str, data: bytes) -> None:
    """Write a file in one step, so that whoever finds it finds all of it."""
    beside = f"{posixpath.dirname(path)}/.{posixpath.basename(path)}.{os.urandom(4).hex()}"
    files.pipe_file(beside, data)
    files.mv(beside, path)


def finder_at(folder: str) -> Find:
    """Return what finds photos by their addresses in a folder elsewhere, and nothing outside of it."""

    def find(image: str) -> tuple[str, str]:
        name = posixpath.normpath(image)
        inside = not name.startswith(("/", "..")) and "://" not in image
        return (f"{folder}/{name}", "") if inside else ("", OUTSIDE)

    return find


def fetch(photos: Sequence[str], folder: Path) -> list[Path | str]:
    """Return the files of photos, those of addresses copied into `folder`, or why one cannot be had."""
    found: list[Path | str] = []
    for number, photo in enumerate(photos):
        if is_link(photo):
            found.append("it is at a link, which is not fetched here")
        elif "://" in photo:
            files, path = at(photo)
            copy = folder / str(number)
            try:
                files.get_file(path, str(copy))
                found.append(copy)
            except OSError as error:
                found.append((error.strerror or type(error).__name__).lower())
        else:
            found.append(Path(photo))
    return found
