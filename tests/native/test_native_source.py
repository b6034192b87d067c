"""The look of the native core at the source of a page sees what Python sees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from both_ways import both, needs_core
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_markup, any_text, html_pages, tag_soup

from cleaner import _native
from cleaner._native import Library
from cleaner.segment import markup, native_source, parsed
from cleaner.segment.markup import ADDRESS_SIGNS, mend

pytestmark = needs_core
PARTS = (
    "<div>", "</div>", "<DIV a='>'>", '<div a= ">">', "<div ' a=b>", '<div a="', "'", '"', ">", "<", "<p>", "</p>", "<svg>",
    "</svg>", "<path/>", "<g a/>", "<g a=/>", "<select>", "<option>", "</option>", "<script>", "</script>", "</SCRIPT x>",
    "</scripts>", "<style a='", "</style>", "<title>", "</title>", "<!--", "-->", "<!-->", "<!", "<?", "</3>", "--",
    "=", " ", "\n", "\x1c", "a", "é", "\xa0", "ſ", "\u2003", "<dıv>", "</ſcript>", "<a\xa0b>", "language model", "instructions",
)  # fmt: skip
soup = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)
FEW_TAGS, DEPTH, OPTIONS, LONG = 4, 2, 1, 30


@contextmanager
def low_limits() -> Iterator[None]:
    """Limits that a small page exceeds."""
    limits = {"MANY_TAGS": FEW_TAGS, "MAX_DEPTH": DEPTH, "MAX_OPTIONS": OPTIONS, "LONG_TAG": LONG, "MAX_ATTRIBUTES": 2}
    with pytest.MonkeyPatch.context() as patched:
        for name, limit in limits.items():
            patched.setattr(markup, name, limit)
        patched.setattr(native_source, "_LIMITS", (*native_source._LIMITS[:2], FEW_TAGS, DEPTH, OPTIONS, LONG))
        yield


def core() -> Library:
    found = _native.library()
    assert found is not None
    return found


@given(st.one_of(soup, html_pages(), tag_soup(), any_markup(), any_text()))
def test_the_core_finds_the_signs_and_the_tags_that_exceed_the_limits(source):
    source = source.encode("utf-8", "ignore").decode()
    with low_limits():
        for sign in (*ADDRESS_SIGNS, "<p>", "a"):
            assert native_source.has(core(), source.encode(), sign) == (sign in source)
        found = native_source.excess(core(), source.encode())
        assert mend(source, found) == mend(source)


@given(st.lists(st.sampled_from([part for part in PARTS if part.isascii()]), max_size=30).map("".join))
def test_python_reads_no_ordinary_page(source):
    with low_limits():
        if source.count("<") >= FEW_TAGS:
            assert native_source.excess(core(), source.encode()) == list(markup._excess(source))


def test_python_reads_a_page_with_many_tags_that_exceed_the_limits():
    with low_limits():
        assert native_source.excess(core(), b"<div>" * 300) is None


@pytest.mark.parametrize("sign", ADDRESS_SIGNS)
@pytest.mark.parametrize("before", [0, 1, 191, 192, 193, 400])
def test_a_sign_is_found_wherever_it_is(sign, before):
    assert native_source.has(core(), b"x" * before + sign.encode(), sign)
    assert not native_source.has(core(), b"x" * before + sign[:-1].encode(), sign)


@pytest.mark.parametrize(
    "source",
    ["<p>a" * 13_000, "<div>" * 13_000 + "a", "<option>" * 13_000, f"<p {'a=b ' * 20_000}>c", f"<p a='{'x' * 70_000}'>b", "<p>\ud800<b>"],
    ids=["ordinary", "deep", "options", "attributes", "long value", "surrogate"],
)  # fmt: skip
def test_pages_are_parsed_alike(source):
    def work() -> tuple[str | None, tuple[str, ...]]:
        parsed._LAST.page = None
        page = parsed.parsed_page(source)
        return page.tree.html, page.address_signs

    native, python = both(work)
    assert native == python
