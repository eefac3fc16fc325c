"""Whatever ends a training, the model that was there keeps answering. Real processes, really killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import THEMES, Corpus, draw, write_csv

import hashtagger
from hashtagger.model import CARD, load

# A process that has imported what takes long, and forks a training for each line that it reads. A training
# that is to die counts its steps on files (opened, made, moved, removed) and kills itself before the n-th.
TRAINER = """
import json, os, resource, signal, sys
import gensim.models, pandas, sklearn.decomposition
import hashtagger.cli, hashtagger.training

STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "sqlite3.connect"}

def begin(arguments, cache, kill_before, largest_file, log):
    os.environ["HASHTAGGER_CACHE"] = cache
    with open(log, "ab") as lines:
        os.dup2(lines.fileno(), 2)
        os.dup2(lines.fileno(), 1)
    if largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    steps = 0
    def count(event, _):
        nonlocal steps
        steps += event in STEPS
        if event in STEPS and steps == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    sys.argv = ["hashtagger", "train", *arguments]
    try:
        hashtagger.cli.main()
    except SystemExit as end:
        os.write(2, f"steps {steps}\\n".encode())
        os._exit(end.code or 0)

for line in sys.stdin:
    jobs = json.loads(line)
    children = []
    for job in jobs:
        if not (child := os.fork()):
            begin(**job)
        children.append(child)
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]), flush=True)
"""


class Trainer:
    """Runs trainings as processes."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self.process, self.log, self.cache = process, folder / "log", folder / "cache"

    def __call__(self, *jobs: list[object], kill_before: int = 0, largest_file: int = 0) -> list[int]:
        """Train with each of `jobs`, all at once; return their exit codes, -9 where killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.log.unlink(missing_ok=True)
        how = {"kill_before": kill_before, "largest_file": largest_file}
        how |= {"log": str(self.log), "cache": str(self.cache)}
        print(
            json.dumps([{"arguments": [str(a) for a in job], **how} for job in jobs]),
            file=self.process.stdin, flush=True,
        )  # fmt: skip
        codes: list[int] = json.loads(self.process.stdout.readline())
        assert "Traceback" not in self.said()
        return codes

    def said(self) -> str:
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def steps(self) -> int:
        return int(self.said().split()[-1])


@pytest.fixture(scope="module")
def trainer_process() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", TRAINER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def trainer(trainer_process: "subprocess.Popen[str]", tmp_path: Path) -> Trainer:
    return Trainer(trainer_process, tmp_path)


@pytest.fixture
def job(corpus: Corpus, tmp_path: Path) -> list[object]:
    return [corpus.posts, "--model", tmp_path / "model", "--backbone", "embedded"]


def answers(folder: Path, corpus: Corpus) -> bool:
    """Tell whether the model in `folder` knows the sea when it sees it."""
    found = hashtagger.load(folder).suggest(corpus.photos["sea"], top=5, neighbors=3)
    return {row.hashtag for row in found.hashtags} == set(THEMES["sea"])


def visible(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def whole(folder: Path) -> bool:
    """Tell whether `folder` holds one model, every part as sealed, and nothing else."""
    info = json.loads((folder / CARD).read_text("utf-8"))
    load(folder)
    return visible(folder) == {CARD, info["parts"]}


def test_killed_anywhere_the_old_model_answers(trainer: Trainer, job: list[object], corpus: Corpus) -> None:
    folder = Path(str(job[2]))
    assert trainer(job) == [0]
    assert trainer(job) == [0]  # features are cached now, as in the runs that are killed
    steps = trainer.steps()
    assert steps > 60
    for moment in [*range(1, steps, steps // 12), *range(steps - 3, steps)]:
        assert trainer(job, kill_before=moment) == [-signal.SIGKILL]
        assert answers(folder, corpus), f"killed before step {moment} of {steps}"
    assert trainer(job) == [0]
    assert whole(folder)


def test_killed_on_the_first_training_the_next_one_makes_the_model(
    trainer: Trainer, job: list[object], corpus: Corpus
) -> None:
    folder = Path(str(job[2]))
    assert trainer(job, kill_before=100) == [-signal.SIGKILL]
    assert trainer(job) == [0]
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
    large_posts: Path, tmp_path: Path, trainer: Trainer
) -> None:
    process = begin(large_posts, tmp_path / "model")
    wait_for_features(process, tmp_path / "cache")
    process.kill()
    process.communicate()
    before = cached(tmp_path / "cache")
    assert 0 < len(before) < 200
    assert trainer([large_posts, "--model", tmp_path / "model", "--backbone", "embedded"]) == [0]
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
    assert visible(tmp_path / "model") == set()


def test_two_trainings_at_once_leave_one_whole_model(
    trainer: Trainer, job: list[object], corpus: Corpus, tmp_path: Path
) -> None:
    rows: list[list[object]] = [["x", "", "", ["other", "hashtags"], 1, "", ""]]
    other = write_csv(tmp_path / "other.csv", rows)
    folder = Path(str(job[2]))
    for _ in range(3):
        assert trainer(job, [other, *job[1:]], job) == [0, 0, 0]
        assert whole(folder)
        assert load(folder).names.all() in (["hashtags", "other"], load(corpus.model).names.all())


def test_a_file_that_may_not_grow_leaves_the_old_model(
    trainer: Trainer, job: list[object], corpus: Corpus
) -> None:
    folder = Path(str(job[2]))
    assert trainer(job) == [0]
    before = visible(folder)
    for largest_file in (0x1000, 0x8000, 0x40000):
        assert trainer(job, largest_file=largest_file) == [1]
        last = trainer.said().splitlines()[-2]
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
    trainer: Trainer, job: list[object], corpus: Corpus, tmp_path: Path
) -> None:
    """On a small disk where mounting is allowed; elsewhere the test before this one says as much."""
    disk = tmp_path / "disk"
    disk.mkdir()
    job[2] = disk / "model"
    mounted = may_mount(disk)
    try:
        assert trainer(job) == [0]
        if mounted:
            for left in (0, 0x3000, 0x20000):
                fill(disk, left)
                assert trainer(job) == [1]
                assert "No space left on device" in trainer.said().splitlines()[-2]
                assert trainer.said().splitlines()[-2].startswith("Error: ")
                (disk / "filler").unlink()
        assert whole(disk / "model")
        assert answers(disk / "model", corpus)
    finally:
        if mounted:
            subprocess.run(["umount", str(disk)], check=True)
