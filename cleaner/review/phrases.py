"""Which lines of a document a rule can find, and what `cleaner rules lint` would say about such a rule.

The page in the browser writes rules from lines that a person marks. It cannot fold text or ask the linter, so every
line has a number, equal for lines that one rule finds, and a flag.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from cleaner.doubts import MAX_KEPT_LINE
from cleaner.packs.check import line_form
from cleaner.packs.load import load_builtin
from cleaner.packs.match import Matcher
from cleaner.packs.rule import Packs, Rule, Where
from cleaner.segment.text import segment_text

DUPLICATE, BROAD = 1, 2
"""Flags of lines whose rule must allow a finding: a shipped rule has the line; it is a common word. They add up."""
WORDLESS, UNFINDABLE, LONG = -1, -2, -3
"""Flags of lines that can't be rules: no letter; no whole line for the matcher; too long."""
MAX_LENGTH = 2_000
"""Characters of the longest line that becomes a rule."""
_WORD = re.compile(r"\w+")


class Phrases:
    """The lines of a page, numbered from 1 by what they have in common for a rule."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts = list[str]()

    def number(self, text: str) -> int:
        """The number of a line, given as one line of text; 0 for a line without words."""
        form = line_form(text)
        if not any(map(str.isalnum, form)):
            return 0
        number = self._numbers.setdefault(form, len(self._numbers) + 1)
        if number > len(self._texts):
            self._texts.append(text)
        self._texts[number - 1] = min(self._texts[number - 1], text)  # the same one in any order of documents
        return number

    def flags(self, numbers: Iterable[int]) -> dict[int, int]:
        """The flags of the lines with these numbers, without those that are 0."""
        wanted = list(numbers)
        forms = list(self._numbers)
        judge = _Judge([forms[n - 1] for n in wanted])
        flags = ((n, judge.flag(forms[n - 1], self._texts[n - 1])) for n in wanted)
        return {n: flag for n, flag in flags if flag}


class _Judge:
    def __init__(self, forms: Iterable[str]) -> None:
        packs = load_builtin()
        general = [one for one in packs.rules if one.score > 0 and not one.where.path and not one.where.host]
        self._taken = frozenset(line for one in general for line in one.lines)
        self._common = _words_of_examples(packs)
        usable = tuple(form for form in forms if _is_usable(form))
        rule = Rule("review/line", "review", "", "", 100, lines=usable, where=Where(alone=False))
        self._matcher = Matcher(Packs(rules=(rule,) if usable else ()))

    def flag(self, form: str, text: str) -> int:
        if not any(map(str.isalpha, form)):
            return WORDLESS
        if not _is_usable(form) or len(text) > MAX_LENGTH:
            return LONG
        if not self._is_found(form, text):
            return UNFINDABLE
        return DUPLICATE * (form in self._taken) + BROAD * (self._common[form] > MAX_KEPT_LINE)

    def _is_found(self, form: str, text: str) -> bool:
        blocks = self._matcher.match(segment_text(text))[0].blocks
        return len(blocks) == 1 and any(hit.found == form for hit in blocks.hits[0])


def _is_usable(form: str) -> bool:
    is_text = all(char < "\ud800" or char > "\udfff" for char in form)  # TOML has no lone surrogates
    return is_text and len(form) <= MAX_LENGTH and any(map(str.isalpha, form))


def _words_of_examples(packs: Packs) -> Counter[str]:
    """In how many examples to keep each word is, as `cleaner rules lint` counts them."""
    texts = {text for rule in packs.rules if rule.has_words for text in rule.keeps}
    counts: Counter[str] = Counter()
    for text in texts:
        blocks = segment_text(text).blocks
        counts.update({word for folded in blocks.folded for word in _WORD.findall(folded)})
    return counts
