"""Make the README's pictures: what the commands really print and write, as a terminal and a browser show it.

Needs the test extra and a Chromium: python assets/readme/make.py [PHOTO]
"""

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SAMPLES = ROOT / "sample_posts"


def main() -> None:
    photo = sys.argv[1] if len(sys.argv) > 1 else "sample_posts/photos/cats_01.jpg"
    draw_terminal(["hashtagger", "suggest", photo])
    with tempfile.TemporaryDirectory() as folder:
        draw_page(photo, Path(folder))


def draw_terminal(command: list[str]) -> None:
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    columns = max(len(line) for line in shown.stdout.splitlines()) + 2
    with Path(os.devnull).open("w") as nowhere:
        terminal = Console(record=True, width=columns, file=nowhere)
        terminal.print(Text(f"$ {' '.join(command)}", style="bold green"))
        terminal.print(Text(shown.stdout.rstrip()))
        terminal.save_svg(str(HERE / "suggest.svg"), title="hashtagger")


def draw_page(photo: str, folder: Path) -> None:
    """Draw the page of a model that has learned from every sample post but the photo's own."""
    model, page = folder / "model", folder / "page.html"
    with (SAMPLES / "posts.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    with (folder / "posts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *(row for row in rows if row[1] != f"photos/{Path(photo).name}")])
    for command in (
        ["train", folder / "posts.csv", "--photos", SAMPLES, "--backbone", "embedded"],
        ["suggest", photo, "--html", page],
    ):
        subprocess.run(["hashtagger", *map(str, command), "--model", str(model)], cwd=ROOT, check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1120, "height": 760})
        tab.goto(page.as_uri())
        Image.open(io.BytesIO(tab.screenshot())).save(HERE / "page.webp", quality=85)
        browser.close()


if __name__ == "__main__":
    main()
