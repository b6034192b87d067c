"""Noise between the paragraphs of a page: its words are one sign, and the make of its own element is another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from cleaner.model import Blocks, Kind, Mark, Tag, Tree
from cleaner.packs.rule import Packs, StageRule
from cleaner.packs.selectors import Selector, class_words, id_words
from cleaner.resolve import CUTS_ALONE
from cleaner.stages.base import Stage
from cleaner.view import View

_WORDING = 50  # the sum of scores of the words that a second sign confirms
_OWN_WORDS = 80  # an element of more words is a part of the page
_LABEL_WORDS = 6
_MAX_TIMES = 3  # a line that occurs more often is part of each card of a page
_CALL_WORDS = 60  # a longer paragraph with a link is text
_NEVER = frozenset((Kind.CODE, Kind.CELL, Kind.SPEC, Kind.STEP))
_LABELS = frozenset(("ad", "widget", "share", "meta", "comment_ui", "consent"))  # that are alone by nature
_CALLS = frozenset(("ad", "subscribe", "consent", "share", "related", "comment_ui", "contact", "source_note"))
_CATEGORIES = _LABELS | _CALLS
_PARTS = frozenset(("nav", "header", "footer", "aside", "form", "button", "main"))
_NAMES = (
    "ad", "ads", "advert", "advertisement", "advertising", "affiliate", "banner", "call-to-action", "consent", "cookie",
    "cookies", "counter", "counts", "cta", "disclaimer", "disclosure", "donate", "donation", "embed", "follow",
    "gdpr", "loader", "loading", "newsletter", "newsletters", "optin", "opt-in", "overlay", "paywall", "placeholder",
    "popup", "promo", "promotion", "read-also", "read-more", "readmore", "recirc", "recirculation", "related",
    "share", "shares", "sharing", "signup", "sign-up", "social", "spinner", "sponsor", "sponsored", "subscribe",
    "subscription", "support-us", "teaser", "views", "widget",
)  # fmt: skip


MADE = StageRule(
    id="widget/made",
    category="widget",
    summary="Known words of noise in an element that is made like noise.",
    why="The words are one sign; a name of the element, a link in a call, or a label alone in its element is another.",
    score=_WORDING,
    two_signs=True,
    removes=(
        """
  <html><h1>Rain in the north</h1>
  <p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
- <div class="promo"><p>Sign up for our newsletter and get the news of the valley every Friday.</p></div>
  <p>Farmers had asked for help in June, and a vote on it is due in the autumn, said the minister.</p>
- <p>Loading</p>
  <p>Farmers had asked for help in June, and a vote on it is due in the autumn, said the minister.</p>
  </html>
""",
    ),
    keeps=(
        """
<html><h1>Rain in the north</h1>
<p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
<div class="promo"><p>The dams hold for now.</p></div>
<p>Farmers had asked for help in June, and a vote on it is due in the autumn, said the minister.</p>
<h2>Loading</h2>
<p>Farmers had asked for help in June, and a vote on it is due in the autumn, said the minister.</p>
</html>
""",
    ),
)


class Made(Stage):
    """Marks blocks of a page in which rules found words of noise and whose own elements say the same."""

    rules = (MADE,)

    def __init__(self, packs: Packs) -> None:
        self._of_packs = frozenset(rule.id for rule in packs.rules)

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks = page.document.blocks
        tree = blocks.tree
        if tree is None or not blocks.links:
            return
        worded = self._worded(page)
        if not worded or not _is_of_a_site(tree):
            return
        times = Counter([blocks.keys[i] for i in worded])
        candidates = [
            i
            for i, (score, category) in worded.items()
            if min(score, page.sums[i]) >= _WORDING
            and category in _CATEGORIES
            and blocks.kinds[i] not in _NEVER
            and times[blocks.keys[i]] <= _MAX_TIMES
        ]
        words = _words_of(blocks, tree, worded) if candidates else []
        for i in candidates:
            score, category = worded[i]
            reason = _reason(blocks, tree, words, i, category, is_sure=score >= CUTS_ALONE)
            if reason:
                yield MADE.mark(blocks.span(i), reason)

    def _worded(self, page: View) -> dict[int, tuple[int, str]]:
        """For each block in which rules found words of noise, the sum of their scores, and the strongest category."""
        found: dict[int, tuple[int, str]] = {}
        strongest: dict[int, int] = {}
        places, of_packs = page.places, self._of_packs
        for span, rule, category, _, score in page.marks:
            i = places.get(span.start, -1)
            if score > 0 and i >= 0 and rule in of_packs:
                total, named = found.get(i, (0, category))
                if score > strongest.get(i, 0):
                    strongest[i], named = score, category
                found[i] = total + score, named
        return found


def _is_of_a_site(tree: Tree) -> bool:
    """Whether any markup of a page is more than that of a text: parts of a site, or names."""
    return any(tag.classes or tag.id or tag.name in _PARTS for tag in tree.tags)


def _words_of(blocks: Blocks, tree: Tree, worded: dict[int, tuple[int, str]]) -> list[int]:
    """The words in each element; an element with running text that no rule doubts is as large as any."""
    words, parents = [0] * len(tree), tree.parents
    for i, element in enumerate(blocks.elements):
        words[element] += _OWN_WORDS + 1 if blocks.prose[i] and i not in worded else blocks.words[i]
    for j in range(len(tree) - 1, 0, -1):
        if words[j]:
            words[parents[j]] += words[j]
    return words


def _reason(blocks: Blocks, tree: Tree, words: list[int], i: int, category: str, *, is_sure: bool) -> str:
    """What the make of block ``i`` says, or nothing."""
    for j in tree.way(blocks.elements[i]):
        if words[j] > _OWN_WORDS:
            break
        if _is_telling(tree.tags[j]):
            return f"Words of noise in an element that is named like it: {tree.name(j)}"
    size = blocks.words[i]
    if blocks.kinds[i] is Kind.HEADING:
        return ""
    if not is_sure:
        return ""
    if category in _CALLS and blocks.links[i] and size <= _CALL_WORDS:
        return "A call with a link"
    is_alone = words[blocks.elements[i]] == size
    if category in _LABELS and size <= _LABEL_WORDS and is_alone and (size <= 1 or not blocks.sentences[i]):
        return "A label of noise, alone in its element"
    return ""


@lru_cache(maxsize=4096)
def _is_telling(tag: Tag) -> bool:
    """Whether a class or an id of an element is a name of noise."""
    names = [*map(class_words, tag.classes), id_words(tag.id)]
    return any(selector.is_in(words) for words in names for word in words for selector in _BY_FIRST_WORD.get(word, ()))


def _by_first_word() -> dict[str, list[Selector]]:
    found: dict[str, list[Selector]] = {}
    for name in _NAMES:
        selector = Selector.parse(f"*{name}")
        found.setdefault(selector.words[0], []).append(selector)
    return found


_BY_FIRST_WORD = _by_first_word()
