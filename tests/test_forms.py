"""What suggest prints for other programs: CSV and Markdown, one form at a time; the clipboard."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from conftest import THEMES, Corpus, Run
from test_cli import ask

XCLIP = """#!/bin/sh
case "$*" in *-o*) cat "$CLIPBOARD" ;; *) cat > "$CLIPBOARD" ;; esac
"""
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems have a clipboard of their own")


def photos(corpus: Corpus, *more: object) -> list[object]:
    """Return what asks about two photos in the small model."""
    return ["suggest", corpus.photos["sea"], corpus.photos["cats"], "--model", corpus.model, "-k", 3, *more]


def test_csv_says_what_json_says(corpus: Corpus) -> None:
    rows = list(csv.DictReader(io.StringIO(ask(*photos(corpus, "-n", 8, "--csv")).out)))
    objects = [json.loads(line) for line in ask(*photos(corpus, "-n", 8, "--json")).lines]
    assert len(rows) == 16
    assert list(rows[0]) == list(objects[0])  # the columns, named once
    for row, expected in zip(rows, objects, strict=True):
        for name in ("photo", "hashtag", "reason"):
            assert row[name] == expected[name]
        assert float(row["score"]) == expected["score"]
        assert row["sources"].split(" + ") == expected["sources"]
        assert (row["lift"] == "") == (expected["lift"] is None)


def test_markdown_holds_a_table_and_the_line_for_each_photo(corpus: Corpus, tmp_path: Path) -> None:
    odd = tmp_path / "a_b|[c].jpg"
    odd.write_bytes(corpus.photos["sea"].read_bytes())
    lines = ask("suggest", odd, "--model", corpus.model, "-k", 3, "-n", 4, "--markdown").lines
    assert lines[0].endswith(r"a\_b\|\[c\].jpg")
    assert lines[2:4] == ["| hashtag | uses | why |", "|---|---:|---|"]
    rows = lines[4:8]
    assert all(row.startswith("| `#") and row.endswith(" |") for row in rows)
    assert lines[8] == ""
    assert [lines[9], lines[11]] == ["```", "```"]
    assert set(lines[10].split()) == {f"#{tag}" for tag in THEMES["sea"]}
    assert ask(*photos(corpus, "--markdown")).out.count("## ") == 2
    assert "```" not in ask(*photos(corpus, "--markdown", "--limit", 0)).out


@pytest.mark.parametrize("form", ["--json", "--csv", "--markdown"])
def test_one_form_at_a_time(corpus: Corpus, form: str) -> None:
    answer = ask(*photos(corpus, form, "--tags-only"))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == f"Error: {form} and --tags-only: choose one form of output\n"


@pytest.mark.parametrize("detail", ["--compare", "--similar-posts", "--show", "--explain"])
def test_details_go_with_the_table_alone(corpus: Corpus, detail: str) -> None:
    answer = ask(*photos(corpus, "--json", detail))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"Error: {detail} goes with the table, not with --json")


@on_linux
def test_the_line_is_copied(
    corpus: Corpus, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xclip").write_text(XCLIP)
    (tmp_path / "xclip").chmod(0o755)
    held = tmp_path / "held"
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    done = run(*photos(corpus, "--copy"), DISPLAY=":9", CLIPBOARD=str(held))
    assert (done.returncode, done.stderr) == (0, "Copied the line to paste.\n")
    first, second = held.read_text().splitlines()
    assert {first, second} <= set(done.stdout.splitlines())
    assert set(second.split()) == {f"#{tag}" for tag in THEMES["cats"]}


@on_linux
@pytest.mark.parametrize("helper", ["", "#!/bin/sh\nexit 1\n"], ids=["none", "one that fails"])
def test_no_clipboard_is_one_line_and_no_failure(
    corpus: Corpus, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, helper: str
) -> None:
    if helper:
        (tmp_path / "xclip").write_text(helper)
        (tmp_path / "xclip").chmod(0o755)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    done = run(*photos(corpus, "--copy"), DISPLAY=":9" if helper else "", PATH=f"{tmp_path}:/bin")
    assert done.returncode == 0
    assert done.stdout.count("#sea") > 1
    assert done.stderr.startswith("Not copied: no clipboard can be reached (on Linux: install ")
    assert len(done.stderr.splitlines()) == 1


def test_nothing_to_paste_leaves_the_clipboard_alone(corpus: Corpus) -> None:
    answer = ask(*photos(corpus, "--copy", "--limit", 0))
    assert (answer.code, answer.err) == (0, "")
