"""The reduction of features, and the nearest posts to a photo: among all, or in the nearest cells of many."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 64  # as good on held-out posts as all 1280
FITTED_ON = 65_536  # photos at most that the reduction and the cells are fitted on
CELLS_FROM = 50_000  # photos from which on only some cells are searched; fewer are compared in milliseconds
CELLS = 1024  # the same for every size, so that sorting photos into them takes time in proportion
RECALL = 0.97  # share of the nearest 50 that searching some cells must find
_SAME = 1e-4  # cosines as close are of photos that are equally near
_CHUNK = 2048  # rows brought to float32 at a time: they stay in the processor's cache


class Reduction(NamedTuple):
    """An affine map of backbone features: centred, turned to the main axes, half-whitened."""

    mean: NDArray[np.float32]  # (d,)
    axes: NDArray[np.float32]  # (d, r), each divided by the square root of its standard deviation


class Cells(NamedTuple):
    """An inverted file: the features lie cell by cell, so that a few cells can be searched.

    Sivic and Zisserman 2003, "Video Google"; as FAISS's IVF.
    """

    centers: NDArray[np.float32]  # (c, r)
    starts: NDArray[np.int64]  # (c + 1,) where each cell begins among the features


NO_CELLS = Cells(np.empty((0, 0), np.float32), np.empty(0, np.int64))


def fit_reduction(features: NDArray[np.float32]) -> Reduction:
    """Fit the reduction of `features` (m, d) to r = 64 dimensions, or as many as m photos can show.

    65,536 of them, evenly spread, stand for more. Half-whitening divides each axis by the square root of its
    standard deviation: axes that matter stay larger, but none drowns the rest.
    """
    from sklearn.decomposition import PCA

    if len(features) < 3:  # nothing to centre by: likeness is then the plain cosine
        mean = np.zeros(features.shape[1], np.float32)
        axes = np.linalg.qr(features.T.astype(np.float32))[0]
        return Reduction(mean, axes)
    features = features[_spread(len(features))]
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


def reduce_all(features: NDArray[np.float32], reduction: Reduction) -> NDArray[np.float16]:
    """Map `features` (m, d), which may lie on disk, as `reduce_features` does, some rows at a time."""
    reduced = np.empty((len(features), reduction.axes.shape[1]), np.float16)
    for start in range(0, len(features), _CHUNK):
        reduced[start : start + _CHUNK] = reduce_features(features[start : start + _CHUNK], reduction)
    return reduced


def nearest(
    index: NDArray[np.float16 | np.int8], query: NDArray[np.float32], k: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the rows of `index` (m, r) nearest to `query` (r,) and their cosines, best first: two (k,).

    An index in 8 bits holds 127ths of 1.
    """
    return _best(_cosines(index, query), k)


def fit_cells(features: NDArray[np.float16 | np.int8]) -> Cells:
    """Return 1,024 cells for unit `features` (m, r), with nothing in them; the same for the same features."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    sample = _units(features[_spread(len(features))])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # where photos are copies of fewer than cells
        means = KMeans(CELLS, init="random", n_init=1, max_iter=10, random_state=0).fit(sample)
    return Cells(means.cluster_centers_.astype(np.float32), np.zeros(CELLS + 1, np.int64))


def sort_into_cells(features: NDArray[np.float16 | np.int8], cells: Cells) -> tuple[NDArray[np.intp], Cells]:
    """Return in which order unit `features` (m, r) lie cell by cell, (m,), and where each cell begins then.

    The first of them, as many as are in `cells`, lie so already.
    """
    squares = np.einsum("cr,cr->c", cells.centers, cells.centers)
    cell_of, held = np.empty(len(features), np.int32), int(cells.starts[-1])
    cell_of[:held] = np.repeat(np.arange(len(cells.centers)), np.diff(cells.starts))
    for start in range(held, len(features), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        cell_of[chunk] = (squares - 2 * _units(features[chunk]) @ cells.centers.T).argmin(axis=1)
    counts = np.bincount(cell_of, minlength=len(cells.centers))
    return np.argsort(cell_of, kind="stable"), Cells(cells.centers, np.concatenate([[0], np.cumsum(counts)]))


def count_probes(cells: Cells, features: NDArray[np.float16 | np.int8]) -> int:
    """Return how many cells to search to find 0.97 of the 50 nearest of `features` (m, r), a power of 2."""
    tried = np.random.default_rng(0).choice(len(features), min(200, len(features)), replace=False)
    queries = _units(features[tried])
    least = np.array([nearest(features, query, 50)[1][-1] for query in queries])
    probes = 8
    while probes < CELLS:
        found = [nearest_in_cells(cells, features, query, 50, probes)[1] for query in queries]
        right = [
            np.count_nonzero(cosines >= last - _SAME) for cosines, last in zip(found, least, strict=True)
        ]
        if np.mean(right) >= RECALL * min(50, len(features)):
            break
        probes *= 2
    return probes


def nearest_in_cells(
    cells: Cells, features: NDArray[np.float16 | np.int8], query: NDArray[np.float32], k: int, probes: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the rows of `features` (m, r) nearest to `query` (r,) and their cosines, best first: two (k,).

    Those in the `probes` nearest cells are compared.
    """
    chosen = np.sort(np.argsort(-(cells.centers @ query), kind="stable")[:probes])
    spans = [(int(cells.starts[cell]), int(cells.starts[cell + 1])) for cell in chosen]
    cosines = np.concatenate([_cosines(features[start:end], query) for start, end in spans])
    rows = np.concatenate([np.arange(start, end) for start, end in spans])
    best, cosines = _best(cosines, k)
    return rows[best], cosines


def _spread(m: int) -> slice:
    """Return at most 65,536 of `m` rows, evenly spread."""
    return slice(None, None, -(-m // FITTED_ON) or 1)


def _units(features: NDArray[np.float16 | np.int8]) -> NDArray[np.float32]:
    """Return `features` (m, r), in 8 bits 127ths of 1, at length 1."""
    return features.astype(np.float32) / np.float32(127 if features.dtype == np.int8 else 1)


def _cosines(index: NDArray[np.floating | np.int8], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the products of the rows of `index` (m, r) with `query` (r,), (m,)."""
    if index.dtype == np.int8:
        query = query / np.float32(127)
    cosines = np.empty(len(index), np.float32)
    for start in range(0, len(index), _CHUNK):
        cosines[start : start + _CHUNK] = index[start : start + _CHUNK].astype(np.float32) @ query
    return cosines


def _best(cosines: NDArray[np.float32], k: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return where the highest `k` of `cosines` (m,) are, and these, best first."""
    k = min(k, len(cosines))
    best = np.argpartition(-cosines, k - 1)[:k] if k else np.empty(0, np.intp)
    best = best[np.lexsort((best, -cosines[best]))]
    return best, cosines[best]
