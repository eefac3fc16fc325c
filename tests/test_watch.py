"""A folder that is watched, by real processes: new photos are done once, whatever comes between."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from conftest import THEMES, Corpus
from test_cli import ask

from hashtagger.errors import PhotoError
from hashtagger.photo_folders import subjects
from hashtagger.photos import open_photo
from hashtagger.watch import SEEN, watch

LONGEST = 60  # seconds that a machine may take; nothing here waits for time to pass


class Watcher:
    """A process that watches a folder."""

    def __init__(self, folder: Path, corpus: Corpus, *more: object) -> None:
        self.printed = folder.parent / "printed.txt"
        with self.printed.open("w") as out:
            command = ["-m", "hashtagger", "watch", folder, "--model", corpus.model, *more]
            self.process = subprocess.Popen(
                [sys.executable, *map(str, command)], stdout=out, stderr=subprocess.STDOUT
            )
        self.says(f"Watching {folder}")

    @property
    def lines(self) -> list[str]:
        return self.printed.read_text("utf-8").splitlines()

    def says(self, start: str) -> str:
        """Return the line that starts so, once it is there."""
        wait_for(lambda: self.process.poll() is not None or any(map(starts(start), self.lines)))
        return next(filter(starts(start), self.lines))

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(LONGEST)


Start = Callable[..., Watcher]


def starts(text: str) -> Callable[[str], bool]:
    return lambda line: line.startswith(text)


def wait_for(true: Callable[[], bool]) -> None:
    end = monotonic() + LONGEST
    while not true():
        assert monotonic() < end
        sleep(0.02)


def wait_for_note(folder: Path, name: str) -> None:
    wait_for(lambda: json.dumps(name) in (folder / SEEN).read_text("utf-8").splitlines())


@pytest.fixture
def folder(tmp_path: Path, corpus: Corpus) -> Path:
    """Return a folder in which there is a photo already."""
    (tmp_path / "landing").mkdir()
    shutil.copy(corpus.photos["city"], tmp_path / "landing" / "old.jpg")
    return tmp_path / "landing"


@pytest.fixture
def start(folder: Path, corpus: Corpus) -> Iterator[Start]:
    """Return what starts to watch the folder, and end what was started."""
    started: list[Watcher] = []

    def begin(*more: object) -> Watcher:
        started.append(Watcher(folder, corpus, *more))
        return started[-1]

    yield begin
    for watcher in started:
        watcher.process.kill()
        watcher.process.wait()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_photo_gets_its_sidecar_and_ctrl_c_leaves_nothing_half_done(
    start: Start, folder: Path, corpus: Corpus
) -> None:
    watcher = start()
    sea = shutil.copy(corpus.photos["sea"], folder / "sea.jpg")
    line = watcher.says(f"{sea}\t")
    assert watcher.stop() == 130
    pasted = line.split("\t")[1].split()
    assert set(THEMES["sea"]) & {tag.strip("#") for tag in pasted}
    assert [f"#{name}" for name in subjects(Path(f"{sea}.xmp").read_bytes())] == pasted
    assert watcher.lines[-1] == "Stopped."
    assert names(folder) == [SEEN, "old.jpg", "sea.jpg", "sea.jpg.xmp"]


def test_a_photo_that_is_half_copied_is_waited_for(start: Start, folder: Path, corpus: Corpus) -> None:
    watcher = start()
    data = corpus.photos["sea"].read_bytes()
    with (folder / "sea.jpg").open("wb") as copy:
        copy.write(data[: len(data) // 2])
        copy.flush()
        cats = shutil.copy(corpus.photos["cats"], folder / "cats.jpg")
        watcher.says(f"{cats}\t")  # so the half one has rested as long
        assert not (folder / "sea.jpg.xmp").exists()
        copy.write(data[len(data) // 2 :])
    watcher.says(f"{folder / 'sea.jpg'}\t")
    assert not list(filter(starts("Error"), watcher.lines))


def test_each_photo_is_done_once_whatever_interrupts(
    start: Start, folder: Path, corpus: Corpus, tmp_path: Path
) -> None:
    file = tmp_path / "lines.tsv"
    for theme, how in (("sea", signal.SIGKILL), ("cats", signal.SIGINT), ("grass", signal.SIGKILL)):
        shutil.copy(corpus.photos[theme], folder)  # the first lands before the start, and is not new
        watcher = start("--to", file)
        added = shutil.copy(corpus.photos[theme], folder / f"{theme} again.jpg")
        watcher.says(f"{added}\t")
        wait_for_note(folder, f"{theme} again.jpg")
        watcher.stop(how)
    done = [line.split("\t")[0] for line in file.read_text("utf-8").splitlines()]
    wanted = ["sea again", "cats", "cats again", "grass", "grass again"]
    assert done == [str(folder / f"{name}.jpg") for name in wanted]
    assert not list(folder.glob("*.xmp"))


def test_a_folder_that_goes_away_is_waited_for(start: Start, folder: Path, corpus: Corpus) -> None:
    watcher = start()
    folder.rename(folder.with_name("away"))
    watcher.says(f"{folder}: cannot be listed (No such file or directory); waiting for it")
    folder.with_name("away").rename(folder)
    watcher.says(f"{folder}: there again")
    sea = shutil.copy(corpus.photos["sea"], folder / "sea.jpg")
    watcher.says(f"{sea}\t")
    assert not (folder / "old.jpg.xmp").exists()


def test_what_cannot_be_read_is_told_once_and_tried_again_when_it_changes(
    folder: Path, corpus: Corpus
) -> None:
    told: list[str] = []
    done: list[str] = []

    def notify(line: str) -> None:
        told.append(line)
        if line.startswith("Watching"):
            (folder / "broken.jpg").write_bytes(b"not a photo")
        elif len(told) == 2:
            shutil.copy(corpus.photos["sea"], folder)
            shutil.copy(corpus.photos["cats"], folder / "broken.jpg")

    def do(photo: Path) -> None:
        open_photo(photo, 8)
        done.append(photo.name)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(folder, do, notify, every=0.01, patience=0.05)
    assert [line.partition(" (")[0] for line in told[1:]] == [
        f"Error: {folder / 'broken.jpg'}: not a JPEG, PNG, WebP, HEIC or GIF image, or damaged at its start"
    ]
    assert sorted(done) == ["broken.jpg", "sea.jpg"]
    noted = [json.loads(line) for line in (folder / SEEN).read_text().splitlines()]
    assert noted == ["old.jpg", done[0]]  # the other one was interrupted


def test_the_file_of_settings_holds(
    start: Start, folder: Path, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text('limit = 2\ntop = 3\nfor = "mastodon"\n')
    monkeypatch.setenv("HASHTAGGER_CONFIG", str(tmp_path / "config.toml"))
    watcher = start()
    sea = shutil.copy(corpus.photos["sea"], folder / "sea.jpg")
    assert len(watcher.says(f"{sea}\t").split("\t")[1].split()) == 2


def test_damage_in_what_is_noted_is_passed_over(folder: Path) -> None:
    (folder / SEEN).write_bytes(b'"old.jpg"\n\n{"half\xff')

    def stop(line: str) -> None:
        assert line == f"Watching {folder}; known photos in it: 1; Ctrl-C ends it"
        raise PhotoError("enough")

    with pytest.raises(PhotoError, match="enough"):
        watch(folder, print, stop)


def test_what_cannot_be_watched(folder: Path, corpus: Corpus) -> None:
    for path in (folder / "nowhere", folder / "old.jpg"):
        answer = ask("watch", path, "--model", corpus.model)
        assert (answer.code, answer.err) == (2, f"Error: {path}: no such folder; name one to watch\n")
