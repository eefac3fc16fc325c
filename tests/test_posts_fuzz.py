"""Damaged posts files: each is read, or refused in one line; never another exception, never a hang."""

import csv
import gzip
import io
import json
import random
from pathlib import Path

import pytest

from hashtagger.errors import PostsError
from hashtagger.posts import Posts, read_posts

FILES = 200
HEADER = ["post_link", "image", "tags", "likes", "datetime", "account", "caption"]
RECORDS = [
    [
        f"https://example.org/{i}",
        f"{i}.jpg",
        ["cat", f"tag{i}", "猫", "🐱"],
        i,
        "2019-03-01T12:00:00",
        "mia",
        f"#sun, {i}\nö",
    ]
    for i in range(60)
]


def a_csv(delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(HEADER)
    writer.writerows([*row[:2], json.dumps(row[2]), *row[3:]] for row in RECORDS)
    return text.getvalue().encode(encoding, "replace")


def some_json_lines() -> bytes:
    return b"".join(json.dumps(dict(zip(HEADER, row, strict=True))).encode() + b"\n" for row in RECORDS)


def a_json_list() -> bytes:
    return json.dumps([dict(zip(HEADER, row, strict=True)) for row in RECORDS], ensure_ascii=False).encode()


def a_parquet() -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({name: [row[i] for row in RECORDS] for i, name in enumerate(HEADER)})
    file = io.BytesIO()
    parquet.write_table(table, file)
    return file.getvalue()


def flip_bits(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.choice([1, 5, 50])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def cut(data: bytearray, chance: random.Random) -> bytes:
    return bytes(data[: chance.randrange(len(data))])


def insert_zeros(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.choice([1, 20])):
        data.insert(chance.randrange(len(data)), 0)
    return bytes(data)


def insert_garbage(data: bytearray, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return bytes(data[:place]) + chance.randbytes(chance.choice([1, 10, 5000])) + bytes(data[place:])


def insert_syntax(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.choice([1, 30])):
        data.insert(chance.randrange(len(data)), chance.choice(b"\"',;\t\n\r[]{}\\#&:-0"))
    return bytes(data)


def swap_delimiters(data: bytearray, chance: random.Random) -> bytes:
    old, new = chance.sample([b",", b";", b"\t", b'"', b"\n", b":"], 2)
    return bytes(data).replace(old, new)


def nest(data: bytearray, chance: random.Random) -> bytes:
    depth = chance.choice([100, 5_000, 200_000])
    place = bytes(data).find(b"[", chance.randrange(len(data) // 2))
    return bytes(data[:place]) + chance.choice([b"[", b'{"a":', b"(", b'"[\\"']) * depth + bytes(data[place:])


def drop_a_piece(data: bytearray, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return bytes(data[:start] + data[start + chance.randrange(1, 500) :])


VALID = {
    "csv": a_csv,
    "semicolons": lambda: a_csv(";"),
    "utf-16": lambda: a_csv(encoding="utf-16"),
    "utf-16 without mark": lambda: a_csv(encoding="utf-16-le"),
    "latin-1": lambda: a_csv("\t", "latin-1"),
    "shift-jis": lambda: a_csv(encoding="shift-jis"),
    "json lines": some_json_lines,
    "json list": a_json_list,
    "parquet": a_parquet,
    "csv.gz": lambda: gzip.compress(a_csv(), mtime=0),
    "json lines.gz": lambda: gzip.compress(some_json_lines(), mtime=0),
}
DAMAGES = [flip_bits, cut, insert_zeros, insert_garbage, insert_syntax, swap_delimiters, nest, drop_a_piece]


@pytest.mark.parametrize("seed", range(FILES))
def test_a_damaged_file_is_read_or_refused(tmp_path, seed):
    chance = random.Random(seed)
    data = list(VALID.values())[seed % len(VALID)]()
    for damage in chance.sample(DAMAGES, chance.choice([1, 1, 2])):
        data = damage(bytearray(data or b" "), chance)
    path = tmp_path / "posts"
    path.write_bytes(data)
    read = read_or_refuse(path)
    if isinstance(read, Posts):
        check(read)
    else:
        assert read.startswith(f"{path}: ")
        assert "\n" not in read
        assert len(read) < 1000 + len(str(path))


def read_or_refuse(path: Path) -> Posts | str:
    try:
        return read_posts(path)
    except PostsError as error:
        return str(error)


@pytest.mark.parametrize("name", VALID)
def test_the_files_were_good_before(tmp_path, name):
    path = tmp_path / "posts"
    path.write_bytes(VALID[name]())
    read = read_or_refuse(path)
    if name == "utf-16 without mark":  # nothing says what its bytes mean
        assert "is neither CSV, JSON nor Parquet" in str(read)
    else:
        assert isinstance(read, Posts)
        assert len(read) == len(RECORDS)


def check(posts: Posts) -> None:
    """Every column has an entry for each post, and every id names a hashtag."""
    columns = [posts.photos, posts.accounts, posts.search_hashtags, posts.categories]
    assert {len(column) for column in columns} == {len(posts)}
    assert len(posts.likes) == len(posts.dates) == len(posts.listed) == len(posts.rows) == len(posts) > 0
    assert posts.indptr[0] == 0
    assert posts.indptr[-1] == len(posts.tag_ids)
    assert set(posts.tag_ids.tolist()) == set(range(len(posts.vocabulary)))
    assert not (posts.likes < 0).any()
    for text in [*posts.vocabulary, *posts.links, *posts.accounts, *posts.notes, *map(str, posts.refusals)]:
        text.encode("utf-8")
