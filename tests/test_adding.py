"""Posts added to a model: as if they had been there from the start, in one step, whatever happens."""

import csv
import json
import shutil
import signal
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from conftest import THEMES, Corpus, Run, draw, write_csv
from PIL import Image
from processes import Commander, whole

import hashtagger
from hashtagger.errors import ModelError
from hashtagger.features import CONTENT_BYTES
from hashtagger.model import CARD, STARTER, Lines, Model, load, save
from hashtagger.neighbors import CELLS, fit_cells, sort_into_cells

LEARNED = {"mean", "axes", "features", "input_values", "input_scales", "output_values", "output_scales"}


@pytest.fixture(scope="module")
def halves(corpus: Corpus) -> tuple[Path, Path]:
    """Return the posts of the corpus in two files, each with photos of every theme; they share no post."""
    with corpus.posts.open(newline="", encoding="utf-8") as file:
        rows = [[*row[:3], json.loads(row[3]), *row[4:]] for row in list(csv.reader(file))[1:]]
    both = corpus.posts.with_name("one.csv"), corpus.posts.with_name("other.csv")
    return write_csv(both[0], rows[::2]), write_csv(both[1], rows[1::2])


@pytest.fixture(scope="module")
def half(halves: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model of the first half."""
    folder = tmp_path_factory.mktemp("half")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HASHTAGGER_CACHE", str(folder / "cache"))
        hashtagger.train(halves[0], folder / "model", backbone="embedded")
    return folder / "model"


@pytest.fixture
def model(half: Path, tmp_path: Path) -> Path:
    """Return a copy of the model of the first half, to be added to."""
    return Path(shutil.copytree(half, tmp_path / "model"))


def differing(one: Model, other: Model) -> set[str]:
    """Return the parts in which two models differ, those that were learned aside."""

    def same(a: object, b: object) -> bool:
        if isinstance(a, Lines) and isinstance(b, Lines):
            return a.all() == b.all()
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        return True  # the card and the backbone's path

    names = {field.name for field in fields(Model)} - LEARNED - {"companion_ids", "companion_shared"}
    found = {name for name in names if not same(getattr(one, name), getattr(other, name))}
    return found if company(one) == company(other) else found | {"companions"}


def company(model: Model) -> list[dict[int, int]]:
    """Return the companions of each hashtag, whatever their order."""
    rows = zip(model.companion_ids.tolist(), model.companion_shared.tolist(), strict=True)
    return [dict(zip(*row, strict=True)) for row in rows]


def named(theme: str, photo: Path, folder: Path) -> bool:
    """Tell whether the model in `folder` names what is on a photo."""
    found = hashtagger.load(folder).suggest(photo, top=5, neighbors=3)
    return {row.hashtag for row in found.hashtags} == set(THEMES[theme])


def test_what_is_counted_is_as_if_all_had_been_read_at_once(
    halves: tuple[Path, Path], model: Path, corpus: Corpus, tmp_path: Path
) -> None:
    added = hashtagger.add(halves[1], model)
    assert (added.added, added.known, added.photos_added) == (86, 0, 6)
    hashtagger.train(halves, tmp_path / "all", backbone="embedded")
    assert differing(load(model), load(tmp_path / "all")) == set()
    assert load(model).card["posts"] == load(tmp_path / "all").card["posts"] == 172
    assert all(named(theme, photo, model) for theme, photo in corpus.photos.items())


def test_a_new_theme_is_learned(model: Path, tmp_path: Path) -> None:
    """A photo unlike all others is known again, and hashtags that were not there have neighbours."""
    photo = tmp_path / "stripes.png"
    pixels = np.zeros((160, 160, 3), np.uint8)
    pixels[::8] = 255
    Image.fromarray(pixels).save(photo)
    names = ["zebra", "savanna", "stripes"]
    rows: list[list[object]] = [[f"https://example.org/z{i}", "", "", names, 5, "", ""] for i in range(40)]
    rows.append(["https://example.org/z", str(photo), "", names, 5, "", "zoe"])
    hashtagger.add(write_csv(tmp_path / "zebras.csv", rows), model)
    recommender = hashtagger.load(model)
    assert {row.hashtag for row in recommender.suggest(photo, top=3, neighbors=1).hashtags} == set(names)
    assert {row.hashtag for row in recommender.similar("zebra", top=2)} == {"savanna", "stripes"}
    assert recommender.similarity("zebra", "stripes") > recommender.similarity("zebra", "sea")


def test_only_new_photos_are_read(halves: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    """The photos that are known are no photos any more, and nobody minds."""
    world = Path(shutil.copytree(halves[0].parent, tmp_path / "world"))
    with halves[0].open(newline="", encoding="utf-8") as file:
        for row in list(csv.reader(file))[1:]:
            if row[1]:
                (world / row[1]).write_bytes(b"no photo")
    added = hashtagger.add([world / "one.csv", world / "other.csv"], model)
    assert (added.added, added.known, added.photos_added, added.refusals) == (86, 86, 6, ())


def test_features_of_few_photos_are_reduced_anew_where_the_cache_has_them(
    halves: tuple[Path, Path], half: Path, tmp_path: Path
) -> None:
    """Six photos show five dimensions; twelve show eleven."""
    hashtagger.train(halves[0], tmp_path / "model", backbone="embedded")
    hashtagger.add(halves[1], tmp_path / "model")
    hashtagger.train(halves, tmp_path / "all", backbone="embedded")
    added, anew = load(tmp_path / "model"), load(tmp_path / "all")
    assert load(half).features.shape[1] == 5
    for part in ("features", "mean", "axes"):
        assert np.array_equal(getattr(added, part), getattr(anew, part))


def test_posts_without_links_are_known_by_the_link_of_their_photo(model: Path, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["", "https://example.org/1.jpg", "", ["x"], likes, "", ""] for likes in (1, 2)
    ]
    assert hashtagger.add(write_csv(tmp_path / "posts.csv", rows[:1]), model).added == 1
    added = hashtagger.add(write_csv(tmp_path / "posts.csv", rows[1:]), model)
    assert (added.added, added.known, added.likes_refreshed) == (0, 1, 1)


def test_likes_and_accounts_of_known_posts_are_refreshed(
    halves: tuple[Path, Path], model: Path, tmp_path: Path
) -> None:
    with halves[0].open(newline="", encoding="utf-8") as file:
        rows = [[*row[:3], json.loads(row[3]), *row[4:]] for row in list(csv.reader(file))[1:]]
    rows[0][4], rows[0][6] = 5000, "another"
    rows[1][4] = ""  # hidden since then: what was known stays
    changed = write_csv(halves[0].with_name("changed.csv"), rows)
    before = load(model)
    added = hashtagger.add(changed, model)
    assert (added.added, added.known, added.likes_refreshed, added.accounts_refreshed) == (0, 86, 1, 1)
    after = load(model)
    assert (after.likes[0], after.accounts[0], after.likes[1]) == (5000, "another", before.likes[1])
    rows[1][4] = int(before.likes[1])
    hashtagger.train(write_csv(changed, rows), tmp_path / "all", backbone="embedded")
    assert differing(after, load(tmp_path / "all")) == set()
    assert np.array_equal(after.input_values, before.input_values)  # nothing new to learn from


def test_likes_are_refreshed_without_the_photos(
    halves: tuple[Path, Path], model: Path, tmp_path: Path
) -> None:
    with halves[0].open(newline="", encoding="utf-8") as file:
        rows = [[*row[:3], json.loads(row[3]), *row[4:]] for row in list(csv.reader(file))[1:] if row[1]]
    rows[0][4] = 5000
    added = hashtagger.add(write_csv(tmp_path / "elsewhere.csv", rows), model)
    assert (added.added, added.known, added.likes_refreshed) == (0, 6, 1)
    assert len(load(model).features) == 6


def test_posts_without_a_link_are_known_again(model: Path, corpus: Corpus, tmp_path: Path) -> None:
    """Each for itself: by photo, by the address of one that was not fetched, or by all that they say."""
    for name in ("one.jpg", "same.jpg"):
        shutil.copy(corpus.photos["sea"], tmp_path / name)
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    url = "https://example.org/photo.jpg"
    rows: list[list[object]] = [
        ["", "one.jpg", "", ["sea"], 10, "", "x"],
        ["", "same.jpg", "", ["sea"], 20, "", "y"],
        ["", "broken.jpg", "", ["cats"], 30, "", "x"],
        ["", "missing.jpg", "", ["cats"], 40, "", "x"],
        ["", url, "", ["cats", "kitten"], 50, "", "x"],
        ["", url, "", ["city"], 60, "", "y"],
        ["", "", "", ["city", "skyline"], 70, "", "y"],
    ]
    posts = write_csv(tmp_path / "unlinked.csv", rows)
    assert hashtagger.add(posts, model).added == 7
    again = hashtagger.add(posts, model)
    assert (again.added, again.known, again.likes_refreshed, again.accounts_refreshed) == (0, 7, 0, 0)
    more = write_csv(tmp_path / "more.csv", [["", url, "", ["sea"], 80, "", "z"], *rows[:2]])
    other = hashtagger.add(more, model)
    assert (other.added, other.known, other.likes_refreshed) == (1, 2, 0)


def test_carousels_that_begin_alike_are_two_posts(model: Path, corpus: Corpus, tmp_path: Path) -> None:
    for theme, photo in corpus.photos.items():
        shutil.copy(photo, tmp_path / f"{theme}.jpg")

    def carousel(*themes: str) -> Path:
        photos = json.dumps([f"{theme}.jpg" for theme in themes])
        return write_csv(tmp_path / "carousel.csv", [["", photos, "", ["own"], 5, "", ""]])

    assert hashtagger.add(carousel("sea", "cats"), model).added == 1
    assert hashtagger.add(carousel("sea", "cats"), model).known == 1
    assert hashtagger.add(carousel("sea", "city"), model).added == 1


def test_a_link_is_known_however_it_is_written(model: Path, tmp_path: Path) -> None:
    def post(link: str) -> Path:
        return write_csv(tmp_path / "post.csv", [[link, "", "", ["sea"], 1, "", ""]])

    assert hashtagger.add(post("https://www.instagram.com/p/CxLWYz0rQ2b/"), model).added == 1
    for link in (
        "https://instagram.com/p/CxLWYz0rQ2b?igsh=abc",
        "HTTP://WWW.INSTAGRAM.COM/reel/CxLWYz0rQ2b",
        "https://instagr.am/p/CxLWYz0rQ2b",
    ):
        assert hashtagger.add(post(link), model).known == 1
    assert hashtagger.add(post("https://www.instagram.com/p/CxLWYz0rQ2B/"), model).added == 1
    assert hashtagger.remove("instagram.com/p/CxLWYz0rQ2b/#x", folder=model).removed == 1
    profile = write_csv(
        tmp_path / "profile.csv",
        [["https://www.instagram.com/mia/", "", "", [tag], 1, "", ""] for tag in "ab"],
    )
    assert hashtagger.add(profile, model).added == 2
    assert hashtagger.add(post("https://example.org/p/some-post"), model).added == 1
    assert hashtagger.add(post("https://example.com/p/some-post"), model).added == 1
    assert hashtagger.remove("https://example.com/p/some-post/", folder=model).removed == 1


def test_new_photos_are_found_in_the_cells_of_a_large_model(corpus: Corpus, tmp_path: Path) -> None:
    """Three thousand photos stand in for many: the cells were made of them."""
    old, rng = load(corpus.model), np.random.default_rng(0)
    features = rng.standard_normal((3000, old.features.shape[1]))
    features = (features / np.linalg.norm(features, axis=1, keepdims=True)).astype(np.float16)
    order, cells = sort_into_cells(features, fit_cells(features))
    large = replace(
        old,
        card={**old.card, "cells": {"photos": 3000, "count": CELLS, "probes": 8, "recall": 0.97}},
        features=features[order],
        feature_posts=rng.integers(0, 172, 3000).astype(np.int32),
        contents=rng.integers(1, 256, (3000, CONTENT_BYTES), np.uint8),
        cell_centers=cells.centers,
        cell_starts=cells.starts,
    )
    save(large, tmp_path / "model")
    row = ["https://example.org/new", shutil.copy(corpus.photos["sea"], tmp_path), "", ["sea"], 1, "", ""]
    assert hashtagger.add(write_csv(tmp_path / "new.csv", [row]), tmp_path / "model").photos_added == 1
    after = load(tmp_path / "model")
    assert (len(after.features), after.cell_starts[-1]) == (3001, 3001)
    assert after.card["cells"] == large.card["cells"]
    found = hashtagger.load(tmp_path / "model").suggest(corpus.photos["sea"], neighbors=1)
    assert found.neighbors[0].link == "https://example.org/new"


def test_nothing_new_leaves_the_model_as_it_is(halves: tuple[Path, Path], model: Path) -> None:
    before = (model / CARD).read_bytes()
    assert hashtagger.add(halves[0], model).added == 0
    assert (model / CARD).read_bytes() == before


def test_posts_without_links_are_known_by_photo_and_hashtags(model: Path, tmp_path: Path) -> None:
    """As in Instagram's export: the same photo under another name, with the same hashtags in any order."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for i in range(2):
        draw("sea", 500 + i).save(tmp_path / f"a/{i}.jpg")
        shutil.copy(tmp_path / f"a/{i}.jpg", tmp_path / f"b/moved{i}.jpg")
    first = [["", f"{i}.jpg", "", ["x", "y"], 10 + i, "", ""] for i in range(2)]
    again: list[list[object]] = [
        ["", "moved0.jpg", "", ["y", "x"], 77, "", ""],
        ["https://example.org/1", "moved1.jpg", "", ["x", "y"], "", "", "me"],
        ["", "moved0.jpg", "", ["another", "post"], 1, "", ""],
    ]
    assert hashtagger.add(write_csv(tmp_path / "a/posts.csv", first), model).added == 2
    added = hashtagger.add(write_csv(tmp_path / "b/posts.csv", again), model)
    assert (added.added, added.known, added.likes_refreshed, added.accounts_refreshed) == (1, 2, 1, 1)
    after = load(model)
    assert after.likes[86:].tolist() == [77, 11, 1]
    assert after.accounts[87] == "me"


# --- refusals


def test_without_a_model_of_ones_own_it_says_what_to_do(
    halves: tuple[Path, Path], tmp_path: Path, run: Run
) -> None:
    for folder in (tmp_path / "nothing", STARTER):
        with pytest.raises(ModelError, match=r"hashtagger train") as caught:
            hashtagger.add(halves[1], folder)
        assert "\n" not in str(caught.value)
    done = run("add", halves[1])
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "no model here; make one with: hashtagger train" in done.stderr


def test_a_model_of_an_older_hashtagger_is_refused(halves: tuple[Path, Path], model: Path) -> None:
    card = json.loads((model / CARD).read_text("utf-8"))
    for part in ("listed.npy", "contents.npy"):
        del card["files"][part]
        (model / card["parts"] / part).unlink()
    (model / CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(ModelError, match=r"older hashtagger.*train it again"):
        hashtagger.add(halves[1], model)


def test_a_missing_backbone_is_named(halves: tuple[Path, Path], model: Path) -> None:
    next(model.rglob("backbone.tflite")).unlink()
    with pytest.raises(ModelError, match=r"backbone\.tflite: this part of the model is missing"):
        hashtagger.add(halves[1], model)


# --- the command


def test_the_command_tells_what_was_added(
    commander: Commander, halves: tuple[Path, Path], model: Path
) -> None:
    assert commander(["add", halves[1], "--model", model, "--json"]) == [0]
    told = json.loads(commander.said().splitlines()[0])
    assert (told["added"], told["known"], told["posts"], told["photos_added"]) == (86, 0, 172, 6)
    assert commander(["add", halves[1], "--model", model]) == [0]
    assert "Added 0 posts" in commander.said()
    assert "Known before: 86 posts" in commander.said()
    assert commander(["add", halves[1].with_name("nothing.csv"), "--model", model]) == [1]
    assert commander(["add"]) == [2]


def test_killed_anywhere_it_is_the_old_model_or_the_new_one(
    commander: Commander, halves: tuple[Path, Path], half: Path, model: Path, corpus: Corpus
) -> None:
    job: list[object] = ["add", halves[1], "--model", model]
    for _ in range(2):  # the second time features are cached, as in those that are killed
        shutil.rmtree(model)
        shutil.copytree(half, model)
        assert commander(job) == [0]
    steps, new = commander.steps(), load(model)
    found = set()
    for moment in [*range(1, steps, steps // 10), *range(steps - 4, steps)]:
        shutil.rmtree(model)
        shutil.copytree(half, model)
        assert commander(job, kill_before=moment) == [-signal.SIGKILL]
        now = load(model)
        found.add(now.n_posts)
        assert differing(now, load(half) if now.n_posts == 86 else new) == set()
        assert all(named(theme, photo, model) for theme, photo in corpus.photos.items())
    assert found == {86, 172}
    assert commander(job) == [0]
    assert whole(model)
    assert differing(load(model), new) == set()


def test_two_at_once_take_turns(commander: Commander, model: Path, tmp_path: Path) -> None:
    files = [
        write_csv(tmp_path / f"{i}.csv", [[f"https://example.org/x{i}", "", "", [f"x{i}"], 1, "", ""]])
        for i in range(3)
    ]
    assert commander(*(["add", file, "--model", model] for file in files)) == [0, 0, 0]
    assert whole(model)
    assert {"x0", "x1", "x2"} <= set(load(model).names.all())


def test_a_training_meanwhile_is_not_undone(halves: tuple[Path, Path], model: Path) -> None:
    """It begins while photos are read, and is noticed when the model with the new posts is to be written."""
    trained: list[object] = []

    def train_once(*_: object) -> None:
        if not trained:
            trained.append(hashtagger.train(halves[0], model, backbone="embedded"))

    with pytest.raises(ModelError, match="another hashtagger has just changed this model; try again"):
        hashtagger.add(halves[1], model, progress=train_once)
    assert trained
    assert load(model).n_posts == 86
    assert hashtagger.add(halves[1], model).added == 86
