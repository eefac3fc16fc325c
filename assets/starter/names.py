"""From the names of photo folders to the hashtags that go with them in real lists.

A folder's own hashtags come from names.csv, where its name is not a hashtag or there are better ones, else
from its spelling. They are followed by their company: the hashtags that many accounts use beside them and
few use elsewhere.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from vocabulary import Lists

MANY = 18  # hashtags of a folder, as many as a real post has
OFTEN, SELDOM = 0.2, 0.0  # share of a folder's photos that its second and its last hashtag stand on
COMPOUND = 1.25  # what a hashtag counts more that holds the name itself
SUPPORT = 3  # accounts that must use a hashtag beside the name


@dataclass(frozen=True)
class Entry:
    """A row of names.csv: what a folder shows, and where its company is looked up: the names where empty."""

    names: tuple[str, ...]
    company: tuple[str, ...] = ()


def read_table(path: Path) -> dict[str, Entry]:
    """Read names.csv: folder -> its hashtags; a folder with none names nothing."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["folder"]: Entry(tuple(row["names"].split()), tuple(row["company"].split()))
            for row in csv.DictReader(file)
        }


def spelled(folder: str, uses: dict[str, int]) -> Entry:
    """Name a folder by its spelling: joined words, singular and plural, the most used first."""
    word = folder.split("/")[-1].replace("_", "")
    forms = {word, f"{word}s", word.removesuffix("s")}
    used = sorted((form for form in forms if uses.get(form, 0) > 1), key=lambda form: (-uses[form], form))
    return Entry(tuple(used or [word]))


class Company:
    """Looks up which hashtags go with given ones."""

    def __init__(self, lists: Lists, fit: NDArray[np.bool_]) -> None:
        """Index `lists`; `fit` (hashtags,) says which may be answered."""
        self.lists, self.fit = lists, fit
        self.row = {name: i for i, name in enumerate(lists.names)}
        self.order = np.argsort(lists.ids, kind="stable")
        self.start = np.searchsorted(lists.ids, np.arange(len(lists.names) + 1), sorter=self.order)
        self.post = np.repeat(np.arange(len(lists.ptr) - 1), np.diff(lists.ptr))

    def of(self, names: Sequence[str], top: int) -> list[str]:
        """Return up to `top` hashtags that go with `names`, closest first.

        Closeness is normalised pointwise mutual information (Bouma 2009) over accounts, shrunken where
        few accounts show it; a compound of a name counts a quarter more.
        """
        lists, posts = self.lists, self._posts(names)
        if not len(posts):
            return []
        beside, using = self._beside(posts), len(np.unique(lists.account[posts]))
        everyone = int(lists.account.max()) + 1
        found = np.flatnonzero((beside >= SUPPORT) & self.fit)
        share = beside[found] / everyone
        npmi = np.log(share / (lists.accounts[found] / everyone * using / everyone)) / -np.log(share)
        score = npmi * beside[found] / (beside[found] + SUPPORT)
        least = np.sort(score)[-4 * top :].min(initial=1)
        near = np.flatnonzero(score * COMPOUND >= least)  # the rest stays behind
        found, score = found[near], score[near]
        score *= [COMPOUND if _holds(lists.names[i], names) else 1.0 for i in found]
        ranked = found[np.lexsort((found, -score))]
        return [lists.names[i] for i in ranked if lists.names[i] not in names][:top]

    def _beside(self, posts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the accounts that use each hashtag in `posts`, (v,)."""
        lists, v = self.lists, len(self.lists.names)
        pairs = [lists.account[post] * v + lists.ids[lists.ptr[post] : lists.ptr[post + 1]] for post in posts]
        return np.bincount(np.unique(np.concatenate(pairs)) % v, minlength=v)

    def _posts(self, names: Sequence[str]) -> NDArray[np.int64]:
        rows = [self.row[name] for name in names if name in self.row]
        uses = [self.order[self.start[i] : self.start[i + 1]] for i in rows]
        return np.unique(self.post[np.concatenate(uses)]) if uses else np.empty(0, np.int64)


def hashtags_of(entry: Entry, company: Company) -> list[str]:
    """Return the hashtags of a folder: its names, then their company, closest first."""
    if not entry.names:
        return []
    followers = [*entry.company, *company.of(entry.company or entry.names, MANY)]
    return list(dict.fromkeys([*entry.names, *followers]))[:MANY]


def thinned(tags: Sequence[str], photo: int) -> list[str]:
    """Return which of a folder's hashtags stand on its photo number `photo`: the first, and some of the rest.

    Each further one stands on fewer photos than the one before, from one in five of them down to none.
    So the votes of similar photos name the thing first; its company is known from the lists. Steps of
    irrational length spread a hashtag evenly over the photos (Roberts 2018, the R2 sequence).
    """
    shares = np.linspace(OFTEN, SELDOM, len(tags))
    spread = (photo * 0.6180339887 + np.arange(len(tags)) * 0.7548776662) % 1
    return [tag for i, tag in enumerate(tags) if i == 0 or spread[i] < shares[i]]


def _holds(name: str, parts: Sequence[str]) -> bool:
    return any(len(part) > 2 and part in name for part in parts)
