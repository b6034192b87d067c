"""Keep-rules: what `cleaner check` and `cleaner fix` leave alone, by file, line or rule."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from cleaner.errors import ConfigError, nearest, refuse_unknown_key

_HASH_LENGTH = 12
_HASH = re.compile(rf"[0-9a-f]{{{_HASH_LENGTH}}}")
_GLOB_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_OF_GLOB = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def is_chosen(id: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    """Whether ``id`` starts with one of ``select`` (or ``select`` is empty) and with none of ``ignore``."""
    return (not select or id.startswith(tuple(select))) and not id.startswith(tuple(ignore))


@dataclass(frozen=True, slots=True)
class Keep:
    """A keep-rule: findings that match all its conditions are dropped.

    ``files`` are globs of files and folders relative to ``folder`` (``**`` matches any number of folders; a glob
    without a slash matches that name in any folder). ``lines`` are hashes made by `line_hash`. ``rules`` are prefixes
    of ids. ``place`` says where the keep-rule is defined.
    """

    files: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    why: str = ""
    folder: str = ""
    place: str = field(default="", compare=False)

    def holds(self, path: str, line: str, rule: str) -> bool:
        """Whether to drop a finding of ``rule`` in the file ``path``, on a line with the hash ``line``."""
        if self.lines and line not in self.lines:
            return False
        if self.rules and not rule.startswith(self.rules):
            return False
        return not self.files or self._is_of(path)

    def _is_of(self, path: str) -> bool:
        names = os.path.relpath(path, self.folder or None).split(os.sep)
        return any(_matches(glob, names) for glob in self.files)


def line_hash(text: str) -> str:
    """The hash of a line for keep-rules and baselines: twelve hexadecimal digits, independent of white space."""
    squeezed = " ".join(text.split())
    return hashlib.sha256(squeezed.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]


def read_keeps(rows: object, place: str, folder: str) -> tuple[Keep, ...]:
    """The keep-rules in the tables ``[[keep]]`` of the file ``place``. Raises `ConfigError`, which names the key."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(f"{place}: keep must be a list of tables [[keep]] with files, lines or rules, not {rows!r}")
    return tuple(_keep(row, f"{place}: keep {n}", folder) for n, row in enumerate(rows, 1))


def refuse_unknown_rules(keeps: Sequence[Keep], ids: Sequence[str]) -> None:
    """Raise `ConfigError`, naming the nearest id, for a keep-rule with a prefix in ``rules`` that starts no id."""
    known = sorted({*ids, *(id.partition("/")[0] for id in ids)})
    for keep in keeps:
        for prefix in keep.rules:
            if not any(id.startswith(prefix) for id in ids):
                cure = f"{nearest(prefix, known)}; see `cleaner rules list`"
                raise ConfigError(f"{keep.place}: no rule id starts with {prefix!r}{cure}")


def _keep(row: Mapping[str, Any], place: str, folder: str) -> Keep:
    known = [one.name for one in fields(Keep) if one.name not in ("folder", "place")]
    for name, value in row.items():
        refuse_unknown_key(place, name, name, known)
        if name == "why":
            if not isinstance(value, str):
                raise ConfigError(f"{place}: why must be a string, not {value!r}")
        elif not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
            raise ConfigError(f"{place}: {name} must be a list of strings, not {value!r}")
    if not row.keys() & {"files", "lines", "rules"}:
        raise ConfigError(f"{place}: matches every finding; limit it with files, lines or rules")
    for value in row.get("files", ()):
        _refuse_glob(value, place)
    for value in row.get("lines", ()):
        if not _HASH.fullmatch(value):
            raise ConfigError(f"{place}: {value!r} is not a line hash; copy it from `cleaner check --format json`")
    values = {name: tuple(row[name]) for name in ("files", "lines", "rules") if name in row}
    return Keep(**values, why=row.get("why", ""), folder=folder, place=place)


def _matches(glob: str, names: Sequence[str]) -> bool:
    """Whether a glob matches a path, given as the list of its names, or a folder that contains it."""
    pattern = _pattern(glob)
    ends = range(1, len(names) + (not glob.endswith("/")))
    if "/" in glob.rstrip("/"):
        return any(pattern.fullmatch("/".join(names[:end])) for end in ends)
    return any(pattern.fullmatch(names[end - 1]) for end in ends)


def _refuse_glob(glob: str, place: str) -> None:
    if glob.startswith("!"):
        raise ConfigError(f"{place}: files: {glob!r}: exceptions are not supported; name only files to leave alone")
    if "{" in glob:
        raise ConfigError(f"{place}: files: {glob!r}: braces are not supported; write one pattern for each choice")


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    parts = _GLOB_PARTS.findall(glob.removeprefix("./").strip("/"))
    return re.compile("".join(_OF_GLOB.get(part) or re.escape(part) for part in parts), re.DOTALL)
