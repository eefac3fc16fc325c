"""Reading posts files: small files whose posts are evident."""

import csv
import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest

from hashtagger.errors import PostsError, UsageError
from hashtagger.posts import Posts, Refusal, read_posts

HEADER = ["post_link", "image", "search_hashtag", "tags", "likes", "datetime", "account", "caption"]
POSTS = [
    ["https://example.org/1", "a.jpg", "cats", '["cat", "fluffy"]', "459", "2019-03-01 12:00:00", "mia", ""],
    ["https://example.org/2", "", "", '["cat", "猫", "🐱"]', "", "", "mia", "sun, cat\nand 猫"],
    ["https://example.org/3", "https://example.org/c.jpg", "", "", "0", "2019-03-02", "tom", "My #Dog! #dog"],
]


def table(posts: Posts) -> list[tuple[object, ...]]:
    """Return the posts row by row, hashtags by name, photos by their last part."""
    tags = [
        [posts.vocabulary[i] for i in posts.tag_ids[start:end]]
        for start, end in zip(posts.indptr, posts.indptr[1:], strict=False)
    ]
    photos = [" ".join(photo.rsplit("/", 1)[-1] for photo in of_post) for of_post in posts.photos]
    likes, dates = [str(x) for x in posts.likes], [str(x) for x in posts.dates]
    return list(
        zip(posts.links, photos, posts.search_hashtags, tags, likes, dates, posts.accounts, strict=True)
    )


EXPECTED = [
    ("https://example.org/1", "a.jpg", "cats", ["cat", "fluffy"], "459.0", "2019-03-01T12:00:00", "mia"),
    ("https://example.org/2", "", "", ["cat", "猫", "🐱"], "nan", "NaT", "mia"),
    ("https://example.org/3", "c.jpg", "", ["dog"], "0.0", "2019-03-02T00:00:00", "tom"),
]


def as_csv(delimiter=",", encoding="utf-8", newline="\r\n"):
    def write(path):
        with path.open("w", newline="", encoding=encoding) as file:
            csv.writer(file, delimiter=delimiter, lineterminator=newline).writerows([HEADER, *POSTS])

    return write


def as_records():
    records = [dict(zip(HEADER, row, strict=True)) for row in POSTS]
    for record in records:
        record["tags"] = json.loads(record["tags"] or "[]")
        record["likes"] = int(record["likes"]) if record["likes"] else None
    return records


def as_json_lines(path):
    path.write_text("".join(json.dumps(record) + "\n" for record in as_records()), encoding="utf-8")


def as_json_list(path):
    path.write_text(json.dumps(as_records(), indent=1, ensure_ascii=False), encoding="utf-8")


def as_parquet(path):
    import pandas as pd

    frame = pd.DataFrame(as_records())
    frame["datetime"] = pd.to_datetime(frame["datetime"], format="ISO8601")
    frame.to_parquet(path)


def zipped(write):
    def write_zipped(path):
        write(path)
        path.write_bytes(gzip.compress(path.read_bytes()))

    return write_zipped


FORMATS = {
    "comma": as_csv(),
    "semicolon": as_csv(";"),
    "tab": as_csv("\t"),
    "bom": as_csv(encoding="utf-8-sig"),
    "utf-16": as_csv(encoding="utf-16"),
    "old mac line ends": as_csv(newline="\r"),
    "csv.gz": zipped(as_csv()),
    "json lines": as_json_lines,
    "json lines.gz": zipped(as_json_lines),
    "json list": as_json_list,
    "parquet": as_parquet,
}


def read_lines(folder: Path, *lines: str, name: str = "posts.csv", **options) -> Posts:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_posts(path, **options)


def names_of(posts: Posts) -> list[list[str]]:
    return [row[3] for row in table(posts)]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("suffix", [".csv", ".data"])
def test_every_format_reads_to_the_same_posts(tmp_path, name, suffix):
    (tmp_path / "a.jpg").touch()
    path = tmp_path / f"posts{suffix}"
    FORMATS[name](path)
    posts = read_posts(path)
    assert table(posts) == EXPECTED
    assert posts.vocabulary == ["cat", "dog", "fluffy", "猫", "🐱"]
    assert posts.listed.tolist() == [2, 3, 2]
    assert posts.photos[0] == (str(tmp_path / "a.jpg"),)
    assert posts.photos[2] == ("https://example.org/c.jpg",)
    assert posts.refusals == ()


def test_arrays_have_the_agreed_types(tmp_path):
    posts = read_lines(tmp_path, "tags", "#b #a #b", "#a")
    assert (posts.likes.dtype, posts.dates.dtype) == (np.float64, np.dtype("datetime64[s]"))
    assert (posts.indptr.dtype, posts.tag_ids.dtype) == (np.int64, np.int32)
    assert (posts.listed.dtype, posts.rows.dtype) == (np.int32, np.int64)
    assert len(posts) == 2
    assert posts.vocabulary == ["a", "b"]
    assert (posts.indptr.tolist(), posts.tag_ids.tolist()) == ([0, 2, 3], [1, 0, 0])  # in the listed order
    assert posts.listed.tolist() == [3, 1]  # repeats included


@pytest.mark.parametrize(
    "names",
    [
        ["Post Link", "IMAGE", "Search-Hashtag", "Tags", "LIKES", "date_time", "Account", "Caption"],
        [
            "permalink",
            "displayUrl",
            "searchTag",
            "hashtags",
            "likesCount",
            "timestamp",
            "ownerUsername",
            "text",
        ],
        ["url", "media_url", "search_hashtag", "Hashtag", "like_count", "takenAt", "username", "description"],
        ["link", "thumbnail", "search_hashtag", "tags", "numLikes", "taken_at_timestamp", "owner", "caption"],
        [
            "shortCode",
            "file name",
            "search_hashtag",
            "tags",
            "edge_media_preview_like",
            "date",
            "user",
            "text",
        ],
    ],
)
def test_columns_are_known_by_the_names_of_scrapers(tmp_path, names):
    (tmp_path / "a.jpg").touch()
    path = tmp_path / "posts.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([names, *POSTS])
    assert table(read_posts(path)) == EXPECTED


def test_notes_tell_how_columns_were_understood(tmp_path):
    posts = read_lines(tmp_path, "hashtags,Likes,likes", "#a,1,2")
    assert posts.likes.tolist() == [1]
    assert posts.notes == (
        "posts.csv: columns understood: tags from 'hashtags', likes from 'Likes'",
        "posts.csv: several columns are called 'Likes': the first is read",
    )


def test_nested_values_of_scrapers_are_unwrapped(tmp_path):
    post = {
        "shortcode": "Bx1",
        "edge_media_to_caption": {"edges": [{"node": {"text": "hello #cat"}}]},
        "edge_media_preview_like": {"count": 7},
        "owner": {"username": "mia"},
        "taken_at_timestamp": 1_551_441_600,
    }
    posts = read_lines(tmp_path, json.dumps(post))
    assert table(posts) == [("Bx1", "", "", ["cat"], "7.0", "2019-03-01T12:00:00", "mia")]


def test_map_wins_over_names(tmp_path):
    lines = ("tags,My Tags,n", "#a,#b,5")
    posts = read_lines(tmp_path, *lines, columns={"tags": "My Tags", "likes": "n"})
    assert (names_of(posts), posts.likes.tolist()) == ([["b"]], [5])
    with pytest.raises(
        UsageError, match=r"--map likes=hearts: no such column; the file has 'tags', 'My Tags', 'n'"
    ):
        read_lines(tmp_path, *lines, columns={"likes": "hearts"})
    with pytest.raises(UsageError, match=r"no such thing as 'stars'; it maps post_link, image"):
        read_lines(tmp_path, *lines, columns={"stars": "n"})


@pytest.mark.parametrize(
    "cell",
    [
        '["cat", "dog_1", "猫"]',
        r'["cat", "dog_1", "\u732b"]',
        "['cat', 'dog_1', '猫']",
        r"['cat', 'dog_1', '\u732b']",
        "[#cat, #dog_1, #猫]",
        "#cat #dog_1 #猫",
        "#cat#dog_1#猫",
        "cat,dog_1,猫",
        "cat dog_1 猫",
        "＃Cat, ＃dog_1 , ＃猫",
        "&#35;cat &#35;dog_1 #&#29483;",
    ],
)
def test_tags_in_any_spelling(tmp_path, cell):
    path = tmp_path / "posts.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["tags", "caption"], [cell, "#not #read"]])
    assert names_of(read_posts(path)) == [["cat", "dog_1", "猫"]]


@pytest.mark.parametrize("cell", ["", "[]", "nan", "null", " None "])
def test_hashtags_come_from_the_caption_where_tags_are_empty(tmp_path, cell):
    assert names_of(read_lines(tmp_path, "tags,caption", f"{cell},look: #cat #dog")) == [["cat", "dog"]]


def test_null_in_a_list_of_hashtags_is_a_hashtag(tmp_path):
    assert names_of(read_lines(tmp_path, '{"tags": ["null", "nan", null]}')) == [["null", "nan"]]
    assert names_of(read_lines(tmp_path, "tags", "null,nan")) == [["null", "nan"]]


def test_a_single_column_keeps_its_commas(tmp_path):
    assert names_of(read_lines(tmp_path, "tags", "cat,dog", '"cat, bird"')) == [
        ["cat", "dog"],
        ["cat", "bird"],
    ]


@pytest.mark.parametrize(
    ("cell", "likes"),
    [
        ("0", 0),
        ("17", 17),
        ("17.0", 17),
        ("1,234", 1234),
        ("1,234,567", 1_234_567),
        ("1.234", 1234),
        ("12.345.678", 12_345_678),
        ("1.5", 1.5),
        ("0.125", 0.125),
        ("1 234", 1234),
        ("1\u202f234", 1234),
        ("1.2K", 1200),
        ("1,2k", 1200),
        ("3M", 3_000_000),
        ("1,234 likes", 1234),
        ("1e3", 1000),
    ],
)
def test_likes_as_people_write_them(tmp_path, cell, likes):
    assert read_lines(tmp_path, "tags\tlikes", f"#a\t{cell}").likes.tolist() == [likes]


@pytest.mark.parametrize("cell", ["", "-1", "-5", "null", "nan", "None", "hidden", "inf", "many", "1-2", "K"])
def test_unknown_likes_are_not_zero(tmp_path, cell):
    assert np.isnan(read_lines(tmp_path, "tags,likes", f"#a,{cell}").likes).all()


@pytest.mark.parametrize("value", [7, 7.0, 152.375])
def test_numbers_in_json_are_what_they_are(tmp_path, value):
    assert read_lines(tmp_path, json.dumps({"tags": ["a"], "likes": value})).likes.tolist() == [value]


@pytest.mark.parametrize("value", [None, -1, "", True, [], {}, float("nan"), float("inf")])
def test_unknown_likes_in_json(tmp_path, value):
    line = json.dumps({"tags": ["a"], "likes": value})
    assert np.isnan(read_lines(tmp_path, line).likes).all()


@pytest.mark.parametrize(
    "cell",
    [
        "2019-03-01 12:00:00",
        "2019-03-01T12:00:00Z",
        "2019-03-01T14:00:00+02:00",
        "2019-03-01T12:00:00.000Z",
        "2019-03-01 12:00:00 UTC",
        "1551441600",
        "1551441600.0",
        "1551441600000",
    ],
)
def test_dates_are_moments_in_utc(tmp_path, cell):
    posts = read_lines(tmp_path, "tags,datetime", f"#a,{cell}")
    assert posts.dates.tolist() == [np.datetime64("2019-03-01T12:00:00", "s").item()]


def test_unreadable_dates_are_unknown_and_counted(tmp_path):
    posts = read_lines(tmp_path, "tags,datetime", "#a,2019-03-01", "#b,yesterday", "#c,", "#d,-1", "#e,7")
    assert np.isnat(posts.dates).tolist() == [False, True, True, True, True]
    assert posts.notes == ("posts.csv: 3 dates cannot be read and stay unknown (row 3: 'yesterday')",)


def test_latin_1_is_read_with_a_note(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_bytes("tags\n#café #größe\n".encode("latin-1"))
    posts = read_posts(path)
    assert names_of(posts) == [["café", "größe"]]
    assert posts.notes == ("posts.csv: not all of the file is UTF-8: the rest was read as latin-1",)


def test_one_bad_byte_does_not_spoil_the_rest(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_bytes("tags,caption\n#猫,\n#b,caf".encode() + b"\xe9\n")
    assert names_of(read_posts(path)) == [["猫"], ["b"]]


def test_long_fields_and_many_fields_of_caption(tmp_path):
    caption = "word " * 60_000
    posts = read_lines(tmp_path, "tags,caption", f'"","{caption}#cat"', "#dog,short")
    assert names_of(posts) == [["cat"], ["dog"]]
    assert csv.field_size_limit() == 131_072  # as it was


def test_rows_are_counted_as_a_spreadsheet_shows_them(tmp_path):
    posts = read_lines(tmp_path, "", "tags,caption", '#a,"two', 'lines"', "", "#b,", ",,", ",nothing")
    assert posts.rows.tolist() == [3, 5]
    assert posts.refusals == (Refusal("no hashtag", 1, (7,), ("posts.csv",)),)
    lines = read_lines(tmp_path, '{"tags": "a"}', "", '{"tags": ""}', '{"tags": "b"}')
    assert lines.rows.tolist() == [1, 4]


def test_every_reason_is_counted_with_its_first_rows(tmp_path):
    posts = read_lines(tmp_path, "tags,likes", "#a,1", *[",2"] * 7, "#b,1,2,3", "#c,1,,", "#d")
    assert names_of(posts) == [["a"], ["c"], ["d"]]
    assert list(map(str, posts.refusals)) == [
        "7 rows: no hashtag (posts.csv, rows 3, 4, 5, 6, 7, ...)",
        "1 row: more fields than the header: 4 instead of 2 (posts.csv, row 10)",
    ]


def test_broken_json_lines_are_refused_one_by_one(tmp_path):
    deep = "[" * 100_000
    posts = read_lines(
        tmp_path, '{"tags": ["a"]}', '{"tags": ["b"', "7", '{"tags": ' + deep, '{"tags": ["c"]}'
    )
    assert names_of(posts) == [["a"], ["c"]]
    assert [(refusal.reason[:17], refusal.rows) for refusal in posts.refusals] == [
        ("not JSON: Expecti", (2, 4)),
        ("not a JSON object", (3,)),
    ]


def test_the_same_post_counts_once(tmp_path):
    lines = (
        "link,image,tags",
        "x,,#a",
        "y,,#a",
        "x,,#b",
        ",http://h/1,#a",
        ",http://h/1,#a",
        ",http://h/1,#b",
        ",,#a",
        ",,#a",
        ",http://h/2,#a #b",
        ",http://h/2,#b #a",
    )
    posts = read_lines(tmp_path, *lines)
    assert posts.rows.tolist() == [
        2,
        3,
        5,
        7,
        8,
        9,
        10,
    ]  # without link and photo nothing says that posts are one
    assert [(r.reason, r.rows) for r in posts.refusals] == [
        ("same post as an earlier row: posts.csv, row 2", (4, 6, 11))
    ]


@pytest.fixture
def folders(tmp_path):
    """Photos beside the posts, in a folder of photos, and outside, with links of every kind."""
    inside, photos, outside = tmp_path / "posts", tmp_path / "photos", tmp_path / "outside"
    for folder in (inside / "sub", photos, outside):
        folder.mkdir(parents=True)
    for path in (inside / "sub/a.jpg", photos / "b.jpg", outside / "secret.jpg"):
        path.write_bytes(b"photo")
    (inside / "good.jpg").symlink_to("sub/a.jpg")
    (inside / "bad.jpg").symlink_to(outside / "secret.jpg")
    (inside / "bad").symlink_to(outside)
    (inside / "loop.jpg").symlink_to("loop.jpg")
    (inside / "passwd").symlink_to("/etc/passwd")
    (outside / "back").symlink_to(inside)
    os.mkfifo(inside / "pipe.jpg")
    return tmp_path


@pytest.mark.parametrize(
    "image",
    [
        "sub/a.jpg",
        "./sub/../sub/a.jpg",
        "good.jpg",
        "{root}/posts/sub/a.jpg",
        "{root}/outside/back/sub/a.jpg",
    ],
)
def test_photos_inside_the_folder_are_found(folders, image):
    posts = read_lines(folders / "posts", "image,tags", f"{image.format(root=folders)},#a")
    assert posts.photos == [(str(folders / "posts/sub/a.jpg"),)]
    assert posts.refusals == ()


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("../outside/secret.jpg", "outside the folders of posts and photos"),
        ("sub/../../outside/secret.jpg", "outside the folders of posts and photos"),
        ("{root}/outside/secret.jpg", "outside the folders of posts and photos"),
        ("/etc/passwd", "outside the folders of posts and photos"),
        ("bad.jpg", "outside the folders of posts and photos"),
        ("bad/secret.jpg", "outside the folders of posts and photos"),
        ("passwd", "outside the folders of posts and photos"),
        ("../photos/b.jpg", "outside the folders of posts and photos"),
        ("missing.jpg", "no such file"),
        ("loop.jpg", "no such file"),
        ("b.jpg", "no such file"),
        ("file:///etc/passwd", "no such file"),
        ("x" * 5000, "no such file"),
        ("sub", "not a file"),
        ("..", "not a file"),
        ("pipe.jpg", "not a file"),
    ],
)
def test_other_photos_are_left_out_and_the_post_still_teaches(folders, image, why):
    posts = read_lines(folders / "posts", "image,tags", f"{image.format(root=folders)},#a")
    assert (posts.photos, names_of(posts)) == ([()], [["a"]])
    assert [refusal.rows for refusal in posts.refusals] == [(2,)]
    assert posts.refusals[0].reason.startswith(f"photo left out: {why}: '")


def test_photos_are_found_in_the_folder_of_photos_too(folders):
    lines = ("image,tags", "b.jpg,#a", "sub/a.jpg,#a", "../photos/b.jpg,#b", "../outside/secret.jpg,#c")
    posts = read_lines(folders / "posts", *lines, photos_dir=folders / "photos")
    photo = str(folders / "photos/b.jpg")
    assert posts.photos == [(photo,), (str(folders / "posts/sub/a.jpg"),), (photo,), ()]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n \n", "is empty"),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
            "is neither CSV, JSON nor Parquet; export the posts as CSV",
        ),
        (b"PK\x03\x04 a spreadsheet", "a damaged zip"),
        ("tags\n#a\n".encode("utf-16-le"), "is neither CSV, JSON nor Parquet"),
        (b"PAR1 but no more", "is no readable Parquet"),
        (
            b"https://example.org/1,cats\n",
            "no column of hashtags or captions among 'https://example.org/1', 'cats': say --map",
        ),
        (b'{"a": 1}\n', "no column of hashtags or captions among 'a': say --map tags=COLUMN"),
        (b"tags,likes\n", "no post with a hashtag: it holds no rows"),
        (b"tags,likes\n,1\n,2\n", r"no post with a hashtag: 2 rows: no hashtag \(posts\.csv, rows 2, 3\)"),
        (b'tags,likes\n#a,1\n"#b,2\n#c,3\n', "row 3: a quote opens that is never closed: '#b,2"),
        (b'"tags,likes\n', "row 1: a quote opens that is never closed"),
        (b"[1, 2", "is no readable JSON"),
        (b"[" * 100_000, "is no readable JSON"),
        (b"[]", "no column of hashtags"),
        (gzip.compress(b"tags\n" + b"#a\n" * 999)[:-9], "the gzip file is cut or damaged"),
        (b"\x1f\x8bno", "the gzip file is cut or damaged"),
    ],
)
def test_what_cannot_be_read_says_why_in_one_line(tmp_path, content, message):
    path = tmp_path / "posts.csv"
    path.write_bytes(content)
    with pytest.raises(PostsError, match=message) as error:
        read_posts(path)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


def test_what_is_no_file_says_so(tmp_path):
    with pytest.raises(PostsError, match=r"none\.csv: no such file"):
        read_posts(tmp_path / "none.csv")
    with pytest.raises(PostsError, match="; name the posts file itself"):
        read_posts(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PostsError, match="is not a file"):
        read_posts(tmp_path / "pipe")


def test_zero_characters_are_dropped_with_a_note(tmp_path):
    posts = read_lines(tmp_path, "tags,account,caption", "#c\0at,mi\0a," + "word " * 9)
    assert (names_of(posts), posts.accounts) == ([["cat"]], ["mia"])
    assert posts.notes == ("posts.csv: characters of value zero were dropped",)


def test_half_characters_in_json_can_be_written_again(tmp_path):
    posts = read_lines(tmp_path, r'{"tags": ["cat\ud83d"], "account": "mia\ud83d", "link": "x\u0000"}')
    assert (names_of(posts), posts.accounts, posts.links) == ([["cat"]], ["mia?"], ["x"])


def test_several_files_are_read_as_one(tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.jsonl"
    one.write_text("link,tags,datetime\nx,#a #b,\ny,,\n")
    two.write_text('{"url": "x", "hashtags": ["c"]}\n{"url": "z", "hashtags": ["a"], "date": "soon"}\n')
    posts = read_posts(one, two)
    assert names_of(posts) == [["a", "b"], ["a"]]
    assert (posts.files, posts.rows.tolist()) == (["one.csv", "two.jsonl"], [2, 2])
    assert list(map(str, posts.refusals)) == [
        "1 row: no hashtag (one.csv, row 3)",
        "1 row: same post as an earlier row: one.csv, row 2 (two.jsonl, row 1)",
    ]
    assert posts.notes[-1] == ("two.jsonl: 1 dates cannot be read and stay unknown (row 2: 'soon')")
    with pytest.raises(PostsError, match=r"gone\.csv: no such file"):
        read_posts(one, tmp_path / "gone.csv")


def test_one_name_in_two_folders_is_two_photos(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.jpg").touch()
        (tmp_path / name / "posts.csv").write_text("image,tags\n1.jpg,#a\n")
    posts = read_posts(tmp_path / "one/posts.csv", tmp_path / "two/posts.csv", tmp_path / "one/posts.csv")
    assert posts.photos == [(str(tmp_path / "one/1.jpg"),), (str(tmp_path / "two/1.jpg"),)]


@pytest.mark.parametrize(
    "line",
    [
        '{"tags": "#a", "image": ["1.jpg", "2.jpg", "1.jpg", null]}',
        '{"tags": "#a", "image": "[\\"1.jpg\\", \\"2.jpg\\"]"}',
    ],
)
def test_a_post_may_have_several_photos(tmp_path, line):
    for name in ("1.jpg", "2.jpg"):
        (tmp_path / name).touch()
    assert read_lines(tmp_path, line).photos == [(str(tmp_path / "1.jpg"), str(tmp_path / "2.jpg"))]


def test_brackets_may_stand_in_a_name(tmp_path):
    (tmp_path / "[1].jpg").touch()
    assert read_lines(tmp_path, "image,tags", "[1].jpg,#a").photos == [(str(tmp_path / "[1].jpg"),)]


@pytest.mark.parametrize("mark", [0, 3])
def test_likes_that_most_posts_of_a_source_share_are_hidden(tmp_path, mark):
    hidden = [f"#a,{mark}"] * 6
    likes = read_lines(tmp_path, "tags,likes", *hidden, "#b,7", "#b,9", "#b,0" if mark else "#b,3").likes
    assert np.isnan(likes).tolist() == [True] * 6 + [False] * 3
    both = read_lines(tmp_path, "tags,likes", *["#a,3"] * 12, *["#b,0"] * 7, *["#b,9"] * 3).likes
    assert np.isnan(both).sum() == 19
    few = read_lines(tmp_path, "tags,likes", *hidden, *["#b,7"] * 6).likes
    assert not np.isnan(few).any()
    (tmp_path / "other.csv").write_text("tags,likes\n" + "#c,5\n" * 20)
    posts = read_posts(tmp_path / "posts.csv", tmp_path / "other.csv")
    assert not np.isnan(posts.likes).any()
    read_lines(tmp_path, "tags,likes", *hidden)
    posts = read_posts(tmp_path / "posts.csv", tmp_path / "other.csv")
    assert np.count_nonzero(np.isnan(posts.likes)) == 6  # each source for itself
    assert posts.notes == (
        f"posts.csv: 6 posts say {mark} likes, most of all: likes that are hidden, so unknown",
    )
