"""Lists recognized by their shape: tags without a label, headlines of other pages without a marker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import regex

from cleaner.chars import COLONS, TAG_SEPARATORS
from cleaner.features import Skeleton, votes
from cleaner.model import Blocks, Document, Kind, Mark
from cleaner.packs.rule import Packs
from cleaner.resolve import CUTS_ALONE

_COMMA = regex.compile(rf"\s*[{TAG_SEPARATORS}]\s*")
_CAPITALISED = regex.compile(r"\p{Lu}[\p{L}\p{M}'’-]*")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’-]+")
_TITLE_WORDS = range(5, 21)
_MIN_TITLES = 3
_MIN_TAGS = 3
_MAX_TAG_WORDS = 4
_LABEL_WORDS, _LABEL_SCORE = 4, 40
_TITLE_CASE = 0.5  # share of capitalized words that makes a title


@dataclass(frozen=True, slots=True)
class _Page:
    blocks: Blocks
    sums: Sequence[int]
    body: Skeleton
    tag_labels: frozenset[int]

    def raw(self, i: int) -> str:
        return self.blocks.texts[i]


class Lists:
    """Marks tag lists and runs of headlines; each needs both the shape and the place, never the shape alone."""

    def __init__(self, packs: Packs) -> None:
        self._labels = frozenset(n for n, rule in enumerate(packs.rules) if rule.id == "tags/label")

    def __call__(self, document: Document, marks: Sequence[Mark]) -> Iterator[Mark]:
        blocks, given = document.blocks, votes(document, marks)
        labels = frozenset(i for i, hits in enumerate(blocks.hits) if hits and any(n in self._labels for n, _ in hits))
        page = _Page(blocks, given.sums, given.body, labels)
        yield from _empty_labels(page)
        yield from _labelled_tags(page)
        yield from _tail_lists(page)
        yield from _inner_headlines(page)


def _empty_labels(page: _Page) -> Iterator[Mark]:
    """Labels above the text whose values a script never filled in; a second sign is needed."""
    blocks = page.blocks
    for i in range(page.body.first):
        if blocks.words[i] <= _LABEL_WORDS and blocks.folded[i].endswith(COLONS) and blocks.kinds[i] is Kind.TEXT:
            yield _mark(page, i, "widget/empty-label", "widget", "A label without its value", _LABEL_SCORE)


def _labelled_tags(page: _Page) -> Iterator[Mark]:
    for i in sorted(page.tag_labels):
        if i + 1 < len(page.blocks) and _is_tag_list(page, i + 1, least=2):
            yield _mark(page, i, "tags/list", "tags", "The label of a tag list")
            yield _mark(page, i + 1, "tags/list", "tags", "A list of topics below its label")


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
        yield _mark(page, j, "related/titles", "related", "Headlines below the article, with noise after them")
    if tags >= 0:
        yield _mark(page, tags, "tags/list", "tags", "A list of topics below the article, with noise after it")


def _inner_headlines(page: _Page) -> Iterator[Mark]:
    """Bullets of headlines inside an article: not announced, not sentences, full of names that the article uses."""
    if Kind.ITEM not in page.blocks.kinds:
        return
    lists = list(islice(_item_runs(page.blocks), 2))
    if len(lists) != 1:
        return
    start, end = lists[0]
    if end - start < _MIN_TITLES or not _is_between_prose(page, start, end):
        return
    if all(_is_title(page, i) and _names_of(page, i) for i in range(start, end)) and _share_names(page, start, end):
        for i in range(start, end):
            reason = "Bullets of headlines inside the article, which continues after them"
            yield _mark(page, i, "related/bullets", "related", reason)


def _mark(page: _Page, i: int, rule: str, category: str, reason: str, score: int = CUTS_ALONE) -> Mark:
    return Mark(page.blocks.span(i), rule, category, reason, score)


def _is_tag_list(page: _Page, i: int, *, least: int) -> bool:
    if page.blocks.sentences[i] or page.blocks.kinds[i] is not Kind.TEXT or page.blocks.words[i] > 60:
        return False
    parts = [part for part in _COMMA.split(page.raw(i)) if part]
    if len(parts) < least or any(len(part.split()) > _MAX_TAG_WORDS for part in parts):
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


def _item_runs(blocks: Blocks) -> Iterator[tuple[int, int]]:
    i = 0
    while i < len(blocks):
        if blocks.kinds[i] is not Kind.ITEM:
            i += 1
            continue
        start = i
        while i < len(blocks) and blocks.kinds[i] is Kind.ITEM:
            i += 1
        yield start, i


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
