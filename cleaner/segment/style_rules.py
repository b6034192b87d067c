"""The rules of style sheets as they are written, and which of them may hide text. The twin of ``_native/styles.c``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cleaner.segment.style import SIDES

_COMMENT = re.compile(rb"""/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", re.DOTALL)
_SIGN = re.compile(r"[{};]")
_EVERYWHERE = re.compile(
    r"@media\s+(?:only\s+)?(?:screen|all)\Z|@layer\b(?!-)|@supports\b(?!-)", re.IGNORECASE | re.ASCII
)
_SIZES = ("width", "height", "max-width", "max-height", "font-size", "opacity")
_SMALL = re.compile(r"[0.]|1(?![0-9])")
_MAY_BE_CLEAR = re.compile(r"transparent|rgb|#(?=(?:.{4}|.{8})\Z)", re.IGNORECASE | re.DOTALL)
_SPACE = " \t\n\v\f\r"
_MAX_DEPTH = 20


class StyleRule(NamedTuple):
    """A rule as it is written; ``applies`` is false inside conditions such as a width."""

    selector: str
    declarations: str
    applies: bool


def _masked(match: re.Match[bytes]) -> bytes:
    found = match[0]
    return b" " if found[:1] == b"/" else found[:1] + b"_" * (len(found) - 2) + found[:1]


def rules_of(text: str) -> Iterator[StyleRule]:
    """The rules of a sheet, also those inside at-rules."""
    start = 0
    blocks: list[list[Any]] = []  # what is before each open block, where it begins, whether it applies and has blocks
    for sign in _SIGN.finditer(text):
        if sign[0] == "{":
            if len(blocks) == _MAX_DEPTH:
                return
            applies = not blocks or (blocks[-1][2] and _EVERYWHERE.match(blocks[-1][0]) is not None)
            if blocks:
                blocks[-1][3] = True
            blocks.append([text[start : sign.start()].strip(_SPACE), sign.end(), applies, False])
        elif sign[0] == "}" and blocks:
            yield from _ended(blocks.pop(), text, sign.start())
        start = sign.end()
    if blocks:
        yield from _ended(blocks[-1], text, len(text))


def _ended(block: Sequence[Any], text: str, end: int) -> Iterator[StyleRule]:
    selector, start, applies, has_blocks = block
    if not has_blocks and not selector.startswith("@"):
        yield StyleRule(selector, text[start:end], applies)


def may_hide(declarations: str, *, is_alone: bool) -> bool:
    """Whether a look at the beginnings of declarations says that they may hide an element, or its text by a colour."""
    colours = grounds = False
    for one in declarations.split(";"):
        name, colon, value = one.partition(":")
        name, value = name.strip(_SPACE).lower(), value.strip(_SPACE).lower()
        if not colon or not value:
            continue
        if name == "color" and not _MAY_BE_CLEAR.match(value):
            colours = True
        elif name.startswith("background"):
            grounds = True
        elif (
            (name == "display" and value.startswith("none"))
            or (name == "visibility" and value.startswith(("hidden", "collapse")))
            or (name in _SIZES and _SMALL.match(value))
            or (name in SIDES and "-" in value)
            or name in ("font", "transform", "color")
            or name.startswith("clip")
        ):
            return True
    return colours and (grounds or is_alone)


def without_comments(text: bytes) -> bytes:
    """A sheet with a space for each comment, and with low lines for what is in strings."""
    return _COMMENT.sub(_masked, text)
