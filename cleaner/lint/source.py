"""The texts in a file, each with the positions and the bytes of its characters in the file.

A file of text or HTML is one passage. A file of JSON lines has one passage for the text field of each row. A row that
can't be read becomes a `Problem`, and the other rows are still read.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple, Protocol

from cleaner.config import Config
from cleaner.decode import Decoded, encode
from cleaner.errors import InputError
from cleaner.inputs.read import decode_input
from cleaner.lint.json_field import Field, find_field, raw_starts
from cleaner.lint.words import Words
from cleaner.model import InputKind
from cleaner.segment.kind import detected_kind

JSON_LINES = (".jsonl", ".ndjson", ".jsonlines")
TEXT_COLUMNS = ("text", "content", "html", "raw_html")
"""The fields that may contain the text of a row, if no option names one."""

_BOM = b"\xef\xbb\xbf"

Spans = Sequence[tuple[int, int]]


class Place(NamedTuple):
    """A line and a column of a file, both from 1; columns count code points."""

    line: int
    column: int


class Problem(NamedTuple):
    """An error in a file: the line (0: the whole file), and a message with the cure."""

    line: int
    message: str


class Passage(Protocol):
    """A text in a file; ``shown`` below is its visible text."""

    @property
    def text(self) -> str:
        """The text to clean."""
        ...

    @property
    def kind(self) -> InputKind | None:
        """How to read it; None for plain text."""
        ...

    @property
    def line(self) -> int:
        """The line of its row, from 1; 0 if the text is a whole file."""
        ...

    @property
    def is_fixable(self) -> bool:
        """Whether spans of the text can be removed from the file."""
        ...

    def place(self, offset: int, shown: str) -> Place:
        """The place in the file of the character at ``offset`` of ``shown``, the visible text."""
        ...

    def byte_spans(self, spans: Spans) -> list[tuple[int, int]]:
        """The spans of bytes in the file for ``spans`` of ``text`` (sorted, disjoint).

        Raises `InputError` if they can't be determined.
        """
        ...


def passages(path: str, data: bytes, config: Config) -> Iterator[Passage | Problem]:
    """Yield the texts in a file. Raises `InputError` if the file is not text."""
    if os.path.splitext(path)[1].lower() in JSON_LINES:
        yield from _rows(data, (config.text_column,) if config.text_column else TEXT_COLUMNS, config)
        return
    decoded, kind = decode_input(path, data, config)
    yield _HtmlFile(decoded.text) if kind == "html" else _Text(decoded, kind, data)


@dataclass
class _Text:
    """A whole file of text or Markdown."""

    decoded: Decoded
    kind: InputKind | None
    data: bytes
    line: int = 0
    is_fixable: bool = True

    @property
    def text(self) -> str:
        return self.decoded.text

    @cached_property
    def _lines(self) -> _LineStarts:
        return _LineStarts(self.text)

    def place(self, offset: int, shown: str) -> Place:
        del shown
        return self._lines.place(offset)

    def byte_spans(self, spans: Spans) -> list[tuple[int, int]]:
        if self.decoded.raw:
            raise InputError(f"can't restore the same bytes in {self.decoded.encoding}; convert the file to UTF-8")
        parts = [self._bytes(start, end) for start, end in pairwise((*_boundaries(spans), len(self.text)))]
        if self.decoded.bom + b"".join(parts) != self.data:  # because of shift states, for example
            raise InputError(f"can't remove parts of a text in {self.decoded.encoding}; convert the file to UTF-8")
        places = list(accumulate(map(len, parts), initial=len(self.decoded.bom)))
        return _pairs(places[1:-1])

    def _bytes(self, start: int, end: int) -> bytes:
        repairs = tuple(r._replace(at=r.at - start) for r in self.decoded.repairs if start <= r.at < end)
        return encode(replace(self.decoded, text=self.text[start:end], bom=b"", repairs=repairs))


@dataclass
class _HtmlFile:
    """A whole HTML file: places are those of the words in the source, and nothing can be removed in place."""

    text: str
    kind: InputKind | None = "html"
    line: int = 0
    is_fixable: bool = False
    _words: Words | None = None

    @cached_property
    def _lines(self) -> _LineStarts:
        return _LineStarts(self.text)

    def place(self, offset: int, shown: str) -> Place:
        if self._words is None:
            self._words = Words(self.text, shown)
        return self._lines.place(self._words.source_of(offset))

    def byte_spans(self, spans: Spans) -> list[tuple[int, int]]:
        del spans
        raise InputError("HTML can't be changed in place; `cleaner run` writes its clean text")


@dataclass
class _Row:
    """The text field of a row of JSON lines; ``raw`` is the line, ``start`` its first byte in the file."""

    raw: str
    start: int
    field: Field
    text: str
    kind: InputKind | None
    line: int

    @property
    def is_fixable(self) -> bool:
        return self.kind != "html"

    @cached_property
    def _starts(self) -> Sequence[int]:
        return raw_starts(self.raw, self.field)

    def place(self, offset: int, shown: str) -> Place:
        if self.kind == "html":  # visible text has no known place in the string
            return Place(self.line, self.field.start + 1)
        del shown
        return Place(self.line, self._starts[offset] + 1)

    def byte_spans(self, spans: Spans) -> list[tuple[int, int]]:
        raw = [(self._starts[start], self._starts[end]) for start, end in spans]
        left = "".join(self.raw[a:b] for a, b in _between(raw, len(self.raw)))
        wanted = "".join(self.text[a:b] for a, b in _between(spans, len(self.text)))
        field = find_field(left, (self.field.name,))
        if field is None or field.value != wanted:  # two halves of a surrogate pair have become one character
            raise InputError("removing this text would change the text around it; fix the \\u escapes of the row first")
        places = accumulate((len(self.raw[a:b].encode()) for a, b in pairwise(_boundaries(raw))), initial=self.start)
        return _pairs(list(places)[1:])


def _between(spans: Spans, length: int) -> list[tuple[int, int]]:
    """The spans between, before and after ``spans``."""
    borders = [*_boundaries(spans), length]
    return _pairs(borders)


def _boundaries(spans: Spans) -> list[int]:
    return [0, *(offset for span in spans for offset in span)]


def _rows(data: bytes, names: Sequence[str], config: Config) -> Iterator[Passage | Problem]:
    at = len(_BOM) if data.startswith(_BOM) else 0
    for n, line in enumerate(data[at:].split(b"\n"), 1):
        if line.strip():
            found = _row(line, n, at, names, config)
            if found is not None:
                yield found
        at += len(line) + 1


def _row(line: bytes, n: int, start: int, names: Sequence[str], config: Config) -> Passage | Problem | None:
    try:
        raw = line.decode("utf-8")
        field = find_field(raw, names)
    except UnicodeDecodeError as error:
        return Problem(n, f"is not UTF-8 (byte {error.start + 1}); write the file as UTF-8")
    except ValueError as error:
        return Problem(n, str(error) if "; " in str(error) else f"{error}; fix or remove the line")
    if field is None:
        return Problem(n, f"has no field {' or '.join(names)} at its top level{_cure(config.text_column)}")
    if field.value is None:
        return None
    if not isinstance(field.value, str):
        from cleaner.inputs.strict_json import kind_of  # lazy: for this message only

        return Problem(n, f"{field.name} is {kind_of(field.value)}, not a text; name another field with --text-column")
    kind = detected_kind(field.value) if config.input_kind == "auto" else config.input_kind
    return _Row(raw, start, field, field.value, kind, n)


def _cure(named: str) -> str:
    if named:
        return "; nested fields are not supported: name a field at the top level, or move the text to one"
    return "; name the field that contains the text with --text-column"


def _pairs(offsets: Sequence[int]) -> list[tuple[int, int]]:
    """The spans of a flat sequence: start, end, start, end ..."""
    return list(zip(offsets[::2], offsets[1::2], strict=True))


class _LineStarts:
    """Converts offsets to lines and columns. Only a line feed ends a line, as in an editor."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def place(self, offset: int) -> Place:
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)
