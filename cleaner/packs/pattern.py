"""A pattern that is compiled on its first search: most pages need only a few patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import regex

PATTERN_SECONDS = 0.05
"""Seconds that a pattern that is not trusted may take for one block before its search is abandoned."""

_GROUP_NAME = re.compile(r"\(\?P<\w+>")


class LazyPattern:
    """The pattern of ``source``. A trusted one is compiled by the standard library's ``re`` if that accepts it.

    Trusted patterns need no time limit, and ``re`` searches twice as fast.
    """

    __slots__ = ("_compiled", "finditer", "is_trusted", "source")

    def __init__(self, source: str, *, is_trusted: bool) -> None:
        self.source = source
        self.is_trusted = is_trusted
        self._compiled: re.Pattern[str] | regex.Pattern[str] | None = None
        self.finditer: Callable[[str], Iterator[Any]] = self._first_search
        """Finds all matches in a text. Raises `TimeoutError` if a pattern that is not trusted takes too long."""

    @property
    def compiled(self) -> re.Pattern[str] | regex.Pattern[str]:
        """The compiled pattern. Raises `regex.error` if ``source`` is invalid; packs with such patterns do not load."""
        if self._compiled is None:
            self._compiled = self._compile()
        return self._compiled

    def _first_search(self, text: str) -> Iterator[Any]:
        compiled = self.compiled
        if isinstance(compiled, re.Pattern):
            self.finditer = compiled.finditer
        else:
            self.finditer = partial(compiled.finditer, timeout=PATTERN_SECONDS)
        return self.finditer(text)

    def _compile(self) -> re.Pattern[str] | regex.Pattern[str]:
        if self.is_trusted:
            try:
                return re.compile(_GROUP_NAME.sub("(?:", self.source))
            except re.error:
                pass
        return regex.compile(self.source)
