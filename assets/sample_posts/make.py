"""Makes sample_posts/: renders the photos and invents the posts.

The photos need Blender's bpy 5.0, which is no dependency of the package.

pip install bpy==5.0.1 pillow && python make.py photos && python make.py posts
"""

from __future__ import annotations

import argparse
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Settings:
    """What is made, and how much of it."""

    folder: Path = HERE.parents[1] / "sample_posts"
    seed: int = 7
    per_theme: int = 20
    samples: int = 5  # light paths a pixel; the denoiser does the rest
    sizes: tuple[tuple[int, int], ...] = ((480, 480), (416, 520), (520, 400), (544, 384))
    most_bytes: int = 36_000  # a photo that is larger is saved at a lower quality


def dice(settings: Settings, theme: str, index: int) -> np.random.Generator:
    return np.random.default_rng([settings.seed, zlib.crc32(theme.encode()), index])


def save(photo: Image.Image, path: Path, subjects: list[str], most_bytes: int) -> int:
    """A JPEG whose comment names what it shows, from which the posts are made."""
    for quality in range(90, 40, -3):
        buffer = io.BytesIO()
        photo.save(
            buffer, "JPEG", quality=quality, optimize=True, progressive=True, comment=", ".join(subjects)
        )
        if buffer.tell() <= most_bytes:
            break
    path.write_bytes(buffer.getvalue())
    return quality


def take_photo(
    settings: Settings, theme: str, index: int, shrink: float = 1
) -> tuple[Image.Image, list[str]]:
    import studio
    from themes import COMPUTED, THEMES

    rng = dice(settings, theme, index)
    scenes = THEMES[theme]
    scene = scenes[index % len(scenes)]
    width, height = settings.sizes[rng.integers(len(settings.sizes))]
    size = (int(width * shrink), int(height * shrink))
    if theme in COMPUTED:
        pixels, subjects = scene(rng, index, size[1], size[0])
        return studio.develop(pixels, rng), subjects
    studio.clear_stage(size, settings.samples, int(rng.integers(1 << 30)))
    subjects = scene(rng, index)
    pixels = studio.shoot(settings.folder)
    return studio.develop(pixels, rng), subjects


def take_photos(settings: Settings, themes: list[str], shrink: float, indices: list[int]) -> None:
    import time

    folder = settings.folder / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    for theme in themes:
        for index in indices:
            start = time.process_time()
            photo, subjects = take_photo(settings, theme, index, shrink)
            path = folder / f"{theme}_{index + 1:02d}.jpg"
            quality = save(photo, path, subjects, settings.most_bytes)
            print(
                f"{path.name} {photo.size} {path.stat().st_size} bytes, quality {quality}, "
                f"{time.process_time() - start:.1f} s: {', '.join(subjects)}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["photos", "posts"])
    parser.add_argument("--only", nargs="*", help="themes")
    parser.add_argument("--index", nargs="*", type=int, help="numbers within the theme, from 0")
    parser.add_argument("--shrink", type=float, default=1, help="for drafts: 0.5 renders half the size")
    parser.add_argument("--folder", type=Path, default=Settings.folder)
    arguments = parser.parse_args()
    settings = Settings(folder=arguments.folder)
    if arguments.what == "photos":
        import bpy  # first: it brings bmesh and mathutils along

        print("Blender", bpy.app.version_string)
        from themes import THEMES

        take_photos(
            settings,
            arguments.only or list(THEMES),
            arguments.shrink,
            arguments.index or list(range(settings.per_theme)),
        )
    else:
        import posts

        posts.write_posts(settings.folder, settings.seed)


if __name__ == "__main__":
    main()
