"""The clean text of a page as Markdown: CommonMark with the tables of GFM (https://github.github.com/gfm/).

Only what the author of the page marked up becomes markup: headings, lists, tables, code, quotations, terms, captions.
All other kept blocks become paragraphs, and characters that would be Markdown by accident are escaped.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from cleaner.model import HEADINGS, Kind, Result, TextFormat, Tree

__all__ = ["TextFormat", "to_markdown"]

_LEVELS = {name: level for level, name in enumerate(HEADINGS, 1)}
_PREFORMATTED = frozenset(("pre", "listing", "xmp", "plaintext"))
_CODE = frozenset(("code", "samp", "kbd"))
_INLINE = frozenset(("a", "span", "label", "button", "time", "output", "data", "font"))
_ROLES = {"figcaption": "caption", "caption": "caption", "dt": "term", "dd": "description"}
_AROUND = {"caption": "*", "term": "**"}
_MAX_NESTING = 10  # lists and quotations nested deeper are not distinguished
_QUOTE = "> "
_BREAK = "  "  # at the end of a line: a hard line break

_RUNS = re.compile(r"`+|\*+|_+|~+")
_SIGNS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # reads as an escape or a line break
    r"|<(?=[a-zA-Z/!?])|&(?=\#?\w{1,32};)|\](?=\()"  # a tag, an entity, a link
    rf"|{_RUNS.pattern}",
    re.MULTILINE,
)
_BLOCK_SIGN = re.compile(r"\#{1,6}(?!\S)|>|[-+*](?!\S)|[-=_*|:](?=[-=_*|:\s]*$)|\[(?=[^\]]+\]:)")
_FENCE = re.compile(r"~{3,}|`{3,}")
_NUMBER = re.compile(r"\d{1,9}(?=[.)](?!\S))")
_CLOSING_HASHES = re.compile(r"(?<!\S)\#(?=\#*$)")


def to_markdown(result: Result) -> str:
    """The kept blocks of a page as Markdown: every kept word, in order, and no other word.

    For plain text it is the clean text, unchanged.
    """
    tree = result.document.blocks.tree
    if tree is None:
        return result.text
    return "".join(f"{line}\n" for line in _Writer(tree).write(_parts(result, _places(tree))))


class _Place(NamedTuple):
    """How the text in an element is written, which depends on the element and its ancestors."""

    role: str = ""  # heading, pre, code, caption, term, description; empty for a paragraph
    leaf: int = -1  # the innermost element that is not inline; its lines belong together
    containers: tuple[int, ...] = ()  # list items and quotations, from the outside in
    table: int = -1
    row: int = -1  # the element of the table row

    def inside(self, i: int, name: str) -> _Place:
        """The place inside element ``i``, which is a child of this one."""
        if self.role in ("pre", "heading") or name in _INLINE:
            return self
        if name in _CODE:
            return self if self.role else self._replace(role="code")
        if name in ("li", "blockquote"):
            return _Place("", i, (*self.containers, i)[:_MAX_NESTING])
        if name == "table":
            return _Place("", i, self.containers, table=i)
        if name == "tr":
            return self._replace(leaf=i, row=i)
        if name in _LEVELS or name in _PREFORMATTED:
            return self._replace(role="heading" if name in _LEVELS else "pre", leaf=i)
        return self._replace(role=_ROLES.get(name, self.role), leaf=i)


def _places(tree: Tree) -> list[_Place]:
    places: list[_Place] = []
    for i, (parent, tag) in enumerate(zip(tree.parents, tree.tags, strict=True)):
        places.append((places[parent] if parent >= 0 else _NOWHERE).inside(i, tag.name))
    return places


_NOWHERE = _Place()


@dataclass(slots=True)
class _Part:
    """Lines that form one paragraph, table or code block. ``last`` and ``place`` describe the last block."""

    is_table: bool
    last: int = -1
    place: _Place = _NOWHERE
    lines: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)  # one for each line

    def continues(self, place: _Place, *, is_row: bool, follows: bool) -> bool:
        """Whether a line at ``place`` belongs to this part, too. A line that ``follows`` has no gap above it."""
        if self.is_table:
            return self.place.table == place.table and (is_row or (follows and self.place.role == place.role))
        if is_row:
            return False
        if place.role == "pre":
            return self.place.leaf == place.leaf
        if place.role == "description" and self.place.role == "term":
            return follows and self.place.containers == place.containers
        return follows and (self.place.leaf, self.place.role) == (place.leaf, place.role)

    def add(self, i: int, line: str, place: _Place, *, is_row: bool = False) -> None:
        """Add block ``i``; further lines of a cell stay in its row."""
        if self.is_table and not is_row and place.row == self.place.row:
            self.lines[-1] = f"{self.lines[-1]} {line.strip()}"
        else:
            self.lines.append(line)
            self.roles.append(place.role)
        self.last, self.place = i, place


def _parts(result: Result, places: Sequence[_Place]) -> Iterator[_Part]:
    blocks, text = result.document.blocks, result.document.text
    part = _Part(is_table=False)
    for i, line in _kept_lines(result):
        place = places[blocks.elements[i]]
        is_row = place.table >= 0 and blocks.kinds[i] is Kind.CELL and "\t" in line
        follows = i == part.last + 1 and not blocks.apart[i]
        if not part.lines or not part.continues(place, is_row=is_row, follows=follows):
            if part.lines:
                yield part
            part = _Part(is_row)
        elif place.role == "pre" and not follows:
            part.add(i, "", place)
        has_columns = part.is_table or place.role == "pre"  # then leading white space is part of the line
        part.add(i, _leading(text, blocks.starts[i]) + line if has_columns else line, place, is_row=is_row)
    if part.lines:
        yield part


def _kept_lines(result: Result) -> Iterator[tuple[int, str]]:
    """Yield each block of which text is kept, and that text."""
    blocks, text, cuts = result.document.blocks, result.document.text, result.cuts
    n = 0
    for i, (start, end) in enumerate(zip(blocks.starts, blocks.ends, strict=True)):
        kept: list[str] = []
        at = start
        while n < len(cuts) and cuts[n].span.start < end:
            kept.append(text[at : cuts[n].span.start])
            at = max(at, cuts[n].span.end)
            if at > end:
                break  # the cut continues in the next block
            n += 1
        if line := "".join((*kept, text[at:end])).strip():
            yield i, line


def _leading(text: str, start: int) -> str:
    """The white space between the start of the line and ``start``."""
    leading = text[text.rfind("\n", 0, start) + 1 : start]
    return leading if leading.isspace() else ""


class _Writer:
    """Writes parts one below the other, each after the signs of the list items and quotations that contain it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._numbers = _item_numbers(tree)
        self._opened: set[int] = set()

    def write(self, parts: Iterable[_Part]) -> Iterator[str]:
        """The lines of the page, without line ends."""
        before: tuple[int, ...] | None = None
        for part in parts:
            here = part.place.containers
            if before is not None and not self._is_tight(before, here):
                yield self._indents(_shared(before, here)).rstrip()
            sign = "".join(map(self._open, here))
            for line in self._lines(part):
                yield sign + line if line else sign.rstrip()
                sign = self._indents(here)
            before = here

    def _lines(self, part: _Part) -> list[str]:
        if part.is_table:
            return _table(part.lines)
        if part.roles[0] == "pre":
            return _fenced(part.lines)
        if part.roles[0] == "heading":
            level = _LEVELS[self._tree.tags[part.place.leaf].name]
            return [f"{'#' * level} {_escape_end(_escape(' '.join(part.lines)))}"]
        return _paragraph(part.lines, part.roles)

    def _open(self, container: int) -> str:
        """The sign of a list item or a quotation; a list item has it only on its first line."""
        if container in self._opened:
            return self._indents((container,))
        self._opened.add(container)
        return self._sign(container)

    def _indents(self, containers: Iterable[int]) -> str:
        signs = map(self._sign, containers)
        return "".join(sign if sign == _QUOTE else " " * len(sign) for sign in signs)

    def _sign(self, container: int) -> str:
        tags, parent = self._tree.tags, self._tree.parents[container]
        if tags[container].name == "blockquote":
            return _QUOTE
        return f"{self._numbers[container]}. " if parent >= 0 and tags[parent].name == "ol" else "- "

    def _is_tight(self, before: Sequence[int], here: Sequence[int]) -> bool:
        """Whether no blank line is needed, because ``here`` begins an item directly below another one or inside it."""
        shared = len(_shared(before, here))
        sign = self._sign(here[shared]) if shared < len(here) else _QUOTE
        if sign == _QUOTE:
            return False
        if shared < len(before):
            parents = self._tree.parents
            return parents[before[shared]] == parents[here[shared]]
        # a list that does not begin with 1 can't interrupt a paragraph
        return bool(shared) and self._sign(here[shared - 1]) != _QUOTE and sign in ("- ", "1. ")


def _shared(before: Sequence[int], here: Sequence[int]) -> Sequence[int]:
    """The outer containers that both have."""
    return [a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, here, strict=False))]


def _item_numbers(tree: Tree) -> dict[int, int]:
    """The number of each list item among the items of its list."""
    counts: defaultdict[int, int] = defaultdict(int)
    numbers = {}
    for i, tag in enumerate(tree.tags):
        if tag.name == "li":
            parent = tree.parents[i]
            counts[parent] += 1
            numbers[i] = counts[parent]
    return numbers


def _table(lines: Sequence[str]) -> list[str]:
    """Rows of cells separated by tabs; the first row is the header, because GFM has no table without one."""
    rows = [[_escape(cell.strip()).replace("|", r"\|") for cell in line.split("\t")] for line in lines]
    width = max(map(len, rows))
    header, *others = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return [header, f"|{' --- |' * width}", *others]


def _fenced(lines: Sequence[str]) -> list[str]:
    fence = "`" * max(3, 1 + _longest_run(lines))
    return [fence, *lines, fence]


def _code(line: str) -> str:
    sign = "`" * (1 + _longest_run([line]))
    return f"{sign} {line} {sign}" if "`" in (line[0], line[-1]) else f"{sign}{line}{sign}"


def _longest_run(lines: Iterable[str]) -> int:
    """The length of the longest run of backticks."""
    return max((len(run) for line in lines for run in re.findall("`+", line)), default=0)


def _paragraph(lines: Sequence[str], roles: Sequence[str]) -> list[str]:
    if roles[0] == "code":
        written = [_code(line) for line in lines]
    else:
        escaped = _escape("\n".join(lines), is_emphasized=roles[0] in _AROUND).split("\n")
        signs = [_AROUND.get(role, "") for role in roles]
        written = [sign + _escape_start(line) + sign for sign, line in zip(signs, escaped, strict=True)]
    return [*[line + _BREAK for line in written[:-1]], written[-1]]


def _escape(text: str, *, is_emphasized: bool = False) -> str:
    """``text`` with a backslash before each sign that would be Markdown syntax inside a line."""
    if not _SIGNS.search(text):
        return text
    harmful = _harmful_runs(text, is_emphasized=is_emphasized)

    def escaped(sign: re.Match[str]) -> str:
        is_run = sign[0][0] in "`*_~"
        return sign[0] if is_run and sign.start() not in harmful else _escape_all(sign[0])

    return _SIGNS.sub(escaped, text)


def _escape_all(signs: str) -> str:
    return "".join(f"\\{char}" for char in signs)


def _escape_start(line: str) -> str:
    """``line`` with a backslash before a sign that is Markdown syntax at the start of a line."""
    if number := _NUMBER.match(line):
        return f"{number[0]}\\{line[number.end() :]}"
    if fence := _FENCE.match(line):  # escape the whole fence: two signs left could be strikethrough or code
        return _escape_all(fence[0]) + line[fence.end() :]
    return f"\\{line}" if _BLOCK_SIGN.match(line) else line


def _escape_end(heading: str) -> str:
    """``heading`` with a backslash before closing hashes, which a parser would drop."""
    return _CLOSING_HASHES.sub(r"\\#", heading)


def _harmful_runs(text: str, *, is_emphasized: bool) -> set[int]:
    """Offsets of runs of backticks, asterisks, underscores and tildes that would be code, emphasis or strikethrough."""
    runs: defaultdict[str, list[re.Match[str]]] = defaultdict(list)
    for run in _RUNS.finditer(text):
        runs[run[0][0]].append(run)
    code = runs.pop("`", [])
    harmful = {run.start() for run in code} if len({len(run[0]) for run in code}) < len(code) else set[int]()
    for sign, found in runs.items():
        if sign == "*" and is_emphasized:
            harmful.update(run.start() for run in found)
            continue
        sides = [(run.start(), *_sides(run)) for run in found]
        opening = [at for at, opens, _ in sides if opens]
        closing = [at for at, _, closes in sides if closes]
        if opening and closing and opening[0] < closing[-1]:
            harmful.update(opening, closing)
    return harmful


def _sides(run: re.Match[str]) -> tuple[bool, bool]:
    """Whether a run can open and close emphasis: https://spec.commonmark.org/0.31.2/#can-open-emphasis."""
    before, after = run.string[run.start() - 1 : run.start()], run.string[run.end() : run.end() + 1]
    is_left = _weight(after) > 0 and (_weight(after) > 1 or _weight(before) < 2)
    is_right = _weight(before) > 0 and (_weight(before) > 1 or _weight(after) < 2)
    if run[0][0] != "_":
        return is_left, is_right
    return is_left and (not is_right or _weight(before) == 1), is_right and (not is_left or _weight(after) == 1)


def _weight(char: str) -> int:
    """0 for white space or the end of the text, 1 for punctuation, 2 for anything else."""
    if not char or char.isspace():
        return 0
    return 1 if unicodedata.category(char)[0] in "PS" else 2
