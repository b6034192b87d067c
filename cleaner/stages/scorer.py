"""Marks by a learned model, which reads the features of blocks and the marks of the stages before it.

Because the marks of other stages are among its features, the scorer is the last stage. Its score is the difference
between the sum that the model finds right and the sum of the other marks: adding a full score of its own would count
the other marks twice. A veto stays a veto.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from cleaner.declared import declared, is_article
from cleaner.model import HIDDEN, LEARNED, Blocks, Document, Mark, Span
from cleaner.packs.load import builtin_folder
from cleaner.packs.rule import Packs, StageRule
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT
from cleaner.stages.base import Stage
from cleaner.view import View

if TYPE_CHECKING:  # numpy is slow to import
    from cleaner.scorer.columns import Table
    from cleaner.scorer.decide import Levels
    from cleaner.scorer.groups import Floats, Ints
    from cleaner.scorer.model import Model

BOUNDS, ARTICLE_BOUNDS, SMALL_BOUNDS = (0.1, 0.25), (0.15, 0.5), (0.05, 0.2)
"""Lowest and highest value of the probability of content from which the profile balanced keeps a block of a page.

The second pair is for pages that declare that they are articles: they have one text, which the model knows best. The
third is for small pages: the model was trained on larger ones, and each of their blocks is a large part of them.
"""

_SURER, _SAFER = 4.0, 4.0  # log-odds beyond the outer levels, at which the sums are the largest and the smallest
_MAX_SUM, _MIN_SUM = 140, -100
_SURE_NOISE = -6.0  # log-odds of blocks that rules cut alone
_SMALL_PAGE = 400  # words that rules leave
_CONFIRMS = 95  # wanted sum from which the profile careful follows a rule for markup
_VETO = -1_000  # a smaller sum contains a veto
_MIN_PAGE_NOISE = 3  # blocks that rules cut; a page with fewer shows no furniture
_MIN_LEFT = 150  # words that rules leave; on a page with fewer the scorer speaks for blocks, not against them
_MAX_BLOCKS = 20_000  # a table takes about 5 kB per block; longer documents are not pages


BLOCK = StageRule(
    id="scorer/block",
    category=LEARNED,
    summary="A block that the learned scorer takes for boilerplate.",
    why="A model judges the shape and place of the block; no rule found known words in it.",
    score=_MAX_SUM,
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
    why="It repeats a block above word for word.",
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
    """The file of its model, in the folder of the packs."""

    def __init__(self, *, model: Model | None = None) -> None:
        self._model = model
        self._is_given = model is not None

    @abstractmethod
    def applies_to(self, page: View) -> bool:
        """Whether the scorer judges this document."""

    @abstractmethod
    def levels(self, page: View, p: Floats, words: Floats) -> Levels:
        """The log-odds of content below which each profile cuts; ``p`` are probabilities of the blocks."""

    @abstractmethod
    def scores(self, wanted: Ints, sums: Ints, placed: Ints) -> Ints:
        """The scores of its marks: the difference between the ``wanted`` sums and the ``sums`` of other marks.

        ``placed`` is the part of ``sums`` that is only for the place of a block. A score of 0 makes no mark.
        """

    def placed(self, page: View, sums: Ints) -> Ints:
        """The part of the ``sums`` that is only for the place of a block; 0 if the scorer does not ask for it."""
        del page
        return sums * 0

    def __call__(self, page: View) -> Iterator[Mark]:
        page = page.alone()
        document = page.document
        blocks = document.blocks
        if not 0 < len(blocks) <= _MAX_BLOCKS or not self.applies_to(page):
            return
        import numpy as np  # lazy: a tenth of a second

        from cleaner.scorer.table import block_table

        model = self.model
        table = block_table(document, page.marks, model.categories, model.name_odds, model.names, model.word_odds)
        sums = np.array(page.sums)
        words = np.array(blocks.words, np.float64)
        placed = self.placed(page, sums)
        odds = self.odds(table, document, sums - placed)
        levels = self.levels(page, _probability(odds), words)
        stays = odds >= levels.balanced
        scores = np.where(sums > _VETO, self.scores(_sums(odds, levels), sums, placed), 0)
        marked = np.flatnonzero(self.told(page, scores, words))
        needed = f"{_probability(np.array(self.named_level(levels))):.2f} is needed here"
        new, starts, ends = tuple.__new__, blocks.starts, blocks.ends  # which makes a mark in half the time
        for i, reason, chance, score in zip(
            marked.tolist(),
            model.reasons(table, marked, stays),
            _probability(odds[marked]).tolist(),
            scores[marked].tolist(),
            strict=True,
        ):
            why = f"Content with a probability of {chance:.2f}; {needed}: {reason}"
            yield new(Mark, (new(Span, (starts[i], ends[i])), BLOCK.id, BLOCK.category, why, score))
        yield from self.repeats(blocks, stays.tolist())

    def told(self, page: View, scores: Ints, words: Floats) -> Ints:
        """The scores of the marks that it makes, 0 for the others. ``words`` are those of the blocks."""
        del page, words
        return scores

    def named_level(self, levels: Levels) -> float:
        """The level that the reasons of its marks name, in log-odds."""
        return levels.balanced

    def repeats(self, blocks: Blocks, stays: Sequence[bool]) -> Iterable[Mark]:
        """Marks of blocks that repeat a block above; ``stays`` is true for the blocks that the scorer would keep."""
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
        """The hash of the shipped model; empty if the caller gave another model."""
        return b"" if self._is_given else hashlib.sha256((builtin_folder() / self.file).read_bytes()).digest()

    def odds(self, table: Table, document: Document, of_words: Ints) -> Floats:
        """Log-odds of content of each block; ``of_words`` are the sums of scores for its words."""
        import numpy as np

        del document, of_words
        return self.model.log_odds(table).astype(np.float64)


class PageScorer(Scorer):
    """The scorer of pages with markup. Its marks speak for and against blocks."""

    rules = (BLOCK, REPEATED)
    reads = "markup"
    file = "scorer_html.npz"

    def __init__(self, *, model: Model | None = None, bounds: tuple[float, float] | None = None) -> None:
        """``bounds`` replace `BOUNDS` and `ARTICLE_BOUNDS`."""
        super().__init__(model=model)
        self._bounds = bounds

    def applies_to(self, page: View) -> bool:
        """Whether the document is a whole page of a site: with markup, and with noise that rules know.

        The model was trained on whole pages. Fragments (feed items, fields of a CMS, API bodies, articles that another
        tool has extracted) are not like them, however long they are.
        """
        if page.document.blocks.tree is None:
            return False
        return sum([score >= CUTS_BALANCED for score in page.sums]) >= _MIN_PAGE_NOISE

    def told(self, page: View, scores: Ints, words: Floats) -> Ints:
        """The scores of blocks; on a page of which rules leave few words only those in favour of blocks.

        It does not speak for hidden text: no feature says whether a reader can see a block.
        """
        import numpy as np

        told = np.minimum(scores, 0) if _words_left(page, words) < _MIN_LEFT else scores.copy()
        hidden = {mark.span for mark in page.marks if mark.category == HIDDEN}
        if hidden:
            blocks = page.document.blocks
            told[[score < 0 and blocks.span(i) in hidden for i, score in enumerate(told.tolist())]] = 0
        return told

    def levels(self, page: View, p: Floats, words: Floats) -> Levels:
        """The log-odds of content below which each profile cuts; ``p`` are probabilities of the blocks."""
        from cleaner.scorer.decide import page_levels

        return page_levels(p, words, self._bounds or _usual_bounds(page, words))

    def scores(self, wanted: Ints, sums: Ints, placed: Ints) -> Ints:
        """The difference; if both the rules and the scorer find noise, the larger sum counts.

        A rule that the scorer barely confirms does not cut alone.
        """
        import numpy as np

        del placed
        both = np.maximum(wanted, sums)
        wanted = np.where(
            wanted >= CUTS_BALANCED, np.where(wanted < _CONFIRMS, np.minimum(both, CUTS_ALONE - 1), both), wanted
        )
        # blocks that all profiles cut, or that none cuts, get no mark
        is_new = (np.maximum(sums, wanted) >= CUTS_STRICT) & (np.minimum(sums, wanted) < CUTS_ALONE)
        return np.where(is_new, wanted - sums, 0)

    def repeats(self, blocks: Blocks, stays: Sequence[bool]) -> Iterable[Mark]:
        """Marks of blocks that repeat a kept block above."""
        from cleaner.scorer.decide import repeated

        for i in repeated(blocks, stays):
            yield REPEATED.mark(blocks.span(i), "Repeats a block above word for word")


class TextScorer(Scorer):
    """The scorer of plain text. Its marks speak against blocks, never for a block that rules would cut.

    The words that rules found are surer evidence than a place in a text without markup.
    """

    file = "scorer_text.npz"

    def __init__(self, packs: Packs, *, model: Model | None = None, least: int = CUTS_STRICT) -> None:
        """``least`` is the sum that cuts a block: smaller sums make no mark."""
        super().__init__(model=model)
        self._least = least
        self._by_place = packs.below_markers

    def applies_to(self, page: View) -> bool:
        """Whether the document is a plain text."""
        return page.document.blocks.tree is None

    def placed(self, page: View, sums: Ints) -> Ints:
        """The part of the ``sums`` that is only for the place of a block."""
        import numpy as np

        found: Ints = sums - np.array(page.sums_of_words(self._by_place))
        return found

    def named_level(self, levels: Levels) -> float:
        """The level of the profile, in log-odds."""
        at_least = zip((CUTS_ALONE, CUTS_BALANCED), levels, strict=False)
        return next((level for points, level in at_least if self._least >= points), levels.strict)

    def odds(self, table: Table, document: Document, of_words: Ints) -> Floats:
        """Log-odds of content of each block; the model does not run on blocks that rules cut alone."""
        import numpy as np

        del document
        found = np.full(len(of_words), _SURE_NOISE)
        unsure = np.flatnonzero(of_words < CUTS_ALONE)
        found[unsure] = self.model.log_odds(table, unsure)
        return found

    def levels(self, page: View, p: Floats, words: Floats) -> Levels:
        """The log-odds of content below which each profile cuts; ``p`` are probabilities of the blocks."""
        from cleaner.scorer.decide import text_levels

        del page
        return text_levels(p, words)

    def scores(self, wanted: Ints, sums: Ints, placed: Ints) -> Ints:
        """The difference, if it is positive; a cut for its place alone is confirmed, and a doubt for it adds up."""
        import numpy as np

        counted = np.where((wanted >= CUTS_ALONE) | (sums < CUTS_ALONE), sums - placed, sums)
        is_new = (wanted >= CUTS_STRICT) & (wanted + sums - counted >= self._least) & (counted < CUTS_ALONE)
        return np.where(is_new, np.maximum(wanted - counted, 0), 0)


def _words_left(page: View, words: Floats) -> int:
    """The words of a page that the stages before the scorer leave."""
    import numpy as np

    return int(words[np.array(page.sums) < CUTS_BALANCED].sum())


def _usual_bounds(page: View, words: Floats) -> tuple[float, float]:
    """The bounds of the probability for this kind of page."""
    if _words_left(page, words) < _SMALL_PAGE:
        return SMALL_BOUNDS
    return ARTICLE_BOUNDS if is_article(declared(page.document.source)) else BOUNDS


def _probability(log_odds: Floats) -> Floats:
    import numpy as np

    found: Floats = 1 / (1 + np.exp(-log_odds))
    return found


def _sums(odds: Floats, levels: Levels) -> Ints:
    """The wanted sum of scores of each block: at each level the sum that its profile cuts, linear between levels."""
    import numpy as np

    at = np.array([levels.careful - _SURER, *levels, levels.strict + _SAFER]) + np.arange(5) * 1e-9
    found = np.floor(np.interp(odds, at, [_MAX_SUM, CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT, _MIN_SUM])).astype(np.int64)
    for level, points in zip(levels, (CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT), strict=True):
        found = np.where(odds < level, np.maximum(found, points), np.minimum(found, points - 1))
    return found
