"""Malformed photos of every format give pixels or a PhotoError, never another exception, and do not hang."""

import faulthandler
import random
from pathlib import Path

import pytest
from PIL import Image
from test_photos import DATA, corners, saved

from hashtagger.errors import PhotoError
from hashtagger.photos import is_photo, open_photo

ROUNDS = 200
HANG_SECONDS = 300  # for all of them


def originals():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = corners()
    return [
        saved(picture, "JPEG", exif=exif),
        saved(picture, "JPEG", progressive=True),
        saved(picture.convert("CMYK"), "JPEG"),
        saved(picture, "PNG", exif=exif),
        saved(picture.quantize(4), "PNG", transparency=1),
        saved(picture.convert("RGBA"), "WEBP", exif=exif),
        saved(picture, "WEBP", lossless=True),
        saved(picture, "GIF", save_all=True, append_images=[picture.rotate(90)]),
        (DATA / "plain.heic").read_bytes(),
        (DATA / "turned.heic").read_bytes(),
    ]


def cut(data, dice):
    return data[: dice.randrange(len(data))]


def flip(data, dice):
    damaged = bytearray(data)
    for _ in range(dice.randint(1, 30)):
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    return bytes(damaged)


def flip_the_header(data, dice):
    return flip(data[:64], dice) + data[64:]


def extremes(data, dice):
    at = dice.randrange(len(data))
    return data[:at] + dice.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"]) + data[at + 4 :]


def repeat(data, dice):
    start, end = sorted(dice.randrange(len(data)) for _ in range(2))
    return data[:end] + data[start:end] * dice.randint(1, 3) + data[end:]


def swallow(data, dice):
    start, end = sorted(dice.randrange(len(data)) for _ in range(2))
    return data[:start] + data[end:]


def reason(path: Path) -> str:
    """Return why the photo is refused, or "" where it is not."""
    try:
        assert open_photo(path, 32).shape == (32, 32, 3)
    except PhotoError as error:
        return str(error)
    return ""


def test_malformed_photos(tmp_path: Path):
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
    dice, photos, refused = random.Random(2019), originals(), 0
    for number in range(ROUNDS):
        damage = dice.choice([cut, flip, flip_the_header, extremes, repeat, swallow])
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(damage(photos[number % len(photos)], dice))
        if why := reason(path):
            assert why.startswith(f"{path}: ")
            assert "\n" not in why
            refused += 1
        assert is_photo(path.read_bytes()) in (True, False)
    faulthandler.cancel_dump_traceback_later()
    assert ROUNDS * 0.2 < refused < ROUNDS  # the damage is real, and not all of it fatal


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"\0\0\0\x18ftypheic"]
)
def test_noise_after_a_good_start(start):
    dice = random.Random(start)
    for _ in range(20):
        with pytest.raises(PhotoError):
            open_photo(start + dice.randbytes(dice.randrange(400)), 32)
