"""What people have reads to the same posts, whichever form it is in."""

import json
import lzma
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from what_people_have import (
    FORMATS,
    PLACES,
    Made,
    graph_post,
    instagram_post,
    instaloader_node,
    jpeg,
    mangle,
    put,
    shared_photos,
    write_captioned,
    write_instagram,
    write_instaloader,
    xmp,
    zip_folder,
)

from hashtagger.errors import PostsError, UsageError
from hashtagger.exports import repair
from hashtagger.feature_cache import cache_folder
from hashtagger.hashtags import find
from hashtagger.posts import Posts, read_posts
from hashtagger.reading import list_hashtags, read

POSTS = [
    Made("Cats_000001", "A nap 😺, déjà vu… #cats #猫", likes=459),
    Made("Sea_0000002", "Waves\n#sea #Océan #sea", photos=3, likes=17, seconds=1_551_441_700),
    Made("Film_000003", "it moves #film", photos=0, likes=5, seconds=1_551_441_800),
    Made("None_000004", "no tag at all", likes=5, seconds=1_551_441_900),
    Made("City_000005", "à la #città", likes=None, seconds=1_551_442_000),
]
GOOD = [POSTS[0], POSTS[1], POSTS[4]]

Seen = tuple[str, tuple[bytes, ...], list[str], int, float | None, int, str]


def expect(post: Made, likes: bool = True) -> Seen:
    known = float(post.likes) if likes and post.likes is not None else None
    photos = tuple(post.photo(i) for i in range(post.photos))
    tags = find(post.caption)
    return post.caption.strip(), photos, sorted(set(tags)), len(tags), known, post.seconds, post.account


def seen(posts: Posts) -> list[Seen]:
    """Return posts as what is in them, photos by their content, in the order of their captions."""
    return sorted(
        (
            posts.captions[i],
            tuple(Path(photo).read_bytes() for photo in posts.photos[i]),
            sorted(set(list_hashtags(posts, i))),
            int(posts.listed[i]),
            None if np.isnan(posts.likes[i]) else float(posts.likes[i]),
            int(posts.dates[i].astype(np.int64)),
            posts.accounts[i],
        )
        for i in range(len(posts))
    )


def read_made(name: str, folder: Path, posts: Sequence[Made]) -> Posts:
    path = FORMATS[name][0](folder, posts)
    photos = folder / "photos"
    return read_posts(path, photos_dir=photos if photos.is_dir() else None, captions=True)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_reads_to_the_same_posts(tmp_path, name):
    posts = read_made(name, tmp_path, POSTS)
    likes = not name.startswith("instagram")
    assert seen(posts) == sorted([expect(post, likes) for post in GOOD])
    assert posts.sources[0].format == FORMATS[name][1]
    left = {refusal.reason: refusal.count for refusal in posts.refusals}
    assert left == {"a video, not a photo": 1, "no hashtag": 1}
    if not name.startswith("instagram"):
        links = [f"https://www.instagram.com/p/{post.code}/" for post in GOOD]
        assert sorted(posts.links) == sorted(links)
    else:
        assert any("Instagram's export holds no likes" in note for note in posts.notes)
        assert [refusal.files[0] for refusal in posts.refusals] == ["posts_1.json", "posts_2.json"]
        assert [refusal.rows[0] for refusal in posts.refusals] == [3, 1]


def test_all_at_once_count_a_post_once(tmp_path):
    loaded = write_instaloader(tmp_path / "loader", POSTS)
    graph = FORMATS["graph"][0](tmp_path / "graph", POSTS)
    export = write_instagram(tmp_path / "export", POSTS)
    posts = read_posts(loaded, graph, export, photos_dir=tmp_path / "graph/photos", captions=True)
    assert [(source.format, source.posts) for source in posts.sources] == [
        ("instaloader", 3),
        ("table", 0),
        ("instagram", 3),  # has no links to know the posts by
    ]
    assert any("mia/2019-03-01_12-00-00_UTC.json.xz" in file for file in posts.files)
    assert posts.files[-1] == "export/posts_2.json"


CAPTIONS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40)
MADE = st.builds(
    lambda text, tags, **more: Made(caption=f"{text} {' '.join('#' + tag for tag in tags)}", **more),
    CAPTIONS,
    st.lists(st.sampled_from(["cats", "sea", "猫", "café", "🌊", "москва"]), min_size=1, max_size=4),
    code=st.text("abcXYZ019_-", min_size=11, max_size=11).filter(lambda code: code[-2] not in "_-"),
    photos=st.integers(0, 3),
    likes=st.one_of(st.none(), st.integers(4, 10**6)),
    seconds=st.integers(1_200_000_000, 1_900_000_000),
)
UNIQUE = st.lists(
    MADE, min_size=1, max_size=5, unique_by=(lambda p: p.code.lower(), lambda p: p.seconds)
).filter(lambda posts: any(post.photos for post in posts))


@pytest.mark.parametrize("name", FORMATS)
@given(posts=UNIQUE)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_posts_read_back_and_once_more_from_what_read_wrote(name, posts):
    with tempfile.TemporaryDirectory() as folder:
        found = read_made(name, Path(folder), posts)
        wanted = [expect(post, not name.startswith("instagram")) for post in posts if post.photos]
        assert seen(found) == sorted(wanted)
        for suffix in (".csv", ".parquet"):
            output = Path(folder) / f"read{suffix}"
            path = FORMATS[name][0](Path(folder), posts)
            photos = Path(folder) / "photos" if (Path(folder) / "photos").is_dir() else None
            read(path, output=output, photos_dir=photos)
            cache = Path(folder) if ".zip" not in name else cached_photos()
            same(found, read_posts(output, photos_dir=cache, captions=True))


def cached_photos() -> Path | None:
    return cache_folder() / "exports" if (cache_folder() / "exports").is_dir() else None


def same(one: Posts, other: Posts) -> None:
    for name in ("links", "photos", "accounts", "search_hashtags", "captions", "categories", "vocabulary"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("likes", "dates", "indptr", "tag_ids", "listed"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_what_read_wrote_beside_the_photos_needs_nothing_more(tmp_path):
    folder = write_instagram(tmp_path, GOOD)
    found, reading = read(folder, output=tmp_path / "posts.csv")
    assert reading.photos == 5
    assert "media/posts/201903/Cats_000001_0.jpg" in (tmp_path / "posts.csv").read_text("utf-8")
    same(found, read_posts(tmp_path / "posts.csv", captions=True))
    tmp_path.rename(tmp_path.with_name("moved"))
    assert sum(map(len, read_posts(tmp_path.with_name("moved") / "posts.csv").photos)) == 5


def test_where_photos_lie_elsewhere_the_report_says_how_to_read_on(tmp_path):
    folder = write_instagram(tmp_path / "export", GOOD)
    (tmp_path / "out").mkdir()
    found, reading = read(folder, output=tmp_path / "out" / "posts.parquet")
    shown = reading.notes[-1].rpartition("--photos ")[2]
    same(found, read_posts(tmp_path / "out" / "posts.parquet", photos_dir=Path(shown), captions=True))
    with pytest.raises(UsageError, match=r"written as \.csv or \.parquet"):
        read(folder, output=tmp_path / "posts.xlsx")
    with pytest.raises(UsageError, match="cannot be written"):
        read(folder, output=tmp_path / "gone" / "posts.csv")


# --- Instagram's export ---


@pytest.mark.parametrize("text", ["naïve", "猫😺", "plain", "é", "à", "Ã©", "déjà\n"])
def test_text_is_repaired(text):
    assert repair(mangle(text)) == text
    assert repair("already 猫") == "already 猫"
    assert repair("café") == "café"  # no UTF-8, so it was not mangled


def test_exports_with_missing_fields(tmp_path):
    odd = [
        7,
        {},
        {"media": None, "title": "#alone"},
        {"media": [{"uri": 5, "title": "#number"}]},
        {"media": [{"title": "#no uri"}, "x"]},
        {"uri": "media/a.jpg", "title": "#bare", "creation_timestamp": 1_551_441_600},
        {"media": [{"uri": "media/a.jpg"}, {"uri": "media/b.mp4"}], "title": "#mixed"},
    ]
    put(tmp_path, f"{PLACES[0]}/posts_1.json", json.dumps({"x": 1, "ig_posts": odd}))
    put(tmp_path, f"{PLACES[0]}/posts_2.json", json.dumps(instagram_post(POSTS[0])))
    put(tmp_path, f"{PLACES[0]}/posts_3.json", "[{")
    put(tmp_path, "media/a.jpg", b"a")
    posts = read_posts(tmp_path)
    assert posts.rows.tolist() == [3, 4, 5, 6, 7, 1]
    assert [len(photos) for photos in posts.photos] == [0, 0, 0, 1, 1, 0]
    assert [(r.reason.split(":")[0], r.rows, r.files[0]) for r in posts.refusals] == [
        ("not a JSON object", (1,), "posts_1.json"),
        ("no hashtag", (2,), "posts_1.json"),
        ("a video of a carousel", (7,), "posts_1.json"),
        ("photo left out", (1,), "posts_2.json"),
        ("cannot be read", (0,), "posts_3.json"),
    ]
    assert str(posts.refusals[-1]).startswith("1 file: cannot be read: no readable JSON: ")


def test_one_file_of_an_export_reads_too(tmp_path):
    write_instagram(tmp_path, GOOD)
    posts = read_posts(tmp_path / PLACES[0] / "posts_1.json", photos_dir=tmp_path)
    assert sum(map(len, posts.photos)) == 4


def test_where_a_photo_was_taken_is_never_kept(tmp_path):
    write_instagram(tmp_path, GOOD)
    read(tmp_path, output=tmp_path / "posts.csv")
    assert "12.5" not in (tmp_path / "posts.csv").read_text("utf-8")


# --- instaloader ---


def test_instaloader_without_its_json_is_read_by_name(tmp_path):
    write_instaloader(tmp_path, GOOD)
    for file in tmp_path.rglob("*.xz"):
        file.unlink()
    told = seen(read_posts(tmp_path, captions=True))
    assert [(*row[:4], row[5]) for row in told] == [(*row[:4], row[5]) for row in sorted(map(expect, GOOD))]


def test_one_post_of_instaloader_reads_too(tmp_path):
    write_instaloader(tmp_path, POSTS)
    posts = read_posts(*sorted((tmp_path / "mia").glob("2019*.json.xz")), captions=True)
    assert seen(posts) == sorted(map(expect, GOOD))


def test_instaloader_json_may_be_plain_and_named_by_shortcode(tmp_path):
    put(tmp_path, "Bx1.json.xz", lzma.compress(json.dumps(instaloader_node(POSTS[0])).encode()))
    put(tmp_path, "Bx1_1.jpg", b"one")
    put(tmp_path, "Bx1_2.jpg", b"two")
    put(tmp_path, "2019-03-01_13-00-00_UTC.json", json.dumps(instaloader_node(POSTS[1])))
    posts = read_posts(tmp_path)
    assert [len(photos) for photos in posts.photos] == [0, 2]
    assert posts.likes.tolist() == [17, 459]


# --- scrapers ---


def test_photos_elsewhere_are_found_by_file_name_too(tmp_path):
    post = {**graph_post(POSTS[0]), "permalink": ""}
    path = put(tmp_path, "answers.json", json.dumps({"data": [post]}))
    assert read_posts(path).photos[0][0].startswith("https://")
    put(tmp_path, "photos/x/Cats_0000010.jpg", b"here")
    assert read_posts(path, photos_dir=tmp_path / "photos").photos == [
        (str(tmp_path / "photos/x/Cats_0000010.jpg"),)
    ]
    put(tmp_path, "photos/y/Cats_0000010.jpg", b"which?")
    assert read_posts(path, photos_dir=tmp_path / "photos").photos[0][0].startswith("https://")


def test_a_table_finds_photos_by_shortcode(tmp_path):
    shared_photos(tmp_path, GOOD)
    path = put(tmp_path, "posts.csv", "shortcode,tags\nSea_0000002,#sea\nGone_000009,#gone\n")
    assert [len(of_post) for of_post in read_posts(path, photos_dir=tmp_path / "photos").photos] == [3, 0]


def test_only_photos_are_found_by_shortcode_and_in_their_order(tmp_path):
    for name in ("_2.jpg", ".jpg", "_10.jpg", ".json", "_3.mp4", ".txt"):
        put(tmp_path, f"photos/Code_00000a{name}", b"x")
    rows = "Code_00000a,#a,http://[no/link.jpg\nother,#b,http://[::\n"
    posts = read_posts(
        put(tmp_path, "posts.csv", f"shortcode,tags,image\n{rows}"), photos_dir=tmp_path / "photos"
    )
    found = [[photo.rpartition("Code_00000a")[2] for photo in of_post] for of_post in posts.photos]
    assert found == [[".jpg", "_2.jpg", "_10.jpg"], ["http://[::"]]


def test_apify_lists_of_hashtags_over_columns(tmp_path):
    path = put(tmp_path, "a.csv", "hashtags/0,hashtags/1,likesCount,url\ncats,猫,5,u\n,,6,v\nsea,,7,w\n")
    posts = read_posts(path)
    assert [list_hashtags(posts, i) for i in range(2)] == [["cats", "猫"], ["sea"]]
    assert posts.likes.tolist() == [5, 7]


@pytest.mark.parametrize("name", ["apify.json", "apify.csv", "graph"])
def test_photos_of_scrapers_are_links_where_none_are_here(tmp_path, name):
    posts = read_posts(FORMATS[name][0](tmp_path, POSTS))
    assert [len(photos) for photos in posts.photos] == [post.photos for post in GOOD]
    assert all(photo.startswith("https://") for photos in posts.photos for photo in photos)


def test_kaggles_tables(tmp_path):
    one = put(
        tmp_path,
        "Instagram data.csv",
        "Impressions,From Hashtags,Likes,Profile Visits,Caption,Hashtags\n"
        "3920,1028,162,35,Here are caf\xe9s,#finance\xa0#money\n".encode("latin-1"),
    )
    two = put(
        tmp_path,
        "reach.csv",
        ",S.No,USERNAME,Caption,Followers,Hashtags,Time since posted,Likes\n"
        "0,1,mikequindazzi,Who,1600,#MachineLearning #AI,11 hours,139\n",
    )
    posts = read_posts(one, two, captions=True)
    assert [list_hashtags(posts, i) for i in range(2)] == [["finance", "money"], ["machinelearning", "ai"]]
    assert posts.captions == ["Here are cafés", "Who"]
    assert (posts.likes.tolist(), posts.accounts) == ([162, 139], ["", "mikequindazzi"])


# --- folders of photos ---


def test_photos_with_captions_beside_them(tmp_path):
    write_captioned(tmp_path, GOOD)
    posts = read_posts(tmp_path, captions=True)
    assert posts.sources[0].format == "photos"
    assert len(posts) == 5
    assert {row[:2] for row in seen(posts)} == {
        (post.caption, (post.photo(i),)) for post in GOOD for i in range(post.photos)
    }


def test_keywords_from_everywhere(tmp_path):
    put(tmp_path, "a.jpg", jpeg(subjects=["Golden hour", "#sea"]))
    put(tmp_path, "b.jpg", jpeg(iptc=[b"caf\xc3\xa9", b"gr\xfcn"]))
    put(tmp_path, "c.jpg", jpeg())
    put(tmp_path, "c.jpg.xmp", xmp("one", "猫"))
    put(tmp_path, "d.jpg", jpeg(subjects=["one"], iptc=[b"one", b"two"]))
    put(tmp_path, "d.xmp", xmp("one"))
    put(tmp_path, "d.txt", "And #three #two")
    put(tmp_path, "e.jpg", jpeg())
    posts = read_posts(tmp_path)
    assert [list_hashtags(posts, i) for i in range(4)] == [
        ["goldenhour", "sea"], ["café", "grün"], ["one", "猫"], ["one", "two", "three"],
    ]  # fmt: skip
    assert [str(refusal) for refusal in posts.refusals] == ["1 file: no hashtag (e.jpg)"]


def test_a_broken_sidecar_is_told_and_the_photo_still_counts(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    for name, sidecar in {"a": "<x", "b": bomb, "c": "", "d": '<?xml encoding="no"?><a/>'}.items():
        put(tmp_path, f"{name}.jpg", jpeg(iptc=[b"kept"]) + name.encode())
        put(tmp_path, f"{name}.xmp", sidecar)
    posts = read_posts(tmp_path)
    assert len(posts) == 4
    assert [refusal.count for refusal in posts.refusals] == [4]
    assert str(posts.refusals[0]).startswith("4 files: sidecar left out: no readable XMP")


def test_format_is_forced_or_told_to_be_wrong(tmp_path):
    write_instagram(tmp_path / "export", GOOD)
    put(tmp_path, "export/media/posts/201903/Cats_000001_0.txt", "#other")
    assert len(read_posts(tmp_path / "export", kind="photos")) == 1
    path = put(tmp_path, "posts.csv", "tags\n#a\n")
    for kind in ("instagram", "instaloader", "photos"):
        with pytest.raises(PostsError, match=rf"posts\.csv: not what --format {kind} reads"):
            read_posts(path, kind=kind)
    with pytest.raises(PostsError, match=r"is a folder"):
        read_posts(tmp_path / "export", kind="table")
    with pytest.raises(PostsError, match=r"holds no posts_1\.json"):
        read_posts(zip_folder(tmp_path / "export" / "media", tmp_path / "x.zip"), kind="instagram")
    with pytest.raises(UsageError, match="no such format; there are table, instagram, instaloader, photos"):
        read_posts(path, kind="word")


def test_the_command_shows_posts_and_what_was_left_out(run, tmp_path):
    write_instagram(tmp_path / "me", POSTS)
    done = run("read", tmp_path / "me", COLUMNS="60")
    assert done.returncode == 0
    assert "#cats #猫" in done.stdout
    assert "me: Instagram's export, 3 posts" in done.stderr
    assert "1 row: a video, not a photo (posts_1.json, row 3)" in done.stderr
    assert max(map(len, (done.stdout + done.stderr).splitlines())) <= 60
    told = json.loads(run("read", tmp_path / "me", "-o", tmp_path / "o.csv", "--json").stdout)
    assert (told["posts"], told["photos"], told["posts_with_likes"]) == (3, 5, 0)
    wrong = run("read", tmp_path / "me", "--format", "table")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (1, 1)


def test_a_folder_with_a_table_asks_for_the_table(tmp_path):
    put(tmp_path, "photos/a.jpg", jpeg(iptc=[b"cats"]))
    put(tmp_path, "posts.csv", "tags\n#a\n")
    with pytest.raises(
        PostsError, match=r"a folder with posts\.csv; name that file, or give --format photos"
    ):
        read_posts(tmp_path)
    assert read_posts(tmp_path, kind="photos").vocabulary == ["cats"]


def test_files_of_one_name_are_told_apart(tmp_path):
    one, two = (put(tmp_path, f"{name}/posts.csv", "tags,x\n,1\n#a,2\n") for name in ("one", "two"))
    assert read_posts(one, two).files == [str(one), str(two)]


def test_json_lines_in_utf_16(tmp_path):
    lines = "\n".join(json.dumps(graph_post(post)) for post in GOOD)
    path = put(tmp_path, "posts.jsonl", lines.encode("utf-16"))
    assert [len(photos) for photos in read_posts(path).photos] == [1, 3, 1]


def test_a_folder_of_photos_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match=r"--photos .*gone: no such folder"):
        read_posts(put(tmp_path, "posts.csv", "tags\n#a\n"), photos_dir=tmp_path / "gone")
