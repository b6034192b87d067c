"""The statements of a TOML file with their comments, as they are written.

`tomllib` gives values and no comments; tomlkit keeps comments, but hides those inside arrays. Formatting needs the
text of each value only, so this reader splits a file that `tomllib` has accepted into statements. It checks nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_BLANK = re.compile(r"[ \t]*")
_SPACE = re.compile(r"\s*")
_COMMENT = re.compile(r"#[^\n]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")
_KEY_PART = re.compile(r'"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')


@dataclass(frozen=True, slots=True)
class Item:
    """One value of an array: its text, what it means, and the comment at the end of its line."""

    token: str
    value: Any
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Values of an array below the comments that have lines of their own."""

    headings: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """An array. The first group has no headings if the array begins with a value."""

    groups: tuple[Group, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for group in self.groups for item in group.items)

    @property
    def has_comments(self) -> bool:
        return any(group.headings or any(item.comment for item in group.items) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Inline:
    """An inline table: its keys and values in order."""

    pairs: tuple[Pair, ...]


Value = Item | Array | Inline


@dataclass(frozen=True, slots=True)
class Pair:
    """``key = value``; ``name`` is the last part of a dotted key, without quotation marks."""

    key: str
    name: str
    value: Value
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """``[table]`` or ``[[table]]``."""

    text: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on a line of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Blank:
    """One or more empty lines."""


Statement = Pair | Header | Remark | Blank


def statements(source: str) -> Iterator[Statement]:
    """The statements of a valid TOML file, whose lines end with a line feed only."""
    return _Reader(source).statements()


def meaning(token: str) -> Any:
    """The value of a TOML string or scalar."""
    if token[:1] == '"' and token[:3] != '"""' and "\\" not in token:
        return token[1:-1]
    if token[:1] == "'" and token[:3] != "'''":
        return token[1:-1]
    return tomllib.loads(f"value = {token}")["value"]


@dataclass(slots=True)
class _Gathered:
    """An array that is being read: each comment belongs to the value before it on its line, or begins a group."""

    groups: list[tuple[list[str], list[Item]]] = field(default_factory=lambda: [([], [])])

    def add(self, item: Item) -> None:
        self.groups[-1][1].append(item)

    def remark(self, comment: str, *, ends_line: bool) -> None:
        headings, items = self.groups[-1]
        if ends_line and items:
            last = items[-1]
            items[-1] = Item(last.token, last.value, joined_comments(last.comment, comment))
        elif items:
            self.groups.append(([comment], []))
        else:
            headings.append(comment)

    def array(self) -> Array:
        return Array(tuple(Group(tuple(headings), tuple(items)) for headings, items in self.groups))


def joined_comments(first: str, second: str) -> str:
    """Both comments on one line; either may be empty."""
    return f"{first}  {second}" if first and second else first or second


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def statements(self) -> Iterator[Statement]:
        while True:
            before = self.at
            self._take(_SPACE)
            if self.source.count("\n", before, self.at) > (before > 0):
                yield Blank()
            if self.at >= len(self.source):
                return
            if self._next() == "#":
                yield Remark(self._take(_COMMENT).rstrip())
            elif self._next() == "[":
                yield self._header()
            else:
                yield self._pair()

    def _next(self) -> str:
        return self.source[self.at : self.at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def _header(self) -> Header:
        start = self.at
        while self._next() in ("[", "]", ".", " ", "\t") or _KEY_PART.match(self.source, self.at):
            if not self._take(_KEY_PART):
                self.at += 1
        return Header(self.source[start : self.at].rstrip(), self._comment())

    def _comment(self) -> str:
        """The comment at the end of this line."""
        self._take(_BLANK)
        return self._take(_COMMENT).rstrip()

    def _pair(self) -> Pair:
        start = self.at
        name = ""
        while self._next() != "=":
            if part := self._take(_KEY_PART):
                name = part.strip("\"'")
            else:
                self.at += 1  # a dot or a blank
        key = self.source[start : self.at].strip()
        self.at += 1
        self._take(_BLANK)
        return Pair(key, name, self._value(), self._comment())

    def _value(self) -> Value:
        if self._next() == "[":
            return self._array()
        if self._next() == "{":
            return self._inline()
        token = self._take(_STRING) or self._take(_SCALAR).rstrip()
        return Item(token, meaning(token))

    def _array(self) -> Array:
        gathered = _Gathered()
        self.at += 1
        while True:
            space = self._take(_SPACE)
            char = self._next()
            if char == "#":
                gathered.remark(self._take(_COMMENT).rstrip(), ends_line="\n" not in space)
            elif char == ",":
                self.at += 1
            elif char == "]":
                self.at += 1
                return gathered.array()
            else:
                start = self.at
                value = self._value()
                gathered.add(value if isinstance(value, Item) else Item(self.source[start : self.at], None))

    def _inline(self) -> Inline:
        pairs: list[Pair] = []
        self.at += 1
        while True:
            self._take(_SPACE)
            if self._next() == "}":
                self.at += 1
                return Inline(tuple(pairs))
            if self._next() == ",":
                self.at += 1
            else:
                pairs.append(self._pair())
