"""Where a backbone comes from: the package, Keras's ImageNet weights, or a file of the user's.

The ImageNet network is converted to LiteRT once and cached. Keras runs in a process of its own, so that its
log, its memory and its waiting for a download stay out of ours: `python -m hashtagger.backbones`.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import getproxies

from hashtagger.errors import BackboneError
from hashtagger.feature_cache import cache_folder
from hashtagger.features import EMBEDDED, Backbone, Extractor

__all__ = ["Backbone", "convert", "embedded", "from_file", "imagenet", "resolve"]

IMAGENET_SIZE = 224  # pixels, as the network was trained
CONVERT_SECONDS = 240  # for download and conversion; 14 MB and some twenty seconds

_WEIGHTS = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
_HOST = "storage.googleapis.com"  # where Keras fetches them from
_KNOCK_SECONDS = 5
_STALL_SECONDS = 10  # Keras downloads without a timeout of its own

Notify = Callable[[str], None]


def resolve(choice: str, notify: Notify) -> Backbone:
    """Return the backbone named by `auto`, `embedded`, `imagenet` or a file.

    `auto` takes ImageNet's where Keras has the weights or can get them, else the embedded one, and tells
    `notify` which. Raises BackboneError.
    """
    if choice == "embedded":
        return embedded()
    if choice == "imagenet":
        return imagenet(notify)
    if choice != "auto":
        return from_file(Path(choice))
    try:
        backbone = imagenet(notify)
    except BackboneError as error:
        notify(f"using the embedded backbone: {error}")
        return embedded()
    notify("using the ImageNet backbone")
    return backbone


def embedded() -> Backbone:
    """Return the small network that comes with the package."""
    return _described("embedded", EMBEDDED, "MIT")


def from_file(path: Path) -> Backbone:
    """Return a LiteRT network of the user's: float32 (1, S, S, 3) scaled to -1..1 in, one vector out."""
    return _described(path.name, path, "unknown")


def imagenet(notify: Notify) -> Backbone:
    """Return Keras's MobileNetV2 with ImageNet weights as LiteRT, converted on first use and then cached."""
    path = cache_folder() / f"imagenet-mobilenetv2-{IMAGENET_SIZE}.tflite"
    if not path.is_file():
        _make_imagenet(path, notify)
    return _described("imagenet", path, "Apache-2.0")


def convert(network: Any) -> bytes:
    """Return a Keras network as a LiteRT file with float16 weights: as fast as float32, half the size.

    The wrapper fixes the batch at one: with an open batch LiteRT's XNNPACK delegate refuses the file.
    """
    import keras
    import tensorflow as tf

    image = keras.Input(network.input_shape[1:], batch_size=1)
    converter = tf.lite.TFLiteConverter.from_keras_model(keras.Model(image, network(image)))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    return bytes(converter.convert())


def _described(name: str, path: Path, licence: str) -> Backbone:
    network = Extractor(path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Backbone(name, network.input_size, network.feature_length, sha256, path, licence)


def _make_imagenet(path: Path, notify: Notify) -> None:
    weights = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "models" / _WEIGHTS
    local = weights.is_file()
    notify(
        "converting Keras's ImageNet weights, once" if local else "downloading ImageNet weights (9 MB), once"
    )
    try:
        if not local:
            _knock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            made = Path(scratch) / path.name
            # Keras takes a half download for a whole one, so a killed one must not end up in its own folder.
            home = {} if local else {"KERAS_HOME": scratch}
            _run_keras([str(made), str(weights) if local else "imagenet"], home)
            made.replace(path)
    except BackboneError as error:
        what, advice = (weights, "delete that file") if local else ("ImageNet weights", "mend the connection")
        raise BackboneError(f"{what}: {error}; {advice}, or use --backbone embedded") from error
    except OSError as error:
        raise BackboneError(f"{path}: the converted network cannot be kept ({error.strerror})") from error


def _knock() -> None:
    """Raise BackboneError where the weights' host cannot be reached: Keras takes seconds to find that out."""
    if "https" in getproxies():
        return  # which knows the way
    try:
        socket.create_connection((_HOST, 443), _KNOCK_SECONDS).close()
    except OSError as error:
        raise BackboneError(f"no way to {_HOST} ({error.strerror or error})") from None


def _run_keras(arguments: list[str], settings: dict[str, str]) -> None:
    """Run this file as a process with Keras in it, on the packages that we see."""
    packages = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")]))
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow"}
    environment = {**os.environ, "PYTHONPATH": packages, "PYTHONSAFEPATH": "1", **quiet, **settings}
    try:
        subprocess.run(
            [sys.executable, "-m", "hashtagger.backbones", *arguments],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            timeout=CONVERT_SECONDS, check=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BackboneError(f"not there after {CONVERT_SECONDS} s") from None
    except subprocess.CalledProcessError as error:
        raise BackboneError(
            (error.stderr.strip() or f"exit code {error.returncode}").splitlines()[-1][:300]
        ) from None


def _main(made: str, weights: str) -> None:
    socket.setdefaulttimeout(_STALL_SECONDS)
    import keras

    keras.config.set_image_data_format("channels_last")
    size = (IMAGENET_SIZE, IMAGENET_SIZE, 3)
    network = keras.applications.MobileNetV2(
        input_shape=size, include_top=False, pooling="avg", weights=weights
    )
    Path(made).write_bytes(convert(network))


if __name__ == "__main__":
    _main(*sys.argv[1:])
