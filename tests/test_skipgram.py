"""Looking up hashtags as vectors, and how long they are learned."""

import numpy as np
import pytest

from hashtagger.skipgram import SkipgramSettings, most_similar, quantize, settings_for


def test_the_more_uses_there_are_the_less_each_is_heard():
    assert settings_for(1_000_000) == SkipgramSettings()
    many, more, most = (settings_for(uses) for uses in (1_000_001, 8_000_000, 10**9))
    assert (many.epochs, more.epochs, most.epochs) == (20, 5, 2)
    assert many.window * many.negatives < SkipgramSettings.window * SkipgramSettings.negatives


def test_the_nearest_of_many_vectors_are_found_wherever_they_stand():
    angles = np.linspace(0, np.pi / 2, 20_000)  # from the query away, evenly
    shuffled = np.random.default_rng(0).permutation(len(angles))
    vectors = quantize(np.stack([np.cos(angles), np.sin(angles)], axis=1)[shuffled].astype(np.float32))
    nearest = np.argsort(shuffled)[:1000]
    ids, cosines = most_similar(vectors, np.array([2, 0], np.float32), exclude=nearest[:1], n=500)
    assert set(ids) <= set(nearest)  # 8 bits tell 1,000 such angles from the rest
    assert nearest[0] not in ids
    assert cosines[0] == pytest.approx(1)
    assert np.all(np.diff(cosines) <= 0)
