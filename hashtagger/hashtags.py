"""The hashtag grammar: what counts as a hashtag, and how hashtags are found in text.

A hashtag is held by its name: NFC, lower case, without `#`. Names are made of Unicode letters, marks and
digits, `_` and emoji, and hold at least one letter, digit or emoji.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

MAX_LENGTH = 100  # longer runs are glued text or garbage, not something people type

_HASH = "#＃"
_JOINERS = "_\u200c\u200d\ufe0f\u20e3"  # underscore; the joiners and selectors inside emoji and Indic words
_KEPT = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "So", "Sk"})
_NAMING = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "So"})
_LINK = re.compile(r"(?:https?://|\bwww\.)[^\s,\"'\[\]]+", re.IGNORECASE)
_TAGGED = re.compile(rf"[{_HASH}]([^\s{_HASH}]+)")
_SEPARATED = re.compile(rf"[\s,;|\[\](){{}}\"'`{_HASH}，、；]+")
_UNJOINED = "\u200c\u200d"  # joiners join nothing at the ends of a name
_GLUED = re.compile(rf"(?<=.)(?:https?|[{_UNJOINED}])+$")
# direction marks and invisible breaks
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def normalize(text: str) -> str:
    """Return the name of one hashtag, or "" where `text` is none: ` #Cats! ` is `cats`."""
    names = split(text)
    return names[0] if names else ""


def split(text: str) -> list[str]:
    """Return the names in a cell of hashtags, as listed: `#a #b`, `#a#b`, `a,b`, `[#a, #b]` or `a b`."""
    return _names(_SEPARATED.split(_LINK.sub(" ", _plain(text))))


def find(text: str) -> list[str]:
    """Return the names of the hashtags marked with `#` in a caption, as listed; links are passed over."""
    return _names(_TAGGED.findall(_LINK.sub(" ", _plain(text))))


def words(text: str) -> list[str]:
    """Return the words of a caption as names, hashtags included, each once, in order."""
    return list(dict.fromkeys(split(text)))


def show(name: str) -> str:
    """Return a name as people write it: with `#`."""
    return f"#{name}"


def paste_line(names: Sequence[str]) -> str:
    """Return hashtags as one line to paste under a post."""
    return " ".join(map(show, names))


def _plain(text: str) -> str:
    if "&" in text:
        import html  # a table of two thousand names, needed only here

        text = html.unescape(text)
    return _UNSEEN.sub("", text)


def _names(runs: Iterable[str]) -> list[str]:
    return [name for run in runs if run and (name := _name(run))]


def _name(run: str) -> str:
    """Return the leading part of `run` that is a name, in its normal form; "" where there is none."""
    if run.isascii() and run.isalnum():
        name = run.lower()
    else:
        run = unicodedata.normalize("NFC", unicodedata.normalize("NFC", run).lower())
        name = run[: next((i for i, char in enumerate(run) if not _belongs(char)), len(run))]
    name = _GLUED.sub("", name.lstrip(_UNJOINED))
    named = name.isalnum() or any(unicodedata.category(char) in _NAMING for char in name)
    return name if named and len(name) <= MAX_LENGTH else ""


def _belongs(char: str) -> bool:
    in_flag = "\U000e0020" <= char <= "\U000e007f"  # the letters inside flags such as Scotland's
    return char in _JOINERS or in_flag or (unicodedata.category(char) in _KEPT and char not in "^`´¨°©®¦")
