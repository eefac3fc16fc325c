"""What was suggested for the photos before, so that the next one gets something fresh.

A small file in the user's data folder, or where HASHTAGGER_HISTORY says: a JSON line a photo, oldest first.
A photo is known by what is in its file, so it is not its own past when it is asked about again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hashtagger.errors import HashtaggerError, PhotoError
from hashtagger.folders import store
from hashtagger.photos import read_photo

if TYPE_CHECKING:
    from hashtagger.recommender import Recommender
    from hashtagger.suggest import Suggestions

KEPT = 1000  # photos remembered
_WAIT = 10  # seconds for another process that writes


def suggest_fresh(recommender: Recommender, photo: Path | bytes, last: int, **settings: Any) -> Suggestions:
    """Return hashtags for a photo, those of the `last` photos before it held back, and remember its set."""
    known = fingerprint(photo)
    found = recommender.suggest(photo, **settings, held_back=held_back(known, last))
    remember(known, found.paste)
    return found


def history_file() -> Path:
    """Return where the history is kept."""
    if named := os.environ.get("HASHTAGGER_HISTORY"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("hashtagger")) / "history.jsonl"


def fingerprint(photo: Path | bytes) -> str:
    """Return what a photo, a file or its bytes, is known by; raises PhotoError."""
    if isinstance(photo, bytes):
        return hashlib.sha256(photo).hexdigest()
    try:
        return hashlib.sha256(read_photo(photo)).hexdigest()
    except PhotoError as error:
        raise PhotoError(f"{photo}: {error}") from error


def held_back(photo: str, last: int) -> dict[str, float]:
    """Return for which share of the `last` photos before this one each hashtag was suggested."""
    before = list(takewhile(lambda entry: entry["photo"] != photo, _entries(history_file())))[-last:]
    counts = Counter(name for entry in before for name in entry["hashtags"])
    return {name: count / last for name, count in counts.items()}


def remember(photo: str, names: Sequence[str]) -> None:
    """Note what was suggested for a photo; raises HashtaggerError where it cannot be."""
    from filelock import FileLock, Timeout

    path = history_file()
    entry = {"photo": photo, "hashtags": list(names)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=_WAIT):
            entries = _entries(path)
            place = next((i for i, known in enumerate(entries) if known["photo"] == photo), len(entries))
            entries[place : place + 1] = [entry]
            lines = [json.dumps(known, ensure_ascii=False) + "\n" for known in entries[-KEPT:]]
            store("".join(lines).encode(), path)
    except (OSError, Timeout) as error:
        reason = getattr(error, "strerror", None) or "another process holds it"
        raise HashtaggerError(f"{path}: the history cannot be kept ({reason})") from error


def _entries(path: Path) -> list[dict[str, Any]]:
    """Return what is remembered, oldest first; a damaged line is forgotten."""
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise HashtaggerError(f"{path}: the history cannot be read ({error.strerror})") from error
    return [entry for line in lines if (entry := _entry(line))]


def _entry(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    whole = (
        isinstance(entry, dict)
        and isinstance(entry.get("photo"), str)
        and isinstance(entry.get("hashtags"), list)
        and all(isinstance(name, str) for name in entry["hashtags"])
    )
    return entry if whole else None
