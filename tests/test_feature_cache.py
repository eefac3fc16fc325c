"""The cache on disk: what it keeps, what it forgets, and every way in which the file can fail."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hashtagger.errors import HashtaggerError
from hashtagger.feature_cache import FeatureCache, cache_folder

NET = "ab" * 32
VECTOR = np.array([1.5, -2.25, 3.125], np.float32)


def test_what_was_put_is_there_at_once_and_after_closing(tmp_path):
    cache = FeatureCache(tmp_path / "deep" / "features.sqlite", pytest.fail)
    assert cache.get(b"cat", NET) is None
    cache.put(b"cat", NET, VECTOR)
    assert cache.get(b"cat", NET).tobytes() == VECTOR.tobytes()
    cache.close()
    again = FeatureCache(tmp_path / "deep" / "features.sqlite", pytest.fail)
    assert again.get(b"cat", NET).tobytes() == VECTOR.tobytes()
    again.close()


def test_forgetting_leaves_no_byte_of_the_photo(tmp_path):
    path = tmp_path / "features.sqlite"
    cache, other = FeatureCache(path, pytest.fail), FeatureCache(path, pytest.fail)
    dice = np.random.default_rng(5)
    vectors = {bytes([i]) * 16: dice.normal(size=1280).astype(np.float32) for i in range(50)}
    for content, vector in vectors.items():
        cache.put(content, NET, vector)
        cache.put(content, "cd" * 32, vector)
    cache.flush()
    gone = bytes([7]) * 16
    assert any(vectors[gone][:20].tobytes() in file.read_bytes() for file in tmp_path.iterdir())
    cache.forget([gone])
    for file in tmp_path.iterdir():
        held = file.read_bytes()
        assert gone not in held
        assert not any(vectors[gone][i : i + 4].tobytes() in held for i in range(0, 1280, 4))
    assert cache.get(gone, NET) is None
    assert other.get(bytes([8]) * 16, NET).tobytes() == vectors[bytes([8]) * 16].tobytes()


def test_forgetting_while_another_reads_is_refused_rather_than_half_done(tmp_path, monkeypatch):
    monkeypatch.setattr("hashtagger.feature_cache.BUSY_SECONDS", 0.1)
    path = tmp_path / "features.sqlite"
    cache = FeatureCache(path, pytest.fail)
    cache.put(b"cat", NET, VECTOR)
    cache.flush()
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM features").fetchone()
    with pytest.raises(HashtaggerError, match="in use, traces may stay"):
        cache.forget([b"cat"])
    reader.close()
    cache.forget([b"cat"])


def test_a_damaged_file_is_set_aside_and_begun_anew(tmp_path):
    path, notes = tmp_path / "features.sqlite", []
    path.write_bytes(b"no database at all" * 300)
    cache = FeatureCache(path, notes.append)
    cache.put(b"cat", NET, VECTOR)
    cache.close()
    assert len(notes) == 1
    assert "damaged feature cache (file is not a database); set aside, begun anew" in notes[0]
    assert (tmp_path / "features.sqlite.damaged").read_bytes() == b"no database at all" * 300
    again = FeatureCache(path, pytest.fail)
    assert again.get(b"cat", NET).tobytes() == VECTOR.tobytes()
    again.forget([b"cat"])
    assert not (tmp_path / "features.sqlite.damaged").exists()


def test_damage_inside_the_file_is_noticed_while_reading(tmp_path):
    path, notes = tmp_path / "features.sqlite", []
    cache = FeatureCache(path, pytest.fail)
    for i in range(200):
        cache.put(bytes([i]) * 16, NET, np.full(1280, i, np.float32))
    cache.close()
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = bytes([0x5A]) * (len(damaged) - 4096)
    path.write_bytes(damaged)
    cache = FeatureCache(path, notes.append)
    assert cache.get(bytes([3]) * 16, NET) is None
    cache.put(b"cat", NET, VECTOR)
    cache.flush()
    assert cache.get(b"cat", NET).tobytes() == VECTOR.tobytes()
    assert len(notes) == 1
    assert "begun anew" in notes[0]


def test_without_a_writable_place_it_does_without(tmp_path):
    (tmp_path / "file").touch()
    notes = []
    cache = FeatureCache(tmp_path / "file" / "below" / "features.sqlite", notes.append)
    cache.put(b"cat", NET, VECTOR)
    cache.flush()
    assert cache.get(b"cat", NET) is None
    with pytest.raises(HashtaggerError, match="nothing was forgotten"):
        cache.forget([b"cat"])
    cache.close()
    assert len(notes) == 1
    assert "no feature cache in this run (Not a directory); photos will be extracted again" in notes[0]


def run(code, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)], text=True, **options
    )


FULL = """
    import resource, signal, sys
    from pathlib import Path
    import numpy as np
    from hashtagger.feature_cache import FeatureCache
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    cache = FeatureCache(Path(sys.argv[1]), print)
    for i in range(400):
        cache.put(i.to_bytes(16, "big"), "ab" * 32, np.zeros(1280, np.float32))
        if i % 20 == 0: cache.flush()
    cache.close()
    print("done")
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")
def test_a_full_disk_ends_its_use_with_one_line(tmp_path):
    child = run(FULL, tmp_path / "features.sqlite", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said, trouble = child.communicate(timeout=60)
    assert trouble == ""
    note, done = said.splitlines()
    assert "no feature cache in this run" in note
    assert done == "done"


WRITER = """
    import sys, time
    from pathlib import Path
    import numpy as np
    from hashtagger.feature_cache import FeatureCache
    cache, start = FeatureCache(Path(sys.argv[1]), print), int(sys.argv[2])
    for i in range(start, start + 300):
        cache.put(i.to_bytes(16, "big"), "ab" * 32, np.full(8, i, np.float32))
        if i % 3 == 0: cache.flush()
    print("ready", flush=True)
    if sys.argv[3] == "wait":
        cache.put(b"unsaved", "ab" * 32, np.zeros(8, np.float32))
        time.sleep(60)
    cache.close()
"""


def test_two_processes_at_once(tmp_path):
    path = tmp_path / "features.sqlite"
    writers = [run(WRITER, path, start, "end", stdout=subprocess.PIPE) for start in (0, 1000)]
    assert [writer.communicate(timeout=60)[0] for writer in writers] == ["ready\n"] * 2
    cache = FeatureCache(path, pytest.fail)
    for i in [*range(300), *range(1000, 1300)]:
        assert cache.get(i.to_bytes(16, "big"), NET)[0] == i
    cache.close()


def test_many_that_begin_one_file_together(tmp_path):
    for attempt in range(30):
        path, together = tmp_path / str(attempt) / "features.sqlite", threading.Barrier(4)

        def begin(content, path=path, together=together):
            together.wait()
            cache = FeatureCache(path, pytest.fail)
            cache.put(content, NET, np.ones(8, np.float32))
            cache.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(begin, (b"one", b"two", b"three", b"four")))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_kill_loses_only_what_was_not_committed(tmp_path):
    path = tmp_path / "features.sqlite"
    writer = run(WRITER, path, 0, "wait", stdout=subprocess.PIPE)
    assert writer.stdout.readline() == "ready\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    cache = FeatureCache(path, pytest.fail)
    assert all(cache.get(i.to_bytes(16, "big"), NET)[0] == i for i in range(298))
    assert cache.get(b"unsaved", NET) is None
    cache.close()


def test_the_folder_can_be_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv("HASHTAGGER_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("HASHTAGGER_CACHE")
    assert cache_folder().name == "hashtagger"
