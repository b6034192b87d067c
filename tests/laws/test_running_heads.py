"""The laws of paged texts: running heads and page numbers go, whatever is between them stays, and what is numbered stays."""

from __future__ import annotations

import sys
from functools import lru_cache
from textwrap import wrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted_content import languages

from cleaner.pipeline import Pipeline
from cleaner.stages.numbered import DIGIT_BYTES

HEADS = {
    "page of total": "Page {n} of 40",
    "German": "Hafenbericht 2024    Seite {n}",
    "French": "Rapport du port | Page {n} / 40",
    "Spanish": "Página {n} de 40",
    "Polish": "Strona {n} z 40",
    "Russian": "Отчёт порта — стр. {n}",
    "Chinese": "第{n}页 共40页",
    "Japanese": "港湾報告書 | {n}ページ",
    "title and sign": "The rivers of the north | {n}",
    "sign and title": "{n} | The rivers of the north",
}
BARE = {"number": "{n}", "dashes": "- {n} -", "brackets": "[{n}]", "after a title": "Harbour report {n}"}
NUMBERED = {
    "chapters": "Chapter {n}",
    "days": "Day {n}",
    "German": "Kapitel {n}",
    "Russian": "Глава {n}",
    "Chinese": "第{n}章",
    "stanzas": "{n}",
    "in dashes": "- {n} -",
    "questions": "Question {n} of 9",
    "points": "Exercise {n} (5 points)",
    "speakers": "{n} | Anna Smith",
    "agenda": "Item {n} – for decision",
}
UNITS = {
    "list": tuple(f"{n}. The boats of the {word} pier" for n, word in enumerate(("old", "new", "northern", "long"), 1)),
    "table": tuple(f"{n} | Halton | {3 * n} boats" for n in range(1, 7)),
    "log": tuple(f"[0{n}:12] boat {n} of 9 left" for n in range(1, 7)),
    "timetable": tuple(f"Ferry {n}   0{n}:10   0{n}:40" for n in range(1, 7)),
    "fields": tuple(f"Boat {n}: {n} of 9" for n in range(1, 7)),
}


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline(metadata="none")


@st.composite
def page_texts(draw: st.DrawFn) -> list[list[str]]:
    """The lines of each of three pages or more, in one language."""
    prose = languages()[draw(st.sampled_from(sorted(languages())))]["prose"]
    count, is_wrapped = draw(st.integers(3, 6)), draw(st.booleans())
    share = len(prose) // count
    texts = [" ".join(prose[n * share : (n + 1) * share]) for n in range(count)]
    return [wrap(text, 72) if is_wrapped else [text] for text in texts]


def content(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


@pytest.mark.parametrize("head", HEADS)
@given(texts=page_texts(), first=st.integers(1, 30), at_top=st.booleans(), feed=st.booleans())
def test_running_heads_go_and_nothing_else(
    head: str, texts: list[list[str]], first: int, at_top: bool, feed: bool
) -> None:
    heads = [HEADS[head].format(n=n) for n in range(first, first + len(texts))]
    pages = [[line, "", *text] if at_top else [*text, "", line] for line, text in zip(heads, texts, strict=True)]
    result = pipeline().run(("\n\f" if feed else "\n\n").join("\n".join(page) for page in pages) + "\n", kind="text")
    assert content(result.text.splitlines()) == content([line for text in texts for line in text])


@pytest.mark.parametrize("head", BARE)
@given(texts=page_texts(), first=st.integers(1, 30))
def test_numbers_at_the_foot_of_pages_go_and_nothing_else(head: str, texts: list[list[str]], first: int) -> None:
    pages = [[*text, "", BARE[head].format(n=n)] for n, text in enumerate(texts, first)]
    result = pipeline().run("\n\f".join("\n".join(page) for page in pages) + "\n\f", kind="text")
    assert content(result.text.splitlines()) == content([line for text in texts for line in text])


@given(texts=page_texts(), number=st.sampled_from(["{n}", "- {n} -", "{n} / 40"]))
def test_a_sentence_that_a_page_number_interrupts_stays_whole(texts: list[list[str]], number: str) -> None:
    lines = wrap(" ".join(line for text in texts for line in text), 64)
    pages = [lines[i : i + 7] for i in range(0, len(lines), 7)]
    source = "\n".join(line for n, page in enumerate(pages, 1) for line in [*page, number.format(n=n)]) + "\n"
    left = content(pipeline().run(source, kind="text").text.splitlines())
    numbers = {number.format(n=n) for n in range(1, len(pages) + 1)}
    assert [line for line in left if line not in numbers] == lines


@pytest.mark.parametrize("heading", NUMBERED)
@given(texts=page_texts(), first=st.integers(1, 3), gap=st.sampled_from(["\n", "\n\n", "\n\f"]))
def test_numbered_headings_stay(heading: str, texts: list[list[str]], first: int, gap: str) -> None:
    if heading in {"stanzas", "in dashes", "speakers", "agenda", "questions"} and "\f" in gap:
        gap = "\n\n"  # at the top of each page they are page numbers
    parts = [[NUMBERED[heading].format(n=n), *text] for n, text in enumerate(texts, first)]
    source = gap.join("\n".join(part) for part in parts) + "\n"
    assert pipeline().run(source, kind="text").text == source


@pytest.mark.parametrize("unit", UNITS)
@given(texts=page_texts(), is_apart=st.booleans())
def test_rows_items_and_logs_stay(unit: str, texts: list[list[str]], is_apart: bool) -> None:
    lines = UNITS[unit]
    between = [["", *lines, ""] if not is_apart else ["", line, ""] for line in lines]
    source = "\n".join(line for text, rows in zip(texts, between, strict=False) for line in [*text, *rows]) + "\n"
    assert pipeline().run(source, kind="text").text == source


@given(texts=page_texts(), n=st.integers(1, 2))
def test_two_copies_are_no_running_head(texts: list[list[str]], n: int) -> None:
    heads = [f"The rivers of the north | {n}", f"The rivers of the north | {n + 1}"]
    source = "\n\n".join(["\n".join(texts[0]), heads[0], "\n".join(texts[1]), heads[1], "\n".join(texts[2])]) + "\n"
    assert pipeline().run(source, kind="text").text == source


def test_every_digit_begins_with_one_of_the_bytes_that_are_looked_for():
    digits = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isdecimal()]
    assert {char.encode()[0] for char in digits} == {*DIGIT_BYTES}
