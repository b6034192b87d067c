"""What a style says about whether its element can be seen: declarations → a kind of hiding, and its colours.

Declarations are read by tinycss2 (https://www.w3.org/TR/css-syntax-3/). It is imported with the first style that may
hide something; a regular expression finds those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

HIDES = re.compile(
    r"\b(?:display|visibility)\s*:\s*(?:none|hidden|collapse)|opacity\s*:\s*(?:0(?!\.[1-9])|\.0)|"
    r"(?<!-)font(?:-size)?\s*:\s*(?:[a-z-]+\s+)*[01.](?!\d*(?:\.\d+)?(?:em|rem|%))|-\s*\d{3}|clip(?:-path)?\s*:|"
    r"scale\w*\(\s*0|(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
"""Finds what a style that hides something, other than by its colour, contains."""
_COLOUR = re.compile(r"(?<![-\w])(color|background(?:-color)?|background-image)\s*:\s*([^;!]*)", re.IGNORECASE)

_FAR = 900.0  # pixels outside the window; less may be a shift of a few lines
_FAR_PERCENT, _FAR_EM = 100.0, 60.0
_TINY = 1.0  # pixels
_FAINT = 0.02  # opacity
_ZERO_AREA = re.compile(
    r"rect\(\s*(?:[01](?:px)?[\s,]+){3}[01](?:px)?\s*\)|inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0(?:px|%)?\s*\)"
)
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))\s*(px|pt|em|rem|vw|vh|%)?")
_SHIFT = re.compile(r"translate(?:x|y|3d)?\(([^)]*)\)")
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/]\s*([\d.]+%?)\s*)?\)")
_NAMED = {"white": "#ffffff", "black": "#000000", "snow": "#fffafa", "ivory": "#fffff0", "transparent": "transparent"}
SIDES = ("left", "right", "top", "bottom", "text-indent", "margin-left", "margin-top", "inset-inline-start")
"""The properties that may move an element or its text outside the window."""
_NO_PICTURE = ("none", "inherit", "initial", "unset")
_NEAR_COLOUR = 6  # of 255, in each channel


class Style(NamedTuple):
    """A kind of hiding, or nothing, and the colours of text and ground: ``#rrggbb``, ``?`` for any other, or nothing.

    ``property`` is the property that hides.
    """

    kind: str = ""
    property: str = ""
    colour: str = ""
    ground: str = ""

    def over(self, under: Style) -> Style:
        """Another style that this one overrides where it says something."""
        return Style(*[own or other for own, other in zip(self, under, strict=True)]) if under is not NOTHING else self


NOTHING = Style()
_UNDISPLAYED = Style("display", "display")


@lru_cache(maxsize=4096)
def read_style(style: str) -> Style:
    """The meaning of the declarations of a ``style`` attribute or of a rule.

    Only what hides for sure counts: an element that moves or fades in is not hidden.
    """
    if style.strip(" ;") in ("display:none", "display: none"):  # most of those that hide
        return _UNDISPLAYED
    values = {name.lower(): value for name, value in _COLOUR.findall(style)}
    found = _colours(values) if values else NOTHING
    if HIDES.search(style):
        kind, named = _hiding(declared(style))
        if kind:
            return found._replace(kind=kind, property=named)
    return found


def declared(style: str) -> dict[str, str]:
    """The values in lower case by property; of repeated properties the last value, or the last important one."""
    from tinycss2 import parse_blocks_contents, serialize  # lazy: few pages have styles that may hide something

    values: dict[str, str] = {}
    important: set[str] = set()
    for one in parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
        if one.type == "declaration" and (one.important or one.lower_name not in important):
            values[one.lower_name] = serialize(one.value).strip().lower()
            if one.important:
                important.add(one.lower_name)
    return values


def _colours(values: Mapping[str, str]) -> Style:
    ground = _colour(values.get("background-color") or values.get("background", ""))
    if values.get("background-image", "none").strip().lower() not in _NO_PICTURE:
        ground = "?"
    colour = _colour(values.get("color", ""))
    if colour != "transparent":
        return Style("", "", colour, ground)
    if ground or "background-image" in values or "background" in values:  # it may show through the letters
        return Style("", "", "", ground)
    return Style("colour", "color", "", ground)


def _hiding(values: Mapping[str, str]) -> tuple[str, str]:
    moves = "transition" in values or "animation" in values or "animation-name" in values
    shift = values.get("transform", "")
    if values.get("display") == "none":
        return "display", "display"
    if values.get("visibility") in ("hidden", "collapse"):
        return ("", "") if moves or shift else ("visibility", "visibility")
    if _is_at_most(values.get("opacity", ""), _FAINT):
        return ("", "") if moves or shift else ("opacity", "opacity")
    if _is_zero_font(values):
        return "font-size", "font-size"
    if values.get("position") in ("absolute", "fixed"):
        if _ZERO_AREA.search(f"{values.get('clip', '')} {values.get('clip-path', '')}"):
            return "clipped", "clip"
        if not moves and any(_is_far(values.get(side, "")) for side in SIDES):
            return "off-screen", "position"
    if _ZERO_AREA.search(values.get("clip-path", "")) and not moves:
        return "clipped", "clip-path"
    if not moves and any(_is_far(values.get(side, "")) for side in SIDES if side.startswith(("text", "margin"))):
        return "off-screen", "text-indent" if _is_far(values.get("text-indent", "")) else "margin-left"
    if not moves and any(_is_far(part) for found in _SHIFT.findall(shift) for part in found.split(",")):
        return "off-screen", "transform"
    if re.search(r"scale(?:x|y|3d)?\(\s*0\s*[,)]", shift) and not moves:
        return "zero-size", "transform"
    if _clips(values) and not moves and any(_is_tiny(values, side) for side in ("height", "width")):
        return "zero-size", "height"
    return "", ""


def _is_zero_font(values: Mapping[str, str]) -> bool:
    size = values.get("font-size", "")
    if not size and (short := values.get("font", "")):
        size = next((part for part in re.split(r"[\s/]+", short) if part[:1] in tuple("0123456789.")), "")
    found = _NUMBER.fullmatch(size)
    if not found:
        return False
    return float(found[1]) == 0 or (found[2] in ("px", "pt") and float(found[1]) <= _TINY)


def _clips(values: Mapping[str, str]) -> bool:
    return any(part in ("hidden", "clip") for part in values.get("overflow", "").split())


def _is_tiny(values: Mapping[str, str], side: str) -> bool:
    size = _NUMBER.fullmatch(values.get(f"max-{side}", "") or values.get(side, ""))
    if not size or values.get(f"min-{side}", "0") not in ("0", "0px", "auto"):
        return False
    return float(size[1]) == 0 or (size[2] == "px" and float(size[1]) <= _TINY)


def _is_at_most(value: str, limit: float) -> bool:
    found = _NUMBER.fullmatch(value)
    return found is not None and float(found[1]) / (100 if found[2] == "%" else 1) <= limit


def _is_far(value: str) -> bool:
    """Whether a length leads far outside the window, to any side that cannot be scrolled to."""
    found = _NUMBER.fullmatch(value.strip())
    if not found:
        return False
    size, unit = -float(found[1]), found[2] or "px"
    if unit in ("em", "rem"):
        return size >= _FAR_EM
    return size >= _FAR_PERCENT and unit != "%" if unit in ("vw", "vh") else size >= _FAR and unit in ("px", "pt")


def _colour(value: str) -> str:
    """A colour as ``#rrggbb``; ``?`` for other values, such as pictures and variables; nothing for none."""
    value = value.strip().lower()
    if not value or value in ("inherit", "initial", "unset", "none", "currentcolor"):
        return ""
    if value in _NAMED:
        return _NAMED[value]
    if _HEX.fullmatch(value):
        digits = value[1:]
        if len(digits) in (3, 4):
            digits = "".join(digit * 2 for digit in digits)
        if digits[6:8] == "00":
            return "transparent"
        return f"#{digits[:6]}" if digits[6:] in ("", "ff") else "?"
    if rgb := _RGB.fullmatch(value):
        if rgb[4] and float(rgb[4].rstrip("%")) == 0:
            return "transparent"
        is_solid = not rgb[4] or rgb[4] in ("1", "1.0", "100%")
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in rgb.groups()[:3]) if is_solid else "?"
    return value if value.isalpha() else "?"


def are_alike(colour: str, ground: str) -> bool:
    """Whether text of this colour cannot be seen on this ground."""
    if colour == ground:
        return colour not in ("", "?")
    if not (colour.startswith("#") and ground.startswith("#")):
        return False
    return all(abs(int(colour[i : i + 2], 16) - int(ground[i : i + 2], 16)) <= _NEAR_COLOUR for i in (1, 3, 5))
