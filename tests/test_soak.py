"""A process that suggests again and again keeps nothing: no memory, no open files, no threads."""

import io
from pathlib import Path

import pytest
from conftest import Corpus
from PIL import Image

import hashtagger
from hashtagger.errors import PhotoError

STATUS, FILES = Path("/proc/self/status"), Path("/proc/self/fd")


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells in /proc what a process holds")
def test_a_hundred_suggestions_leave_nothing_behind(corpus: Corpus) -> None:
    recommender = hashtagger.load(corpus.model)
    grey = io.BytesIO()
    Image.new("RGB", (2000, 1500), "grey").save(grey, "PNG")

    def ask() -> None:
        for photo in corpus.photos.values():
            assert recommender.suggest(photo).hashtags
        assert recommender.suggest(grey.getvalue()).unlike
        with pytest.raises(PhotoError):
            recommender.suggest(b"no photo")

    for _ in range(5):
        ask()  # what is made once is made now
    before = held()
    for _ in range(20):
        ask()
    megabytes, files, threads = (now - then for now, then in zip(held(), before, strict=True))
    assert megabytes < 3  # a photo as the network sees it, kept 100 times, would be 60
    assert (files, threads) == (0, 0)


def held() -> tuple[float, int, int]:
    """Return the MB that this process holds, mapped files aside, and its open files and threads."""
    told = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    return int(told["RssAnon"].split()[0]) / 1024, len(list(FILES.iterdir())), int(told["Threads"])
