"""Make the README's screenshot: what the command really prints, drawn as a terminal.

python assets/readme/make.py [PHOTO]
"""

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[2]


def main() -> None:
    photo = sys.argv[1] if len(sys.argv) > 1 else "sample_posts/photos/cats_01.jpg"
    command = ["hashtagger", "suggest", photo]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    columns = max(len(line) for line in shown.stdout.splitlines()) + 2
    with Path(os.devnull).open("w") as nowhere:
        terminal = Console(record=True, width=columns, file=nowhere)
        terminal.print(Text(f"$ {' '.join(command)}", style="bold green"))
        terminal.print(Text(shown.stdout.rstrip()))
        terminal.save_svg(str(Path(__file__).with_name("suggest.svg")), title="hashtagger")


if __name__ == "__main__":
    main()
