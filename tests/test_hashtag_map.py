"""The map of hashtags: near what is used alike, large what is used more, nothing on top of another."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Parsed, opened
from conftest import THEMES, Corpus
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser
from test_cli import ask

from hashtagger.hashtag_map import HashtagMap, Label, draw_map, layout, spread
from hashtagger.model import STARTER


@pytest.fixture(autouse=True)
def model(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HASHTAGGER_MODEL", str(corpus.model))


@pytest.fixture(scope="module")
def cats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page around #cats in the starter model."""
    file = tmp_path_factory.mktemp("map") / "cats.html"
    assert ask("similar", "#cats", "--model", STARTER, "--html", file).code == 0
    return file


def overlap(one: Label, other: Label) -> bool:
    beside = abs(one.x - other.x) >= (one.width + other.width) / 2
    above = abs(one.y - other.y) >= (one.height + other.height) / 2
    return not (beside or above)


def drawn(names: list[str], uses: list[int], alike: np.ndarray) -> HashtagMap:
    return draw_map(names, np.array(uses), alike, n_asked=1)


def test_distances_become_places() -> None:
    corners = np.array([[0, 0], [0, 2], [1, 0], [1, 2]], float)
    apart = np.linalg.norm(corners[:, None] - corners, axis=2)
    placed = layout(apart)
    again = np.linalg.norm(placed[:, None] - placed, axis=2)
    assert again / again.max() == pytest.approx(apart / apart.max(), abs=1e-3)
    assert np.ptp(placed[:, 1]) > np.ptp(placed[:, 0])  # the longer side goes down


@settings(deadline=None, max_examples=30)
@given(n=st.integers(1, 40), seed=st.integers(0, 999), one_spot=st.booleans())
def test_boxes_never_overlap(n: int, seed: int, one_spot: bool) -> None:
    rng = np.random.default_rng(seed)
    boxes = rng.uniform((20, 20), (300, 40), (n, 2))
    places = spread(np.zeros((n, 2)) if one_spot else rng.normal(size=(n, 2)), boxes)
    for i, j in combinations(range(n), 2):
        assert (np.abs(places[i] - places[j]) > (boxes[i] + boxes[j]) / 2 - 0.01).any()


def test_what_is_used_alike_lies_near_and_what_is_used_more_is_larger() -> None:
    alike = np.kron(np.eye(2), np.full((2, 2), 0.9)) + 0.05
    found = drawn(["cat", "kitten", "sea", "ocean"], [1000, 10, 100, 10], alike)
    cat, kitten, sea, ocean = found.labels
    assert np.hypot(cat.x - kitten.x, cat.y - kitten.y) < np.hypot(cat.x - ocean.x, cat.y - ocean.y)
    assert cat.letters > sea.letters > kitten.letters == ocean.letters
    assert [label.asked for label in found.labels] == [True, False, False, False]
    assert found.lines == ((cat, kitten), (sea, ocean))
    for label in found.labels:
        assert 0 <= label.x - label.width / 2 <= label.x + label.width / 2 <= found.width
        assert 0 <= label.y - label.height / 2 <= label.y + label.height / 2 <= found.height


def test_one_hashtag_is_a_map_too() -> None:
    found = drawn(["only"], [1], np.eye(1))
    assert [label.text for label in found.labels] == ["#only"]
    assert not found.lines
    assert not any(overlap(*pair) for pair in combinations(drawn(["a", "b"], [1, 1], np.eye(2)).labels, 2))


def test_the_page_holds_the_map_and_the_same_as_a_table(tmp_path: Path) -> None:
    answer = ask("similar", "#sea #cats", "-n", 3, "--html", tmp_path / "map.html")
    assert (answer.code, answer.err) == (0, f"Wrote {tmp_path / 'map.html'}\n")
    assert len(answer.lines) == 1 + 3
    page = Parsed((tmp_path / "map.html").read_text("utf-8"))
    assert len(page.all("svg", role="img")) == 1
    assert len(page.all("g", **{"class": "asked"})) == 2
    assert len(page.all("text")) == len(page.all("th", scope="row")) == 2 + 30
    assert all(f"#{name}" in page.text for theme in ("sea", "cats") for name in THEMES[theme])
    assert page.text.count("asked about") == 2
    assert not page.all("script")


def test_a_map_needs_hashtags_and_a_folder(tmp_path: Path) -> None:
    for wrong in (["--all", "-o", tmp_path / "x.csv"], ["sea", "--to", "cats"]):
        answer = ask("similar", *wrong, "--html", tmp_path / "map.html")
        assert answer.code == 2
        assert "--html goes with hashtags alone" in answer.err
    assert ask("similar", "sea", "--html", tmp_path / "no" / "map.html").code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_it_shows_in_a_browser(chromium: Browser, cats: Path, scheme: str, width: int) -> None:
    with opened(chromium, cats, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        results = Axe().run(page)
        assert not results.response["violations"], results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        boxes = page.evaluate(
            "[...document.querySelectorAll('g')].map((g) => [g.children[0], g.children[1]]"
            ".map((part) => part.getBBox()).map((box) => [box.x, box.x + box.width]))"
        )
        assert len(boxes) == 31
        assert all(box[0] < text[0] < text[1] < box[1] for box, text in boxes)
