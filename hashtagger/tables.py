"""A posts file -> rows of cells, and back: CSV, JSON or Parquet, told apart by content, read in one pass.

A row number is what a user would count: in a CSV what a spreadsheet shows (the header is row 1, a cell
with line breaks stays one row, empty rows count), in JSON lines the line, else the place from 1.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

from hashtagger.columns import Columns, known, shorten
from hashtagger.errors import PostsError, UsageError
from hashtagger.scrapers import flatten, gather_columns, is_video, join_columns, says_video, unwrap

Row = tuple[int, list[Any]]  # its number, and its cells in the order of `ROLES`; None: no such column
Place = tuple[str, int]  # a file, and a row in it; 0: the file as a whole

SKIPPED_VIDEO = "a video, not a photo"

_HEAD = 65_536  # bytes to tell the format by
_LONGEST_LINE = 1 << 26  # characters; longer is no posts file but a trap or a mistake
_LONGEST_LIST = 1 << 29  # characters of one JSON list, which is held in memory
_BATCH = 8192  # rows of Parquet held as Python values at once
_LONGEST_FIELD = 2**31 - 1  # what the csv module can be told on every system
_END = "\ue000 end of file \ue000"  # put after the last line: found inside a row, it shows an open quote
_DELIMITERS = ",;\t|"
_NO_DELIMITER = "\x1f"  # a file of one column: its commas belong to the hashtags
_UNDECODED = re.compile("[\udc80-\udcff]")  # bytes that are not UTF-8, as Python's surrogateescape keeps them
_BINARY = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))  # bytes that text does not hold
BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass
class Report:
    """What happened while reading: rows refused by reason (count, first places, first detail), and notes."""

    file: str = ""  # that is being read
    refused: dict[str, tuple[int, tuple[Place, ...], str]] = field(default_factory=dict)
    notes: dict[str, dict[str, None]] = field(default_factory=dict)  # text -> the files that it is about

    def refuse(self, reason: str, row: int, detail: str = "") -> None:
        """Count a row left out; `detail` is kept of the first one only."""
        count, places, first = self.refused.get(reason, (0, (), detail))
        self.refused[reason] = count + 1, places if len(places) >= 5 else (*places, (self.file, row)), first

    def note(self, text: str) -> None:
        """Keep something worth telling that left no row out."""
        self.notes.setdefault(text, {})[self.file] = None

    def lines(self) -> tuple[str, ...]:
        """Return the notes, each with the files that it is about."""
        return tuple(f"{_shown(list(files))}: {text}" for text, files in self.notes.items())


def show_place(file: str, row: int) -> str:
    """Return a place as messages name it: `posts.csv, row 12`."""
    return f"{file}, row {row}" if row else file


def _shown(files: list[str]) -> str:
    return f"{files[0]} and {len(files) - 1:,} more" if len(files) > 1 else files[0]


def parse_json(data: bytes) -> Any:
    """Return what JSON says; raise PostsError where it is none."""
    try:
        return json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise PostsError(f"no readable JSON: {error}") from error


@dataclass(frozen=True)
class _Source:
    stream: IO[bytes]
    head: bytes
    columns: Columns
    report: Report


def read_rows(path: Path, columns: Columns, report: Report) -> Iterator[Row]:
    """Yield the rows of a posts file; raise PostsError where it cannot be read, UsageError as `columns` does.

    Rows that cannot be read are counted in `report`, the others go on.
    """
    try:
        with _open(path) as stream:
            head = stream.read(_HEAD)
            stream.seek(0)
            read = _format(head)
            yield from read(_Source(stream, head, columns, report))
            columns.require()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise PostsError(f"{path}: the gzip file is cut or damaged; make or fetch it again") from error
    except OSError as error:
        raise PostsError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except PostsError as error:
        raise PostsError(f"{path}: {error}") from error
    for note in columns.notes():
        report.note(note)


def _open(path: Path) -> IO[bytes]:
    if path.is_dir():
        raise PostsError("is a folder; name the posts file in it")
    if not path.is_file():
        raise PostsError("is not a file" if path.exists() else "no such file")
    with path.open("rb") as stream:
        zipped = stream.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path)) if zipped else path.open("rb")


def _format(head: bytes) -> Callable[[_Source], Iterator[Row]]:
    """Return the reader for a file that starts with `head`."""
    if head.startswith(b"PAR1"):
        return _parquet
    if head[:2] not in BOMS:
        odd = len(head) - len(head.translate(None, _BINARY))
        if odd > len(head) / 20 or head.startswith(b"PK\x03\x04"):
            raise PostsError("is neither CSV, JSON nor Parquet; export the posts as CSV in UTF-8")
    start = _beginning(head)
    if not start:
        raise PostsError("is empty")
    return {"[": _json_list, "{": _json_lines}.get(start[0], _csv)


def _beginning(head: bytes) -> str:
    return head.decode(BOMS.get(head[:2], "utf-8-sig"), "ignore").replace("\0", "").lstrip()


def _text(source: _Source) -> io.TextIOWrapper:
    if source.head[:2] in BOMS:
        return io.TextIOWrapper(source.stream, "utf-16", "replace", newline="")
    return io.TextIOWrapper(source.stream, "utf-8-sig", "surrogateescape", newline="")


def _clean(text: str, report: Report) -> str:
    """Return text without NUL; what is not UTF-8 is read as latin-1, byte by byte."""
    if "\0" in text:
        report.note("characters of value zero were dropped")
        text = text.replace("\0", "")
    if not text.isascii() and _UNDECODED.search(text):
        report.note("not all of the file is UTF-8: the rest was read as latin-1")
        text = _UNDECODED.sub(lambda match: chr(ord(match[0]) - 0xDC00), text)
    return text


def _lines(source: _Source) -> Iterator[str]:
    for line in iter(partial(_text(source).readline, _LONGEST_LINE), ""):
        if len(line) == _LONGEST_LINE:
            raise PostsError(f"has a line of more than {_LONGEST_LINE:,} characters; is it a posts file?")
        yield _clean(line, source.report)


def _csv(source: _Source) -> Iterator[Row]:
    limit = csv.field_size_limit(_LONGEST_FIELD)
    try:
        yield from _csv_rows(source)
    except csv.Error as error:
        raise PostsError(f"is no readable CSV: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _csv_rows(source: _Source) -> Iterator[Row]:
    lines = _lines(source)
    start, first = next(((row, line) for row, line in enumerate(lines, 1) if line.strip()), (1, ""))
    records = csv.reader(chain([first], lines, [_END]), delimiter=_delimiter(first))
    header = next(records)
    _check_closed(start, header)
    lists = gather_columns(header)
    places = source.columns.find((*header, *lists))
    source.columns.require()
    width = len(header)
    kind = header.index("type") if lists and "type" in header else -1
    for row, record in enumerate(records, start + 1):
        if record == [_END]:
            return
        _check_closed(row, record)
        if len(record) > width and any(record[width:]):
            source.report.refuse("more fields than the header", row, f"{len(record)} instead of {width}")
        elif any(record):
            record += [""] * (width - len(record))
            if kind >= 0 and says_video(record[kind]):
                source.report.refuse(SKIPPED_VIDEO, row)
                continue
            values = join_columns(record, lists, header) if lists else record
            yield row, [values[place] if place >= 0 else None for place in places]


def _check_closed(row: int, record: list[str]) -> None:
    if record and record[-1].endswith(_END):
        raise PostsError(f"row {row}: a quote opens that is never closed: {shorten(record[-1])}")


def _delimiter(header: str) -> str:
    """Return what separates the columns: what makes most of the header known, and then most fields."""

    def understood(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([header], delimiter=delimiter), [])
        return known(names), len(names)

    best = max(_DELIMITERS, key=understood)
    return best if understood(best)[1] > 1 else _NO_DELIMITER


def _json_lines(source: _Source) -> Iterator[Row]:
    if _is_one_object(source.head):
        yield from _json_list(source)
        return
    for row, line in enumerate(_lines(source), 1):
        if not line.strip():
            continue
        try:
            post = json.loads(line)
        except (ValueError, RecursionError) as error:
            source.report.refuse("not JSON", row, str(error))
        else:
            for part in unwrap(post):
                yield from _json_row(source, row, part)


def _is_one_object(head: bytes) -> bool:
    """Tell whether a file that starts with a brace is one object over many lines, and not one a line."""
    first, _, rest = _beginning(head).partition("\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return bool(rest.strip()) and not rest.lstrip().startswith("{")
    return False


def _json_list(source: _Source) -> Iterator[Row]:
    document = _text(source).read(_LONGEST_LIST)
    if len(document) == _LONGEST_LIST:
        raise PostsError(f"is a JSON list of more than {_LONGEST_LIST:,} characters; write one post a line")
    try:
        posts = json.loads(_clean(document, source.report))
    except (ValueError, RecursionError) as error:
        raise PostsError(f"is no readable JSON: {error}") from error
    for row, post in enumerate(chain.from_iterable(map(unwrap, _as_list(posts))), 1):
        yield from _json_row(source, row, post)


def _json_row(source: _Source, row: int, post: object) -> Iterator[Row]:
    if not isinstance(post, dict):
        source.report.refuse("not a JSON object", row)
        return
    if is_video(post):
        source.report.refuse(SKIPPED_VIDEO, row)
        return
    post = flatten(post)
    values = list(post.values())
    yield row, [values[place] if place >= 0 else None for place in source.columns.find(tuple(post))]


def _as_list(document: Any) -> list[Any]:
    return document if isinstance(document, list) else [document]


def _parquet(source: _Source) -> Iterator[Row]:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(source.stream)
        names = tuple(file.schema_arrow.names)
        places = source.columns.find(names)
        source.columns.require()
        start = 1
        for batch in file.iter_batches(_BATCH, columns=[names[place] for place in places if place >= 0]):
            cells = [_cells(batch, names[place]) if place >= 0 else [None] * len(batch) for place in places]
            for row, values in enumerate(zip(*cells, strict=True), start):
                yield row, list(values)
            start += len(batch)
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise PostsError(f"is no readable Parquet: {reason}") from error


def _cells(batch: Any, name: str) -> list[Any]:
    """Return one column of a batch as Python values; of several of that name the first."""
    values: list[Any] = batch.column(batch.schema.get_all_field_indices(name)[0]).to_pylist()
    return values


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write cells to `path` as Parquet or, where its suffix is another, CSV; None is unknown.

    What stood there is replaced in one step. Raises UsageError where it cannot be written.
    """
    beside = path.with_name(f".{path.name}.new")
    write = _write_parquet if path.suffix.lower() == ".parquet" else _write_csv
    try:
        write(beside, header, rows)
        beside.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_written(cell) for cell in row] for row in rows)


def _written(cell: Any) -> Any:
    if isinstance(cell, list):
        return json.dumps(cell, ensure_ascii=False)
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _write_parquet(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns = list(zip(*rows, strict=True))
    parquet.write_table(pa.table(dict(zip(header, map(list, columns), strict=True))), path)
