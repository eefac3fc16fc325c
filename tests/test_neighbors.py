"""The nearest photos: exact among few; among many, found in some cells nearly always."""

from dataclasses import replace

import numpy as np
from conftest import Corpus, Run

import hashtagger
from hashtagger.fitting import index_cells
from hashtagger.model import load, save
from hashtagger.neighbors import (
    CELLS,
    CELLS_FROM,
    RECALL,
    Cells,
    count_probes,
    fill_cells,
    fit_reduction,
    make_cells,
    nearest,
    nearest_in_cells,
    reduce_all,
    reduce_features,
)


def unit_rows(m: int, seed: int = 0) -> np.ndarray:
    """Return m unit vectors (m, 16) around 300 themes."""
    rng = np.random.default_rng(seed)
    themes = np.random.default_rng(1).standard_normal((300, 16))
    rows = themes[rng.integers(0, 300, m)] + 0.4 * rng.standard_normal((m, 16))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def test_nearest_is_the_best_first() -> None:
    index = np.eye(3, dtype=np.float16)
    rows, cosines = nearest(index, np.array([0.6, 0, 0.8], np.float32), 2)
    assert rows.tolist() == [2, 0]
    np.testing.assert_allclose(cosines, [0.8, 0.6], atol=1e-3)


def test_every_photo_lies_in_the_cell_whose_center_is_nearest() -> None:
    features = unit_rows(3000)
    cells = make_cells(features)
    assert cells.starts[-1] == len(features)
    assert len(cells.starts) == CELLS + 1
    assert sorted(cells.rows.tolist()) == list(range(3000))
    np.testing.assert_allclose(cells.values / 127, features[cells.rows], atol=0.005)
    cell = int(np.argmax(np.diff(cells.starts)))
    row = cells.rows[cells.starts[cell]]
    assert np.linalg.norm(cells.centers - features[row].astype(np.float32), axis=1).argmin() == cell


def test_photos_that_come_later_lie_where_they_would_have_lain() -> None:
    features = unit_rows(3000)
    cells = make_cells(features)
    half = Cells(cells.centers, np.zeros(CELLS + 1, np.int64), cells.rows[:0], cells.values[:0])
    for end in (1000, 1000, 3000):
        half = fill_cells(half, features[:end])
    for now, then in zip(half, cells, strict=True):
        assert np.array_equal(now, then)


def test_photos_of_one_series_are_told_apart() -> None:
    """A thousand photos closer to each other than 8 bits tell."""
    one, rng = unit_rows(1).astype(np.float32), np.random.default_rng(3)
    series = one + 0.01 * rng.standard_normal((1000, 16)).astype(np.float32)
    series /= np.linalg.norm(series, axis=1, keepdims=True)
    features = np.concatenate([unit_rows(2000), series.astype(np.float16)])
    cells = make_cells(features)
    for query in series[:20]:
        exact, found = nearest(features, query, 50)[0], nearest_in_cells(cells, features, query, 50, CELLS)[0]
        assert np.isin(exact, found).all()


def test_some_cells_hold_nearly_all_of_the_nearest() -> None:
    features, queries = unit_rows(3000), unit_rows(100, seed=2).astype(np.float32)
    cells = make_cells(features)
    probes = count_probes(cells, features)
    assert probes < CELLS
    found = [nearest_in_cells(cells, features, query, 50, probes)[0] for query in queries]
    exact = [nearest(features, query, 50)[0] for query in queries]
    recall = np.mean([np.isin(*pair).mean() for pair in zip(exact, found, strict=True)])
    assert recall >= RECALL - 0.02  # of photos that the number of cells was not chosen on


def test_all_cells_hold_all_of_the_nearest() -> None:
    features = unit_rows(3000)
    rows, cosines = nearest_in_cells(
        make_cells(features), features, features[7].astype(np.float32), 3000, CELLS
    )
    assert sorted(rows.tolist()) == list(range(3000))
    assert rows[0] == 7
    assert (np.diff(cosines) <= 0).all()


def test_features_on_disk_are_reduced_alike(tmp_path) -> None:
    features = np.random.default_rng(0).random((5000, 80), np.float32)
    features.tofile(tmp_path / "features")
    on_disk = np.memmap(tmp_path / "features", np.float32, "r", shape=features.shape)
    reduction = fit_reduction(on_disk)
    np.testing.assert_allclose(
        reduce_all(on_disk, reduction), reduce_features(features, fit_reduction(features)), atol=1e-3
    )


def test_cells_are_made_where_there_are_many_photos() -> None:
    cells, search = index_cells(unit_rows(CELLS_FROM))
    assert search["search"]["cells"] == len(cells.centers) == CELLS
    assert 0 < search["search"]["probes"] < CELLS
    cells, search = index_cells(unit_rows(CELLS_FROM - 1))
    assert (len(cells.centers), search) == (0, {})


def test_a_large_model_searches_cells_unless_told_to_be_exact(corpus: Corpus, tmp_path, run: Run) -> None:
    """Here the cells are emptied of all but one photo, so that it shows who searched them."""
    model = load(corpus.model)
    assert model.probes == 0  # so few photos are all compared
    assert "cell_values.npy" not in model.card["files"]
    only = int(model.feature_posts[0])
    blind = replace(
        model,
        card={**model.card, "search": {"cells": 1, "probes": 1, "recall": 1.0}},
        cell_centers=model.features[:1].astype(np.float32),
        cell_starts=np.array([0, 1]),
        cell_rows=np.array([0], np.int32),
        cell_values=np.rint(model.features[:1].astype(np.float32) * 127).astype(np.int8),
    )
    save(blind, tmp_path / "blind")
    assert load(tmp_path / "blind").probes == 1
    recommender = hashtagger.load(tmp_path / "blind")
    photo = corpus.photos["cats"]
    assert {row.post for row in recommender.suggest(photo).neighbors} == {only}
    exact = recommender.suggest(photo, exact=True)
    assert exact.neighbors == hashtagger.load(corpus.model).suggest(photo).neighbors
    shown = run("suggest", photo, "--model", tmp_path / "blind", "--exact", "--json").stdout
    assert shown == run("suggest", photo, "--model", corpus.model, "--json").stdout
