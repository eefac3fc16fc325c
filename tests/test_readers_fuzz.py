"""Hostile and damaged input: one line each, never a traceback, never a file outside the folders given."""

import io
import json
import lzma
import random
import stat
import zipfile
from pathlib import Path

import pytest
from test_posts_fuzz import DAMAGES, check
from what_people_have import (
    PLACES,
    Made,
    graph_answers,
    instagram_post,
    instaloader_node,
    jpeg,
    put,
    write_apify_csv,
    write_instagram,
    xmp,
)

from hashtagger import archives
from hashtagger.errors import PostsError
from hashtagger.feature_cache import cache_folder
from hashtagger.folders import OUTSIDE
from hashtagger.instaloader import unpack
from hashtagger.posts import Posts, read_posts
from hashtagger.readers import KINDS

FILES = 500
POSTS = [Made(f"Post_00000{i}", f"#cats #tag{i} 😺", photos=1 + i % 3, likes=i) for i in range(5)]
EXPORT = json.dumps([instagram_post(post) for post in POSTS]).encode()


def a_zip(**entries: bytes) -> bytes:
    """Return a zip of the export's posts, its photos and more entries."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{PLACES[0]}/posts_1.json", EXPORT)
        for post in POSTS:
            for i in range(post.photos):
                archive.writestr(f"media/posts/201903/{post.code}_{i}.jpg", post.photo(i))
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def an_xz() -> bytes:
    return lzma.compress(json.dumps(instaloader_node(POSTS[0])).encode())


def an_apify_csv() -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return write_apify_csv(Path(folder), POSTS).read_bytes()


VALID = {
    "export.zip": a_zip(),
    "2019-03-01_12-00-00_UTC.json.xz": an_xz(),
    "2019-03-01_12-00-00_UTC.json": json.dumps(instaloader_node(POSTS[0]), indent=1).encode(),
    "posts_1.json": EXPORT,
    "answers.json": json.dumps(graph_answers(POSTS), indent=1).encode(),
    "page.json": json.dumps(graph_answers(POSTS)[0], indent=1).encode(),
    "apify.csv": an_apify_csv(),
}


def read_or_refuse(*paths: Path, **options) -> Posts | str:
    try:
        posts = read_posts(*paths, captions=True, **options)
    except PostsError as error:
        line = str(error)
    else:
        check(posts)
        return posts
    assert "\n" not in line
    return line


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a folder to read from, with secrets beside it; at the end nothing beside it has changed."""
    outside = {name: put(tmp_path, name, b"\xff\xd8\xff secret #secret") for name in ("secret.jpg", "s.txt")}
    (tmp_path / "in").mkdir()
    yield tmp_path / "in"
    assert {path.name for path in tmp_path.iterdir()} <= {"in", "cache", "own-model", *outside}
    assert all(path.read_bytes() == b"\xff\xd8\xff secret #secret" for path in outside.values())
    for path in (tmp_path / "cache").rglob("*"):
        assert path.is_dir() or path.parents[1] == cache_folder() / "exports"
        assert path.is_dir() or b"secret" not in path.read_bytes()


@pytest.mark.parametrize("part", range(10))
def test_damaged_files_are_read_or_refused(world, part):
    for seed in range(part, FILES, 10):
        chance = random.Random(seed)
        name = list(VALID)[seed // 10 % len(VALID)]
        data = VALID[name]
        for damage in chance.sample(DAMAGES, chance.choice([1, 1, 2])):
            data = damage(bytearray(data if len(data) > 3 else b"    "), chance)
        path = put(world, name, data)
        read_or_refuse(path, kind=chance.choice([None, None, *KINDS]))
        if not name.endswith(".csv"):
            read_or_refuse(world)
        path.unlink()


@pytest.mark.parametrize("name", VALID)
def test_the_files_were_good_before(world, name):
    assert isinstance(read_or_refuse(put(world, name, VALID[name])), Posts)


def test_a_damaged_sidecar_or_photo_is_passed_over(world):
    chance = random.Random(1)
    for i in range(200):
        for name, data in (("a.jpg", jpeg(subjects=["x"], iptc=[b"y"])), ("a.xmp", xmp("cats").encode())):
            put(world, name, chance.choice(DAMAGES)(bytearray(data), chance))
        put(world, "a.txt", f"#kept {i}")
        assert isinstance(read_or_refuse(world), Posts)


OUTWARD = [
    "../secret.jpg",
    "../../secret.jpg",
    "/etc/passwd",
    "{root}/secret.jpg",
    "..\\secret.jpg",
    "C:/x.jpg",
]


def export_naming(uri: str) -> bytes:
    return json.dumps([{"media": [{"uri": uri, "title": "#cats"}]}]).encode()


@pytest.mark.parametrize("uri", [*OUTWARD, "media/../../secret.jpg", "x\0y.jpg", "x" * 5000, "", "."])
def test_a_uri_that_leaves_the_export_is_left_out(world, uri):
    uri = uri.format(root=world.parent)
    put(world, f"{PLACES[0]}/posts_1.json", export_naming(uri))
    (world / "in.zip").write_bytes(b"")
    with zipfile.ZipFile(world / "in.zip", "w") as archive:
        archive.writestr(f"{PLACES[0]}/posts_1.json", export_naming(uri))
        archive.writestr("../secret.jpg", b"\xff\xd8\xff another secret")
    for path in (world, world / "in.zip"):
        posts = read_posts(path)
        assert posts.photos == [()]
        lines = [line for line in map(str, posts.refusals) if "photo left out" in line]
        assert len(lines) == bool(uri)
        assert all("\n" not in line and "\0" not in line and len(line) < 200 for line in lines)
        if ".." in uri and "\\" not in uri:
            assert OUTSIDE in lines[0]


def test_zip_entries_with_names_that_lead_outside_are_told_one_by_one(world):
    path = put(world, "in.zip", a_zip(**{name.format(root=world.parent): b"evil" for name in OUTWARD}))
    posts = read_posts(path)
    assert sum(map(len, posts.photos)) == sum(post.photos for post in POSTS)
    assert posts.refusals[0].reason == "zip entry left out: its name leads outside: '../secret.jpg'"
    assert posts.refusals[0].count == len(OUTWARD)


def test_an_entry_without_a_name_is_left_out(world):
    data = a_zip(Qx=b"nothing").replace(b"Qx", b"\0x")  # what follows a zero is no name
    reasons = [refusal.reason for refusal in read_posts(put(world, "in.zip", data)).refusals]
    assert reasons == ["zip entry left out: it has no name: ''"]


def test_links_and_locked_entries_in_a_zip_are_left_out(world):
    path = put(world, "in.zip", a_zip())
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("media/link.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "../../secret.jpg")
        archive.writestr("media/b.jpg", b"x", zipfile.ZIP_BZIP2)
        archive.writestr("media/c.jpg", b"x", zipfile.ZIP_LZMA)
    reasons = [refusal.reason for refusal in read_posts(path).refusals]
    assert reasons == [
        "zip entry left out: a link: 'media/link.jpg'",
        "zip entry left out: packed in a way that exports are not: 'media/b.jpg'",
    ]


def test_bombs_are_left_out(world):
    path = put(world, "in.zip", a_zip(**{f"{PLACES[0]}/posts_2.json": b" " * 50_000_000}))
    posts = read_posts(path)
    assert len(posts) == len(POSTS)
    assert "it unpacks to more than 200 times its size" in str(posts.refusals[0])
    with pytest.raises(PostsError, match="unpacks to over"):
        unpack(lzma.compress(b" " * 50_000_000))
    put(world, "2019-03-01_12-00-00_UTC.json.xz", lzma.compress(b" " * 50_000_000))
    refused = read_or_refuse(world / "2019-03-01_12-00-00_UTC.json.xz")
    assert "unpacks to over" in str(refused)


def test_more_photos_than_fit_into_a_zip_are_not_unpacked(world, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 6_000)
    posts = [Made(f"Post_1{i}", "#a") for i in range(50)]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{PLACES[0]}/posts_1.json", json.dumps([instagram_post(post) for post in posts]))
        for post in posts:
            archive.writestr(f"media/posts/201903/{post.code}_0.jpg", b" " * 5_000)
    data = file.getvalue()
    found = read_posts(put(world, "in.zip", data))
    unpacked = sum(path.stat().st_size for path in (cache_folder() / "exports").glob("*/*"))
    assert 5_000 <= unpacked <= 2 * len(data) + 6_000 < 250_000
    assert len(found) == len(posts)
    assert "the zip holds more photos than fit into it: a bomb" in str(found.refusals[0])


def test_links_out_of_a_folder_are_not_followed(world):
    write_instagram(world / "export", POSTS[:1])
    photo = world / "export/media/posts/201903/Post_000000_0.jpg"
    photo.unlink()
    photo.symlink_to(world.parent / "secret.jpg")
    posts = read_posts(world / "export")
    assert posts.photos == [()]
    assert OUTSIDE in str(posts.refusals[0])
    photos = world / "photos"
    put(photos, "a.jpg", jpeg(iptc=[b"mine"]))
    (photos / "a.txt").symlink_to(world.parent / "s.txt")
    (photos / "b.jpg").symlink_to(world.parent / "secret.jpg")
    (photos / "all").symlink_to(world.parent)
    put(photos, "b.txt", "#mine")
    posts = read_posts(photos)
    assert posts.vocabulary == ["mine"]
    assert [len(of_post) for of_post in posts.photos] == [1, 0]
    assert all(OUTSIDE in str(refusal) for refusal in posts.refusals)
    (world / "export" / PLACES[0] / "posts_1.json").unlink()
    (world / "export" / PLACES[0] / "posts_1.json").symlink_to(world.parent / "s.txt")
    assert OUTSIDE in str(read_or_refuse(world / "export"))


def test_photos_elsewhere_stay_in_their_folder(world):
    (world / "photos").mkdir()
    (world / "photos/Cats_000001.jpg").symlink_to(world.parent / "secret.jpg")
    table = put(world, "posts.csv", "shortcode,tags\nCats_000001,#a\n")
    assert read_posts(table, photos_dir=world / "photos").photos == [()]
