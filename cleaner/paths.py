"""Selectors: which elements of a page a rule means, by tag, id, class, role, or being hidden.

A selector is written as in CSS (https://www.w3.org/TR/selectors-4/), but names are compared by their words, so that
one selector knows the spellings of many sites: ``.share-bar`` fits the classes ``share-bar``, ``shareBar`` and
``article__share-bar--large``. What only modifies is not compared: all behind ``--``, classes such as ``has-sidebar``
and ``no-menu``, and long ids, which are made of headings.

=====================  ===========================================================
``nav``                the tag
``.share-bar``         a class with these words in a row
``#share-bar``         an id with these words in a row
``*share-bar``         a class or an id with these words in a row
``*^header``           one that begins with these words; also ``.^`` and ``#^``
``[role=navigation]``  the role
``[hidden]``           not shown at first: by attribute, inline style, closed dialog
``ul.menu``            a tag and one of these
=====================  ===========================================================
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cleaner.model import Tag, Tree

_SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9-]*)?(?:(?P<sign>[.#*])(?P<first>\^)?(?P<words>[\w-]+)|\[(?P<attribute>[a-z=]+)\])?")
_WORD = re.compile(r"[A-Z]?[^\W\dA-Z_]+|[A-Z]+(?![^\W\dA-Z_])|\d+")
_MODIFIERS = frozenset("has no is with without not js if hide show".split())
_MAX_ID_WORDS = 5
_MEMO_TAGS = 50_000


class Selector(NamedTuple):
    """One selector: its tag, words looked for in ids (``#``), classes (``.``) or both (``*``), its role, hidden."""

    tag: str = ""
    sign: str = ""
    words: tuple[str, ...] = ()
    first: bool = False
    role: str = ""
    hidden: bool = False

    @classmethod
    def parse(cls, source: str) -> Selector:
        """Raises `ValueError` for what is no selector."""
        match = _SELECTOR.fullmatch(source)
        words = tuple(_words(match["words"])) if match and match["words"] else ()
        if not source or not match or (match["sign"] and not words):
            raise ValueError(f"{source!r} is no selector such as nav, .share-bar, #cookies, *related, [role=dialog]")
        name, _, value = (match["attribute"] or "").partition("=")
        if (name, bool(value)) not in (("", False), ("role", True), ("hidden", False)):
            raise ValueError(f"{source!r}: of attributes only [role=...] and [hidden] can be asked")
        return cls(match["tag"] or "", match["sign"] or "", words, bool(match["first"]), value, name == "hidden")

    def fits(self, tag: Tag) -> bool:
        """Whether an element with this start tag is meant."""
        if self.tag and self.tag != tag.name:
            return False
        if self.role and self.role != tag.role.lower():
            return False
        if self.hidden and not tag.hidden:
            return False
        return not self.words or any(self._is_in(words) for words in _names(tag, self.sign))

    def _is_in(self, words: tuple[str, ...]) -> bool:
        size = len(self.words)
        starts = (0,) if self.first else range(len(words) - size + 1)
        return any(words[i : i + size] == self.words for i in starts)


class PathIndex:
    """Many selectors at once: each start tag is looked at once, whatever the number of selectors."""

    def __init__(self, selectors: Iterable[tuple[int, str]]) -> None:
        """``selectors`` are pairs of a number, to be found again, and the selector's source."""
        self._by_word: dict[str, list[tuple[Selector, int]]] = defaultdict(list)
        self._by_tag: dict[str, list[tuple[Selector, int]]] = defaultdict(list)
        self._by_role: dict[str, list[tuple[Selector, int]]] = defaultdict(list)
        self._hidden: list[tuple[Selector, int]] = []
        self._memo: dict[Tag, tuple[int, ...]] = {}
        for number, source in selectors:
            selector = Selector.parse(source)
            if selector.words:
                self._by_word[selector.words[0]].append((selector, number))
            elif selector.role:
                self._by_role[selector.role].append((selector, number))
            elif selector.hidden:
                self._hidden.append((selector, number))
            else:
                self._by_tag[selector.tag].append((selector, number))

    def find(self, tree: Tree) -> list[tuple[int, tuple[int, ...]]]:
        """The elements of ``tree`` that selectors fit, in document order, and the numbers of those selectors."""
        found = {tag: self._of_tag(tag) for tag in set(tree.tags)}
        return [(i, numbers) for i, tag in enumerate(tree.tags) if (numbers := found[tag])]

    def _of_tag(self, tag: Tag) -> tuple[int, ...]:
        numbers = self._memo.get(tag)
        if numbers is None:
            if len(self._memo) >= _MEMO_TAGS:
                self._memo.clear()
            numbers = self._memo[tag] = tuple(sorted({n for selector, n in self._near(tag) if selector.fits(tag)}))
        return numbers

    def _near(self, tag: Tag) -> Iterator[tuple[Selector, int]]:
        yield from self._by_tag.get(tag.name, ())
        if tag.role:
            yield from self._by_role.get(tag.role.lower(), ())
        if tag.hidden:
            yield from self._hidden
        for word in {word for words in _names(tag, "*") for word in words}:
            yield from self._by_word.get(word, ())


def class_words(name: str) -> tuple[str, ...]:
    """The words by which a class is compared: ``article__shareBar--large`` has article, share, bar."""
    words = _words(name.partition("--")[0])
    return () if words and words[0] in _MODIFIERS else tuple(words)


def id_words(name: str) -> tuple[str, ...]:
    """The words by which an id is compared; a long one was made of a heading and has none."""
    words = _words(name.partition("--")[0])
    return () if len(words) > _MAX_ID_WORDS else tuple(words)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _names(tag: Tag, sign: str) -> Iterator[tuple[str, ...]]:
    if sign != "#":
        yield from map(class_words, tag.classes)
    if sign != "." and tag.id:
        yield id_words(tag.id)
