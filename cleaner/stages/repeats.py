"""The second copy of a caption or teaser, close to the first."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.model import Kind, Mark
from cleaner.packs.rule import StageRule
from cleaner.resolve import CUTS_ALONE
from cleaner.stages.base import Stage
from cleaner.view import View

_MIN_WORDS = 20
_MIN_NOISE_BLOCKS = 3  # on a page with fewer noise blocks, copies included, a copy may be a refrain
_KINDS = frozenset((Kind.TEXT, Kind.CAPTION))


COPY = StageRule(
    id="repeats/copy",
    category="media",
    summary="A line that repeats one above.",
    why="Pages print titles and teasers more than once; one copy stays.",
    fact="caption",
    removes=(
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
  The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.
  Photo: Jane Doe/Reuters
- The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.
""",
    ),
    keeps=(
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.
Farmers had asked for help in June, and a vote on it is due in the autumn.
The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.
Farmers agreed.
The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.
""",
    ),
)


class Repeats(Stage):
    """Marks a long line that repeats a line above it, with nothing but noise (such as a credit) between the two.

    A copy directly below the first is only marked on pages with other noise, because a text may repeat a verse.

    Copies must be long and near: refrains, table cells and short answers repeat too, but they are short or far apart.
    """

    rules = (COPY,)

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks = page.document.blocks
        long = [i for i, words in enumerate(blocks.words) if words >= _MIN_WORDS and blocks.kinds[i] in _KINDS]
        if len({blocks.keys[i] for i in long}) == len(long):
            return
        noise = {i for i, score in enumerate(page.sums) if score >= CUTS_ALONE}
        is_noisy = len(noise) >= _MIN_NOISE_BLOCKS
        seen: dict[str, int] = {}
        for i in long:
            text = blocks.keys[i]
            first = seen.get(text)
            between = range(i if first is None else first + 1, i)
            if first is not None and (between or is_noisy) and all(j in noise for j in between):
                yield COPY.mark(blocks.span(i), "Repeats word for word the block just above it")
                noise.add(i)
            seen[text] = i
