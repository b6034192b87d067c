"""What a promise is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cleaner.guard.case import Case

AppliesTo = Literal["text", "page"]
"""The cuts that a promise applies to: those of texts, which include the rest of each page, or those by markup."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text, or a page as HTML, and lines of it that are proposed as cuts.

    ``doubts`` are the lines that the learned scorer doubts in the example. The shipped rules propose all other cuts.
    """

    source: str
    lines: tuple[str, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """A reason to withdraw cuts: ``broken`` returns the numbers of the cuts of a case that would break it.

    ``summary`` completes the sentence "a cut is withdrawn when ...". The promise withdraws the lines of ``breaks``.
    The lines of ``keeps``, a similar example, are cut. ``warning`` is added to the result if any cut is withdrawn.
    """

    name: str
    summary: str
    applies_to: AppliesTo
    broken: Callable[[Case], set[int]]
    breaks: Example
    keeps: Example
    warning: str = ""
