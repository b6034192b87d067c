"""The loop over the promises: each may withdraw cuts, and none adds a cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleaner.guard.case import Case
from cleaner.guard.emptied import whole_page
from cleaner.guard.ground import Ground
from cleaner.guard.known import Known
from cleaner.guard.promise import AppliesTo
from cleaner.guard.promises import PROMISES
from cleaner.model import EMPTIED, Cut, Document, Withdrawal
from cleaner.packs.rule import Packs
from cleaner.resolve import CUTS_ALONE


@dataclass(frozen=True, slots=True)
class Guarded:
    """The cuts that are left, the withdrawals, and the status of the page."""

    cuts: tuple[Cut, ...]
    withdrawn: tuple[Withdrawal, ...] = ()
    status: str = "ok"
    warnings: tuple[str, ...] = ()


class Guard:
    """Checks the promises on the cuts of a document.

    With ``keeps_captions`` no evidence is enough for a cut of a caption next to content.
    """

    def __init__(self, packs: Packs, *, keeps_captions: bool = False) -> None:
        self._known = Known(packs, keeps_captions=keeps_captions)

    def __call__(
        self,
        document: Document,
        cuts: Sequence[Cut],
        applies_to: AppliesTo = "text",
        *,
        threshold: int = CUTS_ALONE,
        furniture: int = 0,
        ground: Ground | None = None,
    ) -> Guarded:
        """Return the ``cuts`` that break no promise, and the others with the promise that each would break.

        ``applies_to`` is ``text`` for cuts of a text and ``page`` for cuts by markup. ``threshold`` is the sum of
        scores that cuts a block. ``furniture`` is the number of different lines of noise that markup cut before.
        ``ground`` is that of the document, if it is there from another call.
        """
        if not cuts:
            return Guarded(())
        case = Case(document, cuts, self._known, threshold, furniture, ground)
        withdrawn: list[Withdrawal] = []
        warnings: list[str] = []
        for promise in PROMISES:
            if promise.applies_to != applies_to or not (broken := promise.broken(case)):
                continue
            withdrawn += [Withdrawal(case.give_back(i), promise.name) for i in broken]
            warnings += [promise.warning] * bool(promise.warning)
        return _guarded(case, withdrawn, warnings, applies_to)

    def joined(
        self,
        document: Document,
        careful: Guarded,
        own: Guarded,
        applies_to: AppliesTo,
        *,
        ground: Ground | None = None,
    ) -> Guarded:
        """Join the cuts of a profile, ``own``, with those of a more careful one; both are made from the same marks.

        If both together would empty the text, only the cuts of the more careful profile are returned.
        """
        more = _outside(careful.cuts, own.cuts)
        if not more:
            return own
        case = Case(document, [*own.cuts, *more], self._known, CUTS_ALONE, ground=ground)
        taken = {cut.span for cut in more}
        given_back = [one for one in own.withdrawn if one.cut.span not in taken]
        if any(
            promise.broken(case) for promise in PROMISES if promise.name == EMPTIED and promise.applies_to == applies_to
        ):
            case = Case(document, careful.cuts, self._known, CUTS_ALONE, ground=ground)
            given_back += [Withdrawal(cut, EMPTIED) for cut in _outside(own.cuts, careful.cuts)]
        return _guarded(case, given_back, [], applies_to)


def _guarded(case: Case, withdrawn: Sequence[Withdrawal], warnings: Sequence[str], applies_to: AppliesTo) -> Guarded:
    """The result for ``case``, with the status of the text."""
    status = whole_page(case) if applies_to == "text" else ""
    if status:
        warnings = (*warnings, f"the whole page is noise: {status}")
    in_order = sorted(withdrawn, key=lambda one: one.cut.span)
    return Guarded(tuple(case.left()), tuple(in_order), status or "ok", tuple(warnings))


def _outside(cuts: Sequence[Cut], others: Sequence[Cut]) -> list[Cut]:
    """Those of ``cuts`` that are not among ``others``."""
    taken = {cut.span for cut in others}
    return [cut for cut in cuts if cut.span not in taken]
