"""Photos of similar posts as small pictures in a terminal: in half blocks where it can show no better.

The protocols: kitty's (sw.kovidgoyal.net/kitty/graphics-protocol), iTerm2's inline images
(iterm2.com/documentation-images.html), sixel (DEC's, as in the VT340 manual).
"""

from __future__ import annotations

import base64
import itertools
import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from hashtagger.display import number, width
from hashtagger.photos import png, with_palette
from hashtagger.post_photos import post_photo

if TYPE_CHECKING:
    from hashtagger.suggest import Suggestions

Protocol = Literal["kitty", "iterm2", "sixel", "blocks"]

COLUMNS, ROWS = 24, 12  # of characters, for each picture; characters are about twice as high as wide
GAP = 2  # columns between pictures
CELL = 10, 20  # pixels that a character is taken to be, wide and high; kitty and iTerm2 scale to theirs
_CHUNK = 4096  # bytes that kitty takes at once
_SIXEL_TERMINALS = frozenset({"foot", "foot-extra", "mlterm", "yaft-256color", "contour", "xterm-sixel"})


def protocol(environment: Mapping[str, str]) -> Protocol:
    """Return how to draw in the terminal that `environment` tells of."""
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if "TMUX" in environment or term.startswith(("screen", "tmux")):
        return "blocks"  # they pass no pictures on
    if "KITTY_WINDOW_ID" in environment or term in ("xterm-kitty", "xterm-ghostty"):
        return "kitty"
    if program in ("iTerm.app", "WezTerm", "mintty") or environment.get("LC_TERMINAL") == "iTerm2":
        return "iterm2"
    return "sixel" if term in _SIXEL_TERMINALS else "blocks"


def nearest_pictures(found: Suggestions, how: Protocol, columns: int, n: int = 6) -> str:
    """Return the photos of the `n` nearest posts, in lines of `columns`; "" where none is there."""
    cell = (1, 2) if how == "blocks" else CELL
    near = [(i, post, post_photo(post, COLUMNS * cell[0])) for i, post in enumerate(found.neighbors[:n], 1)]
    shown = [
        (photo, (f"{i}  {post.similarity:.3f}", f"{number(post.likes)} likes"))
        for i, post, photo in near
        if photo is not None
    ]
    fit = max(1, (columns + GAP) // (COLUMNS + GAP))
    lines = []
    for start in range(0, len(shown), fit):
        photos, captions = zip(*shown[start : start + fit], strict=True)
        lines.append(draw(side_by_side(photos, cell), how))
        lines += [(" " * GAP).join(map(_padded, line)).rstrip() for line in zip(*captions, strict=True)]
    return "\n".join(lines)


def side_by_side(photos: Sequence[NDArray[np.uint8]], cell: tuple[int, int]) -> NDArray[np.uint8]:
    """Return photos (h, w, 3) in a row, each in the middle of its place, transparent between (h, w, 4)."""
    wide, high = COLUMNS * cell[0], ROWS * cell[1]
    step = wide + GAP * cell[0]
    row = np.zeros((high, step * len(photos) - GAP * cell[0], 4), np.uint8)
    for i, photo in enumerate(photos):
        h, w = photo.shape[:2]
        top, left = (high - h) // 2, i * step + (wide - w) // 2
        row[top : top + h, left : left + w, :3] = photo
        row[top : top + h, left : left + w, 3] = 255
    return row


def draw(pixels: NDArray[np.uint8], how: Protocol) -> str:
    """Return what makes a terminal show `pixels` (h, w, 4), ROWS lines high."""
    return {"kitty": kitty, "iterm2": iterm2, "sixel": sixel, "blocks": blocks}[how](pixels)


def kitty(pixels: NDArray[np.uint8]) -> str:
    """Return pixels (h, w, 4) in kitty's protocol: RGBA, compressed, in chunks; no answer is asked for."""
    data = base64.b64encode(zlib.compress(pixels.tobytes())).decode()
    chunks = [data[i : i + _CHUNK] for i in range(0, len(data), _CHUNK)]
    h, w = pixels.shape[:2]
    keys = f"a=T,q=2,f=32,o=z,s={w},v={h},c={w // CELL[0]},r={ROWS},"
    lasts = [1] * (len(chunks) - 1) + [0]
    heads = [keys] + [""] * (len(chunks) - 1)
    return "".join(
        f"\x1b_G{head}m={more};{chunk}\x1b\\" for head, more, chunk in zip(heads, lasts, chunks, strict=True)
    )


def iterm2(pixels: NDArray[np.uint8]) -> str:
    """Return pixels (h, w, 4) as an inline image of iTerm2, which WezTerm and mintty show too."""
    data = png(pixels)
    place = f"size={len(data)};width={pixels.shape[1] // CELL[0]};height={ROWS};preserveAspectRatio=0"
    return f"\x1b]1337;File=inline=1;{place}:{base64.b64encode(data).decode()}\a"


def sixel(pixels: NDArray[np.uint8]) -> str:
    """Return pixels (h, w, 4) as sixels: bands six pixels high, in each a line a colour."""
    indices, palette = with_palette(pixels[:, :, :3], 255)
    h, w = indices.shape
    shown = np.where(pixels[:, :, 3] > 0, indices.astype(np.int16), -1)
    shown = np.pad(shown, ((0, -h % 6), (0, 0)), constant_values=-1)
    colours = "".join(
        f"#{i};2;{r};{g};{b}" for i, (r, g, b) in enumerate((palette / 2.55).round().astype(int))
    )
    bands = ("$".join(_sixel_lines(band)) for band in shown.reshape(-1, 6, w))
    return f'\x1bP0;1;0q"1;1;{w};{h}{colours}{"-".join(bands)}\x1b\\'


def _sixel_lines(band: NDArray[np.int16]) -> list[str]:
    """Return for each colour in a band (6, w) which of its pixels have it, equal neighbours counted."""
    weights = 1 << np.arange(6)
    return [
        f"#{colour}"
        + "".join(
            f"!{len(list(same))}{chr(63 + bits)}"
            for bits, same in itertools.groupby((weights @ (band == colour)).tolist())
        )
        for colour in np.unique(band[band >= 0])
    ]


def blocks(pixels: NDArray[np.uint8]) -> str:
    """Return pixels (h, w, 4) as characters, two pixels each: the upper half block in two colours."""
    pairs = zip(pixels[::2].tolist(), pixels[1::2].tolist(), strict=True)
    return "\n".join("".join(map(_block, upper, lower)).rstrip() + "\x1b[0m" for upper, lower in pairs)


def _block(upper: list[int], lower: list[int]) -> str:
    """Return one character for two pixels [r, g, b, a]; behind a transparent one the terminal shows."""
    (*above, is_above), (*below, is_below) = upper, lower
    if not (is_above or is_below):
        return "\x1b[0m "
    if not is_above:
        return f"\x1b[0m{_colour(38, below)}▄"
    return f"\x1b[0m{_colour(38, above)}{_colour(48, below) if is_below else ''}▀"


def _colour(which: int, rgb: Sequence[int]) -> str:
    """Return what sets a colour: 38 that of letters, 48 that behind them."""
    return f"\x1b[{which};2;{';'.join(map(str, rgb))}m"


def _padded(text: str) -> str:
    return text + " " * (COLUMNS - width(text))
