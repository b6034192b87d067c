"""A stage of your own: quotes of a stock ticker, known by their shape and by their neighbours."""

import re
from collections.abc import Iterator

from cleaner import Mark, Stage, StageRule, View

QUOTE = StageRule(
    id="ticker/quote",
    category="ticker",
    summary="A line of a stock ticker.",
    why="The same quotes are on every page of the site, and they say nothing about this one.",
    removes=("- ACME 182.31 (+0.4%)\n- UMBRA 3.10 (-1.2%)\n  The mill was sold.",),
    keeps=("ACME 182.31 (+0.4%)\nThe mill was sold.",),
)


class Ticker(Stage):
    """Marks quotes next to each other; a lone one may belong to the text."""

    rules = (QUOTE,)

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks = page.document.blocks
        quotes = {i for i, text in enumerate(blocks.texts) if re.fullmatch(r"[A-Z]+ [\d.]+ \([+-][\d.]+%\)", text)}
        for i in sorted(quotes):
            if {i - 1, i + 1} & quotes:
                yield QUOTE.mark(blocks.span(i))
