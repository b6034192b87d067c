"""Plain text → blocks: lines, wrapped paragraphs, items, rows, code.

A line ends at LF, CR LF, CR, FF, VT, NEL, LS or PS, as in UAX #14 (https://unicode.org/reports/tr14/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from cleaner.fold import fold, key, squeeze
from cleaner.model import Blocks, Document, Kind

_OTHER_LINE_ENDS = ("\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
_CLOSERS = "\"'”’»)]}›」』】）*_"
_SENTENCE_ENDS = frozenset(".!?…。！？．｡؟۔।॥։።")
_FENCE = re.compile(r"(```+|~~~+)")
_HEADING = re.compile(r"#{1,6}\s")
_BOLD = re.compile(r"(\*\*|__)[^*_]{1,80}\1:?")
_BULLET = re.compile(r"[•◦▪▫■□●○‣⁃*·–—-]\s+(?=\S)")
_STEP = re.compile(r"(?:\d{1,3}|[a-zA-Z])[.)]\s+(?=\S)")
_SPEC = re.compile(r"[^:：.!?\n]{1,40}[:：]\s+\S|[^:：.!?\s]{1,20}：\S")
_LOG = re.compile(r"[$%#] \S|>>> |\[\d{1,4}[:.-]\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_COLUMN = re.compile(r"\t+|\s*\|\s*|(?<=\S) {2,}(?=\S)")
_WRAP_WIDTHS = range(50, 131)
_WRAP_SLACK = 16  # a full line is at most so many characters short of the width
_MIN_WRAPPED = 3
_MIN_ROWS = 3
_MIN_SPECS = 3


class _Line(NamedTuple):
    start: int
    end: int
    text: str  # stripped
    folded: str
    apart: bool


def segment_text(text: str, *, id: str = "-") -> Document:
    """Cut ``text`` into blocks. Total: any string, also one with NULs or lone surrogates, has a segmentation."""
    rows: list[_Line] = []
    kinds: list[Kind] = []
    for paragraph, shapes in _shape(_paragraphs(list(_lines(text)))):
        rows.extend(paragraph)
        kinds.extend(shapes)
    rows, kinds = _join_wrapped(rows, kinds)
    return Document(id, text, _blocks(rows, kinds))


def count_words(folded: str) -> int:
    """Words between spaces; where a script has no spaces, two characters count as one word."""
    words = len(folded.split())
    if folded.isascii() or not _SPACELESS.search(folded):
        return words
    spaceless = len(_SPACELESS.findall(folded))
    return words + spaceless // 2


def ends_sentence(line: str) -> bool:
    """Whether a line closes like a sentence, in any script; quotes and brackets after the mark don't matter."""
    bare = line.rstrip(_CLOSERS)
    return bare[-1:] in _SENTENCE_ENDS if bare else False


def _lines(text: str) -> Iterator[_Line]:
    for mark in _OTHER_LINE_ENDS:
        if mark in text:
            # one for one, so that offsets stay true; the CR of a CR LF becomes space at the end of its line
            text = text.replace("\r\n", " \n") if mark == "\r" else text
            text = text.replace(mark, "\n")
    at, apart = 0, True
    for line, folded in zip(text.split("\n"), fold(text).split("\n"), strict=True):
        bare = line.strip()
        matching = folded.strip()
        if matching:
            start = at if line[0] == bare[0] else at + line.index(bare[0])
            if "  " in matching:
                matching = squeeze(matching)
            yield _Line(start, start + len(bare), bare, matching, apart)
            apart = False
        else:
            apart = True
        at += len(line) + 1


def _paragraphs(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Runs of lines without a blank line between; a fenced block stays in one piece."""
    run: list[_Line] = []
    fence = ""
    for line in lines:
        if not fence and line.apart and run:
            yield run
            run = []
        run.append(line)
        if fence:
            if line.text.startswith(fence) and not line.text.strip(fence[0]):
                fence = ""
        elif line.text[0] in "`~" and (opening := _FENCE.match(line.text)):
            fence = opening[1]
    if run:
        yield run


def _shape(paragraphs: Iterator[list[_Line]]) -> Iterator[tuple[list[_Line], list[Kind]]]:
    for lines in paragraphs:
        kinds = [_kind(line.text) for line in lines]
        _mark_fences(lines, kinds)
        if len(lines) >= _MIN_ROWS:
            _mark_logs(lines, kinds)
            _mark_tables(lines, kinds)
            _mark_specs(lines, kinds)
        yield lines, kinds


def _kind(line: str) -> Kind:
    first = line[0]
    if first.isalpha() and line[1:2] not in ".)":
        return Kind.TEXT
    if first == "#":
        return Kind.HEADING if _HEADING.match(line) else Kind.TEXT
    if first == ">":
        return Kind.QUOTE if line[1:2] == " " else Kind.TEXT
    if _BOLD.fullmatch(line):
        return Kind.HEADING
    if _BULLET.match(line):
        return Kind.ITEM
    if (first.isdigit() or first.isalpha()) and _STEP.match(line):
        return Kind.STEP
    return Kind.TEXT


def _mark_fences(lines: list[_Line], kinds: list[Kind]) -> None:
    fence = ""
    for i, line in enumerate(lines):
        if fence:
            kinds[i] = Kind.CODE
            if line.text.startswith(fence) and not line.text.strip(fence[0]):
                fence = ""
        elif line.text[0] in "`~" and (opening := _FENCE.match(line.text)):
            fence = opening[1]
            kinds[i] = Kind.CODE


def _mark_logs(lines: list[_Line], kinds: list[Kind]) -> None:
    """A paragraph a third of whose lines begin with a prompt or a time in brackets is a log or a session."""
    logged = sum(line.text[0] in "$[>%#0123456789" and bool(_LOG.match(line.text)) for line in lines)
    if logged * 3 >= len(lines):
        kinds[:] = [Kind.CODE] * len(lines)


def _mark_tables(lines: list[_Line], kinds: list[Kind]) -> None:
    """Rows of one table have the same number of columns, at least two, three rows or more."""
    columns = [_columns(line.text) if kind is Kind.TEXT else 0 for line, kind in zip(lines, kinds, strict=True)]
    for width, run in groupby(range(len(lines)), key=columns.__getitem__):
        rows = list(run)
        if width >= 2 and len(rows) >= _MIN_ROWS:
            for i in rows:
                kinds[i] = Kind.CELL


def _columns(line: str) -> int:
    if "|" not in line and "\t" not in line and "  " not in line:
        return 0
    return len(_COLUMN.split(line.strip("| \t")))


def _mark_specs(lines: list[_Line], kinds: list[Kind]) -> None:
    def is_spec(i: int) -> bool:
        return kinds[i] is Kind.TEXT and len(lines[i].text) <= 120 and bool(_SPEC.match(lines[i].text))

    if not any(":" in line.text or "：" in line.text for line in lines):
        return
    for spec, run in groupby(range(len(lines)), key=is_spec):
        rows = list(run)
        if spec and len(rows) >= _MIN_SPECS:
            for i in rows:
                kinds[i] = Kind.SPEC


def _join_wrapped(lines: list[_Line], kinds: list[Kind]) -> tuple[list[_Line], list[Kind]]:
    """Make one block of a paragraph that was wrapped at a width."""
    runs = list(_wrapped_runs(lines, kinds))
    if not runs:
        return lines, kinds
    new_lines: list[_Line] = []
    new_kinds: list[Kind] = []
    at = 0
    for start, end in runs:
        new_lines += lines[at:start]
        new_kinds += kinds[at:start + 1]
        first, last = lines[start], lines[end - 1]
        folded = " ".join(line.folded for line in lines[start:end])
        text = " ".join(line.text for line in lines[start:end])
        new_lines.append(_Line(first.start, last.end, text, folded, first.apart))
        at = end
    return new_lines + lines[at:], new_kinds + kinds[at:]


def _wrapped_runs(lines: list[_Line], kinds: list[Kind]) -> Iterator[tuple[int, int]]:
    i, n = 0, len(lines)
    while i < n - _MIN_WRAPPED + 1:
        if len(lines[i].text) not in _WRAP_WIDTHS or kinds[i] not in (Kind.TEXT, Kind.ITEM, Kind.STEP):
            i += 1
            continue
        end = i + 1
        while end < n and not lines[end].apart and kinds[end] is Kind.TEXT and len(lines[end].text) <= 130:
            end += 1
        yield from _runs_within(lines, i, end)
        i = end


def _runs_within(lines: list[_Line], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Greedy wrapping leaves a mark: the first word of the next line would not have fitted."""
    if end - start < _MIN_WRAPPED:
        return
    width = max(len(line.text) for line in lines[start:end])
    i = start
    while i < end:
        j = i
        while j + 1 < end and _is_full(lines[j].text, lines[j + 1].text, width):
            j += 1
        run = lines[i + 1:j + 1]
        flowing = sum(not line.text[0].isupper() for line in run)
        if len(run) + 1 >= _MIN_WRAPPED and 2 * flowing >= len(run):
            yield i, j + 1
        i = j + 1


def _is_full(line: str, following: str, width: int) -> bool:
    if len(line) < width - _WRAP_SLACK:
        return False
    word = following.split(None, 1)[0]
    return len(line) + 1 + len(word) > width


def _blocks(lines: list[_Line], kinds: list[Kind]) -> Blocks:
    if not lines:
        return Blocks()
    starts, ends, texts, folded, apart = zip(*lines, strict=True)
    return Blocks(
        starts=starts,
        ends=ends,
        kinds=tuple(kinds),
        folded=folded,
        keys=tuple(map(key, folded)),
        words=tuple(map(count_words, folded)),
        sentences=tuple(map(ends_sentence, texts)),
        apart=apart,
    )
