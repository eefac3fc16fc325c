"""Writes the same posts in every format, after the published field names, for the tests of the readers."""

import csv
import io
import json
import lzma
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from PIL import Image

PLACES = ("your_instagram_activity/media", "your_instagram_activity/content", "content")


@dataclass(frozen=True)
class Made:
    """One post; `photos` says how many it has, 0: a video."""

    code: str
    caption: str
    photos: int = 1
    likes: int | None = None  # None: hidden
    seconds: int = 1_551_441_600
    account: str = "mia"

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, timezone.utc)

    def photo(self, number: int) -> bytes:
        """Return what stands in for a photo, another for each."""
        return b"\xff\xd8\xff" + f"{self.code} {number}".encode()


def mangle(text: str) -> str:
    """Return UTF-8 as Instagram writes it: each byte as a character of its own."""
    return text.encode().decode("latin-1")


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def instagram_post(post: Made) -> dict[str, Any]:
    media: list[dict[str, Any]] = [
        {
            "uri": f"media/posts/201903/{post.code}_{i}.jpg",
            "creation_timestamp": post.seconds,
            "media_metadata": {"photo_metadata": {"exif_data": [{"latitude": 12.5, "longitude": 99.5}]}},
            "title": "",
        }
        for i in range(post.photos)
    ] or [{"uri": f"media/posts/201903/{post.code}.mp4", "creation_timestamp": post.seconds, "title": ""}]
    if len(media) == 1:
        media[0]["title"] = mangle(post.caption)
        return {"media": media}
    return {"media": media, "title": mangle(post.caption), "creation_timestamp": post.seconds}


def write_instagram(
    folder: Path, posts: Sequence[Made], place: str = PLACES[0], wrapped: bool = False
) -> Path:
    """Write an unpacked export: two files of posts, of which the second may be an object."""
    folder.mkdir(parents=True, exist_ok=True)
    half = (len(posts) + 1) // 2
    for number, part in enumerate((posts[:half], posts[half:]), start=1):
        items: Any = [instagram_post(post) for post in part]
        put(folder, f"{place}/posts_{number}.json", json.dumps({"ig_posts": items} if wrapped else items))
    for post in posts:
        for i in range(post.photos):
            put(folder, f"media/posts/201903/{post.code}_{i}.jpg", post.photo(i))
    profile = {"profile_user": [{"string_map_data": {"Username": {"value": posts[0].account}}}]}
    put(folder, "personal_information/personal_information/personal_information.json", json.dumps(profile))
    return folder


def write_instagram_zip(folder: Path, posts: Sequence[Made]) -> Path:
    return zip_folder(write_instagram(folder / "unpacked", posts), folder / "instagram-mia.zip")


def zip_folder(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return path


def instaloader_node(post: Made) -> dict[str, Any]:
    return {
        "node": {
            "__typename": "GraphSidecar"
            if post.photos > 1
            else "GraphImage"
            if post.photos
            else "GraphVideo",
            "shortcode": post.code,
            "taken_at_timestamp": post.seconds,
            "is_video": not post.photos,
            "edge_media_to_caption": {"edges": [{"node": {"text": post.caption}}]},
            "edge_media_preview_like": {"count": -1 if post.likes is None else post.likes},
            "owner": {"id": "1", "username": post.account},
            "location": {"lat": 12.5, "lng": 99.5},
        },
        "instaloader": {"version": "4.13", "node_type": "Post"},
    }


def write_instaloader(folder: Path, posts: Sequence[Made]) -> Path:
    """Write a profile's folder; posts differ in their seconds."""
    for post in posts:
        base = post.moment.strftime("%Y-%m-%d_%H-%M-%S_UTC")
        put(folder, f"mia/{base}.json.xz", lzma.compress(json.dumps(instaloader_node(post)).encode()))
        put(folder, f"mia/{base}.txt", post.caption)
        put(folder, f"mia/{base}_location.txt", "Somewhere #nowhere")
        for i in range(post.photos):
            put(folder, f"mia/{base}{f'_{i + 1}' if post.photos > 1 else ''}.jpg", post.photo(i))
        if not post.photos:
            put(folder, f"mia/{base}.mp4", b"film")
            put(folder, f"mia/{base}.jpg", b"its preview")
    profile = {"node": {"username": "mia"}, "instaloader": {"node_type": "Profile"}}
    put(folder, "mia/mia_123.json.xz", lzma.compress(json.dumps(profile).encode()))
    return folder


def shared_photos(folder: Path, posts: Sequence[Made]) -> None:
    """Write photos apart from the posts, named by shortcode, for --photos."""
    for post in posts:
        for i in range(post.photos):
            put(
                folder / "photos",
                f"deep/{post.code}_{i}.jpg" if i else f"deep/{post.code}.jpg",
                post.photo(i),
            )


def apify_post(post: Made) -> dict[str, Any]:
    children = [
        {"type": "Image", "displayUrl": f"https://cdn.example.org/{post.code}{i}.jpg?x=1"}
        for i in range(post.photos if post.photos > 1 else 0)
    ]
    return {
        "type": "Sidecar" if children else "Image" if post.photos else "Video",
        "shortCode": post.code,
        "caption": post.caption,
        "hashtags": [],
        "url": f"https://www.instagram.com/p/{post.code}/",
        "displayUrl": f"https://cdn.example.org/{post.code}0.jpg",
        "images": [child["displayUrl"] for child in children],
        "likesCount": -1 if post.likes is None else post.likes,
        "timestamp": post.moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "childPosts": children,
        "ownerUsername": post.account,
    }


def write_apify_json(folder: Path, posts: Sequence[Made]) -> Path:
    shared_photos(folder, posts)
    return put(folder, "dataset.json", json.dumps([apify_post(post) for post in posts], indent=2))


def write_apify_csv(folder: Path, posts: Sequence[Made]) -> Path:
    """Write what Apify's table has: a column for each place in a list."""
    shared_photos(folder, posts)
    rows = [flat(apify_post(post)) for post in posts]
    header = sorted({"hashtags/0", "hashtags/1"}.union(*rows))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header)
    writer.writeheader()
    writer.writerows(rows)
    return put(folder, "dataset.csv", text.getvalue())


def flat(value: Any, name: str = "") -> dict[str, Any]:
    if not isinstance(value, (dict, list)):
        return {name: value}
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    within = f"{name}/" if name else ""
    return {key: cell for part, inner in parts for key, cell in flat(inner, f"{within}{part}").items()}


def graph_post(post: Made) -> dict[str, Any]:
    def link(i: int) -> str:
        return f"https://scontent.example.org/v/{post.code}{i}.jpg?_nc=1"

    kind = "CAROUSEL_ALBUM" if post.photos > 1 else "IMAGE" if post.photos else "VIDEO"
    told: dict[str, Any] = {
        "id": f"17{post.seconds}",
        "caption": post.caption,
        "media_type": kind,
        "media_url": link(0),
        "permalink": f"https://www.instagram.com/p/{post.code}/",
        "timestamp": post.moment.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "username": post.account,
    }
    if post.likes is not None:
        told["like_count"] = post.likes
    if post.photos > 1:
        children = [{"media_type": "IMAGE", "media_url": link(i)} for i in range(post.photos)]
        told["children"] = {"data": children}
    return told


def graph_answers(posts: Sequence[Made]) -> list[dict[str, Any]]:
    """Return two pages, the second as business_discovery has it."""
    half = (len(posts) + 1) // 2
    first, second = ([graph_post(post) for post in part] for part in (posts[:half], posts[half:]))
    paging = {"cursors": {"after": "x"}, "next": "https://graph.example.org/?after=x"}
    return [
        {"data": first, "paging": paging},
        {"business_discovery": {"username": "mia", "media": {"data": second, "paging": {}}}, "id": "1"},
    ]


def write_graph(folder: Path, posts: Sequence[Made]) -> Path:
    shared_photos(folder, posts)
    return put(folder, "answers.json", json.dumps(graph_answers(posts), indent=1))


def write_graph_lines(folder: Path, posts: Sequence[Made]) -> Path:
    shared_photos(folder, posts)
    return put(folder, "answers.jsonl", "\n".join(map(json.dumps, graph_answers(posts))))


def write_graph_page(folder: Path, posts: Sequence[Made]) -> Path:
    """Write one answer over many lines."""
    shared_photos(folder, posts)
    return put(folder, "page.json", json.dumps({"data": [graph_post(post) for post in posts]}, indent=2))


def write_captioned(folder: Path, posts: Sequence[Made]) -> Path:
    """Write photos with captions beside them; those of a carousel stand as posts of their own."""
    for post in posts:
        for i in range(post.photos):
            put(folder, f"{post.code}_{i}.jpg", post.photo(i))
            put(folder, f"{post.code}_{i}.txt", post.caption)
    return folder


def xmp(*subjects: str) -> str:
    items = "".join(f"<rdf:li>{subject}</rdf:li>" for subject in subjects)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>mia</rdf:li></rdf:Seq>'
        f"</dc:creator><dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject></rdf:Description></rdf:RDF>"
        '</x:xmpmeta><?xpacket end="w"?>'
    )


def jpeg(*, subjects: Sequence[str] = (), iptc: Sequence[bytes] = ()) -> bytes:
    """Return a small JPEG with keywords in XMP or IPTC."""
    file = io.BytesIO()
    options: dict[str, Any] = {"xmp": xmp(*subjects).encode()} if subjects else {}
    Image.new("RGB", (8, 8), "red").save(file, "JPEG", **options)
    data = file.getvalue()
    if iptc:
        records = b"".join(b"\x1c\x02\x19" + len(word).to_bytes(2, "big") + word for word in iptc)
        records += b"\0" * (len(records) % 2)
        block = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + len(records).to_bytes(4, "big") + records
        data = data[:2] + b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block + data[2:]
    return data


Write = Callable[[Path, Sequence[Made]], Path]

FORMATS: dict[str, tuple[Write, str]] = {
    "instagram": (write_instagram, "instagram"),
    "instagram, 2023": (lambda folder, posts: write_instagram(folder, posts, PLACES[1], True), "instagram"),
    "instagram, 2021": (lambda folder, posts: write_instagram(folder, posts, PLACES[2]), "instagram"),
    "instagram, within": (
        lambda folder, posts: write_instagram(folder / "a/b", posts).parents[1],
        "instagram",
    ),
    "instagram.zip": (write_instagram_zip, "instagram"),
    "instaloader": (write_instaloader, "instaloader"),
    "apify.json": (write_apify_json, "table"),
    "apify.csv": (write_apify_csv, "table"),
    "graph": (write_graph, "table"),
    "graph lines": (write_graph_lines, "table"),
    "graph page": (write_graph_page, "table"),
}
