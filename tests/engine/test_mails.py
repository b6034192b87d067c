"""Mails as text: the frame of a mailing goes in each language that has words for it, what the mail says stays."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

import pytest
from planted_content import languages

from cleaner.packs.load import builtin_folder
from cleaner.pipeline import Pipeline

HERE = Path(__file__).parents[1]
FRAMED = ("de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "zh")


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline(metadata="none")


@lru_cache(maxsize=16)
def frame(language: str) -> dict[str, list[str]]:
    """The examples of each rule of the frame, in one language."""
    if language == "en":
        pack = tomllib.loads((builtin_folder() / "mail.toml").read_text("utf-8"))
        return {rule["id"]: rule["removes"] for rule in pack["rule"]}
    words = tomllib.loads((builtin_folder() / "lang" / f"{language}.toml").read_text("utf-8"))
    return {id.partition("/")[2]: table["removes"] for id, table in words.items() if id.startswith("mail/")}


def prose_of(language: str) -> list[str]:
    """Sentences in a language, or in English if none are planted in it."""
    prose: list[str] = languages().get(language, languages()["en"])["prose"]
    return prose


@pytest.mark.parametrize("language", FRAMED)
def test_the_frame_of_a_mailing_goes_and_the_letter_stays(language: str) -> None:
    given, prose = frame(language), prose_of(language)
    letter = [prose[0], " ".join(prose[1:4]), prose[4]]
    below = [given["why-sent"][0], given["address"][0], "Courier, 1 Mill Lane, Millbrook", given["unsubscribe"][0]]
    source = "\n\n".join([given["web-version"][0], *letter, "\n".join(below)]) + "\n"
    left = pipeline().run(source, kind="text").text
    assert left == "\n\n".join(letter) + "\n"


@pytest.mark.parametrize("language", FRAMED)
def test_a_letter_without_a_frame_stays_when_it_speaks_of_one(language: str) -> None:
    given, prose = frame(language), prose_of(language)
    quoted = [f"„{line}“" for line in (given["why-sent"][0], given["unsubscribe"][-1])]
    source = "\n\n".join([prose[0], quoted[0], prose[1], quoted[1], prose[2]]) + "\n"
    assert pipeline().run(source, kind="text").text == source


@pytest.mark.parametrize("language", FRAMED)
def test_a_confidentiality_note_goes_with_the_signature_of_a_device(language: str) -> None:
    given, prose = frame(language), prose_of(language)
    source = "\n\n".join([prose[0], prose[1], "\n".join([given["device"][0], *given["confidential"][:2]])]) + "\n"
    assert pipeline().run(source, kind="text").text == "\n\n".join(prose[:2]) + "\n"


HEADERS = {
    "en": "-----Original Message-----\nFrom: Jane Doe <jane@planet.example>\nSent: Monday, 3 May 2021 09:12\nTo: Desk\n"
    "Subject: The bridge",
    "gmail": "---------- Forwarded message ---------\nFrom: Jane Doe <jane@planet.example>\nDate: Mon, 3 May 2021\n"
    "Subject: The bridge\nTo: <desk@planet.example>",
    "de": "Von: Jane Doe\nGesendet: Montag, 3. Mai 2021 09:12\nAn: Redaktion\nCc: Archiv\nBetreff: Die Brücke",
    "fr": "De : Jane Doe\nEnvoyé : lundi 3 mai 2021 09:12\nÀ : Rédaction\nObjet : Le pont",
    "es": "De: Jane Doe\nEnviado el: lunes, 3 de mayo de 2021\nPara: Redacción\nAsunto: El puente",
    "it": "Da: Jane Doe\nInviato: lunedì 3 maggio 2021\nA: Redazione\nOggetto: Il ponte",
    "pt": "De: Jane Doe\nEnviado: segunda-feira, 3 de maio de 2021\nPara: Redação\nAssunto: A ponte",
    "nl": "Van: Jane Doe\nVerzonden: maandag 3 mei 2021\nAan: Redactie\nOnderwerp: De brug",
    "pl": "Od: Jane Doe\nWysłano: poniedziałek, 3 maja 2021\nDo: Redakcja\nTemat: Most",
    "ru": "От: Jane Doe\nОтправлено: 3 мая 2021\nКому: Редакция\nТема: Мост",
    "zh": "发件人: Jane Doe\n发送时间: 2021年5月3日\n收件人: 编辑部\n主题: 桥",
    "ja": "差出人: Jane Doe\n送信日時: 2021年5月3日\n宛先: 編集部\n件名: 橋",
}


@pytest.mark.parametrize("language", HEADERS)
@pytest.mark.parametrize("sign", ["", "> "], ids=["below", "quoted"])
def test_the_header_of_a_quoted_mail_goes_and_its_text_stays(language: str, sign: str) -> None:
    prose = prose_of(language if language in FRAMED else "en")
    header = "\n".join(sign + line for line in HEADERS[language].split("\n"))
    source = "\n\n".join([prose[0], header, sign + prose[1], sign + prose[2]]) + "\n"
    left = pipeline().run(source, kind="text").text
    answers = [sign + line for line in HEADERS[language].split("\n") if line.startswith("A:")]  # as in an interview
    assert left == "\n\n".join([prose[0], *answers, sign + prose[1], sign + prose[2]]) + "\n"


@pytest.mark.parametrize("language", HEADERS)
def test_the_header_of_the_mail_itself_stays(language: str) -> None:
    prose = prose_of(language if language in FRAMED else "en")
    header = "\n".join(line for line in HEADERS[language].split("\n") if not line.startswith("-"))
    source = "\n\n".join([header, prose[0], prose[1]]) + "\n"
    assert pipeline().run(source, kind="text").text == source


def test_a_memo_amid_a_text_stays() -> None:
    memo = "From: the mayor\nTo: the council\nDate: 3 May\nSubject: the bridge"
    source = "\n\n".join([*prose_of("en")[:2], memo, *prose_of("en")[2:4]]) + "\n"
    assert pipeline().run(source, kind="text").text == source
