"""Stages that find content of one kind, which an option asks to remove: captions, comments, the headline.

They judge nothing: what they find is content, and whether it is wanted is the user's choice. They run only if an option
asks for it, and no promise of the guard withdraws their cuts. What each finds belongs to a unit: one caption, one
comment, one headline.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

from cleaner.model import Mark
from cleaner.packs.rule import Packs
from cleaner.resolve import CUTS_ALONE
from cleaner.stages.base import Stage
from cleaner.view import View

AUTO, KEEP, DROP, SEPARATE = "auto", "keep", "drop", "separate"
"""Values of the options."""


class Asked(Stage):
    """Marks what the option ``option`` with this ``value`` asks to remove.

    A stage that reads markup is handed a page with the marks of the page stages. Any other is handed the finished
    document, with a mark of at least `CUTS_ALONE` on each block that is cut, and with the hits of all rules.
    """

    option: ClassVar[str]
    unasked: ClassVar[tuple[str, ...]] = (KEEP,)
    """The values with which the stage does not run."""

    def __init__(self, packs: Packs, *, value: str = DROP) -> None:
        del packs
        self.value = value

    @abstractmethod
    def units(self, page: View) -> Mapping[int, int]:
        """The blocks that the stage finds, each with a number of the caption, comment or headline it belongs to."""
        ...

    def __call__(self, page: View) -> Iterator[Mark]:
        """A mark on each block that the stage finds; the reason names the option."""
        blocks = page.document.blocks
        for i, unit in sorted(self.units(page).items()):
            reason = f"The option {self.option}={self.value} asks for it"
            if blocks.tree is not None:
                reason += f": {blocks.tree.tags[unit if unit > 0 else blocks.elements[i]]}"
            yield self.rules[0].mark(blocks.span(i), reason)


def kept(page: View) -> list[int]:
    """The blocks of a finished document that are not cut."""
    return [i for i, score in enumerate(page.sums) if score < CUTS_ALONE]
