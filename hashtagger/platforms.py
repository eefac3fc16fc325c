"""What each platform takes: how many hashtags, and in what form they are best written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hashtagger.hashtags import normalize, paste_line, show


@dataclass(frozen=True)
class Platform:
    """How hashtags are put under a post."""

    limit: int  # hashtags in the line to paste
    camel: bool = False  # with capitals where words begin, which screen readers need to read them

    def line(self, names: Sequence[str]) -> str:
        """Return hashtags as one line to paste under a post."""
        return " ".join(show(camel_case(name)) for name in names) if self.camel else paste_line(names)


PLATFORMS = {
    "instagram": Platform(5),  # since December 2025
    "threads": Platform(1),  # a post has one topic
    "tiktok": Platform(5),
    "pinterest": Platform(20),
    "mastodon": Platform(4, camel=True),  # as many as you like; many are taken for spam
}


def camel_case(name: str) -> str:
    """Return a name with capitals where its words begin: `catsofinstagram` is `CatsOfInstagram`.

    What is no row of known words stays as it is, and so does what would become another hashtag.
    """
    from hashtagger.filters import words_in

    written = re.sub(r"[^\d_]+", lambda part: _capitals(words_in(part[0])), name)
    return written if normalize(written) == name else name


def _capitals(words: Sequence[str]) -> str:
    if len(words) == 1:
        return words[0]
    return "".join(word[0].upper() + word[1:] for word in words)
