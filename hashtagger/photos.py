"""From a photo file to pixels: the only module that knows Pillow and image formats."""

from __future__ import annotations

import functools
import io
import struct
import warnings
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from hashtagger.errors import PhotoError

SUFFIXES = frozenset({".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".heic", ".heif"})
MAX_BYTES = 100_000_000  # of a photo file
MAX_PIXELS = 178_956_970  # Pillow's own bound; a photo that claims more is a decompression bomb

_PLUGINS = (
    (b"\xff\xd8\xff", "PIL.JpegImagePlugin", "JpegImageFile"),
    (b"\x89PNG\r\n\x1a\n", "PIL.PngImagePlugin", "PngImageFile"),
    (b"RIFF", "PIL.WebPImagePlugin", "WebPImageFile"),
    (b"GIF8", "PIL.GifImagePlugin", "GifImageFile"),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_ORIENTATION = 0x0112  # the EXIF tag
_IPTC_KEYWORDS = (2, 25)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow's decoders raise on damaged data; Image.open and load let all of these through.
_DAMAGE = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, LookupError, TypeError,
    ArithmeticError, AttributeError, RuntimeError, MemoryError,
)  # fmt: skip

# Pillow warns of odd EXIF and of photos over 89 megapixels; we read the first and bound the second. A filter
# for the process, because `catch_warnings` around each photo is not safe in threads.
warnings.filterwarnings("ignore", module=r"PIL\.")


def open_photo(source: Path | bytes, size: int) -> NDArray[np.uint8]:
    """Return the whole photo squashed to a square as RGB pixels (size, size, 3).

    The photo is turned as its EXIF orientation says, transparency shows white, 16 bits become 8, and of an
    animation the first frame counts. Raises PhotoError; its message names the file where `source` is a path.
    """
    return _decoded(source, size, in_shape=False)


def thumbnail(source: Path | bytes, side: int) -> NDArray[np.uint8]:
    """Return the photo as `open_photo` does, but in its own shape (h, w, 3), neither above `side`."""
    return _decoded(source, side, in_shape=True)


def webp(pixels: NDArray[np.uint8], most: int) -> bytes:
    """Return pixels (h, w, 3) as a WebP file of at most `most` bytes, where its lowest quality allows it."""
    for quality in (82, 65, 45, 25, 5):
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "WEBP", quality=quality)
        if buffer.tell() <= most:
            break
    return buffer.getvalue()


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Return pixels (h, w, 3), or (h, w, 4) with transparency, as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def with_palette(pixels: NDArray[np.uint8], colours: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return pixels (h, w, 3) as numbers (h, w) of rows in a palette (c, 3) of at most `colours`."""
    image = Image.fromarray(pixels).quantize(colours)
    return np.asarray(image), np.array(image.getpalette(), np.uint8).reshape(-1, 3)


def read_photo(path: Path) -> bytes:
    """Return the bytes of a photo file; PhotoError holds the reason alone, without the file's name."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PhotoError("no such file") from None
    except IsADirectoryError:
        raise PhotoError("a folder, not a photo") from None
    except PermissionError:
        raise PhotoError("a folder, not a photo" if path.is_dir() else "no permission to read it") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        raise PhotoError(f"cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if len(data) > MAX_BYTES:
        raise PhotoError(f"larger than {MAX_BYTES // 1_000_000} MB")
    return data


def read_keywords(path: Path) -> tuple[bytes, list[str]]:
    """Return the XMP in a photo, b"" where there is none, and its IPTC keywords; none of a damaged photo."""
    from PIL.ImageFile import ImageFile
    from PIL.IptcImagePlugin import getiptcinfo  # only here: suggesting needs no keywords

    try:
        with _open(read_photo(path)) as image:
            xmp = image.info.get("xmp", b"")
            iptc = (getiptcinfo(image) if isinstance(image, ImageFile) else None) or {}
    except (PhotoError, Image.DecompressionBombError, *_DAMAGE):
        return b"", []
    keywords = iptc.get(_IPTC_KEYWORDS, [])
    listed = keywords if isinstance(keywords, list) else [keywords]
    return xmp if isinstance(xmp, bytes) else str(xmp).encode(), [_keyword(keyword) for keyword in listed]


def _keyword(keyword: bytes) -> str:
    try:
        return keyword.decode()
    except UnicodeDecodeError:
        return keyword.decode("latin-1")


def is_photo(data: bytes) -> bool:
    """Return whether the bytes begin as an image that `open_photo` knows; nothing is decoded."""
    try:
        _open(data).close()
    except (PhotoError, Image.DecompressionBombError, *_DAMAGE):
        return False
    return True


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder; where that cannot be known, no: opening it will say why."""
    try:
        return path.is_dir()
    except OSError:  # a name too long, or in a folder that may not be entered
        return False


def list_photos(folder: Path) -> list[Path]:
    """Return the photo files directly in a folder, by name; hidden files are passed over."""
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        raise PhotoError(f"{folder}: cannot be listed ({error.strerror})") from None
    return [f for f in files if f.suffix.lower() in SUFFIXES and not f.name.startswith(".") and f.is_file()]


def _decoded(source: Path | bytes, side: int, in_shape: bool) -> NDArray[np.uint8]:
    if isinstance(source, bytes):
        return _pixels(source, side, in_shape)
    try:
        return _pixels(read_photo(source), side, in_shape)
    except PhotoError as error:
        raise PhotoError(f"{source}: {error}") from error


def _pixels(data: bytes, side: int, in_shape: bool) -> NDArray[np.uint8]:
    """Decode, make RGB, squash, turn: in the order that keeps the large image shortest."""
    if not data:
        raise PhotoError("an empty file")
    try:
        with _open(data) as image:
            image.draft("RGB", (side, side))  # a JPEG decodes at 1/2, 1/4 or 1/8, never below the square
            image.load()
            small = _squash(image, _within(image.size, side) if in_shape else (side, side))
            turn = _TURNS.get(_orientation(image))
    except Image.DecompressionBombError:
        raise PhotoError(f"more than {MAX_PIXELS // 1_000_000} megapixels") from None
    except _DAMAGE as error:
        raise PhotoError(f"damaged or cut short ({_line(error)})") from error
    return np.asarray(small if turn is None else small.transpose(turn))


def _open(data: bytes) -> Image.Image:
    """Read the header alone; refuse what is no image and what claims too many pixels."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        _check_heic_items(data)
        image = _open_heic(data)
    else:
        image = _plugin(data)(io.BytesIO(data))
    if image.width * image.height > MAX_PIXELS:
        raise Image.DecompressionBombError
    return image


def _plugin(data: bytes) -> Callable[[io.BytesIO], Image.Image]:
    """Return what reads the format of `data`; Image.open would import five formats to read one."""
    for start, module, reader in _PLUGINS:
        if data.startswith(start):
            opener: Callable[[io.BytesIO], Image.Image] = getattr(import_module(module), reader)
            return opener
    raise PhotoError("not a JPEG, PNG, WebP, HEIC or GIF image, or damaged at its start")


def _open_heic(data: bytes) -> Image.Image:
    _register_heic()
    try:
        return Image.open(io.BytesIO(data), formats=["HEIF"])
    except UnidentifiedImageError:
        raise PhotoError("damaged HEIC") from None


@functools.cache
def _register_heic() -> None:
    from pi_heif import register_heif_opener  # only here: other photos need not pay for its import

    register_heif_opener()


def _check_heic_items(data: bytes) -> None:
    """Refuse HEIC whose list of items holds names that are no text: pi_heif 1.4 would end the process."""
    start = data.find(b"meta")
    items = data[start : start + int.from_bytes(data[max(0, start - 4) : max(0, start)], "big")]
    at = items.find(b"infe")
    while at >= 4:
        names = at + (14 if items[at + 4 : at + 5] == b"\3" else 12)  # after version, flags, id, protection
        try:
            items[names : at - 4 + int.from_bytes(items[at - 4 : at], "big")].decode()
        except UnicodeDecodeError:
            raise PhotoError("damaged (its list of items is no text)") from None
        at = items.find(b"infe", at + 4)


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the largest size of the same shape that fits into a square, no larger than `size` itself."""
    shrink = min(side / max(size), 1)
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def _squash(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the image as RGB of `size`; colours are made RGB first so that resizing mixes colours."""
    if image.mode.startswith("I"):  # 16 bits of grey, which `convert` would clip
        image = Image.fromarray((np.asarray(image).clip(0, 65535) // 257).astype(np.uint8))
    if image.has_transparency_data:
        colours = image.convert("RGBA").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        white = Image.new("RGBA", size, "white")
        return Image.alpha_composite(white, colours).convert("RGB")
    return image.convert("RGB").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _DAMAGE:
        return 1  # damaged EXIF beside good pixels


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
