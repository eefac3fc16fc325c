"""Suggestions in the forms that other programs take: JSON lines, CSV, Markdown, plain names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from hashtagger.datamodels import Suggestion
from hashtagger.hashtags import show

if TYPE_CHECKING:
    from hashtagger.suggest import Suggestions

COLUMNS = ("photo", "unlike", *(field.name for field in fields(Suggestion)))


def json_lines(found: Suggestions, line: str) -> str:
    """Return an object a hashtag, one a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(found))


def csv_head() -> str:
    """Return the first line of CSV, which names its columns."""
    return _csv_line(COLUMNS)


def csv_lines(found: Suggestions, line: str) -> str:
    """Return a row a hashtag; what is unknown is empty."""
    return "".join(_csv_line([_cell(row[column]) for column in COLUMNS]) for row in _rows(found))


def markdown(found: Suggestions, line: str) -> str:
    """Return a heading, a table, and the `line` to paste as a block."""
    rows = [f"| `{show(row.hashtag)}` | {row.uses:,} | {_escaped(row.reason)} |" for row in found.hashtags]
    parts = [f"## {_escaped(found.photo)}", "\n".join(["| hashtag | uses | why |", "|---|---:|---|", *rows])]
    if line:
        parts.append(f"```\n{line}\n```")
    return "\n\n".join(parts) + "\n\n"


def names(found: Suggestions, line: str) -> str:
    """Return the hashtags alone, one a line."""
    return "".join(f"{show(row.hashtag)}\n" for row in found.hashtags)


Form = Callable[["Suggestions", str], str]
FORMS: dict[str, Form] = {
    "--json": json_lines,
    "--csv": csv_lines,
    "--markdown": markdown,
    "--tags-only": names,
}


def _rows(found: Suggestions) -> list[dict[str, Any]]:
    return [{"photo": found.photo, "unlike": found.unlike, **asdict(row)} for row in found.hashtags]


def _cell(value: Any) -> Any:
    return " + ".join(value) if isinstance(value, tuple) else value


def _csv_line(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _escaped(text: str) -> str:
    """Return text that Markdown leaves as it is, on one line."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>()#+-!|~" else char for char in " ".join(text.split()))
