"""Results as pages: each one file that loads nothing, works from a disk and runs no script but its own.

A page NAME is made of NAME.html, NAME.css and, where it has a script, NAME.js in `data/pages`, inside the
frame that all share. Jinja2 escapes whatever is put in; the policy lets no other style or script run.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent / "data" / "pages"


def render(name: str, title: str, **values: Any) -> str:
    """Return the page `name` as HTML; `values` are what its template asks for."""
    style, script = _source("frame.css") + _source(f"{name}.css"), _source(f"{name}.js")
    allowed = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "img-src data:"]
    allowed += [f"style-src {_seal(style)}"] + ([f"script-src {_seal(script)}"] if script else [])
    frame = {"title": title, "policy": "; ".join(allowed), "style": Markup(style), "script": Markup(script)}
    page = _templates().get_template(f"{name}.html").render(**frame, **values)
    return page.encode("utf-8", "replace").decode()  # file names may hold bytes that are no text


def data_uri(picture: bytes) -> str:
    """Return a WebP file as a link that holds it."""
    return f"data:image/webp;base64,{base64.b64encode(picture).decode()}"


def web_link(text: str) -> str:
    """Return `text` where it is an http or https link, and "" for anything else, which may be a script."""
    try:
        parts = urlsplit(text)
    except ValueError:  # such as an address with half its brackets
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _source(name: str) -> str:
    path = FOLDER / name
    return path.read_text("utf-8") if path.is_file() else ""


def _seal(text: str) -> str:
    """Return how a policy names a style or script by what is in it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
