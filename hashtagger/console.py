"""What commands say, draw and write."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, TypeVar

from hashtagger.errors import UsageError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from rich.progress import TaskID


T = TypeVar("T", bound="DataclassInstance")


def say(line: str) -> None:
    """Print a line on stderr, where it does not mix with results; a terminal gets it in lines that fit."""
    line = " ".join(line.splitlines())
    if sys.stderr and sys.stderr.isatty():
        from hashtagger.display import wrapped

        line = wrapped(line)
    print(line, file=sys.stderr, flush=True)


def print_lines(lines: Iterable[str]) -> None:
    """Print lines as they come."""
    for line in lines:
        print(line)


def print_json(objects: Iterable[dict[str, Any]]) -> None:
    """Print objects as JSON lines."""
    for item in objects:
        print(json.dumps(item, ensure_ascii=False))


def print_result(result: T, describe: Callable[[T], str], as_json: bool) -> None:
    """Print a dataclass as JSON or, for people, as `describe` puts it."""
    if as_json:
        print_json([asdict(result)])
    else:
        print(describe(result))


def expect_folder_of(path: Path | None) -> None:
    """Refuse a file that could not be written in the end, before the work is done."""
    if path and not path.parent.is_dir():
        raise UsageError(f"{path}: cannot be written (no folder {path.parent})")


def write_text(path: Path, text: str) -> None:
    """Write a file in one step; raises UsageError where it cannot be written."""
    try:
        with replacing(path) as file:
            file.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from None


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """Open what becomes the file at `path` once it is whole; a device or a pipe is written to."""
    beside = path if path.exists() and not path.is_file() else path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", newline="", encoding="utf-8") as file:
            yield file
        if beside != path:
            beside.replace(path)
    except BaseException:
        if beside != path and beside.is_file():
            beside.unlink()
        raise


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """Yield what draws a bar a stage, with its rate and time left; nothing without a terminal.

    A stage that was over within a second leaves no bar.
    """
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        stages: dict[str, tuple[TaskID, float]] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=total, rate=""), monotonic()
            task, started = stages[stage]
            took = monotonic() - started
            rate = f"{done / max(took, 1e-3):,.0f}/s" if done > 1 else ""
            shown = done < total or took > 1
            bars.update(task, completed=done, total=total or None, rate=rate, visible=shown)

        yield progress
