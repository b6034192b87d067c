"""The last promise: no text and no page is emptied, unless all of it is an error or a consent page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Sequence

from cleaner.guard.case import Case
from cleaner.model import ERROR_PAGE, LEARNED, Blocks, Cut
from cleaner.resolve import CUTS_ALONE

_LEAST_WORDS = 50
_LEAST_SHARE = 0.1  # of the page's words; where less than both is left, names are not to be trusted


def emptied_text(case: Case) -> set[int]:
    """All cuts, where no word is left of a text that is not noise as a whole."""
    if _leaves_a_word(case) or whole_page(case):
        return set()
    return {*case.cuts, *case.inside}


def whole_page(case: Case) -> str:
    """The status of a text all of which is noise of one kind; empty for any other."""
    if _leaves_a_word(case):
        return ""
    cuts = case.left()
    return next((status for status, names in case.known.whole_pages.items() if _is_made_of(names, status, cuts)), "")


def _leaves_a_word(case: Case) -> bool:
    """Whether a word is left; signs and, where the text has letters, numbers are no words."""
    is_word = str.isalpha if any(map(str.isalpha, case.document.text)) else str.isalnum
    blocks, gone = case.blocks, {cut.span for cut in case.cuts.values()}
    left = (text for i, text in enumerate(blocks.texts) if blocks.span(i) not in gone)
    return any(any(map(is_word, text)) for text in left)


def _is_made_of(categories: Container[str], status: str, cuts: Sequence[Cut]) -> bool:
    """Whether a page consists of noise of these categories; an error page may have menus around its message."""
    found = [cut for cut in cuts if any(mark.category in categories for mark in cut.marks)]
    if status == ERROR_PAGE:
        return any(cut.score >= CUTS_ALONE for cut in found)
    return bool(cuts) and 2 * _length(found) >= _length(cuts)


def _length(cuts: Sequence[Cut]) -> int:
    return sum(cut.span.end - cut.span.start for cut in cuts)


def emptied_page(case: Case) -> set[int]:
    """Where next to nothing is left of a page, the cuts that no mark but the scorer's makes alone; or else all."""
    if _leaves_enough(case.blocks, case.cuts.keys()):
        return set()
    unsure = {i for i, cut in case.cuts.items() if not _has_sure_mark(cut)}
    return unsure if _leaves_enough(case.blocks, case.cuts.keys() - unsure) else {*case.cuts, *case.inside}


def _has_sure_mark(cut: Cut) -> bool:
    return any(mark.score >= CUTS_ALONE for mark in cut.marks if mark.category != LEARNED)


def _leaves_enough(blocks: Blocks, cut: Collection[int]) -> bool:
    """Whether many words or numbers are left, or a good part of the page's words. Signs are no text."""
    numbers = _words_with(str.isalnum, blocks)
    if sum(numbers) - sum([numbers[i] for i in cut]) >= _LEAST_WORDS:
        return True
    words = next((found for found in (_words_with(str.isalpha, blocks), numbers) if any(found)), blocks.words)
    whole = sum(words)
    return whole - sum([words[i] for i in cut]) >= _LEAST_SHARE * whole


def _words_with(is_wanted: Callable[[str], bool], blocks: Blocks) -> Sequence[int]:
    """The words of each block that has a wanted character; of other blocks none."""
    return [n if any(map(is_wanted, text)) else 0 for n, text in zip(blocks.words, blocks.texts, strict=True)]
