"""Whether the examples that rules carry are true."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.model import Blocks
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
        if not finds(matcher, n, text):
            yield f"{rule.place}: removes[{at}] is not found by the rule: {text!r}"
    for at, text in enumerate(rule.keeps):
        if finds(matcher, n, text):
            yield f"{rule.place}: keeps[{at}] is found by the rule: {text!r}"


def finds(matcher: Matcher, n: int, text: str) -> bool:
    """Whether rule number ``n`` of the matcher finds an example, wherever on a page that may be."""
    rule = matcher.packs.rules[n]
    if not rule.has_words:
        selectors = [Selector.parse(source) for source in rule.where.path]
        return any(selector.fits(tag) for tag in read_page(f"{text}text").tree.tags[1:] for selector in selectors)
    blocks = matcher.match(segment_text(text))[0].blocks
    return any(applies(rule, blocks, i, n) for i in range(len(blocks)))


def applies(rule: Rule, blocks: Blocks, i: int, n: int) -> bool:
    """Whether block ``i`` has the words and the number of distinct phrases that rule number ``n`` needs."""
    found = {hit.found for hit in blocks.hits[i] if hit.rule == n}
    return rule.where.min_words <= blocks.words[i] <= rule.where.max_words and len(found) >= rule.where.at_least
