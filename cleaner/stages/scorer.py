"""The learned opinion on the blocks of a page: what the rules said so far, and all that can be measured without words.

It reads the marks of the stages before it as features, so it stands last among the stages for markup, and it has heard
what they say: its own score is what is missing from the sum of theirs to the sum it holds for right. Measured out of
fold that is better than adding a verdict to votes it rests upon (word F1 0.882, not 0.880). A veto stays a veto.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cleaner.features import votes
from cleaner.model import Document, Mark, Span
from cleaner.packs import Packs, builtin_folder
from cleaner.resolve import CUTS_ALONE

if TYPE_CHECKING:  # numpy is slow to import
    from cleaner.scorer.model import Model
    from cleaner.scorer.table import Floats, Table

AT_THRESHOLD = 80
"""The sum where keeping and cutting are level: what the profile balanced cuts at."""

_BOUNDS = (0.15, 0.3)  # of the probability from which a block is kept
_BELOW, _ABOVE = 10, 40  # points for one unit of log-odds under, over the threshold
_LEAST, _MOST = -100, 140  # the sum aimed at
_LOWEST = 60  # the sum that the profile strict cuts at
_VETO = -1_000  # a sum below holds a veto
_REPEATED = 100
_MOST_BLOCKS = 20_000  # a table takes about 5 kB a block; pages with more are no pages


class Scorer:
    """Marks for and against blocks by a learned model of HTML or of plain text; says nothing of the other kind."""

    def __init__(self, packs: Packs, kind: Literal["html", "text"] = "html", path: Path | None = None) -> None:
        del packs
        self._kind = kind
        self._path = path or builtin_folder() / f"scorer_{kind}.npz"
        self._model: Model | None = None

    def __call__(self, document: Document, marks: Sequence[Mark]) -> Iterator[Mark]:
        blocks = document.blocks
        if (blocks.tree is None) is (self._kind == "html") or not 0 < len(blocks) <= _MOST_BLOCKS:
            return
        import numpy as np  # lazy: a tenth of a second

        from cleaner.scorer.decide import repeated, threshold
        from cleaner.scorer.table import block_table

        table = block_table(document, marks if self._kind == "html" else ())
        odds = self.log_odds(table, document)
        p = 1 / (1 + np.exp(-odds.astype(np.float64)))
        bound = threshold(p, blocks.words, _BOUNDS)
        margin = np.log(bound / (1 - bound)) - odds
        wanted = np.clip(AT_THRESHOLD + np.where(margin > 0, _BELOW, _ABOVE) * margin, _LEAST, _MOST)
        # rounded away from the threshold
        wanted = np.where(margin > 0, np.ceil(wanted), np.minimum(np.floor(wanted), AT_THRESHOLD - 1)).astype(int)
        sums = np.array(votes(document, marks).sums)
        wanted = np.where(margin > 0, np.maximum(wanted, sums), wanted)  # where both see noise the surer one counts
        # what all profiles cut, or none does, is not said again
        is_new = (np.maximum(sums, wanted) >= _LOWEST) & (np.minimum(sums, wanted) < CUTS_ALONE) & (sums != wanted)
        said = np.flatnonzero(is_new & (sums > _VETO))
        reasons = self.model.reasons(table, said, margin <= 0)
        for i, reason, chance, score in zip(
            said.tolist(), reasons, p[said].tolist(), (wanted - sums)[said].tolist(), strict=True
        ):
            why = f"Content with a probability of {chance:.2f}, {bound:.2f} is asked for here: {reason}"
            yield Mark(Span(blocks.starts[i], blocks.ends[i]), "scorer/block", "scorer", why, score)
        for i in repeated(blocks, (margin <= 0).tolist()):
            span = Span(blocks.starts[i], blocks.ends[i])
            yield Mark(span, "scorer/repeated", "scorer", "Says again what stands above", _REPEATED)

    @property
    def model(self) -> Model:
        """The model, read at the first page."""
        if self._model is None:
            from cleaner.scorer.model import Model

            self._model = Model.load(self._path)
        return self._model

    def log_odds(self, table: Table, document: Document) -> Floats:
        """Log-odds of content of each block."""
        del document
        return self.model.log_odds(table)
