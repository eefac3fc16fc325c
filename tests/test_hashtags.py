"""The hashtag grammar, by examples whose answer is evident and by laws that hold for any text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hashtagger.hashtags import MAX_LENGTH, find, normalize, paste_line, show, split, words

tricky = st.text(alphabet="aA#＃httpsw.:/_&;amp35Σσßİǅé🐱猫\u0301\u0338\u200c\u200d\ufe0f\u20e3 ,")
hashtags = (st.text() | tricky).map(normalize).filter(bool)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("#Cats", "cats"),
        (" #Cats! ", "cats"),
        ("cats", "cats"),
        ("＃猫", "猫"),
        ("#2020", "2020"),
        ("#cat_of_the_day", "cat_of_the_day"),
        ("#naïve", "naïve"),
        ("#rock&roll", "rock"),
        ("#don't", "don"),
        ("&#35;cats", "cats"),
        ("#caf&eacute;", "café"),
        ("#cats\u200b", "cats"),
        ("\u2066#cats\u2069", "cats"),
        ("#___", ""),
        ("#!?", ""),
        ("#", ""),
        ("", ""),
    ],
)
def test_a_hashtag_is_known_by_its_name(written, name):
    assert normalize(written) == name


@pytest.mark.parametrize(
    "name",
    [
        "猫のいる生活",
        "ねこ部",
        "ラーメン",
        "قطط",
        "عسل_طبيعي",
        "แมวน้อย",
        "हिन्दी",
        "क्‍ष",  # holds a zero-width joiner, which Hindi needs
        "풍경",
        "счастье",
        "ελλάδα",
        "🐱",
        "👩‍💻",
        "❤️",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "👍🏽",
        "1️⃣",
        "cats🐱",
    ],
)
def test_every_script_survives(name):
    assert normalize(show(name)) == name
    assert split(f"#a {show(name)}#b") == ["a", name, "b"]
    assert find(f"look {show(name)}, nice") == [name]


def test_lower_case_is_not_case_folding():
    assert normalize("#SPAẞ") == normalize("#Spaß") == "spaß"
    assert normalize("#SPASS") == "spass"


def test_composed_and_decomposed_letters_are_one():
    assert normalize(unicodedata.normalize("NFD", "#Café")) == normalize("#CAFÉ") == "café"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("adorablecathttps", "adorablecat"),
        ("#cathttp", "cat"),
        ("cathttpshttps", "cat"),
        ("猫https", "猫"),
        ("https", "https"),
        ("_https", ""),
        ("#cathttps://example.org/p/1", "cat"),
    ],
)
def test_https_glued_to_a_hashtag_is_cut_off_where_something_remains(written, name):
    assert normalize(written) == name


@pytest.mark.parametrize(
    "cell",
    [
        '["a", "b", "c"]',
        "['a', 'b', 'c']",
        "[#a, #b, #c]",
        "#a #b #c",
        "#a#b#c",
        "a,b,c",
        "a b c",
        "#A;#B;#C",
    ],
)
def test_a_cell_of_hashtags_in_any_spelling(cell):
    assert split(cell) == ["a", "b", "c"]


def test_repeats_are_kept_as_listed():
    assert split("#a #b #a") == ["a", "b", "a"]
    assert find("#a and #b and #A") == ["a", "b", "a"]
    assert words("A cat, a #cat!") == ["a", "cat"]


def test_a_caption_gives_only_what_is_marked():
    assert find("My cat #Mia sleeps. #catsofinstagram, #sunday!") == ["mia", "catsofinstagram", "sunday"]
    assert find("it&#39;s number # 1 of C#") == []


def test_links_are_no_hashtags():
    assert find("see https://example.org/page#top #cat") == ["cat"]
    assert split("cat https://example.org/x www.example.org dog") == ["cat", "dog"]
    assert split("[#cat,https://example.org/x,#dog]") == ["cat", "dog"]
    assert split("#awww.") == ["awww"]


def test_text_too_long_for_a_hashtag_is_none():
    assert normalize("a" * MAX_LENGTH) == "a" * MAX_LENGTH
    assert normalize("a" * (MAX_LENGTH + 1)) == ""


@given(st.text() | tricky)
def test_normalizing_twice_changes_nothing(text):
    assert normalize(normalize(text)) == normalize(text)


@given(st.lists(hashtags))
def test_a_pasted_line_reads_back(names):
    assert split(paste_line(names)) == names
    assert find(paste_line(names)) == names


@given(st.text() | tricky)
def test_names_hold_no_separator_and_can_be_written(text):
    for name in [*split(text), *find(text), *words(text)]:
        assert name == name.lower() == unicodedata.normalize("NFC", name)
        assert not set(name) & set("#＃ ,;[]()\"'")
        assert len(name) <= MAX_LENGTH
        name.encode("utf-8")
