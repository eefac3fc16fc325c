"""Features that were extracted before, by photo content and backbone: one SQLite file in the user's cache.

Losing it costs time, never a training: a damaged file is begun anew, one that cannot be written done without.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import numpy as np
import platformdirs
from filelock import FileLock
from numpy.typing import NDArray

from hashtagger.errors import HashtaggerError

COMMIT_SECONDS = 1.0  # what a kill may lose
BUSY_SECONDS = 30.0  # how long to wait for another process that writes

_CREATE = """CREATE TABLE IF NOT EXISTS features
    (content BLOB, backbone BLOB, vector BLOB, PRIMARY KEY (content, backbone))"""
_SELECT = "SELECT vector FROM features WHERE content = ? AND backbone = ?"
_INSERT = "INSERT OR REPLACE INTO features VALUES (?, ?, ?)"
_DELETE = "DELETE FROM features WHERE content = ?"
_COPY = re.compile(r"photos/[0-9a-f]{32}|exports/[0-9a-f]{32}/[^/]+")  # as downloads and archives name them
_Result = TypeVar("_Result")


def cache_folder() -> Path:
    """Return the folder for what can be made again: HASHTAGGER_CACHE, or the user's cache folder."""
    return Path(os.environ.get("HASHTAGGER_CACHE") or platformdirs.user_cache_dir("hashtagger"))


def is_copy(photo: Path) -> bool:
    """Tell whether a photo is a copy of ours, fetched or unpacked; the cache may lie beside people's own."""
    cache = cache_folder()
    return photo.is_relative_to(cache) and bool(_COPY.fullmatch(photo.relative_to(cache).as_posix()))


def drop_copy(photo: Path) -> None:
    """Delete a photo that cannot be read if it is a copy of ours.

    What is to be forgotten is found by the hash of a photo that was read, so this one would stay.
    """
    if is_copy(photo):
        photo.unlink(missing_ok=True)


class FeatureCache:
    """Feature vectors by photo content and backbone; threads may share one, processes one file."""

    def __init__(self, path: Path, notify: Callable[[str], None]) -> None:
        """Open or make the file at `path`; `notify` is told in one line where that fails or it is damaged."""
        self.path, self._notify = path, notify
        self._lock = threading.RLock()
        self._fresh: dict[tuple[bytes, bytes], bytes] = {}  # put, not yet committed
        self._committed = time.monotonic()
        self._file: sqlite3.Connection | None = None
        self._guarded(self._open)

    def get(self, content: bytes, backbone: str) -> NDArray[np.float32] | None:
        """Return the vector (d,) of a photo's content under the backbone of that sha256, or None."""
        key = (content, bytes.fromhex(backbone))
        with self._lock:
            vector = self._fresh.get(key) or self._guarded(lambda: self._select(key))
        return np.frombuffer(vector, np.float32) if vector else None

    def put(self, content: bytes, backbone: str, vector: NDArray[np.float32]) -> None:
        """Keep a vector (d,); it is on disk within about a second while others follow, else at `flush`."""
        with self._lock:
            self._fresh[content, bytes.fromhex(backbone)] = vector.tobytes()
            if time.monotonic() - self._committed > COMMIT_SECONDS:
                self.flush()

    def flush(self) -> None:
        """Commit what was put."""
        with self._lock:
            rows = [(content, backbone, vector) for (content, backbone), vector in self._fresh.items()]
            self._guarded(lambda: self._insert(rows))
            self._fresh.clear()
            self._committed = time.monotonic()

    def forget(self, contents: Iterable[bytes]) -> None:
        """Remove photos under every backbone, so that no byte of them stays in the file or beside it.

        Raises HashtaggerError where that cannot be done now.
        """
        with self._lock:
            self.flush()
            if self._file is None:
                raise HashtaggerError(
                    f"{self.path}: not writable, so nothing was forgotten; mend or delete it"
                )
            try:
                self._damaged.unlink(missing_ok=True)
                with self._file:
                    self._file.executemany(_DELETE, [(content,) for content in contents])
                busy, *_ = self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except (OSError, sqlite3.Error) as error:
                raise HashtaggerError(f"{self.path}: nothing was forgotten ({error}); try again") from error
        if busy:
            raise HashtaggerError(
                f"{self.path}: in use, traces may stay; end the other hashtagger and try again"
            )

    def close(self) -> None:
        """Commit and close the file."""
        with self._lock:
            self.flush()
            self._drop()

    @property
    def _damaged(self) -> Path:
        return self.path.with_name(f"{self.path.name}.damaged")

    def _select(self, key: tuple[bytes, bytes]) -> bytes | None:
        row = self._file.execute(_SELECT, key).fetchone() if self._file else None
        return row[0] if row else None

    def _insert(self, rows: list[tuple[bytes, bytes, bytes]]) -> None:
        if self._file:
            with self._file:
                self._file.executemany(_INSERT, rows)

    def _open(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = _connect(self.path)
        except OSError as error:
            self._do_without(error.strerror or str(error))

    def _guarded(self, step: Callable[[], _Result]) -> _Result | None:
        """Run a step on the file; a damaged file is set aside and begun anew, other trouble ends its use."""
        try:
            return step()
        except sqlite3.OperationalError as error:  # full disk, no permission, locked for too long
            self._do_without(str(error))
        except sqlite3.DatabaseError as error:
            self._begin_anew(str(error))
        return None

    def _begin_anew(self, reason: str) -> None:
        self._drop()
        try:
            for journal in ("-wal", "-shm"):  # a journal beside a new file would be applied to it
                self.path.with_name(self.path.name + journal).unlink(missing_ok=True)
            self.path.replace(self._damaged)
            self._file = _connect(self.path)
        except (OSError, sqlite3.Error) as error:
            self._do_without(str(error))
        else:
            self._notify(f"{self.path}: damaged feature cache ({reason}); set aside, begun anew")

    def _do_without(self, reason: str) -> None:
        self._drop()
        self._notify(f"{self.path}: no feature cache in this run ({reason}); photos will be extracted again")

    def _drop(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()


def _connect(path: Path) -> sqlite3.Connection:
    with FileLock(f"{path}.lock", timeout=BUSY_SECONDS):  # SQLite does not wait for one that begins a journal
        return _begin(path)


def _begin(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        file.execute("PRAGMA journal_mode = WAL")  # readers and one writer at once
        file.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last commits, a kill does not
        file.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        file.execute(_CREATE)
    except sqlite3.Error:
        file.close()
        raise
    return file
