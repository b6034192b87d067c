"""The signs of a line in a document, which are the low bits of its number; the other bits stand for the line."""

from __future__ import annotations

from cleaner.model import Kind

PROSE, LONG, HEADLINE, FIXED, AGAIN = 1, 2, 4, 8, 16
"""Running text, long running text, perhaps the headline, code or a table, what the first line has."""
SIGNS = PROSE | LONG | HEADLINE | FIXED | AGAIN
"""The bits of a number that are signs. A line without a letter is the number 0."""
FIXED_KINDS = frozenset((Kind.CODE, Kind.CELL, Kind.SPEC, Kind.STEP, Kind.QUOTE))
"""The kinds of blocks whose lines are never learned: code, tables, steps and quotations."""
