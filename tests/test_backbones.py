"""Where backbones come from, with the real converter; Keras's weights are random where none can be had."""

import hashlib
import time
from pathlib import Path

import numpy as np
import pytest

from hashtagger import backbones
from hashtagger.backbones import convert, embedded, from_file, imagenet, resolve
from hashtagger.errors import BackboneError
from hashtagger.features import EMBEDDED_SHA256, Extractor
from hashtagger.photos import open_photo

MEAN = Path(__file__).parent / "data" / "mean_colour.tflite"


@pytest.fixture(scope="module")
def keras_network():
    import keras

    keras.utils.set_random_seed(1)
    return keras.applications.MobileNetV2((96, 96, 3), include_top=False, pooling="avg", weights=None)


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A machine with empty caches and no way out: what Keras asks for goes to a closed port."""
    monkeypatch.setenv("HASHTAGGER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    return tmp_path


def test_a_converted_network_computes_what_keras_computes(keras_network, tmp_path):
    path = tmp_path / "random.tflite"
    path.write_bytes(convert(keras_network))
    pixels = np.random.default_rng(1).integers(0, 256, (96, 96, 3), np.uint8)
    ours = Extractor(path).extract(pixels)
    theirs = keras_network.predict(pixels[None] / np.float32(127.5) - 1, verbose=0)[0]
    assert ours.shape == (1280,)
    np.testing.assert_allclose(ours, theirs, atol=1e-3 * np.abs(theirs).max())
    assert path.stat().st_size < 5_000_000


def test_imagenet_is_made_of_the_weights_in_keras_own_folder_once(keras_network, nowhere):
    import keras

    weights = nowhere / "keras" / "models" / backbones._WEIGHTS
    weights.parent.mkdir(parents=True)
    network = keras.applications.MobileNetV2((224, 224, 3), include_top=False, pooling="avg", weights=None)
    network.set_weights(keras_network.get_weights())
    network.save(weights)
    notes = []
    backbone = imagenet(notes.append)
    assert notes == ["converting Keras's ImageNet weights, once"]
    assert (backbone.name, backbone.input_size, backbone.feature_length) == ("imagenet", 224, 1280)
    assert backbone.sha256 == hashlib.sha256(backbone.path.read_bytes()).hexdigest()
    assert resolve("auto", notes.append) == backbone
    assert notes[1:] == ["using the ImageNet backbone"]
    assert [file.name for file in (nowhere / "cache").iterdir()] == [backbone.path.name]


def test_without_weights_and_network_auto_takes_the_embedded(nowhere):
    notes = []
    assert resolve("auto", notes.append) == embedded()
    assert notes[0] == "downloading ImageNet weights (9 MB), once"
    assert notes[1].startswith("using the embedded backbone: ImageNet weights: Exception: URL fetch failure")
    assert notes[1].endswith("; mend the connection, or use --backbone embedded")
    assert list((nowhere / "cache").iterdir()) == []


def test_without_a_way_out_keras_is_not_even_started(nowhere, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(backbones, "_HOST", "nowhere.invalid")
    monkeypatch.setattr(backbones, "_run_keras", None)
    with pytest.raises(
        BackboneError, match=r"^ImageNet weights: no way to nowhere\.invalid \(.*--backbone embedded$"
    ):
        imagenet(lambda note: None)


def test_waiting_is_bounded(nowhere, monkeypatch):
    monkeypatch.setattr(backbones, "CONVERT_SECONDS", 0.2)
    start = time.monotonic()
    with pytest.raises(
        BackboneError, match=r"not there after 0.2 s; mend the connection, or use --backbone embedded$"
    ):
        imagenet(lambda note: None)
    assert time.monotonic() - start < 30


def test_half_downloaded_weights_are_named(nowhere):
    weights = nowhere / "keras" / "models" / backbones._WEIGHTS
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"\x89HDF\r\n\x1a\n cut short")
    with pytest.raises(BackboneError, match=r"open file .*; delete that file, or use --backbone") as caught:
        imagenet(lambda note: None)
    assert str(caught.value).startswith(str(weights))
    assert "\n" not in str(caught.value)


def test_a_file_of_the_users():
    backbone = from_file(MEAN)
    assert (backbone.name, backbone.input_size, backbone.feature_length) == ("mean_colour.tflite", 16, 3)
    assert backbone == resolve(str(MEAN), pytest.fail)


def test_a_file_that_is_no_network(tmp_path):
    with pytest.raises(BackboneError, match=r"none.tflite: no such backbone file$"):
        resolve(str(tmp_path / "none.tflite"), pytest.fail)
    (tmp_path / "net.tflite").write_bytes(b"TFL3")
    with pytest.raises(BackboneError, match="not a network that LiteRT can run"):
        resolve(str(tmp_path / "net.tflite"), pytest.fail)


@pytest.mark.parametrize("shape", [(16, 24, 3), (16, 16, 1)])
def test_a_network_of_another_form_is_refused(shape, tmp_path):
    import keras
    import tensorflow as tf

    image = keras.Input(shape, batch_size=1)
    network = keras.Model(image, keras.layers.GlobalAveragePooling2D()(image))
    path = tmp_path / "other.tflite"
    path.write_bytes(tf.lite.TFLiteConverter.from_keras_model(network).convert())
    with pytest.raises(
        BackboneError, match=r"must take one float32 image \[1, S, S, 3\].* but takes \[1, 16"
    ):
        from_file(path)


def test_the_embedded_backbone():
    backbone = embedded()
    assert (backbone.name, backbone.licence) == ("embedded", "MIT")
    assert backbone.input_size == 128
    assert backbone.path.stat().st_size < 5_000_000


def keras_twin(network):
    """Return Keras's MobileNetV2 with the weights that a LiteRT file of ours holds."""
    import keras
    from ai_edge_litert.interpreter import Interpreter

    twin = keras.applications.MobileNetV2(
        (network.input_size,) * 2 + (3,), include_top=False, pooling="avg", weights=None
    )
    held = Interpreter(str(network.path))
    held.allocate_tensors()
    arrays = {
        detail["name"]: held.get_tensor(detail["index"]).astype(np.float32)
        for detail in held.get_tensor_details()
        if detail["dtype"] == np.float16
    }
    norms = {"Conv1": "bn_Conv1", "Conv_1": "Conv_1_bn"}
    for layer in twin.layers:
        if not (kind := {"Conv2D": "convolution", "DepthwiseConv2D": "depthwise"}.get(type(layer).__name__)):
            continue
        named = [array for name, array in arrays.items() if f"/{layer.name}_1/{kind}" in name]
        kernel, shift = sorted(named, key=np.ndim, reverse=True)
        layer.set_weights([kernel.transpose((1, 2, 3, 0))])
        one = np.ones_like(shift)
        norm = twin.get_layer(norms.get(layer.name, f"{layer.name}_BN"))
        norm.set_weights([one, shift, 0 * one, (1 - norm.epsilon) * one])
    return twin


def test_the_embedded_features_are_those_of_keras_with_its_weights():
    samples = Path(__file__).parents[1] / "sample_posts" / "photos"
    backbone = embedded()
    pixels = [open_photo(path, backbone.input_size) for path in sorted(samples.glob("*.jpg"))[::40]]
    ours = [Extractor(backbone.path).extract(photo) for photo in pixels]
    theirs = keras_twin(backbone).predict(np.array(pixels) / np.float32(127.5) - 1, verbose=0)
    assert len(ours) == 6
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-3)


def test_the_shipped_network_is_the_one_that_models_are_told_of():
    assert embedded().sha256 == EMBEDDED_SHA256
