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
        patched.setattr(native_source, "_ARGUMENTS", (*native_source._ARGUMENTS[:3], FEW_TAGS, DEPTH, OPTIONS, LONG))
        yield


def look(source: str) -> tuple[bool, bool]:
    core = _native.library()
    assert core is not None
    return native_source.look(core, source.encode("utf-8", "ignore"))


@given(st.one_of(soup, html_pages(), tag_soup(), any_markup(), any_text()))
def test_the_core_sees_the_signs_and_leaves_what_may_exceed_the_limits(source):
    source = source.encode("utf-8", "ignore").decode()
    with low_limits():
        has_sign, may_exceed = look(source)
        assert has_sign == any(sign in source for sign in ADDRESS_SIGNS)
        assert may_exceed or markup._XML.match(source) or mend(source) == source


@given(st.lists(st.sampled_from([part for part in PARTS if part.isascii()]), max_size=30).map("".join))
def test_python_reads_no_ordinary_page(source):
    longest = max((tag.end - tag.start for tag in markup._tags(source)), default=0)
    if longest <= LONG and source.count("<") >= FEW_TAGS:
        with low_limits():
            assert look(source)[1] == ("".join(markup._bounded(source)) != source)


@pytest.mark.parametrize("sign", ADDRESS_SIGNS)
@pytest.mark.parametrize("before", [0, 1, 191, 192, 193, 400])
def test_a_sign_is_found_wherever_it_is(sign, before):
    assert look("x" * before + sign)[0]
    assert not look("x" * before + sign[:-1])[0]


@pytest.mark.parametrize(
    "source",
    ["<p>a" * 13_000, "<div>" * 13_000 + "a", "<option>" * 13_000, f"<p {'a=b ' * 20_000}>c", f"<p a='{'x' * 70_000}'>b", "<p>\ud800<b>"],
    ids=["ordinary", "deep", "options", "attributes", "long value", "surrogate"],
)  # fmt: skip
def test_pages_are_parsed_alike(source):
    def work() -> tuple[str | None, bool]:
        parsed._LAST.page = None
        page = parsed.parsed_page(source)
        return page.tree.html, page.has_address_sign

    native, python = both(work)
    assert native == python
