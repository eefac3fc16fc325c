"""What the filter keeps and what it drops."""

import subprocess
import sys

import pytest

from hashtagger.filters import is_spam, is_unfit


def _names(text: str) -> list[str]:
    return text.split()


INNOCENT = _names(
    """
    foodporn skyporn earthporn carporn wordporn cocktails cocktailbar cockerspaniel peacock cockapoo
    analytics analogphotography artesanal artisanal essex sussex unisex scunthorpe grape grapes
    therapist physiotherapist massagetherapist titanic assassinscreed classic classiccars bass
    bassguitar glassart grasshopper dickies mobydick shiitake mishit compass embassy passion cumpleaños
    cumbia document documentary kickass badass mainecoon canecorso racoon nudenails nakedcake pakistan
    seaweed mushrooms spices wanderlust urbanoutfitters suicideprevention suicidesquad gay lesbian
    gaypride transgender bisexual pussycat followyourheart hydrogen indicator pantanal hancock hitchcock
    sextou fica ficaemcasa meme bite イエロー フェラーリ 成人式 искусство اكسبلور مصر 시계 сукулента
    computer drape saree therapy circumstances raccoon shitake yamashita
    """
)

UNFIT = _names(
    """
    sex sexy sexygirl gaysex sexshop porn pornhub feetporn nude nudeart nakedgirls bdsm hentai milf
    boobs bigtits blowjob onlyfans fuck fuckyou shitpost badbitch nigger faggot kkk whitepower hitler
    weed weedlife smokeweed 420 420life cannabis cannabiscommunity marihuana cocaine lsd suicide
    suicidal selfharm proana thinspo mierda puta caralho putain salope cazzo vaffanculo ficken fotze
    kurwa kurva orospu секс порно سكس سکسی 섹스 섹시 자살 セックス エロい女 色情 約炮 ｓｅｘｙ 𝓼𝓮𝔁𝔂
    """
)

SPAM = _names(
    """
    follow followme follow4follow followforfollowback followback f4f l4l likeforlike like4like
    likesforlikes tagsforlikes gainpost gaintrick gainwithmchina instalike likes comment sdv
    chuvadelikes chuvadeseguidores seguidores siguemeytesigo takipet geritakip takipçi лайк
    взаимныелайки подписказаподписку فولو لايك اكسبلور_فولو متابعين
    맞팔 선팔하면맞팔 좋아요반사 소통 フォローミー いいね返し ไลค์
    followｍe
    """
)

NOT_SPAM = _names(
    "love instagood photooftheday followyourheart followthesun dislike лайка gain sale share photo 写真"
)


@pytest.mark.parametrize("name", INNOCENT)
def test_innocent_hashtags_stay(name: str) -> None:
    assert not is_unfit(name)


def test_enough_innocent_hashtags_are_tried() -> None:
    assert len(set(INNOCENT)) >= 50


@pytest.mark.parametrize("name", UNFIT)
def test_unfit_hashtags_go_in_any_language(name: str) -> None:
    assert is_unfit(name)


@pytest.mark.parametrize("name", SPAM)
def test_begging_for_follows_and_likes_is_spam_in_any_language(name: str) -> None:
    assert is_spam(name)


@pytest.mark.parametrize("name", NOT_SPAM)
def test_what_only_looks_like_begging_stays(name: str) -> None:
    assert not is_spam(name)


def test_spam_and_unfit_are_told_apart() -> None:
    assert not is_unfit("likeforlike")
    assert not is_spam("sexy")


def test_the_word_lists_are_read_on_first_use_only() -> None:
    code = "from hashtagger.filters import _spam as s, _words as w; print(*s.cache_info(), *w.cache_info())"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["0", "0", "None", "0"] * 2
