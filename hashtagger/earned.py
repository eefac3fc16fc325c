"""What hashtags lift likes by among posts kept aside, the account of the post in question left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashtagger.posts import Posts
from hashtagger.ratings import SHRINKAGE, log_lifts

NONE = -1  # stands for no hashtag, or for one that no post uses


@dataclass(frozen=True)
class Places:
    """Where the uses of hashtags suggested for n posts are found, (n, k) each; the last place holds none."""

    cells: NDArray[np.int64]  # of all accounts
    own: NDArray[np.int64]  # of the post's own account


@dataclass(frozen=True)
class Earned:
    """Lifts among posts kept aside, in parts that one model each has not seen, summed by account.

    A post is compared with its account's usual in its part, and a hashtag's lift is shrunken as at training.
    The account that a hashtag is suggested to has no say in what it earns: its habits would be rewarded.
    """

    keys: NDArray[np.int64]  # (e,) ascending; (part x hashtags + hashtag) x groups + group
    cells: NDArray[np.int64]  # (c,) ascending; part x hashtags + hashtag
    cell_of: NDArray[np.int64]  # (e,) positions in `cells`
    uses: NDArray[np.float64]  # (e,) with known likes
    sums: NDArray[np.float64]  # (e,) of the lifts of their posts
    hashtags: int
    groups: int

    @classmethod
    def of(
        cls, posts: Posts, tested: NDArray[np.int64], parts: NDArray[np.int64], groups: NDArray[np.int64]
    ) -> Earned:
        """Return what hashtags earned on the posts `tested` (n,), of `parts` and of `groups` (n,) from 0."""
        _, accounts = np.unique(np.array(posts.accounts, dtype=str)[tested], return_inverse=True)
        _, usual = np.unique(parts * (len(tested) + 1) + accounts, return_inverse=True)
        lifts = log_lifts(posts.likes[tested], usual)
        known = np.flatnonzero(~np.isnan(lifts))
        lists = [posts.tag_ids[posts.indptr[i] : posts.indptr[i + 1]] for i in tested[known]]
        owners = np.repeat(known, [len(tags) for tags in lists])
        tags = np.concatenate([*lists, np.empty(0, np.int32)]).astype(np.int64)
        n_tags, n_groups = len(posts.vocabulary), int(groups.max(initial=-1)) + 1
        keys, use_of = np.unique(
            (parts[owners] * n_tags + tags) * n_groups + groups[owners], return_inverse=True
        )
        cells, cell_of = np.unique(keys // n_groups, return_inverse=True)
        uses = np.bincount(use_of).astype(np.float64)
        sums = np.bincount(use_of, weights=lifts[owners]).astype(np.float64)
        return cls(keys, cells, cell_of, uses, sums, n_tags, n_groups)

    def locate(
        self, tags: NDArray[np.integer], parts: NDArray[np.int64], groups: NDArray[np.int64]
    ) -> Places:
        """Return where the `tags` (n, k), suggested for posts of `parts` and `groups` (n,), are found."""
        wanted = np.where(tags == NONE, -1, parts[:, None] * self.hashtags + tags)
        return Places(
            _find(self.cells, wanted),
            _find(self.keys, np.where(wanted < 0, -1, wanted * self.groups + groups[:, None])),
        )

    def lifts(self, places: Places, weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the mean lift of what was suggested for each post, (n,).

        Each group counts as often as `weights` (groups,) say; nothing suggested, or nothing known, lifts 0.
        """
        weighed = np.ones(len(self.keys)) if weights is None else weights[self.keys % max(self.groups, 1)]
        uses, sums = np.append(weighed * self.uses, 0), np.append(weighed * self.sums, 0)
        all_uses = np.bincount(self.cell_of, uses[:-1], minlength=len(self.cells) + 1)
        all_sums = np.bincount(self.cell_of, sums[:-1], minlength=len(self.cells) + 1)
        others = all_uses[places.cells] - uses[places.own]
        lifts = (all_sums[places.cells] - sums[places.own]) / (others + SHRINKAGE)
        means: NDArray[np.float64] = lifts.mean(axis=1)
        return means


def _find(known: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the position of each of `wanted` in the ascending `known` (c,); c where it is not there."""
    if not len(known):
        return np.zeros(wanted.shape, np.int64)
    places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[places] == wanted, places, len(known))
