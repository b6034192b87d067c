"""Plain texts that are not running text: word lists, stanzas of fields, manual pages, help files.

Their lines look like furniture (``NAME``, ``Contact:``, ``top``) and are what the text is about, so they get a kind
that is kept. Each form is recognised by its shape, never by what its words say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import compress

from cleaner.model import Kind
from cleaner.segment.signs import CAPITALS, COLON, LABEL, having

_MARGIN = 100  # characters that are looked at
_TAB = 8  # columns
_MIN_LIST, _LIST_WORDS, _LIST_SHARE = 5, 2, 0.95  # lines of a word list, words on one, share of such lines
_FIELD = re.compile(r"[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*:(?=\s|$)")
_MIN_FIELDS = 3  # in a stanza among other text
_STANZA_SHARE = 0.9  # share of the lines of a text that consists of stanzas
_MIN_LABELS, _LABELLED_SHARE, _LABEL_LENGTH = 2, 0.5, 60
_MIN_SECTIONS, _STRAY_SHARE, _BODY_INDENT = 2, 0.1, 3
_SECTION_LENGTH = 40
_BULLETS = "*+-•"  # how tools that turn pages into text write lists
_HELP_TITLE = re.compile(r"\*[\w.-]+\.txt\*(?:\s|$)")
_HELP_MODE = re.compile(r"\bvim?:.*\b(?:ft|filetype)=help\b")
_MODE_LINES = 5  # from the end of a file


def mark_forms(
    texts: Sequence[str], starts: Sequence[int], apart: Sequence[bool], words: Sequence[int], signs: bytes, text: str,
    kinds: list[Kind],
) -> None:  # fmt: skip
    """Give the lines of a plain text that belong to such a form the kind of code or of a specification."""
    if not texts:
        return
    if _is_word_list(words):
        kinds[:] = [Kind.SPEC] * len(kinds)
    elif _is_help(texts):
        kinds[:] = [Kind.CODE] * len(kinds)
    else:
        is_indented = any(text[start - 1] in " \t" for start in starts if start)
        colons, labels, capitals = (_places(signs, sign) for sign in (COLON, LABEL, CAPITALS))
        fields = _stanzas(texts, starts, apart, colons, text)
        for i in (*fields, *(_labelled(texts, starts, labels, text) if is_indented else ())):
            kinds[i] = Kind.SPEC
        for i in _manual(texts, starts, capitals, text) if is_indented else ():
            kinds[i] = Kind.CODE


def indent(text: str, start: int) -> int:
    """The columns of white space before the line that begins at ``start``."""
    above = text[max(0, start - _MARGIN) : start]
    return len(above[len(above.rstrip(" \t")) :].expandtabs(_TAB))


def _is_word_list(words: Sequence[int]) -> bool:
    if len(words) < _MIN_LIST:
        return False
    listed, least = len(words), _LIST_SHARE * len(words)
    for n in words:
        if n > _LIST_WORDS:
            listed -= 1
            if listed < least:
                return False
    return True


def _is_help(texts: Sequence[str]) -> bool:
    """Whether a text is a help file of Vim, by its title or its mode line."""
    if texts[0][0] == "*" and _HELP_TITLE.match(texts[0]):
        return True
    return any("=help" in line and _HELP_MODE.search(line) for line in texts[-_MODE_LINES:])


def _places(signs: bytes, sign: int) -> list[int]:
    """The lines that have a sign."""
    return list(compress(range(len(signs)), having(signs, sign)))


def _stanzas(
    texts: Sequence[str], starts: Sequence[int], apart: Sequence[bool], colons: Sequence[int], text: str
) -> list[int]:
    """The lines of stanzas: fields at the margin, each with indented lines below that continue it.

    A stanza among other text has three fields or more. In a text made of stanzas also a single field is one, and so
    are indented paragraphs below it.
    """
    fields = [i for i in colons if _FIELD.match(texts[i]) and not indent(text, starts[i])]
    if not any(apart[i] for i in fields):  # the first line of a stanza is a field
        return []
    is_field = set(fields)
    sure: list[int] = []
    others: list[int] = []
    below = False
    for start, end in _paragraphs(apart):
        if not below and start not in is_field:
            continue
        count = sum(i in is_field for i in range(start, end)) if start in is_field else 0
        free = (i for i in range(start, end) if i not in is_field)
        if not all(indent(text, starts[i]) for i in free):
            below = False
            continue
        below = True
        (sure if count >= _MIN_FIELDS else others).extend(range(start, end))
    if len(sure) + len(others) >= _STANZA_SHARE * len(texts) and len(fields) >= _MIN_FIELDS:
        return sure + others
    return sure


def _labelled(texts: Sequence[str], starts: Sequence[int], labels: Sequence[int], text: str) -> list[int]:
    """The lines of a text made of labels at the margin, each with what it names indented below it, but no list."""
    labels = [
        i
        for i in labels
        if i + 1 < len(texts)
        and len(texts[i]) <= _LABEL_LENGTH
        and not indent(text, starts[i])
        and indent(text, starts[i + 1])
        and texts[i + 1][0] not in _BULLETS
    ]
    if len(labels) < _MIN_LABELS:
        return []
    found: list[int] = []
    for label in labels:
        end = label + 1
        while end < len(texts) and indent(text, starts[end]):
            end += 1
        found += range(label, end)
    return found if len(found) >= _LABELLED_SHARE * len(texts) else []


def _manual(texts: Sequence[str], starts: Sequence[int], capitals: Sequence[int], text: str) -> range:
    """The lines of a manual page: headings in capitals at the margin, everything else indented below them."""
    headings = [i for i in capitals if _is_capitals(texts[i]) and not indent(text, starts[i])]
    headings = [i for i in headings if i + 1 < len(texts) and indent(text, starts[i + 1]) >= _BODY_INDENT]
    if len(headings) < _MIN_SECTIONS:
        return range(0)
    first, last = headings[0], len(texts) - 1
    while last > headings[-1] + 1 and indent(text, starts[last]) < _BODY_INDENT:
        last -= 1
    section = range(first, last + 1)
    strays = sum(indent(text, starts[i]) < _BODY_INDENT and not _is_capitals(texts[i]) for i in section)
    return section if strays <= _STRAY_SHARE * len(section) else range(0)


def _is_capitals(line: str) -> bool:
    return len(line) <= _SECTION_LENGTH and line.isupper() and line[0].isalpha() and not line.endswith((".", ":", ","))


def _paragraphs(apart: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = 0
    for end in [*(i for i, is_apart in enumerate(apart) if is_apart and i), len(apart)]:
        yield start, end
        start = end
