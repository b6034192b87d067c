"""What the packs say about each block by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from cleaner.features import Skeleton, doubtful, skeleton
from cleaner.model import Blocks, Document, Hit, Mark
from cleaner.packs.rule import Packs, Rule, Where
from cleaner.packs.selectors import Selector
from cleaner.stages.base import Stage
from cleaner.view import View

_QUOTED_CHARS = 60
_MEMO_LINES = 20_000

Hits = tuple[Hit, ...]


class _Vote(NamedTuple):
    rule: Rule
    reason: str
    score: int


class Phrases(Stage):
    """Yields one mark for each rule that finds its words in a block; each distinct phrase adds the rule's score."""

    marks_pack_rules = True

    def __init__(self, packs: Packs) -> None:
        self._rules = packs.rules
        self._memo: dict[tuple[Hits, int], tuple[_Vote, ...]] = {}

    def __call__(self, page: View) -> Iterator[Mark]:
        document = page.document
        placed: list[tuple[int, Rule, Mark]] = []
        opinions = list(self._opinions(document))
        times = Counter(rule.id for _, rule, _ in opinions)
        for i, rule, mark in opinions:
            if times[rule.id] > rule.where.max_times:
                continue
            if rule.where.zone == "any":
                yield mark
            else:
                placed.append((i, rule, mark))
        if placed:
            body = _body(document, opinions)
            yield from (mark for i, rule, mark in placed if body.is_in(rule.where.zone, i))

    def _opinions(self, document: Document) -> Iterator[tuple[int, Rule, Mark]]:
        blocks = document.blocks
        for i, hits in enumerate(blocks.hits):
            if hits:
                span = blocks.span(i)
                for rule, reason, score in self._votes(hits, blocks.words[i]):
                    if not rule.where.path or _is_in_path(rule.where, blocks, i):
                        yield i, rule, Mark(span, rule.id, rule.category, reason, score)

    def _votes(self, hits: Hits, words: int) -> tuple[_Vote, ...]:
        """What the rules say about a line, remembered because the same lines recur on this page and on others."""
        votes = self._memo.get((hits, words))
        if votes is None:
            votes = tuple(
                _Vote(rule, _reason(rule, found), _score(rule, found))
                for rule, found in _independent(list(self._by_rule(hits, words)))
            )
            if len(self._memo) >= _MEMO_LINES:
                self._memo.clear()
            self._memo[hits, words] = votes
        return votes

    def _by_rule(self, hits: Hits, words: int) -> Iterator[tuple[Rule, list[str]]]:
        found: dict[int, list[str]] = {}
        for n, text in hits:
            if not self._rules[n].is_witness:
                found.setdefault(n, []).append(text)
        for n, texts in found.items():
            rule = self._rules[n]
            where = rule.where
            if where.min_words <= words <= where.max_words and len(texts) >= where.at_least:
                yield rule, texts


def _is_in_path(where: Where, blocks: Blocks, i: int) -> bool:
    """Whether a block of a page is in an element of ``path`` and in none of ``outside``."""
    if blocks.tree is None:
        return False
    way = [blocks.tree.tags[element] for element in blocks.tree.way(blocks.elements[i])]
    wanted, barred = _selectors(where.path), _selectors(where.outside)
    return any(s.fits(tag) for tag in way for s in wanted) and not any(s.fits(tag) for tag in way for s in barred)


@lru_cache(maxsize=1024)
def _selectors(sources: tuple[str, ...]) -> tuple[Selector, ...]:
    return tuple(map(Selector.parse, sources))


def _independent(found: list[tuple[Rule, list[str]]]) -> Iterator[tuple[Rule, list[str]]]:
    """Two rules that match the same words are one sign: only the stronger one counts them."""
    strongest: dict[str, tuple[int, str]] = {}
    for rule, texts in found:
        for text in texts:
            strongest[text] = max(strongest.get(text, (0, "")), (rule.score, rule.id))
    for rule, texts in found:
        own = [text for text in texts if rule.score <= 0 or strongest[text] == (rule.score, rule.id)]
        if own:
            yield rule, own


def _body(document: Document, opinions: Sequence[tuple[int, Rule, Mark]]) -> Skeleton:
    sums = [0] * len(document.blocks)
    for i, _, mark in opinions:
        if mark.score > 0:
            sums[i] += mark.score
    return skeleton(document.blocks, doubtful(sums))


def _score(rule: Rule, found: Sequence[str]) -> int:
    if rule.is_veto or rule.where.at_least > 1:
        return rule.score
    return rule.score * len(found)


def _reason(rule: Rule, found: Sequence[str]) -> str:
    words = ", ".join(f"“{text[:_QUOTED_CHARS]}”" for text in found[:3])
    return f"{rule.summary.rstrip('.')}: {words}"
