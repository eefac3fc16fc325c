"""The command line: parse, call one function, print."""

import csv
import gc
import io
import json
import math
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, Annotated, Any, Literal

import typer

from hashtagger import __version__
from hashtagger.errors import HashtaggerError, PhotoError, SidecarError, UsageError

if TYPE_CHECKING:
    from rich.progress import TaskID

    from hashtagger.recommender import Recommender
    from hashtagger.suggest import Suggestions
    from hashtagger.suggestion_page import PhotoPart

_STDIN = Path("-")
_CONFIGURED = ("suggest", "watch")  # commands whose defaults the user's file may set
_STOPPED = 130  # exit code of what Ctrl-C ended: 128 and the number of SIGINT

app = typer.Typer(
    help="Recommend hashtags for a photo, offline, learned from posts.\n\nExample: hashtagger suggest me.jpg",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ModelFolder = Annotated[
    Path | None,
    typer.Option("--model", help="Model folder; else HASHTAGGER_MODEL, else your own, else the starter."),
]
OwnModel = Annotated[
    Path | None, typer.Option("--model", help="Folder to write; else HASHTAGGER_MODEL, else your own.")
]
PostsPaths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...",
        help="CSV, JSON, Parquet, Instagram's export (.zip), folders of instaloader or of photos.",
    ),
]
MaybePosts = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH...",
        help="CSV, JSON, Parquet, Instagram's export (.zip), folders of instaloader or of photos.",
    ),
]
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
BackboneName = Annotated[str, typer.Option("--backbone", help="auto, embedded, imagenet, or a .tflite file.")]
Download = Annotated[bool, typer.Option("--download", help="Fetch photos that are http(s) links.")]
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
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines, hashtags without #.")]


def main() -> None:
    """Run the command line; every failure is one line on stderr and an exit code."""
    signal.signal(signal.SIGINT, _stop)
    for stream in (sys.stdout, sys.stderr):  # hashtags of every script, whatever the console is set to
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    raise SystemExit(_run())


def _run() -> int | str | None:
    """Run the command that was typed and return the exit code."""
    try:
        try:
            app()
        finally:
            if sys.stdout:  # none where it was closed
                sys.stdout.flush()
    except SystemExit as end:
        if end.code == _STOPPED:
            say("Stopped.")
        return end.code
    except HashtaggerError as error:
        say(f"Error: {error}")
        return error.exit_code
    except OSError as error:
        if (
            sys.stdout and not error.filename
        ):  # nobody reads it, or its disk is full: forget what is unwritten
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            say(f"Error: {error.filename or 'output'}: {error.strerror or error}")
        return 1
    return 0


def _stop(*_: object) -> None:
    """End on Ctrl-C with the code that shells expect; what was being written is cleaned up on the way out."""
    raise SystemExit(_STOPPED)


def say(line: str) -> None:
    """Print a line on stderr, where it does not mix with results; a terminal gets it in lines that fit."""
    line = " ".join(line.splitlines())
    if sys.stderr and sys.stderr.isatty():
        from hashtagger.display import wrapped

        line = wrapped(line)
    print(line, file=sys.stderr, flush=True)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"hashtagger {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command, and the defaults that the user's file sets."""
    if ctx.invoked_subcommand in _CONFIGURED:
        from hashtagger.config import parameters, read_config

        ctx.default_map = {ctx.invoked_subcommand: parameters(read_config())}


@app.command()
def suggest(
    ctx: typer.Context,
    photos: Annotated[
        list[Path], typer.Argument(metavar="PHOTO...", help="Photos or folders; - reads one from stdin.")
    ],
    model: ModelFolder = None,
    top: Annotated[
        int, typer.Option("-n", "--top", min=1, envvar="HASHTAGGER_TOP", help="Hashtags to show.")
    ] = 10,
    neighbors: Annotated[
        int | None,
        typer.Option("-k", "--neighbors", min=1, help="Similar posts that vote; else one in 20, 10 to 100."),
    ] = None,
    platform: ForPlatform = "instagram",
    limit: Limit = None,
    likes: Likes = 0.3,
    diverse: Diverse = 0.6,
    compare: Annotated[bool, typer.Option(help="By likeness and optimised for likes, side by side.")] = False,
    exclude: Excluded = None,
    exclude_file: ExcludedIn = None,
    caption: Annotated[str, typer.Option(help="Your caption: its words and hashtags count as hints.")] = "",
    account: Account = "",
    ranking: Annotated[
        Literal["best", "seed"], typer.Option(help="seed: the published method, for comparison.")
    ] = "best",
    fresh: Fresh = 0,
    sets: Annotated[int, typer.Option(min=1, max=20, help="Lines to paste, each a different set.")] = 1,
    sizes: Annotated[bool, typer.Option(help="Mark hashtags as broad, middle or niche, by use.")] = False,
    sizes_file: Annotated[
        Path | None, typer.Option(help="The same by a CSV file of yours: tag,post_count.")
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Compare every photo of a large model: slower, misses none.")
    ] = False,
    similar_posts: Annotated[bool, typer.Option(help="Show the six nearest posts.")] = False,
    show_posts: Annotated[
        bool, typer.Option("--show", help="Draw the nearest posts' photos in the terminal.")
    ] = False,
    explain: Annotated[
        bool, typer.Option(help="Show every signal, and the counts after every step.")
    ] = False,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, one row a hashtag.")] = False,
    markdown: Annotated[bool, typer.Option(help="Markdown: a table, and the line to paste.")] = False,
    tags_only: Annotated[bool, typer.Option(help="Only the hashtags, one a line.")] = False,
    copy: Annotated[bool, typer.Option(help="Put the line to paste on the clipboard.")] = False,
    write_xmp: Annotated[
        bool, typer.Option(help="Put the line's hashtags into PHOTO.xmp; the photo is not touched.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Write a page to look at and choose on here.")] = None,
) -> None:
    """Suggest hashtags for photos.

    Example: hashtagger suggest photo.jpg --limit 5 --exclude "#love"
    """
    from hashtagger.platforms import PLATFORMS

    form = _one_form({"--json": as_json, "--csv": as_csv, "--markdown": markdown, "--tags-only": tags_only})
    post = PLATFORMS[platform]
    if write_xmp and _STDIN in photos:
        raise UsageError("--write-xmp needs a photo that is a file, not -")
    _expect_folder_of(html)
    settings: dict[str, Any] = {
        "top": top,
        "neighbors": neighbors,
        **_choice(ctx, platform, limit, likes, diverse, exclude, exclude_file, account),
        "caption": caption,
        "ranking": ranking,
        "sets": sets,
        "posts": _posts_of(sizes_file) if sizes_file else {},
        "exact": exact,
    }
    recommender = _load(model)
    files, failed = _photo_files(photos)
    parts: list[PhotoPart] = []
    left_out: list[str] = []
    lines: list[str] = []
    for file in files:
        try:
            source = _stdin() if file == _STDIN else file
            found = _suggest(recommender, source, fresh, settings)
            plain = recommender.suggest(source, **{**settings, "likes": 0}) if compare else None
            if html:
                from hashtagger.suggestion_page import photo_part

                parts.append(photo_part(found, source, post.line))
        except PhotoError as error:
            line = f"{'stdin: ' if file == _STDIN else ''}{error}"
            say(f"Error: {line}")
            left_out.append(line.replace(str(file), file.name))
            failed = True
            continue
        _say_unlike(found)
        lines.append(post.line(found.paste))
        paste = "\n".join([lines[-1], *map(post.line, found.more_sets)])
        if form:
            _print_form(form, found, paste, first=len(lines) == 1)
        else:
            marked = sizes or sizes_file is not None
            _print_suggestions(
                found, plain, paste, len(files) > 1, marked, similar_posts, show_posts, explain
            )
        if write_xmp and not _write_sidecar(file, found.paste):
            failed = True
    if html and parts:
        from hashtagger.suggestion_page import suggestions_page

        _write_text(html, suggestions_page(parts, settings["limit"], left_out))
        say(f"Wrote {html}")
    if copy:
        _copy(lines)
    raise typer.Exit(1 if failed else 0)


@app.command()
def watch(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder where photos land.")],
    to: Annotated[
        Path | None,
        typer.Option(help="Add a line a photo to this file instead: its path, a tab, the hashtags."),
    ] = None,
    model: ModelFolder = None,
    platform: ForPlatform = "instagram",
    limit: Limit = None,
    likes: Likes = 0.3,
    diverse: Diverse = 0.6,
    exclude: Excluded = None,
    exclude_file: ExcludedIn = None,
    account: Account = "",
    fresh: Fresh = 0,
) -> None:
    """Suggest for each new photo that lands in a folder, and write PHOTO.xmp, until Ctrl-C.

    Photos that are there at the first start are left alone; what landed between two starts is done. The
    names of photos that are done stand in .hashtagger-seen in the folder.

    Example: hashtagger watch exports/ --fresh 20
    """
    from hashtagger.display import printable
    from hashtagger.platforms import PLATFORMS
    from hashtagger.sidecars import write_sidecar
    from hashtagger.watch import add_line
    from hashtagger.watch import watch as watch_folder

    _expect_folder_of(to)
    settings = _choice(ctx, platform, limit, likes, diverse, exclude, exclude_file, account)
    recommender = _load(model)

    def do(photo: Path) -> None:
        found = _suggest(recommender, photo, fresh, settings)
        line = f"{printable(found.photo)}\t{PLATFORMS[platform].line(found.paste)}"
        if to:
            add_line(to, line)
        else:
            write_sidecar(photo, found.paste)
        print(line, flush=True)
        _say_unlike(found)

    watch_folder(folder, do, say)


@app.command()
def similar(
    hashtags: Annotated[
        list[str] | None, typer.Argument(metavar="HASHTAG...", help="In quotes: # starts a comment.")
    ] = None,
    model: ModelFolder = None,
    top: Annotated[int, typer.Option("-n", "--top", min=1, help="Hashtags to show.")] = 10,
    without: Annotated[
        list[str] | None, typer.Option("--not", help="A hashtag to stay away from; may be repeated.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="Print how similar this hashtag is.")] = None,
    every: Annotated[bool, typer.Option("--all", help="The 20 nearest of every hashtag, as CSV.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File for --all.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a map of the 30 nearest here, as a page.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show hashtags that go with others.

    Example: hashtagger similar "#cats" "#sunset" --not "#dogs"
    """
    from hashtagger.hashtags import normalize

    if html and (every or to):
        raise UsageError('--html goes with hashtags alone: hashtagger similar "#cats" --html map.html')
    _expect_folder_of(html)
    if every:
        if hashtags or to or without or not output:
            raise UsageError(
                "--all takes no hashtags and needs -o FILE: hashtagger similar --all -o similar.csv"
            )
        _write_similar_table(_load(model), output)
        return
    if output:
        raise UsageError("-o FILE goes with --all: hashtagger similar --all -o similar.csv")
    if not hashtags:
        raise UsageError(
            'similar needs a hashtag, in quotes, since # starts a comment: hashtagger similar "#cats"'
        )
    recommender = _load(model)
    if to is not None:
        cosines = [recommender.similarity(hashtag, to) for hashtag in hashtags]
        if as_json:
            pairs = zip(hashtags, cosines, strict=True)
            _print_json({"hashtag": normalize(one), "to": normalize(to), "similarity": x} for one, x in pairs)
        else:
            _print_lines(f"{cosine:.4f}" for cosine in cosines)
        return
    if html:
        from hashtagger.hashtag_map import TAGS, map_page

        around = recommender.similar(*hashtags, without=without or (), top=TAGS)
        _write_text(html, map_page(recommender.model, hashtags, around))
        say(f"Wrote {html}")
    found = recommender.similar(*hashtags, without=without or (), top=top)
    if as_json:
        _print_json(asdict(row) for row in found)
    else:
        from hashtagger.display import similar_hashtags_table

        print(similar_hashtags_table(found))


@app.command()
def train(
    posts: MaybePosts = None,
    model: OwnModel = None,
    photos: PhotosFolder = None,
    columns: ColumnNames = None,
    kind: FormatName = None,
    backbone: BackboneName = "auto",
    download: Download = False,
    no_filter: Annotated[
        bool, typer.Option("--no-filter", help="Suggest also what only asks for follows or likes.")
    ] = False,
    features: Annotated[
        str | None, typer.Option(metavar="DIR", help="Instead of PATH: what hashtagger extract wrote.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Learn from your own posts.

    Example: hashtagger train posts.csv --photos photos/
    """
    from hashtagger import recommender

    if features and (posts or photos or columns or kind or download):
        raise UsageError("--features DIR goes without posts, which are there already")
    if not features and not posts:
        raise UsageError("train needs posts: hashtagger train posts.csv")
    reading: dict[str, Any] = {
        "backbone": backbone,
        "photos_dir": photos,
        "columns": _pairs(columns or []),
        "kind": kind,
        "download": download,
    }
    what = {"features": features} if features else {"posts": posts, **reading}
    with _progress_bars() as progress:
        trained = recommender.train(folder=model, spam=no_filter, notify=say, progress=progress, **what)
    if as_json:
        _print_json([asdict(trained)])
    else:
        from hashtagger.display import training_summary

        print(training_summary(trained))
        question = "suggest photo.jpg" if trained.photos else f'similar "#{trained.most_used}"'
        say(f"Next: hashtagger {question}" + (f" --model {shlex.quote(str(model))}" if model else ""))


@app.command()
def extract(
    posts: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Posts as for train, here or at an address: s3://bucket/x.csv."
        ),
    ],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="DIR", help="Where shards go, here or at an address.")
    ],
    photos: Annotated[str | None, typer.Option("--photos", help="Folder of the photos.")] = None,
    columns: ColumnNames = None,
    kind: FormatName = None,
    backbone: BackboneName = "auto",
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Work on this Ray cluster, or on a local one: local."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read posts and photos into shards, to train on later; what is there is not made again.

    Example: hashtagger extract posts-*.csv -o shards/ && hashtagger train --features shards/
    """
    from hashtagger.extraction import extract as extract_posts

    with _progress_bars() as progress:
        extracted = extract_posts(
            posts,
            output,
            photos_dir=photos,
            columns=_pairs(columns or []),
            kind=kind,
            backbone=backbone,
            ray=ray,
            notify=say,
            progress=progress,
        )
    if as_json:
        _print_json([asdict(extracted)])
    else:
        from hashtagger.display import extraction_summary

        print(extraction_summary(extracted))
    for error in extracted.errors:
        say(f"Error: {error}")
    raise typer.Exit(1 if extracted.errors else 0)


@app.command()
def add(
    posts: PostsPaths,
    model: OwnModel = None,
    photos: PhotosFolder = None,
    columns: ColumnNames = None,
    kind: FormatName = None,
    download: Download = False,
    as_json: AsJson = False,
) -> None:
    """Put new posts into your model; likes and accounts of those that it has are refreshed.

    Reads only photos that are new. Counts, ratings and what goes together are then as a training on all posts
    would have them; vectors of hashtags are continued, the reduction of features stays.

    Example: hashtagger add new-posts.csv
    """
    from hashtagger import recommender

    with _progress_bars() as progress:
        added = recommender.add(
            posts,
            model,
            photos_dir=photos,
            columns=_pairs(columns or []),
            kind=kind,
            download=download,
            notify=say,
            progress=progress,
        )
    if as_json:
        _print_json([asdict(added)])
    else:
        from hashtagger.display import addition_summary

        print(addition_summary(added))


@app.command()
def remove(
    links: Annotated[
        list[str] | None,
        typer.Argument(metavar="LINK...", help="Links of posts; of posts without one, the photo's path."),
    ] = None,
    account: Annotated[str | None, typer.Option(help="All posts of this account.")] = None,
    model: OwnModel = None,
    as_json: AsJson = False,
) -> None:
    """Forget posts: nothing of them stays in your model, nor of their photos in the cache.

    The exception is what was learned from all posts together: vectors of hashtags that other posts use too,
    and the reduction of features. Training again learns both without them.

    Example: hashtagger remove https://www.instagram.com/p/CxLWYz0rQ2b/
    """
    from hashtagger import recommender

    removed = recommender.remove(*(links or []), account=account, folder=model, notify=say)
    if as_json:
        _print_json([asdict(removed)])
    else:
        from hashtagger.display import removal_summary

        print(removal_summary(removed))
    if removed.unknown:
        say(f"Error: not in the model: {', '.join(removed.unknown)}; the others were removed")
        raise typer.Exit(1)


@app.command()
def read(
    posts: PostsPaths,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the table here: .csv or .parquet.")
    ] = None,
    photos: PhotosFolder = None,
    columns: ColumnNames = None,
    kind: FormatName = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report, as one JSON object.")] = False,
) -> None:
    """Show what is understood of posts, as one table, and what is left out.

    Example: hashtagger read instagram-me.zip -o posts.csv
    """
    from hashtagger.display import posts_table, reading_report
    from hashtagger.reading import list_rows
    from hashtagger.reading import read as read_all

    found, reading = read_all(
        *posts, output=output, photos_dir=photos, columns=_pairs(columns or []), kind=kind
    )
    if as_json:
        _print_json([asdict(reading)])
        return
    if not output:
        print(posts_table(found, islice(list_rows(found, Path(), set()), 10)))
        sys.stdout.flush()
    print(reading_report(reading), file=sys.stderr)


@app.command()
def info(model: ModelFolder = None, as_json: AsJson = False) -> None:
    """Tell what a model holds, after checking every part of it.

    Example: hashtagger info --model my-model
    """
    from hashtagger.info import describe_model

    recommender = _load(model)
    facts = describe_model(recommender.model, recommender.folder)
    if as_json:
        _print_json([asdict(facts)])
    else:
        from hashtagger.display import info_lines

        print(info_lines(facts))


@app.command()
def evaluate(
    posts: PostsPaths,
    photos: PhotosFolder = None,
    columns: ColumnNames = None,
    kind: FormatName = None,
    backbone: BackboneName = "auto",
    download: Download = False,
    model: Annotated[
        Path | None, typer.Option("--model", help="Measure this model, on posts that it has not seen.")
    ] = None,
    folds: Annotated[int, typer.Option(min=2, help="Parts, each tested on once; by time, the last.")] = 5,
    split: Annotated[
        Literal["account", "time", "random"], typer.Option(help="What keeps the parts apart.")
    ] = "account",
    min_tags: Annotated[int, typer.Option(min=1, help="Hashtags a post must have to be tested on.")] = 3,
    likes: Annotated[float, typer.Option(min=0, max=1, help="How much likes count in our suggestions.")] = 0,
    starter: Annotated[
        bool, typer.Option(help="Add what the starter's lists of hashtags know, as train does.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Everything measured, as one JSON object.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write a page with charts here.")] = None,
    tune: Annotated[
        bool, typer.Option("--tune", help="Instead, tune what --likes weighs to these posts (needs Optuna).")
    ] = False,
    trials: Annotated[int, typer.Option(min=1, help="Weights that --tune tries.")] = 60,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="MODEL", help="Write the tuned weights to this model.")
    ] = None,
) -> None:
    """Measure how well hashtags are chosen, against other methods, on posts kept aside.

    Example: hashtagger evaluate posts.csv --html report.html
    """
    from hashtagger import tuning
    from hashtagger.evaluate import EvaluationSettings, prepare
    from hashtagger.evaluate import evaluate as measure
    from hashtagger.reports import evaluation_page, evaluation_tables, tuning_table

    if tune and html:
        raise UsageError("--html goes without --tune, which prints a table")
    if write and not tune:
        raise UsageError("--write MODEL goes with --tune: hashtagger evaluate posts.csv --tune --write MODEL")
    if tune:
        tuning.check(write)
    _expect_folder_of(html)
    settings = EvaluationSettings(folds=folds, split=split, min_tags=min_tags, likes=likes, starter=starter)
    with _progress_bars() as progress:
        prepared = prepare(
            posts,
            settings,
            model_folder=model,
            backbone=backbone,
            photos_dir=photos,
            columns=_pairs(columns or []),
            kind=kind,
            download=download,
            notify=say,
            progress=progress,
        )
        found = (
            tuning.tune(prepared, trials=trials, write=write, progress=progress)
            if tune
            else measure(prepared, progress)
        )
    if as_json:
        _print_json([asdict(found)])
    elif isinstance(found, tuning.Tuning):
        print(tuning_table(found))
    else:
        print(evaluation_tables(found))
    if html and not isinstance(found, tuning.Tuning):
        _write_text(html, evaluation_page(found))


@app.command()
def config(as_json: AsJson = False) -> None:
    """Show which defaults hold for suggest and watch, and what sets them: a flag goes before all of these.

    Example: hashtagger config --json
    """
    from hashtagger.config import config_file, held

    rows = held()
    if as_json:
        _print_json(asdict(row) for row in rows)
    else:
        from hashtagger.display import config_table

        print(config_table(rows, config_file()))


def _choice(
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


def _load(folder: Path | None) -> "Recommender":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one photo's algebra is less than a thread's start
    gc.disable()  # imports leave no garbage, and looking for it takes a tenth of a cold start
    from hashtagger.recommender import load

    recommender = load(folder)
    gc.freeze()  # nor is what was imported looked through again, at the latest when the process ends
    gc.enable()
    if recommender.is_starter:
        say("Using the starter model; to learn from your own posts: hashtagger train posts.csv")
    return recommender


def _photo_files(given: Sequence[Path]) -> tuple[list[Path], bool]:
    """Return the photos given, folders opened up, and whether a folder had none, which is said."""
    from hashtagger.photos import list_photos

    files: list[Path] = []
    failed = False
    for path in given:
        try:
            found = list_photos(path) if _is_folder(path) else [path]
            if not found:
                raise PhotoError(f"{path}: no photos in this folder")
        except PhotoError as error:
            say(f"Error: {error}")
            failed = True
        else:
            files += found
    return files, failed


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long, or in a folder that may not be entered: reading it will say
        return False


def _stdin() -> bytes:
    """Return the photo on stdin."""
    from hashtagger.photos import MAX_BYTES

    data = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin else b""
    if len(data) > MAX_BYTES:
        raise PhotoError(f"larger than {MAX_BYTES // 1_000_000} MB")
    return data


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise UsageError(f"{path}: cannot read the file of excluded hashtags ({error.strerror})") from None


def _expect_folder_of(path: Path | None) -> None:
    """Refuse a file that could not be written in the end, before the work is done."""
    if path and not path.parent.is_dir():
        raise UsageError(f"{path}: cannot be written (no folder {path.parent})")


def _write_text(path: Path, text: str) -> None:
    try:
        with _replacing(path) as file:
            file.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from None


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    """Return NAME=COLUMN arguments as a mapping."""
    for text in texts:
        if not all(text.partition("=")[::2]):
            raise UsageError(f"--map {text}: write it as NAME=COLUMN, for example --map tags=Keywords")
    return dict(text.split("=", 1) for text in texts)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _print_json(objects: Iterable[dict[str, Any]]) -> None:
    for item in objects:
        print(json.dumps(item, ensure_ascii=False))


def _suggest(
    recommender: "Recommender", photo: Path | bytes, fresh: int, settings: dict[str, Any]
) -> "Suggestions":
    if not fresh:
        return recommender.suggest(photo, **settings)
    from hashtagger.history import suggest_fresh

    return suggest_fresh(recommender, photo, fresh, **settings)


def _say_unlike(found: "Suggestions") -> None:
    if found.unlike:
        whose = "the starter's" if found.starter else "general"
        say(f"{found.photo}: nothing in the model looks like this photo; these are {whose} hashtags")


def _write_sidecar(photo: Path, names: Sequence[str]) -> bool:
    """Put hashtags into a photo's sidecar, and say so; return whether that could be."""
    from hashtagger.sidecars import write_sidecar

    try:
        say(f"Wrote {write_sidecar(photo, names)}")
    except SidecarError as error:
        say(f"Error: {error}")
        return False
    return True


def _posts_of(path: Path) -> dict[str, int]:
    from hashtagger.sizes import read_sizes

    posts, left_out = read_sizes(path)
    if left_out:
        say(left_out)
    return posts


def _one_form(asked: dict[str, bool]) -> str:
    """Return the one form that is asked for, "" for the table; raise UsageError for several."""
    forms = [name for name, wanted in asked.items() if wanted]
    if len(forms) > 1:
        raise UsageError(f"{' and '.join(forms)}: choose one form of output")
    return forms[0] if forms else ""


def _print_form(form: str, found: "Suggestions", line: str, first: bool) -> None:
    from hashtagger.forms import FORMS, csv_head

    if form == "--csv" and first:
        sys.stdout.write(csv_head())
    sys.stdout.write(FORMS[form](found, line))


def _copy(lines: Sequence[str]) -> None:
    """Put the lines to paste on the clipboard, and say whether they are there."""
    from hashtagger.clipboard import copy

    if text := "\n".join(filter(None, lines)):
        problem = copy(text)
        say(f"Not copied: {problem}" if problem else "Copied the line to paste.")


def _print_suggestions(
    found: "Suggestions",
    plain: "Suggestions | None",
    paste: str,
    named: bool,
    sizes: bool,
    similar_posts: bool,
    show_posts: bool,
    explain: bool,
) -> None:
    from hashtagger import display

    if named:
        print(display.printable(found.photo))
    if plain:
        print(display.comparison_table(plain, found))
    else:
        print(display.suggestions_table(found, sizes))
    if similar_posts:
        print("", display.neighbors_table(found), sep="\n")
    if show_posts:
        _print_pictures(found)
    if explain:
        print("", display.explanation(found), sep="\n")
    if paste:
        print("", paste, sep="\n")
    if named:
        print()


def _print_pictures(found: "Suggestions") -> None:
    from hashtagger.terminal import nearest_pictures, protocol

    how = protocol(os.environ) if sys.stdout.isatty() else "blocks"
    if drawn := nearest_pictures(found, how, shutil.get_terminal_size().columns):
        print("", drawn, sep="\n")
    else:
        say("No pictures to show: the model keeps no photos of its posts, or they are not where they were.")


def _write_similar_table(recommender: "Recommender", output: Path) -> None:
    """Write the 20 nearest of every hashtag as CSV."""
    from hashtagger.similar import TABLE_WIDTH, similar_table

    heads = [f"{what}_{i}" for i in range(1, TABLE_WIDTH + 1) for what in ("similar", "similarity")]
    try:
        with _replacing(output) as file:
            writer = csv.writer(file)
            writer.writerow(["hashtag", *heads])
            for name, row in similar_table(recommender.model):
                cells = [cell for other, cosine in row for cell in (other, f"{cosine:.4f}")]
                writer.writerow([name, *cells, *[""] * (len(heads) - len(cells))])
    except BrokenPipeError:
        raise
    except OSError as error:
        raise HashtaggerError(f"{output}: cannot be written ({error.strerror or error})") from None


@contextmanager
def _replacing(path: Path) -> Iterator[IO[str]]:
    """Open what becomes the file at `path` once it is whole; a device or a pipe is written to."""
    beside = path if path.exists() and not path.is_file() else path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", newline="", encoding="utf-8") as file:
            yield file
        if beside != path:
            beside.replace(path)
    except BaseException:
        if beside != path and beside.is_file():
            beside.unlink()
        raise


@contextmanager
def _progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """Yield what draws a bar a stage, with its rate and time left; nothing without a terminal."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        stages: dict[str, tuple[TaskID, float]] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=total, rate=""), monotonic()
            task, started = stages[stage]
            bars.update(
                task, completed=done, total=total, rate=f"{done / max(monotonic() - started, 1e-3):,.0f}/s"
            )

        yield progress
