"""One form for rule packs: one phrase on a line, sorted, none twice, no line over 120 characters.

`docs/rules.md` describes the form. Formatting changes no rule: the result is read back, and a file whose rules or
comments would change is refused.
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cleaner import atomic
from cleaner.errors import RuleError
from cleaner.packs.layout import LISTED, PATTERNS, SORTED, laid_out
from cleaner.packs.load import parse_pack, read_pack
from cleaner.packs.syntax import Array, Header, Inline, Pair, Remark, Statement, statements
from cleaner.packs.wrap import joined_pattern


def formatted(path: Path, source: str) -> str:
    """The text of a pack in its one form. Raises `RuleError` naming file and line if it is not TOML or not a pack."""
    before = parse_pack(path, source)
    _refuse_other_files(path, before)
    unix = source.replace("\r\n", "\n")
    result = "".join(f"{line}\n" for line in laid_out(statements(unix)))
    if _content(before) != _content(tomllib.loads(result)) or _comments(unix) != _comments(result):
        raise RuleError(f"{path}:1: can't be formatted without a change of its rules or comments; nothing was written")
    return result.replace("\n", "\r\n") if "\r\n" in source else result


def format_file(path: Path) -> tuple[bytes, bytes]:
    """What a pack contains, and what it would contain once formatted. Raises `RuleError`."""
    data, text = read_pack(path)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return data, (mark + formatted(path, text.removeprefix(mark))).encode()


def replace_file(path: Path, data: bytes) -> None:
    """Write ``data`` as a whole or not at all; mode and links stay. Raises `RuleError` if it can't be written."""
    real = os.path.realpath(path)
    if not os.access(real, os.W_OK):
        raise RuleError(f"{path}: is read-only; make it writable to format it")
    try:
        mode = os.stat(real).st_mode & 0o7777
        atomic.replace_file(real, data, os.path.dirname(real), mode, prefix=".cleaner-fmt-")
    except OSError as error:
        raise RuleError(f"{path}: can't be written: {error.strerror}; it is unchanged") from error


def _refuse_other_files(path: Path, data: Mapping[str, Any]) -> None:
    """Raise `RuleError` for TOML that is neither a pack nor a language, such as a project's configuration."""
    is_language = all(name in ("lang", "name", "topic") or "/" in name for name in data)
    if "category" not in data and not is_language:
        raise RuleError(f"{path}:1: is not a rule pack: it has no category, and its tables are not named after rules")


def _content(data: Mapping[str, Any], *, is_topic: bool = False) -> dict[str, Any]:
    """What a pack says, apart from the order of its phrases."""
    return {name: _value("topic" if is_topic else name, value) for name, value in data.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return _content(value, is_topic=name == "topic")
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return [_value(name, each) for each in value] if isinstance(value, list) else value
    if name in SORTED:
        return sorted(set(map(SORTED[name], value)))
    if name in LISTED:
        return list(dict.fromkeys(map(joined_pattern if name in PATTERNS else str, value)))
    return value


def _comments(source: str) -> Counter[str]:
    """The words of all comments."""
    return Counter(" ".join(_found_comments(statements(source))).split())


def _found_comments(found: Iterable[Statement]) -> Iterator[str]:
    for statement in found:
        if isinstance(statement, Remark):
            yield statement.text
        elif isinstance(statement, Header):
            yield statement.comment
        elif isinstance(statement, Pair):
            yield from _comments_of(statement)


def _comments_of(pair: Pair) -> Iterator[str]:
    yield pair.comment
    if isinstance(pair.value, Array):
        for group in pair.value.groups:
            yield from (*group.headings, *(item.comment for item in group.items))
    elif isinstance(pair.value, Inline):
        yield from (comment for each in pair.value.pairs for comment in _comments_of(each))
