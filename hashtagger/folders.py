"""Folders that files may be read from: nothing is opened that lies elsewhere, after links are followed."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from hashtagger.errors import PostsError
from hashtagger.photos import SUFFIXES

OUTSIDE = "outside the folders of posts and photos"
MOST_FILES = 1_000_000  # below one folder; more is a disk, not a folder of posts

Find = Callable[[str], tuple[str, str]]  # a photo's name -> its path and "", or "" and why there is none

_SHORTCODE = re.compile(r"(?:^|/(?:p|reel|reels|tv)/)([\w-]{5,40})/?(?:[?#].*)?$", re.ASCII)
_INSTAGRAM = re.compile(r"(?:https?://)?(?:www\.|m\.)?(?:instagram\.com|instagr\.am)(?:/|$)", re.IGNORECASE)
_NUMBERED = re.compile(r"[_-]\d{1,2}$")  # what names of a carousel's photos end with


class Tree(Protocol):
    """Files below one place: a folder, or a zip."""

    names: Sequence[str]  # sorted, with / between folders

    def read(self, name: str, limit: int) -> bytes:
        """Return the bytes of a file, at most `limit`; raise PostsError with the reason alone."""

    def find(self, image: str) -> tuple[str, str]:
        """Return the path of a photo on this machine and "", or "" and why there is none."""


class Folders:
    """Finds photos, and only such as lie, after links are followed, in one of a few folders."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._roots = [folder.resolve() for folder in folders]
        self._real = lru_cache(maxsize=65_536)(self._resolve)  # photos share few folders: one look at each

    def find(self, image: str) -> tuple[str, str]:
        """Return the path of a photo and "", or "" and why there is none."""
        why = "no such file"
        folder, name = os.path.split(image)
        for root in self._roots:
            try:
                path = self._real(root, folder) + name
                mode = os.lstat(path).st_mode
                if stat.S_ISLNK(mode):
                    path = self._real(root, image).rstrip(os.sep)
                    mode = os.lstat(path).st_mode
            except _OutsideError:
                why = OUTSIDE
            except (OSError, ValueError, RuntimeError):  # not there; no name for a file; links in a circle
                continue
            else:
                if stat.S_ISREG(mode):
                    return path, ""
                why = "not a file"
        return "", why

    def read(self, name: str, limit: int) -> bytes:
        """Return the bytes of a file, at most `limit`; raise PostsError with the reason alone."""
        path, why = self.find(name)
        if why:
            raise PostsError(why)
        try:
            with Path(path).open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise PostsError((error.strerror or str(error)).lower()) from error
        if len(data) > limit:
            raise PostsError(f"larger than {limit:,} bytes")
        return data

    def _resolve(self, root: Path, named: str) -> str:
        """Return where `named` really is, with a separator at its end; raise where that is outside."""
        path = (root / named).resolve()  # an absolute name stays what it is
        if not any(path.is_relative_to(allowed) for allowed in self._roots):
            raise _OutsideError
        return f"{path}{os.sep}"


class _OutsideError(Exception):
    """A path leads out of the folders."""


class Folder(Folders):
    """A folder as a tree of files; hidden files and folders are passed over, links to folders not entered."""

    def __init__(self, root: Path) -> None:
        """List the files; raise PostsError where the folder cannot be listed or holds a disk's worth."""
        super().__init__([root])
        self.names: Sequence[str] = sorted(_list_files(root))


def _list_files(root: Path) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise PostsError(f"{root}: cannot be listed ({error.strerror})") from error

    count = 0
    for folder, inner, files in os.walk(root, onerror=refuse):
        inner[:] = [name for name in inner if not name.startswith(".")]
        count += len(files)
        if count > MOST_FILES:
            raise PostsError(f"{root}: holds more than {MOST_FILES:,} files; name a smaller folder")
        within = Path(folder).relative_to(root)
        yield from ((within / name).as_posix() for name in files if not name.startswith("."))


class NamedPhotos:
    """The photos below a folder by their file name, and by the shortcode of a post that names hold."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def _folder(self) -> Folder:
        return Folder(self._root)  # listed when a photo is first looked for

    @property
    def _photos(self) -> list[str]:
        """Return the names of photos, `x_2.jpg` before `x_10.jpg`."""
        photos = [name for name in self._folder.names if Path(name).suffix.lower() in SUFFIXES]
        return sorted(photos, key=lambda name: (len(name), name))

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._photos:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return found

    @cached_property
    def _by_code(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._photos:
            stem = path.rpartition("/")[2].rpartition(".")[0]
            for code in {stem, _NUMBERED.sub("", stem)}:
                found.setdefault(code, []).append(path)
        return found

    def named(self, image: str) -> str:
        """Return the one photo with the file name of `image`, a link or a path; "" where there is none."""
        path = unquote(re.split(r"[?#]", image)[0]) if is_link(image) else image
        found = self._by_name.get(re.split(r"[/\\]", path)[-1], [])
        return self._folder.find(found[0])[0] if len(found) == 1 else ""

    def of_post(self, link: str) -> tuple[str, ...]:
        """Return the photos named after the shortcode in a post's link."""
        match = _SHORTCODE.search(link)
        found = self._by_code.get(match[1], []) if match else []
        return tuple(path for name in found if (path := self._folder.find(name)[0]))


def find_photos(
    link: str, images: tuple[str, ...], find: Find, others: NamedPhotos | None
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the photos of a post that may be opened or fetched, and why others may not, by name.

    Where a photo is at a link or not where it should be, `others` are searched, by file name and shortcode.
    """
    photos, lost = [], {}
    for image in images:
        path, why = (image, "") if is_link(image) else find(image)
        if others and (why or path == image):
            path = others.named(image) or path
        if path:
            photos.append(path)
        else:
            lost[image] = why
    if others and all(map(is_link, photos)) and (coded := others.of_post(link)):
        return coded, {}
    return tuple(photos), lost


def link_key(link: str) -> str:
    """Return what a post is known by: the shortcode of Instagram's links, of others all but a last slash.

    A link of Instagram without one, such as that of a profile, is no post's: "".
    """
    if not _INSTAGRAM.match(link):
        return link.rstrip("/")
    match = _SHORTCODE.search(link)
    return match[1] if match else ""


def is_link(photo: str) -> bool:
    """Tell whether a photo is not on this machine but at an http(s) URL."""
    return photo.lower().startswith(("http://", "https://"))


def clean(name: str) -> str:
    """Return a file's name as it can be written; the bytes of some are no text."""
    return name.encode("utf-8", "replace").decode()


def store(data: bytes, path: Path, mode: int = 0o600) -> None:
    """Write beside and swap in, so that a killed run leaves no half file under the name."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)  # there only where something went wrong, or Ctrl-C came
