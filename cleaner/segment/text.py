"""Plain text → blocks: lines, wrapped paragraphs, items, rows, code.

A line ends at LF, CR LF, CR, FF, VT, NEL, LS or PS, as in UAX #14 (https://unicode.org/reports/tr14/).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress, groupby, pairwise
from operator import add
from typing import TypeVar

from cleaner._native import library
from cleaner.chars import BULLETS, CLOSERS, OTHER_LINE_ENDS, SENTENCE_ENDS, SPACELESS, count_words
from cleaner.features import PROSE_WORDS, reads_as_prose
from cleaner.fold import fold, key, squeeze
from cleaner.model import Blocks, Document, Kind, Span, Tree
from cleaner.segment import native_lines
from cleaner.segment.forms import mark_forms
from cleaner.segment.signs import COLON, COLUMNS, FENCE, PROMPT, PROMPTS, having, signs_of

_T = TypeVar("_T")

_SPACELESS = re.compile(f"[{SPACELESS}]")
_SENTENCE_ENDS = frozenset(SENTENCE_ENDS)
_FENCE = re.compile(r"(```+|~~~+)")
_HEADING = re.compile(r"#{1,6}\s")
_BOLD = re.compile(r"(\*\*|__)[^*_]{1,80}\1:?")
_BULLET = re.compile(rf"[{BULLETS}]\s+(?=\S)")
_STEP = re.compile(r"(?:\d{1,3}|[a-zA-Z])[.)]\s+(?=\S)(?!\w+\.?\s(?:19|20)\d\d)")  # 12. April 2021 is a date
_SPEC = re.compile(r"[^:：.!?\n]{1,40}[:：]\s+\S|[^:：.!?\s]{1,20}：\S")
_LOG = re.compile(r"[$%#] \S|>>> |\[\d{1,4}[:.-]\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_COLUMN = re.compile(r"\t+|\s*\|\s*|(?<=\S) {2,}(?=\S)")
_WRAP_WIDTHS = range(50, 131)
_WRAP_SLACK = 16  # a full line is at most so many characters short of the width
_HAN_STEP = 3  # characters of Han and Kana that stay on a line with what closes them
_WRAPPED_KINDS = frozenset((Kind.TEXT, Kind.ITEM, Kind.STEP))
_MIN_LINES = 3  # least lines of a table, a specification, a log, a wrapped paragraph
_MIN_COLUMNS = 2
_LOG_SHARE = 3  # a third of the lines of a log begin like one
_AFTER_LETTER = (".", ")")  # a) and b. number steps
_DIRECTIVE = re.compile(r"\.\. (?:[|\w][^:]{0,60}::(?:\s|$)|_[^:]{1,200}:(?:\s|$))")  # of reStructuredText
_NO_MORE = Span(sys.maxsize, sys.maxsize)
# Members of an enumeration: to look one up takes as long as all else that is done with most lines.
_TEXT, _ITEM = Kind.TEXT, Kind.ITEM


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text that hold anything, as columns: what each line is by itself, whatever is around it."""

    starts: tuple[int, ...]
    texts: tuple[str, ...]  # stripped
    folded: tuple[str, ...]
    keys: tuple[str, ...]
    apart: tuple[bool, ...]  # a blank line or the start of the text is above
    kinds: tuple[Kind, ...]
    words: tuple[int, ...]
    sentences: tuple[bool, ...]
    signs: bytes  # what a look at each line says it may be
    elements: tuple[int, ...] = ()  # pages only: the element that holds the line
    links: tuple[int, ...] = ()  # pages only: characters inside links

    def __len__(self) -> int:
        return len(self.starts)

    def without(self, cuts: Sequence[Span]) -> Lines:
        """The lines of the text that is left when ``cuts`` are taken out: the same as reading that text again.

        ``cuts`` are sorted, disjoint, and take whole lines, leaving a blank line between what was parted.
        """
        stays: list[bool] = []
        shifted: list[int] = []
        apart: list[bool] = []
        removed, parted, further = 0, True, iter(cuts)
        cut_start, cut_end = next(further, _NO_MORE)
        for start, was_apart in zip(self.starts, self.apart, strict=True):
            while cut_end <= start:
                removed += cut_end - cut_start
                cut_start, cut_end = next(further, _NO_MORE)
                parted = True
            if cut_start <= start:
                stays.append(False)
                continue
            stays.append(True)
            shifted.append(start - removed)
            apart.append(parted or was_apart)
            parted = False
        return Lines(
            tuple(shifted),
            tuple(compress(self.texts, stays)),
            tuple(compress(self.folded, stays)),
            tuple(compress(self.keys, stays)),
            tuple(apart),
            tuple(compress(self.kinds, stays)),
            tuple(compress(self.words, stays)),
            tuple(compress(self.sentences, stays)),
            bytes(compress(self.signs, stays)),
            tuple(compress(self.elements, stays)),
            tuple(compress(self.links, stays)),
        )


def segment_text(text: str, *, id: str = "-") -> Document:
    """Cut ``text`` into blocks. Total: any string, also one with NULs or lone surrogates, has a segmentation."""
    return segment_lines(read_lines(text), text, id=id)


def segment_lines(
    lines: Lines, text: str, tree: Tree | None = None, *, id: str = "-", borders: Collection[int] = ()
) -> Document:
    """Cut ``text``, whose lines are known, into blocks: tables, logs, specifications, code, wrapped paragraphs.

    In a page (``tree``) the markup decides; only shapes that markup does not describe are looked for.
    ``borders`` are starts of lines at which a new block begins, also inside a wrapped paragraph.
    """
    kinds = list(lines.kinds)
    if tree is None:
        mark_forms(lines.texts, lines.starts, lines.apart, lines.words, lines.signs, text, kinds)
    if tree is None and 1 in having(lines.signs, FENCE):
        _mark_fences(lines.texts, kinds)
    wrapped: list[tuple[int, int]] = []
    sizes = list(map(len, lines.texts)) if tree is None else []
    prompts, columns, colons = (having(lines.signs, sign) for sign in (PROMPT, COLUMNS, COLON))
    for start, end in _paragraphs(lines):
        texts, shapes = lines.texts[start:end], kinds[start:end]
        if _LOG_SHARE * prompts.count(1, start, end) >= end - start:
            _mark_logs(texts, shapes)
        if _TEXT in shapes:
            if columns.count(1, start, end) >= _MIN_LINES:
                _mark_tables(texts, shapes)
            if colons.count(1, start, end) >= _MIN_LINES:
                _mark_specs(texts, shapes)
        kinds[start:end] = shapes
        if tree is None and max(sizes[start:end]) >= _WRAP_WIDTHS.start:
            wrapped += _wrapped_runs(lines.texts, sizes, kinds, start, end)
    if borders:
        wrapped = [part for start, end in wrapped for part in _split(lines, start, end, borders)]
    return Document(id, text, _blocks(lines, kinds, wrapped, tree), input_kind="text" if tree is None else "html")


def _split(lines: Lines, start: int, end: int, borders: Collection[int]) -> Iterator[tuple[int, int]]:
    """The parts of a wrapped paragraph between ``borders``."""
    for i in range(start + 1, end):
        if lines.starts[i] in borders:
            yield start, i
            start = i
    yield start, end


def ends_sentence(line: str) -> bool:
    """Whether a line closes like a sentence, in any script; quotes and brackets after the mark don't matter."""
    bare = line.rstrip(CLOSERS)
    return bare[-1:] in _SENTENCE_ENDS if bare else False


def read_lines(text: str) -> Lines:
    """The lines of ``text``; offsets are those of ``text``, whatever its line ends."""
    return read_numbered(text)[0]


def read_numbered(text: str, codes: bytes = b"") -> tuple[Lines, list[int]]:
    """The lines of ``text``, and their numbers, blank lines counted, from 0.

    ``codes`` are the characters of ``text`` in UTF-32, where they are known.
    """
    core = library()
    if core is None or not native_lines.can_read(core, text):
        return _read(text)
    return _completed(text, native_lines.read(core, text, codes))


def _completed(text: str, found: native_lines.Columns) -> tuple[Lines, list[int]]:
    """The lines that the core found in ``text``, with what it leaves to Python."""
    texts = [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]
    folded, keys, words, kinds = found.folded, found.keys, found.words, [_TEXT] * len(texts)
    for i in found.items:
        kinds[i] = _ITEM
    for i in found.looks:
        kinds[i] = _kind(texts[i])
    for i, line in zip(found.left, fold("\n".join([texts[i] for i in found.left])).split("\n"), strict=False):
        folded[i] = _squeezed(line.strip())
        keys[i], words[i] = key(folded[i]), count_words(folded[i])
    lines = Lines(
        starts=tuple(found.starts),
        texts=tuple(texts),
        folded=tuple(folded),
        keys=tuple(keys),
        apart=tuple(found.apart),
        kinds=tuple(kinds),
        words=tuple(words),
        sentences=tuple(found.sentences),
        signs=found.signs,
    )
    return lines, found.numbers


def _squeezed(line: str) -> str:
    return squeeze(line) if "  " in line else line


def _read(text: str) -> tuple[Lines, list[int]]:
    """The lines of ``text``, by Python."""
    for mark in OTHER_LINE_ENDS:
        if mark in text:
            # one for one, so that offsets stay true; the CR of a CR LF becomes space at the end of its line
            text = text.replace("\r\n", " \n") if mark == "\r" else text
            text = text.replace(mark, "\n")
    raw = text.split("\n")
    matching = [line.strip() for line in _folded(text, raw)]
    filled = [i for i, line in enumerate(matching) if line]
    before = list(accumulate(map(len, raw), initial=0))  # without line feeds: one per line
    texts = [raw[i].strip() for i in filled]
    folded = [_squeezed(matching[i]) for i in filled]
    lines = Lines(
        starts=tuple(
            [
                before[i] + i + (0 if raw[i][0] == line[0] else raw[i].index(line[0]))
                for i, line in zip(filled, texts, strict=True)
            ]
        ),
        texts=tuple(texts),
        folded=tuple(folded),
        keys=tuple([f if f[0].isalnum() and f[-1].isalnum() else key(f) for f in folded]),
        apart=(True, *(i - 1 != j for j, i in pairwise(filled))) if filled else (),
        kinds=tuple([_TEXT if t[0].isalpha() and t[1:2] not in _AFTER_LETTER else _kind(t) for t in texts]),
        words=_count_all(folded),
        sentences=tuple([t[-1] in _SENTENCE_ENDS or (t[-1] in CLOSERS and ends_sentence(t)) for t in texts]),
        signs=signs_of(texts),
    )
    return lines, filled


def _folded(text: str, lines: Sequence[str]) -> Iterable[str]:
    """The matching forms of the ``lines`` of ``text``. Most lines are ASCII even if the text is not."""
    if text.isascii():
        return fold(text).split("\n")
    plain = [line.isascii() for line in lines]
    rest = [not is_plain for is_plain in plain]
    ascii_lines, others = (iter(fold("\n".join(compress(lines, chosen))).split("\n")) for chosen in (plain, rest))
    return [next(ascii_lines) if is_plain else next(others) for is_plain in plain]


def _count_all(folded: Sequence[str]) -> tuple[int, ...]:
    if _SPACELESS.search("\n".join([line for line in folded if not line.isascii()])):
        return tuple(map(count_words, folded))
    return tuple([line.count(" ") + 1 for line in folded])  # folded lines have single spaces


def _paragraphs(lines: Lines) -> Iterator[tuple[int, int]]:
    """Runs of three lines or more without a blank line between."""
    start = 0
    for i in [*compress(range(len(lines)), lines.apart), len(lines)]:
        if i - start >= _MIN_LINES:
            yield start, i
        start = i


def _kind(line: str) -> Kind:
    first = line[0]
    if first.isdigit() or first.isalpha():
        return Kind.STEP if _STEP.match(line) else _TEXT
    if first == "#":
        return Kind.HEADING if _HEADING.match(line) else _TEXT
    if first == ".":
        return Kind.CODE if _DIRECTIVE.match(line) else _TEXT
    if first == ">":
        return Kind.QUOTE if line[1:2] == " " else _TEXT
    if first in "*_" and _BOLD.fullmatch(line):
        return Kind.HEADING
    return Kind.ITEM if _BULLET.match(line) else _TEXT


def _mark_fences(texts: Sequence[str], kinds: list[Kind]) -> None:
    fence = ""
    for i, line in enumerate(texts):
        if fence:
            kinds[i] = Kind.CODE
            if line.startswith(fence) and not line.strip(fence[0]):
                fence = ""
        elif line[0] in "`~" and (opening := _FENCE.match(line)):
            fence = opening[1]
            kinds[i] = Kind.CODE


def _mark_logs(texts: Sequence[str], kinds: list[Kind]) -> None:
    """A paragraph a third of whose lines begin with a prompt or a time in brackets is a log or a session."""
    logged = sum(line[0] in PROMPTS and bool(_LOG.match(line)) for line in texts)
    if logged * _LOG_SHARE >= len(texts):
        kinds[:] = [Kind.CODE] * len(kinds)


def _mark_tables(texts: Sequence[str], kinds: list[Kind]) -> None:
    """Rows of one table have the same number of columns, at least two, three rows or more."""
    _mark_runs(
        kinds, Kind.CELL, [_columns(line) if kind is _TEXT else 0 for line, kind in zip(texts, kinds, strict=True)]
    )


def _columns(line: str) -> int:
    """The number of columns, 0 for fewer than two."""
    if "|" not in line and "\t" not in line and "  " not in line:
        return 0
    columns = len(_COLUMN.split(line.strip("| \t")))
    return columns if columns >= _MIN_COLUMNS else 0


def _mark_specs(texts: Sequence[str], kinds: list[Kind]) -> None:
    """``key: value``, three lines or more."""
    _mark_runs(kinds, Kind.SPEC, [_is_spec(line, kind) for line, kind in zip(texts, kinds, strict=True)])


def _is_spec(line: str, kind: Kind) -> bool:
    return kind is _TEXT and (":" in line or "：" in line) and len(line) <= 120 and bool(_SPEC.match(line))


def _mark_runs(kinds: list[Kind], kind: Kind, values: Sequence[int]) -> None:
    """Give runs of three or more equal values that are not 0 a kind."""
    if len(values) - values.count(0) < _MIN_LINES:
        return
    for value, run in groupby(range(len(values)), key=values.__getitem__):
        places = list(run)
        if value and len(places) >= _MIN_LINES:
            for i in places:
                kinds[i] = kind


def _wrapped_runs(
    texts: Sequence[str], sizes: Sequence[int], kinds: Sequence[Kind], start: int, end: int
) -> Iterator[tuple[int, int]]:
    """The parts of a paragraph that were wrapped at a width."""
    i = start
    while i <= end - _MIN_LINES:
        if sizes[i] < _WRAP_WIDTHS.start or sizes[i] >= _WRAP_WIDTHS.stop or kinds[i] not in _WRAPPED_KINDS:
            i += 1
            continue
        stop = i + 1
        while stop < end and kinds[stop] is _TEXT and sizes[stop] < _WRAP_WIDTHS.stop:
            stop += 1
        yield from _runs_within(texts, sizes, i, stop)
        i = stop


def _runs_within(texts: Sequence[str], sizes: Sequence[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Greedy wrapping leaves a mark: the first word of the next line would not have fitted."""
    if end - start < _MIN_LINES:
        return
    width = max(sizes[start:end])
    i = start
    while i < end:
        j = i
        while j + 1 < end and sizes[j] >= width - _WRAP_SLACK and _is_full(texts[j], texts[j + 1], width):
            j += 1
        if j - i + 1 >= _MIN_LINES and 2 * sum(_flows(*pair) for pair in pairwise(texts[i : j + 1])) >= j - i:
            yield i, j + 1
        i = j + 1


def _flows(line: str, following: str) -> bool:
    """Whether a sentence may continue on the following line: it begins in lower case, or none is closed above it."""
    return goes_on(following) or not (_first_letter(following).isupper() or ends_sentence(line))


def goes_on(line: str) -> bool:
    """Whether a line surely continues the sentence above it: it begins in lower case."""
    return _first_letter(line).islower()


def _first_letter(line: str) -> str:
    """The first letter or digit of a line, or its first character: quotes and brackets may open it."""
    return next((char for char in line if char.isalnum()), line[:1])


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the first word of the following line would not have fitted."""
    if not any(map(str.isalpha, following)):  # a row of numbers is none of its lines
        return False
    word = len(following.split(None, 1)[0])
    if following[0] >= "\u3040" and _SPACELESS.match(following):
        word = min(word, _HAN_STEP)  # such a line may end at any character
    return len(line) + 1 + word > width


def _prose(kinds: Sequence[Kind], words: Sequence[int], sentences: Sequence[bool]) -> tuple[bool, ...]:
    """Which blocks read like running text. Most are too short."""
    blocks = zip(kinds, words, sentences, strict=True)
    return tuple([n >= PROSE_WORDS and reads_as_prose(kind, n, sentence) for kind, n, sentence in blocks])


def _blocks(
    lines: Lines, kinds: Sequence[Kind], wrapped: Sequence[tuple[int, int]], tree: Tree | None = None
) -> Blocks:
    """One block a line, or a wrapped paragraph."""
    ends = list(map(add, lines.starts, map(len, lines.texts)))
    if not wrapped:
        return Blocks(
            starts=lines.starts,
            ends=tuple(ends),
            texts=lines.texts,
            kinds=tuple(kinds),
            folded=lines.folded,
            keys=lines.keys,
            words=lines.words,
            sentences=lines.sentences,
            prose=_prose(kinds, lines.words, lines.sentences),
            apart=lines.apart,
            elements=lines.elements,
            links=lines.links,
            tree=tree,
        )
    texts, folded, keys = list(lines.texts), list(lines.folded), list(lines.keys)
    words, sentences = list(lines.words), list(lines.sentences)
    gone: set[int] = set()
    for first, stop in wrapped:
        texts[first] = " ".join(texts[first:stop])
        folded[first] = " ".join(folded[first:stop])
        keys[first] = key(folded[first])
        words[first] = sum(words[first:stop])
        ends[first], sentences[first] = ends[stop - 1], sentences[stop - 1]
        gone.update(range(first + 1, stop))

    def column(values: Sequence[_T]) -> tuple[_T, ...]:
        return tuple([v for i, v in enumerate(values) if i not in gone])

    kind_column, word_column, sentence_column = column(kinds), column(words), column(sentences)
    return Blocks(
        starts=column(lines.starts),
        ends=column(ends),
        texts=column(texts),
        kinds=kind_column,
        folded=column(folded),
        keys=column(keys),
        words=word_column,
        sentences=sentence_column,
        prose=_prose(kind_column, word_column, sentence_column),
        apart=column(lines.apart),
    )
