"""Stages: each reads a document and the marks so far, and yields marks. No stage changes anything.

A stage is any callable ``(Document, Sequence[Mark]) -> Iterable[Mark]``; a stage of your own needs no registration:
``Pipeline(stages=[*default_stages(packs), mine])``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Literal

from cleaner.model import Document, Mark
from cleaner.packs.rule import Packs
from cleaner.resolve import CUTS_STRICT
from cleaner.stages.context import Context
from cleaner.stages.elements import Elements
from cleaner.stages.links import Links
from cleaner.stages.lists import Lists
from cleaner.stages.phrases import Phrases
from cleaner.stages.region import Region
from cleaner.stages.repeats import Repeats
from cleaner.stages.scorer import PageScorer, TextScorer
from cleaner.stages.sections import Sections
from cleaner.stages.trafilatura import Trafilatura

Stage = Callable[[Document, Sequence[Mark]], Iterable[Mark]]

STAGES: dict[str, Callable[[Packs], Stage]] = {
    "phrases": Phrases,
    "sections": Sections,
    "repeats": Repeats,
    "lists": Lists,
    "context": Context,
}

LATE_STAGES: dict[str, Callable[..., Stage]] = {"scorer": TextScorer}

Classifier = Literal["blocks", "rules", "trafilatura", "both"]

PAGE_STAGES: dict[str, Callable[[Packs], Stage]] = {
    "paths": Elements,
    "region": Region,
    "links": Links,
    "scorer": PageScorer,
    "trafilatura": Trafilatura,
    "second-opinion": partial(Trafilatura, dropped=40, kept=-15),
}
"""Stages that read the markup of a page; they run once, before the stages that read its text."""

_OF_CLASSIFIER: dict[Classifier, tuple[str, ...]] = {
    "blocks": ("paths", "region", "links", "scorer"),
    "rules": ("paths", "region", "links"),
    "trafilatura": ("trafilatura",),
    "both": ("paths", "region", "links", "scorer", "second-opinion"),
}


def page_stages(packs: Packs, classifier: Classifier = "blocks") -> list[Stage]:
    """The shipped stages for markup that belong to ``classifier``, in order."""
    return [PAGE_STAGES[name](packs) for name in _OF_CLASSIFIER[classifier]]


def default_stages(packs: Packs) -> list[Stage]:
    """The shipped stages for text, in order: later stages read the marks of earlier ones."""
    return [make(packs) for make in STAGES.values()]


def late_stages(packs: Packs, classifier: Classifier = "blocks", *, least: int = CUTS_STRICT) -> list[Stage]:
    """The shipped stages for text that run only if the other stages caused a cut.

    ``least`` is the sum of scores that cuts a block.
    """
    return [] if classifier == "rules" else [make(packs, least=least) for make in LATE_STAGES.values()]
