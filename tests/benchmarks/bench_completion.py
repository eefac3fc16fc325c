"""Whether tag completion finds the hashtag that was hidden from a list, against what else could be done.

    python tests/benchmarks/bench_completion.py --data DIR [--fit]

DIR holds tags/posts.csv.gz. The lists of 6 % of the accounts are tested on, one an account; on those of
another 6 % the peers are tuned, and with --fit our own weights; what is left is learned from. Our form was
chosen on the first 18 % of the accounts, with those tested on now aside. The peers are the sum of log-lifts,
the sum of conditional probabilities, and nearest lists by rarity-weighted cosine. Hashtags of ten accounts
or more count.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from time import monotonic

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_array, diags_array
from scipy.special import logsumexp

from hashtagger.companions import count_companions
from hashtagger.completion import WEIGHTS, complete, evidence
from hashtagger.metrics import Estimate, bootstrap_means
from hashtagger.model import STARTER, Lines, Model, load
from hashtagger.posts import Posts, read_posts

SEED = 20261121  # of the accounts tested on; nothing was chosen on them
PART = 0.06  # of the accounts to test on, and again to tune on
MIN_ACCOUNTS = 10
TUNED_ON, BLOCK, BOUND = 3000, 250, 1.05
CHOICES = 300  # hashtags, of which one is hidden, that the weights are fitted among
CUTS = (1, 5, 10, 20)
SHRINKAGES = (0.1, 1, 5, 20, 100)
KNN = {"rarity": (0.5, 1, 1.5), "lists": (100, 300, 1000), "power": (2, 3, 4), "popularity": (0, 0.1, 0.2)}


@dataclass(frozen=True)
class Case:
    """A list with one hashtag hidden."""

    given: np.ndarray  # (g,)
    hidden: int


Scores = Callable[[Sequence[Case]], np.ndarray]  # (c, v) of c cases


@dataclass(frozen=True)
class Known:
    """What every method learns from: n lists over v hashtags."""

    lists: csr_array  # (n, v) ones, in listed order
    together: csr_array  # (v, v) lists that use both
    uses: np.ndarray  # (v,)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--lists", type=int, default=5000, help="to test on")
    parser.add_argument("--fit", action="store_true", help="only print the weights that fit best")
    given = parser.parse_args()
    learned, tuned, tested = split(read_posts(given.data / "tags/posts.csv.gz"), given.lists)
    if given.fit:
        print("weights", np.round(fit(model_of(learned), tuned), 2))
    else:
        compare(learned, tuned, tested)


def compare(learned: Sequence[np.ndarray], tuned: Sequence[Case], tested: Sequence[Case]) -> None:
    """Tune the peers, and print what they and ours find."""
    started = monotonic()
    known, model = know(learned), model_of(learned)
    print(
        f"{len(learned):,} lists and {len(known.uses):,} hashtags learned from, {len(tested):,} lists tested"
    )
    peers = tune(known, tuned)
    rows = {name: timed(lambda scores=scores: rank(scores, tested)) for name, scores in peers.items()}
    rows["hashtagger"] = timed(lambda: rank(lambda cases: ours(model, cases), tested))
    report(rows, list(peers))
    print(f"{monotonic() - started:.0f} s in all")


def split(posts: Posts, tested: int) -> tuple[list[np.ndarray], list[Case], list[Case]]:
    """Return the lists to learn from, over the hashtags used enough alone, and cases to tune and to test."""
    numbers: dict[str, int] = {}
    account = np.array([numbers.setdefault(name, len(numbers)) for name in posts.accounts])
    order = np.random.default_rng(SEED).permutation(len(numbers))
    part, size = np.zeros(len(numbers), int), int(PART * len(numbers))
    part[order[size : 2 * size]], part[order[3 * size : 4 * size]] = 1, 2
    owners = np.repeat(account, np.diff(posts.indptr))
    pairs = np.unique(owners[part[owners] == 0] * len(posts.vocabulary) + posts.tag_ids[part[owners] == 0])
    enough = np.bincount(pairs % len(posts.vocabulary), minlength=len(posts.vocabulary)) >= MIN_ACCOUNTS
    new = np.where(enough, np.cumsum(enough) - 1, -1)
    lists = [tags[tags >= 0] for tags in np.split(new[posts.tag_ids], posts.indptr[1:-1])]
    learned = [tags for tags, who in zip(lists, account, strict=True) if part[who] == 0 and len(tags) > 1]
    return learned, hide(lists, account, part == 1, TUNED_ON), hide(lists, account, part == 2, tested)


def hide(lists: Sequence[np.ndarray], account: np.ndarray, chosen: np.ndarray, n: int) -> list[Case]:
    """Return up to `n` cases, one of each account `chosen` that has a list of three hashtags or more."""
    rng = np.random.default_rng(SEED)
    cases: dict[int, Case] = {}
    for i in rng.permutation(np.flatnonzero(chosen[account])):
        if account[i] not in cases and len(lists[i]) >= 3 and len(cases) < n:
            at = rng.integers(len(lists[i]))
            cases[account[i]] = Case(np.delete(lists[i], at), int(lists[i][at]))
    return list(cases.values())


def know(learned: Sequence[np.ndarray]) -> Known:
    tags = np.concatenate(learned)
    indptr = np.concatenate([[0], np.cumsum([len(listed) for listed in learned])])
    lists = csr_array((np.ones(len(tags), np.float32), tags, indptr))
    together = (lists.T @ lists).tocsr()
    together.setdiag(0)
    together.eliminate_zeros()
    return Known(lists, together, np.bincount(tags))


def model_of(learned: Sequence[np.ndarray]) -> Model:
    """Return a model that knows these lists and nothing else; the rest of the starter in it is not asked."""
    tags = np.concatenate(learned).astype(np.int32)
    indptr = np.concatenate([[0], np.cumsum([len(listed) for listed in learned])])
    companions = count_companions(indptr, tags, int(tags.max()) + 1)
    return replace(
        load(STARTER),
        card={"posts": len(learned), "company_posts": len(learned)},
        names=Lines.of([str(i) for i in range(len(companions.uses))]),
        counts=companions.uses,
        indptr=indptr,
        tag_ids=tags,
        companion_ids=companions.ids,
        companion_shared=companions.shared,
        companion_uses=companions.uses,
    )


def ours(model: Model, cases: Sequence[Case]) -> np.ndarray:
    return np.stack([complete(model, case.given) for case in cases])


def fit(model: Model, cases: Sequence[Case]) -> np.ndarray:
    """Return the weights (3,) under which what is hidden is likeliest among the best: conditional logit."""
    seen, hidden = [], []
    for case in cases:
        found = evidence(model, case.given)
        found[:, case.given] = -1
        best = np.argpartition(-(WEIGHTS @ found), CHOICES)[:CHOICES]
        if case.hidden in best:
            seen.append(found[:, best])
            hidden.append(int(np.flatnonzero(best == case.hidden)[0]))
    told = np.stack(seen)  # (c, 3, CHOICES)

    def surprise(weights: np.ndarray) -> float:
        scores = np.einsum("i,cik->ck", weights, told)
        return float(np.mean(logsumexp(scores, axis=1) - scores[np.arange(len(hidden)), hidden]))

    return minimize(surprise, WEIGHTS).x


def summed(known: Known, weights: csr_array) -> Scores:
    """Return a method that sums what each given hashtag says of every other, `weights` (v, v)."""
    return lambda cases: (given_of(known, cases) @ weights).toarray()


def conditional(known: Known, shrinkage: float) -> csr_array:
    """Return P(t | s), the posts that use both over those of s and `shrinkage` more, (v, v)."""
    return (diags_array(1 / (known.uses + shrinkage)) @ known.together).astype(np.float32).tocsr()


def log_lift(known: Known, shrinkage: float) -> csr_array:
    """Return ln P(t | s) / P(t), shrunken towards 0, over what a pair never seen together has, (v, v)."""
    pairs = known.together.tocoo()
    chance = shrinkage * known.uses[pairs.col] / known.lists.shape[0]
    return csr_array((np.log1p(pairs.data / chance).astype(np.float32), pairs.coords), shape=pairs.shape)


def nearest_lists(known: Known, cases: Sequence[Case], rarity: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the lists nearest to each case by rarity-weighted cosine and their cosines, two (c, k)."""
    weights = np.log(known.lists.shape[0] / known.uses) ** rarity
    unit = weigh(known.lists, weights).T.tocsr()
    k = max(KNN["lists"])
    ids, cosines = np.zeros((len(cases), k), np.int64), np.zeros((len(cases), k), np.float32)
    for start, block in blocks(cases):
        found = (weigh(given_of(known, block), weights) @ unit).tocsr()
        for row in range(len(block)):
            span = slice(found.indptr[row], found.indptr[row + 1])
            best = np.argsort(-found.data[span], kind="stable")[:k]
            ids[start + row, : len(best)] = found.indices[span][best]
            cosines[start + row, : len(best)] = found.data[span][best]
    return ids, cosines


def vote(known: Known, ids: np.ndarray, cosines: np.ndarray, k: int, power: float) -> np.ndarray:
    """Return the share of the votes of the `k` nearest lists, weighed by a power of their cosine, (c, v)."""
    heard = cosines[:, :k] ** power
    heard /= np.maximum(heard.sum(axis=1, keepdims=True), 1e-12)
    ends = np.arange(len(ids) + 1) * heard.shape[1]
    votes = csr_array((heard.ravel(), ids[:, :k].ravel(), ends), shape=(len(ids), known.lists.shape[0]))
    return (votes @ known.lists).toarray()


def tune(known: Known, cases: Sequence[Case]) -> dict[str, Scores]:
    """Return the peers, each with the setting that finds most within five on the cases to tune on."""
    peers = {}
    for name, weights in (("sum of log-lifts", log_lift), ("sum of conditional probabilities", conditional)):
        tried = {x: np.mean(rank(summed(known, weights(known, x)), cases) < 5) for x in SHRINKAGES}
        best = max(tried, key=lambda x: tried[x])
        peers[f"{name}, shrunken by {best}"] = summed(known, weights(known, best))
    tried = {}
    for rarity in KNN["rarity"]:
        ids, cosines = nearest_lists(known, cases, rarity)
        for k, power in product(KNN["lists"], KNN["power"]):
            found = rank_votes(known, cases, ids, cosines, k, power)
            tried |= {(rarity, k, power, x): np.mean(ranks < 5) for x, ranks in found.items()}
    rarity, k, power, popularity = max(tried, key=lambda setting: tried[setting])

    def knn(block: Sequence[Case]) -> np.ndarray:
        return vote(known, *nearest_lists(known, block, rarity), k, power) * common(known) ** -popularity

    return peers | {f"nearest {k} lists, rarity^{rarity}, cosine^{power}, use^-{popularity}": knn}


def rank_votes(known, cases, ids, cosines, k, power) -> dict[float, np.ndarray]:
    """Return the ranks of what is hidden by each discount of popularity."""
    found: dict[float, list[np.ndarray]] = {x: [] for x in KNN["popularity"]}
    for start, block in blocks(cases):
        span = slice(start, start + len(block))
        votes = vote(known, ids[span], cosines[span], k, power)
        for x, ranks in found.items():
            ranks.append(rank_rows(votes * common(known) ** -x, block))
    return {x: np.concatenate(ranks) for x, ranks in found.items()}


def common(known: Known) -> np.ndarray:
    """Return the share of lists that use each hashtag, kept from 0, (v,)."""
    return known.uses / known.lists.shape[0] + 1e-5


def given_of(known: Known, cases: Sequence[Case]) -> csr_array:
    """Return the given hashtags as ones, (c, v)."""
    tags = np.concatenate([case.given for case in cases])
    ends = np.concatenate([[0], np.cumsum([len(case.given) for case in cases])])
    return csr_array((np.ones(len(tags), np.float32), tags, ends), shape=(len(cases), len(known.uses)))


def weigh(lists: csr_array, weights: np.ndarray) -> csr_array:
    """Return `lists` (n, v) weighed by hashtag, each at length 1."""
    weighed = (lists @ diags_array(weights)).tocsr()
    lengths = np.sqrt((weighed * weighed).sum(axis=1))
    return (diags_array(1 / np.maximum(lengths, 1e-12)) @ weighed).astype(np.float32).tocsr()


def blocks(cases: Sequence[Case]) -> Iterator[tuple[int, Sequence[Case]]]:
    for start in range(0, len(cases), BLOCK):
        yield start, cases[start : start + BLOCK]


def rank(scores: Scores, cases: Sequence[Case]) -> np.ndarray:
    """Return the rank, from 0, of what is hidden in each case, (c,)."""
    return np.concatenate([rank_rows(scores(block), block) for _, block in blocks(cases)])


def rank_rows(scores: np.ndarray, cases: Sequence[Case]) -> np.ndarray:
    """Return the rank of what is hidden by `scores` (c, v), the given aside; in the middle of equals."""
    ranks = np.zeros(len(cases))
    for i, (row, case) in enumerate(zip(scores, cases, strict=True)):
        others = np.delete(row, case.given)
        ranks[i] = np.sum(others > row[case.hidden]) + (np.sum(others == row[case.hidden]) - 1) // 2
    return ranks


def timed(work: Callable[[], np.ndarray]) -> tuple[np.ndarray, float]:
    started = monotonic()
    return work(), monotonic() - started


def report(rows: dict[str, tuple[np.ndarray, float]], peers: Sequence[str]) -> None:
    """Print how often what is hidden was among the first, and how ours compares with the best peer."""
    heads = ["", *(f"hit@{k}" for k in CUTS), "seconds"]
    print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")
    for name, (ranks, seconds) in rows.items():
        hits = " | ".join(f"{np.mean(ranks < k):.4f}" for k in CUTS)
        print(f"| {name} | {hits} | {seconds:.0f} |")
    best = max(peers, key=lambda name: np.mean(rows[name][0] < 5))
    hits = np.stack([rows[name][0] < 5 for name in ("hashtagger", best)], axis=1).astype(float)
    draws = bootstrap_means(hits, np.arange(len(hits)))  # one list an account, so these are accounts
    ratio = Estimate.of(hits[:, 0].mean() / hits[:, 1].mean(), draws[:, 0] / draws[:, 1])
    print(f"hit@5 over the best peer's: {ratio.value:.3f} [{ratio.low:.3f}, {ratio.high:.3f}], bound {BOUND}")


if __name__ == "__main__":
    main()
