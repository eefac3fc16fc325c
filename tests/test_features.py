"""Features on a network whose answer is evident: `mean_colour.tflite` gives the photo's mean colour, -1..1.

It was made by: image = keras.Input((16, 16, 3), batch_size=1); network = keras.Model(image,
keras.layers.GlobalAveragePooling2D()(image)); TFLiteConverter.from_keras_model(network).convert()
"""

import mmap
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hashtagger.backbones import from_file
from hashtagger.errors import BackboneError
from hashtagger.feature_cache import FeatureCache
from hashtagger.features import Extractor, extract_features, stream_features

DATA = Path(__file__).parent / "data"
MEAN = DATA / "mean_colour.tflite"


def nothing(*_):
    """Take progress and notes, and do nothing with them."""


@pytest.fixture
def backbone():
    return from_file(MEAN)


@pytest.fixture
def cache(tmp_path):
    cache = FeatureCache(tmp_path / "features.sqlite", pytest.fail)
    yield cache
    cache.close()


def reds(folder, count):
    """Make photos that grow redder by number, so that each one's feature says which it is."""
    photos = [folder / f"{number:03}.png" for number in range(count)]
    for number, photo in enumerate(photos):
        Image.new("RGB", (20 + number % 7, 30), (number, 0, 255)).save(photo)
    return photos


def test_the_network_sees_pixels_scaled_to_plus_minus_one():
    pixels = np.zeros((16, 16, 3), np.uint8)
    pixels[..., 1], pixels[:8, :, 2] = 255, 255
    extractor = Extractor(MEAN)
    assert (extractor.input_size, extractor.feature_length) == (16, 3)
    np.testing.assert_allclose(extractor.extract(pixels), [-1, 1, 0], atol=1e-6)


def test_features_come_in_the_photos_order(tmp_path, backbone):
    seen = []
    extracted = extract_features(reds(tmp_path, 200), backbone, None, lambda *step: seen.append(step))
    np.testing.assert_allclose(extracted.features[:, 0], np.arange(200) / 127.5 - 1, atol=1e-5)
    assert extracted.index.tolist() == list(range(200))
    assert seen == [(done, 200) for done in range(1, 201)]


def test_a_bad_photo_has_a_reason_and_the_rest_goes_on(tmp_path, backbone):
    photos = reds(tmp_path, 30)
    photos[3].write_bytes(b"")
    photos[17].write_text("<html>")
    photos[29].unlink()
    extracted = extract_features(photos, backbone, None, nothing)
    assert extracted.failures == {
        3: "an empty file",
        17: "not a JPEG, PNG, WebP, HEIC or GIF image, or damaged at its start",
        29: "no such file",
    }
    assert extracted.index.tolist() == [i for i in range(30) if i not in (3, 17, 29)]
    np.testing.assert_allclose(extracted.features[:, 0], extracted.index / 127.5 - 1, atol=1e-5)
    assert len(extracted.contents) == len(extracted.features) == 27


def test_no_photos(backbone):
    extracted = extract_features([], backbone, None, nothing)
    assert extracted.features.shape == (0, 3)
    assert extracted.failures == {}


def test_features_stay_on_disk_until_they_are_used(tmp_path, backbone):
    held = extract_features(reds(tmp_path, 3), backbone, None, nothing).features
    while isinstance(held, np.ndarray):
        held = held.base
    assert isinstance(held, mmap.mmap)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_a_full_disk_is_said_in_one_line(tmp_path):
    code = f"""
        import resource, sys
        from pathlib import Path
        from hashtagger.backbones import from_file
        from hashtagger.errors import HashtaggerError
        from hashtagger.features import extract_features
        resource.setrlimit(resource.RLIMIT_FSIZE, (5, 5))  # bytes; two photos have 24
        photos = [Path(name) for name in sys.argv[1:]]
        try:
            extract_features(photos, from_file(Path({str(MEAN)!r})), None, lambda done, total: None)
        except HashtaggerError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, reds(tmp_path, 2))]
    said = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"TMPDIR": str(tmp_path)})
    assert said.stdout == (
        f"{tmp_path}: no room for the features of 2 photos (File too large); "
        "set TMPDIR to a folder with room\n"
    ), said.stderr


def test_a_photo_known_to_the_cache_is_not_decoded_and_has_identical_bits(tmp_path, backbone, cache):
    photos = reds(tmp_path, 20)
    first = extract_features(photos, backbone, cache, nothing)
    gone = type(backbone)(**{**backbone.__dict__, "path": tmp_path / "no-network.tflite"})
    second = extract_features(photos, gone, cache, nothing)
    assert second.features.tobytes() == first.features.tobytes()
    assert second.contents.tobytes() == first.contents.tobytes()


def test_the_cache_goes_by_content_not_by_name(tmp_path, backbone, cache):
    photos = reds(tmp_path, 2)
    extract_features(photos, backbone, cache, nothing)
    photos[0].write_bytes(photos[1].read_bytes())
    extracted = extract_features(photos, backbone, cache, nothing)
    assert extracted.features[0].tobytes() == extracted.features[1].tobytes()
    assert bytes(extracted.contents[0]) == bytes(extracted.contents[1])


def test_another_backbone_shares_nothing_in_the_cache(tmp_path, backbone, cache):
    photo = reds(tmp_path, 1)
    content = bytes(extract_features(photo, backbone, cache, nothing).contents[0])
    assert cache.get(content, backbone.sha256) is not None
    assert cache.get(content, "00" * 32) is None


def test_a_reader_that_stops_early_ends_the_threads(tmp_path, backbone):
    outcomes = stream_features(reds(tmp_path, 200), backbone, None)
    next(outcomes)
    outcomes.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_control_c_stops_it_promptly_and_keeps_what_was_done(tmp_path):
    reds(tmp_path, 250)
    code = f"""
        import sys
        from pathlib import Path
        from hashtagger.backbones import from_file
        from hashtagger.feature_cache import FeatureCache
        from hashtagger.features import extract_features
        photos = sorted(Path({str(tmp_path)!r}).glob("*.png")) * 1000
        cache = FeatureCache(Path({str(tmp_path)!r}) / "features.sqlite", print)
        def progress(done, total):
            if done == 100: print("started", flush=True)
        extract_features(photos, from_file(Path({str(MEAN)!r})), cache, progress)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "started\n"
    child.send_signal(signal.SIGINT)
    _, stderr = child.communicate(timeout=60)
    assert child.returncode != 0
    assert stderr.strip().endswith("KeyboardInterrupt")
    cache = FeatureCache(tmp_path / "features.sqlite", pytest.fail)
    known = extract_features(sorted(tmp_path.glob("*.png")), from_file(MEAN), cache, nothing)
    assert len(known.features) == 250


def test_what_is_no_usable_network(tmp_path):
    foreign, cut = tmp_path / "foreign.tflite", tmp_path / "cut.tflite"
    foreign.write_text("hello")
    cut.write_bytes(MEAN.read_bytes()[:-200])
    for path in (foreign, cut):
        with pytest.raises(BackboneError, match=f"^{path}: not a network that LiteRT can run"):
            Extractor(path)
    with pytest.raises(BackboneError, match=r"none.tflite: no such backbone file$"):
        Extractor(tmp_path / "none.tflite")


def test_litert_prints_nothing():
    code = (
        f"from hashtagger.features import Extractor; from pathlib import Path; Extractor(Path({str(MEAN)!r}))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("", "")
