"""Pictures in a terminal: what is written is decoded again, as each kind of terminal would."""

import base64
import io
import re
import sys
import zlib

import numpy as np
import pytest
from conftest import Corpus, in_terminal
from PIL import Image
from test_cli import ask

from hashtagger.model import STARTER
from hashtagger.recommender import load
from hashtagger.terminal import (
    CELL,
    COLUMNS,
    GAP,
    ROWS,
    Protocol,
    blocks,
    draw,
    nearest_pictures,
    protocol,
    side_by_side,
)

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture(autouse=True)
def model(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HASHTAGGER_MODEL", str(corpus.model))


def plain(colour: tuple[int, int, int], w: int, h: int) -> np.ndarray:
    return np.full((h, w, 3), colour, np.uint8)


@pytest.fixture
def row() -> np.ndarray:
    """Return a red picture that is wide and a blue one that is high, beside each other."""
    return side_by_side([plain(RED, 240, 120), plain(BLUE, 60, 240)], CELL)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "blocks"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "blocks"),
        ({"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM_PROGRAM": "WezTerm"}, "iterm2"),
        ({"LC_TERMINAL": "iTerm2"}, "iterm2"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "mlterm"}, "sixel"),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, "blocks"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, "blocks"),
        ({"TERM": "screen", "TERM_PROGRAM": "iTerm.app"}, "blocks"),
    ],
)
def test_the_environment_says_what_the_terminal_can_show(
    environment: dict[str, str], expected: Protocol
) -> None:
    assert protocol(environment) == expected


def test_pictures_stand_in_the_middle_of_their_places(row: np.ndarray) -> None:
    assert row.shape == (ROWS * CELL[1], (2 * COLUMNS + GAP) * CELL[0], 4)
    shown = row[:, :, 3] == 255
    assert shown.sum() == 240 * 120 + 60 * 240
    assert row[120, 120].tolist() == [*RED, 255]
    assert row[20, 120].tolist() == [0, 0, 0, 0]
    assert row[5, 260 + 120].tolist() == [*BLUE, 255]
    assert not shown[:, 240:260].any()


def test_kitty_gets_every_pixel(row: np.ndarray) -> None:
    chunks = re.findall("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\", draw(row, "kitty"))
    assert all(len(data) <= 4096 for _, data in chunks)
    assert [dict(pair.split("=") for pair in keys.split(","))["m"] for keys, _ in chunks][-1] == "0"
    first = dict(pair.split("=") for pair in chunks[0][0].split(","))
    assert (first["a"], first["f"], first["c"], first["r"]) == ("T", "32", "50", "12")
    pixels = zlib.decompress(base64.b64decode("".join(data for _, data in chunks)))
    assert np.array_equal(np.frombuffer(pixels, np.uint8).reshape(int(first["v"]), int(first["s"]), 4), row)


def test_kitty_gets_what_is_large_in_chunks() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (160, 160, 4), dtype=np.uint8)
    chunks = re.findall("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\", draw(noise, "kitty"))
    assert len(chunks) > 10
    assert all(keys.endswith("m=1") for keys, _ in chunks[:-1])
    assert chunks[-1][0] == "m=0"
    assert zlib.decompress(base64.b64decode("".join(data for _, data in chunks))) == noise.tobytes()


def test_iterm2_gets_every_pixel(row: np.ndarray) -> None:
    head, data = draw(row, "iterm2").removesuffix("\a").split(":")
    assert head.startswith("\x1b]1337;File=inline=1;")
    assert "width=50;height=12" in head
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))), row)


def from_sixels(text: str) -> np.ndarray:
    """Return what a terminal would show of sixels, (h, w, 4)."""
    found = re.fullmatch('\x1bP0;1;0q"1;1;(\\d+);(\\d+)(.*)\x1b\\\\', text, re.DOTALL)
    assert found
    w, h = int(found[1]), int(found[2])
    screen, palette = np.zeros((h + 6, w, 4), np.uint8), {}
    x = y = colour = 0
    parts = r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)(.)|([$-])"
    for number, r, g, b, chosen, count, char, move in re.findall(parts, found[3]):
        if number:
            palette[number] = [round(int(part) * 2.55) for part in (r, g, b)]
        elif chosen:
            colour = chosen
        elif move:
            x, y = 0, y + 6 * (move == "-")
        else:
            for bit in range(6):
                if ord(char) - 63 >> bit & 1:
                    screen[y + bit, x : x + int(count)] = [*palette[colour], 255]
            x += int(count)
    assert not screen[h:].any()
    return screen[:h]


def test_sixels_show_the_picture(row: np.ndarray) -> None:
    assert np.array_equal(from_sixels(draw(row, "sixel")), row)


def test_sixels_show_a_photo_nearly() -> None:
    x, y = np.meshgrid(np.arange(240), np.arange(240))
    photo = np.stack([x, y, 255 - x], axis=2).astype(np.uint8)
    seen = from_sixels(draw(side_by_side([photo], CELL), "sixel"))
    assert np.abs(seen[:, :, :3].astype(int) - photo).mean() < 8


def test_half_blocks_are_two_pixels_each() -> None:
    pixels = np.array(
        [[[*RED, 255], [0, 0, 0, 0], [*RED, 255], [0, 0, 0, 0]],
         [[*BLUE, 255], [*BLUE, 255], [0, 0, 0, 0], [0, 0, 0, 0]]], np.uint8,
    )  # fmt: skip
    red, blue, behind = "\x1b[38;2;255;0;0m", "\x1b[38;2;0;0;255m", "\x1b[48;2;0;0;255m"
    assert blocks(pixels) == f"\x1b[0m{red}{behind}▀\x1b[0m{blue}▄\x1b[0m{red}▀\x1b[0m\x1b[0m"


@pytest.mark.parametrize(("columns", "lines"), [(200, 1), (60, 3), (10, 6)])
def test_pictures_fit_the_width(corpus: Corpus, columns: int, lines: int) -> None:
    found = load(corpus.model).suggest(corpus.photos["sea"])
    drawn = re.sub("\x1b[^m]*m", "", nearest_pictures(found, "blocks", columns)).splitlines()
    assert len(drawn) == lines * (ROWS + 2)
    assert max(map(len, drawn)) <= max(columns, COLUMNS)
    assert sum("likes" in line for line in drawn) == lines


def test_show_draws_below_the_table(corpus: Corpus) -> None:
    answer = ask("suggest", corpus.photos["sea"], "--show")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count("▀") == 6 * COLUMNS * ROWS
    assert "▀" not in ask("suggest", corpus.photos["sea"], "--similar-posts").out


def test_nothing_to_show_is_said_in_a_line(corpus: Corpus) -> None:
    answer = ask("suggest", corpus.photos["sea"], "--show", "--model", STARTER)
    assert answer.code == 0
    assert answer.err.count("No pictures to show") == 1
    assert "▀" not in answer.out


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are Unix's")
def test_a_terminal_that_can_show_pixels_gets_them(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    code, shown = in_terminal("suggest", corpus.photos["sea"], "--show", TERM="xterm-kitty", COLUMNS="200")
    assert code == 0
    assert shown.count(b"\x1b_Ga=T") == 1
    assert "▀".encode() not in shown
