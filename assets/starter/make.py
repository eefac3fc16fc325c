"""Make the starter model: what real hashtags go together, and what photos of named things look like.

    python assets/starter/make.py --data DIR --work SCRATCH

DIR holds tags/posts.csv.gz, backbone/photos.zip and posts/ (posts.csv, photos/). What was learned of
hashtags and the features of photos are kept in SCRATCH, so that with another backbone only the photos are
looked at again.
"""

import argparse
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from learning import learn_hashtags, posts_of
from names import thinned

from hashtagger import model
from hashtagger.backbones import resolve
from hashtagger.feature_cache import FeatureCache
from hashtagger.features import Backbone, extract_features
from hashtagger.model import Model
from hashtagger.neighbors import fit_reduction, reduce_features
from hashtagger.posts import read_posts
from hashtagger.recommender import STARTER

MADE_OF = (
    "{lists:,} lists of hashtags of public posts, January to September 2020; reduced features of {named:,} "
    "photos from public collections, with hashtags that go with what their folders are called, and of "
    "{posts:,} public posts of 2019"
)


def build(
    data: Path,
    work: Path,
    network: Backbone,
    *,
    lists_of: frozenset[str] | None = None,
    without: frozenset[str] = frozenset(),
) -> Model:
    """Return the starter made of `data` with `network`, with scratch in `work`, one for each `lists_of`.

    `lists_of` are the accounts whose lists teach, all by default; `without` the accounts whose posts are left
    out, photo and hashtags.
    """
    photos = unpack(data / "backbone/photos.zip", work / "photos")
    folders = ["/".join(photo.parts[-3:-1]) for photo in photos]
    known, tags_of = learn_hashtags(data / "tags/posts.csv.gz", sorted(set(folders)), lists_of, work)
    seen = {
        **named_photos(photos, folders, tags_of, known.ids),
        **(real := real_posts(data / "posts/posts.csv", known.ids, without)),
    }
    extracted = extract_features(list(seen), network, FeatureCache(work / "features.sqlite", print), tell)
    if extracted.failures:
        raise SystemExit(f"unreadable: {next(iter(extracted.failures.values()))}")
    reduction = fit_reduction(extracted.features)
    made_of = MADE_OF.format(lists=known.n_posts, named=len(seen) - len(real), posts=len(real))
    return replace(
        known,
        card=card_with(known, network, len(seen), made_of),
        mean=reduction.mean.astype(np.float16),
        axes=reduction.axes.astype(np.float16),
        backbone=network.path,
        **posts_of(list(seen.values()), reduce_features(extracted.features, reduction)),
    )


def named_photos(
    photos: Sequence[Path], folders: Sequence[str], tags_of: dict[str, list[str]], ids: dict[str, int]
) -> dict[Path, list[int]]:
    """Return the hashtags of the photos whose folder names something."""
    found, before = {}, Counter[str]()
    for photo, folder in zip(photos, folders, strict=True):
        if folder in tags_of:
            found[photo] = [ids[tag] for tag in thinned(tags_of[folder], before[folder])]
            before[folder] += 1
    return found


def real_posts(file: Path, ids: dict[str, int], without: frozenset[str]) -> dict[Path, list[int]]:
    """Return the photos of posts and their hashtags, cut to those with `ids`; of accounts `without`, none."""
    posts = read_posts(file)
    number = np.array([ids.get(name, -1) for name in posts.vocabulary])
    found = {}
    for i in range(len(posts)):
        tags = number[posts.tag_ids[posts.indptr[i] : posts.indptr[i + 1]]]
        if posts.photos[i] and posts.accounts[i] not in without and (tags >= 0).any():
            found[Path(posts.photos[i][0])] = tags[tags >= 0].tolist()
    return found


def card_with(known: Model, network: Backbone, photos: int, made_of: str) -> dict[str, Any]:
    """Return the card of the model of hashtags with what the photos add."""
    return {
        **known.card,
        "photos": photos,
        "backbone": {"name": network.name, "sha256": network.sha256, "licence": network.licence},
        "provenance": {"file": made_of, **known.card["provenance"]},
    }


def unpack(archive: Path, folder: Path) -> list[Path]:
    """Return the photos of `archive`, unpacked into `folder` once."""
    if not folder.is_dir():
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def tell(done: int, total: int) -> None:
    if done % 2000 == 0 or done == total:
        print(f"{done:,} of {total:,} photos", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="scratch, kept")
    parser.add_argument("--out", type=Path, default=STARTER)
    parser.add_argument("--backbone", default="embedded", help="embedded, imagenet, or a .tflite file")
    parser.add_argument("--without", type=Path, help="file of accounts, one a line, whose posts are left out")
    given = parser.parse_args()
    without = given.without.read_text("utf-8").split() if given.without else ()
    made = build(given.data, given.work, resolve(given.backbone, print), without=frozenset(without))
    packaged = given.backbone == "embedded"  # it is in the package already
    small = np.rint(made.features.astype(np.float32) * 127).astype(np.int8)
    model.save(replace(made, features=small, backbone=None if packaged else made.backbone), given.out)
    size = sum(path.stat().st_size for path in given.out.rglob("*"))
    print(f"{len(made.names):,} hashtags, {len(made.features):,} photos, {size:,} bytes in {given.out}")


if __name__ == "__main__":
    main()
