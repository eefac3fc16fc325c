"""The columns of a posts file: which one means what, and what stands in a cell."""

from __future__ import annotations

import ast
import json
import math
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hashtagger.errors import PostsError, UsageError

# What each column is called elsewhere, written as `_simplify` leaves it; where several are there, the first.
ALIASES = {
    "post_link": "postlink link permalink posturl url shortcode code",
    "image": "image imagepath imagefile photo photopath photofile picture imageurl displayurl mediaurl"
    " thumbnailurl thumbnail thumbnailsrc filename filepath file path",
    "search_hashtag": "searchhashtag searchtag searchedhashtag",
    "tags": "tags hashtags hashtag tag",
    "likes": "likes likescount likecount numlikes numberoflikes edgemediapreviewlike"
    " edgemediapreviewlikecount edgelikedby edgelikedbycount",
    "datetime": "datetime timestamp takenat takenattimestamp createdat createdtime postedat publishedat date"
    " dateutc",
    "caption": "caption captiontext edgemediatocaption text description",
    "account": "account accountname ownerusername username user owner author profile",
    "category": "category",
}
ROLES = tuple(ALIASES)  # the order of the cells of a row
_ROLE_OF = {alias: role for role, aliases in ALIASES.items() for alias in aliases.split()}

_MISSING = frozenset({"nan", "null", "none", "n/a", "<na>", "nat", "[]", "{}"})
_WRAPPERS = ("count", "username", "text", "name", "url", "node", "edges")  # what scrapers wrap a value in
_NUMBER = re.compile(r"(\d{1,3}(?:[,\s'’]\d{3})+|\d+)(?:[.,](\d+))?\s*([kmb]?)(?:\s*likes?)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")  # as written where commas stand before decimals
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_FIRST_EPOCH, _MILLISECONDS, _LAST_EPOCH = 1e8, 1e11, 1e13  # 1973; from here milliseconds; 2286


class Columns:
    """Finds the column of every role in a header, or in the keys of a JSON object; remembers the answers."""

    def __init__(self, mapped: Mapping[str, str]) -> None:
        """Take the user's own choices, `{"tags": "COLUMN"}`; raise UsageError where the role is unknown."""
        self._mapped = {_role(name): column for name, column in mapped.items()}
        self._places: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._seen: dict[str, None] = {}
        self._read: dict[str, str] = {}
        self._twice: set[str] = set()

    def find(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Return where the column of each of `ROLES` stands among `names`, -1 where there is none."""
        if names not in self._places:
            self._places[names] = tuple(self._find(role, names) for role in ROLES)
            self._seen.update(dict.fromkeys(names))
        return self._places[names]

    def require(self) -> None:
        """Raise UsageError where a chosen column was not there, PostsError where nothing holds hashtags."""
        seen = ", ".join(shorten(name) for name in list(self._seen)[:20]) or "none"
        for role, column in self._mapped.items():
            if role not in self._read:
                raise UsageError(f"--map {role}={column}: no such column; the file has {seen}")
        if not {"tags", "caption"} & self._read.keys():
            raise PostsError(f"no column of hashtags or captions among {seen}: say --map tags=COLUMN")

    def notes(self) -> Iterator[str]:
        """Yield what a user should know about how the columns were understood."""
        renamed = [f"{role} from {shorten(name)}" for role, name in self._read.items() if name != role]
        if renamed:
            yield f"columns understood: {', '.join(renamed)}"
        for name in sorted(self._twice):
            yield f"several columns are called {shorten(name)}: the first is read"

    def _find(self, role: str, names: tuple[str, ...]) -> int:
        simple = [_simplify(name) for name in names]
        wanted = ALIASES[role].split()
        if role in self._mapped:
            wanted = [_simplify(self._mapped[role])]
            if self._mapped[role] in names:  # two columns may differ in what `_simplify` drops
                simple, wanted = list(names), [self._mapped[role]]
        found = next((alias for alias in wanted if alias in simple), None)
        if found is None:
            return -1
        place = simple.index(found)
        self._read.setdefault(role, names[place])
        if simple.count(found) > 1:
            self._twice.add(names[place])
        return place


def cells(**values: object) -> list[object]:
    """Return a row's cells from what is known of it by role."""
    return [values.get(role) for role in ROLES]


def known(names: Sequence[str]) -> int:
    """Return how many of `names` are names of columns that mean something here."""
    return sum(_simplify(name) in _ROLE_OF for name in names)


def text(value: object) -> str:
    """Return a cell as clean text, "" where missing; what scrapers nest is taken out of its wrapping."""
    if value is None or value == "":
        return ""
    cell = (value if isinstance(value, str) else _unwrapped(value)).strip()
    if not cell.isascii() or "\0" in cell:
        # Half of a surrogate pair, as broken JSON has it, could not be written again.
        cell = cell.encode("utf-8", "replace").decode().replace("\0", "")
    return "" if len(cell) <= 4 and cell.lower() in _MISSING else cell


def _unwrapped(value: object) -> str:
    while isinstance(value, (dict, list)):
        if isinstance(value, dict):
            value = next((value[key] for key in _WRAPPERS if key in value), None)
        else:
            value = value[0] if value else None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def pieces(value: object) -> list[str]:
    """Return a cell of hashtags in parts of one or few hashtags: a real list, or one in any spelling."""
    if isinstance(value, list):
        return _items(value)
    cell = value if isinstance(value, str) else text(value)
    if len(cell) <= 6 and cell.strip().lower() in _MISSING:
        return []
    if "\\" in cell and cell.lstrip().startswith(("[", "(")):  # escapes need the language they are written in
        return _literal(cell)
    # What may stand around a hashtag is taken off here, so that each is looked at once and then known.
    around = ",\"'[]" if "&" in cell else ",\"'[]#"  # HTML writes its characters with `#`: `&#39;`
    for char in around:
        cell = cell.replace(char, " ")
    return cell.split()


@lru_cache(maxsize=65_536)
def likes(cell: str) -> float:
    """Return a number of likes: "1,234" and "1.234" are 1234, "1.2K" is 1200; nan where unknown: "", "-1"."""
    try:
        number = float(cell.replace(".", "") if _THOUSANDS.fullmatch(cell) else cell)
    except ValueError:
        match = _NUMBER.fullmatch(cell)
        if match is None:
            return math.nan
        whole = re.sub(r"\D", "", match[1])
        number = float(f"{whole}.{match[2] or 0}") * _TIMES[match[3].lower()]
    return number if 0 <= number < math.inf else math.nan


def dates(cells: Sequence[str]) -> NDArray[np.datetime64]:
    """Return (n,) moments in UTC, datetime64[s], NaT where unreadable.

    Understood are ISO 8601, with or without a zone (then UTC), and seconds or milliseconds since 1970.
    """
    import pandas as pd

    written = pd.Series(cells, dtype="str").str.replace(r"\s*(?:UTC|GMT)$", "Z", regex=True)
    numbers = pd.to_numeric(written, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    epoch = (numbers >= _FIRST_EPOCH) & (numbers < _LAST_EPOCH)
    iso = written.where(~epoch & written.str.match(r"\d{4}").to_numpy(dtype=bool, na_value=False))
    moments = pd.to_datetime(iso, format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None)
    result: NDArray[np.datetime64] = moments.to_numpy().astype("datetime64[s]")
    seconds = np.where(numbers >= _MILLISECONDS, numbers / 1000, numbers)
    result[epoch] = seconds[epoch].astype(np.int64).astype("datetime64[s]")
    return result


def shorten(value: str, length: int = 40) -> str:
    """Return a foreign value quoted for a message: one line, printable, not long."""
    return repr(value if len(value) <= length else value[: length - 1] + "…")


def _role(name: str) -> str:
    role = _ROLE_OF.get(_simplify(name))
    if role is None:
        raise UsageError(f"--map {name}=...: no such thing as {shorten(name)}; it maps {', '.join(ROLES)}")
    return role


@lru_cache(maxsize=4096)
def _simplify(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def _literal(cell: str) -> list[str]:
    try:
        items = json.loads(cell)
    except (ValueError, RecursionError):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python's own remarks on odd escapes
                items = ast.literal_eval(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            return [cell]
    return _items(items) if isinstance(items, (list, tuple)) else [cell]


def _items(values: Sequence[object]) -> list[str]:
    """Return the items of a real list of hashtags; text stands as it is: #null is a hashtag."""
    return [value if isinstance(value, str) else text(value) for value in values]
