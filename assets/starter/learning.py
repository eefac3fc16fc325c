"""What the starter knows of hashtags, learned from lists of real posts: a model that has seen no photos."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from names import Company, hashtags_of, read_table, spelled
from numpy.typing import NDArray
from vocabulary import Lists, fit_names, is_fit, read_lists, restrict

from hashtagger import model
from hashtagger.companions import count_companions
from hashtagger.model import Model
from hashtagger.neighbors import NO_CELLS
from hashtagger.skipgram import SkipgramSettings, fit_skipgram

SETTINGS = SkipgramSettings(epochs=5)
BY_COUNT, BY_AFFINITY = 4, 10  # companions kept of each hashtag: fewer than in a model of one's own
TABLE = Path(__file__).with_name("names.csv")


def learn_hashtags(
    lists_file: Path, folders: Sequence[str], kept: frozenset[str] | None, work: Path
) -> tuple[Model, dict[str, list[str]]]:
    """Return the model of the lists and the hashtags of each folder of photos; kept in `work` once made.

    `kept` names the accounts to learn from, all by default.
    """
    made, named = work / "hashtags", work / "folders.json"
    if not named.is_file():
        lists = read_lists(lists_file, kept)
        fit, left_out = fit_names(lists)
        tags = name_folders(lists, fit, folders)
        lists, fit = with_names(lists, fit, tags)
        model.save(model_of(restrict(lists, fit), dict(left_out)), made)
        named.write_text(json.dumps(tags, ensure_ascii=False, indent=0), encoding="utf-8")
    return model.load(made), json.loads(named.read_text("utf-8"))


def name_folders(lists: Lists, fit: NDArray[np.bool_], folders: Sequence[str]) -> dict[str, list[str]]:
    """Return the hashtags of each folder that names something: its name, other names in use, company."""
    table, company = read_table(TABLE), Company(lists, fit)
    uses = dict(zip(lists.names, lists.accounts.tolist(), strict=True))
    tags = {}
    for folder in folders:
        entry = table.get(folder) or spelled(folder, uses)
        listed = enumerate(hashtags_of(entry, company))
        tags[folder] = [tag for i, tag in listed if is_fit(tag) and (i == 0 or tag in uses)]
    return {folder: listed for folder, listed in tags.items() if listed}


def with_names(
    lists: Lists, fit: NDArray[np.bool_], tags: dict[str, list[str]]
) -> tuple[Lists, NDArray[np.bool_]]:
    """Return the lists, and what of them may be suggested, with the hashtags of folders added.

    A name that no list holds (gramophone) gets one of its own: the name and its company.
    """
    known = {name: i for i, name in enumerate(lists.names)}
    added = {listed[0]: listed for listed in tags.values() if listed[0] not in known}
    number = known | {name: len(known) + i for i, name in enumerate(added)}
    more = [number[tag] for listed in added.values() for tag in listed]
    ends = np.cumsum([len(listed) for listed in added.values()], dtype=np.int64)
    first = int(lists.account.max(initial=-1)) + 1
    whole = Lists(
        (*lists.names, *added),
        np.append(lists.accounts, np.ones(len(added), np.int64)),
        np.append(lists.ids, np.array(more, np.int32)),
        np.append(lists.ptr, lists.ptr[-1] + ends),
        np.append(lists.account, first + np.arange(len(added))),
    )
    chosen = np.append(fit, np.ones(len(added), bool))
    chosen[[number[tag] for listed in tags.values() for tag in listed]] = True
    return whole, chosen


def model_of(lists: Lists, left_out: dict[str, int]) -> Model:
    """Return the model of `lists`, in small types.

    Without the output side of the skip-gram, which is only needed to go on learning.
    """
    v, uses = len(lists.names), np.bincount(lists.ids, minlength=len(lists.names))
    companions = count_companions(lists.ptr, lists.ids, v, BY_COUNT, BY_AFFINITY)
    vectors = fit_skipgram(lists.ptr, lists.ids, uses, SETTINGS).input
    return Model(
        card=card_of(lists, left_out),
        names=small_lines(list(lists.names)),
        counts=smallest(uses),
        accounts_using=smallest(lists.accounts),
        median_likes=np.full(v, np.nan, np.float16),
        ratings=np.full(v, np.nan, np.float16),
        lifts=np.zeros(v, np.float16),
        lift_errors=np.full(v, np.nan, np.float16),
        input_values=vectors.values,
        input_scales=vectors.scales.astype(np.float16),
        output_values=np.empty((v, 0), np.int8),
        output_scales=np.zeros(v, np.float16),
        companion_ids=smallest(companions.ids),
        companion_shared=smallest(companions.shared),
        companion_uses=smallest(companions.uses),
        mean=np.empty(0, np.float16),
        axes=np.empty((0, 0), np.float16),
        cell_centers=NO_CELLS.centers,
        cell_starts=NO_CELLS.starts,
        backbone=None,
        **posts_of([], np.empty((0, 0), np.float32)),
    )


def card_of(lists: Lists, left_out: dict[str, int]) -> dict[str, Any]:
    """Return what model.json says: how much was read, and why frequent hashtags were left out."""
    return {
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "posts": len(lists.ptr) - 1,
        "company_posts": len(lists.ptr) - 1,
        "photos": 0,
        "accounts": int(lists.account.max(initial=-1)) + 1,
        "hashtags": len(lists.names),
        "backbone": None,
        "skipgram": asdict(SETTINGS),
        "provenance": {"refused": {f"hashtags: {why}": count for why, count in left_out.items()}},
    }


def posts_of(tags: Sequence[Sequence[int]], reduced: NDArray[np.float32]) -> dict[str, Any]:
    """Return the parts of a model that hold its posts: n lists of hashtags, their reduced features (n, r).

    Where they come from stays behind: no link, photo, account or date.
    """
    n = len(tags)
    nothing = small_lines([""] * n)
    sizes = [len(listed) for listed in tags]
    return {
        "links": nothing,
        "photos": nothing,
        "accounts": nothing,
        "searches": nothing,
        "likes": np.full(n, np.nan, np.float16),
        "dates": np.full(n, np.iinfo(np.int64).min),
        "indptr": smallest(np.concatenate([[0], np.cumsum(sizes)])),
        "tag_ids": smallest(np.array([tag for listed in tags for tag in listed], np.int64)),
        "listed": smallest(np.array(sizes, np.int64)),
        "features": reduced.astype(np.float16),
        "feature_posts": smallest(np.arange(n)),
        "contents": np.zeros((n, 0), np.uint8),
    }


def small_lines(texts: list[str]) -> model.Lines:
    """Lay out `texts` with ends in a small type."""
    lines = model.Lines.of(texts)
    return model.Lines(lines.blob, smallest(lines.ends))


def smallest(numbers: NDArray[np.integer]) -> NDArray[Any]:
    """Return whole numbers from 0 on in the smallest type that holds them."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))
