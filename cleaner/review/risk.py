"""The risk of a document: points for what was removed, what is doubtful, and what is unusual.

The points order documents and explain why one is at the top. They do not say how probable an error is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cleaner.ledger_form import cuts_of, withdrawn_of

SURE = ("rule",)
"""Mechanisms that found words or an element of a rule. A cut of any other one is doubtful."""
MAX_REMOVED, MAX_DOUBTFUL, MAX_WITHDRAWN, MAX_RARE = 40.0, 30.0, 15.0, 15.0
"""The most points for each part of the risk; together they are 100."""
FULL_SHARE = 0.25
"""The share of a document's characters in doubtful cuts, or in withdrawals, that gives all points."""


class Shares(NamedTuple):
    """Shares of the characters of a document: removed, in doubtful cuts, and in cuts that a promise withdrew."""

    removed: float
    doubtful: float
    withdrawn: float


class Risk(NamedTuple):
    """The points of a document, 0 to 100 in total. ``rare`` is for documents of a host with few others."""

    removed: float
    doubtful: float
    withdrawn: float
    rare: float

    @property
    def total(self) -> float:
        """All points."""
        return sum(self)


def shares_of(document: Mapping[str, Any], ledger: Mapping[str, Any]) -> Shares:
    """The shares of a document. Raises `LedgerRowError` if parts of its ledger row do not match."""
    read = max(document["characters_in"], 1)
    doubtful = sum(cut.end - cut.start for cut in cuts_of(ledger) if cut.decision["mechanism"] not in SURE)
    withdrawn = sum(cut.end - cut.start for cut, _ in withdrawn_of(ledger))
    removed = document["characters_in"] - document["characters_out"]
    return Shares(*(min(max(part / read, 0.0), 1.0) for part in (removed, doubtful, withdrawn)))


def risk_of(shares: Shares, host_documents: int) -> Risk:
    """The risk of a document. ``host_documents`` is the number of documents of its host, 0 if it has no host."""
    return Risk(
        MAX_REMOVED * shares.removed,
        MAX_DOUBTFUL * min(shares.doubtful / FULL_SHARE, 1.0),
        MAX_WITHDRAWN * min(shares.withdrawn / FULL_SHARE, 1.0),
        MAX_RARE / host_documents if host_documents else 0.0,
    )
