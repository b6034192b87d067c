"""The last promise: no text and no page is emptied, unless all of it is an error or a consent page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Sequence

from cleaner.chars import word_test
from cleaner.guard.case import Case
from cleaner.model import ERROR_PAGE, LEARNED, Blocks, Cut
from cleaner.resolve import CUTS_ALONE

_MIN_WORDS = 50
_MIN_SHARE = 0.1  # share of the words on the page; if less than both is left, names of elements are misleading


def emptied_text(case: Case) -> set[int]:
    """All cuts, if they leave no word of a text that is not noise as a whole."""
    if _leaves_a_word(case) or whole_page(case):
        return set()
    return {*case.cuts, *case.inside}


def whole_page(case: Case) -> str:
    """The status of a text that consists of one kind of noise; empty for any other text."""
    if _leaves_a_word(case):
        return ""
    cuts = case.left()
    return next((status for status, names in case.known.whole_pages.items() if _is_made_of(names, status, cuts)), "")


def _leaves_a_word(case: Case) -> bool:
    """Whether a word is left. Signs do not count; numbers count only if the text has no letters."""
    is_word = word_test(case.document.text)
    blocks, cuts = case.blocks, case.cuts
    if any(any(map(is_word, text)) for i, text in enumerate(blocks.texts) if i not in cuts):
        return True
    return any(any(map(is_word, blocks.texts[i])) for i, cut in cuts.items() if cut.span != blocks.span(i))


def _is_made_of(categories: Container[str], status: str, cuts: Sequence[Cut]) -> bool:
    """Whether a page consists of noise of these categories; an error page may have menus around its message."""
    found = [cut for cut in cuts if any(mark.category in categories for mark in cut.marks)]
    if status == ERROR_PAGE:
        return any(cut.score >= CUTS_ALONE for cut in found)
    return bool(cuts) and 2 * _length(found) >= _length(cuts)


def _length(cuts: Sequence[Cut]) -> int:
    return sum(cut.span.end - cut.span.start for cut in cuts)


def emptied_page(case: Case) -> set[int]:
    """The cuts of a page that would be almost empty: those that only the scorer is sure of if that helps, else all."""
    if _leaves_enough(case.blocks, case.cuts.keys()):
        return set()
    unsure = {i for i, cut in case.cuts.items() if not _has_sure_mark(cut)}
    return unsure if _leaves_enough(case.blocks, case.cuts.keys() - unsure) else {*case.cuts, *case.inside}


def _has_sure_mark(cut: Cut) -> bool:
    return any(mark.score >= CUTS_ALONE for mark in cut.marks if mark.category != LEARNED)


def _leaves_enough(blocks: Blocks, cut: Collection[int]) -> bool:
    """Whether many words or numbers are left, or a large share of the words on the page. Signs do not count."""
    left = 0
    for i, text in enumerate(blocks.texts):
        if i not in cut and any(map(str.isalnum, text)):
            left += blocks.words[i]
            if left >= _MIN_WORDS:
                return True
    numbers = _words_with(str.isalnum, blocks)
    words = next((found for found in (_words_with(str.isalpha, blocks), numbers) if any(found)), blocks.words)
    whole = sum(words)
    return whole - sum([words[i] for i in cut]) >= _MIN_SHARE * whole


def _words_with(is_wanted: Callable[[str], bool], blocks: Blocks) -> Sequence[int]:
    """The number of words of each block that has a wanted character; 0 for other blocks."""
    return [n if any(map(is_wanted, text)) else 0 for n, text in zip(blocks.words, blocks.texts, strict=True)]
