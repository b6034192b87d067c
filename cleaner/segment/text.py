"""Plain text → blocks: lines, wrapped paragraphs, items, rows, code.

A line ends at LF, CR LF, CR, FF, VT, NEL, LS or PS, as in UAX #14 (https://unicode.org/reports/tr14/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from cleaner.features import reads_as_prose
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
_WRAPPED_KINDS = frozenset((Kind.TEXT, Kind.ITEM, Kind.STEP))
_MIN_LINES = 3  # of a table, a specification, a log, a wrapped paragraph
_AFTER_LETTER = (".", ")")  # a) and b. number steps
_LOG_STARTS = "$[>%#0123456789"


@dataclass(slots=True)
class _Lines:
    """The lines that hold anything, as columns: where they start, their text, its matching form, what they are."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)  # stripped
    folded: list[str] = field(default_factory=list)
    apart: list[bool] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.starts)


def segment_text(text: str, *, id: str = "-") -> Document:
    """Cut ``text`` into blocks. Total: any string, also one with NULs or lone surrogates, has a segmentation."""
    lines = _read_lines(text)
    lines.kinds = [Kind.TEXT if line[0].isalpha() and line[1:2] not in _AFTER_LETTER else _kind(line) for line in lines.texts]
    if "```" in text or "~~~" in text:
        _mark_fences(lines)
    joined: list[tuple[int, int]] = []
    for start, end in _paragraphs(lines):
        _mark_logs(lines, start, end)
        _mark_tables(lines, start, end)
        _mark_specs(lines, start, end)
        joined += _wrapped_runs(lines, start, end)
    _join(lines, joined)
    return Document(id, text, _blocks(lines))


def count_words(folded: str) -> int:
    """Words between spaces; where a script has no spaces, two characters count as one word."""
    words = len(folded.split())
    if folded.isascii() or not _SPACELESS.search(folded):
        return words
    return words + len(_SPACELESS.findall(folded)) // 2


def ends_sentence(line: str) -> bool:
    """Whether a line closes like a sentence, in any script; quotes and brackets after the mark don't matter."""
    bare = line.rstrip(_CLOSERS)
    return bare[-1:] in _SENTENCE_ENDS if bare else False


def _read_lines(text: str) -> _Lines:
    for mark in _OTHER_LINE_ENDS:
        if mark in text:
            # one for one, so that offsets stay true; the CR of a CR LF becomes space at the end of its line
            text = text.replace("\r\n", " \n") if mark == "\r" else text
            text = text.replace(mark, "\n")
    lines = _Lines()
    at, apart = 0, True
    for line, folded in zip(text.split("\n"), fold(text).split("\n"), strict=True):
        matching = folded.strip()
        if matching:
            bare = line.strip()
            start = at if line[0] == bare[0] else at + line.index(bare[0])
            lines.starts.append(start)
            lines.ends.append(start + len(bare))
            lines.texts.append(bare)
            lines.folded.append(squeeze(matching) if "  " in matching else matching)
            lines.apart.append(apart)
            apart = False
        else:
            apart = True
        at += len(line) + 1
    return lines


def _paragraphs(lines: _Lines) -> Iterator[tuple[int, int]]:
    """Runs of three lines or more without a blank line between."""
    start = 0
    for i in [*(i for i, apart in enumerate(lines.apart) if apart and i), len(lines)]:
        if i - start >= _MIN_LINES:
            yield start, i
        start = i


def _kind(line: str) -> Kind:
    first = line[0]
    if first == "#":
        return Kind.HEADING if _HEADING.match(line) else Kind.TEXT
    if first == ">":
        return Kind.QUOTE if line[1:2] == " " else Kind.TEXT
    if first in "*_" and _BOLD.fullmatch(line):
        return Kind.HEADING
    if _BULLET.match(line):
        return Kind.ITEM
    if (first.isdigit() or first.isalpha()) and _STEP.match(line):
        return Kind.STEP
    return Kind.TEXT


def _mark_fences(lines: _Lines) -> None:
    fence = ""
    for i, line in enumerate(lines.texts):
        if fence:
            lines.kinds[i] = Kind.CODE
            if line.startswith(fence) and not line.strip(fence[0]):
                fence = ""
        elif line[0] in "`~" and (opening := _FENCE.match(line)):
            fence = opening[1]
            lines.kinds[i] = Kind.CODE


def _mark_logs(lines: _Lines, start: int, end: int) -> None:
    """A paragraph a third of whose lines begin with a prompt or a time in brackets is a log or a session."""
    logged = sum(line[0] in _LOG_STARTS and bool(_LOG.match(line)) for line in lines.texts[start:end])
    if logged * 3 >= end - start:
        lines.kinds[start:end] = [Kind.CODE] * (end - start)


def _mark_tables(lines: _Lines, start: int, end: int) -> None:
    """Rows of one table have the same number of columns, at least two, three rows or more."""
    columns = [_columns(lines.texts[i]) if lines.kinds[i] is Kind.TEXT else 0 for i in range(start, end)]
    if not any(columns):
        return
    for width, run in groupby(range(start, end), key=lambda i: columns[i - start]):
        rows = list(run)
        if width >= 2 and len(rows) >= _MIN_LINES:
            for i in rows:
                lines.kinds[i] = Kind.CELL


def _columns(line: str) -> int:
    if "|" not in line and "\t" not in line and "  " not in line:
        return 0
    return len(_COLUMN.split(line.strip("| \t")))


def _mark_specs(lines: _Lines, start: int, end: int) -> None:
    """``key: value``, three lines or more."""
    named = [":" in line or "：" in line for line in lines.texts[start:end]]
    if sum(named) < _MIN_LINES:
        return
    for spec, run in groupby(range(start, end), key=lambda i: named[i - start] and _is_spec(lines, i)):
        rows = list(run)
        if spec and len(rows) >= _MIN_LINES:
            for i in rows:
                lines.kinds[i] = Kind.SPEC


def _is_spec(lines: _Lines, i: int) -> bool:
    line = lines.texts[i]
    return lines.kinds[i] is Kind.TEXT and len(line) <= 120 and bool(_SPEC.match(line))


def _wrapped_runs(lines: _Lines, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The paragraphs that were wrapped at a width."""
    i = start
    while i < end:
        if len(lines.texts[i]) not in _WRAP_WIDTHS or lines.kinds[i] not in _WRAPPED_KINDS:
            i += 1
            continue
        stop = i + 1
        while stop < end and lines.kinds[stop] is Kind.TEXT and len(lines.texts[stop]) < _WRAP_WIDTHS.stop:
            stop += 1
        yield from _runs_within(lines.texts, i, stop)
        i = stop


def _runs_within(texts: list[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Greedy wrapping leaves a mark: the first word of the next line would not have fitted."""
    if end - start < _MIN_LINES:
        return
    width = max(map(len, texts[start:end]))
    i = start
    while i < end:
        j = i
        while j + 1 < end and _is_full(texts[j], texts[j + 1], width):
            j += 1
        flowing = sum(not line[0].isupper() for line in texts[i + 1:j + 1])
        if j - i + 1 >= _MIN_LINES and 2 * flowing >= j - i:
            yield i, j + 1
        i = j + 1


def _is_full(line: str, following: str, width: int) -> bool:
    if len(line) < width - _WRAP_SLACK:
        return False
    word = following.split(None, 1)[0]
    return len(line) + 1 + len(word) > width


def _join(lines: _Lines, runs: list[tuple[int, int]]) -> None:
    """Make one line of each run."""
    if not runs:
        return
    gone: set[int] = set()
    for start, end in runs:
        lines.texts[start] = " ".join(lines.texts[start:end])
        lines.folded[start] = " ".join(lines.folded[start:end])
        lines.ends[start] = lines.ends[end - 1]
        gone.update(range(start + 1, end))
    left = [i for i in range(len(lines)) if i not in gone]
    lines.texts = [lines.texts[i] for i in left]
    lines.folded = [lines.folded[i] for i in left]
    lines.starts = [lines.starts[i] for i in left]
    lines.ends = [lines.ends[i] for i in left]
    lines.apart = [lines.apart[i] for i in left]
    lines.kinds = [lines.kinds[i] for i in left]


def _blocks(lines: _Lines) -> Blocks:
    folded = lines.folded
    if any(not line.isascii() and _SPACELESS.search(line) for line in folded):
        words = tuple(map(count_words, folded))
    else:
        words = tuple([line.count(" ") + 1 for line in folded])
    sentences = tuple([line[-1] in _SENTENCE_ENDS or ends_sentence(line) for line in lines.texts])
    return Blocks(
        starts=tuple(lines.starts),
        ends=tuple(lines.ends),
        kinds=tuple(lines.kinds),
        folded=tuple(folded),
        keys=tuple([f if f[0].isalnum() and f[-1].isalnum() else key(f) for f in folded]),
        words=words,
        sentences=sentences,
        prose=tuple(map(reads_as_prose, lines.kinds, words, sentences)),
        apart=tuple(lines.apart),
    )
