"""A small world whose answers are evident: photos of four looks, each with its own hashtags."""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw
from processes import Commander, commander_process

import hashtagger

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HEADER = ["post_link", "image", "search_hashtag", "tags", "likes", "datetime", "account"]
POSTS_A_THEME = 3  # with a photo
WORDS_A_THEME = 40  # posts without a photo, which teach what goes together

# theme -> hashtags of all its posts, in many scripts; no hashtag belongs to two themes
THEMES = {
    "cats": ["cats", "kitten", "catlover", "猫", "กรุงเทพ"],
    "sea": ["sea", "ocean", "waves", "बारिश", "🌊"],
    "grass": ["grass", "meadow", "picnic", "طبيعة", "café"],
    "city": ["city", "skyline", "night", "도시", "москва"],
}


def draw(theme: str, seed: int) -> Image.Image:
    """Return a photo (160 x 160): red discs, blue waves, green blades or yellow windows in the dark."""
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 20, (160, 160, 3), dtype=np.uint8)
    base = {"cats": (250, 235, 215), "sea": (200, 225, 245), "grass": (160, 210, 120), "city": (10, 10, 30)}
    image = Image.fromarray((np.array(base[theme]) - np.minimum(noise, base[theme])).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    for x, y in rng.integers(0, 150, (25, 2)).tolist():
        if theme == "cats":
            pen.ellipse((x, y, x + 35, y + 35), fill=(220, 30, 30), outline=(90, 0, 0))
        elif theme == "sea":
            pen.line([(i, y + 5 * np.sin((i + x) / 9)) for i in range(160)], fill=(20, 60, 200), width=3)
        elif theme == "grass":
            pen.line([(x, 160), (x + y / 5, y)], fill=(20, 120, 10), width=4)
        else:
            column, floor = x // 16 * 16, y // 16 * 16
            pen.rectangle((column, floor, column + 9, floor + 9), fill=(255, 220, 60))
    return image


def write_posts(folder: Path) -> Path:
    """Write twelve posts with photos, and 160 with hashtags alone, into `folder`; return the posts file."""
    (folder / "photos").mkdir(parents=True)
    rows: list[list[object]] = []
    for t, (theme, tags) in enumerate(THEMES.items()):
        for i in range(POSTS_A_THEME):
            name = f"photos/{theme}{i}.jpg"
            draw(theme, 10 * t + i).save(folder / name, quality=90)
            link, likes = f"https://example.org/{theme}{i}", 100 * t + 10 * i + 7
            rows.append([link, name, theme, [*tags, f"only{theme}{i}"], likes, "2020-05-17", f"{theme}fan"])
        rows += [[f"https://example.org/{theme}/{i}", "", "", tags, "", "", ""] for i in range(WORDS_A_THEME)]
    return write_csv(folder / "posts.csv", rows)


def write_csv(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    """Write posts, each as the cells of HEADER with hashtags as a list, and return the file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows([*row[:3], json.dumps(row[3]), *row[4:]] for row in rows)
    return path


@dataclass(frozen=True)
class Corpus:
    """Posts, photos that no model has seen, and a model trained on the posts."""

    posts: Path
    photos: dict[str, Path]  # theme -> a photo of it that is in no post
    model: Path


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    posts = write_posts(folder / "posts")
    photos = {}
    (folder / "new").mkdir()
    for i, theme in enumerate(THEMES):
        photos[theme] = folder / "new" / f"{theme}.jpg"
        draw(theme, 1000 + i).save(photos[theme], quality=90)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HASHTAGGER_CACHE", str(folder / "cache"))
        hashtagger.train(posts, folder / "model", backbone="embedded")
    return Corpus(posts, photos, folder / "model")


@pytest.fixture(scope="session")
def commands() -> Iterator["subprocess.Popen[str]"]:
    with commander_process() as process:
        yield process


@pytest.fixture
def commander(commands: "subprocess.Popen[str]", tmp_path: Path) -> Commander:
    """Return what runs commands in processes of their own, and can kill them at any step."""
    return Commander(commands, tmp_path)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the user's cache, model, settings and history."""
    monkeypatch.setenv("HASHTAGGER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HASHTAGGER_MODEL", str(tmp_path / "own-model"))
    monkeypatch.setenv("HASHTAGGER_CONFIG", str(tmp_path / "no-config.toml"))
    monkeypatch.setenv("HASHTAGGER_HISTORY", str(tmp_path / "own-history.jsonl"))


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """Return Debian's Chromium, or another one that is installed; the test is skipped where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    quiet = ["quic", "background-networking", "component-update", "sync", "gpu"]
    flags = ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(own_folders: None) -> Run:
    """Return what runs `hashtagger` as a process, in a given environment, and returns what it printed."""

    def run_hashtagger(
        *arguments: object, stdin: bytes | None = None, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, "-m", "hashtagger", *map(str, arguments)],
            env={**os.environ, **environment}, input=stdin, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run_hashtagger


def in_terminal(*arguments: object, **environment: str) -> tuple[int, bytes]:
    """Run `hashtagger` as a process whose output is a terminal; return its exit code and all it wrote."""
    import pty  # Unix's alone

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "hashtagger", *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=theirs, stderr=theirs, env={**os.environ, **environment}
    ) as process:
        os.close(theirs)
        written = b""
        try:
            while part := os.read(ours, 1 << 16):
                written += part
        except OSError:  # Linux tells so that the other side has closed
            pass
        os.close(ours)
    return process.returncode, written
