"""Which documents are shown on a page: those with the highest risk, as many drawn at random, and examples of rules.

The random half is there for a judgement about all documents: what is wrong in it is wrong as often in the whole run.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from cleaner.review.survey import Entry, Survey

BY_RISK, AT_RANDOM, BOTH, EXAMPLE = "risk", "random", "both", "example"
MIN_SIZE = 1_000
"""Bytes that a document takes at least."""
_EXAMPLES_SHARE = 5  # examples of rules take at most this part of a page
_NEVER = 1 << 60


@dataclass(slots=True)
class Chosen:
    """A document of the sample, and the turns in which it was drawn: by its risk, and at random.

    An example of a rule is on the page in any case.
    """

    entry: Entry
    risk_turn: int = _NEVER
    lot_turn: int = _NEVER
    is_example: bool = False

    @property
    def turn(self) -> int:
        """The first turn in which the document is on the page."""
        return 0 if self.is_example else min(self.risk_turn, self.lot_turn)

    def drawn(self, turns: int) -> str:
        """Why the document is in a sample with this number of turns: `BY_RISK`, `AT_RANDOM`, `BOTH` or `EXAMPLE`."""
        if self.risk_turn < turns and self.lot_turn < turns:
            return BOTH
        if self.risk_turn < turns:
            return BY_RISK
        return AT_RANDOM if self.lot_turn < turns else EXAMPLE


def choose(survey: Survey, max_bytes: int, max_documents: int, longest: int) -> list[Chosen]:
    """The documents of the sample: examples of rules, then in the order of turns one by its risk and one at random.

    The rows of the documents have at most ``max_bytes``, of which a document counts with at most ``longest``.
    """
    found = _examples(survey, max_bytes // _EXAMPLES_SHARE, max_documents // _EXAMPLES_SHARE)
    left = max_bytes - sum(max(one.entry.size, MIN_SIZE) for one in found.values())
    for turn, pair in enumerate(zip_longest(survey.by_risk(), survey.by_lot())):
        new = {entry.number: entry for entry in pair if entry and entry.number not in found}
        left -= sum(min(max(entry.size, MIN_SIZE), longest) for entry in new.values())
        if left < 0 or len(found) + len(new) > max_documents:
            break
        found |= {number: Chosen(entry) for number, entry in new.items()}
        risky, random = pair
        if risky:
            found[risky.number].risk_turn = turn
        if random:
            found[random.number].lot_turn = turn
    return list(found.values())


def _examples(survey: Survey, max_bytes: int, max_documents: int) -> dict[int, Chosen]:
    """The examples of rules by their numbers, the shortest ones if there are too many."""
    found: dict[int, Chosen] = {}
    for entry in survey.examples():
        max_bytes -= max(entry.size, MIN_SIZE)
        if max_bytes < 0 or len(found) == max_documents:
            break
        found[entry.number] = Chosen(entry, is_example=True)
    return found


def turns_that_fit(chosen: list[Chosen], sizes: dict[int, int], max_bytes: int) -> int:
    """The number of turns whose documents have at most ``max_bytes`` together. ``sizes`` are bytes by number."""
    for one in chosen:
        max_bytes -= sizes.get(one.entry.number, 0)
        if max_bytes < 0:
            return one.turn
    known = [turn for one in chosen for turn in (one.risk_turn, one.lot_turn) if turn < _NEVER]
    return max(known, default=-1) + 1
