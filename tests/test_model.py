"""A model folder is whole or refused in one line; saving replaces it in one step."""

import json
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from conftest import Corpus, Run

from hashtagger.errors import ModelError
from hashtagger.model import CARD, Lines, Model, expect_writable, load, save, verify, write_weights
from hashtagger.ratings import Weights


@pytest.fixture
def folder(corpus: Corpus, tmp_path: Path) -> Path:
    """Return a copy of the trained model, to be damaged."""
    return Path(shutil.copytree(corpus.model, tmp_path / "a copy"))


def parts_of(folder: Path) -> Path:
    return folder / json.loads((folder / CARD).read_text("utf-8"))["parts"]


def refusal(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def equal(one: Model, other: Model) -> bool:
    def same(a: object, b: object) -> bool:
        if isinstance(a, Lines) and isinstance(b, Lines):
            return a.all() == b.all()
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        return True  # the card names the parts, the backbone's path the folder

    return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(Model))


def test_what_is_saved_is_loaded(corpus: Corpus, tmp_path: Path) -> None:
    model = load(corpus.model)
    saved = save(model, tmp_path / "new")
    assert equal(saved, model)
    assert equal(load(tmp_path / "new"), model)
    assert saved.backbone is not None
    assert model.backbone is not None
    assert saved.backbone.read_bytes() == model.backbone.read_bytes()


def test_texts_come_back_one_by_one_and_all_together() -> None:
    texts = ["", "猫", "two\nlines", "🐱 cat", ""]
    lines = Lines.of(texts)
    assert [lines[i] for i in range(len(lines))] == ["", "猫", "two lines", "🐱 cat", ""]
    assert lines.all() == ["", "猫", "two lines", "🐱 cat", ""]
    assert lines.find(["🐱 cat", "cat", "猫", "two", "", "dog"]) == {"🐱 cat": 3, "猫": 1, "": 0}
    assert Lines.of([]).find(["cat"]) == {}


def test_a_copied_folder_is_a_model(folder: Path, corpus: Corpus, run: Run) -> None:
    verify(folder)
    assert equal(load(folder), load(corpus.model))
    assert run("suggest", corpus.photos["sea"], "--model", folder, "--tags-only").returncode == 0


def test_no_part_may_be_missing(folder: Path) -> None:
    for part in sorted(parts_of(folder).iterdir()):
        aside = part.rename(folder / "aside")
        assert part.name in refusal(folder)
        assert "missing" in refusal(folder)
        aside.rename(part)
    load(folder)


def cut(data: bytes) -> bytes:
    return data[:-1]


def foreign(data: bytes) -> bytes:
    return bytes(byte ^ 255 for byte in data[:4096]) + data[4096:]


@pytest.mark.parametrize("harm", [cut, foreign])
def test_no_part_may_be_cut_or_replaced(folder: Path, harm: Callable[[bytes], bytes]) -> None:
    for part in sorted(parts_of(folder).iterdir()):
        if data := part.read_bytes():
            part.write_bytes(harm(data))
            assert part.name in refusal(folder)
            with pytest.raises(ModelError, match=part.name):
                verify(folder)
            part.write_bytes(data)
    load(folder)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b'{"format": 1,', "damaged"),
        (b"\xff\xfe\x00", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b"[1, 2]", "not a model of hashtagger"),
        (b'{"modelTopology": {}, "weightsManifest": []}', "not a model of hashtagger"),
        (b'{"format": 1, "parts": "parts-00000000", "files": {}}', "not a model of hashtagger"),
        (b'{"format": 2, "parts": "parts-00000000"}', "format 2"),
    ],
)
def test_a_foreign_card_is_refused(folder: Path, content: bytes, words: str) -> None:
    (folder / CARD).write_bytes(content)
    assert words in refusal(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"parts": "../../elsewhere"},
        {"parts": 7},
        {"files": [1, 2]},
        {"files": {"counts.npy": None}},
        {"files": {"counts.npy": {"size": 1}}},
    ],
)
def test_a_card_that_was_tampered_with_is_refused(folder: Path, change: dict[str, object]) -> None:
    card = json.loads((folder / CARD).read_text("utf-8"))
    (folder / CARD).write_text(json.dumps({**card, **change}), "utf-8")
    assert CARD in refusal(folder)


def test_a_folder_without_a_model_names_the_next_step(tmp_path: Path) -> None:
    assert "hashtagger train" in refusal(tmp_path)
    assert "hashtagger train" in refusal(tmp_path / "nowhere")


def test_the_commands_refuse_a_damaged_model_in_one_line(folder: Path, corpus: Corpus, run: Run) -> None:
    (parts_of(folder) / "features.npy").unlink()
    for command in (["suggest", corpus.photos["sea"]], ["similar", "#sea"], ["info"]):
        done = run(*command, "--model", folder)
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.startswith("Error: ")
        assert "features.npy" in done.stderr
        assert done.stderr.count("\n") == 1


def test_saving_sweeps_old_parts_and_nothing_else(folder: Path) -> None:
    (folder / "parts-0123abcd").mkdir()  # as a kill leaves it
    (folder / "parts-list").mkdir()
    (folder / "notes.txt").write_text("mine")
    before = parts_of(folder)
    save(load(folder), folder)
    assert parts_of(folder) != before
    left = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert left == {CARD, parts_of(folder).name, "parts-list", "notes.txt"}


def test_a_model_is_not_written_among_other_files(tmp_path: Path, corpus: Corpus) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(ModelError, match=r"holiday\.jpg"):
        expect_writable(tmp_path)
    with pytest.raises(ModelError, match=r"holiday\.jpg: cannot write"):
        expect_writable(tmp_path / "holiday.jpg")
    expect_writable(tmp_path / "new" / "folder")
    assert not (tmp_path / "new").exists()
    expect_writable(corpus.model)


def test_a_model_made_before_lifts_had_errors_is_still_read(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text("utf-8"))
    del card["files"]["lift_errors.npy"]
    (folder / CARD).write_text(json.dumps(card), "utf-8")
    (parts_of(folder) / "lift_errors.npy").unlink()
    assert np.isnan(load(folder).lift_errors).all()


def test_weights_of_likes_are_written_into_the_model(folder: Path) -> None:
    before = load(folder)
    assert before.card["value"] == {"lift": 6.7, "rating": 0.2}
    write_weights(folder, Weights(lift=4.5, rating=0))
    verify(folder)
    after = load(folder)
    assert after.weights == Weights(4.5, 0)
    assert {**after.card, "value": None} == {**before.card, "value": None}
    assert equal(after, before)


@pytest.mark.parametrize("value", [[], {"lift": "10"}, {"lift": -1}, {"lift": float("nan")}, {"likes": 1}])
def test_weights_that_mean_nothing_are_refused(folder: Path, value: object) -> None:
    card = json.loads((folder / CARD).read_text("utf-8"))
    (folder / CARD).write_text(json.dumps({**card, "value": value}), "utf-8")
    assert "it takes numbers from 0 up" in refusal(folder)


def test_weights_go_only_into_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model here"):
        write_weights(tmp_path / "nothing", Weights())
