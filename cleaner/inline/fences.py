"""Preformatted code: its language, where a highlighter or an author names it, and its source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from cleaner.inline.marks import Fence

_PREFIXED = re.compile(
    r"(?:language|lang|highlight-source|highlight-text|highlight|brush)[-:]([\w+#.]+)(?:-[\w-]+)?\Z", re.ASCII
)
_BRUSH = re.compile(r"\bbrush\s*:\s*([\w+#.-]+)", re.ASCII)
_SOURCE_CODE = re.compile(r"\bsourceCode\s+([\w+#.-]+)", re.ASCII)  # of Pandoc
_NO_LANGUAGE = frozenset("none text plain plaintext txt nohighlight notranslate default code auto".split())
_ATTRIBUTES = ("data-lang", "data-language", "lang-name")
_MAX_OUTER = 3


def fence_of(node: LexborNode) -> Fence:
    """The language and the source of a ``pre`` element. The language is empty if none is named."""
    language = next((name for one in _around(node) if (name := _language(one))), "")
    return Fence("" if language.lower() in _NO_LANGUAGE else language, node.text(deep=True))


def _around(node: LexborNode) -> Iterator[LexborNode]:
    """The elements that may name the language: the code inside, the element, those around it."""
    inside = node.css_first("code")
    if inside is not None:
        yield inside
    outer: LexborNode | None = node
    for _ in range(_MAX_OUTER):
        if outer is None or outer.tag in ("body", "article", "main"):
            return
        yield outer
        outer = outer.parent


def _language(node: LexborNode) -> str:
    attributes = node.attributes
    for name in _ATTRIBUTES:
        if value := attributes.get(name):
            return value.strip() if re.fullmatch(r"[\w+#.-]+", value.strip(), re.ASCII) else ""
    classes = attributes.get("class") or ""
    for pattern in (_BRUSH, _SOURCE_CODE):
        if found := pattern.search(classes):
            return found[1]
    return next((found[1] for one in classes.split() if (found := _PREFIXED.match(one))), "")
