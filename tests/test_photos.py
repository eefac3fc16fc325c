"""Every format, mode and orientation, on a picture of four coloured corners; what is refused and how."""

import io
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hashtagger.errors import PhotoError
from hashtagger.photos import MAX_BYTES, is_photo, list_photos, open_photo, read_photo, thumbnail, webp

DATA = Path(__file__).parent / "data"
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 200, 40), (30, 50, 220), (240, 230, 40)
UPRIGHT = [RED, GREEN, BLUE, YELLOW]  # top left, top right, bottom left, bottom right


def corners(colours=UPRIGHT, size=64, mode="RGB"):
    picture = Image.new(mode, (size, size))
    half = size // 2
    for colour, (x, y) in zip(colours, [(0, 0), (half, 0), (0, half), (half, half)], strict=True):
        picture.paste(colour, (x, y, x + half, y + half))
    return picture


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def seen(data, size=32):
    """Return the colours in the middle of each corner, as `open_photo` sees them."""
    pixels = open_photo(data, size)
    assert pixels.shape == (size, size, 3)
    assert pixels.dtype == np.uint8
    low, high = size // 4, 3 * size // 4
    return [
        tuple(int(c) for c in pixels[y, x]) for y, x in [(low, low), (low, high), (high, low), (high, high)]
    ]


def assert_close(colours, expected, within=6):
    assert np.abs(np.subtract(colours, expected)).max() <= within, f"{colours} is not {expected}"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_format(kind):
    assert_close(seen(saved(corners(), kind)), UPRIGHT, within=12)


def test_heic():
    assert_close(seen((DATA / "plain.heic").read_bytes()), UPRIGHT, within=12)


def test_heic_turned_by_its_own_rotation_and_by_exif_is_turned_once():
    # as phones write it: stored on its side, with the same turn said twice
    assert_close(seen((DATA / "turned.heic").read_bytes()), UPRIGHT, within=12)


STORED = {  # how an upright picture A B / C D lies in a file that says "orientation n" (EXIF 2.32, table 6)
    1: "AB CD",
    2: "BA DC",
    3: "DC BA",
    4: "CD AB",
    5: "AC BD",
    6: "BD AC",
    7: "DB CA",
    8: "CA DB",
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_exif_orientation(kind, orientation):
    stored = [
        dict(zip("ABCD", UPRIGHT, strict=True))[letter] for letter in STORED[orientation].replace(" ", "")
    ]
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert_close(seen(saved(corners(stored), kind, exif=exif)), UPRIGHT, within=12)


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"]
)
def test_damaged_exif_is_passed_over(exif):
    assert_close(seen(saved(corners(), "JPEG", exif=exif)), UPRIGHT, within=12)


def test_unknown_orientation_is_upright():
    exif = Image.Exif()
    exif[0x0112] = 77
    assert_close(seen(saved(corners(), "JPEG", exif=exif)), UPRIGHT, within=12)


def test_cmyk_jpeg_as_adobe_inverts_it():
    data = saved(corners().convert("CMYK"), "JPEG", quality=95)
    assert b"Adobe" in data
    assert_close(seen(data), UPRIGHT, within=12)


def test_sixteen_bits_are_scaled_not_clipped():
    grey = np.repeat([[0, 20_000, 40_000, 65_535]], 4, axis=0).astype(np.uint16)
    row = open_photo(saved(Image.fromarray(grey), "PNG"), 4)[0, :, 0]
    assert np.abs(row.astype(int) - [0, 78, 156, 255]).max() <= 1


def test_sixteen_bits_of_colour():
    high_low = bytes(byte for value in (56_540, 7_710, 7_710) for byte in (value >> 8, value & 255))
    assert_close(seen(png_of(16, 2, (b"\0" + high_low * 4) * 4, side=4)), [RED] * 4)


def test_transparency_shows_white():
    half_red = Image.new("RGBA", (64, 64), (220, 30, 30, 128))
    half_red.paste((0, 0, 0, 0), (0, 0, 32, 32))
    shown = (237, 142, 142)
    for kind in ("PNG", "WEBP"):
        assert_close(seen(saved(half_red, kind)), [(255, 255, 255), shown, shown, shown])


def test_grey_with_alpha():
    picture = Image.new("LA", (64, 64), (0, 255))
    picture.paste((0, 0), (0, 0, 32, 32))
    assert_close(seen(saved(picture, "PNG")), [(255,) * 3, (0,) * 3, (0,) * 3, (0,) * 3])


def test_palette():
    assert_close(seen(saved(corners().quantize(4), "PNG")), UPRIGHT)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_palette_with_a_transparent_colour(kind):
    picture = corners().quantize(4)
    data = saved(picture, kind, transparency=picture.getpixel((5, 5)))
    assert_close(seen(data), [(255, 255, 255), *UPRIGHT[1:]])


def test_palette_with_transparency_in_bytes():
    picture = corners().quantize(4)
    alphas = bytearray([255] * 4)
    alphas[picture.getpixel((60, 60))] = 0
    assert_close(seen(saved(picture, "PNG", transparency=bytes(alphas))), [*UPRIGHT[:3], (255, 255, 255)])


def test_one_bit_and_grey():
    black, white = (0, 0, 0), (255, 255, 255)
    assert_close(seen(saved(corners([0, 1, 1, 0], mode="1"), "PNG")), [black, white, white, black])
    assert_close(
        seen(saved(corners([0, 90, 180, 255], mode="L"), "JPEG")), [(v,) * 3 for v in (0, 90, 180, 255)]
    )


def test_first_frame_of_an_animation():
    frames = [corners(), Image.new("RGB", (64, 64), "black")]
    for kind in ("GIF", "WEBP", "PNG"):
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        assert_close(seen(data), UPRIGHT, within=12)


def test_the_whole_photo_is_squashed():
    wide = corners().resize((400, 50))
    assert_close(seen(saved(wide, "PNG")), UPRIGHT)
    assert_close(seen(saved(wide, "JPEG")), UPRIGHT, within=12)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (5, 2)])
def test_small_and_thin_photos(size):
    assert_close(seen(saved(Image.new("RGB", size, RED), "PNG")), [RED] * 4)


@pytest.mark.parametrize(
    ("size", "expected"), [((800, 400), (60, 120, 3)), ((30, 50), (50, 30, 3)), ((2000, 1), (1, 120, 3))]
)
def test_a_thumbnail_keeps_the_shape(size, expected):
    assert thumbnail(saved(Image.new("RGB", size), "JPEG"), 120).shape == expected


def test_a_thumbnail_is_turned_as_exif_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert thumbnail(saved(Image.new("RGB", (800, 400)), "JPEG", exif=exif), 120).shape == (120, 60, 3)


def test_a_thumbnail_is_stored_in_the_bytes_there_are():
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    large, small = (webp(noise, most) for most in (1_000_000, 12_000))
    assert len(small) <= 12_000 < len(large)
    assert Image.open(io.BytesIO(small)).size == (200, 200)


def test_a_large_jpeg_decoded_at_reduced_size_looks_the_same():
    waves = np.sin(np.add.outer(np.arange(3000) / 300, np.arange(4000) / 400))
    photo = Image.fromarray((127 + 120 * np.stack([waves, -waves, waves**2], axis=-1)).astype(np.uint8))
    full = np.asarray(photo.resize((224, 224), Image.Resampling.BILINEAR)).astype(int)
    assert np.abs(open_photo(saved(photo, "JPEG", quality=95), 224) - full).mean() < 1


def png_of(depth, colour, rows, side=4, claimed=None):
    """Return a PNG made by hand: bit depth, colour type, filtered rows, and the size its header claims."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", claimed or side, claimed or side, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def message(source):
    with pytest.raises(PhotoError) as caught:
        open_photo(source, 32)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_decompression_bomb_is_refused_by_its_header():
    assert message(png_of(8, 2, b"", claimed=30_000)) == "more than 178 megapixels"
    assert message(png_of(1, 0, b"\0" * 10_000_000, claimed=13_378)) == "more than 178 megapixels"


def test_cut_photos_are_refused():
    for kind in ("JPEG", "PNG", "WEBP"):
        data = saved(corners(), kind)
        assert "damaged" in message(data[: len(data) * 2 // 3])
    assert "damaged" in message((DATA / "plain.heic").read_bytes()[:-40])


def test_heic_that_would_crash_its_decoder_is_refused():
    data = (DATA / "turned.heic").read_bytes()
    assert "items" in message(data.replace(b"\0\0Exif", b"\0\0\xff\xff\xff\xff", 1))


def test_what_is_no_photo(tmp_path):
    page, empty = tmp_path / "page.jpg", tmp_path / "empty.jpg"
    page.write_text("<html>Not found</html>")
    empty.touch()
    assert message(page) == f"{page}: not a JPEG, PNG, WebP, HEIC or GIF image, or damaged at its start"
    assert message(empty) == f"{empty}: an empty file"
    assert message(tmp_path / "none.jpg") == f"{tmp_path / 'none.jpg'}: no such file"
    assert message(tmp_path) == f"{tmp_path}: a folder, not a photo"
    assert message(Path("nul\0.jpg")).endswith("cannot be read (embedded null byte)")


def test_other_formats_that_pillow_reads_are_not_tried():
    for kind in ("BMP", "TIFF", "ICO", "PPM"):
        assert "not a JPEG" in message(saved(corners(), kind))
        assert not is_photo(saved(corners(), kind))


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows keeps permissions otherwise")
def test_no_permission():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        photo = Path(folder) / "mine.png"
        photo.write_bytes(saved(corners(), "PNG"))
        photo.chmod(0)
        user = os.geteuid()
        os.seteuid(user or 65534)  # the superuser may read everything, nobody may not
        try:
            assert message(photo) == f"{photo}: no permission to read it"
        finally:
            os.seteuid(user)


def test_a_huge_file_is_not_read_whole(tmp_path):
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert message(huge) == f"{huge}: larger than 100 MB"


def test_a_message_names_no_file_for_bytes(tmp_path):
    assert message(b"") == "an empty file"
    with pytest.raises(PhotoError, match=r"^no such file$"):
        read_photo(tmp_path / "none.jpg")


def test_is_photo():
    assert is_photo(saved(corners(), "JPEG"))
    assert is_photo((DATA / "plain.heic").read_bytes())
    assert not is_photo(b"<html>")
    assert not is_photo(b"")


def test_list_photos(tmp_path):
    for name in ("b.JPG", "a.png", "c.heic", ".hidden.jpg", "notes.txt", "d.webp"):
        (tmp_path / name).touch()
    (tmp_path / "folder.jpg").mkdir()
    assert [photo.name for photo in list_photos(tmp_path)] == ["a.png", "b.JPG", "c.heic", "d.webp"]
    with pytest.raises(PhotoError, match="none: cannot be listed"):
        list_photos(tmp_path / "none")


def test_pillow_says_nothing_on_stderr(tmp_path):
    (tmp_path / "odd.jpg").write_bytes(
        saved(corners(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01\x03\0")
    )
    (tmp_path / "large.png").write_bytes(png_of(1, 0, (b"\0" + b"\xff" * 1250) * 10_000, side=10_000))
    code = (
        "import sys; from pathlib import Path; from hashtagger.photos import list_photos, open_photo\n"
        "for photo in list_photos(Path(sys.argv[1])): print(open_photo(photo, 128).mean().round())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""
    assert ran.stdout.split()[0] == "255.0"


def test_heic_support_is_imported_only_for_heic():
    code = (
        "import io, sys; from PIL import Image; from hashtagger.photos import open_photo\n"
        "file = io.BytesIO(); Image.new('RGB', (8, 8)).save(file, 'PNG'); open_photo(file.getvalue(), 8)\n"
        "print('pi_heif' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
