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
_MARKDOWN = (
    re.compile(r"^#{1,6} \S", re.MULTILINE),
    re.compile(r"\[[^\]\n]{1,200}\]\([^)\s]{1,500}\)"),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
    re.compile(r"^(?:[*+-]|\d{1,3}\.) \S", re.MULTILINE),
    re.compile(r"(?:\*\*|__)\S[^*_\n]{0,200}\S(?:\*\*|__)"),
    re.compile(r"^\|.*\|\s*$\n^\|[ :|-]+\|\s*$", re.MULTILINE),
)
_CLOSING = re.compile(r"</(?:p|div|li|td|ul|table|section|article|span|h[1-6])>", re.IGNORECASE)
_SURE_TAGS = 3
_MANY_CLOSING = 8
_MARKDOWN_SIGNS = 2


def detect_kind(source: str) -> InputKind:
    """What ``source`` is.

    HTML begins with a doctype or ``<html>``, or with a tag that others follow; a text that shows HTML in a fence or
    in its midst is none.
    """
    opening = source[:_LOOKED_AT]
    start = opening[_PROLOG.match(opening).end() :]  # type: ignore[union-attr]  # matches anything
    if _DOCUMENT.match(start):
        return "html"
    if _TAG.match(start) and len(_TAG.findall(source, 0, 4 * _LOOKED_AT)) >= _SURE_TAGS:
        return "html"
    if "`" not in opening and len(_CLOSING.findall(opening)) >= _MANY_CLOSING:
        return "html"  # a fragment that begins with text
    if sum(bool(sign.search(opening)) for sign in _MARKDOWN) >= _MARKDOWN_SIGNS:
        return "markdown"
    return "text"
