"""The lines of a formatted pack: where each statement begins, how lists are broken, in which order phrases are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from cleaner.packs.check import line_form, phrase_form
from cleaner.packs.syntax import (
    Array,
    Blank,
    Group,
    Header,
    Inline,
    Item,
    Pair,
    Remark,
    Statement,
    Value,
    joined_comments,
)
from cleaner.packs.wrap import WIDTH, joined_pattern, wrapped_pattern, wrapped_text

_INDENT = "    "
SORTED: Mapping[str, Callable[[str], str]] = {
    "lines": line_form,
    **dict.fromkeys(("starts", "phrases", "needs", "topic"), phrase_form),
}
"""Lists of phrases, and the form in which the loader keeps them: two phrases of one form are the same."""
LISTED = ("pattern", "unless", "removes", "keeps")
"""Lists whose order is their author's, with one value on a line as well."""
PATTERNS = ("pattern", "unless")


def laid_out(found: Iterable[Statement]) -> Iterator[str]:
    """The lines of a file: no blank line at its ends, never two in a row, always one before a table."""
    before: Statement | None = None
    table = ""
    for statement in found:
        if isinstance(statement, Blank):
            if before is None:
                continue
        elif isinstance(before, Blank) or (isinstance(statement, Header) and isinstance(before, Pair)):
            yield ""
        if isinstance(statement, Header):
            table = statement.text.strip("[]")
            yield _with_comment(statement.text, statement.comment)
        elif isinstance(statement, Remark):
            yield statement.text
        elif isinstance(statement, Pair):
            yield from _pair(statement, table)
        before = statement


def _with_comment(line: str, comment: str) -> str:
    return f"{line}  {comment}" if comment else line


def _pair(pair: Pair, table: str) -> Iterator[str]:
    value = pair.value
    kind = _kind(pair, table)
    lines: Iterable[str]
    if isinstance(value, Inline):
        yield from _inline(pair, value, table)
        return
    if isinstance(value, Array):
        lines = _array(f"{pair.key} = ", value, kind)
    else:
        lines = f"{pair.key} = {_token(value, '', taken=len(pair.key) + 3, after=0)}".split("\n")
    *first, last = lines
    yield from first
    yield _with_comment(last, pair.comment)


def _kind(pair: Pair, table: str) -> str:
    """The name that says how a list is laid out: all lists of a topic are phrases."""
    return "topic" if table == "topic" or pair.key.partition(".")[0].strip() == "topic" else pair.name


def _inline(pair: Pair, value: Inline, table: str) -> Iterator[str]:
    """An inline table on one line, or, if it is too long, one key on a line: ``where.zone = "tail"``."""
    line = f"{pair.key} = {_one_line(value)}"
    if len(line) <= WIDTH and "\n" not in line and not any(_needs_lines(each, table, pair) for each in value.pairs):
        yield _with_comment(line, pair.comment)
        return
    if pair.comment:
        yield pair.comment
    for each in value.pairs:
        yield from _pair(Pair(f"{pair.key}.{each.key}", each.name, each.value, each.comment), table)


def _needs_lines(inner: Pair, table: str, outer: Pair) -> bool:
    """Whether a value of an inline table is a list that is written with one value on a line."""
    value = inner.value
    if not isinstance(value, Array):
        return False
    kind = _kind(outer, table) if _kind(outer, table) == "topic" else inner.name
    return value.has_comments or (len(value.items) > 1 and (kind in SORTED or kind in LISTED))


def _one_line(value: Value) -> str:
    if isinstance(value, Item):
        return value.token
    if isinstance(value, Array):
        return f"[{', '.join(item.token for item in value.items)}]"
    pairs = ", ".join(f"{pair.key} = {_one_line(pair.value)}" for pair in value.pairs)
    return f"{{ {pairs} }}" if pairs else "{}"


def _array(start: str, array: Array, kind: str) -> Iterator[str]:
    """A list of names, or of one value, on one line if it fits; any other with one value on a line."""
    groups = _without_duplicates(array.groups, kind)
    items = [item for group in groups for item in group.items]
    line = f"{start}[{', '.join(item.token for item in items)}]"
    is_listed = kind in SORTED or kind in LISTED
    if not array.has_comments and len(line) <= WIDTH and "\n" not in line and (len(items) <= 1 or not is_listed):
        yield line
        return
    yield f"{start}["
    for group in groups:
        yield from (f"{_INDENT}{heading}" for heading in group.headings)
        for item in group.items:
            *first, last = f"{_INDENT}{_token(item, kind, taken=len(_INDENT), after=1)},".split("\n")
            yield from first
            yield _with_comment(last, item.comment)
    yield "]"


def _without_duplicates(groups: tuple[Group, ...], kind: str) -> list[Group]:
    """The groups of a list without what is in it twice; phrases are sorted below each comment of their own line."""
    values = [item.value for group in groups for item in group.items]
    if not (kind in SORTED or kind in LISTED) or not all(isinstance(value, str) for value in values):
        return list(groups)
    form = SORTED.get(kind) or (joined_pattern if kind in PATTERNS else str)
    kept: dict[str, Item] = {}
    result = []
    for group in groups:
        new: dict[str, Item] = {}
        for item in group.items:
            same = form(item.value)
            place = kept if same in kept else new
            first = place.get(same, item)
            comment = joined_comments(first.comment, item.comment) if first is not item else item.comment
            place[same] = Item(first.token, first.value, comment)
        kept |= new
        result.append((group.headings, list(new)))
    order = _sorted if kind in SORTED else list[Item]
    return [Group(headings, tuple(order([kept[form] for form in forms]))) for headings, forms in result]


def _sorted(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.value.casefold(), item.value))


def _token(item: Item, kind: str, *, taken: int, after: int) -> str:
    """The text of a value as its author wrote it, or on several lines if one of its lines is too long."""
    first, *others = item.token.split("\n")
    ends = [taken + len(first), *map(len, others)]
    ends[-1] += after
    if max(ends) <= WIDTH or not isinstance(item.value, str):
        return item.token
    wrapped = wrapped_pattern if kind in PATTERNS else wrapped_text
    return wrapped(joined_pattern(item.value) if kind in PATTERNS else item.value, taken, after)
