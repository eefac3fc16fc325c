"""Folders that photos may be read from: nothing is opened that lies elsewhere, after links are followed."""

import os
import stat
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

OUTSIDE = "outside the folders of posts and photos"


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

    def _resolve(self, root: Path, named: str) -> str:
        """Return where `named` really is, with a separator at its end; raise where that is outside."""
        path = (root / named).resolve()  # an absolute name stays what it is
        if not any(path.is_relative_to(allowed) for allowed in self._roots):
            raise _OutsideError
        return f"{path}{os.sep}"


class _OutsideError(Exception):
    """A path leads out of the folders."""
