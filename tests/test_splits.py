"""What is learned from and what is tested on share no account, no near copy and no link."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hashtagger.corpora import subset
from hashtagger.errors import UsageError
from hashtagger.posts import read_posts
from hashtagger.splits import SAME_AT_LEAST, SAME_HASHTAGS, folds, group_alike, join_same

NO_PHOTOS = (np.empty((0, 1), np.float32), np.empty(0, np.int64))


def posts_of(folder: Path, *rows: str):
    file = folder / "posts.csv"
    file.write_text("account,datetime,tags\n" + "\n".join(rows) + "\n")
    return read_posts(file)


def csr(lists):
    return (
        np.concatenate([[0], np.cumsum([len(tags) for tags in lists])]).astype(np.int64),
        np.array([tag for tags in lists for tag in tags], np.int32),
    )


def test_near_copies_of_a_list_join_and_a_shared_hashtag_does_not():
    lists = [[0, 1, 2, 3], [3, 2, 1, 0], [0, 1, 2, 4], [0, 5, 6, 7], [5], [5]]
    assert group_alike(*csr(lists), *NO_PHOTOS).tolist() == [0, 0, 0, 1, 2, 3]


def test_near_copies_of_a_photo_join():
    features = np.array([[1, 0], [0, 1], [2, 0.1]], np.float32)
    groups = group_alike(*csr([[0], [1], [2], [3]]), features, np.array([0, 1, 3]))
    assert groups.tolist() == [0, 1, 2, 0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sets(st.integers(0, 9), min_size=1), min_size=1, max_size=12))
def test_grouping_finds_every_pair_that_comparing_all_finds(sets):
    lists = [sorted(tags) for tags in sets]
    groups = group_alike(*csr(lists), *NO_PHOTOS)
    expected = np.arange(len(sets))
    for i, one in enumerate(sets):
        for j, other in enumerate(sets[:i]):
            shared = len(one & other)
            if shared >= SAME_AT_LEAST and shared >= SAME_HASHTAGS * len(one | other):
                expected[expected == expected[i]] = expected[j]
    assert ((groups[:, None] == groups) == (expected[:, None] == expected)).all()


def test_grouping_changes_nothing_that_it_is_given():
    indptr, tag_ids = csr([[5, 2, 0], [1, 2]])
    group_alike(indptr, tag_ids, *NO_PHOTOS)
    assert tag_ids.tolist() == [5, 2, 0, 1, 2]
    assert indptr.tolist() == [0, 3, 5]


def test_accounts_join_what_is_alike_and_unknown_ones_join_nothing():
    assert join_same(["a", "b", "", "", "a"], np.array([0, 1, 2, 3, 1])).tolist() == [0, 0, 1, 2, 0]


def corpus(folder):
    """Return 24 posts of 8 accounts, some of them copies of another account's."""
    rows = []
    for i in range(24):
        tags = f"#common #topic{i % 5} " + " ".join(f"#own{i}x{j}" for j in range(4))
        if i in (9, 17):
            tags = "#common #same1 #same2 #same3"
        rows.append(f"account{i % 8},2020-01-{i + 1:02},{tags}")
    return posts_of(folder, *rows)


@pytest.mark.parametrize("how", ["account", "random", "time"])
def test_the_sides_share_no_post_and_no_copy(tmp_path, how):
    posts = corpus(tmp_path)
    alike = group_alike(posts.indptr, posts.tag_ids, *NO_PHOTOS)
    assert alike[9] == alike[17]
    parts = folds(posts, how, 4, np.ones(24, bool), alike)
    for train, test in parts:
        assert not set(train) & set(test)
        assert not set(alike[train]) & set(alike[test])
        if how == "account":
            assert not {posts.accounts[i] for i in train} & {posts.accounts[i] for i in test}
        if how == "time":
            assert posts.dates[train].max() < posts.dates[test].min()
    tested = np.concatenate([test for _, test in parts])
    assert sorted(tested) == (list(range(18, 24)) if how == "time" else list(range(24)))


def test_posts_that_are_not_tested_on_are_still_learned_from(tmp_path):
    posts = corpus(tmp_path)
    testable = np.arange(24) % 8 < 4  # of half of the accounts
    for train, test in folds(posts, "account", 2, testable, np.arange(24)):
        assert testable[test].all()
        assert set(np.flatnonzero(~testable)) <= set(train)


def test_too_few_accounts_and_missing_dates_are_said_in_a_line(tmp_path):
    posts = posts_of(tmp_path, "a,,#x #y", "a,,#z #w", "b,,#u #v")
    with pytest.raises(UsageError, match="3 folds need as many groups of posts to test on, and there are 2"):
        folds(posts, "account", 3, np.ones(3, bool), np.arange(3))
    with pytest.raises(UsageError, match="--split time needs posts with dates"):
        folds(posts, "time", 3, np.ones(3, bool), np.arange(3))


def test_a_subset_is_what_reading_only_its_rows_gives(tmp_path):
    rows = ["a,2020-01-01,#x #y", "b,2020-01-02,#z #y #x", "c,2020-01-03,#z #q"]
    part = subset(posts_of(tmp_path, *rows), np.array([1, 2]))
    alone = posts_of(tmp_path, *rows[1:])
    assert part.vocabulary == alone.vocabulary == ["z", "q", "x", "y"]
    for name in ("indptr", "tag_ids", "listed", "dates"):
        assert getattr(part, name).tolist() == getattr(alone, name).tolist()
    assert part.accounts == alone.accounts
