"""How far the evidence for a cut reaches: the lines of a wrapped paragraph in which the rules found their words.

A wrapped paragraph may be a notice with prose of the same width directly above or below. A wrapped paragraph with a
proposed cut is therefore split where its sentences may end, and only the parts with evidence are cut.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice, pairwise

from cleaner.features import PROSE_WORDS
from cleaner.model import CONTEXT, LEARNED, Blocks, Cut, Document
from cleaner.packs.rule import Packs
from cleaner.segment.text import Lines, ends_sentence, goes_on

BEYOND_EVIDENCE = "evidence"
"""The promise of the parts of a paragraph that stay because no rule found its words in them."""

_MAX_WORDINGS = 200  # wordings of one paragraph that are looked for; each costs a search through it


class Evidence:
    """Finds the lines at which cut paragraphs are split."""

    def __init__(self, packs: Packs) -> None:
        numbers = {rule.id: n for n, rule in enumerate(packs.rules)}
        self._rules = {id: frozenset((n,)) for id, n in numbers.items()}
        for section in packs.sections:
            prefixes = (*section.opens, *section.members)
            self._rules[section.id] = frozenset(
                n for id, n in numbers.items() if any(id == p or id.startswith(f"{p}/") for p in prefixes)
            )

    def borders(self, document: Document, lines: Lines, cuts: Sequence[Cut]) -> frozenset[int]:
        """The starts of lines at which evidence begins or ends, inside wrapped paragraphs that are to be cut."""
        blocks = document.blocks
        if len(blocks) == len(lines):
            return frozenset()  # nothing is wrapped
        found: set[int] = set()
        for cut in cuts:
            first, end = bisect_left(lines.starts, cut.span.start), bisect_left(lines.starts, cut.span.end)
            i = bisect_left(blocks.starts, cut.span.start)
            if end - first > 1 and i < len(blocks) and blocks.span(i) == cut.span:
                found.update(self._borders(blocks, i, cut, lines, range(first, end)))
        return frozenset(found)

    def _borders(self, blocks: Blocks, i: int, cut: Cut, lines: Lines, places: range) -> Iterator[int]:
        """The starts of the lines of block ``i`` at which evidence begins or ends; ``places`` are its lines."""
        marks = [mark for mark in cut.marks if mark.score > 0 and mark.category not in (CONTEXT, LEARNED)]
        if not all(mark.rule in self._rules for mark in marks):
            return  # an opinion on the block as a whole
        rules = frozenset[int]().union(*(self._rules[mark.rule] for mark in marks))
        words = dict.fromkeys(hit.found for hit in blocks.hits[i] if hit.rule in rules and hit.found)
        reached = _reached(blocks.folded[i], words, [lines.folded[j] for j in places])
        parts = list(_parts(lines, places))
        is_silent = [reached.isdisjoint(part) for part in parts]
        for (_, part), (before, after) in zip(pairwise(parts), pairwise(is_silent), strict=True):
            if before != after:
                yield lines.starts[places[part.start]]


def _reached(folded: str, words: Iterable[str], lines: Sequence[str]) -> frozenset[int]:
    """The numbers of the lines of a paragraph in which ``words`` are found; ``folded`` has them joined by spaces."""
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    found: set[int] = set()
    for word in islice(words, _MAX_WORDINGS):
        at = folded.find(word)
        while at >= 0:
            end = at + len(word)
            found.update(range(bisect_right(starts, at) - 1, bisect_left(starts, end)))
            at = folded.find(word, end)
    return frozenset(found)


def _parts(lines: Lines, places: range) -> Iterator[range]:
    """The lines between places where a sentence may end, numbered from 0."""
    start = 0
    for n, (i, j) in enumerate(pairwise(places)):
        if goes_on(lines.texts[j]):
            continue
        # a few words below a line without an end are the rest of its sentence, even if they begin with a capital
        is_rest = not ends_sentence(lines.texts[i]) and _words_until_end(lines, places[n + 1 :]) < PROSE_WORDS
        if not is_rest:
            yield range(start, n + 1)
            start = n + 1
    yield range(start, len(places))


def _words_until_end(lines: Lines, places: range) -> int:
    """The words of the lines up to the first that closes a sentence; not counted beyond `PROSE_WORDS`."""
    words = 0
    for i in places:
        words += lines.words[i]
        if words >= PROSE_WORDS or lines.sentences[i]:
            break
    return words
