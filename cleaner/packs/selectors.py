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
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from cleaner._native import library
from cleaner.model import Tag, Tree
from cleaner.packs.native_selectors import IN_ID, INSIDE, NativeSelectors, Words

_SELECTOR = re.compile(
    r"(?P<tag>[a-z][a-z0-9-]*)?(?:(?P<sign>[.#*])(?P<first>\^)?(?P<words>[\w-]+)|\[(?P<attribute>[a-z=]+)\])?"
)
_WORD = re.compile(r"\n|[A-Z]?[^\W\dA-Z_]+|[A-Z]+(?![^\W\dA-Z_])|\d+")  # a word; names are separated by \n
_ASCII_WORD = re.compile(r"\n|[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")  # the same, in half the time
_MODIFIERS = frozenset("has no is with without not js if hide show".split())
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
        self._seen: dict[str, set[str]] = {".": set(), "#": set()}  # classes and ids
        self._telling: dict[str, dict[str, list[_Wanted]]] = {".": {}, "#": {}}  # those that selectors match
        self._native: NativeSelectors | None = None
        self._memo: dict[tuple[str, bytes, str, bool], tuple[int, ...]] = {}
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
        native = self._natively()
        found = self._found_natively(native, tree) if native is not None else None
        if found is None:
            self._learn(tags)
            found = list(map(self._of_learned, tags))
        return [(i, numbers) for i, n in enumerate(of_element) if (numbers := found[n])] if any(found) else []

    def of_tag(self, tag: Tag) -> tuple[int, ...]:
        """The numbers of the selectors that match a start tag."""
        if tag.id or tag.classes:
            self._learn((tag,))
        return self._of_learned(tag)

    def _of_learned(self, tag: Tag) -> tuple[int, ...]:
        """The same for a tag whose classes and ids are known."""
        name, id_, classes, role, hidden = tag
        in_ids, in_classes = self._telling["#"], self._telling["."]
        # of most tags only the name can match; this check finds them at the lowest cost
        if not (role or hidden or id_ in in_ids) and in_classes.keys().isdisjoint(classes):
            return self._by_tag.get(name, ())
        wanted = [one for class_ in _own_classes(tag) for one in in_classes.get(class_, ())]
        wanted += in_ids.get(id_, ())
        return self._numbers(wanted, name, role, hidden=hidden)

    def _numbers(self, wanted: Iterable[_Wanted], name: str, role: str, *, hidden: bool) -> tuple[int, ...]:
        """The numbers of selectors whose words are in a tag, as far as they fit it, and of those without words."""
        numbers = {one.number for one in wanted if one.tag in ("", name)}
        numbers.update(self._by_tag.get(name, ()))
        if role:
            numbers.update([n for selector, n in self._by_role.get(role.lower(), ()) if selector.tag in ("", name)])
        if hidden:
            numbers.update([n for selector, n in self._hidden if selector.tag in ("", name)])
        return tuple(sorted(numbers))

    def _learn(self, tags: Collection[Tag]) -> None:
        """Match the classes and ids that were not seen before, if any selector refers to classes or ids."""
        if sum(map(len, self._seen.values())) >= _MEMO_NAMES:
            for sign in ".#":
                self._seen[sign].clear()
                self._telling[sign].clear()
        self._learn_names("#", {tag.id for tag in tags if tag.id}, _all_id_words)
        if self._filed["."].sizes:
            self._learn_names(".", set[str]().union(*[tag.classes for tag in tags]), _all_class_words)

    def _learn_names(self, sign: str, names: set[str], words_of: Callable[[Iterable[str]], list[Words]]) -> None:
        new = names - self._seen[sign]
        if new:
            found = zip(new, map(self._filed[sign].fitting, words_of(new)), strict=True)
            self._telling[sign].update((name, wanted) for name, wanted in found if wanted)
            self._seen[sign] |= new  # last: other threads may read it

    def _natively(self) -> NativeSelectors | None:
        """The same selectors for the native core, None where Python does the work."""
        core = library()
        if core is not None and self._native is None:
            words = (*self._filed["."].by_words, *self._filed["#"].by_words)
            self._native = NativeSelectors(core, _MODIFIERS, words, classes=bool(self._filed["."].sizes))
        return None if core is None else self._native

    def _found_natively(self, native: NativeSelectors, tree: Tree) -> list[tuple[int, ...]] | None:
        """What each start tag matches, None if the core does not find out. Tags in which the same is found are many."""
        tags = tree.start_tags[0]
        selected = native.find(tree.tag_names, len(tags))
        if selected is None:
            return None
        ends, codes = selected
        memo, by_tag, at = self._memo, self._by_tag, 0
        if len(memo) >= _MEMO_NAMES:
            memo.clear()
        found: list[tuple[int, ...]] = []
        for tag, end in zip(tags, ends, strict=True):
            name, _, _, role, hidden = tag
            if end < 0:
                found.append(self.of_tag(tag))
            elif end == at and not (role or hidden):
                found.append(by_tag.get(name, ()))
            else:
                key = name, codes[at:end].tobytes(), role, hidden
                numbers = memo.get(key)
                if numbers is None:
                    wanted = self._wanted(native.read(key[1]))
                    numbers = memo[key] = self._numbers(wanted, name, role, hidden=hidden)
                found.append(numbers)
                at = end
        return found

    def _wanted(self, found: Iterable[tuple[Words, int]]) -> Iterator[_Wanted]:
        """The selectors of words that are found in a tag."""
        for words, place in found:
            filed = self._filed["#" if place & IN_ID else "."]
            yield from (one for one in filed.by_words.get(words, ()) if not (one.first and place & INSIDE))


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
