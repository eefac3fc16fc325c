"""Results as people read them in a terminal: aligned tables of plain text."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from hashtagger.hashtags import paste_line, show

if TYPE_CHECKING:
    from pathlib import Path

    from hashtagger.adding import Addition
    from hashtagger.config import Held
    from hashtagger.datamodels import Suggestion
    from hashtagger.extraction import Extraction
    from hashtagger.info import Info
    from hashtagger.posts import Posts
    from hashtagger.reading import Reading
    from hashtagger.removing import Removal
    from hashtagger.similar import SimilarHashtag
    from hashtagger.suggest import Suggestions
    from hashtagger.training import Training
_FORMATS = {
    "table": "a table",
    "instagram": "Instagram's export",
    "instaloader": "what instaloader wrote",
    "photos": "photos with keywords and captions",
}
_NAME, _LISTED = 30, 80  # columns, at most, of a post's name and of its hashtags

_REASON = 24  # columns in which a reason reads well
_NARROWEST = 12


def suggestions_table(found: Suggestions, sizes: bool = False) -> str:
    """Return the ranked hashtags of one photo, with their `sizes` where asked for."""
    columns = {
        "": [str(row.rank) for row in found.hashtags],
        "hashtag": [show(row.hashtag) for row in found.hashtags],
        "score": [f"{row.score:.3f}" for row in found.hashtags],
        "similar posts": [f"{row.votes} of {len(found.neighbors)}" for row in found.hashtags],
        "uses": [f"{row.uses:,}" for row in found.hashtags],
        "size": [row.size for row in found.hashtags],
        "median likes": [number(row.median_likes) for row in found.hashtags],
        "why": [row.reason for row in found.hashtags],
    }
    if not sizes:
        del columns["size"]
    return _with_reasons(columns, repeated=("similar posts", "median likes"))


def comparison_table(plain: Suggestions, liked: Suggestions) -> str:
    """Return hashtags by likeness and hashtags optimised for likes side by side, with average likes."""
    rows = [
        (show(one.hashtag), number(one.median_likes), show(other.hashtag), number(other.median_likes))
        for one, other in zip(plain.hashtags, liked.hashtags, strict=True)
    ]
    rows.append(("average", average_likes(plain), "average", average_likes(liked)))
    likes = "median likes" if terminal_width() >= 80 else "likes"
    return table(("by likeness", likes, "optimised for likes", likes), rows, right={1, 3})


def average_likes(found: Suggestions) -> str:
    """Return the mean of the hashtags' median likes."""
    known = [row.median_likes for row in found.hashtags if row.median_likes is not None]
    return number(sum(known) / len(known) if known else None)


def neighbors_table(found: Suggestions, n: int = 6) -> str:
    """Return the `n` posts nearest to the photo."""
    rows = [
        (str(i), f"{near.similarity:.3f}", number(near.likes), near.link or _file_name(near.photo) or "?")
        for i, near in enumerate(found.neighbors[:n], start=1)
    ]
    return table(("", "similarity", "likes", "post"), rows, right={0, 1, 2})


def explanation(found: Suggestions) -> str:
    """Return how each hashtag came about, and what was left after each step."""
    rows = [
        (
            show(row.hashtag),
            f"{row.similarity:.3f}",
            "?" if row.rating is None else f"{row.rating:.3f}",
            likes_lift(row),
            " + ".join(row.sources),
            _listed(found.voters[row.hashtag]),
        )
        for row in found.hashtags
    ]
    heads = (
        "hashtag",
        "skip-gram",
        "rating",
        "likes than usual",
        "proposed by",
        "voted for by similar posts number",
    )
    steps = " > ".join(f"{count:,} {name}" for name, count in found.steps)
    dropped = ", ".join(f"{count:,} {reason}" for reason, count in found.dropped.items() if count)
    below = map(wrapped, (f"steps: {steps}", f"left out: {dropped or 'nothing'}"))
    return "\n".join([table(heads, rows, right={1, 2, 3}), "", *below])


def likes_lift(row: Suggestion) -> str:
    """Return how many more likes than usual posts with the hashtag have, and the 95 % interval."""
    if row.lift is None or row.lift_low is None or row.lift_high is None:
        return "?"
    return f"{row.lift:+.0f} % ({row.lift_low:+.0f} to {row.lift_high:+.0f})"


def similar_hashtags_table(rows: Sequence[SimilarHashtag]) -> str:
    """Return the hashtags close to those asked about."""
    columns = {
        "": [str(row.rank) for row in rows],
        "hashtag": [show(row.hashtag) for row in rows],
        "score": [f"{row.score:.3f}" for row in rows],
        "uses": [f"{row.uses:,}" for row in rows],
        "median likes": [number(row.median_likes) for row in rows],
        "why": [row.reason for row in rows],
    }
    return _with_reasons(columns, repeated=("median likes", "uses"))


def training_summary(trained: Training) -> str:
    """Return what a training learned and what it left out."""
    several = f" ({trained.photos:,} in all)" if trained.photos > trained.posts_with_photos else ""
    lines = [
        f"Learned {count(trained.hashtags, 'hashtag')} from {count(trained.posts, 'post')}, "
        f"{trained.posts_with_photos:,} of them with a photo{several}, in {trained.seconds:.1f} s.",
        f"Backbone: {trained.backbone or 'none, since no photo was read: the model serves `similar` only'}",
        f"Model: {trained.folder}",
    ]
    if not trained.posts_with_likes:
        lines.append("No likes are known: ratings rest on how often hashtags are used.")
    elif hidden := trained.posts - trained.posts_with_likes:
        lines.append(
            f"Likes are known for {count(trained.posts_with_likes, 'post')}, unknown for {hidden:,}."
        )
    if trained.refusals:
        lines.append("Left out:")
        lines += [f"  {refusal}" for refusal in trained.refusals]
    return "\n".join(map(wrapped, lines))


def extraction_summary(extracted: Extraction) -> str:
    """Return what is in shards now."""
    rate = extracted.photos / max(extracted.seconds, 1e-3)
    lost = f", {extracted.left_out:,} left out" if extracted.left_out else ""
    lines = [
        f"{count(extracted.shards, 'shard')}, {extracted.written:,} of them written now, with "
        f"{count(extracted.photos, 'photo')}{lost}, in {extracted.seconds:.1f} s ({rate:,.0f} a second).",
        f"Folder: {extracted.folder}",
    ]
    if extracted.refusals:
        lines += ["Left out:", *(f"  {refusal}" for refusal in extracted.refusals)]
    return "\n".join(map(wrapped, lines))


def addition_summary(added: Addition) -> str:
    """Return what was added to a model, what was refreshed in it, and what was left out."""
    lines = [
        f"Added {_contents(added.added, added.photos_added, added.hashtags_added)} in {added.seconds:.1f} s; "
        f"the model holds {count(added.posts, 'post')}, {count(added.hashtags, 'hashtag')}.",
    ]
    if added.known:
        lines.append(
            f"Known before: {count(added.known, 'post')}; new likes for {added.likes_refreshed:,}, "
            f"another account for {added.accounts_refreshed:,}."
        )
    lines.append(f"Model: {added.folder}")
    if added.refusals:
        lines += ["Left out:", *(f"  {refusal}" for refusal in added.refusals)]
    return "\n".join(map(wrapped, lines))


def removal_summary(removed: Removal) -> str:
    """Return what was removed from a model, and what it holds now."""
    lines = [
        f"Removed {_contents(removed.removed, removed.photos_removed, removed.hashtags_removed)} "
        f"in {removed.seconds:.1f} s; the model holds {count(removed.posts, 'post')}, "
        f"{count(removed.hashtags, 'hashtag')}.",
        f"Model: {removed.folder}",
    ]
    return "\n".join(map(wrapped, lines))


def _contents(posts: int, photos: int, hashtags: int) -> str:
    return f"{count(posts, 'post')}, {count(photos, 'photo')} and {count(hashtags, 'hashtag')}"


def reading_report(reading: Reading) -> str:
    """Return what was understood of posts and what was left out, in lines that fit the terminal."""
    lines = [
        f"{source.name}: {_FORMATS[source.format]}, {count(source.posts, 'post')}"
        for source in reading.sources
    ]
    unknown = reading.posts - reading.posts_with_likes
    photos = count(reading.photos, "photo") + (f", {reading.links:,} more at links" if reading.links else "")
    lines += [
        f"Understood: {count(reading.posts, 'post')}, {count(reading.hashtags, 'hashtag')}, {photos}.",
        f"Likes: known for {count(reading.posts_with_likes, 'post')}, hidden or unknown for {unknown:,}.",
    ]
    lines += [f"Note: {note}" for note in reading.notes]
    if reading.refusals:
        lines += ["Left out:", *(f"  {refusal}" for refusal in reading.refusals)]
    lines.append(f"Written: {reading.output}" if reading.output else "All of them as one table: -o posts.csv")
    return "\n".join(map(wrapped, map(printable, lines)))


def posts_table(posts: Posts, rows: Iterable[Sequence[Any]]) -> str:
    """Return `rows` of posts, as `list_rows` has them, with as many of their hashtags as the line holds."""
    heads, lines, listed = ["post", "date", "likes", "photos"], [], []
    for i, (link, _, _, tags, likes, date, *_) in enumerate(rows):
        photos = posts.photos[i]
        name = link.rstrip("/").rpartition("/")[2] or (_file_name(photos[0]) if photos else posts.files[i])
        day = date.date().isoformat() if date else "?"
        lines.append([cut(name, min(terminal_width() // 4, _NAME)), day, number(likes), str(len(photos))])
        listed.append(paste_line(tags))
    room = min(_room([*zip(heads, *lines, strict=True), ()]), _LISTED)
    lines = [[*line, _beginning(tags, room)] for line, tags in zip(lines, listed, strict=True)]
    return table([*heads, "hashtags"], lines, right={2, 3})


def _beginning(text: str, room: int) -> str:
    """Return the words of `text` that fit into `room`, with an ellipsis where there are more."""
    return text if width(text) <= room else f"{_lines(text, room - 2)[0]} …"


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]


def terminal_width() -> int:
    """Return how many columns the terminal has; without one, as in a pipe, more than anything needs."""
    return shutil.get_terminal_size((10_000, 24)).columns


def cut(text: str, columns: int) -> str:
    """Return as much of `text` as a terminal shows in `columns`, with an ellipsis where it was cut."""
    if width(text) <= columns:
        return text
    text = text[:columns]
    while text and width(text) >= columns:
        text = text[:-1]
    return f"{text}…"


def wrapped(line: str, indent: int | None = None) -> str:
    """Return a line as several that fit the terminal, the others indented, by two more than the first."""
    if width(line) <= terminal_width():
        return line
    start = len(line) - len(line.lstrip())
    indent = start + 2 if indent is None else indent
    first, *others = _lines(line, terminal_width() - indent)
    return "\n".join([" " * start + first, *(" " * indent + other for other in others)])


def info_lines(info: Info) -> str:
    """Return what a model holds."""
    backbone = info.backbone
    dates = f"{info.first_date} to {info.last_date}" if info.first_date else "unknown"
    cells = info.cells
    searched = f", in {cells['count']:,} cells; the nearest {cells['probes']} are searched" if cells else ""
    share_once = info.hashtags_used_once / max(info.hashtags, 1)
    facts = [
        ("model", f"{info.folder}  ({info.bytes / 1e6:,.1f} MB, made {info.created}, every part intact)"),
        ("posts", f"{info.posts:,}, {info.photos:,} photos, {info.accounts:,} accounts"),
        ("dates", dates),
        ("hashtags", f"{info.hashtags:,}, {info.hashtags_used_once:,} of them used once ({share_once:.0%})"),
        ("hashtags a post", f"{info.hashtags_per_post:.1f}"),
        ("likes", f"known for {count(info.posts_with_likes, 'post')}, median {number(info.median_likes)}"),
        ("most used", paste_line(list(info.most_used))),
        (
            "backbone",
            f"{backbone['name']} (sha256 {backbone['sha256'][:12]}, {backbone['licence']})"
            if backbone
            else "none",
        ),
        ("features", f"{info.dimensions} dimensions{searched}"),
        ("skip-gram", ", ".join(f"{name} {value}" for name, value in info.skipgram.items())),
        ("made of", _origin(info.made_of)),
    ]
    below = "\n" + " " * 16
    lines = [f"{name:<16}{below.join(_lines(value, terminal_width() - 16))}" for name, value in facts]
    if refused := info.made_of.get("refused"):
        lines.append("left out:")
        lines += [f"  {count:,}  {reason}" for reason, count in refused.items()]
    if info.median_likes_by_search:
        lines.append("median likes by search hashtag:")
        lines += [f"  {show(name)}  {number(likes)}" for name, likes in info.median_likes_by_search.items()]
    return "\n".join(lines)


def config_table(rows: Sequence[Held], file: Path) -> str:
    """Return which defaults hold, and below where the file of settings is."""
    cells = [(row.key, _setting(row.value), row.source) for row in rows]
    where = f"file: {file}" + ("" if file.exists() else " (there is none)")
    return f"{table(('setting', 'value', 'from'), cells, right=set())}\n\n{wrapped(printable(where))}"


def _setting(value: object) -> str:
    if value is None:
        return "what the platform takes"
    return (" ".join(value) if isinstance(value, list) else str(value)) or "none"


def _with_reasons(columns: dict[str, list[str]], repeated: Sequence[str]) -> str:
    """Return a table whose last column are reasons; where they have little room, without what they repeat.

    A column of which nothing is known is left out.
    """
    if _room([(head, *cells) for head, cells in columns.items()]) < _REASON:
        columns = {head: cells for head, cells in columns.items() if head not in repeated}
    columns = {head: cells for head, cells in columns.items() if set(cells) != {number(None)}}
    right = {i for i, head in enumerate(columns) if head not in ("hashtag", "size", "why")}
    return table(list(columns), list(zip(*columns.values(), strict=True)), right)


def _origin(made_of: dict[str, Any]) -> str:
    """Return what a model was trained on, and how many posts came or went since."""
    since = [f"{made_of[what]:,} posts {what} since" for what in ("added", "removed") if made_of.get(what)]
    return ", ".join([made_of.get("file", "?"), *since])


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: set[int]) -> str:
    """Return columns aligned by what each character takes in a terminal; `right` are set flush right.

    In a narrow terminal a last column of text goes on below itself, and columns for which there is no room
    stand in a table below, beside the first column again.
    """
    lines = [[printable(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    if len(heads) - 1 not in right:
        widths[-1] = min(widths[-1], _NARROWEST)
    parts = []
    for part in _side_by_side(widths):
        flush = {place for place, i in enumerate(part) if i in right}
        parts.append(_aligned([[line[i] for i in part] for line in lines], flush))
    return "\n\n".join(parts)


def _side_by_side(widths: Sequence[int]) -> list[list[int]]:
    """Return which columns stand beside each other so that they fit the terminal, the first in each part."""
    parts, taken = [[0]], widths[0]
    for i, wide in enumerate(widths[1:], 1):
        if taken + 2 + wide > terminal_width() and parts[-1] != [0]:
            parts.append([0])
            taken = widths[0]
        parts[-1].append(i)
        taken += 2 + wide
    return parts


def _aligned(lines: Sequence[Sequence[str]], right: set[int]) -> str:
    if len(lines[0]) - 1 not in right:
        room = max(_room(list(zip(*lines, strict=True))), _NARROWEST)
        lines = [broken for line in lines for broken in _broken(line, room)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(_pad(cell, widths[i], i in right) for i, cell in enumerate(line)).rstrip() for line in lines
    )


def _room(columns: Sequence[Sequence[str]]) -> int:
    """Return what the terminal leaves for the last column beside the others."""
    return terminal_width() - sum(2 + max(map(width, cells)) for cells in columns[:-1])


def _broken(line: Sequence[str], room: int) -> list[list[str]]:
    """Return a line of a table as several, the last cell at most `room` wide where its words allow it."""
    first, *others = _lines(line[-1], room)
    return [[*line[:-1], first], *([*[""] * (len(line) - 1), part] for part in others)]


def _lines(text: str, room: int) -> list[str]:
    """Return `text` in lines at most `room` wide, where its words allow it: hashtags and paths stay whole."""
    parts = [""]
    for word in text.split():
        if parts[-1] and width(parts[-1]) + 1 + width(word) > room:
            parts.append("")
        parts[-1] = f"{parts[-1]} {word}".lstrip()
    return parts


def width(text: str) -> int:
    """Return how many columns `text` takes in a terminal: two for wide characters, none for marks."""
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def printable(text: str) -> str:
    """Return `text` on one line and without the control characters that a terminal would obey."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)


def count(n: int, noun: str) -> str:
    """Return a number with what it counts: `1 post`, `2,000 posts`."""
    return f"{n:,} {noun}{'s' * (n != 1)}"


def number(value: float | None) -> str:
    """Return a number of likes, `?` where unknown."""
    return "?" if value is None else f"{value:,.0f}"


def _pad(cell: str, columns: int, flush_right: bool) -> str:
    space = " " * (columns - width(cell))
    return space + cell if flush_right else cell + space


def _listed(numbers: Sequence[int], most: int = 8) -> str:
    shown = ", ".join(map(str, numbers[:most]))
    return f"{shown} and {len(numbers) - most} more" if len(numbers) > most else shown
