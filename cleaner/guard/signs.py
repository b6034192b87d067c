"""What the marks of a cut say, as bits of one number: found in one pass over all marks, read by promises."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cleaner.model import CONTEXT, LEARNED, MECHANISMS, REGION, Cut
from cleaner.resolve import CUTS_ALONE

OWN = 1 << 0
"""A rule of the packs found its words."""
PROVEN = 1 << 1
"""Something other than a mechanism speaks against it."""
SURE = 1 << 2
"""A rule of the packs cuts it alone, and says nothing of other pages."""
NO_SUBHEADING = 1 << 3
"""What cuts it alone is a rule whose lines are not subheadings."""
OPENER = 1 << 4
"""It is a marker of a list of other pages, which is cut alone."""
OF_UNIT = 1 << 5
"""A section or a stage marks it, and not for its surroundings only."""
BELOW = 1 << 6
"""It is below a marker."""
TWO_SIGNS = 1 << 7
"""Its words and its shape or markup say that it is noise."""
DOUBTED = 1 << 8
"""The learned scorer speaks against it."""
AMONG = 1 << 9
"""Its surroundings speak against it."""
OUTSIDE = 1 << 10
"""It is outside the content of the page."""

_FROM_ONE, _FROM_SURE = OWN | PROVEN, SURE | NO_SUBHEADING | OPENER  # what only marks with such a score say


class Signs:
    """Reads the signs of cuts. ``of_markers`` are categories, the other arguments ids of rules; see `Known`."""

    def __init__(
        self,
        *,
        packs: Collection[str],
        openers: Collection[str],
        below_markers: Collection[str],
        two_signs: Collection[str],
        may_be_subheadings: Collection[str],
        of_markers: Collection[str],
    ) -> None:
        self._packs, self._openers, self._below_markers = packs, openers, below_markers
        self._two_signs, self._may_be_subheadings, self._of_markers = two_signs, may_be_subheadings, of_markers
        self._memo: dict[str, tuple[str, int]] = {}

    def of(self, cuts: Mapping[int, Cut]) -> dict[int, int]:
        """The signs of each cut, by its number."""
        memo = self._memo
        signs: dict[int, int] = {}
        for i, (_, marks, _) in cuts.items():
            found = 0
            for _, rule, category, _, score in marks:
                known = memo.get(rule)
                said = known[1] if known and known[0] == category else self._learn(rule, category)
                if score < CUTS_ALONE:
                    said &= ~_FROM_SURE if score > 0 else ~(_FROM_SURE | _FROM_ONE)
                found |= said
            signs[i] = found
        return signs

    def _learn(self, rule: str, category: str) -> int:
        """What a mark of this rule and category says if its score is high enough.

        It is remembered: nearly all marks of a rule have the same category.
        """
        is_of_packs = rule in self._packs
        said = (
            OWN * is_of_packs
            | PROVEN * (category not in MECHANISMS)
            | SURE * (is_of_packs and category not in self._of_markers)
            | NO_SUBHEADING * (rule not in self._may_be_subheadings)
            | OPENER * (rule in self._openers)
            | OF_UNIT * (not is_of_packs and category != CONTEXT)
            | BELOW * (rule in self._below_markers)
            | TWO_SIGNS * (rule in self._two_signs)
            | DOUBTED * (category == LEARNED)
            | AMONG * (category == CONTEXT)
            | OUTSIDE * (category == REGION)
        )
        self._memo[rule] = category, said
        return said
