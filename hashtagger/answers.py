"""Photos -> answers in the terminal, in files and on the clipboard."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hashtagger.console import say, write_text
from hashtagger.errors import PhotoError, SidecarError

if TYPE_CHECKING:
    from hashtagger.platforms import Platform
    from hashtagger.recommender import Recommender
    from hashtagger.suggest import Suggestions
    from hashtagger.suggestion_page import PhotoPart

STDIN = Path("-")


@dataclass(frozen=True)
class Details:
    """What is shown with the table of hashtags."""

    compare: bool
    sizes: bool
    similar_posts: bool
    show_posts: bool
    explain: bool


@dataclass(frozen=True)
class Targets:
    """In which form suggestions are printed, "" for the table, and where else they go."""

    form: str
    copy: bool
    write_xmp: bool
    html: Path | None


def answer(
    recommender: Recommender,
    photos: Sequence[Path],
    settings: dict[str, Any],
    fresh: int,
    post: Platform,
    details: Details,
    targets: Targets,
) -> bool:
    """Suggest for each photo, print it and put it where it should go; return whether all went well."""
    files, well = _photo_files(photos)
    lines: list[str] = []
    parts: list[PhotoPart] = []
    left_out: list[str] = []
    for file in files:
        try:
            photo = _stdin() if file == STDIN else file
            found = ask(recommender, photo, fresh, settings)
            plain = recommender.suggest(photo, **{**settings, "likes": 0}) if details.compare else None
            if targets.html:
                parts.append(_photo_part(found, photo, post))
        except PhotoError as error:
            left_out.append(_refuse(file, error))
            continue
        say_unlike(found)
        lines.append(post.line(found.paste))
        paste = "\n".join([lines[-1], *map(post.line, found.more_sets)])
        if targets.form:
            _print_form(targets.form, found, paste, first=len(lines) == 1)
        else:
            _print_table(found, plain, paste, details, named=len(files) > 1)
        if targets.write_xmp:
            well &= _write_sidecar(file, found.paste)
    if targets.html and parts:
        _write_page(targets.html, parts, settings["limit"], left_out)
    if targets.copy:
        _copy(lines)
    return well and not left_out


def ask(recommender: Recommender, photo: Path | bytes, fresh: int, settings: dict[str, Any]) -> Suggestions:
    """Suggest for a photo, holding back what was suggested for the last `fresh` ones."""
    if not fresh:
        return recommender.suggest(photo, **settings)
    from hashtagger.history import suggest_fresh

    return suggest_fresh(recommender, photo, fresh, **settings)


def say_unlike(found: Suggestions) -> None:
    """Say so where nothing in the model looks like the photo."""
    if found.unlike:
        whose = "the starter's" if found.starter else "general"
        say(f"{found.photo}: nothing in the model looks like this photo; these are {whose} hashtags")


def _photo_files(given: Sequence[Path]) -> tuple[list[Path], bool]:
    """Return the photos given, folders opened up, and whether all could be; what could not is said."""
    from hashtagger.photos import is_folder, list_photos

    files: list[Path] = []
    well = True
    for path in given:
        try:
            found = list_photos(path) if is_folder(path) else [path]
            if not found:
                raise PhotoError(f"{path}: no photos in this folder")
        except PhotoError as error:
            say(f"Error: {error}")
            well = False
        else:
            files += found
    return files, well


def _stdin() -> bytes:
    """Return the photo on stdin."""
    from hashtagger.photos import MAX_BYTES

    data = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin else b""
    if len(data) > MAX_BYTES:
        raise PhotoError(f"larger than {MAX_BYTES // 1_000_000} MB")
    return data


def _refuse(file: Path, error: PhotoError) -> str:
    """Say why there are no suggestions for a photo; return it as a page says it."""
    line = f"{'stdin: ' if file == STDIN else ''}{error}"
    say(f"Error: {line}")
    return line.replace(str(file), file.name)


def _print_form(form: str, found: Suggestions, line: str, first: bool) -> None:
    from hashtagger.forms import FORMS, csv_head

    if form == "--csv" and first:
        sys.stdout.write(csv_head())
    sys.stdout.write(FORMS[form](found, line))


def _print_table(
    found: Suggestions, plain: Suggestions | None, paste: str, details: Details, named: bool
) -> None:
    from hashtagger import display

    if named:
        print(display.printable(found.photo))
    if plain:
        print(display.comparison_table(plain, found))
    else:
        print(display.suggestions_table(found, details.sizes))
    if details.similar_posts:
        print("", display.neighbors_table(found), sep="\n")
    if details.show_posts:
        _print_pictures(found)
    if details.explain:
        print("", display.explanation(found), sep="\n")
    if paste:
        print("", paste, sep="\n")
    if named:
        print()


def _print_pictures(found: Suggestions) -> None:
    from hashtagger.terminal import nearest_pictures, protocol

    how = protocol(os.environ) if sys.stdout.isatty() else "blocks"
    if drawn := nearest_pictures(found, how, shutil.get_terminal_size().columns):
        print("", drawn, sep="\n")
    else:
        say("No pictures to show: the model keeps no photos of its posts, or they are not where they were.")


def _write_sidecar(photo: Path, names: Sequence[str]) -> bool:
    """Put hashtags into a photo's sidecar, and say so; return whether that could be."""
    from hashtagger.sidecars import write_sidecar

    if not names:
        say(f"{photo}: no hashtags to write")
        return True
    try:
        say(f"Wrote {write_sidecar(photo, names)}")
    except SidecarError as error:
        say(f"Error: {error}")
        return False
    return True


def _photo_part(found: Suggestions, photo: Path | bytes, post: Platform) -> PhotoPart:
    from hashtagger.suggestion_page import photo_part

    return photo_part(found, photo, post.line)


def _write_page(path: Path, parts: Sequence[PhotoPart], limit: int, left_out: Sequence[str]) -> None:
    from hashtagger.suggestion_page import suggestions_page

    write_text(path, suggestions_page(parts, limit, left_out))
    say(f"Wrote {path}")


def _copy(lines: Sequence[str]) -> None:
    """Put the lines to paste on the clipboard, and say whether they are there."""
    from hashtagger.clipboard import copy

    if text := "\n".join(filter(None, lines)):
        problem = copy(text)
        say(f"Not copied: {problem}" if problem else "Copied the line to paste.")
