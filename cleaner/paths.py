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
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import ahocorasick_rs

from cleaner.model import Tag, Tree

_SELECTOR = re.compile(
    r"(?P<tag>[a-z][a-z0-9-]*)?(?:(?P<sign>[.#*])(?P<first>\^)?(?P<words>[\w-]+)|\[(?P<attribute>[a-z=]+)\])?"
)
_WORD = re.compile(r"[A-Z]?[^\W\dA-Z_]+|[A-Z]+(?![^\W\dA-Z_])|\d+")
_LOWER_WORD = re.compile(r"[^\W\d_]+|\d+")
_MODIFIERS = frozenset("has no is with without not js if hide show".split())
_MAX_ID_WORDS = 5
_MEMO_NAMES = 100_000


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
        return not self.words or any(self.is_in(words) for words in _names(tag, self.sign))

    def is_in(self, words: tuple[str, ...]) -> bool:
        """Whether these words hold those of the selector in a row."""
        size = len(self.words)
        starts = (0,) if self.first else range(len(words) - size + 1)
        return any(words[i : i + size] == self.words for i in starts)


class PathIndex:
    """Many selectors at once: each class and id is looked at once, whatever the number of selectors and pages."""

    def __init__(self, selectors: Iterable[tuple[int, str]]) -> None:
        """``selectors`` are pairs of a number, to be found again, and the selector's source."""
        self._sources = tuple(selectors)
        self._by_word: dict[str, list[tuple[Selector, int]]] = defaultdict(list)
        self._by_tag: dict[str, list[int]] = defaultdict(list)
        self._by_role: dict[str, list[tuple[Selector, int]]] = defaultdict(list)
        self._hidden: list[tuple[Selector, int]] = []
        self._of_name: dict[str, tuple[tuple[str, int], ...]] = {}
        for number, source in self._sources:
            selector = Selector.parse(source)
            if selector.words:
                self._by_word[selector.words[0]].append((selector, number))
            elif selector.role:
                self._by_role[selector.role].append((selector, number))
            elif selector.hidden:
                self._hidden.append((selector, number))
            else:
                self._by_tag[selector.tag].append(number)
        self._asks_classes = any(s.sign != "#" for named in self._by_word.values() for s, _ in named)
        self._firsts = frozenset(self._by_word)
        self._words = ahocorasick_rs.AhoCorasick(sorted(self._firsts)) if self._firsts else None

    def __reduce__(self) -> tuple[type[PathIndex], tuple[tuple[tuple[int, str], ...]]]:
        return PathIndex, (self._sources,)

    def find(self, tree: Tree) -> list[tuple[int, tuple[int, ...]]]:
        """The elements of ``tree`` that selectors fit, in document order, and the numbers of those selectors."""
        self._learn(tree)
        tags = list(map(id, tree.tags))  # equal ones are mostly the same, and to compare them takes longer
        found = {key: self._of_tag(tag) for key, tag in dict(zip(tags, tree.tags, strict=True)).items()}
        return [(i, numbers) for i, key in enumerate(tags) if (numbers := found[key])]

    def _of_tag(self, tag: Tag) -> tuple[int, ...]:
        numbers = list(self._by_tag.get(tag.name, ()))
        known = self._of_name
        for name in self._names(tag):
            if found := known[name]:
                numbers += [n for wanted, n in found if not wanted or wanted == tag.name]
        if tag.role:
            numbers += [n for selector, n in self._by_role.get(tag.role.lower(), ()) if selector.fits(tag)]
        if tag.hidden:
            numbers += [n for selector, n in self._hidden if selector.fits(tag)]
        return tuple(sorted(set(numbers))) if numbers else ()

    def _names(self, tag: Tag) -> Sequence[str]:
        """The classes, and the id behind ``#``, as far as any selector asks for them."""
        classes = tag.classes if self._asks_classes else ()
        return (*classes, "#" + tag.id) if tag.id else classes

    def _learn(self, tree: Tree) -> None:
        """Look at the classes and ids not seen before: the tags wanted by, and the numbers of, selectors that fit.

        Most names hold no word of any selector; one look at all of them together sorts these out.
        """
        if len(self._of_name) >= _MEMO_NAMES:
            self._of_name.clear()
        tags = {id(tag): tag for tag in tree.tags}.values()
        names = {name for tag in tags for name in self._names(tag)}
        new = [name for name in names if name not in self._of_name]
        self._of_name.update(dict.fromkeys(new, ()))
        for name in self._holding_words(new):
            found = self._fitting("#", name[1:]) if name[0] == "#" else self._fitting(".", name)
            self._of_name[name] = tuple(found)

    def _holding_words(self, names: Sequence[str]) -> Iterable[str]:
        if self._words is None:
            return ()
        joined = "\n".join(names)
        lines = joined.lower()
        if len(lines) != len(joined):  # letters that grow when lowered
            return names
        starts = list(accumulate((len(name) + 1 for name in names), initial=0))
        hits = self._words.find_matches_as_indexes(lines.encode("utf-8", "replace").decode("utf-8"))
        return {names[bisect_right(starts, at) - 1] for _, at, _ in hits}

    def _fitting(self, sign: str, name: str) -> list[tuple[str, int]]:
        words = class_words(name) if sign == "." else id_words(name)
        if self._firsts.isdisjoint(words):
            return []
        return [
            (selector.tag, number)
            for word in self._firsts.intersection(words)
            for selector, number in self._by_word[word]
            if selector.sign in (sign, "*") and selector.is_in(words)
        ]


def class_words(name: str) -> tuple[str, ...]:
    """The words by which a class is compared: ``article__shareBar--large`` has article, share, bar."""
    words = _words(name.partition("--")[0] if "--" in name else name)
    return () if words and words[0] in _MODIFIERS else tuple(words)


def id_words(name: str) -> tuple[str, ...]:
    """The words by which an id is compared; a long one was made of a heading and has none."""
    words = _words(name.partition("--")[0])
    return () if len(words) > _MAX_ID_WORDS else tuple(words)


def _words(name: str) -> list[str]:
    return _LOWER_WORD.findall(name) if name.islower() else [word.lower() for word in _WORD.findall(name)]


def _names(tag: Tag, sign: str) -> Iterator[tuple[str, ...]]:
    if sign != "#":
        yield from map(class_words, tag.classes)
    if sign != "." and tag.id:
        yield id_words(tag.id)
