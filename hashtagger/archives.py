"""A zip that somebody else made, as a tree of files: bounded, and its photos unpacked where they are safe."""

from __future__ import annotations

import hashlib
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from hashtagger.columns import shorten
from hashtagger.errors import PostsError
from hashtagger.folders import OUTSIDE, store
from hashtagger.photos import MAX_BYTES, SUFFIXES
from hashtagger.tables import Report

_RATIO = 200  # an export's JSON packs 20 to 1; what unpacks to more than this is a bomb
_SMALL = 1_000_000  # bytes that may pack as well as they like
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
    OverflowError,
)  # fmt: skip


class Archive:
    """A zip; entries that lead outside, are links or bombs are told to the report and never opened.

    Photos are unpacked one by one, when they are asked for, into folders of our own in `folder`.
    """

    def __init__(self, path: Path, folder: Path, report: Report) -> None:
        """Read the list of files; raise PostsError where there is none."""
        try:
            self._zip = zipfile.ZipFile(path)
            self._budget = 2 * path.stat().st_size + MAX_BYTES  # photos hardly pack: more is a bomb
        except _DAMAGE as error:
            raise PostsError(f"{path}: a damaged zip ({_line(error)}); download it again") from error
        self._folder, self._members = folder, {}
        for member in self._zip.infolist():
            if why := _wrong(member):
                report.refuse(f"zip entry left out: {why}", 0, shorten(member.filename))
            elif not member.filename.endswith("/"):
                self._members[member.filename] = member
        self.names: Sequence[str] = sorted(self._members)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def read(self, name: str, limit: int) -> bytes:
        """Return the bytes of a file, at most `limit`; raise PostsError with the reason alone."""
        member = self._members[name]
        if member.file_size > limit:
            raise PostsError(f"larger than {limit:,} bytes")
        try:
            with self._zip.open(member) as file:
                return file.read(limit)
        except _DAMAGE as error:
            raise PostsError(f"damaged in the zip ({_line(error)})") from error

    def find(self, image: str) -> tuple[str, str]:
        """Return the path of a photo, unpacked, and "", or "" and why there is none."""
        member = self._members.get(posixpath.normpath(image))
        if member is None:
            return "", OUTSIDE if _leads_outside(image) else "no such file"
        if posixpath.splitext(member.filename)[1].lower() not in SUFFIXES:
            return "", "not a photo"
        key = f"{member.CRC} {member.file_size} {member.filename}".encode("utf-8", "replace")
        name = re.sub(r"[^\w.-]+", "_", posixpath.basename(member.filename))[-80:]
        path = self._folder / hashlib.blake2b(key, digest_size=16).hexdigest() / name
        try:
            if not path.is_file():
                self._unpack(member, path)
        except PostsError as error:
            return "", str(error)
        return str(path), ""

    def _unpack(self, member: zipfile.ZipInfo, path: Path) -> None:
        self._budget -= member.file_size
        if self._budget < 0:
            raise PostsError("the zip holds more photos than fit into it: a bomb")
        data = self.read(member.filename, MAX_BYTES)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            store(data, path)
        except OSError as error:
            raise PostsError(f"cannot be unpacked to {path.parent} ({error.strerror})") from error


def _wrong(member: zipfile.ZipInfo) -> str:
    """Return why an entry is not to be touched, "" where nothing is wrong."""
    if not member.filename:
        return "it has no name"
    if _leads_outside(member.filename):
        return "its name leads outside"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "a link"
    if member.flag_bits & 1:
        return "encrypted"
    if member.compress_type not in _PACKED:
        return "packed in a way that exports are not"
    if member.file_size > max(_SMALL, _RATIO * member.compress_size):
        return f"it unpacks to more than {_RATIO} times its size"
    return ""


def _leads_outside(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name[:2] or ".." in name.split("/")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
