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
