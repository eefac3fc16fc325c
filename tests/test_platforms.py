"""The line to paste as each platform takes it."""

import pytest
from conftest import THEMES, Corpus
from hypothesis import given
from hypothesis import strategies as st
from test_cli import ask

from hashtagger.hashtags import normalize
from hashtagger.model import STARTER, load
from hashtagger.platforms import PLATFORMS, camel_case


def line(corpus: Corpus, *more: object) -> list[str]:
    """Return the hashtags of the line to paste for a photo of the sea."""
    answer = ask("suggest", corpus.photos["sea"], "--model", corpus.model, "-n", 30, *more)
    assert answer.code == 0
    return answer.lines[-1].split()


@pytest.mark.parametrize(
    ("platform", "limit"),
    [("instagram", 5), ("threads", 1), ("tiktok", 5), ("pinterest", 20), ("mastodon", 4)],
)
def test_a_platform_sets_the_limit_and_a_limit_given_wins(corpus: Corpus, platform: str, limit: int) -> None:
    assert len(line(corpus, "--for", platform)) == limit
    assert len(line(corpus, "--for", platform, "--limit", 3)) == 3


def test_instagram_is_the_default_and_others_are_refused(corpus: Corpus) -> None:
    assert line(corpus) == line(corpus, "--for", "instagram")
    answer = ask("suggest", corpus.photos["sea"], "--for", "friendster")
    assert answer.code == 2
    assert all(name in answer.err for name in ("friendster", *PLATFORMS))


def test_mastodon_is_written_for_screen_readers(corpus: Corpus) -> None:
    cats = ask("suggest", corpus.photos["cats"], "--model", corpus.model, "--for", "mastodon", "--limit", 5)
    assert set(cats.lines[-1].split()) == {f"#{tag}" for tag in THEMES["cats"]} - {"#catlover"} | {
        "#CatLover"
    }


@pytest.mark.parametrize(
    ("name", "written"),
    {
        "catsofinstagram": "CatsOfInstagram",
        "photooftheday": "PhotoOfTheDay",
        "sunsetlovers": "SunsetLovers",
        "ilovemydog": "ILoveMyDog",
        "newyork2020": "NewYork2020",
        "therapist": "therapist",
        "sunset": "sunset",
        "café": "café",
        "풍경": "풍경",
        "🌊": "🌊",
        "straße": "straße",
        "bnw_captures": "bnw_captures",
        "qzxcats": "qzxcats",
    }.items(),
)  # fmt: skip
def test_capitals_stand_where_words_begin(name: str, written: str) -> None:
    assert camel_case(name) == written


@given(st.sampled_from(load(STARTER).names.all()))
def test_capitals_make_no_other_hashtag(name: str) -> None:
    assert normalize(camel_case(name)) == name
