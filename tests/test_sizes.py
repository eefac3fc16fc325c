"""Broad, middle or niche: by use in the model, or by a file of the user's."""

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import Corpus
from hypothesis import given
from hypothesis import strategies as st
from test_cli import ask

from hashtagger.sizes import bounds


def test_each_size_makes_up_a_third_of_all_uses() -> None:
    assert bounds(np.array([300, 150, 150, 100, 100, 50, 50])) == (300, 150)
    assert bounds(np.array([5])) == (5, 5)


@given(st.lists(st.integers(1, 10_000), min_size=1))
def test_the_largest_are_broad_and_bounds_are_in_order(counts: list[int]) -> None:
    broad, middle = bounds(np.array(counts))
    assert max(counts) >= broad >= middle >= min(counts)
    assert sum(count for count in counts if count >= broad) >= sum(counts) / 3


def sizes(corpus: Corpus, *more: object) -> dict[str, str]:
    rows = ask("suggest", corpus.photos["sea"], "--model", corpus.model, "-n", 40, "--json", *more).lines
    return {row["hashtag"]: row["size"] for row in map(json.loads, rows)}


def test_json_always_tells_the_size(corpus: Corpus) -> None:
    found = sizes(corpus)
    assert found["sea"] == found["cats"] == "broad"
    assert found["onlysea0"] == "niche"


def test_the_table_tells_it_where_asked(corpus: Corpus) -> None:
    asked = ["suggest", corpus.photos["sea"], "--model", corpus.model, "-n", 12]
    assert "size" not in ask(*asked).lines[0]
    marked = ask(*asked, "--sizes").lines
    assert "size" in marked[0].split()
    assert any("broad" in line.split() for line in marked)


def test_a_file_of_sizes_goes_first(corpus: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "sizes.csv"
    file.write_text(
        '\ufefftag,post_count\n#Sea,"1,000,000"\nocean,999999\nwaves,99999\nx,y\n\n!?,5\n', "utf-8"
    )
    found = sizes(corpus, "--sizes-file", file)
    assert [found[name] for name in ("sea", "ocean", "waves", "बारिश")] == [
        "broad",
        "middle",
        "niche",
        "broad",
    ]
    answer = ask("suggest", corpus.photos["sea"], "--model", corpus.model, "--sizes-file", file)
    assert "size" in answer.lines[0].split()
    assert answer.err == f"{file}: 2 rows are no hashtag and number of posts, and left out (row 5, 7)\n"


@pytest.mark.parametrize(("text", "words"), [(None, "cannot read"), ("", "no sizes"), ("a\nb\n", "no sizes")])
def test_a_file_without_sizes_is_wrong_usage(
    corpus: Corpus, tmp_path: Path, text: str | None, words: str
) -> None:
    file = tmp_path / "sizes.csv"
    if text is not None:
        file.write_text(text)
    answer = ask("suggest", corpus.photos["sea"], "--model", corpus.model, "--sizes-file", file)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"Error: {file}: ")
    assert words in answer.err
