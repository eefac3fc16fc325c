"""What may be typed after a command: each option with its bounds and its help."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from hashtagger.console import say
from hashtagger.errors import UsageError

# models
ModelFolder = Annotated[
    Path | None,
    typer.Option("--model", help="Model folder; else HASHTAGGER_MODEL, else your own, else the starter."),
]
OwnModel = Annotated[
    Path | None, typer.Option("--model", help="Folder to write; else HASHTAGGER_MODEL, else your own.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines, hashtags without #.")]

# posts
_POSTS = typer.Argument(
    metavar="PATH...",
    help="CSV, JSON, Parquet, Instagram's export (.zip), folders of instaloader or of photos.",
)
PostsPaths = Annotated[list[Path], _POSTS]
MaybePosts = Annotated[list[Path] | None, _POSTS]
PhotosFolder = Annotated[
    Path | None,
    typer.Option("--photos", help="Folder of the photos, named as in the posts or by shortcode."),
]
ColumnNames = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="NAME=COLUMN", help="Which column holds what: --map tags=Keywords."),
]
FormatName = Annotated[
    Literal["table", "instagram", "instaloader", "photos"] | None,
    typer.Option("--format", help="Read it as this, instead of telling it apart by content."),
]
MaybeBackbone = Annotated[
    str | None,
    typer.Option("--backbone", help="auto, embedded, imagenet, or a .tflite file; auto by default."),
]
BackboneName = Annotated[str, typer.Option("--backbone", help="auto, embedded, imagenet, or a .tflite file.")]
Download = Annotated[bool, typer.Option("--download", help="Fetch photos that are http(s) links.")]

# what is suggested
Photos = Annotated[
    list[Path], typer.Argument(metavar="PHOTO...", help="Photos or folders; - reads one from stdin.")
]
PlatformName = Literal["instagram", "threads", "tiktok", "pinterest", "mastodon"]
ForPlatform = Annotated[
    PlatformName,
    typer.Option("--for", envvar="HASHTAGGER_FOR", help="Whose limit and form the line to paste keeps."),
]
Limit = Annotated[
    int | None,
    typer.Option(
        min=0,
        envvar="HASHTAGGER_LIMIT",
        help="Hashtags in the line to paste; else what the platform takes: five.",
    ),
]
Likes = Annotated[
    float,
    typer.Option(min=0, max=1, envvar="HASHTAGGER_LIKES", help="How much likes count; 0: likeness alone."),
]
Diverse = Annotated[
    float,
    typer.Option(
        min=0, max=1, envvar="HASHTAGGER_DIVERSE", help="How much the line to paste avoids near-synonyms."
    ),
]
Excluded = Annotated[
    list[str] | None,
    typer.Option(envvar="HASHTAGGER_EXCLUDE", help="A hashtag never to suggest; may be repeated."),
]
ExcludedIn = Annotated[Path | None, typer.Option(help="A file of hashtags never to suggest.")]
Account = Annotated[
    str, typer.Option(envvar="HASHTAGGER_ACCOUNT", help="Your account among the posts: its habits count.")
]
Fresh = Annotated[
    int,
    typer.Option(
        min=0,
        max=1000,
        metavar="N",
        help="Hold back what was suggested for your last N photos; 20 is a good N.",
    ),
]
Top = Annotated[int, typer.Option("-n", "--top", min=1, envvar="HASHTAGGER_TOP", help="Hashtags to show.")]
Neighbors = Annotated[
    int | None,
    typer.Option("-k", "--neighbors", min=1, help="Similar posts that vote; else one in 20, 10 to 100."),
]
Caption = Annotated[str, typer.Option(help="Your caption: its words and hashtags count as hints.")]
Ranking = Annotated[Literal["best", "seed"], typer.Option(help="seed: the published method, for comparison.")]
Sets = Annotated[int, typer.Option(min=1, max=20, help="Lines to paste, each a different set.")]
Exact = Annotated[
    bool, typer.Option("--exact", help="Compare every photo of a large model: slower, misses none.")
]

# how it is shown, and where it goes
Compare = Annotated[bool, typer.Option(help="By likeness and optimised for likes, side by side.")]
Sizes = Annotated[bool, typer.Option(help="Mark hashtags as broad, middle or niche, by use.")]
SizesFile = Annotated[Path | None, typer.Option(help="The same by a CSV file of yours: tag,post_count.")]
SimilarPosts = Annotated[bool, typer.Option(help="Show the six nearest posts.")]
ShowPosts = Annotated[bool, typer.Option("--show", help="Draw the nearest posts' photos in the terminal.")]
Explain = Annotated[bool, typer.Option(help="Show every signal, and the counts after every step.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="CSV, one row a hashtag.")]
Markdown = Annotated[bool, typer.Option(help="Markdown: a table, and the line to paste.")]
TagsOnly = Annotated[bool, typer.Option(help="Only the hashtags, one a line.")]
Copy = Annotated[bool, typer.Option(help="Put the line to paste on the clipboard.")]
WriteXmp = Annotated[
    bool, typer.Option(help="Put the line's hashtags into PHOTO.xmp; the photo is not touched.")
]
Html = Annotated[Path | None, typer.Option(help="Write a page to look at and choose on here.")]

# watch
Watched = Annotated[Path, typer.Argument(metavar="DIR", help="The folder where photos land.")]
Lines = Annotated[
    Path | None, typer.Option("--to", help="Add a line a photo to this file instead: path, tab, hashtags.")
]

# similar
Hashtags = Annotated[
    list[str] | None, typer.Argument(metavar="HASHTAG...", help="In quotes: # starts a comment.")
]
Rows = Annotated[int, typer.Option("-n", "--top", min=1, help="Hashtags to show.")]
Without = Annotated[
    list[str] | None, typer.Option("--not", help="A hashtag to stay away from; may be repeated.")
]
To = Annotated[str | None, typer.Option(help="Print how similar this hashtag is.")]
Every = Annotated[bool, typer.Option("--all", help="The 20 nearest of every hashtag, as CSV.")]
TableFile = Annotated[Path | None, typer.Option("-o", "--output", help="File for --all.")]
Map = Annotated[Path | None, typer.Option(help="Write a map of the 30 nearest here, as a page.")]

# train
NoFilter = Annotated[
    bool, typer.Option("--no-filter", help="Suggest also what only asks for follows or likes.")
]
Shards = Annotated[
    str | None, typer.Option(metavar="DIR", help="Instead of PATH: what hashtagger extract wrote.")
]

# extract
Addresses = Annotated[
    list[str],
    typer.Argument(metavar="PATH...", help="Posts as for train, here or at an address: s3://bucket/x.csv."),
]
ShardsTo = Annotated[
    str, typer.Option("-o", "--output", metavar="DIR", help="Where shards go, here or at an address.")
]
PhotosAddress = Annotated[str | None, typer.Option("--photos", help="Folder of the photos.")]
Ray = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Work on this Ray cluster, or on a local one: local."),
]

# read
ReadTo = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write the table here: .csv or .parquet.")
]
AsReport = Annotated[bool, typer.Option("--json", help="The report, as one JSON object.")]

# remove
Links = Annotated[
    list[str] | None,
    typer.Argument(metavar="LINK...", help="Links of posts; of posts without one, the photo's path."),
]
OfAccount = Annotated[str | None, typer.Option(help="All posts of this account.")]

# evaluate
Measured = Annotated[
    Path | None, typer.Option("--model", help="Measure this model, on posts that it has not seen.")
]
Folds = Annotated[int, typer.Option(min=2, help="Parts, each tested on once; by time, the last.")]
Split = Annotated[Literal["account", "time", "random"], typer.Option(help="What keeps the parts apart.")]
MinTags = Annotated[int, typer.Option(min=1, help="Hashtags a post must have to be tested on.")]
LikesAsked = Annotated[float, typer.Option(min=0, max=1, help="How much likes count in our suggestions.")]
WithStarter = Annotated[
    bool, typer.Option(help="Add what the starter's lists of hashtags know, as train does.")
]
AsOneJson = Annotated[bool, typer.Option("--json", help="Everything measured, as one JSON object.")]
Report = Annotated[Path | None, typer.Option(help="Write a page with charts here.")]
Tune = Annotated[
    bool, typer.Option("--tune", help="Instead, tune what --likes weighs to these posts (needs Optuna).")
]
Trials = Annotated[int, typer.Option(min=1, help="Weights that --tune tries.")]
WriteWeights = Annotated[
    Path | None, typer.Option("--write", metavar="MODEL", help="Write the tuned weights to this model.")
]


def choice(
    ctx: typer.Context,
    platform: PlatformName,
    limit: int | None,
    likes: float,
    diverse: float,
    exclude: list[str] | None,
    exclude_file: Path | None,
    account: str,
) -> dict[str, Any]:
    """Return what is asked of every photo as settings of `suggest`."""
    from hashtagger.platforms import PLATFORMS

    if math.isnan(likes):  # which is within every bound
        raise UsageError("--likes must be a number from 0 to 1")
    return {
        "limit": PLATFORMS[platform].limit if limit is None or _nearer(ctx, "platform", "limit") else limit,
        "likes": likes,
        "diverse": diverse,
        "exclude": [*(exclude or []), *(_lines_of(exclude_file) if exclude_file else [])],
        "account": account,
    }


def _nearer(ctx: typer.Context, one: str, other: str) -> bool:
    """Tell whether `one` is set nearer to the person than `other`: flag, environment, file, default."""
    order = ["COMMANDLINE", "ENVIRONMENT", "DEFAULT_MAP", "DEFAULT"]
    first, second = (getattr(ctx.get_parameter_source(name), "name", "DEFAULT") for name in (one, other))
    return order.index(first) < order.index(second)


def _lines_of(path: Path) -> list[str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot read the file of excluded hashtags ({error.strerror})") from None
    from hashtagger.tables import BOMS

    return data.decode(BOMS.get(data[:2], "utf-8-sig"), "replace").splitlines()


def read_sizes_file(path: Path | None) -> dict[str, int]:
    """Return the uses of hashtags by a file of the user's, none without; what cannot be read is said."""
    if not path:
        return {}
    from hashtagger.sizes import read_sizes

    posts, left_out = read_sizes(path)
    if left_out:
        say(left_out)
    return posts


def one_form(forms: Mapping[str, bool], details: Mapping[str, bool]) -> str:
    """Return the one form that is asked for, "" for the table, which alone goes with `details`.

    Raises UsageError for several, and for details of none.
    """
    chosen = [name for name, wanted in forms.items() if wanted]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)}: choose one form of output")
    for name, wanted in details.items():
        if wanted and chosen:
            raise UsageError(f"{name} goes with the table, not with {chosen[0]}: leave one of them out")
    return chosen[0] if chosen else ""


def pairs(texts: Sequence[str] | None) -> dict[str, str]:
    """Return NAME=COLUMN arguments as a mapping."""
    texts = texts or ()
    for text in texts:
        if not all(text.partition("=")[::2]):
            raise UsageError(f"--map {text}: write it as NAME=COLUMN, for example --map tags=Keywords")
    return dict(text.split("=", 1) for text in texts)
