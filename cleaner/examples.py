"""Whether the examples that rules carry are true."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.packs.match import Matcher
from cleaner.packs.rule import Packs, Rule
from cleaner.packs.selectors import Selector
from cleaner.segment.html import read_page
from cleaner.segment.text import segment_text


def failures(packs: Packs) -> list[str]:
    """What is wrong with the examples: one line each, with file, line and rule; empty if all hold.

    A ``removes`` must be found by its rule, a ``keeps`` must not; where on a page it stands is not asked. The
    examples of a rule without words are start tags.
    """
    matcher = Matcher(packs)
    return [line for n, rule in enumerate(packs.rules) for line in _failures(matcher, n, rule)]


def _failures(matcher: Matcher, n: int, rule: Rule) -> Iterator[str]:
    for at, text in enumerate(rule.removes):
        if not _finds(matcher, n, text):
            yield f"{rule.place}: removes[{at}] is not found by the rule: {text!r}"
    for at, text in enumerate(rule.keeps):
        if _finds(matcher, n, text):
            yield f"{rule.place}: keeps[{at}] is found by the rule: {text!r}"


def _finds(matcher: Matcher, n: int, text: str) -> bool:
    rule = matcher.packs.rules[n]
    where = rule.where
    if not rule.has_words:
        selectors = [Selector.parse(source) for source in where.path]
        return any(selector.fits(tag) for tag in read_page(f"{text}text").tree.tags[1:] for selector in selectors)
    blocks = matcher.match(segment_text(text))[0].blocks
    for words, hits in zip(blocks.words, blocks.hits, strict=True):
        found = {hit.found for hit in hits if hit.rule == n}
        if where.min_words <= words <= where.max_words and len(found) >= where.at_least:
            return True
    return False
