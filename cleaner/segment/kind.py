"""What a source is: HTML, Markdown or plain text, seen by its first characters."""

from __future__ import annotations

import re

from cleaner.model import InputKind

_LOOKED_AT = 4_096
_PROLOG = re.compile(r"(?:\s+|\ufeff|<\?[^>]{0,500}\?>|<!--.{0,4000}?-->)*+", re.DOTALL)
_DOCUMENT = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|article|aside|b|blockquote|br|center|div|dl|em|fieldset|figure|font|footer|form|h[1-6]|header|hr|i|iframe"
    r"|img|li|link|main|meta|nav|noscript|ol|p|pre|script|section|span|strong|style|svg|table|tbody|td|title|tr|ul"
    r"|[a-z]+-[a-z-]+)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_MARKDOWN = tuple(  # patterns that begin with a character, such as a line feed, are found faster than others
    tuple(re.compile(pattern, re.MULTILINE) for pattern in patterns)
    for patterns in (
        (r"\n#{1,6} \S",),
        (r"\[[^\]\n]{1,200}\]\([^)\s]{1,500}\)",),
        (r"\n```", r"\n~~~"),
        (r"\n(?:[*+-]|\d{1,3}\.) \S",),
        (r"\*\*\S[^*_\n]{0,200}\S(?:\*\*|__)", r"__\S[^*_\n]{0,200}\S(?:\*\*|__)"),
        (r"\n\|.*\|\s*$\n^\|[ :|-]+\|\s*$",),
    )
)
_SURE_TAGS, _TAG_SHARE = 8, 0.25  # share of the characters: source code is rarely shown so densely in a text
_FEW_TAGS, _CUT_SHORT_SHARE = 3, 0.1
_MARKDOWN_SIGNS = 2


def detected_kind(source: str) -> InputKind | None:
    """The detected kind of ``source``; None for text that only looks like Markdown, because nobody declared it."""
    kind = detect_kind(source)
    return None if kind == "markdown" else kind


def detect_kind(source: str) -> InputKind:
    """What ``source`` is.

    HTML begins with a doctype or ``<html>``, begins and ends with a tag, or is made of tags for a good part; a text
    about HTML that shows some of it is not HTML.
    """
    opening = source[:_LOOKED_AT]
    start = opening[_PROLOG.match(opening).end() :]  # type: ignore[union-attr]  # matches anything
    if _DOCUMENT.match(start):
        return "html"
    begins = _TAG.match(start) is not None
    if begins and source.rstrip().endswith(">"):
        return "html"
    tags = [tag[0] for tag in _TAG.finditer(opening)]
    if begins and "</" in opening and len(tags) >= _FEW_TAGS and sum(map(len, tags)) >= _CUT_SHORT_SHARE * len(opening):
        return "html"  # the rest is missing
    if len(tags) >= _SURE_TAGS and sum(map(len, tags)) >= _TAG_SHARE * len(opening) and "`" not in opening:
        return "html"  # a part of a page
    lines = f"\n{opening}"
    if sum(any(sign.search(lines) for sign in signs) for signs in _MARKDOWN) >= _MARKDOWN_SIGNS:
        return "markdown"
    return "text"
