"""Turn the distilled weights into Keras's MobileNetV2 and that into a float16 LiteRT file; compare the two.

    python export.py work/student.npz ../../hashtagger/data/embedded.tflite --width 1.0 --size 128

Runs where tensorflow is installed; training needs PyTorch alone. Fails when a feature of the two differs by
more than 1e-3.
"""

import argparse
import hashlib
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

TOLERANCE = 1e-3
EPSILON = 1e-3  # of Keras's batch normalisation


def keras_model(weights: Path, width: float, size: int) -> keras.Model:
    """MobileNetV2 with the kernels of `weights`; their biases become the shifts of the normalisations.

    Rounded to float16 already here, so that the shipped file has the very weights of this model.
    """
    net = keras.applications.MobileNetV2(
        (size, size, 3), width, include_top=False, pooling="avg", weights=None
    )
    arrays = np.load(weights)
    for name in {key.split("/")[0] for key in arrays}:
        kernel, bias = (arrays[f"{name}/{part}"].astype(np.float16) for part in ("kernel", "bias"))
        net.get_layer(name).set_weights([kernel])
        one = np.ones_like(bias, dtype=np.float32)
        net.get_layer(norm_of(name)).set_weights([one, bias, 0 * one, (1 - EPSILON) * one])
    return net


def norm_of(convolution: str) -> str:
    """Keras's name of the normalisation behind a convolution."""
    return {"Conv1": "bn_Conv1", "Conv_1": "Conv_1_bn"}.get(convolution, f"{convolution}_BN")


def convert(net: keras.Model) -> bytes:
    """The float16 LiteRT file; with the batch left open the XNNPACK delegate could not be used."""
    one = keras.Input(net.input_shape[1:], batch_size=1)
    converter = tf.lite.TFLiteConverter.from_keras_model(keras.Model(one, net(one)))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    return converter.convert()


def largest_gap(net: keras.Model, content: bytes, photos: np.ndarray) -> float:
    """The largest difference of a feature between the two over photos (n, size, size, 3) in -1..1."""
    runner = Interpreter(model_content=content, num_threads=1)
    runner.allocate_tensors()
    own = []
    for photo in photos:
        runner.set_tensor(runner.get_input_details()[0]["index"], photo[None])
        runner.invoke()
        own.append(runner.get_tensor(runner.get_output_details()[0]["index"])[0])
    return float(np.abs(np.stack(own) - net.predict(photos, verbose=0)).max())


def smooth_noise(count: int, size: int) -> np.ndarray:
    """Seeded pictures (count, size, size, 3) in -1..1 with the soft shapes of photos."""
    coarse = np.random.default_rng(0).uniform(-1, 1, (count, 8, 8, 3))
    return np.array(tf.image.resize(coarse, (size, size), "bicubic")).clip(-1, 1).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--size", type=int, default=128)
    args = parser.parse_args()
    net = keras_model(args.weights, args.width, args.size)
    content = convert(net)
    gap = largest_gap(net, content, smooth_noise(32, args.size))
    if gap > TOLERANCE:
        raise SystemExit(
            f"{args.target}: features differ from Keras's by {gap:.1e}, more than {TOLERANCE:.0e}"
        )
    args.target.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    print(f"{args.target}: {len(content):,} bytes, sha256 {digest}, differs from Keras by at most {gap:.1e}")


if __name__ == "__main__":
    main()
