"""The nearest photos: exact among few; among many, found in some cells nearly always."""

from dataclasses import replace

import numpy as np
from conftest import Corpus, Run

import hashtagger
from hashtagger.features import CONTENT_BYTES
from hashtagger.fitting import Index, index_cells
from hashtagger.model import load, save
from hashtagger.neighbors import (
    CELLS,
    CELLS_FROM,
    RECALL,
    Cells,
    count_probes,
    fit_cells,
    fit_reduction,
    nearest,
    nearest_in_cells,
    reduce_all,
    reduce_features,
    sort_into_cells,
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


def in_cells(features: np.ndarray) -> tuple[np.ndarray, Cells]:
    """Return features cell by cell, and the cells."""
    order, cells = sort_into_cells(features, fit_cells(features))
    return features[order], cells


def test_every_photo_lies_in_the_cell_whose_center_is_nearest() -> None:
    features = unit_rows(3000)
    order, cells = sort_into_cells(features, fit_cells(features))
    assert sorted(order.tolist()) == list(range(3000))
    assert (len(cells.starts), cells.starts[-1]) == (CELLS + 1, 3000)
    for row in range(0, 3000, 100):
        cell = np.searchsorted(cells.starts, row, side="right") - 1
        distances = np.linalg.norm(cells.centers - features[order[row]].astype(np.float32), axis=1)
        assert distances[cell] == distances.min()


def test_photos_that_come_later_lie_where_they_would_have_lain() -> None:
    features = unit_rows(3000)
    cells, rows = fit_cells(features), np.empty(0, np.intp)
    order, whole = sort_into_cells(features, cells)
    for start, end in ((0, 1000), (1000, 1000), (1000, 3000)):
        rows = np.concatenate([rows, np.arange(start, end)])
        now, cells = sort_into_cells(features[rows], cells)
        rows = rows[now]
    assert np.array_equal(rows, order)
    assert np.array_equal(cells.starts, whole.starts)


def test_some_cells_hold_nearly_all_of_the_nearest() -> None:
    (features, cells), queries = in_cells(unit_rows(3000)), unit_rows(100, seed=2).astype(np.float32)
    probes = count_probes(cells, features)
    assert probes < CELLS
    found = [nearest_in_cells(cells, features, query, 50, probes)[0] for query in queries]
    exact = [nearest(features, query, 50)[0] for query in queries]
    recall = np.mean([np.isin(*pair).mean() for pair in zip(exact, found, strict=True)])
    assert recall >= RECALL - 0.02  # of photos that the number of cells was not chosen on


def test_copies_of_one_photo_do_not_make_the_search_wider() -> None:
    """Any 50 of them are as near as the others."""
    features = unit_rows(6000)
    features[:600] = features[0]
    features, cells = in_cells(features)
    distinct, other_cells = in_cells(unit_rows(6000))
    assert count_probes(cells, features) <= count_probes(other_cells, distinct)


def test_all_cells_hold_all_of_the_nearest() -> None:
    features, cells = in_cells(unit_rows(3000))
    query = features[7].astype(np.float32)
    rows, cosines = nearest_in_cells(cells, features, query, 50, CELLS)
    exact = nearest(features, query, 50)
    assert np.array_equal(rows, exact[0])
    np.testing.assert_allclose(cosines, exact[1], rtol=1e-6)


def test_features_on_disk_are_reduced_alike(tmp_path) -> None:
    features = np.random.default_rng(0).random((5000, 80), np.float32)
    features.tofile(tmp_path / "features")
    on_disk = np.memmap(tmp_path / "features", np.float32, "r", shape=features.shape)
    reduction = fit_reduction(on_disk)
    np.testing.assert_allclose(
        reduce_all(on_disk, reduction), reduce_features(features, fit_reduction(features)), atol=1e-3
    )


def test_cells_are_made_where_there_are_many_photos() -> None:
    def index(photos: int) -> Index:
        features, posts = unit_rows(photos), np.arange(photos)
        reduction = fit_reduction(features[:100].astype(np.float32))
        return Index(reduction, features, posts, np.zeros((photos, CONTENT_BYTES), np.uint8))

    few, many = index(CELLS_FROM - 1), index(CELLS_FROM)
    assert index_cells(few) == few
    found = index_cells(many)
    assert found.search["cells"]["count"] == len(found.cells.centers) == CELLS
    assert 0 < found.search["cells"]["probes"] < CELLS
    assert np.array_equal(found.features, many.features[found.posts])


def test_a_large_model_searches_cells_unless_told_to_be_exact(corpus: Corpus, tmp_path, run: Run) -> None:
    """Here the cells are emptied of all but one photo, so that it shows who searched them."""
    model = load(corpus.model)
    assert model.probes == 0  # so few photos are all compared
    assert "cell_centers.npy" not in model.card["files"]
    only = int(model.feature_posts[0])
    blind = replace(
        model,
        card={**model.card, "cells": {"photos": 1, "count": 1, "probes": 1, "recall": 1.0}},
        cell_centers=model.features[:1].astype(np.float32),
        cell_starts=np.array([0, 1]),
    )
    save(blind, tmp_path / "blind")
    assert load(tmp_path / "blind").probes == 1
    assert "in 1 cells; the nearest 1 are searched" in run("info", "--model", tmp_path / "blind").stdout
    recommender = hashtagger.load(tmp_path / "blind")
    photo = corpus.photos["cats"]
    assert {row.post for row in recommender.suggest(photo).neighbors} == {only}
    exact = recommender.suggest(photo, exact=True)
    assert exact.neighbors == hashtagger.load(corpus.model).suggest(photo).neighbors
    shown = run("suggest", photo, "--model", tmp_path / "blind", "--exact", "--json").stdout
    assert shown == run("suggest", photo, "--model", corpus.model, "--json").stdout
