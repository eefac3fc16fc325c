"""Defaults of one's own: a file of settings, below flags and the environment.

The file is config.toml in the user's configuration folder, or where HASHTAGGER_CONFIG says. Each key is an
option of `suggest`; the environment has it as HASHTAGGER_ and its name in capitals.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hashtagger.errors import UsageError


@dataclass(frozen=True)
class Key:
    """A setting that may stand in the file."""

    what: str  # it must be
    fits: Callable[[Any], bool]


@dataclass(frozen=True)
class Held:
    """What holds for a key, and from where."""

    key: str
    value: Any
    source: str


def _whole(least: int) -> Key:
    return Key(f"a whole number from {least}", lambda value: type(value) is int and value >= least)


def _is_platform(value: Any) -> bool:
    from hashtagger.platforms import PLATFORMS

    return isinstance(value, str) and value in PLATFORMS


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


_SHARE = Key("a number from 0 to 1", lambda value: type(value) in (int, float) and 0 <= value <= 1)

KEYS = {
    "top": _whole(1),
    "for": Key('a platform such as "mastodon"', _is_platform),
    "limit": _whole(0),
    "likes": _SHARE,
    "diverse": _SHARE,
    "account": Key("a text", lambda value: isinstance(value, str)),
    "exclude": Key("a list of hashtags", _are_texts),
}


def config_file() -> Path:
    """Return where the file of settings is looked for."""
    if named := os.environ.get("HASHTAGGER_CONFIG"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("hashtagger")) / "config.toml"


def read_config() -> dict[str, Any]:
    """Return the settings of the file, none where there is none; raises UsageError with the file and key."""
    path = config_file()
    try:
        text = path.read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    settings = _parsed(path, text)
    for name, value in settings.items():
        if name not in KEYS:
            raise UsageError(f"{path}: {name}: no such setting; there are {', '.join(KEYS)}")
        if not KEYS[name].fits(value):
            raise UsageError(f"{path}: {name} = {value!r}: must be {KEYS[name].what}")
    return settings


def parameters(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by the parameters of `suggest`, where `for` cannot be a name."""
    return {"platform" if name == "for" else name: value for name, value in settings.items()}


def held() -> list[Held]:
    """Return what holds for every key, and whether the environment, the file or nobody says so."""
    settings, defaults = read_config(), _defaults()
    found = []
    for name in KEYS:
        variable = f"HASHTAGGER_{name.upper()}"
        if value := os.environ.get(variable):
            found.append(Held(name, value, f"environment, {variable}"))
        elif name in settings:
            found.append(Held(name, settings[name], "file"))
        else:
            found.append(Held(name, defaults[name], "default"))
    return found


def _defaults() -> dict[str, Any]:
    from hashtagger.suggest import SuggestSettings

    return {**asdict(SuggestSettings()), "for": "instagram", "limit": None, "exclude": []}


def _parsed(path: Path, text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: no readable TOML ({error})") from error
