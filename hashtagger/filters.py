"""Which hashtags are not fit to be suggested, which are spam, and of which words they are made.

Word lists are read on first use.

A hashtag is a compound without spaces, so blocked words are looked for as words: `sex` is one in
`sexgirl` but not in `essex`. The split with the fewest words is taken (over letters of no known word),
which needs no counts; where it is wrong, `data/allowed.txt` names the whole hashtag or the word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

# A blocked word of this many letters counts even beside letters that are no known word; a shorter one
# (`anal` in `analitica`) only where all the rest of the hashtag is words too.
_LONG = 6
_LONGEST = 24  # letters of the longest word looked for
# The word list holds compounds too (`sunsetlovers`), which are read as their words where each is one of these
# or of four letters: shorter ones make words of accidents (`sun` and `set`, `fam` and `ily`).
_READ = frozenset({
    "a", "and", "art", "at", "by", "cat", "day", "dog", "for", "i", "in", "is", "my", "new", "of", "on",
    "the", "to",
})  # fmt: skip
_PARTS = re.compile(r"\d+|[^\d_]+")


class _Words(NamedTuple):
    """What `is_unfit` looks up."""

    blocked: frozenset[str]
    allowed: frozenset[str]
    known: frozenset[str]
    by_start: dict[str, tuple[str, ...]]  # blocked words by their first two letters


class _Spam(NamedTuple):
    """The patterns of spam.txt by where their star stands, and the exceptions."""

    allowed: frozenset[str]
    whole: frozenset[str]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    inside: tuple[str, ...]


def is_unfit(name: str) -> bool:
    """Tell whether a hashtag (a name: lower case, no `#`) is sexual, hateful, about drugs or self-harm."""
    words = _words()
    name = _plain(name)
    if name in words.blocked or name in words.allowed:
        return name in words.blocked
    return any(_has_blocked_word(part, words) for part in _PARTS.findall(name))


def is_spam(name: str) -> bool:
    """Tell whether a hashtag (a name: lower case, no `#`) only asks for follows or likes."""
    spam = _spam()
    name = _plain(name)
    return name not in spam.allowed and (
        name in spam.whole
        or name.startswith(spam.starts)
        or name.endswith(spam.ends)
        or any(stem in name for stem in spam.inside)
    )


def words_in(part: str) -> list[str]:
    """Return the words that letters (lower case, no `_`, no digit) are read as; themselves where unknown."""
    words = _words()
    read = _smaller(part, words)
    if len(read) == 1:  # short words are believed where long ones leave letters over
        read = [smaller for word in _without_rest(part, words) for smaller in _smaller(word, words)]
    return read


def _smaller(word: str, words: _Words) -> list[str]:
    """Return the words that a compound is made of."""
    known = _READ.union(one for one in words.known if len(one) >= 4 and one in word)
    read = _without_rest(word, words._replace(known=known - {word}, blocked=frozenset()))
    return read if len(read) == 1 else [smaller for one in read for smaller in _smaller(one, words)]


def _without_rest(part: str, words: _Words) -> list[str]:
    """Return the words of `part` where nothing but words is in it, else itself."""
    pieces = _split(part, words)
    return [word for word, _ in pieces] if all(known for _, known in pieces) else [part]


def _plain(name: str) -> str:
    """Undo letters in disguise: full-width, bold or circled ones."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name).lower()


def _has_blocked_word(part: str, words: _Words) -> bool:
    if part.isdigit():
        return part in words.blocked
    if not _may_hold(part, words.by_start):
        return False
    split = _split(part, words)
    all_known = all(known for _, known in split)
    found = [word for word, _ in split if word in words.blocked]
    return any(all_known or len(word) >= _LONG or _without_spaces(word) for word in found)


def _without_spaces(word: str) -> bool:
    """Tell Thai, kana, Hanzi and Hangul: there a word may begin and end anywhere."""
    return "\u0e00" <= word[0] <= "\u0e7f" or word[0] >= "\u2e80"


def _may_hold(part: str, by_start: dict[str, tuple[str, ...]]) -> bool:
    """Tell whether letters of `part` spell a blocked word, as a word or not: the quick way out."""
    return any(part.startswith(by_start.get(part[i : i + 2], ()), i) for i in range(len(part) - 1))


def _split(part: str, words: _Words) -> list[tuple[str, bool]]:
    """Return `part` cut into words and single unknown letters, each as `(text, is a word)`.

    The cut with the fewest unknown letters, then the fewest words, then the fewest blocked words; by
    dynamic programming from the left.
    """
    cost: list[tuple[int, int, int]] = [(0, 0, 0)]  # unknown letters, words, blocked words up to here
    start = [0]
    for end in range(1, len(part) + 1):
        unknown, count, blocked = cost[end - 1]
        best, origin = (unknown + 1, count + 1, blocked), end - 1
        for begin in range(max(0, end - _LONGEST), end):
            word = part[begin:end]
            is_blocked = word in words.blocked
            if is_blocked or word in words.known:
                unknown, count, blocked = cost[begin]
                if (through := (unknown, count + 1, blocked + is_blocked)) < best:
                    best, origin = through, begin
        cost.append(best)
        start.append(origin)
    return _read_back(part, start, words)


def _read_back(part: str, start: list[int], words: _Words) -> list[tuple[str, bool]]:
    pieces, end = [], len(part)
    while end:
        word = part[start[end] : end]
        pieces.append((word, word in words.known or word in words.blocked))
        end = start[end]
    return pieces[::-1]


@cache
def _words() -> _Words:
    blocked, allowed, known = (frozenset(_listed(f"{name}.txt")) for name in ("blocked", "allowed", "words"))
    by_start: dict[str, list[str]] = {}
    for word in blocked:
        by_start.setdefault(word[:2], []).append(word)
    return _Words(blocked, allowed, known | allowed, {key: tuple(found) for key, found in by_start.items()})


@cache
def _spam() -> _Spam:
    stems: dict[tuple[bool, bool], list[str]] = {}
    for line in _listed("spam.txt"):
        stems.setdefault((line.startswith("*"), line.endswith("*")), []).append(line.strip("*"))
    whole, starts, ends, inside = (
        stems.get(stars, []) for stars in ((False, False), (False, True), (True, False), (True, True))
    )
    allowed = frozenset(_listed("allowed.txt"))
    return _Spam(allowed, frozenset(whole), tuple(starts), tuple(ends), tuple(inside))


def _listed(file: str) -> list[str]:
    """Return the words of a file in data/, without its comments."""
    lines = Path(__file__).with_name("data").joinpath(file).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
