"""A pattern that is compiled when it is first searched with: most pages need but a few of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import regex

PATTERN_SECONDS = 0.05
"""Time a pattern that is not trusted gets for one block before it is given up."""

_GROUP_NAME = re.compile(r"\(\?P<\w+>")


class LazyPattern:
    """The pattern of ``source``; one that is ``is_trusted`` is the standard library's if that can read it.

    Trusted patterns need no time limit, and the standard library searches twice as fast.
    """

    __slots__ = ("_compiled", "finditer", "is_trusted", "source")

    def __init__(self, source: str, *, is_trusted: bool) -> None:
        self.source = source
        self.is_trusted = is_trusted
        self._compiled: re.Pattern[str] | regex.Pattern[str] | None = None
        self.finditer: Callable[[str], Iterator[Any]] = self._first_search
        """All matches in a text. Raises `TimeoutError` for a pattern that is not trusted and takes too long."""

    @property
    def compiled(self) -> re.Pattern[str] | regex.Pattern[str]:
        """Ready to search. Raises `regex.error` for what is no pattern; packs with such a one don't load."""
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
