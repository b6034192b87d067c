"""What a promise is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cleaner.guard.case import Case

AppliesTo = Literal["text", "page"]
"""Which cuts a promise is about: those of texts, what is left of pages among them, or those by the markup of pages."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text, or a page as HTML, and lines of it that are proposed as cuts.

    ``doubts`` are lines that the learned scorer is made to doubt; all else is proposed by the shipped rules.
    """

    source: str
    lines: tuple[str, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """A reason to give cuts back: ``broken`` finds those of a case that would break it.

    ``summary`` completes the sentence "a cut is withdrawn when ...". The promise gives back the lines of ``breaks``;
    the lines of ``keeps``, a near neighbour, go. ``warning`` is said where anything is given back.
    """

    name: str
    summary: str
    applies_to: AppliesTo
    broken: Callable[[Case], set[int]]
    breaks: Example
    keeps: Example
    warning: str = ""
