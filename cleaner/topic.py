"""What a page is about, as far as it matters: a page about passwords is no log-in dialogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from cleaner.features import is_prose
from cleaner.model import Blocks, Document
from cleaner.packs import Packs

_LEAD_LINES = 4
_MIN_BLOCKS = 2
_BLOCK_SHARE = 0.25
_LEAD_SHARE = 0.4
_WORD_SHARE = 0.5
_MIN_TOPIC_WORDS = 120
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Hangul}]")


class Topics:
    """The categories a page is about, judged by the topic words of the packs.

    A witness is a paragraph that names the topic without being noise of it: the page is about the topic when a
    quarter of its paragraphs are witnesses, one of them early, or its first lines name it and a paragraph does.
    A page most of whose words stand in paragraphs on the topic is about it whatever the rules say: a policy.
    """

    def __init__(self, packs: Packs) -> None:
        self._patterns = {category: _any_of(words) for category, words in packs.topics.items()}
        self._rules: dict[str, frozenset[int]] = {
            category: frozenset(n for n, rule in enumerate(packs.rules) if rule.category == category)
            for category in packs.topics
        }

    def of(self, document: Document, categories: Iterable[str]) -> frozenset[str]:
        """Those of ``categories`` that the document is about."""
        blocks = document.blocks
        prose = [i for i in range(len(blocks)) if is_prose(blocks, i)]
        asked = sorted(set(categories) & self._patterns.keys())
        return frozenset(category for category in asked if self._is_about(category, blocks, prose))

    def _is_about(self, category: str, blocks: Blocks, prose: Sequence[int]) -> bool:
        pattern, rules = self._patterns[category], self._rules[category]
        named = [i for i in prose if pattern.search(blocks.folded[i])]
        if not named:
            return False
        witnesses = [i for i in named if not any(n in rules for n, _ in blocks.hits[i])]
        others = [i for i in prose if not any(n in rules for n, _ in blocks.hits[i])]
        if _is_spread(witnesses, others) or (witnesses and self._is_headed(pattern, rules, blocks)):
            return True
        words = sum(blocks.words[i] for i in named)
        return words >= _MIN_TOPIC_WORDS and words >= _WORD_SHARE * sum(blocks.words[i] for i in prose)

    @staticmethod
    def _is_headed(pattern: regex.Pattern[str], rules: frozenset[int], blocks: Blocks) -> bool:
        """Whether one of the first lines names the topic, and is no phrase of a dialogue."""
        lead = [i for i in range(min(_LEAD_LINES, len(blocks))) if blocks.words[i] >= 2]
        return any(
            pattern.search(blocks.folded[i]) and not any(n in rules for n, _ in blocks.hits[i]) for i in lead
        )


def _is_spread(witnesses: Sequence[int], prose: Sequence[int]) -> bool:
    if len(witnesses) < _MIN_BLOCKS or len(witnesses) < _BLOCK_SHARE * len(prose):
        return False
    return witnesses[0] <= prose[min(int(_LEAD_SHARE * len(prose)), len(prose) - 1)]


def _any_of(words: Sequence[str]) -> regex.Pattern[str]:
    """Words with spaces around them; of scripts without spaces, anywhere. A trailing * stands for any ending."""
    parts = []
    for word in sorted(words, key=lambda w: (-len(w), w)):
        stem = regex.escape(word.rstrip("*"))
        if _SPACELESS.search(word):
            parts.append(stem)
        else:
            parts.append(rf"(?<!\w){stem}" + ("" if word.endswith("*") else r"(?!\w)"))
    return regex.compile("|".join(parts))
