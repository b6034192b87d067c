"""The language of texts: right where it is clear, and none where it is not."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.languages import codes, judged, snippets, texts
from cleaner.facts.function_words import IN_PACKS, KNOWN, points_of, words_of
from cleaner.facts.language import language

SENTENCES = {
    "ar": "هذا هو الرجل الذي جاء من المدينة في الصباح",
    "cs": "Když jsem byl malý, jezdili jsme na jaře k řece",
    "de": "Der Zug nach Süden ist auch heute nicht pünktlich",
    "en": "The boat that we have is not as old as yours",
    "es": "Los barcos de la bahía no salen hoy por el viento",
    "fa": "این کتاب را از دوستم گرفتم و آن را خواندم",
    "fr": "Les enfants sont dans la cour avec le maître",
    "hi": "यह किताब मेरे भाई की है और वह इसे पढ़ रहा है",
    "it": "Questo treno non è più quello che era una volta",
    "ja": "橋をつくりなおす",
    "ko": "다리를 다시 세운다",
    "nl": "De oude brug wordt niet meer door het dorp gebruikt",
    "pl": "Most na rzece jest zamknięty, ale tylko do jutra",
    "pt": "A ponte não está aberta, mas os barcos já saem",
    "ru": "Мы уже были на этом мосту, но он был закрыт",
    "sv": "Bron är inte öppen, men det går att åka båt",
    "th": "สร้างสะพานใหม่",
    "tr": "Bu köprü çok eski ama daha yıllar boyu ayakta kalacak",
    "uk": "Ми вже були на цьому мосту, але він був закритий",
    "vi": "Cây cầu này đã được xây lại cho người dân",
    "zh": "这座桥在去年夏天被洪水冲走了",
    "el": "Νέα γέφυρα",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_the_language_of_a_sentence(code: str) -> None:
    assert language(SENTENCES[code]) == code


@pytest.mark.parametrize(
    "text",
    [
        "A new bridge",
        "Новый мост",
        "新桥",
        "橋を再建する",
        "",
        "1 2 3",
        "Berlin, Paris, Madrid",
        "Radio Nova - Info Media",
    ],
)
def test_what_could_be_several_languages_is_none(text: str) -> None:
    assert language(text) == ""


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("af", "Die brug is nie meer oop nie, maar ons kan met die boot gaan."),
        ("bg", "Мостът не е отворен, но ние ще отидем с лодка до селото."),
        ("ca", "El pont no és obert, però els vaixells ja surten del port amb el vent."),
        ("da", "Broen er ikke åben, men vi kan sejle med båden til den anden side."),
        ("fi", "Silta ei ole auki, mutta me kuljemme veneellä joen yli ja takaisin."),
        ("hr", "Most nije otvoren, ali mi ćemo brodom do sela koje je na otoku."),
        ("hu", "A híd nem nyitott, de a falu felé egy hajó is megy, és az gyors."),
        ("ms", "Jambatan itu belum dibuka kerana hujan, tetapi kami boleh pergi dengan bot."),
        ("ne", "यो पुल बन्द छ र गाउँको बाटो पनि बन्द भएको छ।"),
        ("no", "Broen er ikke åpen, men vi kan ta båten over til den andre siden."),
        ("ro", "Podul nu este deschis, dar noi mergem cu barca până în sat."),
        ("sk", "Most nie je otvorený, ale môžeme ísť loďou do dediny, ktorá je pri rieke."),
        ("ur", "یہ پل بند ہے اور گاؤں کا راستہ بھی بند ہے"),
    ],
)
def test_a_neighbour_is_not_taken_for_a_language_of_the_packs(code: str, text: str) -> None:
    assert language(text) in (code, "")


@pytest.mark.parametrize("words", [5, 10, 20])
def test_no_answer_is_wrong_and_longer_texts_have_one(words: int) -> None:
    found = sum((judged(language, code, snippets(code, words)) for code in codes()), Counter())
    assert found["wrong"] == 0
    assert found["right"] > {5: 0.3, 10: 0.7, 20: 0.95}[words] * found.total()


def test_no_text_of_the_tests_is_taken_for_another_language() -> None:
    answers = Counter((code, language(text)) for code in codes() for text in texts(code))
    assert {code for code, answer in answers if answer not in (code, "")} == set()


@given(st.text(max_size=500))
def test_the_language_is_a_code_or_none(text: str) -> None:
    code = language(text)
    assert code == "" or (code.isascii() and code.islower())
    assert language(f"  {text}\n") == code


@given(st.text(max_size=200))
def test_no_language_has_more_points_than_words(text: str) -> None:
    words = words_of(text)
    assert max(points_of(words).values(), default=0) <= 2 * len(words)


def test_the_words_cover_the_packs() -> None:
    assert {code for code in codes() if code not in ("ja", "ko", "th", "zh")} == IN_PACKS < KNOWN
