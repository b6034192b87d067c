"""Shares in words."""

from __future__ import annotations

_SMALLEST = 0.001  # percent that is shown as a number


def percent(part: int, whole: int) -> str:
    """The share as a percentage with two significant digits, at most 100 %: ``0.12%``, ``3.4%``, ``57%``."""
    if not part or not whole:
        return "0%"
    share = min(100 * part / whole, 100)
    if share < _SMALLEST:
        return f"<{_SMALLEST}%"
    return f"{share:.0f}%" if share >= 10 else f"{share:.2g}%"
