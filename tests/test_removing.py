"""Posts forgotten: searched for byte by byte in everything that hashtagger keeps."""

import csv
import json
import shutil
import signal
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from conftest import THEMES, Corpus, Run, draw, write_csv
from processes import Commander, whole
from test_adding import differing

import hashtagger
from hashtagger.backbones import embedded
from hashtagger.downloads import fetched_photo
from hashtagger.errors import ModelError, UsageError
from hashtagger.features import Extractor, content_hash
from hashtagger.model import CARD, load
from hashtagger.photos import open_photo

LINK = "https://example.org/mine-alone"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with posts, a model of them and the cache that its training left.

    Two posts are of an account that no other has; one of them has a photo and hashtags that no other has.
    """
    folder = tmp_path_factory.mktemp("world")
    rows: list[list[object]] = []
    for i, (theme, tags) in enumerate([pair for pair in THEMES.items() for _ in range(4)]):
        draw(theme, i).save(folder / f"{theme}{i}.jpg")
        rows.append([f"https://example.org/{i}", f"{theme}{i}.jpg", theme, tags, i, "", f"{theme}fan"])
    draw("sea", 99).save(folder / "my-secret-photo.jpg")
    rows.insert(7, [LINK, "my-secret-photo.jpg", "secretsearch", ["sea", "secrettag"], 4711, "", "hermit"])
    rows.append(["https://example.org/also-mine", "", "", ["sea", "ocean"], 5, "", "hermit"])
    write_csv(folder / "posts.csv", rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HASHTAGGER_CACHE", str(folder / "cache"))
        hashtagger.train(folder / "posts.csv", folder / "model", backbone="embedded")
    return folder


@pytest.fixture
def ours(world: Path, tmp_path: Path) -> Path:
    """Return a copy of the world; the cache stands where commands look for it."""
    for name in ("model", "cache"):
        shutil.copytree(world / name, tmp_path / name)
    return tmp_path


def traces(world: Path, ours: Path) -> dict[str, bytes]:
    """Return the bytes that the post at LINK, its photo and its account are known by in files of `ours`."""
    photo = world / "my-secret-photo.jpg"
    vector = Extractor(embedded().path).extract(open_photo(photo, embedded().input_size))
    model = load(ours / "model")
    place = model.links.all().index(LINK)
    (row,) = np.flatnonzero(model.feature_posts == place)
    return {
        "link": b"mine-alone",
        "photo path": b"my-secret-photo",
        "hashtag": b"secrettag",
        "search": b"secretsearch",
        "likes": np.float32(4711).tobytes(),
        "content hash": content_hash(photo.read_bytes()),
        "vector": vector[:16].tobytes(),
        "end of the vector": vector[-16:].tobytes(),
        "feature": model.features[row].tobytes(),
    }


def found(searched: dict[str, bytes], *folders: Path) -> set[str]:
    files = [path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {what for what, trace in searched.items() if any(trace in file for file in files)}


def test_no_byte_of_a_post_stays(world: Path, ours: Path) -> None:
    searched = traces(world, ours)
    copies = {"my-secret-photo.jpg": 16 * "01", "cats0.jpg": 16 * "23"}
    for (photo, name), kind in product(copies.items(), ("photos", "exports")):  # fetched, and unpacked
        place = ours / "cache" / kind / name / ("x.jpg" if kind == "exports" else "")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(world / photo, place)
    searched["photo"] = (world / "my-secret-photo.jpg").read_bytes()[-1064:-1000]
    assert found(searched, ours / "model", ours / "cache") == set(searched)
    removed = hashtagger.remove(LINK, folder=ours / "model")
    assert (removed.removed, removed.photos_removed, removed.hashtags_removed) == (1, 1, 1)
    assert found(searched, ours / "model", ours / "cache") == set()
    copies_left = {path.relative_to(ours / "cache").as_posix() for path in (ours / "cache").glob("*/*")}
    assert copies_left == {f"{kind}/{copies['cats0.jpg']}" for kind in ("photos", "exports")}
    assert whole(ours / "model")


def test_a_copy_that_cannot_be_read_is_not_kept(tmp_path: Path, corpus: Corpus) -> None:
    """No hash of it is known, so it could not be found when its post is to be forgotten."""
    cache, url = tmp_path / "cache", "https://example.org/cut.jpg"
    own, copy = cache / "photos" / "my own.jpg", fetched_photo(url, cache / "photos")
    copy.parent.mkdir(parents=True)
    for place in (own, copy):
        place.write_bytes(corpus.photos["sea"].read_bytes()[:900])
    shutil.copy(corpus.photos["sea"], cache / "photos" / "sea.jpg")
    rows = [["", photo, "", ["sea"], 1, "", ""] for photo in (url, "my own.jpg", "sea.jpg")]
    posts = write_csv(cache / "photos" / "posts.csv", rows)
    trained = hashtagger.train(posts, tmp_path / "model", download=True, backbone="embedded")
    assert (trained.posts, trained.photos) == (3, 1)
    assert own.exists()
    assert not copy.exists()


def test_where_no_photo_stays_nothing_of_them_does(ours: Path, corpus: Corpus) -> None:
    """A later photo may then be seen by another network."""
    before = load(ours / "model")
    with_photo = [link for link, photo in zip(before.links.all(), before.photos.all(), strict=True) if photo]
    hashtagger.remove(*with_photo, folder=ours / "model")
    after = load(ours / "model")
    assert after.card["backbone"] is None
    assert len(after.features) == len(after.mean) == len(after.contents) == 0
    rows = [["", photo.name, "", [theme], 1, "", ""] for theme, photo in corpus.photos.items()]
    posts = write_csv(ours / "more.csv", rows)
    hashtagger.add(posts, ours / "model", photos_dir=corpus.photos["sea"].parent)
    assert len(load(ours / "model").features) == len(rows)
    found = hashtagger.load(ours / "model").suggest(corpus.photos["sea"], neighbors=1)
    assert found.hashtags[0].hashtag == "sea"


def test_no_byte_of_an_account_stays(world: Path, ours: Path) -> None:
    searched = {**traces(world, ours), "account": b"hermit", "other link": b"also-mine"}
    assert found(searched, ours / "model", ours / "cache") == set(searched)
    assert hashtagger.remove(account="hermit", folder=ours / "model").removed == 2
    assert found(searched, ours / "model", ours / "cache") == set()


def test_what_is_left_is_as_if_the_post_had_never_been_read(world: Path, ours: Path, tmp_path: Path) -> None:
    hashtagger.remove(LINK, "https://example.org/3", folder=ours / "model")
    with (world / "posts.csv").open(newline="", encoding="utf-8") as file:
        rows = [[*row[:3], json.loads(row[3]), *row[4:]] for row in list(csv.reader(file))[1:]]
    others = [row for row in rows if row[0] not in (LINK, "https://example.org/3")]
    write_csv(world / "others.csv", others)
    hashtagger.train(world / "others.csv", tmp_path / "anew", backbone="embedded")
    assert differing(load(ours / "model"), load(tmp_path / "anew")) == set()
    kept, before = load(ours / "model"), load(world / "model")
    same = [before.ids[name] for name in kept.names.all()]
    assert np.array_equal(kept.input_values, before.input_values[same])


def test_the_others_are_suggested_as_before(ours: Path, corpus: Corpus) -> None:
    hashtagger.remove(LINK, folder=ours / "model")
    for theme, photo in corpus.photos.items():
        rows = hashtagger.load(ours / "model").suggest(photo, top=5, neighbors=3).hashtags
        assert {row.hashtag for row in rows} == set(THEMES[theme])


def test_a_photo_that_another_post_shares_stays_known(world: Path, ours: Path) -> None:
    shutil.copy(world / "my-secret-photo.jpg", ours / "twin.jpg")
    twin: list[object] = ["https://example.org/twin", "twin.jpg", "", ["sea"], 1, "", ""]
    hashtagger.add(write_csv(ours / "twin.csv", [twin]), ours / "model")
    searched = {"content hash": content_hash((ours / "twin.jpg").read_bytes())}
    hashtagger.remove(LINK, folder=ours / "model")
    assert found(searched, ours / "model") == found(searched, ours / "cache") == {"content hash"}
    hashtagger.remove("https://example.org/twin", folder=ours / "model")
    assert found(searched, ours / "model") == found(searched, ours / "cache") == set()


def test_a_post_without_a_link_goes_by_the_path_of_its_photo(ours: Path) -> None:
    draw("city", 600).save(ours / "unlinked.jpg")
    rows: list[list[object]] = [["", "unlinked.jpg", "", ["city"], 1, "", ""]]
    hashtagger.add(write_csv(ours / "more.csv", rows), ours / "model")
    before = load(ours / "model")
    assert before.photos.all()[-1] == str(ours / "unlinked.jpg")
    assert hashtagger.remove(str(ours / "unlinked.jpg"), folder=ours / "model").removed == 1
    assert load(ours / "model").n_posts == before.n_posts - 1


# --- refusals


def test_what_is_not_there_is_said_and_nothing_changes(ours: Path, run: Run) -> None:
    before = (ours / "model" / CARD).read_bytes()
    with pytest.raises(ModelError, match=r"not in the model: https://example\.org/nobody's; nothing"):
        hashtagger.remove("https://example.org/nobody's", folder=ours / "model")
    with pytest.raises(ModelError, match="not in the model: account nobody"):
        hashtagger.remove(account="nobody", folder=ours / "model")
    with pytest.raises(UsageError, match="needs the link of a post, or --account NAME"):
        hashtagger.remove(folder=ours / "model")
    assert (ours / "model" / CARD).read_bytes() == before
    links = [link for link in load(ours / "model").links.all() if link]
    with pytest.raises(ModelError, match="every post of the model; delete the folder instead"):
        hashtagger.remove(*links, folder=ours / "model")
    done = run("remove", LINK)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "no model here" in done.stderr


# --- the command


def test_the_command_tells_what_was_removed(commander: Commander, ours: Path) -> None:
    assert commander(["remove", LINK, "--model", ours / "model", "--json"]) == [0]
    told = json.loads(commander.said().splitlines()[0])
    assert (told["removed"], told["photos_removed"], told["posts"]) == (1, 1, 17)
    assert commander(["remove", LINK, "https://example.org/0", "--model", ours / "model"]) == [1]
    assert "Removed 1 post," in commander.said()
    assert f"Error: not in the model: {LINK}; the others were removed" in commander.said()
    assert commander(["remove", "--account", "seafan", "--model", ours / "model"]) == [0]
    assert commander(["remove", "--model", ours / "model"]) == [2]


def test_a_removal_that_was_killed_is_done_again(commander: Commander, world: Path, ours: Path) -> None:
    searched = traces(world, ours)
    job: list[object] = ["remove", LINK, "--model", ours / "model"]
    assert commander(job) == [0]
    steps = commander.steps()
    for moment in [*range(1, steps, steps // 6), *range(steps - 3, steps)]:
        for name in ("model", "cache"):
            shutil.rmtree(ours / name)
            shutil.copytree(world / name, ours / name)
        assert commander(job, kill_before=moment) == [-signal.SIGKILL]
        assert load(ours / "model").n_posts in (17, 18)
        assert commander(job)[0] in (0, 1)  # 1 where only old parts were left to delete
        assert whole(ours / "model")
        assert load(ours / "model").n_posts == 17
        assert found(searched, ours / "model", ours / "cache") == set()
