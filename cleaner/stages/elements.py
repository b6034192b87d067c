"""What the packs say about elements: menus, consent layers, share bars, found by tag, id, class or role."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

import regex

from cleaner.declared import declared, is_thread
from cleaner.features import Masses
from cleaner.model import HEADINGS, TEMPLATE, Document, Mark, Span, Tree
from cleaner.packs.rule import Packs, Rule
from cleaner.packs.selectors import PathIndex
from cleaner.resolve import CUTS_ALONE
from cleaner.stages.base import Stage
from cleaner.stages.extents import Extents
from cleaner.stages.slugs import slug_elements
from cleaner.view import View

_HEADINGS = frozenset(HEADINGS)
_MAX_PERCENT_OF_ALL = 60  # percent of the page's prose that all elements of a rule together may hold


class _Found(NamedTuple):
    """An element that a rule matches."""

    element: int
    rule: int


_Said = tuple[str, str, str, int, int, int, tuple[regex.Pattern[str], ...]]
"""Rule, category, reason and score of marks; the least and the most words of their blocks, what must not be in them."""


class Elements(Stage):
    """Marks every block in an element that a rule without words matches. Ignores plain text.

    An element that holds most of the page is not what its name says (``div.header-wrapper`` around everything); the
    rule's ``max_share`` decides. What readers wrote is only marked if enough prose is outside it (``beside``).
    """

    reads = "markup"
    marks_pack_rules = True

    def __init__(self, packs: Packs) -> None:
        self._rules = [rule for rule in packs.rules if rule.where.path and not rule.has_words and not rule.is_witness]
        meant = [(n, source) for n, rule in enumerate(self._rules) for source in rule.where.path]
        barred = [(-n - 1, source) for n, rule in enumerate(self._rules) for source in rule.where.outside]
        self._index = PathIndex(meant + barred)
        self._summaries = [rule.summary.rstrip(".") for rule in self._rules]
        self._unless = [tuple(map(regex.compile, rule.unless)) for rule in self._rules]
        # learned rules are not evidence for other stages, so what the others say of its elements is said as well
        self._sure = frozenset(
            n for n, rule in enumerate(self._rules) if rule.score >= CUTS_ALONE and rule.category != TEMPLATE
        )

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks = page.document.blocks
        tree = blocks.tree
        if tree is None or not len(blocks):
            return
        taken = self._taken(page.document, page.masses, Extents(blocks, tree))
        if not taken:
            return
        by_element, said = _spread(tree, taken, self._sure), {one: self._said(one, tree) for one in taken}
        new = tuple.__new__  # which makes a mark in half the time of a call of the class
        parts = zip(blocks.elements, blocks.starts, blocks.ends, blocks.words, blocks.folded, strict=True)
        for element, start, end, words, folded in parts:
            if not by_element[element]:
                continue
            span = new(Span, (start, end))
            for one in by_element[element]:
                id, category, reason, score, least, most, unless = said[one]
                if least <= words <= most and not (unless and any(pattern.search(folded) for pattern in unless)):
                    yield new(Mark, (span, id, category, reason, score))

    def _said(self, one: _Found, tree: Tree) -> _Said:
        """What the marks of a rule say in an element."""
        rule, tag = self._rules[one.rule], tree.tags[one.element]
        limits = rule.where.min_words, rule.where.max_words, self._unless[one.rule]
        return rule.id, rule.category, f"{self._summaries[one.rule]}: {tag}", rule.score, *limits

    def _named(self, extents: Extents) -> Iterator[tuple[int, tuple[int, ...]]]:
        """The elements whose names say something, with the numbers of what they say."""
        tags, found = extents.tree.tags, self._index.find(extents.tree)
        slugs = slug_elements(extents, dict(found))
        for element, numbers in found:
            if element and tags[element].name not in _HEADINGS:  # the root names the page, a heading its text
                yield element, self._index.of_tag(slugs[element]) if element in slugs else numbers

    def _taken(self, document: Document, mass: Masses, extents: Extents) -> list[_Found]:
        """The outermost elements that each rule matches, without those that hold too much."""
        ends = extents.tree.ends
        outer: dict[int, list[int]] = {}  # rule → its outermost elements
        until: dict[int, int] = {}  # rule, or what bars it → where the last such element ends
        for element, numbers in self._named(extents):
            for n in numbers:
                if n < 0:  # exclusions come first
                    until[n] = max(until.get(n, 0), ends[element])
                    continue
                is_inside = element < until.get(n, 0) or element < until.get(-n - 1, 0)
                if not is_inside and _may_be(self._rules[n], element, mass, extents):
                    outer.setdefault(n, []).append(element)
                    until[n] = ends[element]
        return [
            _Found(element, n)
            for n, elements in outer.items()
            if _is_beside(self._rules[n], elements, mass, document)
            for element in elements
        ]


def _may_be(rule: Rule, element: int, mass: Masses, extents: Extents) -> bool:
    """Whether an element holds at most the share of the page, and of prose and links, that the rule allows."""
    where = rule.where
    if not where.beside and 100 * mass.share(element) > where.max_share:
        return False
    if 100 * (mass.prose[element] + extents.code_words(element)) > where.max_prose * mass.words[element]:
        return False
    if where.min_links and 100 * extents.link_share(element) < where.min_links:
        return False
    return where.amid_text or not extents.is_amid_text(element)


def _is_beside(rule: Rule, elements: Sequence[int], mass: Masses, document: Document) -> bool:
    """Whether enough of the page is outside ``elements``, which are all elements of one rule.

    If the page declares that it is a thread, what readers wrote is its text.
    """
    inside = sum(mass.prose[i] for i in elements)
    if not rule.where.beside:
        return not mass.has_prose or 100 * inside <= max(rule.where.max_share, _MAX_PERCENT_OF_ALL) * mass.prose[0]
    if is_thread(declared(document.source)):
        return False
    beside = mass.prose[0] - inside
    # where little is outside, the elements may be the thread itself, and answers are often too short to be prose
    return beside >= rule.where.beside or beside > sum(mass.words[i] for i in elements)


def _spread(tree: Tree, found: Sequence[_Found], sure: Container[int]) -> list[tuple[_Found, ...]]:
    """For each element the matches of it and of those around it; inside a sure match no others are added."""
    spread: list[tuple[_Found, ...]] = [()] * len(tree)
    for one in sorted(found):
        element, end = one.element, tree.ends[one.element]
        above = spread[element]
        if not (above and any(other.rule in sure and other.element < element for other in above)):
            spread[element:end] = [(*above, one)] * (end - element)
    return spread
