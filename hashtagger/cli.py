"""The command line: parse, call one function, print."""

from __future__ import annotations

import gc
import io
import os
import shlex
import signal
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hashtagger import __version__, display, options
from hashtagger.console import (
    expect_folder_of,
    print_json,
    print_lines,
    print_result,
    progress_bars,
    replacing,
    say,
    write_text,
)
from hashtagger.errors import HashtaggerError, UsageError

if TYPE_CHECKING:
    from hashtagger.recommender import Recommender

_CONFIGURED = ("suggest", "watch")  # commands whose defaults the user's file may set
_STOPPED = 130  # exit code of what Ctrl-C ended: 128 and the number of SIGINT

app = typer.Typer(
    help="Recommend hashtags for a photo, offline, learned from posts.\n\nExample: hashtagger suggest me.jpg",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"hashtagger {__version__}")
        raise typer.Exit


@app.callback()
def start(
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
    photos: options.Photos,
    model: options.ModelFolder = None,
    top: options.Top = 10,
    neighbors: options.Neighbors = None,
    platform: options.ForPlatform = "instagram",
    limit: options.Limit = None,
    likes: options.Likes = 0.3,
    diverse: options.Diverse = 0.6,
    compare: options.Compare = False,
    exclude: options.Excluded = None,
    exclude_file: options.ExcludedIn = None,
    caption: options.Caption = "",
    account: options.Account = "",
    ranking: options.Ranking = "best",
    fresh: options.Fresh = 0,
    sets: options.Sets = 1,
    sizes: options.Sizes = False,
    sizes_file: options.SizesFile = None,
    exact: options.Exact = False,
    similar_posts: options.SimilarPosts = False,
    show_posts: options.ShowPosts = False,
    explain: options.Explain = False,
    as_json: options.AsJson = False,
    as_csv: options.AsCsv = False,
    markdown: options.Markdown = False,
    tags_only: options.TagsOnly = False,
    copy: options.Copy = False,
    write_xmp: options.WriteXmp = False,
    html: options.Html = None,
) -> None:
    """Suggest hashtags for photos.

    Example: hashtagger suggest photo.jpg --limit 5 --exclude "#love"
    """
    from hashtagger.answers import STDIN, Details, Targets, answer
    from hashtagger.platforms import PLATFORMS

    forms = {"--json": as_json, "--csv": as_csv, "--markdown": markdown, "--tags-only": tags_only}
    beside = {
        "--compare": compare,
        "--similar-posts": similar_posts,
        "--show": show_posts,
        "--explain": explain,
    }
    form = options.one_form(forms, beside)
    if sets > 1 and form and form != "--markdown":
        raise UsageError(f"--sets goes with the table and --markdown, not with {form}: leave one of them out")
    if write_xmp and STDIN in photos:
        raise UsageError("--write-xmp needs a photo that is a file, not -")
    expect_folder_of(html)
    asked = options.choice(ctx, platform, limit, likes, diverse, exclude, exclude_file, account)
    asked |= {"top": top, "neighbors": neighbors, "caption": caption, "ranking": ranking}
    asked |= {"sets": sets, "exact": exact, "posts": options.read_sizes_file(sizes_file)}
    details = Details(compare, sizes or bool(sizes_file), similar_posts, show_posts, explain)
    targets = Targets(form, copy, write_xmp, html)
    well = answer(_load(model), photos, asked, fresh, PLATFORMS[platform], details, targets)
    raise typer.Exit(0 if well else 1)


@app.command()
def watch(
    ctx: typer.Context,
    folder: options.Watched,
    to: options.Lines = None,
    model: options.ModelFolder = None,
    platform: options.ForPlatform = "instagram",
    limit: options.Limit = None,
    likes: options.Likes = 0.3,
    diverse: options.Diverse = 0.6,
    exclude: options.Excluded = None,
    exclude_file: options.ExcludedIn = None,
    account: options.Account = "",
    fresh: options.Fresh = 0,
) -> None:
    """Suggest for each new photo that lands in a folder.

    Hashtags go into PHOTO.xmp, until Ctrl-C. Photos that are there at the first start are left alone; what
    landed between two starts is done. The names of photos that are done stand in .hashtagger-seen in the
    folder.

    Example: hashtagger watch exports/ --fresh 20
    """
    from hashtagger.answers import ask, say_unlike
    from hashtagger.platforms import PLATFORMS
    from hashtagger.sidecars import write_sidecar
    from hashtagger.watch import add_line
    from hashtagger.watch import watch as watch_folder

    expect_folder_of(to)
    settings = options.choice(ctx, platform, limit, likes, diverse, exclude, exclude_file, account)
    recommender = _load(model)

    def do(photo: Path) -> None:
        found = ask(recommender, photo, fresh, settings)
        line = f"{display.printable(found.photo)}\t{PLATFORMS[platform].line(found.paste)}"
        if to:
            add_line(to, line)
        else:
            write_sidecar(photo, found.paste)
        print(line, flush=True)
        say_unlike(found)

    watch_folder(folder, do, say)


@app.command()
def similar(
    hashtags: options.Hashtags = None,
    model: options.ModelFolder = None,
    top: options.Rows = 10,
    without: options.Without = None,
    to: options.To = None,
    every: options.Every = False,
    output: options.TableFile = None,
    html: options.Map = None,
    as_json: options.AsJson = False,
) -> None:
    """Show hashtags that go with others.

    Example: hashtagger similar "#wedding" "#beach" --not "#love"
    """
    from hashtagger.hashtags import normalize, show, split

    if html and (every or to):
        raise UsageError('--html goes with hashtags alone: hashtagger similar "#cats" --html map.html')
    expect_folder_of(html)
    if every:
        if hashtags or to or without or as_json or not output:
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
    asked = list(dict.fromkeys(name for text in hashtags for name in split(text)))
    if to is not None:
        if without or len(split(to)) != 1:
            raise UsageError(
                '--to takes one hashtag, and no --not: hashtagger similar "#cats" --to "#kitten"'
            )
        cosines = [recommender.similarity(name, to) for name in asked]
        if as_json:
            pairs = zip(asked, cosines, strict=True)
            print_json({"hashtag": one, "to": normalize(to), "similarity": x} for one, x in pairs)
        else:
            print_lines(f"{cosine:.4f}" for cosine in cosines)
        return
    if html:
        from hashtagger.hashtag_map import TAGS, map_page

        around = recommender.similar(*hashtags, without=without or (), top=TAGS)
        write_text(html, map_page(recommender.model, hashtags, around))
        say(f"Wrote {html}")
    found = recommender.similar(*hashtags, without=without or (), top=top)
    if as_json:
        print_json(asdict(row) for row in found)
    else:
        print(display.similar_hashtags_table(found))
        for name in asked:
            if len(asked) > 1 and not any(name in row.beside for row in found):
                say(f"None of these is known to go with {show(name)}; ask for it alone")


@app.command()
def train(
    posts: options.MaybePosts = None,
    model: options.OwnModel = None,
    photos: options.PhotosFolder = None,
    columns: options.ColumnNames = None,
    kind: options.FormatName = None,
    backbone: options.MaybeBackbone = None,
    download: options.Download = False,
    no_filter: options.NoFilter = False,
    features: options.Shards = None,
    as_json: options.AsJson = False,
) -> None:
    """Learn from your own posts.

    Example: hashtagger train posts.csv --photos photos/
    """
    from hashtagger import recommender

    if features and (posts or photos or columns or kind or download or backbone):
        raise UsageError("--features DIR goes without posts and backbone, which are there already")
    if not features and not posts:
        raise UsageError("train needs posts: hashtagger train posts.csv")
    reading: dict[str, Any] = {
        "backbone": backbone or "auto",
        "photos_dir": photos,
        "columns": options.pairs(columns),
        "kind": kind,
        "download": download,
    }
    what = {"features": features} if features else {"posts": posts, **reading}
    with progress_bars() as progress:
        trained = recommender.train(folder=model, spam=no_filter, notify=say, progress=progress, **what)
    print_result(trained, display.training_summary, as_json)
    question = "suggest photo.jpg" if trained.photos else f'similar "#{trained.most_used}"'
    if not as_json:
        say(f"Next: hashtagger {question}" + (f" --model {shlex.quote(str(model))}" if model else ""))


@app.command()
def extract(
    posts: options.Addresses,
    output: options.ShardsTo,
    photos: options.PhotosAddress = None,
    columns: options.ColumnNames = None,
    kind: options.FormatName = None,
    backbone: options.BackboneName = "auto",
    ray: options.Ray = None,
    as_json: options.AsJson = False,
) -> None:
    """Read posts and photos into shards, to train on later.

    A shard that is there is not made again. Posts, photos and shards may lie at addresses that fsspec knows.

    Example: hashtagger extract posts-*.csv -o shards/ && hashtagger train --features shards/
    """
    from hashtagger.extraction import extract as extract_posts

    with progress_bars() as progress:
        extracted = extract_posts(
            posts,
            output,
            photos_dir=photos,
            columns=options.pairs(columns),
            kind=kind,
            backbone=backbone,
            ray=ray,
            notify=say,
            progress=progress,
        )
    print_result(extracted, display.extraction_summary, as_json)
    for error in extracted.errors:
        say(f"Error: {error}")
    if extracted.shards and not as_json:
        say(f"Next: hashtagger train --features {shlex.quote(output)}")
    raise typer.Exit(1 if extracted.errors else 0)


@app.command()
def add(
    posts: options.PostsPaths,
    model: options.OwnModel = None,
    photos: options.PhotosFolder = None,
    columns: options.ColumnNames = None,
    kind: options.FormatName = None,
    download: options.Download = False,
    as_json: options.AsJson = False,
) -> None:
    """Put new posts into your model.

    Likes and accounts of posts that it has are refreshed. Reads only photos that are new. Counts, ratings and
    what goes together are then as a training on all posts would have them; vectors of hashtags are continued,
    the reduction of features stays.

    Example: hashtagger add new-posts.csv
    """
    from hashtagger import recommender

    with progress_bars() as progress:
        added = recommender.add(
            posts,
            model,
            photos_dir=photos,
            columns=options.pairs(columns),
            kind=kind,
            download=download,
            notify=say,
            progress=progress,
        )
    print_result(added, display.addition_summary, as_json)


@app.command()
def remove(
    links: options.Links = None,
    account: options.OfAccount = None,
    model: options.OwnModel = None,
    as_json: options.AsJson = False,
) -> None:
    """Forget posts, by link or account.

    Nothing of them stays in your model, nor of their photos in the cache. The exception is what was learned
    from all posts together: vectors of hashtags that other posts use too, and the reduction of features.
    Training again learns both without them.

    Example: hashtagger remove https://www.instagram.com/p/CxLWYz0rQ2b/
    """
    from hashtagger import recommender

    removed = recommender.remove(*(links or []), account=account, folder=model, notify=say)
    print_result(removed, display.removal_summary, as_json)
    if removed.unknown:
        say(f"Error: not in the model: {', '.join(removed.unknown)}; the others were removed")
        raise typer.Exit(1)


@app.command()
def read(
    posts: options.PostsPaths,
    output: options.ReadTo = None,
    photos: options.PhotosFolder = None,
    columns: options.ColumnNames = None,
    kind: options.FormatName = None,
    as_json: options.AsReport = False,
) -> None:
    """Show what is understood of posts, and what is left out.

    Example: hashtagger read instagram-me.zip -o posts.csv
    """
    from hashtagger.reading import list_rows
    from hashtagger.reading import read as read_all

    found, reading = read_all(
        *posts, output=output, photos_dir=photos, columns=options.pairs(columns), kind=kind
    )
    if as_json:
        print_json([asdict(reading)])
        return
    if not output:
        print(display.posts_table(found, islice(list_rows(found, Path(), set()), 10)))
        sys.stdout.flush()
    print(display.reading_report(reading), file=sys.stderr)


@app.command()
def info(model: options.ModelFolder = None, as_json: options.AsJson = False) -> None:
    """Tell what a model holds, after checking all of it.

    Example: hashtagger info --model my-model
    """
    from hashtagger.info import describe_model

    recommender = _load(model)
    facts = describe_model(recommender.model, recommender.folder)
    print_result(facts, display.info_lines, as_json)


@app.command()
def evaluate(
    posts: options.PostsPaths,
    photos: options.PhotosFolder = None,
    columns: options.ColumnNames = None,
    kind: options.FormatName = None,
    backbone: options.BackboneName = "auto",
    download: options.Download = False,
    model: options.Measured = None,
    folds: options.Folds = 5,
    split: options.Split = "account",
    min_tags: options.MinTags = 3,
    likes: options.LikesAsked = 0,
    starter: options.WithStarter = True,
    as_json: options.AsOneJson = False,
    html: options.Report = None,
    tune: options.Tune = False,
    trials: options.Trials = 60,
    write: options.WriteWeights = None,
) -> None:
    """Measure how well hashtags are chosen.

    On posts kept aside, against other methods.

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
    expect_folder_of(html)
    settings = EvaluationSettings(folds=folds, split=split, min_tags=min_tags, likes=likes, starter=starter)
    with progress_bars() as progress:
        prepared = prepare(
            posts,
            settings,
            model_folder=model,
            backbone=backbone,
            photos_dir=photos,
            columns=options.pairs(columns),
            kind=kind,
            download=download,
            notify=say,
            progress=progress,
        )
        if tune:
            tuned = tuning.tune(prepared, trials=trials, write=write, progress=progress)
            print_result(tuned, tuning_table, as_json)
            return
        found = measure(prepared, progress)
    print_result(found, evaluation_tables, as_json)
    if html:
        write_text(html, evaluation_page(found))


@app.command()
def config(as_json: options.AsJson = False) -> None:
    """Show your defaults, and what sets them.

    They hold for suggest and watch, where a flag goes before all of them.

    Example: hashtagger config --json
    """
    from hashtagger.config import config_file, held

    rows = held()
    if as_json:
        print_json(asdict(row) for row in rows)
    else:
        print(display.config_table(rows, config_file()))


def _load(folder: Path | None) -> Recommender:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one photo's algebra is less than a thread's start
    gc.disable()  # imports leave no garbage, and looking for it takes a tenth of a cold start
    from hashtagger.recommender import load

    recommender = load(folder)
    gc.freeze()  # nor is what was imported looked through again, at the latest when the process ends
    gc.enable()
    if recommender.is_starter:
        say("Using the starter model; to learn from your own posts: hashtagger train posts.csv")
    return recommender


def _write_similar_table(recommender: Recommender, output: Path) -> None:
    """Write the 20 nearest of every hashtag as CSV."""
    import csv

    from hashtagger.similar import TABLE_WIDTH, similar_table

    heads = [f"{what}_{i}" for i in range(1, TABLE_WIDTH + 1) for what in ("similar", "similarity")]
    try:
        with replacing(output) as file:
            writer = csv.writer(file)
            writer.writerow(["hashtag", *heads])
            for name, row in similar_table(recommender.model):
                cells = [cell for other, cosine in row for cell in (other, f"{cosine:.4f}")]
                writer.writerow([name, *cells, *[""] * (len(heads) - len(cells))])
    except BrokenPipeError:
        raise
    except OSError as error:
        raise HashtaggerError(f"{output}: cannot be written ({error.strerror or error})") from None
