"""What trafilatura's own extraction would drop: a second opinion on the blocks of a page.

Barbaresi 2021, https://aclanthology.org/2021.acl-demo.15/. It costs as much as sixty parses of a page, so it runs only
on request. Its text is compared by words: a block is dropped if it, or most of its runs of four words, is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from cleaner.model import OPINION, Document, Mark
from cleaner.packs.rule import StageRule
from cleaner.resolve import CUTS_ALONE
from cleaner.stages.base import Stage
from cleaner.view import View

_WORD = re.compile(r"\w+")
_RUN = 4
_FOUND_SHARE = 0.5


DROPPED = StageRule(
    id="trafilatura/dropped",
    category=OPINION,
    summary="A block that trafilatura leaves out of the text.",
    why="Its extraction judges the markup of a page in another way.",
    score=CUTS_ALONE,
    removes=(
        """
  <html><main><h1>Rain in the north</h1>
  <p>The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.</p>
  <p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
  <p>Farmers had asked for help in June, and a vote on it is due in the autumn.</p>
  </main>
- <aside><p>Ask us for a catalogue</p></aside>
  </html>
""",
    ),
    keeps=(
        """
<html><main><h1>Rain in the north</h1>
<p>The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.</p>
<p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
<p>Farmers had asked for help in June, and a vote on it is due in the autumn.</p>
</main>
</html>
""",
    ),
)
KEPT = StageRule(
    id="trafilatura/kept",
    category=OPINION,
    summary="A block that trafilatura keeps as text.",
    why="Its extraction judges the markup of a page in another way.",
    score=-15,
    removes=(
        """
- <html><main><h1>Rain in the north</h1>
- <p>The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.</p>
- <p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
- <p>Farmers had asked for help in June, and a vote on it is due in the autumn.</p>
  </main><aside><p>Ask us for a catalogue</p></aside></html>
""",
    ),
    keeps=("A text without markup is not read by it.",),
)


class Trafilatura(Stage):
    """Marks each block that trafilatura leaves out; none where it finds no text at all. Alone it decides."""

    rules: ClassVar[tuple[StageRule, ...]] = (DROPPED,)
    reads = "markup"
    dropped: ClassVar[int] = DROPPED.score
    """The score of its marks against a block."""

    def __call__(self, page: View) -> Iterator[Mark]:
        document = page.document
        if not document.source:
            return
        words = _extracted(document)
        if not words:
            return
        text = f" {' '.join(words)} "
        runs = {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}
        blocks = document.blocks
        for i, line in enumerate(blocks.texts):
            own = _WORD.findall(line.lower())
            span = blocks.span(i)
            if own and not _is_in(own, text, runs):
                yield DROPPED.mark(span, "Not in trafilatura's extraction", self.dropped)
            elif own and KEPT in self.rules:
                yield KEPT.mark(span, "In trafilatura's extraction")


class SecondOpinion(Trafilatura):
    """The same next to other stages: it votes for what it keeps, and adds to the doubts about the rest."""

    rules = (DROPPED, KEPT)
    dropped = 40


def _extracted(document: Document) -> list[str]:
    from trafilatura import extract  # lazy: half a second

    try:
        # its cache would return nothing for the fourth copy of a text
        text = extract(document.source, url=document.url or None, deduplicate=False)
    except Exception:  # noqa: BLE001 - without an opinion there are no marks
        return []
    return _WORD.findall((text or "").lower())


def _is_in(own: Sequence[str], text: str, runs: set[tuple[str, ...]]) -> bool:
    if f" {' '.join(own)} " in text:
        return True
    own_runs = [tuple(own[i : i + _RUN]) for i in range(len(own) - _RUN + 1)]
    return bool(own_runs) and sum(run in runs for run in own_runs) >= _FOUND_SHARE * len(own_runs)
