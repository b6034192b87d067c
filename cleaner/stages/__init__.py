"""Stages: each reads a document and the marks so far, and yields marks. None changes anything.

A stage is any callable ``(Document, Sequence[Mark]) -> Iterable[Mark]``; a user's own needs no registration:
``Pipeline(stages=[*default_stages(packs), mine])``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cleaner.model import Document, Mark
from cleaner.packs import Packs
from cleaner.stages.context import Context
from cleaner.stages.lists import Lists
from cleaner.stages.phrases import Phrases
from cleaner.stages.repeats import Repeats
from cleaner.stages.sections import Sections

Stage = Callable[[Document, Sequence[Mark]], Iterable[Mark]]

STAGES: dict[str, Callable[[Packs], Stage]] = {
    "phrases": Phrases,
    "sections": Sections,
    "repeats": Repeats,
    "lists": Lists,
    "context": Context,
}


def default_stages(packs: Packs) -> list[Stage]:
    """The shipped stages in their order: later ones read the marks of earlier ones."""
    return [make(packs) for make in STAGES.values()]
