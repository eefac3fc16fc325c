"""The starter: what is shipped is fit and knows real hashtags; what is left out of a new one is not in it."""

import csv
import gzip
import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from conftest import THEMES, Corpus, Run, draw
from PIL import Image

from hashtagger.backbones import embedded
from hashtagger.errors import ModelError
from hashtagger.features import EMBEDDED, Extractor
from hashtagger.filters import is_spam, is_unfit
from hashtagger.info import describe_model
from hashtagger.model import CARD, Model, load
from hashtagger.neighbors import nearest, reduce_features
from hashtagger.photos import open_photo
from hashtagger.recommender import STARTER, Recommender

sys.path.insert(0, str(Path(__file__).parents[1] / "assets/starter"))

import make


@pytest.fixture(scope="module")
def starter() -> Recommender:
    return Recommender(load(STARTER), STARTER)


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("#cats", {"catsofinstagram", "catstagram", "cat", "catlover"}),
        ("#naturephotography", {"nature", "naturelovers", "naturephoto", "nature_perfection", "naturelover"}),
        ("풍경", {"풍경사진", "사진", "풍경스타그램", "감성사진", "하늘", "여행"}),
    ],
)
def test_it_knows_which_hashtags_go_together(starter: Recommender, asked: str, known: set[str]) -> None:
    answers = starter.similar(asked)
    assert len(answers) == 10
    assert known & {row.hashtag for row in answers}
    assert "posts" in answers[0].reason


def test_no_hashtag_of_it_is_unfit_or_spam(starter: Recommender) -> None:
    names = starter.model.names.all()
    assert len(names) > 30_000
    assert [name for name in names if is_unfit(name) or is_spam(name)] == []


def test_a_photo_of_nothing_gets_general_hashtags_marked_as_such(
    starter: Recommender, run: Run, tmp_path: Path
) -> None:
    dark = tmp_path / "dark.jpg"
    Image.new("RGB", (900, 700), (40, 42, 45)).save(dark)
    answer = run("suggest", dark, "--tags-only", "-n", "3", "--model", STARTER)
    assert "dark.jpg: nothing in the model looks like this photo" in answer.stderr
    assert answer.stdout.split() == [f"#{starter.model.names[i]}" for i in range(3)]
    samples = sorted(Path(__file__).parents[1].glob("sample_posts/photos/*_01.jpg"))
    assert not any(starter.suggest(photo).unlike for photo in samples)


def test_it_is_small() -> None:
    size = sum(path.stat().st_size for path in STARTER.rglob("*") if path.is_file())
    assert size + EMBEDDED.stat().st_size <= 12_000_000


def test_nothing_in_it_says_whose_a_post_was(starter: Recommender) -> None:
    model = starter.model
    for texts in (model.links, model.photos, model.accounts, model.searches):
        assert not any(texts.all())
    assert np.isnan(model.likes).all()
    assert len(set(model.dates.tolist())) == 1


def test_it_says_what_it_is_made_of_and_of_when(starter: Recommender) -> None:
    facts = describe_model(starter.model, STARTER)
    assert facts.posts > 100_000
    assert "2020" in facts.made_of["file"]
    assert sum(facts.made_of["refused"].values()) > 500
    assert facts.backbone is not None
    assert facts.backbone["sha256"] == embedded().sha256


def test_the_first_suggestion_needs_no_training(corpus: Corpus, run: Run) -> None:
    done = run("suggest", corpus.photos["sea"], HASHTAGGER_MODEL="", XDG_DATA_HOME=str(corpus.model.parent))
    assert done.returncode == 0
    assert "starter" in done.stderr
    assert done.stdout.splitlines()[-1].count("#") == 5


def test_a_starter_made_with_another_backbone_is_refused(tmp_path: Path) -> None:
    card = json.loads((STARTER / CARD).read_text("utf-8"))
    (tmp_path / card["parts"]).symlink_to(STARTER / card["parts"])
    card["backbone"]["sha256"] = "0" * 64
    (tmp_path / CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(ModelError, match="another backbone") as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


ALIKE = 0.999  # the cosine of a photo to itself, stored in 8 bits
ACCOUNTS = 24  # of each theme; the first half of them are left out where the test leaves accounts out


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return data as `make` reads it: lists of four themes, photos in folders, posts of two accounts."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("tags", "backbone", "posts/photos"):
        (folder / name).mkdir(parents=True)
    with gzip.open(folder / "tags/posts.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["account", "tags"])
        for theme, tags in THEMES.items():
            for i in range(ACCOUNTS):
                side = "early" if i < ACCOUNTS // 2 else "late"
                writer.writerow([f"{theme}{side}{i}", " ".join([*tags, f"{theme}{side}"])])
    with zipfile.ZipFile(folder / "backbone/photos.zip", "w") as archive:
        for theme in THEMES:
            for i in range(3):
                archive.writestr(f"photos/{theme}/{i}.png", png(theme, i))
    with (folder / "posts/posts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "tags", "account"])
        for i, theme in enumerate(THEMES):
            (folder / f"posts/photos/{theme}.png").write_bytes(png(theme, 50 + i))
            writer.writerow([f"photos/{theme}.png", " ".join(THEMES[theme]), "kept" if i % 2 else "tested"])
    return folder


def png(theme: str, seed: int) -> bytes:
    file = io.BytesIO()
    draw(theme, seed).save(file, "PNG")
    return file.getvalue()


def nearest_cosine(model: Model, photo: Path) -> float:
    """Return how near the nearest photo in `model` comes: 1 where it is the same one."""
    network = Extractor(EMBEDDED)
    feature = network.extract(open_photo(photo, network.input_size))
    reduced = reduce_features(feature[None], model.reduction)[0]
    return float(nearest(model.features, reduced, 1)[1][0])


def test_what_is_tested_on_is_not_in_the_starter_it_is_tested_with(data: Path, tmp_path: Path) -> None:
    late = frozenset(f"{theme}late{i}" for theme in THEMES for i in range(ACCOUNTS // 2, ACCOUNTS))
    model = make.build(data, tmp_path, embedded(), lists_of=late, without=frozenset({"tested"}))
    assert model.n_posts == len(late)
    assert "catslate" in model.ids
    assert not [name for name in model.ids if name.endswith("early")]
    assert model.counts[model.ids["cats"]] == ACCOUNTS // 2
    assert len(model.features) == 3 * len(THEMES) + 2
    for i, theme in enumerate(THEMES):
        same = nearest_cosine(model, data / f"posts/photos/{theme}.png") > ALIKE
        assert same == bool(i % 2)


def test_everything_is_in_it_where_nothing_is_left_out(data: Path, tmp_path: Path) -> None:
    model = make.build(data, tmp_path, embedded())
    assert {"catsearly", "catslate"} <= model.ids.keys()
    assert all(nearest_cosine(model, data / f"posts/photos/{theme}.png") > ALIKE for theme in THEMES)
    assert model.card["provenance"]["file"].startswith("96 lists")
