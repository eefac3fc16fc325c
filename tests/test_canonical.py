"""The embedded network gives the numbers that it gave when it was made: on any machine, by any LiteRT."""

import json
from pathlib import Path

import numpy as np

from hashtagger.backbones import embedded
from hashtagger.features import Extractor

EXPECTED = Path(__file__).parent / "data" / "embedded_canonical.json"


def gradient(size):
    """Return a picture that any size can be made of: red grows to the right, green down, blue both."""
    ramp = np.linspace(0, 255, size)
    across, down = np.meshgrid(ramp, ramp)
    return np.stack([across, down, (across + down) / 2], axis=-1).astype(np.uint8)


def canonical(backbone):
    """Return what identifies a network by what it computes: length, norm, and the means of its eighths."""
    vector = Extractor(backbone.path).extract(gradient(backbone.input_size))
    return [
        len(vector),
        float(np.linalg.norm(vector)),
        *(float(part.mean()) for part in np.array_split(vector, 8)),
    ]


def test_canonical_vector_of_the_embedded_backbone():
    # after the network was replaced: python tests/test_canonical.py > tests/data/embedded_canonical.json
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    np.testing.assert_allclose(canonical(embedded()), expected, atol=1e-2)


if __name__ == "__main__":
    print(json.dumps([round(number, 4) for number in canonical(embedded())]))
