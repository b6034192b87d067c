"""The last word on cuts by markup and by the learned scorer: an element's name may lie, a model may tear what belongs
together. Only gives cuts back, never adds one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from cleaner.features import headlines, skeleton
from cleaner.guard.text import Guarded
from cleaner.model import LEARNED, Blocks, Cut, Document, Kind, Tag, Tree, Withdrawal
from cleaner.resolve import CUTS_ALONE

_LEAST_WORDS = 50
_LEAST_SHARE = 0.1  # of the page's words; where less than both is left, names are not to be trusted
_MOST_TITLES = 2  # first-level headings; of more each belongs to a part of the page
_NEAR = 5  # blocks between a caption and content
_WHOLE_SHARE = 0.5  # of a table or list; if more of it stays all of it stays
_MAKE_LEVELS = 4  # elements, from the inside out, whose start tags are compared
_LEAST_ALIKE, _MOST_SHARE = 5, 0.6
_WHOLES = frozenset(("table", "ul", "ol", "dl"))
_PARTS = frozenset((Kind.CELL, Kind.ITEM, Kind.STEP, Kind.SPEC))
_BESIDE = _PARTS | {Kind.CAPTION}


@dataclass(frozen=True, slots=True)
class _Case:
    """A page and the cuts proposed for it, by block; ``unsure`` are those that only the learned scorer made."""

    blocks: Blocks
    tree: Tree
    cuts: dict[int, Cut]
    unsure: frozenset[int]

    def stays(self, i: int) -> bool:
        return 0 <= i < len(self.blocks) and i not in self.cuts


def guard_page(document: Document, cuts: Sequence[Cut], *, threshold: int = CUTS_ALONE) -> Guarded:
    """The cuts that leave the page its headline, what belongs together, and a text.

    ``threshold`` is the sum of scores that cuts a block: where it is not reached without the learned scorer's marks,
    the scorer made the cut.
    """
    tree = document.blocks.tree
    if tree is None or not cuts:
        return Guarded(tuple(cuts))
    where = {start: i for i, start in enumerate(document.blocks.starts)}
    by_block = {where[cut.span.start]: cut for cut in cuts if cut.span.start in where}
    unsure = frozenset(i for i, cut in by_block.items() if _score_unlearned(cut) < threshold)
    case = _Case(document.blocks, tree, by_block, unsure)
    withdrawn: list[Withdrawal] = []
    for name, broken in _PROMISES:
        withdrawn += [Withdrawal(by_block.pop(i), name) for i in sorted(broken(case))]
    left = sorted(by_block.values(), key=lambda cut: cut.span)
    return Guarded(tuple(left), tuple(sorted(withdrawn, key=lambda w: w.cut.span)))


def _score_unlearned(cut: Cut) -> int:
    return sum([mark.score for mark in cut.marks if mark.category != LEARNED])


def _headline(case: _Case) -> set[int]:
    """First-level headings where none is kept: those that only the scorer cut, or else that look like the headline."""
    heading = Kind.HEADING
    titles = [i for i, kind in enumerate(case.blocks.kinds) if kind is heading and _is_first_level(case, i)]
    if not titles or any(i not in case.cuts for i in titles):
        return set()
    doubted = case.unsure.intersection(titles)
    if doubted and len(doubted) <= _MOST_TITLES:
        return set(doubted)
    return set(headlines(case.blocks, skeleton(case.blocks, case.cuts), (), titles))


def _is_first_level(case: _Case, i: int) -> bool:
    return any(case.tree.tags[j].name == "h1" for j in case.tree.way(case.blocks.elements[i]))


def _wholes(case: _Case) -> set[int]:
    """Rows and items of tables and lists of which more than half stays."""
    found: set[int] = set()
    if not case.unsure:
        return found
    for _, run in groupby(_parts(case), key=lambda part: part[0]):
        places = [i for _, i in run]
        torn = case.unsure.intersection(places) & case.cuts.keys()
        if torn and sum(i not in case.cuts for i in places) > _WHOLE_SHARE * len(places):
            found |= torn
    return found


def _parts(case: _Case) -> Iterator[tuple[int, int]]:
    """The table or list, and the block, of all rows and items."""
    for i, kind in enumerate(case.blocks.kinds):
        if kind in _PARTS:
            way = case.tree.way(case.blocks.elements[i])
            yield next((j for j in way if case.tree.tags[j].name in _WHOLES), -1), i


def _captions(case: _Case) -> set[int]:
    """Captions with content near by."""
    return {
        i
        for i in case.unsure & case.cuts.keys()
        if case.blocks.kinds[i] is Kind.CAPTION and any(case.stays(i + n) for n in range(-_NEAR, _NEAR + 1))
    }


def _amid_content(case: _Case) -> set[int]:
    """Blocks that belong to what stays around them: a lone one between two, running text beside a table or list or
    right below a heading, the heading of a text.
    """
    prose, kinds = case.blocks.prose, case.blocks.kinds
    found: set[int] = set()
    for i in sorted(case.unsure & case.cuts.keys()):
        above, below = case.stays(i - 1) or i - 1 in found, case.stays(i + 1)
        if prose[i]:
            leads = below and kinds[i + 1] in _BESIDE
            belongs = leads or (above and (below or kinds[i - 1] in _BESIDE or kinds[i - 1] is Kind.HEADING))
        else:
            belongs = below and (above or (kinds[i] is Kind.HEADING and prose[i + 1]))
        if belongs:
            found.add(i)
    return found


def _alike(case: _Case) -> set[int]:
    """Blocks that stand in elements of the same make as others most of which stay: one card, all cards."""
    found: set[int] = set()
    if not case.unsure:
        return found
    makes = _numbers_of_tags(case.tree)
    groups: dict[tuple[int, ...], list[int]] = {}
    for i, element in enumerate(case.blocks.elements):
        make = tuple([makes[j] for j in islice(case.tree.way(element), _MAKE_LEVELS)])
        groups.setdefault(make, []).append(i)
    for places in groups.values():
        if len(places) >= _LEAST_ALIKE and sum([i not in case.cuts for i in places]) >= _MOST_SHARE * len(places):
            found |= case.unsure.intersection(places) & case.cuts.keys()
    return found


def _numbers_of_tags(tree: Tree) -> list[int]:
    """A number for each element, the same for equal start tags: tuples of numbers are compared faster."""
    numbers: dict[Tag, int] = {}
    return [numbers.setdefault(tag, len(numbers)) for tag in tree.tags]


def _emptied(case: _Case) -> set[int]:
    """Unsure cuts, then all, where next to nothing is left."""
    if _leaves_enough(case.blocks, case.cuts.keys()):
        return set()
    unsure = {i for i, cut in case.cuts.items() if _is_unsure(cut)}
    return unsure if _leaves_enough(case.blocks, case.cuts.keys() - unsure) else set(case.cuts)


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


def _is_unsure(cut: Cut) -> bool:
    return max((mark.score for mark in cut.marks if mark.category != LEARNED), default=0) < CUTS_ALONE


_PROMISES: tuple[tuple[str, Callable[[_Case], set[int]]], ...] = (
    ("headline", _headline),
    ("list", _wholes),
    ("caption", _captions),
    ("group", _alike),
    ("prose", _amid_content),
    ("emptied", _emptied),
)
