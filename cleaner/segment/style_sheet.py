"""What the style sheets inside a page say of the elements that hold text: whether they hide them, and the colours.

A rule counts if it applies to every screen, if its selector is a tag, an id or classes, or these together, and if no
other rule shows the same elements in some state or at some width. Most rules of a sheet say nothing of this kind, and
most others name nothing that holds text. So declarations that hide are searched first, and only the rules around them
are read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from cleaner.model import Tag
from cleaner.segment.style import Style, are_alike, read_style

_STYLE = re.compile(r"<style\b[^>]{0,2000}>", re.IGNORECASE)
_NOT_FOR_SCREENS = re.compile(r"\bmedia\s*=\s*[\"']?\s*(?!all\b|screen\b(?![^>\"']*\())\w", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_HIDING = tuple(
    map(
        re.compile,
        (
            r"display\s*:\s*none", r"visibility\s*:\s*(?:hidden|collapse)", r"opacity\s*:\s*(?:0(?!\.[1-9])|\.0)",
            r"font-size\s*:\s*[01.](?!\d*(?:\.\d+)?(?:em|rem|%))", r"font\s*:\s*(?:[a-z-]+\s+)*[01.](?!\d*(?:\.\d+)?[er%])",
            r"left\s*:\s*-\s*\d\d", r"top\s*:\s*-\s*\d\d", r"right\s*:\s*-\s*\d\d", r"bottom\s*:\s*-\s*\d\d",
            r"indent\s*:\s*-\s*\d\d", r"translate\w*\([^)]{0,40}-\s*\d{3}", r"inset-inline-start\s*:\s*-\s*\d\d",
            r"clip\s*:\s*rect", r"clip-path\s*:", r"scale\w*\(\s*0\s*[,)]", r"overflow\s*:\s*(?:hidden|clip)",
            r"color\s*:\s*transparent",
        ),
    )
)  # fmt: skip
"""Declarations that may hide. Each begins with letters, so that the search skips from one place to the next."""
_COLOUR = re.compile(r"color\s*:\s*([^;}!]+)")
_TINY = re.compile(r"(?:height|width)\s*:\s*[01](?:px)?\s*(?:[;!}]|$)")
_SIMPLE = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)")
_NAME = re.compile(r"[.#][\w-]+")
_LAST = re.compile(r"[^\s>+~]*\Z")  # the part of a selector for the element itself
_EVERYWHERE = re.compile(r"@(?:media\s+(?:only\s+)?(?:screen|all)\s*\{|layer\b|supports\b)", re.IGNORECASE)
_GROUP = re.compile(r"@[^{};]*\{|[{}]")
_MAX_SHEET = 500_000  # characters of all style elements
_MAX_BODY, _MAX_SELECTOR = 5_000, 2_000  # characters of the parts of a rule
_MAX_FOUND = 2_000  # rules that are looked at
_MAX_NAMED = 100  # places of a name that are looked at


class Rule(NamedTuple):
    """A rule of a style sheet whose selector is a tag, an id or classes, or these together."""

    tag: str
    id: str
    classes: frozenset[str]
    style: Style

    @property
    def names(self) -> list[str]:
        """The names of the selector as they are written."""
        return [f".{name}" for name in self.classes] + ([f"#{self.id}"] if self.id else [])

    def fits(self, tag: Tag) -> bool:
        """Whether the selector matches an element with this start tag."""
        return (
            (not self.tag or self.tag == tag.name)
            and (not self.id or self.id == tag.id)
            and self.classes.issubset(tag.classes)
        )


class _Block(NamedTuple):
    """A rule as it is written: where its declarations begin, and where they end."""

    selector: str
    start: int
    end: int


class Sheet:
    """The ``<style>`` elements of a page, read as far as somebody asks. ``html`` is the source of the page."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._told: dict[tuple[str, str], bool] = {}

    def styles(self, tags: Sequence[Tag]) -> dict[int, Style]:
        """What the sheets say of elements with these start tags, by the number of the tag. Most are left out."""
        if not self._text:
            return {}
        rules = list(self._rules(_Names(tags)))
        return self._of_tags(tags, rules) if rules else {}

    def grounds(self, tags: Sequence[Tag]) -> dict[int, str]:
        """The grounds that the sheets give to elements with these start tags, if `knows_grounds`."""
        names = _Names(tags)
        rules = [
            rule
            for block in self._grounds or ()
            for rule in names.rules(block.selector, Style(ground=self._style(block).ground))
        ]
        return {n: style.ground for n, style in self._of_tags(tags, rules).items()}

    def _of_tags(self, tags: Sequence[Tag], rules: Sequence[Rule]) -> dict[int, Style]:
        found: dict[int, Style] = {}
        names = {name for rule in rules for name in rule.classes} | {rule.tag for rule in rules if not rule.classes}
        ids = {rule.id for rule in rules} - {""}
        for n, tag in enumerate(tags):
            if names.isdisjoint(tag.classes) and tag.name not in names and tag.id not in ids:
                continue
            for rule in rules:
                if rule.fits(tag) and not (rule.style.kind and self._is_shown(rule, tag)):
                    found[n] = rule.style.over(found[n]) if n in found else rule.style
        return found

    @cached_property
    def knows_grounds(self) -> bool:
        """Whether no element has a ground that is not known here: no other sheet, and no other selectors, give one."""
        return self._is_alone and self._grounds is not None

    @cached_property
    def _is_alone(self) -> bool:
        """Whether the page has no other style sheets."""
        return "stylesheet" not in self._html and "STYLESHEET" not in self._html

    @cached_property
    def _text(self) -> str:
        """All sheets together, without comments."""
        text = "\n".join(_sheets(self._html))
        return _COMMENT.sub(" ", text) if "/*" in text else text

    @cached_property
    def _lower(self) -> str:
        lower = self._text.lower()
        return lower if len(lower) == len(self._text) else self._text

    def _rules(self, names: _Names) -> Iterator[Rule]:
        """The rules for elements with these names that hide, in the order of the ways; then those for colours."""
        seen: set[int] = set()
        for block in (*self._hiding(), *self._coloured()):
            if block.start in seen:
                continue
            seen.add(block.start)
            if len(seen) > _MAX_FOUND:
                return
            if names.know(block.selector) and self._applies(block):
                yield from names.rules(block.selector, self._style(block))

    def _style(self, block: _Block) -> Style:
        return read_style(self._text[block.start : block.end].strip())

    def _hiding(self) -> Iterator[_Block]:
        """The rules that may hide something, other than by its colour."""
        lower = self._lower
        for pattern in _HIDING:
            for match in pattern.finditer(lower):
                block = self._block(match.start())
                if block and (match[0][0] != "o" or match[0][1] != "v" or _TINY.search(lower, block.start, block.end)):
                    yield block

    def _coloured(self) -> Iterator[_Block]:
        """The rules that give text the colour of their own ground, or of white paper where all grounds are known."""
        text = self._lower
        for match in _COLOUR.finditer(text):
            before = text[match.start() - 1 : match.start()]
            if before == "-" or before.isalnum():
                continue
            end = text.find("}", match.end(), match.end() + _MAX_BODY)
            start = max(text.rfind("{", max(0, match.start() - _MAX_BODY), match.start()), 0)
            if text.find("background", start, max(end, match.end())) >= 0:
                style = read_style(text[start + 1 : end].strip()) if end >= 0 else None
                if style and are_alike(style.colour, style.ground) and (block := self._block(match.start())):
                    yield block
            elif self._is_alone and (block := self._block(match.start())):
                yield block

    @cached_property
    def _grounds(self) -> tuple[_Block, ...] | None:
        """The rules that give elements a ground; None if one of them is not simple or applies only in some state."""
        found: list[_Block] = []
        at = self._lower.find("background")
        while at >= 0:
            block = self._block(at)
            if block is None or len(found) > _MAX_FOUND or not _is_simple(block.selector) or not self._applies(block):
                return None
            found.append(block)
            at = self._lower.find("background", block.end)
        return tuple(found)

    def _block(self, at: int) -> _Block | None:
        """The rule whose declarations are around a place of the sheet."""
        text = self._text
        opening = text.rfind("{", max(0, at - _MAX_BODY), at)
        if opening < 0 or text.find("}", opening, at) >= 0:
            return None
        least = max(0, opening - _MAX_SELECTOR)
        start = max(text.rfind(sign, least, opening) for sign in "{};")
        if start < 0 and least:
            return None
        end = text.find("}", at, at + _MAX_BODY)
        return _Block(text[start + 1 : opening].strip(), opening + 1, end if end >= 0 else min(len(text), at + _MAX_BODY))

    def _applies(self, block: _Block) -> bool:
        """Whether a rule is for every screen: it is not inside a condition such as a width."""
        text = self._text
        if text.count("{", 0, block.start - 1) == text.count("}", 0, block.start):
            return True
        return self._has_groups and self._is_in_group(block.start - 1)

    @cached_property
    def _has_groups(self) -> bool:
        return _EVERYWHERE.search(self._text) is not None

    def _is_in_group(self, at: int) -> bool:
        """Whether all blocks around a place are groups that apply everywhere."""
        starts, are_everywhere = self._groups
        return are_everywhere[bisect_right(starts, at - 1) - 1]

    @cached_property
    def _groups(self) -> tuple[list[int], list[bool]]:
        """The places where a block begins or ends, and whether all blocks around what follows apply everywhere."""
        starts, found, around = [-1], [True], [True]
        for sign in _GROUP.finditer(self._text):
            if sign[0] != "}":
                around.append(around[-1] and _EVERYWHERE.match(sign[0]) is not None)
            elif len(around) > 1:
                around.pop()
            starts.append(sign.end() - 1)
            found.append(around[-1])
        return starts, found

    def _is_shown(self, rule: Rule, tag: Tag) -> bool:
        """Whether another rule shows an element that ``rule`` hides: it sets the property that hides to another value."""
        named = rule.style.property
        own = rule.names
        others = [name for name in (*(f".{one}" for one in tag.classes), f"#{tag.id}") if len(name) > 1]
        return (
            any(self._tells(name, named, is_own=True) for name in own or [tag.name])
            or any(self._tells(name, named, is_own=False) for name in others if name not in own)
        )  # fmt: skip

    def _tells(self, name: str, named: str, *, is_own: bool) -> bool:
        """Whether a rule that names ``name`` sets a property so that its elements are shown."""
        key = f"{name}{' ' if is_own else ''}", named
        if key not in self._told:
            self._told[key] = any(
                (is_own or name in _NAME.findall(_LAST.findall(selector.strip())[0]))
                and re.search(rf"(?<![\w-]){named}\s*:", body, re.IGNORECASE)
                and not read_style(body.strip()).kind
                for selector, body in self._naming(name)
            )
        return self._told[key]

    def _naming(self, name: str) -> Iterator[tuple[str, str]]:
        """The rules that name a tag, a class or an id: one selector of each, and the declarations."""
        before = "" if name[0] in ".#" else r"(?<![\w.#-])"
        pattern = re.compile(rf"{before}{re.escape(name)}(?![\w-])")
        text = self._text
        for n, match in enumerate(pattern.finditer(text)):
            opening = text.find("{", match.end(), match.end() + _MAX_SELECTOR)
            closing = text.find("}", match.end(), opening) if opening >= 0 else 0
            if n > _MAX_NAMED or opening < 0 or closing >= 0:
                continue
            start = max(text.rfind(sign, max(0, match.start() - _MAX_SELECTOR), match.start()) for sign in "{};,")
            comma = text.find(",", match.end(), opening)
            end = text.find("}", opening)
            yield text[start + 1 : comma if comma >= 0 else opening], text[opening + 1 : end if end >= 0 else len(text)]


class _Names:
    """The names of the elements that hold text."""

    def __init__(self, tags: Collection[Tag]) -> None:
        self._tags = {tag.name for tag in tags}
        self._ids = {tag.id for tag in tags}
        self._classes = set[str]().union(*[tag.classes for tag in tags])

    def know(self, selector: str) -> bool:
        """Whether a part of a selector is simple, and an element may have all of its names."""
        return any(self._fits(part) for part in selector.split(","))

    def rules(self, selector: str, style: Style) -> Iterator[Rule]:
        """The rules for such parts."""
        if not (style.kind or style.colour or style.ground):
            return
        for part in selector.split(","):
            if self._fits(part):
                names = _NAME.findall(part)
                tag = part.strip()[: -len("".join(names))] if names else part.strip()
                ids = [name[1:] for name in names if name[0] == "#"]
                classes = frozenset(name[1:] for name in names if name[0] == ".")
                yield Rule(tag.lower(), ids[0] if ids else "", classes, style)

    def _fits(self, part: str) -> bool:
        match = _SIMPLE.fullmatch(part.strip())
        if not match or not match[0]:
            return False
        return (not match[1] or match[1].lower() in self._tags) and all(
            name[1:] in (self._classes if name[0] == "." else self._ids) for name in _NAME.findall(match[2])
        )


def _is_simple(selector: str) -> bool:
    return all(_SIMPLE.fullmatch(part.strip()) for part in selector.split(","))


def _sheets(html: str) -> Iterator[str]:
    """The contents of all ``<style>`` elements for screens, up to a limit."""
    at, left = 0, _MAX_SHEET
    opens, closes = ("<style", "</style") if "<style" in html else ("<STYLE", "</STYLE")
    while left > 0 and (start := html.find(opens, at)) >= 0:
        opening = _STYLE.match(html, start)
        if opening is None:
            at = start + 1
            continue
        end = html.find(closes, opening.end())
        at = end if end >= 0 else len(html)
        if not _NOT_FOR_SCREENS.search(opening[0]):
            yield html[opening.end() : min(at, opening.end() + left)]
            left -= at - opening.end()
