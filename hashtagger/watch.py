"""A folder that is watched: each new photo in it is dealt with once, also when the watching was interrupted.

The folder is listed again and again instead of asking the system for events (watchdog, watchfiles): a photo
is whole when its size and time have come to rest, which has to be looked for, and shared folders send none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from hashtagger.errors import PhotoError, SidecarError, UsageError
from hashtagger.photos import list_photos

SEEN = ".hashtagger-seen"  # in the folder: the names of photos that are not new any more, as JSON lines
_GIVEN_UP = float("inf")  # a time since which nothing has rested yet


class Landed(NamedTuple):
    """A photo file as it is at a look; one that is being copied is another at the next."""

    name: str
    size: int  # bytes
    modified: int  # nanoseconds


def watch(
    folder: Path,
    do: Callable[[Path], None],
    notify: Callable[[str], None],
    every: float = 1,
    patience: float = 10,
) -> None:
    """Call `do` with each new photo directly in `folder`, until the process is stopped.

    What is there at the very first start is not new; what lands later is, also between two starts. A photo's
    turn comes when it was the same at two looks, `every` seconds apart. Where `do` raises PhotoError or
    SidecarError, it is called again while the photo may still be on its way, `patience` seconds; then
    `notify` is told why, and the photo is left until it changes or the next start. A folder that goes away is
    waited for. Raises UsageError where there is none to begin with, and OSError where it cannot be written.
    """
    seen = _begin(folder)
    notify(f"Watching {folder}; known photos in it: {len(seen):,}; Ctrl-C ends it")
    rests: dict[Landed, float] = {}  # since when
    for new in _looks(folder, seen, notify, every):
        rests = {photo: rests.get(photo, monotonic()) for photo in new}
        for photo, since in rests.items():
            rested = monotonic() - since
            if rested < every:
                continue
            try:
                do(folder / photo.name)
            except (PhotoError, SidecarError) as error:
                if rested >= patience:
                    notify(f"Error: {error}")
                    rests[photo] = _GIVEN_UP
            else:
                seen.add(photo.name)
                _note(folder, [photo.name])


def add_line(file: Path, line: str) -> None:
    """Add a line to a text file, whole or not at all where the process is stopped; raises OSError."""
    with file.open("a", encoding="utf-8", errors="backslashreplace") as lines:
        lines.write(f"{line}\n")


def _begin(folder: Path) -> set[str]:
    """Return the names of photos that are not new: at the first start, of all that are there."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; name one to watch")
    try:
        return _names((folder / SEEN).read_text("utf-8", errors="replace"))
    except FileNotFoundError:
        there = [photo.name for photo in list_photos(folder)]
        _note(folder, there)
        return set(there)


def _looks(
    folder: Path, seen: set[str], notify: Callable[[str], None], every: float
) -> Iterator[list[Landed]]:
    """Yield again and again the photos in `folder` whose names are not `seen`."""
    there = True
    while True:
        try:
            new = _new(folder, seen)
        except PhotoError as error:
            if there:
                notify(f"{error}; waiting for it")
            there = False
        else:
            if not there:
                notify(f"{folder}: there again")
            there = True
            yield new
        sleep(every)


def _new(folder: Path, seen: set[str]) -> list[Landed]:
    found = []
    for photo in list_photos(folder):
        if photo.name not in seen:
            with suppress(FileNotFoundError):  # it was there a moment ago
                facts = photo.stat()
                found.append(Landed(photo.name, facts.st_size, facts.st_mtime_ns))
    return found


def _note(folder: Path, names: Iterable[str]) -> None:
    """Add names to the photos that are not new any more."""
    with suppress(FileNotFoundError):  # where the folder went away, so did the photo
        for name in names:
            add_line(folder / SEEN, json.dumps(name))


def _names(text: str) -> set[str]:
    """Return the names in JSON lines; a damaged line is forgotten."""
    names = set()
    for line in text.splitlines():
        with suppress(ValueError):
            names.add(str(json.loads(line)))
    return names
