"""What a person has -> rows of posts: which reader understands it, and where its photos lie."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hashtagger.columns import Columns
from hashtagger.folders import Folders
from hashtagger.tables import Report, Row, read_rows


@dataclass(frozen=True)
class Source:
    """Posts from one path, read as they are asked for."""

    name: str  # as messages call it
    rows: Iterator[Row]
    photos: Folders


def open_sources(
    paths: Sequence[Path], report: Report, photos_dir: Path | None, columns: Mapping[str, str]
) -> Iterator[Source]:
    """Yield a source for each of `paths`; `report.file` tells where its current row stands.

    Raises PostsError, here or while rows are read, where a path cannot be read.
    """
    for path in paths:
        report.file = path.name
        folders = Folders([photos_dir, path.parent] if photos_dir else [path.parent])
        yield Source(path.name, read_rows(path, Columns(columns), report), folders)


def name_sources(paths: Sequence[Path]) -> str:
    """Return how a summary calls `paths`: the first few by name."""
    names = ", ".join(path.name or str(path) for path in paths[:3])
    return f"{names} and {len(paths) - 3:,} more" if len(paths) > 3 else names
