"""What the removed lines know about the page, kept as metadata."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.model import Cut, Document, Fact


def harvest(document: Document, cuts: Sequence[Cut]) -> tuple[Fact, ...]:
    return ()
