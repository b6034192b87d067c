"""Superscripts and subscripts as single characters: ``n²``, ``H₂O``."""

from __future__ import annotations

from collections.abc import Mapping

from cleaner.inline.marks import What

_ABOVE = dict(zip("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_BELOW = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))

RAISED: Mapping[What, Mapping[str, str]] = {What.ABOVE: _ABOVE, What.BELOW: _BELOW}
"""The characters that have a superscript or a subscript, and these."""

_ON_THE_LINE = str.maketrans(
    {raised: "-" if sign == "−" else sign for signs in RAISED.values() for sign, raised in signs.items()}
)


def on_the_line(text: str) -> str:
    """``text`` with the characters on the line in the place of superscripts and subscripts."""
    return text.translate(_ON_THE_LINE)
