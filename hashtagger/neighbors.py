"""The reduction of features, and the nearest posts to a photo."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 64  # as good on held-out posts as all 1280
_CHUNK = 65_536  # rows brought to float32 at a time: 16 MB, so that a memory-mapped index stays on disk


class Reduction(NamedTuple):
    """An affine map of backbone features: centred, turned to the main axes, half-whitened."""

    mean: NDArray[np.float32]  # (d,)
    axes: NDArray[np.float32]  # (d, r), each divided by the square root of its standard deviation


def fit_reduction(features: NDArray[np.float32]) -> Reduction:
    """Fit the reduction of `features` (m, d) to r = 64 dimensions, or as many as m photos can show.

    Half-whitening divides each axis by the square root of its standard deviation: axes that matter stay
    larger, but none drowns the rest.
    """
    from sklearn.decomposition import PCA

    if len(features) < 3:  # nothing to centre by: likeness is then the plain cosine
        mean = np.zeros(features.shape[1], np.float32)
        axes = np.linalg.qr(features.T.astype(np.float32))[0]
        return Reduction(mean, axes)
    m, d = features.shape
    solver = "covariance_eigh" if 2 * m > d else "full"  # the same axes, whichever costs less
    pca = PCA(min(DIMENSIONS, d, m - 1), svd_solver=solver).fit(features)
    spread = np.sqrt(np.maximum(pca.singular_values_, 1e-6) / np.sqrt(len(features)))
    return Reduction(pca.mean_.astype(np.float32), (pca.components_.T / spread).astype(np.float32))


def reduce_features(features: NDArray[np.float32], reduction: Reduction) -> NDArray[np.float32]:
    """Map `features` (m, d) to unit vectors (m, r), so that their products are cosines."""
    reduced = (features - reduction.mean) @ reduction.axes
    lengths = np.linalg.norm(reduced, axis=1, keepdims=True)
    unit: NDArray[np.float32] = reduced / np.maximum(lengths, 1e-12)
    return unit


def nearest(
    index: NDArray[np.float16 | np.int8], query: NDArray[np.float32], k: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the rows of `index` (m, r) nearest to `query` (r,) and their cosines, best first: two (k,).

    An index in 8 bits holds 127ths of 1.
    """
    if index.dtype == np.int8:
        query = query / np.float32(127)
    cosines = np.empty(len(index), np.float32)
    for start in range(0, len(index), _CHUNK):
        cosines[start : start + _CHUNK] = index[start : start + _CHUNK].astype(np.float32) @ query
    k = min(k, len(index))
    best = np.argpartition(-cosines, k - 1)[:k] if k else np.empty(0, np.intp)
    best = best[np.lexsort((best, -cosines[best]))]
    return best, cosines[best]
