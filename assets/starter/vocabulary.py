"""The hashtags of the starter: read from lists of real posts, and which of them are fit to suggest."""

import csv
import gzip
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hashtagger.filters import is_spam, is_unfit
from hashtagger.hashtags import split

MIN_ACCOUNTS = 10  # below, a hashtag may tell who used it, and its company is chance


@dataclass(frozen=True)
class Lists:
    """Lists of hashtags: one CSR pair over their names, and who posted each list.

    `names` (v,) most used first, with `accounts` (v,) that use each; `ids` (uses,) and `ptr` (lists + 1,);
    `account` (lists,) numbers of accounts.
    """

    names: tuple[str, ...]
    accounts: NDArray[np.int64]
    ids: NDArray[np.int32]
    ptr: NDArray[np.int64]
    account: NDArray[np.int64]


def read_lists(path: Path, kept_accounts: frozenset[str] | None = None) -> Lists:
    """Read lists from a CSV with the columns `account` and `tags`, of `kept_accounts` alone if given."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [
            (row["account"], tuple(dict.fromkeys(split(row["tags"]))))
            for row in csv.DictReader(file)
            if kept_accounts is None or row["account"] in kept_accounts
        ]
    return gather(rows)


def gather(rows: Sequence[tuple[str, tuple[str, ...]]]) -> Lists:
    """Lay out lists, each an account and its hashtags, as arrays."""
    numbers: dict[str, int] = {}
    account = np.array([numbers.setdefault(who, len(numbers)) for who, _ in rows], np.int64)
    seen: dict[str, int] = {}
    ids = np.array([seen.setdefault(name, len(seen)) for _, tags in rows for name in tags], np.int64)
    ptr = np.concatenate([[0], np.cumsum([len(tags) for _, tags in rows])])
    pairs = np.unique(np.repeat(account, np.diff(ptr)) * len(seen) + ids)
    accounts = np.bincount(pairs % len(seen), minlength=len(seen))
    spelled = list(seen)
    order = sorted(range(len(seen)), key=lambda i: (-accounts[i], spelled[i]))
    rank = np.empty(len(seen), np.int32)
    rank[order] = np.arange(len(seen), dtype=np.int32)
    return Lists(tuple(spelled[i] for i in order), accounts[order], rank[ids], ptr, account)


def fit_names(lists: Lists, least: int = MIN_ACCOUNTS) -> tuple[NDArray[np.bool_], Counter[str]]:
    """Return which names (v,) may be suggested, and how many of those used enough are left out, and why."""
    cut = cut_names(dict(zip(lists.names, lists.accounts.tolist(), strict=True)))
    left_out: Counter[str] = Counter()
    fit = lists.accounts >= least
    for i in np.flatnonzero(fit):
        if reason := _unfit_for(lists.names[i], cut):
            left_out[reason] += 1
            fit[i] = False
    return fit, left_out


def is_fit(name: str) -> bool:
    """Tell whether a hashtag may be suggested to anybody."""
    return not (is_unfit(name) or is_spam(name))


def _unfit_for(name: str, cut: frozenset[str]) -> str:
    if is_unfit(name):
        return "sexual, hateful, drugs or self-harm"
    if is_spam(name):
        return "asks for follows or likes"
    if name in cut:
        return "cut at an accent"
    if (len(name) == 1 and not _says_something(name)) or (name.isdigit() and len(name) < 3):
        return "a letter or a number"
    return ""


def _says_something(char: str) -> bool:
    """Tell ideographs and emoji, which stand for a word, from letters."""
    return "CJK" in unicodedata.name(char, "") or not char.isalnum()


def cut_names(accounts: dict[str, int]) -> frozenset[str]:
    """Find names that are others cut at their first accent, as some posts were collected.

    `decorac` is cut from `decoração`, `ハント` from `ハンドメイド`. A name is held to be cut where those it
    may come from are used by as many accounts (half as many outside the Latin script, where leaving out a
    mark is no usual spelling).
    """
    whole: Counter[str] = Counter()
    for name, count in accounts.items():
        if not name.isascii() and (start := _before_first_mark(name)):
            whole[start] += count
    shares = {name: count / accounts[name] for name, count in whole.items() if name in accounts}
    return frozenset(name for name, share in shares.items() if share >= (1 if _latin(name) else 0.5))


def _before_first_mark(name: str) -> str:
    """Return what stands before the first combining mark; "" without one, or with no letter after it."""
    decomposed = unicodedata.normalize("NFD", name)
    at = next((i for i, char in enumerate(decomposed) if unicodedata.category(char) == "Mn"), 0)
    only_accent = all(unicodedata.category(char) == "Mn" for char in decomposed[at:])
    if only_accent and _latin(decomposed[:at]):
        return ""
    return unicodedata.normalize("NFC", decomposed[:at])


def _latin(name: str) -> bool:
    return name[-1:] < "\u0370"


def restrict(lists: Lists, chosen: NDArray[np.bool_]) -> Lists:
    """Return the lists over the names `chosen` (v,) alone, the most listed first; lists left empty stay."""
    uses = np.bincount(lists.ids, minlength=len(lists.names))
    order = np.lexsort((np.array(lists.names), -uses))
    kept = order[chosen[order]]
    new = np.full(len(lists.names), -1, np.int32)
    new[kept] = np.arange(len(kept), dtype=np.int32)
    ids = new[lists.ids]
    before = np.concatenate([[0], np.cumsum(ids >= 0)])
    return Lists(
        tuple(lists.names[i] for i in kept),
        lists.accounts[kept],
        ids[ids >= 0],
        before[lists.ptr],
        lists.account,
    )
