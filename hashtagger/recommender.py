"""A model ready to answer: what the commands and Python callers use."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hashtagger.errors import ModelError
from hashtagger.features import Extractor
from hashtagger.model import CARD, STARTER, Model
from hashtagger.model import load as load_model
from hashtagger.suggest import Suggestions, SuggestSettings, exclusions, suggest

if TYPE_CHECKING:
    from hashtagger.adding import Addition
    from hashtagger.removing import Removal
    from hashtagger.similar import SimilarHashtag
    from hashtagger.training import Training


class Recommender:
    """A loaded model and its backbone; answers as often as asked."""

    def __init__(self, model: Model, folder: Path) -> None:
        self.model, self.folder = model, folder

    @property
    def is_starter(self) -> bool:
        """Tell whether this is the model that comes with the package."""
        return self.folder == STARTER

    @cached_property
    def extractor(self) -> Extractor:
        """Return the backbone that made the model's features; raises ModelError where it has none."""
        if self.model.backbone is None:
            raise ModelError(
                f"{self.folder}: this model has seen no photos, so it cannot suggest for one; "
                "train it on posts with an image column, or ask it: hashtagger similar"
            )
        return Extractor(self.model.backbone)

    @cached_property
    def _starter(self) -> Recommender:
        return Recommender(load_model(STARTER), STARTER)

    def suggest(self, photo: str | Path | bytes, **settings: Any) -> Suggestions:
        """Return hashtags for a photo, a file or its bytes; `settings` are those of SuggestSettings.

        Where nothing in the model looks like the photo, and no account's habits are asked for, the starter
        model is asked instead. Raises PhotoError where the photo cannot be read, ModelError where the model
        has seen no photos.
        """
        source = Path(photo) if isinstance(photo, str) else photo
        settings["exclude"] = exclusions(settings.get("exclude", ()))
        wanted = SuggestSettings(**settings)
        found = suggest(self.model, self.extractor, source, wanted)
        if found.unlike and not self.is_starter and not wanted.account:
            known = suggest(self._starter.model, self._starter.extractor, source, wanted)
            return found if known.unlike else replace(known, unlike=True, starter=True)
        return found

    def similar(
        self, *hashtags: str, without: str | Sequence[str] = (), top: int = 10
    ) -> list[SimilarHashtag]:
        """Return the hashtags closest to all of `hashtags` together; raises UnknownHashtagError."""
        from hashtagger.similar import similar

        unwanted = [without] if isinstance(without, str) else without
        return similar(self.model, hashtags, without=unwanted, top=top)

    def similarity(self, one: str, other: str) -> float:
        """Return how alike two hashtags are used, -1..1; raises UnknownHashtagError."""
        from hashtagger.similar import similarity

        return similarity(self.model, one, other)


def default_folder() -> Path:
    """Return where a user's model is kept: HASHTAGGER_MODEL, or the user's data folder."""
    if named := os.environ.get("HASHTAGGER_MODEL"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("hashtagger")) / "model"


def load(folder: str | Path | None = None) -> Recommender:
    """Load the model in `folder`; by default the user's own, or the starter where none was trained yet.

    Raises ModelError where `folder`, or the folder that HASHTAGGER_MODEL names, holds no readable model.
    """
    chosen = Path(folder) if folder else default_folder()
    named = bool(folder or os.environ.get("HASHTAGGER_MODEL"))
    if not named and not (chosen / CARD).exists():
        chosen = STARTER
    return Recommender(load_model(chosen), chosen)


def train(
    posts: str | Path | Sequence[str | Path] = (),
    folder: str | Path | None = None,
    *,
    features: str | None = None,
    **settings: Any,
) -> Training:
    """Learn from one or several files of posts and write the model to `folder`, by default the user's own.

    `settings` are those of hashtagger.training.train: backbone, photos_dir, columns, kind, download, spam,
    notify, progress. Or learn from the shards at `features`, where posts are already; then spam, notify and
    progress.
    """
    from hashtagger.training import train as train_model
    from hashtagger.training import train_on_shards

    if features:
        return train_on_shards(features, Path(folder) if folder else default_folder(), **settings)
    return train_model(_paths(posts), Path(folder) if folder else default_folder(), **settings)


def add(
    posts: str | Path | Sequence[str | Path], folder: str | Path | None = None, **settings: Any
) -> Addition:
    """Put posts into the model in `folder`, by default the user's own; those known are refreshed.

    `settings` are those of hashtagger.adding.add: photos_dir, columns, kind, download, notify, progress.
    """
    from hashtagger.adding import add as add_posts

    return add_posts(_paths(posts), Path(folder) if folder else default_folder(), **settings)


def remove(
    *links: str, account: str | None = None, folder: str | Path | None = None, **settings: Any
) -> Removal:
    """Forget posts by link, or all of an `account`, in the model in `folder`, by default the user's own."""
    from hashtagger.removing import remove as remove_posts

    return remove_posts(links, Path(folder) if folder else default_folder(), account=account, **settings)


def _paths(posts: str | Path | Sequence[str | Path]) -> list[Path]:
    return [Path(path) for path in ([posts] if isinstance(posts, str | Path) else posts)]
