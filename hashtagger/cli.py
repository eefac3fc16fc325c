"""The command line: parse, call one function, print."""

import csv
import io
import json
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hashtagger import __version__
from hashtagger.errors import HashtaggerError, PhotoError, UsageError

if TYPE_CHECKING:
    from rich.progress import TaskID

    from hashtagger.recommender import Recommender
    from hashtagger.suggest import Suggestions

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
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines, hashtags without #.")]


def main() -> None:
    """Run the command line; every failure is one line on stderr and an exit code."""
    signal.signal(signal.SIGINT, _stop)
    for stream in (sys.stdout, sys.stderr):  # hashtags of every script, whatever the console is set to
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except HashtaggerError as error:
        say(f"Error: {error}")
        raise SystemExit(error.exit_code) from None


def _stop(*_: object) -> None:
    """End on Ctrl-C with the code that shells expect; what was being written is cleaned up on the way out."""
    say("Stopped; nothing was changed.")
    raise SystemExit(130)


def say(line: str) -> None:
    """Print a line on stderr, where it does not mix with results."""
    print(line, file=sys.stderr, flush=True)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"hashtagger {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
def suggest(
    photos: Annotated[
        list[Path], typer.Argument(metavar="PHOTO...", help="Photos or folders; - reads one from stdin.")
    ],
    model: ModelFolder = None,
    top: Annotated[int, typer.Option("-n", "--top", min=1, help="Hashtags to show.")] = 10,
    neighbors: Annotated[int, typer.Option("-k", "--neighbors", min=1, help="Similar posts that vote.")] = 50,
    limit: Annotated[
        int, typer.Option(min=0, help="Hashtags in the line to paste; Instagram takes five.")
    ] = 5,
    likes: Annotated[
        float, typer.Option(min=0, max=1, help="How much likes count; 0: likeness alone.")
    ] = 0.3,
    compare: Annotated[bool, typer.Option(help="By likeness and optimised for likes, side by side.")] = False,
    exclude: Annotated[
        list[str] | None, typer.Option(help="A hashtag never to suggest; may be repeated.")
    ] = None,
    exclude_file: Annotated[Path | None, typer.Option(help="A file of hashtags never to suggest.")] = None,
    caption: Annotated[str, typer.Option(help="Your caption: its words and hashtags count as hints.")] = "",
    similar_posts: Annotated[bool, typer.Option(help="Show the six nearest posts.")] = False,
    explain: Annotated[
        bool, typer.Option(help="Show every signal, and the counts after every step.")
    ] = False,
    as_json: AsJson = False,
    tags_only: Annotated[bool, typer.Option(help="Only the hashtags, one a line.")] = False,
) -> None:
    """Suggest hashtags for photos.

    Example: hashtagger suggest photo.jpg --limit 5 --exclude "#love"
    """
    from hashtagger.suggest import exclusions

    settings = {
        "top": top,
        "neighbors": neighbors,
        "limit": limit,
        "likes": likes,
        "exclude": exclusions(exclude or [], _lines_of(exclude_file) if exclude_file else []),
        "caption": caption,
    }
    recommender = _load(model)
    files = _photo_files(photos)
    failed = False
    for file in files:
        try:
            source = sys.stdin.buffer.read() if str(file) == "-" else file
            found = recommender.suggest(source, **settings)
            plain = recommender.suggest(source, **{**settings, "likes": 0}) if compare else None
        except PhotoError as error:
            say(f"Error: {error}")
            failed = True
            continue
        if as_json:
            _print_json({"photo": found.photo, **asdict(row)} for row in found.hashtags)
        elif tags_only:
            print("\n".join(f"#{row.hashtag}" for row in found.hashtags))
        else:
            _print_suggestions(found, plain, len(files) > 1, similar_posts, explain)
    raise typer.Exit(1 if failed else 0)


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
    as_json: AsJson = False,
) -> None:
    """Show hashtags that go with others.

    Example: hashtagger similar "#cats" "#sunset" --not "#dogs"
    """
    if every:
        if hashtags or to or without or not output:
            raise UsageError(
                "--all takes no hashtags and needs -o FILE: hashtagger similar --all -o similar.csv"
            )
        _write_similar_table(_load(model), output)
        return
    if not hashtags:
        raise UsageError(
            'similar needs a hashtag, in quotes, since # starts a comment: hashtagger similar "#cats"'
        )
    recommender = _load(model)
    if to:
        for hashtag in hashtags:
            print(f"{recommender.similarity(hashtag, to):.4f}")
        return
    found = recommender.similar(*hashtags, without=without or (), top=top)
    if as_json:
        _print_json(asdict(row) for row in found)
    else:
        from hashtagger.display import similar_hashtags_table

        print(similar_hashtags_table(found))


@app.command()
def train(
    posts: Annotated[Path, typer.Argument(metavar="POSTS", help="CSV (.gz), Parquet or JSON lines.")],
    model: Annotated[
        Path | None, typer.Option("--model", help="Folder to write; else HASHTAGGER_MODEL, else your own.")
    ] = None,
    photos: Annotated[Path | None, typer.Option(help="Folder that the image column is relative to.")] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="NAME=COLUMN", help="Which column holds what: --map tags=Keywords."),
    ] = None,
    backbone: Annotated[str, typer.Option(help="auto, embedded, imagenet, or a .tflite file.")] = "auto",
    download: Annotated[bool, typer.Option(help="Fetch photos that are http(s) links.")] = False,
    as_json: AsJson = False,
) -> None:
    """Learn from your own posts.

    Example: hashtagger train posts.csv --photos photos/
    """
    from hashtagger import recommender

    with _progress_bars() as progress:
        trained = recommender.train(
            posts,
            model,
            backbone=backbone,
            photos_dir=photos,
            columns=_pairs(columns or []),
            download=download,
            notify=say,
            progress=progress,
        )
    if as_json:
        _print_json([asdict(trained)])
    else:
        from hashtagger.display import training_summary

        print(training_summary(trained))
        say("Next: hashtagger suggest photo.jpg" + (f" --model {model}" if model else ""))


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


def _load(folder: Path | None) -> "Recommender":
    from hashtagger.recommender import load

    recommender = load(folder)
    if recommender.is_starter:
        say("Using the starter model; to learn from your own posts: hashtagger train posts.csv")
    return recommender


def _photo_files(given: Sequence[Path]) -> list[Path]:
    """Return the photos given, folders opened up."""
    from hashtagger.photos import list_photos

    files = [file for path in given for file in (list_photos(path) if path.is_dir() else [path])]
    if not files:
        raise PhotoError(f"{given[0]}: no photos in this folder")
    return files


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise UsageError(f"{path}: cannot read the file of excluded hashtags ({error.strerror})") from None


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    """Return NAME=COLUMN arguments as a mapping."""
    for text in texts:
        if not all(text.partition("=")[::2]):
            raise UsageError(f"--map {text}: write it as NAME=COLUMN, for example --map tags=Keywords")
    return dict(text.split("=", 1) for text in texts)


def _print_json(objects: Iterable[dict[str, Any]]) -> None:
    for item in objects:
        print(json.dumps(item, ensure_ascii=False))


def _print_suggestions(
    found: "Suggestions", plain: "Suggestions | None", named: bool, similar_posts: bool, explain: bool
) -> None:
    from hashtagger import display
    from hashtagger.hashtags import paste_line

    if named:
        print(f"{found.photo}")
    print(display.comparison_table(plain, found) if plain else display.suggestions_table(found))
    if similar_posts:
        print("", display.neighbors_table(found), sep="\n")
    if explain:
        print("", display.explanation(found), sep="\n")
    if found.paste:
        print("", paste_line(found.paste), sep="\n")
    if named:
        print()


def _write_similar_table(recommender: "Recommender", output: Path) -> None:
    """Write the 20 nearest of every hashtag as CSV, whole or not at all."""
    from hashtagger.similar import TABLE_WIDTH, similar_table

    beside = output.with_name(f".{output.name}.new")
    try:
        with beside.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(
                [
                    "hashtag",
                    *(f"{what}_{i + 1}" for i in range(TABLE_WIDTH) for what in ("similar", "similarity")),
                ]
            )
            for name, row in similar_table(recommender.model):
                writer.writerow([name, *(cell for other, cosine in row for cell in (other, f"{cosine:.4f}"))])
        beside.replace(output)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written ({error.strerror})") from None
    finally:
        beside.unlink(missing_ok=True)


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
