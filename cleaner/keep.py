"""Keep-rules: what `cleaner check` and `cleaner fix` leave alone, by file, line or rule."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from cleaner.errors import ConfigError, nearest

_HASH_LENGTH = 12
_HASH = re.compile(rf"[0-9a-f]{{{_HASH_LENGTH}}}")
_GLOB_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_OF_GLOB = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True, slots=True)
class Keep:
    """Findings that fit all that is given here are none.

    ``files`` are globs relative to ``folder`` (``**`` is any number of folders; without a slash any file of that
    name), ``lines`` hashes of lines as `line_hash` makes them, ``rules`` the beginnings of ids.
    """

    files: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    why: str = ""
    folder: str = ""

    def holds(self, path: str, line: str, rule: str) -> bool:
        """Whether a finding of ``rule`` in the file ``path``, on a line with the hash ``line``, is to be left alone."""
        if self.lines and line not in self.lines:
            return False
        if self.rules and not rule.startswith(self.rules):
            return False
        return not self.files or self._is_of(path)

    def _is_of(self, path: str) -> bool:
        relative = os.path.relpath(path, self.folder or None).replace(os.sep, "/")
        name = relative.rpartition("/")[2]
        return any(_pattern(glob).fullmatch(relative if "/" in glob else name) for glob in self.files)


def line_hash(text: str) -> str:
    """The name of a line for keep-rules and baselines: twelve hexadecimal digits, the same for any white space."""
    squeezed = " ".join(text.split())
    return hashlib.sha256(squeezed.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]


def read_keeps(rows: object, place: str, folder: str) -> tuple[Keep, ...]:
    """The keep-rules in the tables ``[[keep]]`` of the file ``place``. Raises `ConfigError` naming the key."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(f"{place}: keep must be tables, [[keep]] with files, lines or rules below, not {rows!r}")
    return tuple(_keep(row, f"{place}: keep {n}", folder) for n, row in enumerate(rows, 1))


def _keep(row: Mapping[str, Any], place: str, folder: str) -> Keep:
    known = [field.name for field in fields(Keep) if field.name != "folder"]
    for name, value in row.items():
        if name not in known:
            cure = nearest(name, known) or f"; known are {', '.join(known)}"
            raise ConfigError(f"{place}: unknown key {name!r}{cure}")
        if name == "why":
            if not isinstance(value, str):
                raise ConfigError(f"{place}: why must be a string, not {value!r}")
        elif not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
            raise ConfigError(f"{place}: {name} must be a list of strings, not {value!r}")
    if not row.keys() & {"files", "lines", "rules"}:
        raise ConfigError(f"{place}: would keep everything; say which files, lines or rules")
    for value in row.get("lines", ()):
        if not _HASH.fullmatch(value):
            raise ConfigError(f"{place}: {value!r} is no hash of a line; copy it from `cleaner check --format json`")
    values = {name: tuple(row[name]) for name in ("files", "lines", "rules") if name in row}
    return Keep(**values, why=row.get("why", ""), folder=folder)


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    parts = _GLOB_PARTS.findall(glob.removeprefix("./"))
    return re.compile("".join(_OF_GLOB.get(part) or re.escape(part) for part in parts), re.DOTALL)
