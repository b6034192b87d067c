"""Selectors: which elements of a page a rule applies to, by tag, id, class, role, or being hidden.

A selector is written as in CSS (https://www.w3.org/TR/selectors-4/), but names are compared word by word, so that one
selector matches the spellings of many sites: ``.share-bar`` matches the classes ``share-bar``, ``shareBar`` and
``article__share-bar--large``. Modifiers are not compared: anything after ``--``, classes such as ``has-sidebar`` and
``no-menu``, and long ids, which are generated from headings.

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
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from cleaner._native import library
from cleaner.model import Tag, Tree
from cleaner.packs.native_selectors import NativeSelectors

_SELECTOR = re.compile(
    r"(?P<tag>[a-z][a-z0-9-]*)?(?:(?P<sign>[.#*])(?P<first>\^)?(?P<words>[\w-]+)|\[(?P<attribute>[a-z=]+)\])?"
)
_WORD = re.compile(r"\n|[A-Z]?[^\W\dA-Z_]+|[A-Z]+(?![^\W\dA-Z_])|\d+")  # a word; names are separated by \n
_ASCII_WORD = re.compile(r"\n|[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")  # the same, in half the time
_MODIFIERS = frozenset("has no is with without not js if hide show".split())
_MODIFYING = frozenset((word,) for word in _MODIFIERS)
_OF_POSTS = ("author-", "category-", "tag-")  # classes of an ``hentry`` (http://microformats.org/wiki/hatom)
_MAX_ID_WORDS = 5
_MEMO_NAMES = 100_000


class Selector(NamedTuple):
    """One selector: its tag, words to find in ids (``#``), classes (``.``) or both (``*``), its role, hidden."""

    tag: str = ""
    sign: str = ""
    words: tuple[str, ...] = ()
    first: bool = False
    role: str = ""
    hidden: bool = False

    @classmethod
    def parse(cls, source: str) -> Selector:
        """The selector that ``source`` describes. Raises `ValueError` if it is not a valid selector."""
        match = _SELECTOR.fullmatch(source)
        words = _words([match["words"]])[0] if match and match["words"] else ()
        if not source or not match or (match["sign"] and not words):
            raise ValueError(f"{source!r} is not a valid selector: nav, .share-bar, #cookies, *related, [role=dialog]")
        name, _, value = (match["attribute"] or "").partition("=")
        if (name, bool(value)) not in (("", False), ("role", True), ("hidden", False)):
            raise ValueError(f"{source!r}: of attributes only [role=...] and [hidden] can be asked")
        return cls(match["tag"] or "", match["sign"] or "", words, bool(match["first"]), value, name == "hidden")

    def fits(self, tag: Tag) -> bool:
        """Whether the selector matches an element with this start tag."""
        if self.tag and self.tag != tag.name:
            return False
        if self.role and self.role != tag.role.lower():
            return False
        if self.hidden and not tag.hidden:
            return False
        return not self.words or any(self.is_in(words) for words in _names(tag, self.sign))

    def is_in(self, words: tuple[str, ...]) -> bool:
        """Whether ``words`` contain those of the selector in a row."""
        size = len(self.words)
        starts = (0,) if self.first else range(len(words) - size + 1)
        return any(words[i : i + size] == self.words for i in starts)


class _Wanted(NamedTuple):
    """A selector filed under its words: whether they begin the name, the required tag, and its number."""

    first: bool
    tag: str
    number: int


class _Filed:
    """The selectors of classes, or those of ids, by their words, and how many words they have, by their first word."""

    def __init__(self) -> None:
        self.by_words: dict[tuple[str, ...], list[_Wanted]] = defaultdict(list)
        self.sizes: dict[str, set[int]] = defaultdict(set)

    def add(self, words: tuple[str, ...], wanted: _Wanted) -> None:
        self.by_words[words].append(wanted)
        self.sizes[words[0]].add(len(words))

    def fitting(self, words: tuple[str, ...]) -> list[_Wanted]:
        """The selectors that match a name of these words, some perhaps more than once."""
        found: list[_Wanted] = []
        for at, word in enumerate(words):
            for size in self.sizes.get(word, ()):
                matching = self.by_words.get(words[at : at + size], ())
                found += [wanted for wanted in matching if not (at and wanted.first)]
        return found


class PathIndex:
    """Matches many selectors at once: each class and id is looked at once, for any number of selectors and pages."""

    def __init__(self, selectors: Iterable[tuple[int, str]]) -> None:
        """``selectors`` are pairs of a number, which `find` returns, and the source of the selector."""
        self._sources = tuple(selectors)
        self._filed = {".": _Filed(), "#": _Filed()}
        self._by_tag: dict[str, tuple[int, ...]] = {}
        self._by_role: dict[str, list[tuple[Selector, int]]] = defaultdict(list)
        self._hidden: list[tuple[Selector, int]] = []
        self._seen: set[str] = set()  # classes, and ids after #
        self._telling: dict[str, dict[str, list[int]]] = {}  # matched names: numbers by required tag
        self._native: NativeSelectors | None = None
        self._is_packable = True
        for number, source in self._sources:
            selector = Selector.parse(source)
            if selector.words:
                wanted = _Wanted(selector.first, selector.tag, number)
                for sign in ".#" if selector.sign == "*" else selector.sign:
                    self._filed[sign].add(selector.words, wanted)
            elif selector.role:
                self._by_role[selector.role].append((selector, number))
            elif selector.hidden:
                self._hidden.append((selector, number))
            else:
                self._by_tag[selector.tag] = tuple(sorted({*self._by_tag.get(selector.tag, ()), number}))

    def __reduce__(self) -> tuple[type[PathIndex], tuple[tuple[tuple[int, str], ...]]]:
        return PathIndex, (self._sources,)

    def find(self, tree: Tree) -> list[tuple[int, tuple[int, ...]]]:
        """The elements of ``tree`` that selectors match, in document order, with the numbers of those selectors."""
        tags, of_element = tree.start_tags
        self._learn(tags)
        telling, by_tag = self._telling.keys(), self._by_tag
        found: list[tuple[int, ...]] = []
        for tag in tags:
            name, id_, classes, role, hidden = tag
            # of most tags only the name can match; this check finds them at the lowest cost
            if role or hidden or (id_ and "#" + id_ in telling) or not telling.isdisjoint(classes):
                found.append(self.of_tag(tag))
            else:
                found.append(by_tag.get(name, ()))
        return [(i, numbers) for i, n in enumerate(of_element) if (numbers := found[n])]

    def of_tag_alone(self, tag: Tag) -> tuple[int, ...]:
        """The same as `of_tag` for any start tag."""
        if tag.id or tag.classes:
            self._learn((tag,))
        return self.of_tag(tag)

    def of_tag(self, tag: Tag) -> tuple[int, ...]:
        """The numbers of the selectors that match a start tag of a tree that `find` has searched."""
        numbers = {*self._by_tag.get(tag.name, ())}
        for name in (*_own_classes(tag), "#" + tag.id):
            matched = self._telling.get(name)
            if matched:
                numbers.update(matched.get("", ()), matched.get(tag.name, ()))
        if tag.role:
            numbers.update([n for selector, n in self._by_role.get(tag.role.lower(), ()) if selector.fits(tag)])
        if tag.hidden:
            numbers.update([n for selector, n in self._hidden if selector.fits(tag)])
        return tuple(sorted(numbers))

    def _learn(self, tags: Collection[Tag]) -> None:
        """Match the classes and ids that were not seen before, if any selector refers to classes or ids."""
        if len(self._seen) >= _MEMO_NAMES:
            self._seen.clear()
            self._telling.clear()
        ids = {"#" + tag.id for tag in tags if tag.id} - self._seen
        classes = set[str]()
        if self._filed["."].sizes:
            classes = classes.union(*[tag.classes for tag in tags]) - self._seen
        if ids:
            self._seen |= ids
            self._learn_names("#", ids)
        if classes:
            self._seen |= classes
            self._learn_names(".", classes)

    def _learn_names(self, sign: str, names: Collection[str]) -> None:
        native = self._natively()
        if native is not None:
            self._learn_ascii(native, sign, [name for name in names if name.isascii()])
            names = [name for name in names if not name.isascii()]
        if names:
            bare = [name[1:] for name in names] if sign == "#" else names
            words_of = _all_id_words(bare) if sign == "#" else _all_class_words(bare)
            for name, words in zip(names, words_of, strict=True):
                self._tell(name, self._filed[sign].fitting(words))

    def _natively(self) -> NativeSelectors | None:
        """The same selectors for the native core, None where Python does the work."""
        core = library()
        if core is None or not self._is_packable:
            return None
        if self._native is None:
            words = dict.fromkeys((*self._filed["."].by_words, *self._filed["#"].by_words, *_MODIFYING))
            try:
                self._native = NativeSelectors(core, [*words])
            except ValueError:
                self._is_packable = False
        return self._native

    def _learn_ascii(self, native: NativeSelectors, sign: str, names: Sequence[str]) -> None:
        by_words, passed_over = self._filed[sign].by_words, -1
        for n, words, at in native.find(names, _MAX_ID_WORDS if sign == "#" else sys.maxsize):
            if not at and sign == "." and words in _MODIFYING:
                passed_over = n
            if n != passed_over:
                self._tell(names[n], [one for one in by_words.get(words, ()) if not (at and one.first)])

    def _tell(self, name: str, found: Iterable[_Wanted]) -> None:
        """Remember the selectors that match a name."""
        for _, tag, number in found:
            self._telling.setdefault(name, {}).setdefault(tag, []).append(number)


def _own_classes(tag: Tag) -> Sequence[str]:
    """The classes of a start tag, without those by which blog software lists author and topics of a post."""
    if "hentry" not in tag.classes:
        return tag.classes
    return [name for name in tag.classes if not name.startswith(_OF_POSTS)]


def class_words(name: str) -> tuple[str, ...]:
    """The words by which a class is compared: ``article__shareBar--large`` has article, share and bar."""
    return _all_class_words([name])[0]


def id_words(name: str) -> tuple[str, ...]:
    """The words by which an id is compared; a long id was generated from a heading and has none."""
    return _all_id_words([name])[0]


def _all_class_words(names: Iterable[str]) -> list[tuple[str, ...]]:
    return [() if words and words[0] in _MODIFIERS else words for words in _words(map(_unmodified, names))]


def _all_id_words(names: Iterable[str]) -> list[tuple[str, ...]]:
    return [() if len(words) > _MAX_ID_WORDS else words for words in _words(map(_unmodified, names))]


def _unmodified(name: str) -> str:
    return name.partition("--")[0].replace("\n", " ")


def _words(names: Iterable[str]) -> list[tuple[str, ...]]:
    """The words of each name; no name contains a line feed. One search over all costs less than one per name."""
    joined = "\n".join(names)
    found = " ".join((_ASCII_WORD if joined.isascii() else _WORD).findall(joined))
    return [tuple(words.split()) for words in found.lower().split("\n")]


def _names(tag: Tag, sign: str) -> Iterator[tuple[str, ...]]:
    if sign != "#":
        yield from map(class_words, tag.classes)
    if sign != "." and tag.id:
        yield id_words(tag.id)
