"""Findings that were accepted: the output of ``cleaner check --format json``, kept in a file."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from cleaner.errors import ConfigError

_NAMES = ("path", "rule", "line_hash")


class Baseline:
    """Accepted findings by file, rule and line, whatever line they have moved to; each is accepted once.

    Paths are compared as the working folder sees them: ``a``, ``./a`` and the absolute path are one file.
    """

    def __init__(self, accepted: Iterable[tuple[str, str, str]] = ()) -> None:
        self._accepted: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for path, rule, line in accepted:
            self._accepted[_name(path)][rule, line] += 1

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Raises `ConfigError` if the file is not there or is no such output."""
        cure = f"make it with: cleaner check FILES --format json > {path}"
        try:
            rows = json.loads(path.read_bytes())
        except OSError as error:
            raise ConfigError(f"{path}: the baseline can't be read: {error.strerror}; {cure}") from error
        except (ValueError, RecursionError):
            rows = None
        if not isinstance(rows, list) or not all(map(_is_finding, rows)):
            raise ConfigError(f"{path}: is not the output of `cleaner check --format json`; {cure}")
        return cls((row["path"], row["rule"], row["line_hash"]) for row in rows)

    def of(self, path: str) -> Mapping[tuple[str, str], int]:
        """How often each rule is accepted on a line of a certain hash in the file ``path``."""
        return self._accepted.get(_name(path), {})


def _is_finding(row: object) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(name), str) for name in _NAMES)


def _name(path: str) -> str:
    return os.path.abspath(path.replace("\\", "/"))
