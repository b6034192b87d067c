"""The native core reads the lines of a text as Python does."""

from __future__ import annotations

import pytest
from both_ways import needs_core
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from cleaner import _native
from cleaner._native.characters import characters_of
from cleaner.fold import fold
from cleaner.segment import native_lines, text

pytestmark = needs_core
PARTS = (
    "The river", "rises.", "A", "ß", "ﬁ", "…", "İ", "i\u0307", "e\u0301", "\u0301", "ａ", "ｶ", "\uff9e", "½", "™", "ﷺ", "東京", "한국",
    "\u1100", "\u1161", "ไทย", "😀", "❤\ufe0f", "𝐀", "\U00010400", "\u0345", "«", "»", "»", "'", "`", '"', ")", "。", "?", "*", "•",
    "- ", "* ", "# ", "## a", "> ", ".. note:: ", "**bold**", "1. ", "a) ", "12.", "123) x", "1234. x", "12. April 2021", "٣. ", "²) ",
    " ", "  ", "\t", "\xa0", "\u200b", "\ufeff", "\u1680", "\x1c", "\x1f", "\0", "\ud800", "\n", "\n\n", "\r", "\r\n", "\x0b", "\x0c", "\x85",
    "\u2028", "\u2029",
)  # fmt: skip
soup = st.lists(st.sampled_from(PARTS), max_size=30).map("".join)


def check(source: str) -> None:
    core = _native.library()
    assert core is not None
    assert text._completed(source, native_lines.read(core, source)) == text._read(source)


@given(st.one_of(soup, any_text(), st.text(max_size=80)))
def test_any_text(source):
    check(source)


@pytest.mark.parametrize(
    "source",
    ["", "\n", "x", "ß" * 500, "…\n" * 300, "ﷺ" * 50, " \xa0" * 40 + "x", "e\u0301\nß\n" * 40],
    ids=["empty", "blank", "one", "longer folded", "longer lines", "too long folded", "indented", "mixed"],
)
def test_unusual_texts(source):
    check(source)


def test_every_character_is_read_alike():
    chars = [chr(code) for code in range(0x30000)]
    check("".join(f"{char}\na{char}b \u0301{char}{char}.\n" for char in chars if char.strip()))
    check("\n".join(f" x{char} {char}" for char in chars))


def test_what_folds_alone_folds_so_everywhere():
    """Characters that the core folds do not change with those around them."""
    for page in range(0x30000 // 256):
        changed = native_lines.changed(page)
        simple = {char: changed.get(char, char) for char in characters_of(page)}
        simple = {char: folded for char, folded in simple.items() if folded is not None and char != "\n"}
        for before in "eあ\u1100가iſ ":
            assert fold("".join(before + char for char in simple)) == "".join(
                fold(before) + one for one in simple.values()
            )


def test_python_reads_with_a_core_that_was_built_for_other_code(monkeypatch):
    core = _native.library()
    assert core is not None
    monkeypatch.setattr(core, "lines_size", 0)
    monkeypatch.setattr(native_lines, "read", None)
    assert text.read_lines("a\nb").texts == ("a", "b")
