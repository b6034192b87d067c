"""Lists recognized by their shape: tags without a label, headlines of other pages without a marker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from cleaner.chars import COLONS, TAG_SEPARATORS, words_of_name
from cleaner.features import Skeleton
from cleaner.model import Blocks, Kind, Mark
from cleaner.packs.rule import Packs, StageRule
from cleaner.resolve import CUTS_ALONE
from cleaner.stages.base import Stage
from cleaner.view import View

_COMMA = regex.compile(rf"\s*[{TAG_SEPARATORS}]\s*")
_CAPITALISED = regex.compile(r"\p{Lu}[\p{L}\p{M}'’-]*")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’-]+")
_TITLE_WORDS = range(5, 21)
_MIN_TITLES = 3
_MIN_TAGS = 3
_MAX_TAG_WORDS = 4
_LABEL_WORDS = 4
_MARKERS = frozenset(("related/label", "related/opener", "related/read-also"))
_MAX_MARKED = 5  # headlines in the paragraph of a marker
_ITEM = Kind.ITEM
_TITLE_CASE = 0.5  # share of capitalized words that makes a title


TAGS = StageRule(
    id="tags/list",
    category="tags",
    summary="A list of topics at the end of an article.",
    why="Short names, separated by commas or signs, are below a label or before known boilerplate.",
    by_place=True,
    fact="tags",
    removes=(
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
- Tags:
- weather, rain, rivers, floods
""",
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
- Weather, rain, rivers
  Share this article
""",
    ),
    keeps=(
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.
Farmers had asked for help in June, and a vote on it is due in the autumn.
Weather, rain, rivers
""",
    ),
)
TITLES = StageRule(
    id="related/titles",
    category="related",
    summary="Headlines of other pages below the article.",
    why="Several lines in title case are between the last prose and known boilerplate.",
    by_place=True,
    removes=(
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
- Minister Visits the Flooded Lune Valley
- Halton Bridge Stays Shut Until Monday
- Spring Fair Opens a Week Late
  Share this article
""",
    ),
    keeps=(
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.
Farmers had asked for help in June, and a vote on it is due in the autumn.
Minister Visits the Flooded Lune Valley
Halton Bridge Stays Shut Until Monday
Spring Fair Opens a Week Late
""",
    ),
)
BULLETS = StageRule(
    id="related/bullets",
    category="related",
    summary="A list of headlines inside an article.",
    why="Its items are titles in which names of the article return, and nothing announces them.",
    removes=(
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  The Lune rose again on Sunday, and the Halton bridge was shut to all cars until the morning.
- - Farmers of Halton ask Minister Grey for help
- - Why the Lune floods Halton each spring
- - Minister Grey visits the Lune Valley today
  Grey said on Monday that Halton would get a new bridge over the Lune before winter.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
""",
    ),
    keeps=(
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.
The Lune rose again on Sunday, and the Halton bridge was shut to all cars until the morning, for three reasons:
- Farmers of Halton ask Minister Grey for help
- Why the Lune floods Halton each spring
- Minister Grey visits the Lune Valley today
Grey said on Monday that Halton would get a new bridge over the Lune before winter.
Farmers had asked for help in June, and a vote on it is due in the autumn.
""",
    ),
)
MARKED = StageRule(
    id="related/marked",
    category="related",
    summary="A marker of other pages amid an article, and the headlines in its paragraph.",
    why="Its words announce other pages, a colon ends it, and a headline is directly below it.",
    two_signs=True,
    removes=(
        """
  The Lune rose again on Sunday, and the Halton bridge was shut to all cars until the morning.
  Rain is expected in the north of the country until Friday morning, and the rivers are high.

- Related:
- Why the Lune floods Halton each spring

  Farmers had asked for help in June, and a vote on it is due in the autumn.
  The water board said on Monday that nobody had to leave their house by night.
""",
    ),
    keeps=(
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.

Related:

Why the Lune floods Halton each spring

Farmers had asked for help in June, and a vote on it is due in the autumn.
""",
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.

Related:
The Lune floods Halton each spring.

Farmers had asked for help in June, and a vote on it is due in the autumn.
""",
    ),
)
EMPTY_LABEL = StageRule(
    id="widget/empty-label",
    category="widget",
    summary="A label without its value.",
    why="A line above the text ends with a colon, and nothing follows it: a script never filled in the value.",
    score=40,
    by_place=True,
    removes=(
        """
- Views:
  Skip to main content
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
""",
    ),
    keeps=(
        """
Views: 1,204
Rain is expected in the north of the country until Friday morning, and the rivers are high.
Farmers had asked for help in June, and a vote on it is due in the autumn.
""",
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.
Views:
Farmers had asked for help in June, and a vote on it is due in the autumn.
""",
    ),
)


@dataclass(frozen=True, slots=True)
class _Page:
    blocks: Blocks
    sums: Sequence[int]
    body: Skeleton
    tag_labels: frozenset[int]

    def raw(self, i: int) -> str:
        return self.blocks.texts[i]


class Lists(Stage):
    """Marks tag lists and runs of headlines; each needs both the shape and the place, never the shape alone."""

    rules = (TAGS, TITLES, BULLETS, MARKED, EMPTY_LABEL)

    def __init__(self, packs: Packs) -> None:
        self._markers = frozenset(n for n, rule in enumerate(packs.rules) if rule.id in _MARKERS)
        self._labels = frozenset(n for n, rule in enumerate(packs.rules) if rule.announces == TAGS.fact)

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks, found = page.document.blocks, page.found_by
        labels = frozenset([i for n in self._labels & found.keys() for i in found[n]])
        markers = {i for n in self._markers & found.keys() for i in found[n]}
        seen = _Page(blocks, page.sums, page.body, labels)
        yield from _empty_labels(seen)
        yield from _labelled_tags(seen)
        yield from _tail_lists(seen)
        yield from _inner_headlines(seen)
        for i in sorted(markers):
            if blocks.folded[i].endswith(COLONS):
                yield from _marked_headlines(seen, i)


def _empty_labels(page: _Page) -> Iterator[Mark]:
    """Labels above the text whose values a script never filled in; a second sign is needed."""
    blocks = page.blocks
    words, folded = blocks.words, blocks.folded
    for i in range(page.body.first):
        if words[i] <= _LABEL_WORDS and folded[i].endswith(COLONS) and blocks.kinds[i] is Kind.TEXT:
            yield EMPTY_LABEL.mark(blocks.span(i))


def _labelled_tags(page: _Page) -> Iterator[Mark]:
    for i in sorted(page.tag_labels):
        if i + 1 < len(page.blocks) and _is_tag_list(page, i + 1, least=2):
            yield TAGS.mark(page.blocks.span(i), "The label of a tag list")
            yield TAGS.mark(page.blocks.span(i + 1), "A list of topics below its label")


def _tail_lists(page: _Page) -> Iterator[Mark]:
    """Titles and topics between the last prose and known noise."""
    if page.body.last < 0:
        return
    start = i = page.body.last + 1
    while i < len(page.blocks) and page.sums[i] < CUTS_ALONE and _is_title(page, i):
        i += 1
    titles = range(start, i) if i - start >= _MIN_TITLES and _are_title_case(page, start, i) else range(0)
    tags = i if i < len(page.blocks) and page.sums[i] < CUTS_ALONE and _is_tag_list(page, i, least=_MIN_TAGS) else -1
    following = i + 1 if tags >= 0 else i
    if following >= len(page.blocks) or page.sums[following] < CUTS_ALONE:
        return
    for j in titles:
        yield TITLES.mark(page.blocks.span(j), "Headlines below the article, with noise after them")
    if tags >= 0:
        yield TAGS.mark(page.blocks.span(tags), "A list of topics below the article, with noise after it")


def _inner_headlines(page: _Page) -> Iterator[Mark]:
    """Bullets of headlines inside an article: not announced, not sentences, full of names that the article uses."""
    items = [i for i, kind in enumerate(page.blocks.kinds) if kind is _ITEM]
    if len(items) < _MIN_TITLES:
        return
    start, end = items[0], items[-1] + 1
    if end - start > len(items) or not _is_between_prose(page, start, end):  # there must be a single list
        return
    if all(_is_title(page, i) and _names_of(page, i) for i in range(start, end)) and _share_names(page, start, end):
        for i in range(start, end):
            yield BULLETS.mark(
                page.blocks.span(i), "Bullets of headlines inside the article, which continues after them"
            )


def _marked_headlines(page: _Page, marker: int) -> Iterator[Mark]:
    """A marker and the headlines directly below it, in a paragraph of their own between sentences of the article."""
    blocks = page.blocks
    end = marker + 1
    while end < len(blocks) and not blocks.apart[end]:
        end += 1
    is_short = blocks.words[marker] <= _LABEL_WORDS and 1 < end - marker <= _MAX_MARKED + 1
    if not (is_short and blocks.apart[marker] and _is_between_prose(page, marker, end)):
        return
    if all(_is_title(page, i) for i in range(marker + 1, end)):
        for i in range(marker, end):
            yield MARKED.mark(blocks.span(i))


def _is_tag_list(page: _Page, i: int, *, least: int) -> bool:
    if page.blocks.sentences[i] or page.blocks.kinds[i] is not Kind.TEXT or page.blocks.words[i] > 60:
        return False
    parts = [part for part in _COMMA.split(page.raw(i)) if part]
    if len(parts) < least or any(words_of_name(part) > _MAX_TAG_WORDS for part in parts):
        return False
    return 2 * sum(any(map(str.isalpha, part)) for part in parts) > len(parts)  # a row of numbers names no topics


def _is_title(page: _Page, i: int) -> bool:
    blocks = page.blocks
    if blocks.words[i] not in _TITLE_WORDS or blocks.kinds[i] not in (Kind.TEXT, Kind.ITEM):
        return False
    return not blocks.sentences[i] and not blocks.folded[i].endswith((":", ";", ","))


def _are_title_case(page: _Page, start: int, end: int) -> bool:
    """Whether the run looks like headlines: text lines in which at least half of the long words are capitalized."""
    if any(page.blocks.kinds[i] is not Kind.TEXT for i in range(start, end)):
        return False
    words = [word for i in range(start, end) for word in _WORD.findall(page.raw(i)) if len(word) > 3]
    capitals = sum(word[0].isupper() for word in words)
    return bool(words) and capitals >= _TITLE_CASE * len(words)


def _is_between_prose(page: _Page, start: int, end: int) -> bool:
    if start == 0 or end >= len(page.blocks):
        return False
    before, after = start - 1, end
    if not (page.body.prose[before] and page.body.prose[after]):
        return False
    return page.blocks.sentences[before] and not page.blocks.folded[before].endswith((*COLONS, ";"))


def _names_of(page: _Page, i: int) -> frozenset[str]:
    """The capitalized words after the first word of a line."""
    line = page.raw(i).lstrip("-–—•*·◦▪ ")
    _, _, rest = line.partition(" ")
    return frozenset(name for name in _CAPITALISED.findall(rest) if len(name) > 1)


def _share_names(page: _Page, start: int, end: int) -> bool:
    """Whether there are two names per headline on average, and most headlines share a name with the article."""
    prose = " ".join(page.raw(i) for i, is_body in enumerate(page.body.prose) if is_body)
    known = frozenset(_CAPITALISED.findall(prose))
    names = [_names_of(page, i) for i in range(start, end)]
    shared = sum(bool(found & known) for found in names)
    return sum(map(len, names)) >= 2 * len(names) and 2 * shared > len(names)
