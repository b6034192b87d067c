"""Findings that the user has accepted: a file with the output of ``cleaner check --format json``."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from cleaner.errors import ConfigError

_NAMES = ("path", "rule", "line_hash")


class Baseline:
    """Accepted findings by file, rule and text of the line. The number of the line may change.

    Each finding accepts one cut. Paths are relative to the working folder: ``a``, ``./a`` and the absolute path are
    the same file.
    """

    def __init__(self, accepted: Iterable[tuple[str, str, str]] = ()) -> None:
        self._accepted: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for path, rule, line in accepted:
            self._accepted[_name(path)][rule, line] += 1

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """The baseline in the file ``path``. Raises `ConfigError` if it is missing or is not the output of `check`."""
        cure = f"create it with: cleaner check FILES --format json > {path}"
        try:
            rows = json.loads(path.read_bytes())
        except OSError as error:
            raise ConfigError(f"{path}: can't read the baseline: {error.strerror}; {cure}") from error
        except (ValueError, RecursionError):
            rows = None
        if not isinstance(rows, list) or not all(map(_is_finding, rows)):
            raise ConfigError(f"{path}: is not the output of `cleaner check --format json`; {cure}")
        return cls((row["path"], row["rule"], row["line_hash"]) for row in rows)

    def of(self, path: str) -> Mapping[tuple[str, str], int]:
        """How often each rule is accepted in the file ``path``, by rule and hash of the line."""
        return self._accepted.get(_name(path), {})


def _is_finding(row: object) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(name), str) for name in _NAMES)


def _name(path: str) -> str:
    return os.path.abspath(path.replace("\\", "/"))
