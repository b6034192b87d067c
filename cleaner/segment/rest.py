"""The signs of a file that is named reStructuredText: titles, directives, fields, literal blocks, tables.

They are its form, not its text, and are kept like code; titles are headings. Docutils' specification:
https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cleaner.model import Kind
from cleaner.segment.forms import indent
from cleaner.segment.text import Lines

_ADORNMENT = re.compile(r"""([!-/:-@\[-`{-~])\1+""")
_MIN_TRANSITION = 4
_MIN_UNDERLINE = 3  # characters; shorter ones only below titles that are as short
_EXPLICIT = re.compile(r"\.\.(?:\s+(?:\|[^|]+\|\s+)?([\w:+.-]+?)::(?:\s|$)|\s|$)")
_FIELD = re.compile(r":(?![:\s])(?:[^:\\\n]|\\.|:(?!\s|$)){1,100}:(?:\s|$)")
_ROLE = re.compile(r"(?::[\w:+.-]+:`[^`]+`[,;|\s]*)+|(?:\|[^|\s][^|]*\|_{0,2}\s*)+")
_GRID = re.compile(r"\+[-=+]+\+|\|.*\|")
_SIMPLE = re.compile(r"=+(?:[ \t]+=+)+|-+(?:[ \t]+-+)+")
_SPOKEN = frozenset(  # directives with running text below
    "note warning tip attention caution danger error hint important admonition seealso versionadded versionchanged "
    "versionremoved deprecated topic sidebar epigraph highlights pull-quote container compound rubric".split()
)


def with_syntax(lines: Lines, text: str) -> Lines:
    """The ``lines`` of ``text``; those that are signs of reStructuredText are of the kind `Kind.CODE`."""
    kinds = list(lines.kinds)
    margins = [indent(text, start) for start in lines.starts]
    for i, line in enumerate(lines.texts):
        if _GRID.fullmatch(line) or _FIELD.match(line) or _ROLE.fullmatch(line):
            kinds[i] = Kind.CODE
    for i in (*_blocks(lines.texts, margins, lines.apart), *_simple_tables(lines.texts)):
        kinds[i] = Kind.CODE
    for i, title in _adornments(lines.texts, lines.apart):
        kinds[i] = Kind.CODE
        if title >= 0:
            kinds[title] = Kind.HEADING
    return replace(lines, kinds=tuple(kinds))


def _adornments(texts: Sequence[str], apart: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The lines over, under and between sections, each with the title it belongs to; -1 for one without."""
    for i, line in enumerate(texts):
        if not _ADORNMENT.fullmatch(line):
            continue
        title = i - 1 if i and not apart[i] else -1
        if title >= 0 and len(line) >= min(len(texts[title]), _MIN_UNDERLINE) and texts[title][:1].isprintable():
            yield i, title if not _ADORNMENT.fullmatch(texts[title]) else -1
        elif len(line) >= _MIN_TRANSITION or (i + 2 < len(texts) and texts[i + 2] == line):
            yield i, -1


def _blocks(texts: Sequence[str], margins: Sequence[int], apart: Sequence[bool]) -> Iterator[int]:
    """Explicit markup with its options and, where it holds no running text, all that is indented below it.

    Also the literal blocks that ``::`` announces.
    """
    deeper = -1  # all lines with a larger margin belong to a block that is kept
    for i, line in enumerate(texts):
        if deeper >= 0 and margins[i] > deeper:
            yield i
            continue
        deeper = -1
        explicit = _EXPLICIT.match(line) if line.startswith("..") else None
        if explicit:
            yield i
            name = explicit[1] or ""
            if name not in _SPOKEN and ":" not in name:
                deeper = margins[i]
        elif line.endswith("::") and i + 1 < len(texts) and apart[i + 1]:
            deeper = margins[i]


def _simple_tables(texts: Sequence[str]) -> Iterator[int]:
    """Tables whose columns are ruled by ``=``; they end with the third rule, or the second if there are but two."""
    rules = [i for i, line in enumerate(texts) if line[0] == "=" and _SIMPLE.fullmatch(line)]
    n = 0
    while n + 1 < len(rules):
        same = [i for i in rules[n : n + 3] if texts[i] == texts[rules[n]]]
        if len(same) > 1:
            yield from range(same[0], same[-1] + 1)
        n += max(len(same), 1)
