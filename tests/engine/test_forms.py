"""Texts that are not running text come out whole: word lists, stanzas, manual pages, help files, reStructuredText."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import noise, paragraphs

from cleaner.model import Kind
from cleaner.pipeline import Pipeline
from cleaner.segment.rest import with_syntax
from cleaner.segment.text import read_lines, segment_text

WORDS = "ad name PR top pub promo share login related search sponsor contact home river bridge quarry the of".split()
PROFILES = ("careful", "strict")
HELP = "*dam.txt*  The dam\n\nRelated topics:\n|dam-open| |dam-shut|\n\nShare this article\n\nAdvertisement\n"
MANUAL = """\
NAME
       dam - open and close a dam

SYNOPSIS
       dam [open|close]

NOTES
       The water stays.

SEE ALSO
       river(1), quarry(8)

COPYRIGHT
       Copyright (C) 2020 The Dam Authors.
"""


@lru_cache
def pipeline(profile):
    return Pipeline(profile=profile, metadata="none")


def cleaned(text, profile="careful", kind="text"):
    return pipeline(profile).run(text, kind=kind).text


@given(st.lists(st.sampled_from(WORDS), min_size=5, max_size=40), st.sampled_from(PROFILES), st.booleans())
def test_a_word_list_comes_out_whole(words, profile, has_counts):
    text = "".join(f"{word} {len(word)}\n" if has_counts else f"{word}\n" for word in words)
    assert cleaned(text, profile) == text


def test_short_lines_around_prose_are_no_word_list():
    text = (
        "Log in\n\nRain is expected in the north of the country until Friday, the office said.\n\nShare\nTweet\nPrint\n"
    )
    assert "Log in" not in cleaned(text)


@st.composite
def stanzas(draw):
    """Stanzas as in the files that describe packages, with names, notices and addresses in their fields."""
    values = st.sampled_from(
        ["*", "2003, Ann Lee", "GPL-2+", "https://example.org/dam", "Copyright (C) 2003 Ann Lee", "share/login.png", ""]
    )
    names = st.sampled_from(["Files", "Copyright", "License", "Contact", "Source", "Comment", "Share"])
    fields = draw(st.lists(st.tuples(names, values, st.lists(values, max_size=3)), min_size=3, max_size=12))
    parts = []
    for n, (name, value, more) in enumerate(fields):
        parts.append("\n" * (n > 0 and draw(st.booleans())))
        parts.append(f"{name}: {value}".rstrip() + "\n" + "".join(f" {line or '.'}\n" for line in more))
    return "".join(parts)


@given(stanzas(), st.sampled_from(PROFILES))
def test_stanzas_of_fields_come_out_whole(text, profile):
    assert cleaned(text, profile) == text


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    "text",
    [
        MANUAL,
        HELP,
        "Share this article\n\nRain is expected in the north.\n\nAdvertisement\n\n vim:tw=78:ft=help:norl:\n",
        "Authors:\n\n    Ann Lee\n\nCopyright:\n\n    Copyright (C) 2008 Ann Lee\n\nSource:\n  https://example.org/dam\n",
    ],
    ids=["manual", "help by its title", "help by its mode line", "labels"],
)
def test_manual_pages_help_files_and_labelled_texts_come_out_whole(text, profile):
    assert cleaned(text, profile) == text


def test_lists_below_a_label_of_a_page_are_no_labelled_text():
    text = "Share:\n  * Share on Facebook\n  * Tweet\n\nFollow us:\n  * Find us on Facebook\n  * Instagram\n"
    kinds = segment_text(text).blocks.kinds
    assert Kind.SPEC not in kinds


def test_the_last_word_of_a_wrapped_sentence_stays():
    text = (
        "Skip to main content\n\nThe steps are documented in the guide, in the chapter that says how to land the\nPR.\n"
        "\nRain is expected (until the office in the north says that it is not, the\nPR)\n\nShare this article\n"
    )
    clean = cleaned(text)
    assert "land the\nPR.\n" in clean
    assert "the\nPR)\n" in clean
    assert "Share" not in clean


@pytest.mark.parametrize("kind", ["markdown", "text"])
def test_a_title_stays_over_the_sections_below_it(kind):
    text = "# Security Policy\n\n## Supported Versions\n\nFixes are made for the latest release only.\n"
    assert cleaned(text, "strict", kind) == text


# reStructuredText

SIGNS = (
    ".. note::", ".. image:: dam.png\n   :alt: Share", ".. toctree::\n   :maxdepth: 2\n\n   contact\n   search",
    ".. _related:", ".. |logo| image:: logo.png", ".. Share this article", ".. code-block:: sh\n\n   log in",
    ":Author: Ann Lee", ":ref:`search`", "+-------+------+\n| Share | Tweet |\n+-------+------+",
    "=====  =====\nShare  Tweet\n=====  =====\nTop    Login\n=====  =====", "----",
)  # fmt: skip


def signs(text):
    lines = with_syntax(read_lines(text), text)
    return dict(zip(lines.texts, lines.kinds, strict=True))


@st.composite
def files(draw):
    parts = draw(st.lists(st.one_of(paragraphs(), noise(), st.sampled_from(SIGNS)), min_size=1, max_size=12))
    return "\n\n".join(parts) + "\n", [part for part in parts if part in SIGNS]


@given(files(), st.sampled_from(PROFILES))
def test_signs_of_rest_stay(drawn, profile):
    text, expected = drawn
    clean = cleaned(text, profile, "rst")
    at = 0
    for sign in expected:
        for line in filter(None, sign.split("\n")):
            at = clean.find(line, at)
            assert at >= 0, line
            at += len(line)


def test_titles_are_headings_and_their_lines_code():
    kinds = signs("=====\nShare\n=====\n\nSponsor\n-------\nRain is expected.\n\nNAME\n~~~~\n\nRain.\n")
    assert [kinds[line] for line in ("Share", "Sponsor", "NAME")] == [Kind.HEADING] * 3
    assert [kinds[line] for line in ("=====", "-------", "~~~~")] == [Kind.CODE] * 3
    assert kinds["Rain is expected."] is Kind.TEXT


def test_literal_blocks_are_code_and_notes_are_text():
    kinds = signs("Type this::\n\n  Log in\n  Share\n\nThen go on.\n\n.. note::\n\n   Rain is expected.\n")
    assert [kinds[line] for line in ("Log in", "Share", ".. note::")] == [Kind.CODE] * 3
    assert [kinds[line] for line in ("Then go on.", "Rain is expected.")] == [Kind.TEXT] * 2


def test_directives_stay_in_texts_nobody_called_rest():
    text = "Skip to main content\n\n.. note::\n\nRain is expected in the north.\n\nShare this article\n"
    assert cleaned(text) == ".. note::\n\nRain is expected in the north.\n"
