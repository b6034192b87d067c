"""A unified diff between a file and the same file without its boilerplate.

No comparison is needed, because the deleted bytes are known. The format is that of
https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html, which `patch -p1` and `git apply` accept.
Names with control characters or blanks at the end are quoted as git does (`core.quotePath` in `git config --help`).
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from cleaner.lint.source import Spans

_CONTEXT = 3
_TO_QUOTE = re.compile(rb'[\0-\x1f\x7f"\\]')
_QUOTED = dict(zip(b'\a\b\t\n\v\f\r"\\', b'abtnvfr"\\', strict=True))
_NO_END = b"\n\\ No newline at end of file\n"


class _Change(NamedTuple):
    """The old lines ``first`` to ``last`` (exclusive) become the lines ``new``."""

    first: int
    last: int
    new: list[bytes]


def unified_diff(path: str, data: bytes, deletions: Spans) -> bytes:
    """The diff that removes ``deletions`` (sorted, disjoint spans of bytes) from ``data``; empty if there are none."""
    lines = _lines(data)
    parts = [b"".join(_hunks(lines, list(_changes(lines, data, deletions))))]
    if not parts[0]:
        return b""
    name = _name(path)
    return b"--- " + _written(b"a/" + name) + b"\n+++ " + _written(b"b/" + name) + b"\n" + parts[0]


def _name(path: str) -> bytes:
    """The path relative to the working folder, or to the root if it is outside, because no tool accepts ``..``."""
    name = os.path.relpath(path)
    if name.startswith(os.pardir + os.sep):
        name = os.path.splitdrive(os.path.abspath(path))[1].lstrip(os.sep)
    return os.fsencode(name.replace(os.sep, "/"))


def _written(name: bytes) -> bytes:
    if _TO_QUOTE.search(name) or name.endswith(b" "):
        name = b'"' + _TO_QUOTE.sub(lambda found: b"\\" + _quoted(found[0][0]), name) + b'"'
    return name + b"\t" if b" " in name else name  # the tab marks the end of a name with blanks


def _quoted(code: int) -> bytes:
    return bytes([_QUOTED[code]]) if code in _QUOTED else b"%03o" % code


def _lines(data: bytes) -> list[bytes]:
    *whole, last = data.split(b"\n")
    return [line + b"\n" for line in whole] + [last] * bool(last)


def _changes(lines: Sequence[bytes], data: bytes, deletions: Spans) -> Iterator[_Change]:
    starts = list(accumulate(map(len, lines), initial=0))
    first = last = 0
    left = bytearray()  # what is left of the lines from ``first`` on
    at = 0
    for start, end in deletions:
        line = bisect_right(starts, start) - 1
        if last and line >= last:
            left += data[at : starts[last]]
            yield _Change(first, last, _lines(bytes(left)))
            last = 0
        if not last:
            first, at, left = line, starts[line], bytearray()
        left += data[at:start]
        at = end
        last = bisect_right(starts, end - 1)
        if end == starts[last] and (left and not left.endswith(b"\n")):
            last = min(last + 1, len(lines))  # the line end is deleted, so the next line joins this one
    if last:
        left += data[at : starts[last]]
        yield _Change(first, last, _lines(bytes(left)))


def _hunks(lines: Sequence[bytes], changes: Sequence[_Change]) -> Iterator[bytes]:
    shift = n = 0
    while n < len(changes):
        group = [changes[n]]
        while n + 1 < len(changes) and changes[n + 1].first - changes[n].last <= 2 * _CONTEXT:
            n += 1
            group.append(changes[n])
        n += 1
        before = max(group[0].first - _CONTEXT, 0)
        after = min(group[-1].last + _CONTEXT, len(lines))
        grown = sum(len(change.new) - (change.last - change.first) for change in group)
        size = after - before
        old, new = _range(before, size), _range(before + shift, size + grown)
        yield f"@@ -{old} +{new} @@\n".encode()
        shift += grown
        at = before
        for change in group:
            yield from (_line(b" ", line) for line in lines[at : change.first])
            yield from (_line(b"-", line) for line in lines[change.first : change.last])
            yield from (_line(b"+", line) for line in change.new)
            at = change.last
        yield from (_line(b" ", line) for line in lines[at:after])


def _range(start: int, size: int) -> str:
    """The range in a hunk header, counted from 1. An empty range names the line before it."""
    first = start + 1 if size else start
    return f"{first}" if size == 1 else f"{first},{size}"


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + _NO_END
