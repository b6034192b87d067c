"""Findings that were accepted: the output of ``cleaner check --format json``, kept in a file."""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from cleaner.errors import ConfigError
from cleaner.lint.finding import Finding

_Key = tuple[str, str, str]


class Baseline:
    """Accepted findings by file, rule and line, whatever line they have moved to; each is accepted once."""

    def __init__(self, accepted: Iterable[_Key] = ()) -> None:
        self._left = Counter(accepted)

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Raises `ConfigError` if the file is not there or is no such output."""
        try:
            rows = json.loads(path.read_bytes())
            return cls([(_name(row["path"]), row["rule"], row["line_hash"]) for row in rows])
        except OSError as error:
            cure = f"make it with: cleaner check FILES --format json > {path}"
            raise ConfigError(f"{path}: the baseline can't be read: {error.strerror}; {cure}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{path}: is no output of `cleaner check --format json`") from error

    def new(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that were not accepted; each one seen uses up its acceptance."""
        for finding in findings:
            key = (_name(finding.path), finding.rule, finding.line_hash)
            if self._left[key]:
                self._left[key] -= 1
            else:
                yield finding


def _name(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/"))
