"""Shards: each is written once, a model of them is the model of their posts, wherever they are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import fsspec
import numpy as np
import pytest
from conftest import THEMES, Corpus, write_csv
from fsspec import AbstractFileSystem
from test_cli import ask

import hashtagger
from hashtagger.extraction import Extraction, extract
from hashtagger.features import EMBEDDED, Extractor
from hashtagger.model import load
from hashtagger.photos import open_photo
from hashtagger.posts import read_posts
from hashtagger.shards import open_shards

POSTS = 172  # of the corpus, twelve of them with a photo
SHARD = 50


def extracted(
    corpus: Corpus, folder: Path | str, posts: Path | str | None = None, **more: object
) -> Extraction:
    return extract([str(posts or corpus.posts)], str(folder), backbone="embedded", shard=SHARD, **more)


def shards(folder: Path) -> dict[str, int]:
    """Return when each shard was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.parquet")}


@pytest.fixture
def elsewhere() -> Iterator[AbstractFileSystem]:
    files = fsspec.filesystem("memory")
    yield files
    files.rm("/", recursive=True)


def test_a_shard_is_written_once(corpus: Corpus, tmp_path: Path) -> None:
    first = extracted(corpus, tmp_path / "shards")
    assert (first.shards, first.written, first.photos, first.left_out) == (4, 4, 12, 0)
    before = shards(tmp_path / "shards")
    again = extracted(corpus, tmp_path / "shards")
    assert (again.shards, again.written, again.photos) == (4, 0, 0)
    lost = min(before)
    (tmp_path / "shards" / lost).unlink()
    mended = extracted(corpus, tmp_path / "shards")
    assert (mended.shards, mended.written) == (4, 1)
    after = shards(tmp_path / "shards")
    assert after.keys() == before.keys()
    assert [name for name in after if after[name] != before[name]] == [lost]


def test_features_in_shards_are_those_of_the_network_bit_by_bit(corpus: Corpus, tmp_path: Path) -> None:
    extracted(corpus, tmp_path)
    posts, network = read_posts(corpus.posts), Extractor(EMBEDDED)
    with open_shards(str(tmp_path)) as (found, features, lost, _):
        assert found.links == posts.links
        assert found.vocabulary == posts.vocabulary
        assert not lost
        assert len(features.index) == 12
        for post, feature in zip(features.index, features.features, strict=True):
            pixels = open_photo(Path(posts.photos[post][0]), network.input_size)
            assert np.array_equal(feature, network.extract(pixels))


def test_a_model_of_shards_is_the_model_of_the_posts(corpus: Corpus, tmp_path: Path) -> None:
    extracted(corpus, tmp_path / "shards")
    trained = hashtagger.train(features=str(tmp_path / "shards"), folder=tmp_path / "model")
    assert (trained.posts, trained.photos, trained.backbone) == (POSTS, 12, "embedded")
    one, other = load(corpus.model), load(tmp_path / "model")
    for name, value in vars(one).items():
        if isinstance(value, np.ndarray):
            assert np.array_equal(value, getattr(other, name), equal_nan=value.dtype.kind == "f"), name
    assert one.names.all() == other.names.all()
    assert one.links.all() == other.links.all()
    recommender = hashtagger.load(tmp_path / "model")
    assert recommender.suggest(corpus.photos["sea"], neighbors=3).hashtags[0].hashtag in THEMES["sea"]


def test_posts_and_shards_elsewhere(corpus: Corpus, elsewhere: AbstractFileSystem, tmp_path: Path) -> None:
    elsewhere.put(f"{corpus.posts.parent}/", "/bucket/corpus/", recursive=True)
    done = extracted(corpus, "memory://bucket/shards", "memory://bucket/corpus/p*.csv")
    assert (done.written, done.photos, done.left_out, done.errors) == (4, 12, 0, ())
    again = extracted(corpus, "memory://bucket/shards", "memory://bucket/corpus/p*.csv")
    assert (again.written, again.shards) == (0, 4)
    trained = hashtagger.train(features="memory://bucket/shards", folder=tmp_path / "model")
    assert (trained.posts, trained.photos) == (POSTS, 12)
    assert np.array_equal(load(tmp_path / "model").features, load(corpus.model).features)


def test_photos_outside_of_a_folder_elsewhere_are_not_opened(elsewhere: AbstractFileSystem) -> None:
    elsewhere.pipe("/secret.jpg", b"secret")
    rows = [
        "image,tags",
        *(f"{name},#sea" for name in ("../secret.jpg", "/secret.jpg", "memory://secret.jpg")),
    ]
    elsewhere.pipe("/bucket/posts.csv", "\n".join(rows).encode())
    done = extract(["memory://bucket/posts.csv"], "memory://bucket/shards", backbone="embedded")
    assert (done.shards, done.photos, done.left_out) == (1, 0, 0)
    with open_shards("memory://bucket/shards") as (posts, _, _, _):
        assert not any(posts.photos)


def test_what_cannot_be_read_is_told_and_stops_nothing(corpus: Corpus, tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    shutil.copytree(corpus.posts.parent, folder)
    (folder / "photos/cats0.jpg").write_bytes(b"no photo")
    (folder / "photos/sea0.jpg").unlink()
    missing = tmp_path / "missing.csv"
    done = ask("extract", missing, folder / "posts.csv", "-o", tmp_path / "shards", "--backbone", "embedded")
    assert done.code == 1
    train = f"train --features {tmp_path / 'shards'}"
    assert done.err.splitlines() == [f"Error: {missing}: no such file", f"Next: hashtagger {train}"]
    assert "1 shard, 1 of them written now, with 10 photos, 1 left out" in done.out
    left_out = done.out.partition("Left out:")[2].split("\n")
    assert [line for line in left_out if "photo left out: no such file" in line and "row" in line], done.out
    trained = ask("train", "--features", tmp_path / "shards", "--model", tmp_path / "model")
    assert trained.code == 0
    assert "photo left out" in trained.out
    assert f"{POSTS:,} posts, 10 of them with a photo" in trained.out


def test_shards_are_of_the_posts_as_they_are_now(corpus: Corpus, tmp_path: Path) -> None:
    folder, shards_at = tmp_path / "posts", tmp_path / "shards [1]"
    shutil.copytree(corpus.posts.parent, folder)
    others = write_csv(tmp_path / "posts.csv", [["", "", "", ["own"], 1, "", ""]] * 60)
    photo = (folder / "photos/sea0.jpg").read_bytes()
    (folder / "photos/sea0.jpg").write_bytes(photo[:900])
    extracted(corpus, shards_at, others)
    assert extracted(corpus, shards_at, folder / "posts.csv").left_out == 1
    kept = shards(shards_at)
    (folder / "photos/sea0.jpg").write_bytes(photo)
    mended = extracted(corpus, shards_at, folder / "posts.csv")
    assert (mended.written, mended.left_out) == (1, 0)
    lines = (folder / "posts.csv").read_text().splitlines()
    (folder / "posts.csv").write_text("\n".join(lines[:101]))
    assert extracted(corpus, shards_at, folder / "posts.csv").shards == 2
    assert len(kept) == 4 + 2
    assert len(shards(shards_at)) == 2 + 2
    with open_shards(str(shards_at)) as (posts, _, lost, _):
        assert len(posts) == 100 + 60
        assert not lost


def test_likes_in_shards_are_not_taken_for_hidden_ones(tmp_path: Path) -> None:
    """Most of the last shard have none, which says nothing of the whole."""
    likes = [9.0] * 60 + [0.0] * 40
    rows = [[f"https://example.org/{i}", "", "", ["sea"], n, "", ""] for i, n in enumerate(likes)]
    source = write_csv(tmp_path / "a name of no text \udce9.csv", rows)
    extract([str(source)], str(tmp_path / "shards"), backbone="embedded", shard=SHARD)
    with open_shards(str(tmp_path / "shards")) as (posts, _, _, _):
        assert posts.likes.tolist() == likes


@pytest.mark.parametrize("what", ["nothing", "a cut shard", "a foreign table", "two backbones"])
def test_what_is_no_folder_of_shards_is_one_line(corpus: Corpus, tmp_path: Path, what: str) -> None:
    folder = tmp_path / "shards"
    folder.mkdir()
    if what != "nothing":
        extracted(corpus, folder)
    path = min(folder.glob("*.parquet"), default=folder)
    if what == "a cut shard":
        path.write_bytes(path.read_bytes()[:-100])
    if what == "a foreign table":
        assert ask("read", corpus.posts, "-o", path).code == 0
    if what == "two backbones":
        other = tmp_path / "other.tflite"
        other.write_bytes(EMBEDDED.read_bytes() + b"\0")
        extract([str(corpus.posts)], str(folder), backbone=str(other))
    answer = ask("train", "--features", folder, "--model", tmp_path / "model")
    assert (answer.code, len(answer.err.splitlines())) == (1, 1)
    assert str(folder) in answer.err
    assert not (tmp_path / "model/model.json").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train"], "train needs posts"),
        (["train", "posts.csv", "--features", "shards"], "--features DIR goes without posts"),
        (["train", "--backbone", "embedded", "--features", "shards"], "--features DIR goes without posts"),
        (["extract", "nowhere://x/posts.csv", "-o", "shards", "--backbone", "embedded"], "nowhere"),
        (["extract", "memory://x/*.csv", "-o", "shards", "--backbone", "embedded"], "no such files"),
        (["extract", "posts.csv", "-o", "nowhere://x", "--backbone", "embedded"], "nowhere"),
    ],
)
def test_wrong_usage(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = ask(*arguments)
    assert answer.code in (1, 2)
    assert words in answer.err
    assert len(answer.err.splitlines()) == 1
