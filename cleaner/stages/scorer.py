"""The learned opinion on the blocks of a document, by what the rules said so far and all that is measured of blocks.

It reads the marks of the stages before it as features, so it stands last among them, and it has heard what they say:
its own score is what is missing from the sum of theirs to the sum it holds for right. To add a verdict to votes it
rests upon would count them twice. A veto stays a veto.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from cleaner.model import CONTEXT, LEARNED, Blocks, Document, Mark
from cleaner.packs.load import builtin_folder
from cleaner.packs.rule import StageRule
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT
from cleaner.stages.base import Stage
from cleaner.view import View

if TYPE_CHECKING:  # numpy is slow to import
    from cleaner.scorer.columns import Table
    from cleaner.scorer.decide import Levels
    from cleaner.scorer.groups import Floats, Ints
    from cleaner.scorer.model import Model

BOUNDS = (0.15, 0.3)
"""Of the probability from which a block of a page is kept: there its sum is the one that balanced cuts at."""

_SURER, _SAFER = 4.0, 4.0  # log-odds beyond the outer levels, and the sums there
_MOST, _LEAST = 140, -100
_SURE_NOISE = -6.0  # log-odds of what rules cut alone
_VETO = -1_000  # a sum below holds a veto
_MIN_PAGE_WORDS = 400  # a shorter page is judged only if rules find noise in it
_MIN_PAGE_NOISE = 3  # blocks that rules cut
_MOST_BLOCKS = 20_000  # a table takes about 5 kB a block; documents with more are no pages


BLOCK = StageRule(
    id="scorer/block",
    category=LEARNED,
    summary="A block that the learned scorer takes for boilerplate.",
    why="A model judges the shape and place of the block; no rule found known words in it.",
    score=_MOST,
    removes=(
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
  Share this article
- The desk
  Sign up for our newsletter
  Follow us on Facebook
  Privacy policy
  All rights reserved
""",
    ),
    keeps=(
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.
The desk
Farmers had asked for help in June, and a vote on it is due in the autumn.
Share this article
""",
    ),
)
REPEATED = StageRule(
    id="scorer/repeated",
    category=LEARNED,
    summary="A block that the learned scorer takes for a repetition.",
    why="It says again, word for word, what a block above says.",
    score=CUTS_ALONE,
    removes=(
        """
  <html><nav><p>Home</p><p>News</p><p>Log in</p></nav><main><h1>Rain in the north</h1>
  <p>The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.</p>
  <p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
- <p>The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.</p>
  </main></html>
""",
    ),
    keeps=(
        """
<html><nav><p>Home</p><p>News</p><p>Log in</p></nav><main><h1>Rain in the north</h1>
<p>The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.</p>
<p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
<p>Farmers had asked for help in June, and a vote on it is due in the autumn.</p>
</main></html>
""",
    ),
)


class Scorer(Stage):
    """Marks for and against the blocks of a document by a learned model."""

    rules: ClassVar[tuple[StageRule, ...]] = (BLOCK,)
    file: ClassVar[str]
    """Its model, beside the packs."""

    def __init__(self, *, model: Model | None = None) -> None:
        self._model = model
        self._is_given = model is not None

    @abstractmethod
    def is_asked(self, page: View) -> bool:
        """Whether the document is one that it judges."""

    @abstractmethod
    def levels(self, p: Floats, words: Sequence[int]) -> Levels:
        """The log-odds of content below which each profile cuts; ``p`` are probabilities of the blocks."""

    @abstractmethod
    def scores(self, wanted: Ints, sums: Ints, placed: Ints) -> Ints:
        """The scores of its marks: what is missing from the ``sums`` of the rules to those it holds for right.

        ``placed`` is the part of ``sums`` that rules gave for the place of a block alone. A score of 0 is not said.
        """

    def __call__(self, page: View) -> Iterator[Mark]:
        document = page.document
        blocks = document.blocks
        if not 0 < len(blocks) <= _MOST_BLOCKS or not self.is_asked(page):
            return
        import numpy as np  # lazy: a tenth of a second

        from cleaner.scorer.table import block_table

        table = block_table(document, page.marks, self.model.categories)
        sums, placed = np.array(page.sums), _placed(page)
        odds = self.odds(table, document, sums - placed)
        levels = self.levels(_probability(odds), blocks.words)
        stays = odds >= levels.balanced
        scores = self.scores(_sums(odds, levels), sums, placed)
        said = np.flatnonzero((scores != 0) & (sums > _VETO))
        asked = _probability(np.array(self.asked_for(levels)))
        for i, reason, chance, score in zip(
            said.tolist(),
            self.model.reasons(table, said, stays),
            _probability(odds[said]).tolist(),
            scores[said].tolist(),
            strict=True,
        ):
            why = f"Content with a probability of {chance:.2f}, {asked:.2f} is asked for here: {reason}"
            yield BLOCK.mark(blocks.span(i), why, score)
        yield from self.repeats(blocks, stays.tolist())

    def asked_for(self, levels: Levels) -> float:
        """The level that reasons name."""
        return levels.balanced

    def repeats(self, blocks: Blocks, stays: Sequence[bool]) -> Iterable[Mark]:
        """Marks of blocks that say again what stands above; ``stays`` tells which blocks it would keep."""
        del blocks, stays
        return ()

    @property
    def model(self) -> Model:
        """The model, read at the first document."""
        if self._model is None:
            from cleaner.scorer.model import Model

            self._model = Model.load(builtin_folder() / self.file)
        return self._model

    @property
    def digest(self) -> bytes:
        """The hash of the model it ships with; a model that was handed to it has none."""
        return b"" if self._is_given else hashlib.sha256((builtin_folder() / self.file).read_bytes()).digest()

    def odds(self, table: Table, document: Document, heard: Ints) -> Floats:
        """Log-odds of content of each block; ``heard`` is what rules say of its words."""
        import numpy as np

        del document, heard
        return self.model.log_odds(table).astype(np.float64)


class PageScorer(Scorer):
    """The scorer of pages with markup: speaks for and against blocks."""

    rules = (BLOCK, REPEATED)
    reads = "markup"
    file = "scorer_html.npz"

    def __init__(self, *, model: Model | None = None, bounds: tuple[float, float] = BOUNDS) -> None:
        super().__init__(model=model)
        self._bounds = bounds

    def is_asked(self, page: View) -> bool:
        """Whether it has markup, and is a whole page of a site: long, or with noise that rules know.

        The model was trained on whole pages. Fragments (feed items, fields of a CMS, short posts) are not like them.
        """
        blocks = page.document.blocks
        if blocks.tree is None:
            return False
        if sum(blocks.words) >= _MIN_PAGE_WORDS:
            return True
        return sum(score >= CUTS_BALANCED for score in page.sums) >= _MIN_PAGE_NOISE

    def levels(self, p: Floats, words: Sequence[int]) -> Levels:
        """The log-odds of content below which each profile cuts; ``p`` are probabilities of the blocks."""
        from cleaner.scorer.decide import page_levels

        return page_levels(p, words, self._bounds)

    def scores(self, wanted: Ints, sums: Ints, placed: Ints) -> Ints:
        """What is missing; where both see noise the surer one counts."""
        import numpy as np

        del placed
        wanted = np.where(wanted >= CUTS_BALANCED, np.maximum(wanted, sums), wanted)
        # what all profiles cut, or none does, is not said again
        is_new = (np.maximum(sums, wanted) >= CUTS_STRICT) & (np.minimum(sums, wanted) < CUTS_ALONE)
        return np.where(is_new, wanted - sums, 0)

    def repeats(self, blocks: Blocks, stays: Sequence[bool]) -> Iterable[Mark]:
        """Marks of blocks that say again what a kept one above says."""
        from cleaner.scorer.decide import repeated

        for i in repeated(blocks, stays):
            yield REPEATED.mark(blocks.span(i), "Says again what stands above")


class TextScorer(Scorer):
    """The scorer of plain text: speaks against blocks, never for one that rules would cut.

    Their words are surer evidence than a place in a text without markup.
    """

    file = "scorer_text.npz"

    def __init__(self, *, model: Model | None = None, least: int = CUTS_STRICT) -> None:
        """``least`` is the sum that cuts a block: what does not reach it is not said."""
        super().__init__(model=model)
        self._least = least

    def is_asked(self, page: View) -> bool:
        """Whether it is a plain text."""
        return page.document.blocks.tree is None

    def asked_for(self, levels: Levels) -> float:
        """The level of the profile."""
        at_least = zip((CUTS_ALONE, CUTS_BALANCED), levels, strict=False)
        return next((level for points, level in at_least if self._least >= points), levels.strict)

    def odds(self, table: Table, document: Document, heard: Ints) -> Floats:
        """Log-odds of content of each block; what rules are sure of is not asked again."""
        import numpy as np

        del document
        found = np.full(len(heard), _SURE_NOISE)
        asked = np.flatnonzero(heard < CUTS_ALONE)
        found[asked] = self.model.log_odds(table, asked)
        return found

    def levels(self, p: Floats, words: Sequence[int]) -> Levels:
        """The log-odds of content below which each profile cuts; ``p`` are probabilities of the blocks."""
        from cleaner.scorer.decide import text_levels

        return text_levels(p, words)

    def scores(self, wanted: Ints, sums: Ints, placed: Ints) -> Ints:
        """What is missing, where anything is; a cut that rested on its place alone is confirmed."""
        import numpy as np

        heard = np.where(wanted >= CUTS_ALONE, sums - placed, sums)
        is_new = (wanted >= self._least) & (heard < CUTS_ALONE)
        return np.where(is_new, np.maximum(wanted - heard, 0), 0)


def _placed(page: View) -> Ints:
    """What each block was given for its place."""
    import numpy as np

    blocks = page.document.blocks
    found = np.zeros(len(blocks), np.int64)
    said = [(mark.span.start, mark.score) for mark in page.marks if mark.category == CONTEXT]
    if said:
        at = {start: i for i, start in enumerate(blocks.starts)}
        for start, score in said:
            if start in at:
                found[at[start]] += score
    return found


def _probability(log_odds: Floats) -> Floats:
    import numpy as np

    found: Floats = 1 / (1 + np.exp(-log_odds))
    return found


def _sums(odds: Floats, levels: Levels) -> Ints:
    """The sum of votes that each block deserves: at each level the one that its profile cuts at, straight between."""
    import numpy as np

    at = np.array([levels.careful - _SURER, *levels, levels.strict + _SAFER]) + np.arange(5) * 1e-9
    found = np.floor(np.interp(odds, at, [_MOST, CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT, _LEAST])).astype(np.int64)
    for level, points in zip(levels, (CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT), strict=True):
        found = np.where(odds < level, np.maximum(found, points), np.minimum(found, points - 1))
    return found
