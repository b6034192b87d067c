"""The phrases of a learned pack: each line as a phrase, or as a pattern if its numbers or dates differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex

from cleaner.fold import fold, squeeze
from cleaner.model import TEMPLATE as CATEGORY
from cleaner.packs.check import line_form
from cleaner.packs.match import Matcher
from cleaner.packs.rule import Packs, Pattern, Rule, Where
from cleaner.segment.text import segment_text
from cleaner.sites.dates import NAME_PATTERN, dateless, names_in
from cleaner.sites.elements import LearnedElement, example_of, selector_of
from cleaner.sites.judge import Learned, Site

EDGE, TAIL, TEXT, BOX, LISTS = KINDS = ("edge", "tail", "text", "box", "lists")
"""The rules of a pack, by the end of their ids: lines at both ends of pages, at the end, in the text, in boxes,
and elements that are lists of links."""

_MIN_NEED = 4  # letters of a word without which a pattern is not tried
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_DIGITS = re.compile(r"\d+")
_AT = {"top": "at the top", "end": "at the end", "tail": "at the end", "text": "in the text", "box": "in a box"}
_RULES = {"top": EDGE, "end": EDGE, "tail": TAIL, "text": TEXT, "box": BOX}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A learned line as a rule has it: as a phrase, or as a pattern if its digits differ, and one of its spellings.

    A learned element is a selector, and its example is a start tag.
    """

    value: str
    comment: str
    example: str
    need: str = ""
    is_selector: bool = False

    @property
    def form(self) -> str:
        """What two spellings of the same phrase have in common."""
        return self.value if self.need or self.is_selector else line_form(self.value)


Phrases = Mapping[str, Sequence[Phrase]]
"""The phrases of the rules of a pack, by the end of their ids."""


def phrases_of(site: Site, refused: Iterable[str]) -> Phrases:
    """The phrases of a pack, sorted, without those that somebody deleted or wants to keep."""
    unwanted = {*refused}
    found: dict[str, dict[str, Phrase]] = {kind: {} for kind in KINDS}
    for line in site.lines:
        phrase = _phrase(line, site.documents)
        if phrase and phrase.form not in unwanted and _is_found(phrase):
            found[_RULES[line.place]].setdefault(phrase.form, phrase)
    for element in site.elements:
        phrase = _selector(element, site.documents)
        if phrase.form not in unwanted:
            found[LISTS][phrase.form] = phrase
    return {kind: [each[form] for form in sorted(each)] for kind, each in found.items()}


def _selector(element: LearnedElement, documents: int) -> Phrase:
    comment = _comment(element.documents, documents, "a list of links", element.seen_in)
    return Phrase(element.selector, comment, example_of(element.selector), is_selector=True)


def example_form(text: str) -> str:
    """The form of the phrase that an example is of."""
    return selector_of(text) or line_form(text)


def _comment(count: int, documents: int, at: str, seen_in: Iterable[str]) -> str:
    seen = ", ".join(" ".join(name.split()) for name in seen_in)
    return f"# {count} of {documents} documents, {at}: {_printable(seen)}"


def _phrase(line: Learned, documents: int) -> Phrase | None:
    comment = _comment(line.documents, documents, _AT[line.place], line.seen_in)
    if line_form(line.low) == line_form(line.high):
        return Phrase(line.low, comment, line.low)
    folded = squeeze(fold(line.low)).strip()
    need = max(_WORD.findall(dateless(folded)), key=len, default="")
    if len(need) < _MIN_NEED:
        return None
    return Phrase(rf"^\W*{_any_date(folded)}\W*$", comment, line.low, need)


def _any_date(folded: str) -> str:
    """A pattern that matches a line with any other numbers, and any other names of months and days next to them."""
    changes = [(start, end, NAME_PATTERN) for start, end in names_in(folded)]
    changes += [(one.start(), one.end(), r"\d+") for one in _DIGITS.finditer(folded)]
    parts, at = [], 0
    for start, end, pattern in sorted(changes):
        parts += [re.escape(folded[at:start]), pattern]
        at = end
    return "".join([*parts, re.escape(folded[at:])])


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _is_found(phrase: Phrase) -> bool:
    """Whether a rule with this phrase alone finds the line: verses, answers and some signs are never whole lines."""
    patterns = (Pattern(phrase.value, (phrase.need,)),) if phrase.need else ()
    lines = () if phrase.need else (line_form(phrase.value),)
    rule = Rule("template/line", CATEGORY, "", "", 100, lines=lines, patterns=patterns, where=Where(alone=False))
    return _finds(Matcher(Packs(rules=(rule,))), phrase.example)


def _finds(matcher: Matcher, text: str) -> bool:
    return any(matcher.match(segment_text(text))[0].blocks.hits)
