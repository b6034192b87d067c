"""Stages: each looks at a document and at the marks so far, and yields marks. No stage changes anything.

`SHIPPED` is the one list of them. A stage of your own needs no entry: ``Pipeline(stages=[Desk])``, or
``stages = ["mypkg.mine:Desk"]`` in a configuration file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal, NamedTuple

from cleaner.packs.rule import Packs, StageRule
from cleaner.resolve import CUTS_STRICT
from cleaner.stages.asked import Asked
from cleaner.stages.base import Reads, Stage, built
from cleaner.stages.captions import Captions
from cleaner.stages.context import Context
from cleaner.stages.elements import Elements
from cleaner.stages.ends import Ends
from cleaner.stages.headline import Headline
from cleaner.stages.hidden import Hidden, HiddenWords
from cleaner.stages.linked import Linked
from cleaner.stages.links import Links
from cleaner.stages.lists import Lists
from cleaner.stages.load import StageOption, load_stage, source_digest
from cleaner.stages.made import Made
from cleaner.stages.opened import Opened
from cleaner.stages.phrases import Phrases
from cleaner.stages.quoted import Quoted
from cleaner.stages.region import Region
from cleaner.stages.repeats import Repeats
from cleaner.stages.running_heads import RunningHeads
from cleaner.stages.scorer import PageScorer, TextScorer
from cleaner.stages.sections import Sections
from cleaner.stages.thread import Thread
from cleaner.stages.trafilatura import SecondOpinion, Trafilatura

__all__ = [
    "SHIPPED", "Classifier", "Place", "Reads", "Shipped", "Stage", "StageOption", "asked_stages", "built",
    "default_stages", "late_stages", "load_stage", "page_stages", "shipped_rules", "source_digest",
]  # fmt: skip

Classifier = Literal["blocks", "rules", "trafilatura", "both"]

Place = Literal["page", "text", "late", "asked"]
"""When a stage runs: once, on the markup of a page; in each pass over text; once, on a text with a cut; or only if an
option asks for what it removes."""

_ALL: tuple[Classifier, ...] = ("blocks", "rules", "trafilatura", "both")


class Shipped(NamedTuple):
    """A stage of the package: when it runs, and with which classifiers."""

    stage: type[Stage]
    place: Place
    classifiers: tuple[Classifier, ...] = _ALL

    @property
    def name(self) -> str:
        """The name of its module."""
        return self.stage.__module__.rpartition(".")[2]


SHIPPED = (
    Shipped(Elements, "page", ("blocks", "rules", "both")),
    Shipped(Hidden, "page", ("blocks", "rules", "both")),
    Shipped(Region, "page", ("blocks", "rules", "both")),
    Shipped(Links, "page", ("blocks", "rules", "both")),
    Shipped(PageScorer, "page", ("blocks", "both")),
    Shipped(Trafilatura, "page", ("trafilatura",)),
    Shipped(SecondOpinion, "page", ("both",)),
    Shipped(Opened, "page", ("blocks", "rules", "both")),
    Shipped(HiddenWords, "page", ("blocks", "rules", "both")),
    Shipped(Phrases, "text"),
    Shipped(Sections, "text"),
    Shipped(Quoted, "text"),
    Shipped(Linked, "text"),
    Shipped(Repeats, "text"),
    Shipped(Lists, "text"),
    Shipped(Context, "text"),
    Shipped(Made, "text"),
    Shipped(Ends, "text"),
    Shipped(RunningHeads, "text"),
    Shipped(TextScorer, "late", ("blocks", "trafilatura", "both")),
    Shipped(Thread, "asked"),
    Shipped(Captions, "asked"),
    Shipped(Headline, "asked"),
)
"""The shipped stages, in the order in which they run: later ones read the marks of earlier ones."""


def page_stages(packs: Packs, classifier: Classifier = "blocks") -> list[Stage]:
    """The shipped stages for markup that belong to ``classifier``, in order."""
    return [built(stage, packs) for stage in _at("page", classifier)]


def default_stages(packs: Packs) -> list[Stage]:
    """The shipped stages for text, in order."""
    return [built(stage, packs) for stage in _at("text", "blocks")]


def late_stages(packs: Packs, classifier: Classifier = "blocks", *, least: int = CUTS_STRICT) -> list[Stage]:
    """The shipped stages for text that run only if the other stages caused a cut.

    ``least`` is the sum of scores that cuts a block.
    """
    return [built(stage, packs, least=least) for stage in _at("late", classifier)]


def asked_stages(packs: Packs, values: Mapping[str, str]) -> list[Asked]:
    """The shipped stages whose removals the options ask for. ``values`` are those of the options, by name."""
    stages = [entry.stage for entry in SHIPPED if entry.place == "asked" and issubclass(entry.stage, Asked)]
    return [stage(packs, value=values[stage.option]) for stage in stages if values[stage.option] not in stage.unasked]


@cache
def shipped_rules() -> tuple[StageRule, ...]:
    """The rules that the shipped stages declare, each once, by id."""
    rules = {rule.id: rule for entry in SHIPPED for rule in entry.stage.rules}
    return tuple(rules[id] for id in sorted(rules))


def _at(place: Place, classifier: Classifier) -> Iterable[type[Stage]]:
    return (entry.stage for entry in SHIPPED if entry.place == place and classifier in entry.classifiers)
