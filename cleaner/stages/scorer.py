"""The learned opinion on the blocks of a page: what the rules said so far, and all that can be measured without words.

It reads the marks of the stages before it as features, so it stands last among the stages for markup, and it has heard
what they say: its own score is what is missing from the sum of theirs to the sum it holds for right. To add a
verdict to votes it rests upon would count them twice. A veto stays a veto.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cleaner.features import votes
from cleaner.model import LEARNED, Document, Mark
from cleaner.packs import Packs, builtin_folder
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT

if TYPE_CHECKING:  # numpy is slow to import
    from cleaner.scorer.model import Model
    from cleaner.scorer.table import Floats, Table

BOUNDS = (0.15, 0.3)
"""Of the probability from which a block is kept: there its sum is the one that the profile balanced cuts at."""

_BELOW, _ABOVE = 10, 40  # points for one unit of log-odds under, over the threshold
_LEAST, _MOST = -100, 140  # the sum aimed at
_VETO = -1_000  # a sum below holds a veto
_MOST_BLOCKS = 20_000  # a table takes about 5 kB a block; pages with more are no pages


class Scorer:
    """Marks for and against the blocks of a page by a learned model; says nothing of plain text."""

    def __init__(self, packs: Packs, *, bounds: tuple[float, float] = BOUNDS) -> None:
        del packs
        self._bounds = bounds
        self._model: Model | None = None

    def __call__(self, document: Document, marks: Sequence[Mark]) -> Iterator[Mark]:
        blocks = document.blocks
        if blocks.tree is None or not 0 < len(blocks) <= _MOST_BLOCKS:
            return
        import numpy as np  # lazy: a tenth of a second

        from cleaner.scorer.decide import repeated, threshold
        from cleaner.scorer.table import block_table

        table = block_table(document, marks)
        odds = self.log_odds(table, document)
        p = 1 / (1 + np.exp(-odds.astype(np.float64)))
        bound = threshold(p, blocks.words, self._bounds)
        margin = np.log(bound / (1 - bound)) - odds
        wanted = np.clip(CUTS_BALANCED + np.where(margin > 0, _BELOW, _ABOVE) * margin, _LEAST, _MOST)
        # rounded away from the threshold
        wanted = np.where(margin > 0, np.ceil(wanted), np.minimum(np.floor(wanted), CUTS_BALANCED - 1)).astype(int)
        sums = np.array(votes(document, marks).sums)
        wanted = np.where(margin > 0, np.maximum(wanted, sums), wanted)  # where both see noise the surer one counts
        # what all profiles cut, or none does, is not said again
        is_new = (np.maximum(sums, wanted) >= CUTS_STRICT) & (np.minimum(sums, wanted) < CUTS_ALONE) & (sums != wanted)
        said = np.flatnonzero(is_new & (sums > _VETO))
        reasons = self.model.reasons(table, said, margin <= 0)
        for i, reason, chance, score in zip(
            said.tolist(), reasons, p[said].tolist(), (wanted - sums)[said].tolist(), strict=True
        ):
            why = f"Content with a probability of {chance:.2f}, {bound:.2f} is asked for here: {reason}"
            yield Mark(blocks.span(i), "scorer/block", LEARNED, why, score)
        for i in repeated(blocks, (margin <= 0).tolist()):
            yield Mark(blocks.span(i), "scorer/repeated", LEARNED, "Says again what stands above", CUTS_ALONE)

    @property
    def model(self) -> Model:
        """The model, read at the first page."""
        if self._model is None:
            from cleaner.scorer.model import Model

            self._model = Model.load(builtin_folder() / "scorer_html.npz")
        return self._model

    def log_odds(self, table: Table, document: Document) -> Floats:
        """Log-odds of content of each block."""
        del document
        return self.model.log_odds(table)
