"""The subject of a page, as far as promises need it: a page about passwords is not a log-in dialog."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence

from cleaner.guard.ground import Ground
from cleaner.model import Blocks
from cleaner.packs.rule import Packs

_LEAD_LINES = 4
_MIN_BLOCKS = 2
_MIN_DIALOG, _BUTTON_WORDS = 3, 4  # blocks of noise in a dialog, words of its buttons
_BLOCK_SHARE = 0.25
_LEAD_SHARE = 0.4
_WORD_SHARE = 0.5
_MIN_TOPIC_WORDS = 120


class Topics:
    """The categories a page is about, judged by the topic words of the packs.

    A witness is a paragraph that names the topic without being noise of it. A page is about the topic if a quarter of
    its paragraphs are witnesses, one of them early, or if one of its first lines and at least one witness name it. If
    the paragraphs that name the topic have at least 120 words and half of the words of all paragraphs, the page is
    about it, whatever the rules say; a policy is such a page. A consent dialog with buttons above or below at least two
    paragraphs of a story does not make the story about its topic.
    """

    def __init__(self, packs: Packs) -> None:
        self._names = {n: rule.category for n, rule in enumerate(packs.rules) if rule.id.endswith("/topic")}
        self._rules = {
            category: frozenset(n for n, rule in enumerate(packs.rules) if rule.category == category and rule.score > 0)
            for category in self._names.values()
        }

        self._policies = packs.with_trait("policy")
        self._all = frozenset[int]().union(*self._rules.values())

    def of(
        self,
        ground: Ground,
        head: range,
        cut: Container[int],
        categories: Callable[[], Container[str]],
        titles: Callable[[], Iterable[int]],
    ) -> frozenset[str]:
        """Those of ``categories`` that a document is about.

        ``head`` are the blocks of which some may be its headline, and ``cut`` those that do not stay. ``titles``
        returns the blocks of the headline that stay. ``categories`` and ``titles`` are called only if they may decide.
        """
        blocks, naming = ground.blocks, self._named_in(ground)
        found = [category for category in naming if self._is_about_in(ground, category)]
        others = [
            category
            for category, named in naming.items()
            if category not in found
            and any(i in head and i not in cut and not self._is_noise(category, blocks, i) for i in named)
        ]
        if not found and not others:
            return frozenset()
        asked = categories()
        others = [category for category in others if category in asked]
        heads = tuple(titles()) if others else ()
        titled = [category for category in others if self._is_titled(category, blocks, heads)]
        return frozenset([category for category in found if category in asked] + titled)

    def _named_in(self, ground: Ground) -> dict[str, list[int]]:
        """For each category that a paragraph or a sentence names as a topic, all blocks that do."""
        if ground.naming is None:
            naming: dict[str, list[int]] = {}
            for i, hits in enumerate(ground.blocks.hits):
                for n, _ in hits:
                    if n in self._names and i not in naming.setdefault(self._names[n], [])[-1:]:
                        naming[self._names[n]].append(i)
            says = {*ground.prose, *ground.statements} if naming else set[int]()
            ground.naming = {name: named for name, named in naming.items() if not says.isdisjoint(named)}
        return ground.naming

    def _is_about_in(self, ground: Ground, category: str) -> bool:
        """`_is_about`, remembered: it does not depend on what is cut."""
        if category not in ground.is_about:
            ground.is_about[category] = self._is_about(category, ground, self._named_in(ground)[category])
        return ground.is_about[category]

    def _is_about(self, category: str, ground: Ground, naming: Iterable[int]) -> bool:
        """Whether the running text is about a topic that the blocks ``naming`` name."""
        blocks, prose = ground.blocks, ground.prose
        named = [i for i in naming if blocks.prose[i]]
        if not named or (category in self._policies and self._is_beside_story(blocks, named)):
            return False
        witnesses = [i for i in named if not self._is_noise(category, blocks, i)]
        if witnesses and self._is_headed(category, blocks):
            return True
        if len(witnesses) >= _MIN_BLOCKS:
            others = [i for i in prose if not self._is_noise(category, blocks, i)]
            if _is_spread(witnesses, others):
                return True
        words = sum(blocks.words[i] for i in named)
        return words >= _MIN_TOPIC_WORDS and words >= _WORD_SHARE * sum(blocks.words[i] for i in prose)

    def _is_beside_story(self, blocks: Blocks, named: Sequence[int]) -> bool:
        """Whether all that names the topic is one dialog with buttons, above or below the paragraphs of a story."""
        first, last = named[0], named[-1]
        while first and self._may_be_of_dialog(blocks, first - 1):
            first -= 1
        while last + 1 < len(blocks) and self._may_be_of_dialog(blocks, last + 1):
            last += 1
        noise = [i for i in range(first, last + 1) if self._is_noise_of_any(blocks, i)]
        if len(noise) < _MIN_DIALOG or min(blocks.words[i] for i in noise) > _BUTTON_WORDS:
            return False
        dialog = {*noise, *named}
        story = [i for i, is_prose in enumerate(blocks.prose) if is_prose and i not in dialog]
        is_beside = all(i < first for i in story) or all(i > last for i in story)
        return is_beside and len(story) >= _MIN_BLOCKS

    def _may_be_of_dialog(self, blocks: Blocks, i: int) -> bool:
        return self._is_noise_of_any(blocks, i) or (not blocks.prose[i] and blocks.words[i] <= _BUTTON_WORDS)

    def _is_headed(self, category: str, blocks: Blocks) -> bool:
        """Whether one of the first lines names the topic and is not noise of it."""
        lead = [i for i in range(min(_LEAD_LINES, len(blocks))) if blocks.words[i] >= 2]
        return any(self._names_topic(category, blocks, i) and not self._is_noise(category, blocks, i) for i in lead)

    def _is_titled(self, category: str, blocks: Blocks, titles: Iterable[int]) -> bool:
        """Whether the headline names the topic. If so, a sentence that names it is not noise, whatever it quotes."""
        return any(self._names_topic(category, blocks, i) and not self._is_noise(category, blocks, i) for i in titles)

    def _names_topic(self, category: str, blocks: Blocks, i: int) -> bool:
        return any(self._names.get(n) == category for n, _ in blocks.hits[i])

    def _is_noise_of_any(self, blocks: Blocks, i: int) -> bool:
        return any(n in self._all for n, _ in blocks.hits[i])

    def _is_noise(self, category: str, blocks: Blocks, i: int) -> bool:
        rules = self._rules[category]
        return any(n in rules for n, _ in blocks.hits[i])


def _is_spread(witnesses: Sequence[int], prose: Sequence[int]) -> bool:
    if len(witnesses) < _BLOCK_SHARE * len(prose):
        return False
    return witnesses[0] <= prose[min(int(_LEAD_SHARE * len(prose)), len(prose) - 1)]
