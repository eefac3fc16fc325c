"""A real Ray cluster of two nodes on this machine, one of which is killed half-way."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from conftest import Corpus

from hashtagger.errors import UsageError
from hashtagger.extraction import extract

SHARD = 4  # posts


def shards(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}


def kill_later(process: int, folder: Path, shards: int) -> threading.Thread:
    """Kill a process once there are some shards in `folder`; return the thread that waits for them."""

    def wait() -> None:
        while len(list(folder.glob("*.parquet"))) < shards:
            time.sleep(0.05)
        os.kill(process, signal.SIGKILL)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_killed_node_costs_no_photo_and_no_duplicate(corpus: Corpus, tmp_path: Path) -> None:
    utilities = pytest.importorskip("ray.cluster_utils", reason="no Ray here: pip install '.[ray]'")
    cluster = utilities.Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        node = cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        raylet = node.all_processes["raylet"][0].process.pid
        killer = kill_later(raylet, tmp_path / "far", 5)
        far = extract(
            [str(corpus.posts)], str(tmp_path / "far"), backbone="embedded", shard=SHARD, ray=cluster.address
        )
        killer.join(60)
        assert not killer.is_alive()
        again = extract(
            [str(corpus.posts)], str(tmp_path / "far"), backbone="embedded", shard=SHARD, ray=cluster.address
        )
    finally:
        cluster.shutdown()
    near = extract([str(corpus.posts)], str(tmp_path / "near"), backbone="embedded", shard=SHARD)
    assert (far.shards, far.photos) == (near.shards, near.photos) == (43, 12)
    assert (again.shards, again.written) == (43, 0)
    assert shards(tmp_path / "far") == shards(tmp_path / "near")


def test_no_cluster_is_one_line(corpus: Corpus, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="no Ray here: pip install '.[ray]'")
    with pytest.raises(UsageError, match="no cluster there") as caught:
        extract([str(corpus.posts)], str(tmp_path), backbone="embedded", ray="127.0.0.1:1")
    assert "\n" not in str(caught.value)
