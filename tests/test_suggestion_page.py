"""The page of suggestions: what is in it, that nothing in it can harm, and that it works in a browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Parsed, opened
from conftest import Corpus, draw
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from test_cli import ask

from hashtagger.datamodels import Neighbor, Suggestion
from hashtagger.downloads import fetched_photo
from hashtagger.model import STARTER
from hashtagger.pages import web_link
from hashtagger.recommender import load
from hashtagger.suggest import Suggestions
from hashtagger.suggestion_page import photo_part, suggestions_page

WIDE, PHONE = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture(autouse=True)
def model(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HASHTAGGER_MODEL", str(corpus.model))


@pytest.fixture(scope="module")
def page_file(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of four photos."""
    file = tmp_path_factory.mktemp("page") / "out.html"
    assert ask("suggest", *corpus.photos.values(), "--model", corpus.model, "--html", file).code == 0
    return file


@pytest.fixture
def page(chromium: Browser, page_file: Path) -> Iterator[Page]:
    with opened(chromium, page_file, viewport=WIDE) as page:
        yield page


def suggestions(
    links: list[str], photo: str = "", account: str = "", likes: float | None = None
) -> Suggestions:
    """Return what `suggest` might find, beside posts with the given links."""
    row = Suggestion(
        1, "sea", 0.9, 3, 43, "broad", 117, 0.5, 4.0, -2.0, 9.0, 0.9, ("similar photos",), account
    )
    posts = tuple(Neighbor(i, 0.5, link, photo, account, likes) for i, link in enumerate(links))
    return Suggestions("x.jpg", (row,), ("sea", "ocean"), posts, {"sea": ()}, (), {}, unlike=False)


def a_page(found: Suggestions, photo: Path, left_out: tuple[str, ...] = ()) -> Parsed:
    return Parsed(suggestions_page([photo_part(found, photo)], 5, left_out))


# --- what is in it ---


def test_every_photo_has_its_chips_its_line_and_its_similar_posts(page_file: Path) -> None:
    page = Parsed(page_file.read_text("utf-8"))
    assert page.all("html", lang="en")
    assert len(page.all("article")) == len(page.all("h2")) == len(page.all("textarea")) == 4
    assert len(page.all("button", **{"aria-pressed": "true"})) == 4 * 5
    assert len(page.all("button", **{"aria-pressed": "false"})) >= 4 * 5
    assert len(page.all("img")) == 4 * (1 + 6)
    links = [a["href"] or "" for a in page.all("a")]
    assert len(links) == 4 * 6
    assert all(link.startswith("https://example.org/") for link in links)
    for words in ("3 of 10 similar photos", "317 likes", "cityfan", "#กรุงเทพ", "5 of 5 chosen"):
        assert words in page.text


def test_the_line_at_first_is_the_one_that_the_command_prints(corpus: Corpus, tmp_path: Path) -> None:
    answer = ask("suggest", corpus.photos["sea"], "--html", tmp_path / "sea.html", "-n", 3)
    page = Parsed((tmp_path / "sea.html").read_text("utf-8"))
    assert f"\n{answer.lines[-1]}\n".strip() in page.text
    assert answer.err == f"Wrote {tmp_path / 'sea.html'}\n"
    assert len(page.all("button", **{"aria-pressed": "true"})) == 5


def test_the_line_is_written_as_the_platform_takes_it(corpus: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "sea.html"
    arguments = ["--exclude", "sea", "--caption", "catlover", "--limit", 12]
    answer = ask("suggest", corpus.photos["cats"], "--for", "mastodon", *arguments, "--html", file)
    page = Parsed(file.read_text("utf-8"))
    assert "#CatLover" in answer.lines[-1]
    assert answer.lines[-1] in page.text
    assert page.text.count("#CatLover") == 2  # the chip and the line


def test_a_file_name_that_is_no_text(corpus: Corpus, tmp_path: Path) -> None:
    photo = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    photo.write_bytes(corpus.photos["sea"].read_bytes())
    assert ask("suggest", photo, "--html", tmp_path / "out.html", "--tags-only").code == 0
    assert "caf?.jpg" in Parsed((tmp_path / "out.html").read_text("utf-8")).text


def test_it_loads_nothing_and_runs_no_other_script(page_file: Path) -> None:
    page = Parsed(page_file.read_text("utf-8"))
    assert all((image["src"] or "").startswith("data:image/webp;base64,") for image in page.all("img"))
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert page.all("script") == [{}]
    policy = page.all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"] or ""
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not [
        name for _, found in page.elements for name in found if name.startswith("on") or name == "style"
    ]


def test_nothing_of_the_photo_but_its_pixels_and_name_is_in_it(tmp_path: Path) -> None:
    photo = tmp_path / "secret place" / "me.jpg"
    photo.parent.mkdir()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    draw("sea", 1).save(photo, exif=exif)
    page = suggestions_page([photo_part(suggestions([]), photo)], 5)
    assert b"taken at home" in photo.read_bytes()
    assert "secret place" not in page
    assert "me.jpg" in page


def test_what_others_wrote_stays_text(corpus: Corpus) -> None:
    links = [
        f"https://example.org/{HOSTILE}",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
    ]
    page = a_page(suggestions(links, photo=HOSTILE, account=HOSTILE), corpus.photos["sea"], (HOSTILE,))
    assert page.all("script") == [{}]
    assert len(page.all("img")) == 1
    assert [a["href"] for a in page.all("a")] == [links[0]]
    assert page.all("a")[0]["rel"] == "noreferrer noopener"
    assert page.text.count(HOSTILE) == len(links) + 2  # accounts, the reason, the line on what was left out


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://example.org/p/1", True), ("HTTP://example.org", True), ("", False), ("/p/1", False),
        ("https:", False), ("http://[", False), ("vbscript:x", False), ("java\nscript:alert(1)", False),
    ],
)  # fmt: skip
def test_only_web_links_lead_anywhere(text: str, kept: bool) -> None:
    assert web_link(text) == (text if kept else "")


def test_photos_that_are_no_longer_there(corpus: Corpus, tmp_path: Path) -> None:
    for gone in (
        "",
        str(tmp_path / "gone.jpg"),
        "x" * 5000,
        "nul\0.jpg",
        str(tmp_path),
        "https://example.org/x.jpg",
    ):
        page = a_page(suggestions(["https://example.org/1"], gone, "@me", 7), corpus.photos["sea"])
        assert len(page.all("img")) == 1
        for words in ("photo not here", "7 likes", "@me"):
            assert words in page.text


def test_a_photo_that_was_downloaded_is_shown(corpus: Corpus, tmp_path: Path) -> None:
    link = "https://example.org/x.jpg"
    kept = fetched_photo(link, tmp_path / "cache" / "photos")
    kept.parent.mkdir(parents=True)
    kept.write_bytes(corpus.photos["sea"].read_bytes())
    assert len(a_page(suggestions([""], link), corpus.photos["sea"]).all("img")) == 2


def test_a_model_without_photos_says_so_once(corpus: Corpus) -> None:
    page = a_page(suggestions([""] * 6), corpus.photos["sea"])
    assert page.text.count("keeps no photos") == 1
    assert "photo not here" not in page.text


def test_a_broken_photo_among_ten_leaves_nine(corpus: Corpus, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a photo")
    good = list(corpus.photos.values())
    answer = ask("suggest", *good, broken, *good, good[0], "--html", tmp_path / "out.html", "--tags-only")
    page = Parsed((tmp_path / "out.html").read_text("utf-8"))
    assert answer.code == 1
    assert len(page.all("article")) == 9
    assert "broken.jpg: not a JPEG" in page.text
    assert str(tmp_path) not in page.text


def test_nothing_readable_writes_nothing(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"")
    assert ask("suggest", tmp_path / "broken.jpg", "--html", tmp_path / "out.html").code == 1
    assert not (tmp_path / "out.html").exists()
    nowhere = ask("suggest", corpus.photos["sea"], "--html", tmp_path / "no" / "out.html")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "cannot be written" in nowhere.err


def test_ten_photos_of_noise_stay_below_a_megabyte(corpus: Corpus, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for i in range(10):
        noise = rng.integers(0, 256, (1200, 1200, 3), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / f"{i}.jpg", quality=90)
    found = suggestions(["https://example.org/1"] * 6, str(tmp_path / "0.jpg"))
    parts = [photo_part(found, tmp_path / f"{i}.jpg") for i in range(10)]
    assert 300_000 < len(suggestions_page(parts, 5).encode()) < 1_000_000


# --- in a browser ---


def line(page: Page) -> str:
    return page.locator("textarea").first.input_value()


def test_chips_make_the_line(page: Page) -> None:
    first = page.locator("article").first
    before = line(page).split()
    on = first.locator(".chip[aria-pressed=true]").first
    name = on.text_content()
    on.click()
    assert line(page).split() == [tag for tag in before if tag != name]
    expect(first.locator(".counter")).to_have_text("4 of 5 chosen")
    off = first.locator(".chip[aria-pressed=false]")
    for _ in range(2):
        off.last.click()
    expect(first.locator(".counter")).to_have_text("6 of 5 chosen, 1 too many")
    expect(page.locator("article").nth(1).locator(".counter")).to_have_text("5 of 5 chosen")


def test_the_line_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the hashtags for cats.jpg").click()
    expect(page.locator(".copy").first).to_contain_text("Copied")
    expect(page.locator(".said").first).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == line(page)


NO_CLIPBOARD = "() => { navigator.clipboard.writeText = () => Promise.reject(); }"


def test_where_pages_may_not_write_the_clipboard_the_old_way_does(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read"])
    page.evaluate(NO_CLIPBOARD)
    page.locator(".copy").nth(1).click()
    expect(page.locator(".said").nth(1)).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("textarea").nth(1).input_value()


def test_where_nothing_may_the_line_is_selected(page: Page) -> None:
    page.evaluate(NO_CLIPBOARD)
    page.evaluate("() => { document.execCommand = () => false; }")
    page.locator(".copy").first.click()
    expect(page.locator(".said").first).to_contain_text("Ctrl+C")
    assert page.evaluate("String(getSelection())") == line(page)


def test_it_works_by_keyboard_alone(page: Page) -> None:
    chips = page.locator("article").first.locator(".chip")
    page.keyboard.press("Tab")
    expect(chips.first).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Space")
    expect(chips.first).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(chips.first).to_have_attribute("aria-pressed", "true")
    for _ in range(chips.count()):
        page.keyboard.press("Tab")
    expect(page.locator("textarea").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".copy").first).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    chromium: Browser, page_file: Path, scheme: str, size: dict[str, int]
) -> None:
    with opened(chromium, page_file, viewport=size, color_scheme=scheme, reduced_motion="reduce") as page:
        page.evaluate("for (const all of document.querySelectorAll('details')) all.open = true")
        results = Axe().run(page)
        assert not results.response["violations"], results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth)")


def test_the_starter_has_a_page_too(corpus: Corpus, tmp_path: Path, chromium: Browser) -> None:
    file = tmp_path / "starter.html"
    found = load(STARTER).suggest(corpus.photos["sea"])
    file.write_text(suggestions_page([photo_part(found, corpus.photos["sea"])], 5), "utf-8")
    with opened(chromium, file, viewport=PHONE) as page:
        expect(page.locator("article")).to_contain_text("keeps no photos")
        assert len(line(page).split()) == 5
