"""Whatever ends a training, the model that was there keeps answering. Real processes, really killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import THEMES, Corpus, draw, write_csv
from processes import Commander, visible, whole

import hashtagger
from hashtagger.model import load


@pytest.fixture
def job(corpus: Corpus, tmp_path: Path) -> list[object]:
    return ["train", corpus.posts, "--model", tmp_path / "model", "--backbone", "embedded"]


def answers(folder: Path, corpus: Corpus) -> bool:
    """Tell whether the model in `folder` knows the sea when it sees it."""
    found = hashtagger.load(folder).suggest(corpus.photos["sea"], top=5, neighbors=3)
    return {row.hashtag for row in found.hashtags} == set(THEMES["sea"])


def test_killed_anywhere_the_old_model_answers(
    commander: Commander, job: list[object], corpus: Corpus
) -> None:
    folder = Path(str(job[3]))
    assert commander(job) == [0]
    assert commander(job) == [0]  # features are cached now, as in the runs that are killed
    steps = commander.steps()
    assert steps > 60
    for moment in [*range(1, steps, steps // 12), *range(steps - 3, steps)]:
        assert commander(job, kill_before=moment) == [-signal.SIGKILL]
        assert answers(folder, corpus), f"killed before step {moment} of {steps}"
    assert commander(job) == [0]
    assert whole(folder)


def test_killed_on_the_first_training_the_next_one_makes_the_model(
    commander: Commander, job: list[object], corpus: Corpus
) -> None:
    folder = Path(str(job[3]))
    assert commander(job, kill_before=100) == [-signal.SIGKILL]
    assert commander(job) == [0]
    assert whole(folder)
    assert answers(folder, corpus)


def many_posts(folder: Path, n: int) -> Path:
    """Write `n` posts whose photos are large, so that reading them takes a while; each file is another."""
    folder.mkdir()
    rows = []
    for i in range(n):
        theme = list(THEMES)[i % len(THEMES)]
        if i < len(THEMES):
            draw(theme, i).resize((3000, 3000)).save(folder / f"{theme}.jpg", quality=60)
        (folder / f"{i}.jpg").write_bytes((folder / f"{theme}.jpg").read_bytes() + i.to_bytes(4, "big"))
        rows.append([f"https://example.org/{i}", f"{i}.jpg", "", THEMES[theme], i, "", ""])
    return write_csv(folder / "posts.csv", rows)


def cached(cache: Path) -> dict[bytes, int]:
    """Return which photos have features in the cache, and the number of the row, which a new one changes."""
    if not (cache / "features.sqlite").exists():
        return {}
    with sqlite3.connect(cache / "features.sqlite", timeout=30) as file:
        return dict(file.execute("SELECT content, rowid FROM features"))


def wait_for_features(process: "subprocess.Popen[str]", cache: Path) -> dict[bytes, int]:
    """Wait until some features are on disk, while the training goes on."""
    found: dict[bytes, int] = {}
    while not found and process.poll() is None:
        time.sleep(0.05)
        try:
            found = cached(cache)
        except sqlite3.OperationalError:  # the file is there, its table not yet
            continue
    assert process.poll() is None, "the training ended before it could be stopped"
    return found


def stay_on_one_core() -> None:
    """Keep a training slow enough to be stopped half-way, on however many cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def begin(posts: Path, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "hashtagger", "train", str(posts), "--model", str(folder),
         "--backbone", "embedded"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=stay_on_one_core,
    )  # fmt: skip


@pytest.fixture(scope="module")
def large_posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return many_posts(tmp_path_factory.mktemp("large") / "posts", 200)


def test_a_second_training_resumes_one_that_was_killed(
    large_posts: Path, tmp_path: Path, commander: Commander
) -> None:
    process = begin(large_posts, tmp_path / "model")
    wait_for_features(process, tmp_path / "cache")
    process.kill()
    process.communicate()
    before = cached(tmp_path / "cache")
    assert 0 < len(before) < 200
    assert commander(["train", large_posts, "--model", tmp_path / "model", "--backbone", "embedded"]) == [0]
    after = cached(tmp_path / "cache")
    assert len(after) == 200
    assert before.items() <= after.items()  # none of them was made again
    assert whole(tmp_path / "model")


def test_ctrl_c_ends_a_training_with_one_line(large_posts: Path, tmp_path: Path) -> None:
    process = begin(large_posts, tmp_path / "model")
    wait_for_features(process, tmp_path / "cache")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (out, err) == ("", "Stopped.\n")
    assert not (tmp_path / "model").exists()


def test_two_trainings_at_once_leave_one_whole_model(
    commander: Commander, job: list[object], corpus: Corpus, tmp_path: Path
) -> None:
    rows: list[list[object]] = [["x", "", "", ["other", "hashtags"], 1, "", ""]]
    other = write_csv(tmp_path / "other.csv", rows)
    folder = Path(str(job[3]))
    for _ in range(3):
        assert commander(job, ["train", other, *job[2:]], job) == [0, 0, 0]
        assert whole(folder)
        assert load(folder).names.all() in (["hashtags", "other"], load(corpus.model).names.all())


def test_a_file_that_may_not_grow_leaves_the_old_model(
    commander: Commander, job: list[object], corpus: Corpus
) -> None:
    folder = Path(str(job[3]))
    assert commander(job) == [0]
    before = visible(folder)
    for largest_file in (0x1000, 0x8000, 0x40000):
        assert commander(job, largest_file=largest_file) == [1]
        last = commander.said().splitlines()[-2]
        assert last.startswith("Error: ")
        assert "File too large" in last
        assert visible(folder) == before
    assert answers(folder, corpus)


def may_mount(folder: Path) -> bool:
    """Mount a disk of 12 MB at `folder` where that is allowed."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    return mounted.returncode == 0


def fill(folder: Path, left: int) -> None:
    """Fill the disk at `folder` until `left` bytes are free."""
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    (folder / "filler").write_bytes(bytes(max(free - left, 0)))


def test_a_full_disk_leaves_the_old_model(
    commander: Commander, job: list[object], corpus: Corpus, tmp_path: Path
) -> None:
    """On a small disk where mounting is allowed; elsewhere the test before this one says as much."""
    disk = tmp_path / "disk"
    disk.mkdir()
    job[3] = disk / "model"
    mounted = may_mount(disk)
    try:
        assert commander(job) == [0]
        if mounted:
            for left in (0, 0x3000, 0x20000):
                fill(disk, left)
                assert commander(job) == [1]
                assert "No space left on device" in commander.said().splitlines()[-2]
                assert commander.said().splitlines()[-2].startswith("Error: ")
                (disk / "filler").unlink()
        assert whole(disk / "model")
        assert answers(disk / "model", corpus)
    finally:
        if mounted:
            subprocess.run(["umount", str(disk)], check=True)
