"""The laws of tidy white space: the same words, tidy twice is tidy once, offsets lead back, and the source is rebuilt."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, html_pages, noise, paragraphs, shapes

from cleaner.decode import Decoded
from cleaner.errors import LedgerError
from cleaner.ledger import Maker, Origin, document_row, ledger_row, restore, verify
from cleaner.model import InputKind
from cleaner.pipeline import Pipeline, explain
from cleaner.whitespace import tidied, tidy

KINDS = get_args(InputKind)
MAKER = Maker("0", "0" * 64, "careful", "balanced", whitespace="tidy")
BLANKS = st.text(" \t\n\r\x0b\x0c\x85\u2028\u3000\xa0\x1f", max_size=6)
SOURCES = st.one_of(
    documents(),
    st.lists(st.one_of(paragraphs(), noise(), shapes(), BLANKS), max_size=20).map("\n".join),
    st.lists(
        st.tuples(BLANKS, st.sampled_from(["a", "b.", "c:", "```", "~~~", "````", "- d", "e {"])), max_size=12
    ).map(lambda parts: "".join(blank + word for blank, word in parts)),
)


@lru_cache(maxsize=2)
def pipeline() -> Pipeline:
    return Pipeline(metadata="none", whitespace="tidy")


@given(SOURCES, st.sampled_from(KINDS))
def test_tidy_twice_is_tidy_once_and_the_words_are_the_same(text: str, kind: InputKind) -> None:
    once = tidy(text, kind)
    assert tidy(once, kind) == once
    assert once.split() == text.split()


@given(SOURCES, st.sampled_from(KINDS))
def test_a_tidy_text_has_no_trailing_blanks_and_single_blank_lines(text: str, kind: InputKind) -> None:
    once = tidy(text, kind)
    assert not re.search(r"[^\S\n](?:\n|$)|\r|\x0b|\x0c|\x85|\u2028|\u2029", once)
    assert once == once.lstrip("\n")
    assert "\n\n" not in once[-2:]
    if "```" not in once and "~~~" not in once:
        assert "\n\n\n" not in once


@given(SOURCES, st.sampled_from(KINDS))
def test_each_character_leads_back_to_itself(text: str, kind: InputKind) -> None:
    found = tidied(text, kind)
    places = [found.to_original(i) for i in range(len(found.text) + 1)]
    assert places == sorted(places)
    for i, char in enumerate(found.text):
        assert char == "\n" or text[places[i]] == char
    with pytest.raises(IndexError):
        found.to_original(len(found.text) + 1)


@given(st.one_of(SOURCES, html_pages()))
def test_each_word_of_an_output_leads_back_to_the_source(source: str) -> None:
    result = pipeline().run(source)
    whole = result.document.text
    assert result.output.split() == result.text.split()
    for word in re.finditer(r"\S+", result.output):
        place = result.output_to_source(word.start())
        assert whole[place] == word[0][0]


@given(st.one_of(SOURCES, html_pages()))
def test_the_rows_of_a_tidy_text_rebuild_the_source(source: str) -> None:
    source = source.encode("utf-8", "replace").decode()
    result = pipeline().run(source)
    origin = Origin("a", "a", hashlib.sha256(source.encode()).hexdigest(), Decoded(source, "utf-8", "utf-8"))
    document, ledger = document_row(result, origin, MAKER), ledger_row(result, origin, MAKER)
    verify(document, ledger)
    assert restore(document, ledger).decode() == result.document.text
    assert document["text"] == result.output
    if document["text"].strip():
        with pytest.raises(LedgerError):
            verify({**document, "text": document["text"] + " more"}, ledger)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("   Home  \n\n\n\n      The river rose.   \n", "Home\n\nThe river rose.\n"),
        ("A page\x0cnext page", "A page\nnext page"),
        ("  def f():\n      a = 1\n\n      return a\n\n  f()\n", "def f():\n    a = 1\n\n    return a\n\nf()\n"),
        ("if a:\n\n    b\n", "if a:\n\n    b\n"),
        ("```\n  a\n\n\n  b  \n```\n", "```\n  a\n\n\n  b\n```\n"),
        ("The rain\n    falls on\nthe sea\n\n    and on\n        the land\n",
         "The rain\n    falls on\nthe sea\n\n    and on\n        the land\n"),
        ("- one\n  more of one\n\n  and a second paragraph\n\n- two\n",
         "- one\n  more of one\n\n  and a second paragraph\n\n- two\n"),
        ("  \n \n", ""),
    ],
    ids=["stray indents", "form feed", "code", "announced", "fence", "poem", "list", "blank"],
)  # fmt: skip
def test_relative_indents_stay(text: str, wanted: str) -> None:
    assert tidy(text) == wanted


def test_in_markdown_indents_are_syntax() -> None:
    assert explain("Run:  \n\n\n    make\n", kind="markdown", whitespace="tidy").output == "Run:\n\n    make\n"


def test_the_output_of_a_page_as_markdown_has_no_offsets() -> None:
    result = explain("<h1>A</h1><p>b</p>", text_format="markdown", whitespace="tidy")
    with pytest.raises(ValueError, match="Markdown"):
        result.output_to_source(0)
