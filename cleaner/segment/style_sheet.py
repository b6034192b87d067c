"""What the style sheets inside a page say of the elements that hold text: whether they hide them, and the colours.

A rule counts if it applies to every screen, if its selector is a tag, an id or classes, or these together, and if no
other rule shows the same elements in some state or at some width. Most rules of a sheet say nothing of this kind, and
most others name nothing that holds text. The native core leaves those out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from cleaner.model import Tag
from cleaner.segment.style import Style, are_alike, read_style
from cleaner.segment.style_rules import StyleRule, rules_of

_SIMPLE = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)")
_NAME = re.compile(r"[.#][\w-]+")
_OF_NAME = re.compile(r"[\w-]")
_IN_NAME = re.compile(r"[\w.#-]")
_LAST = re.compile(r"[^\s>+~]*\Z")  # the part of a selector for the element itself
_UNNAMED = re.compile(  # begins with a colon, which is found faster than what is before it
    r":(?<=[\s>+~]:)(?![:]|root\b)[a-z-]+(?:\([^(){}]*\))?(?::[a-z-]+(?:\([^(){}]*\))?)*\s*\{([^{}]*)\}", re.IGNORECASE
)
_SIZES = {"height": r"(?:(?:max-|min-)?(?:height|width)|overflow)"}  # what gives a box without a size one
_MAX_BODY, _MAX_SELECTOR = 5_000, 2_000  # characters of the parts of a rule
_MAX_GROUNDS = 2_000  # rules for grounds that are looked at
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


class Sheet:
    """The style sheets inside a page. ``rules`` are those that may hide an element, ``text`` is all, without comments.

    ``is_alone`` says that the page has no other style sheets.
    """

    def __init__(self, text: bytes = b"", rules: Sequence[StyleRule] = (), *, is_alone: bool = True) -> None:
        self.is_alone = is_alone
        self._source, self._candidates = text, rules
        self._told: dict[tuple[str, str], bool] = {}

    def styles(self, tags: Sequence[Tag]) -> dict[int, Style]:
        """What the sheets say of elements with these start tags, by the number of the tag. Most are left out."""
        if not self._candidates:
            return {}
        names = _Names(tags)
        rules: list[Rule] = []
        for one in self._candidates:
            if one.applies and names.know(one.selector):
                style = read_style(one.declarations.strip())
                if style.kind or (style.colour and (are_alike(style.colour, style.ground) or self.knows_grounds)):
                    rules += names.rules(one.selector, style)
        return self._of_tags(tags, rules) if rules else {}

    def grounds(self, tags: Sequence[Tag]) -> dict[int, str]:
        """The grounds that the sheets give to elements with these start tags, if `knows_grounds`."""
        names = _Names(tags)
        found = self._grounds or ()
        rules = [rule for one in found for rule in names.rules(one.selector, _ground(one))]
        return {n: style.ground for n, style in self._of_tags(tags, rules).items()}

    @cached_property
    def knows_grounds(self) -> bool:
        """Whether no element has a ground that is not known here: no other sheet, and no other selectors, give one."""
        return self.is_alone and self._grounds is not None

    @cached_property
    def _text(self) -> str:
        return self._source.decode("utf-8", "replace")

    @cached_property
    def _grounds(self) -> list[StyleRule] | None:
        """The rules that give elements a ground; None if one of them is not simple or applies only in some state."""
        if b"background" not in self._source.lower():
            return []
        found: list[StyleRule] = []
        for one in rules_of(self._text):
            if "background" in one.declarations.lower():
                if not one.applies or not _is_simple(one.selector) or len(found) >= _MAX_GROUNDS:
                    return None
                found.append(one)
        return found

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

    def _is_shown(self, rule: Rule, tag: Tag) -> bool:
        """Whether another rule shows an element that ``rule`` hides: it gives the property another value."""
        named = rule.style.property
        own = rule.names
        others = [name for name in (*(f".{one}" for one in tag.classes), f"#{tag.id}") if len(name) > 1]
        return (
            any(self._tells(name, named, is_own=True) for name in own or [tag.name])
            or any(self._tells(name, named, is_own=False) for name in others if name not in own)
            or self._tells_unnamed(named)
        )

    def _tells_unnamed(self, named: str) -> bool:
        """Whether a rule shows elements by their place or state only, as in ``:checked ~ .tabs > :nth-child(2)``."""
        key = "", named
        if key not in self._told:
            self._told[key] = any(_shows(body, named) for body in _UNNAMED.findall(self._text))
        return self._told[key]

    def _tells(self, name: str, named: str, *, is_own: bool) -> bool:
        """Whether a rule that names ``name`` sets a property so that its elements are shown."""
        key = f"{name}{' ' if is_own else ''}", named
        if key not in self._told:
            self._told[key] = any(
                (is_own or name in _NAME.findall(_LAST.findall(selector.strip())[0])) and _shows(body, named)
                for selector, body in self._naming(name)
            )
        return self._told[key]

    def _naming(self, name: str) -> Iterator[tuple[str, str]]:
        """The rules that name a tag, a class or an id: one selector of each, and the declarations."""
        text, size, at = self._text, len(name), -1
        for _ in range(_MAX_NAMED):
            at = text.find(name, at + 1)
            if at < 0:
                return
            if _OF_NAME.match(text, at + size) or (name[0] not in ".#" and at and _IN_NAME.match(text, at - 1)):
                continue
            opening = text.find("{", at, at + _MAX_SELECTOR)
            if opening < 0 or text.find("}", at, opening) >= 0:
                continue
            start = max(text.rfind(sign, max(0, at - _MAX_SELECTOR), at) for sign in "{};,")
            comma, end = text.find(",", at, opening), text.find("}", opening)
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


def _shows(declarations: str, named: str) -> bool:
    """Whether declarations set a property that hides, and hide nothing."""
    name = _SIZES.get(named, named)
    is_set = re.search(rf"(?<![\w-]){name}\s*:", declarations, re.IGNORECASE)
    return is_set is not None and not read_style(declarations.strip()).kind


def _is_simple(selector: str) -> bool:
    return all(_SIMPLE.fullmatch(part.strip()) for part in selector.split(","))


def _ground(rule: StyleRule) -> Style:
    return Style(ground=read_style(rule.declarations.strip()).ground)
