"""Repair the source of a page before it is parsed: markup that would take too long, and XML.

Parsers that follow the HTML standard take quadratic time for unbounded nesting and unbounded attributes, lexbor also
for the options of a list. Pages that could cost much are read once here, in linear time, and reduced to the limits
below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice
from typing import NamedTuple

MAX_DEPTH = 512
"""Start tags nested deeper are left out, as in browsers; their content stays."""
MAX_ATTRIBUTES = 256
"""Maximum number of attributes of a start tag; further ones are left out."""
MAX_OPTIONS = 2_000
"""Maximum number of options of a list, counting start and end tags; the text of further ones joins the last one."""

MANY_TAGS = 12_000
"""Fewer tags cost at most a fifth of a second, however they are nested."""
LONG_TAG = 65_536
"""Characters; a shorter tag has no room for too many attributes."""
RAW_TEXT = frozenset(("script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp", "plaintext"))
"""The elements whose content is not markup."""
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
UNCOUNTED = _VOID | frozenset("p li dt dd option tr td th tbody".split())
"""The elements that are never nested in themselves: the parser closes them itself."""

ADDRESS_SIGNS = ("nstructions", "anguage model")
"""A page without these has no comment and no attribute that addresses a language model, as far as they are searched."""

_FAR = 1_000_000  # characters
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)")
_TO_QUOTE = re.compile(r"""[^"'>]*+""")
_WELL_FORMED = re.compile(r"""[^"'>]*+(?:(?<==)(?:"[^"]*+"|'[^']*+')[^"'>]*+)*+>""")
"""The rest of a tag in which each quotation mark belongs to a value directly after its equals sign."""
_VALUE = re.compile(r"=\s*\Z")
_ATTRIBUTE = re.compile(r"""[^\s=/>"']++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']++))?+""")
_XML = re.compile(r"\ufeff?\s{0,100}<\?xml\b")
_SELF_CLOSED = re.compile(r"""<([a-zA-Z][\w:-]*+)((?:[^<>"'/]|/(?!>)|"[^"<]*+"|'[^'<]*+')*+)/>""")


class _Tag(NamedTuple):
    start: int
    end: int
    name: str
    is_closing: bool


class Excess(NamedTuple):
    """A tag that exceeds the limits: it is left out, or has perhaps too many attributes."""

    start: int
    end: int
    is_left_out: bool


def mend(html: str, excess: Iterable[Excess] | None = None) -> str:
    """``html`` changed so that an HTML parser takes linear time. Ordinary pages are returned unchanged.

    ``excess`` are the tags that exceed the limits, if they are known; long ones may be among them that do not.
    """
    if _XML.match(html):
        html, excess = _from_xml(html), None
    if excess == [] or not _is_costly(html):
        return html
    return "".join(_bounded(html, _excess(html) if excess is None else excess))


def _is_costly(html: str) -> bool:
    """Whether there are so many tags, or so long ones, that they have to be read."""
    return html.count("<") >= MANY_TAGS or any(_has_many_attributes(html, at) for at in _long_parts(html))


def _long_parts(html: str) -> Iterator[int]:
    """Offsets where more than ``LONG_TAG`` characters without a ``<`` begin; searched in leaps."""
    at = 0
    while len(html) - at > LONG_TAG:
        following = html.rfind("<", at, at + LONG_TAG + 1)
        if following < 0:
            yield at
            following = html.find("<", at)
            if following < 0:
                return
        at = following + 1


def _has_many_attributes(html: str, at: int) -> bool:
    """Whether the text at ``at``, after a ``<``, may be a start tag with more than `MAX_ATTRIBUTES` attributes.

    Scripts and styles are long by nature, and so are values that hold pictures or data.
    """
    if not html[at].isalpha() or html[at : at + len("script")].lower().startswith(("script", "style")):
        return False
    end = _end_of_tag(html, at)
    if not 0 <= end - at <= _FAR:
        return True  # so that parts with a distant end are not read repeatedly
    attributes = _ATTRIBUTE.finditer(html, at, end)
    return next(islice(attributes, MAX_ATTRIBUTES + 1, None), None) is not None  # the name of the tag counts as one


def _from_xml(html: str) -> str:
    """XHTML as HTML: CDATA sections become text, self-closing elements become empty elements."""
    before, *sections = html.split("<![CDATA[")
    html = before + "".join([escape(data) + rest for data, _, rest in (s.partition("]]>") for s in sections)])
    return _SELF_CLOSED.sub(lambda m: m[0] if m[1].lower() in _VOID else f"<{m[1]}{m[2]}></{m[1]}>", html)


def _excess(html: str) -> Iterator[Excess]:
    """The tags that exceed the limits, and those that are so long that their attributes must be counted."""
    depth = options = drawings = 0
    for start, end, name, is_closing in _tags(html):
        if name == "svg":
            drawings += -1 if is_closing else 1
        counts = name not in UNCOUNTED and not (drawings > 0 and html[end - 2] == "/")  # which closes itself
        depth += counts and not is_closing
        options = 0 if name == "select" else options + (name == "option")
        is_left_out = (depth > MAX_DEPTH and counts) or (options > MAX_OPTIONS and name == "option")
        if is_left_out or (end - start > LONG_TAG and not is_closing):
            yield Excess(start, end, is_left_out)
        if counts and is_closing and depth:
            depth -= 1


def _bounded(html: str, excess: Iterable[Excess]) -> Iterator[str]:
    """The parts of ``html`` without the tags and attributes that exceed the limits."""
    at = 0
    for start, end, is_left_out in excess:
        if is_left_out:
            yield html[at:start] + " "
            at = end
        elif end - start > LONG_TAG:
            yield html[at:start]
            yield _shortened(html[start:end])
            at = end
    yield html[at:]


def _shortened(tag: str) -> str:
    name = _TAG.match(tag)[2]  # type: ignore[index]  # it is a tag
    attributes = _ATTRIBUTE.finditer(tag, len(name) + 1)
    return f"<{name.lower()} {' '.join(m[0] for m, _ in zip(attributes, range(MAX_ATTRIBUTES), strict=False))}>"


def _tags(html: str) -> Iterator[_Tag]:
    """The tags of ``html``; each character is read a bounded number of times."""
    at = html.find("<")
    while at >= 0:
        opening = _TAG.match(html, at)
        if opening is None:
            close = "-->" if html.startswith("<!--", at) else ">" if html[at + 1 : at + 2] in ("!", "?", "/") else ""
            end = html.find(close, at + 1) if close else at + 1
            if end < 0:
                return
            at = html.find("<", end)
            continue
        end = _end_of_tag(html, opening.end())
        if end < 0:
            return
        tag = _Tag(at, end, opening[2].lower(), bool(opening[1]))
        yield tag
        if tag.name in RAW_TEXT and not tag.is_closing:
            end = _end_of_raw_text(html, end, tag.name)
            if end < 0:
                return
        at = html.find("<", end)


def _end_of_tag(html: str, at: int) -> int:
    """The offset after the ``>`` of a tag, skipping quoted values; -1 if there is none."""
    if found := _WELL_FORMED.match(html, at):
        return found.end()
    while True:
        start, at = at, _TO_QUOTE.match(html, at).end()  # type: ignore[union-attr]  # matches anything
        if at >= len(html):
            return -1
        if html[at] == ">":
            return at + 1
        if _VALUE.search(html[max(start, at - 100) : at]):
            at = html.find(html[at], at + 1)
            if at < 0:
                return -1
        at += 1


def _end_of_raw_text(html: str, at: int, name: str) -> int:
    closing = re.compile(rf"</{name}\b", re.IGNORECASE).search(html, at)
    return closing.start() if closing else -1
