"""Ids that generators make from headings: ``section#related-work`` around "Related work" says nothing of its make.

Sphinx, docutils, pandoc, Hugo and Asciidoctor write them. A section of comments may have the same id and heading, so
more is asked of an element: its body is running text or code, nothing in it has such a name of its own, and it is one
of several sections of this kind, or holds code.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import regex

from cleaner.model import Kind, Tag
from cleaner.packs.selectors import class_words, id_words
from cleaner.stages.extents import Extents

_WORD = regex.compile(r"\p{L}+|\p{N}+")
_PREFIXES = frozenset("sec section anchor toc heading h id part chapter user content".split())
_MIN_CONTENT = 0.5  # share of the words below the heading
_MAX_LINKS = 0.3  # share of the characters
_FORMS = frozenset(("form", "textarea", "select"))


def slug_elements(extents: Extents, found: Mapping[int, Sequence[int]]) -> dict[int, Tag]:
    """The elements of ``found`` whose ids are slugs of their headings, with their start tags without these names.

    ``found`` has the numbers of the selectors that match each element.
    """
    tags = extents.tree.tags
    candidates = [i for i in found if i and tags[i].id and _is_slug(extents, i)]
    if not candidates:
        return {}
    others = [i for i, tag in enumerate(tags) if tag.id and i not in found and _is_slug(extents, i)]
    kinds = {tags[i].name for i in others}
    inner = sorted(found)
    return {
        i: _unnamed(tags[i])
        for i in candidates
        if (tags[i].name in kinds or extents.code_words(i))
        and _is_section(extents, i)
        and not _is_backed(extents, i, inner, found)
    }


def _is_slug(extents: Extents, element: int) -> bool:
    """Whether the first block of an element is a heading that has the words of its id in a row."""
    first = extents.firsts[element]
    if first >= len(extents.blocks) or extents.blocks.kinds[first] is not Kind.HEADING:
        return False
    words, text = _core(extents.tree.tags[element].id), extents.blocks.texts[first].casefold()
    if not words or words[0] not in text:
        return False  # nearly always
    heading, size = _heading_words(text), len(words)
    return any(heading[at : at + size] == words for at in range(len(heading) - size + 1))


@lru_cache(maxsize=4096)
def _core(id: str) -> tuple[str, ...]:
    """The words of an id without numbers and prefixes such as ``sec-``."""
    words = [word for word in id_words(id) if not word.isdigit()]
    while len(words) > 1 and words[0] in _PREFIXES:
        words = words[1:]
    return tuple(words)


def _heading_words(folded: str) -> tuple[str, ...]:
    return tuple(word for word in _WORD.findall(folded) if not word.isdigit())


def _is_section(extents: Extents, element: int) -> bool:
    return extents.content_below(element) >= _MIN_CONTENT and extents.link_share(element) <= _MAX_LINKS


def _is_backed(extents: Extents, element: int, inner: Sequence[int], found: Mapping[int, Sequence[int]]) -> bool:
    """Whether other elements inside say the same, or one of them is a form."""
    tree, own = extents.tree, {n for n in found[element] if n >= 0}
    end = tree.ends[element]
    return any(tree.tags[i].name in _FORMS or not own.isdisjoint(found[i]) for i in _between(inner, element + 1, end))


def _between(numbers: Sequence[int], start: int, end: int) -> Sequence[int]:
    return numbers[bisect_left(numbers, start) : bisect_left(numbers, end)]


def _unnamed(tag: Tag) -> Tag:
    """A start tag without its id, and without classes that say the same."""
    words = id_words(tag.id)
    return tag._replace(id="", classes=tuple(_others(tag.classes, words)))


def _others(classes: Iterable[str], words: tuple[str, ...]) -> Iterator[str]:
    return (name for name in classes if class_words(name) != words)
