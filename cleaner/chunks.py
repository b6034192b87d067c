"""The clean text in chunks for retrieval: cut at headings and between blocks, each with its headings and its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from cleaner.chars import CLOSERS, SENTENCE_ENDS, SPACELESS
from cleaner.errors import ConfigError
from cleaner.inline.clean_text import CleanText
from cleaner.markdown import Page
from cleaner.model import HEADINGS, Chunk, Kind, Result, Span, TextFormat

_SPACELESS = re.compile(f"[{SPACELESS}]")
_MARK = r"\[\w{1,8}\]"  # a reference to a footnote
_RAISED_MARK = rf"(?<=[^\W\d][{SENTENCE_ENDS}])\d{{1,3}}"
_SENTENCE_END = re.compile(
    rf"(?<![{SENTENCE_ENDS}])[{SENTENCE_ENDS}]++"
    rf"(?:[{re.escape(CLOSERS)}]*(?:{_MARK}|{_RAISED_MARK})*(?:\s+|\Z)|(?<=[。！？．｡])(?![{re.escape(CLOSERS)}])(?:{_MARK})*)"
)
_WORD = re.compile(rf"\s*(?:[{SPACELESS}]|[^\s{SPACELESS}]+)\s*")
_SIGNS = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*\Z", re.DOTALL)
_LAST_LEVEL = 7  # headings without a level, such as bold lines


class _Size(NamedTuple):
    """Words between spaces, and characters of scripts without spaces, of which two count as one word."""

    words: int = 0
    signs: int = 0

    @classmethod
    def of(cls, text: str) -> _Size:
        return cls(len(text.split()), 0 if text.isascii() else len(_SPACELESS.findall(text)))

    def __add__(self, other: tuple[object, ...]) -> _Size:
        assert isinstance(other, _Size)  # noqa: S101 - sizes are added to sizes
        return _Size(self.words + other.words, self.signs + other.signs)

    @property
    def total(self) -> int:
        return self.words + self.signs // 2


class _Unit(NamedTuple):
    """A stretch of the clean text that stays together: a block, or a part of one that is too long."""

    span: Span
    size: _Size
    level: int = 0  # the level of a heading, 0 for text
    title: str = ""


@dataclass(slots=True)
class _Open:
    """The chunk that is being filled."""

    start: int = 0
    end: int = 0
    size: _Size = field(default_factory=_Size)
    has_text: bool = False  # it contains more than headings

    def take(self, unit: _Unit) -> None:
        self.end = unit.span.end
        self.size += unit.size
        self.has_text |= not unit.level


@dataclass(slots=True)
class _Path:
    """The headings that apply at a place, from the outside in."""

    levels: list[tuple[int, str]] = field(default_factory=list)

    def enter(self, level: int, title: str) -> None:
        while self.levels and self.levels[-1][0] >= level:
            self.levels.pop()
        self.levels.append((level, title))

    def titles(self) -> tuple[str, ...]:
        return tuple(title for _, title in self.levels)


def chunks_of(result: Result, max_words: int, text_format: TextFormat = "plain") -> Iterator[Chunk]:
    """The chunks of a result: see `Result.chunks`. Raises `ConfigError` for a wrong number or format."""
    if not isinstance(max_words, int) or isinstance(max_words, bool) or max_words < 1:
        raise ConfigError(f"max_words is a whole number of at least 1, not {max_words!r}")
    if text_format not in ("plain", "markdown"):
        raise ConfigError(f"text_format is plain or markdown, not {text_format!r}")
    return _chunks(result, max_words, text_format)


def _chunks(result: Result, max_words: int, text_format: TextFormat) -> Iterator[Chunk]:
    clean = CleanText(result)
    page = Page(result) if text_format == "markdown" and result.document.blocks.tree is not None else None
    for span, size, headings in _filled(clean.text, _blocks(result, clean), max_words):
        source = clean.source(span)
        yield Chunk(page.markdown(source) if page else clean.text[slice(*span)], headings, size.total, span, source)


def _filled(text: str, blocks: Iterator[_Unit], max_words: int) -> Iterator[tuple[Span, _Size, tuple[str, ...]]]:
    """Fill chunks with blocks. A heading begins a chunk, unless only headings are above it."""
    path, opened = _Path(), _Open()
    for block in blocks:
        if block.level and opened.has_text:
            yield Span(opened.start, opened.end), opened.size, path.titles()
            opened = _Open(block.span.start)
        if block.level and block.size.total <= max_words:
            path.enter(block.level, block.title)
        for unit in _parts(text, block, max_words):
            left = unit
            while (opened.size + left.size).total > max_words and opened.end > opened.start:
                fitting = _cut(text, left, max_words, opened.size) if not opened.has_text else None
                if fitting is not None:  # some text, so that headings are not alone
                    opened.take(fitting)
                    left = _unit(text, fitting.span.end, left.span.end)
                yield Span(opened.start, opened.end), opened.size, path.titles()
                opened = _Open(left.span.start, left.span.start)
            opened.take(left)
    if opened.end > opened.start:
        yield Span(opened.start, opened.end), opened.size, path.titles()


def _parts(text: str, block: _Unit, max_words: int) -> Iterator[_Unit]:
    """A block, or if it is too long its sentences, or if these are too long as many words as fit."""
    if block.size.total <= max_words:
        yield block
        return
    for sentence in _sentences(text, block.span):
        left = _unit(text, *sentence)
        while left.size.total > max_words:
            fitting = _cut(text, left, max_words, _Size())
            assert fitting is not None  # noqa: S101 - an empty chunk has room for a word
            yield fitting
            left = _unit(text, fitting.span.end, left.span.end)
        yield left


def _sentences(text: str, span: Span) -> Iterator[Span]:
    """The sentences of a stretch, each with the marks of footnotes and the white space after it."""
    start = span.start
    for end in _SENTENCE_END.finditer(text, *span):
        yield Span(start, end.end())
        start = end.end()
    if start < span.end:
        yield Span(start, span.end)


def _cut(text: str, unit: _Unit, max_words: int, before: _Size) -> _Unit | None:
    """The beginning of ``unit`` for which a chunk of the size ``before`` has room; None if not even a word does.

    A block that is too long is divided before it comes here, so what is left always has a word.
    """
    size, end, is_new = before, unit.span.start, True
    for word in _WORD.finditer(text, *unit.span):
        larger = size + _Size(int(is_new), _Size.of(word[0]).signs)
        is_new = word[0][-1].isspace()
        if larger.total > max_words or word.end() >= unit.span.end:
            break
        size, end = larger, word.end()
    return _unit(text, unit.span.start, end) if end > unit.span.start else None


def _unit(text: str, start: int, end: int) -> _Unit:
    return _Unit(Span(start, end), _Size.of(text[start:end]))


def _blocks(result: Result, clean: CleanText) -> Iterator[_Unit]:
    """The kept blocks as units that tile the clean text: each reaches to the next one."""
    kept = [(i, span) for i, span in _kept(result, clean) if span.start < span.end]
    starts = [0, *(span.start for _, span in kept[1:])]
    ends = [*starts[1:], len(clean.text)]
    level_of = partial(_level, result)
    for (i, span), start, end in zip(kept, starts, ends, strict=False):
        level, title = level_of(i, clean.text[slice(*span)])
        yield _Unit(Span(start, end), _Size.of(clean.text[start:end]), level, title)
    if not kept and clean.text:
        yield _unit(clean.text, 0, len(clean.text))


def _kept(result: Result, clean: CleanText) -> Iterator[tuple[int, Span]]:
    blocks = result.document.blocks
    return ((i, clean.stripped(clean.span(blocks.span(i)))) for i in range(len(blocks)))


def _level(result: Result, i: int, text: str) -> tuple[int, str]:
    """The level of a block that is a heading, and its title; 0 for any other block."""
    blocks = result.document.blocks
    if blocks.kinds[i] is not Kind.HEADING:
        return 0, ""
    tree = blocks.tree
    if tree is not None:
        names = (tree.tags[j].name for j in tree.way(blocks.elements[i]))
        level = next((HEADINGS.index(name) + 1 for name in names if name in HEADINGS), _LAST_LEVEL)
        return level, " ".join(text.split()).removesuffix("¶").rstrip()
    signs = _SIGNS.match(text)
    title = signs[2] if signs else text.strip("*_ ")
    return (len(signs[1]) if signs else _LAST_LEVEL), " ".join(title.split())
