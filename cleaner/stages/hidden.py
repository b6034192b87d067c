"""Text that a reader of a page cannot see, such as notes for machines, copies, and menus that nobody has opened.

`cleaner.segment.hiding` finds which elements are hidden, and how. Much of what is hidden is content that a click or
a script shows, so an element is only judged as hidden if nothing on the page points to it (`cleaner.stages.revealed`)
and if the text outside it is most of the page.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from cleaner.fold import fold
from cleaner.model import HIDDEN, Blocks, Kind, Mark, Span, Tree
from cleaner.packs.rule import Packs, StageRule
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT
from cleaner.segment.hiding import MAY_SHOW
from cleaner.stages.addressed import MODEL_ADDRESS, addresses_model
from cleaner.stages.base import Stage
from cleaner.stages.revealed import Revealed
from cleaner.view import View

_MAX_SHARE = 0.3  # share of the prose on a page that one hidden element may have
_MAX_SHARE_OF_ALL = 0.4
_FADES, _MAX_FADES = frozenset(("opacity", "visibility")), 2  # more are parts that fade in
_SECTION_BLOCKS = 3  # a transparent element with at least 3 blocks fades in
_OUT_OF_SIGHT = frozenset(("off-screen", "clipped", "zero-size"))  # headings for screen readers are hidden so
_COPY_WORDS = 4
_STORY = """<p>The water board said on Monday that nobody had to leave their house, but the bridges were watched.</p>
  <p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
  <p>Farmers had asked for help in June, and a vote on it is due in the autumn.</p>"""
_NOTE = "The word list of this page is river, flood and rain."
_WHY = "Nobody who reads the page can see it, so it was not written for readers."


def _rule(opening: str, summary: str, *, id: str) -> StageRule:
    return StageRule(
        id=id,
        category=HIDDEN,
        summary=summary,
        why=_WHY,
        score=CUTS_BALANCED,
        removes=(f"\n  <html><article>{_STORY}\n- {opening}{_NOTE}</p>\n  </article></html>\n",),
        keeps=(f"\n<html><article>{_STORY}\n<details>{opening}{_NOTE}</p></details></article></html>\n",),
    )


_COPY = (
    "<p aria-hidden=true>Rain is expected in the north of the country until Friday morning, and the rivers are high."
)
RULES = {
    rule.id.partition("/")[2]: rule
    for rule in (
        _rule("<p hidden>", "Text that an attribute hides (`hidden`, a closed dialog).", id="hidden/attribute"),
        _rule('<p style="display:none">', "Text that is not displayed (`display: none`).", id="hidden/display"),
        _rule(
            '<p style="visibility:hidden">', "Text that is invisible (`visibility: hidden`).", id="hidden/visibility"
        ),
        _rule('<p style="opacity:0">', "Text that is transparent (`opacity: 0`).", id="hidden/opacity"),
        _rule('<p style="font-size:0">', "Text without a size (`font-size: 0`).", id="hidden/font-size"),
        _rule(
            '<p style="position:absolute;left:-9999px">',
            "Text outside the window (`left: -9999px`).",
            id="hidden/off-screen",
        ),
        _rule(
            '<p style="clip-path:inset(50%)">', "Text that is clipped away (`clip`, `clip-path`).", id="hidden/clipped"
        ),
        _rule('<p style="height:0;overflow:hidden">', "Text in a box without a size.", id="hidden/zero-size"),
        _rule('<p style="color:#fff;background:#fff">', "Text in the colour of its ground.", id="hidden/colour"),
        StageRule(
            id="hidden/copy",
            category=HIDDEN,
            summary="A copy of visible text that screen readers skip (`aria-hidden`).",
            why="The same text is on the page a second time, for looks.",
            score=CUTS_BALANCED,
            removes=(f"\n  <html><article>{_STORY}\n- {_COPY}</p>\n  </article></html>\n",),
            keeps=(f"\n<html><article>{_STORY}\n<p aria-hidden=true>{_NOTE}</p></article></html>\n",),
        ),
    )
}
"""The rules by the kind of hiding."""


class Hidden(Stage):
    """Marks the blocks in hidden elements. Ignores plain text."""

    rules = tuple(RULES.values())
    reads = "markup"
    marks_pack_rules = True

    def __init__(self, packs: Packs) -> None:
        self._reports_address = MODEL_ADDRESS in packs.ids()

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks, tree = page.document.blocks, page.document.blocks.tree
        if tree is None or not tree.hiding:
            return
        for one in _Judge(page, tree).taken():
            name = tree.name(one.element)
            for i in one.places:
                if one.kind not in _OUT_OF_SIGHT or blocks.kinds[i] is not Kind.HEADING:
                    yield from self._marks(blocks.span(i), blocks.folded[i], one.kind, name)

    def _marks(self, span: Span, folded: str, kind: str, name: str) -> Iterator[Mark]:
        rule = RULES[kind]
        yield rule.mark(span, f"{rule.summary.rstrip('.')}: {name}")
        if self._reports_address and addresses_model(folded):
            reason = f"Hidden text that addresses a language model: {name}"
            yield Mark(span, MODEL_ADDRESS, "ai_chrome", reason, CUTS_ALONE)


class HiddenWords(Hidden):
    """Marks words that are hidden inside a line. It runs last: a line that goes as a whole goes in one piece."""

    def __call__(self, page: View) -> Iterator[Mark]:
        tree = page.document.blocks.tree
        if tree is None or not (tree.hiding or tree.hiding_formats):
            return
        blocks, text = page.document.blocks, page.document.text
        for i, parts in groupby(_words(page, tree), key=lambda one: one[0]):
            for span, kind, name in _joined(text, [one for _, one in parts]):
                taken = _with_space(text, span, blocks.span(i))
                yield from self._marks(taken, fold(text[slice(*span)]), kind, name)


class _Part(NamedTuple):
    """Hidden words: where they are, how they are hidden, and the name of their element."""

    span: Span
    kind: str
    name: str


def _words(page: View, tree: Tree) -> Iterator[tuple[int, _Part]]:
    """The hidden parts of blocks that nothing shows, with the number of the block."""
    document, blocks = page.document, page.document.blocks
    revealed = Revealed(page, tree)
    left = {element for element, score in zip(blocks.elements, page.sums, strict=True) if score < CUTS_STRICT}
    elements = {
        element: kind
        for element, kind in tree.hiding.items()
        if not kind.endswith("copy")
        and not revealed.places(element)
        and not left.isdisjoint(tree.way(element))
        and not revealed.words(element, tree.tags[element], kind)
    }
    formats = {n: kind for n, kind in tree.hiding_formats.items() if not kind.startswith(MAY_SHOW) and kind != "copy"}
    if not elements and not formats:
        return
    from cleaner.inline.concealed import text_places  # lazy: few pages hide words inside a line

    until = 0
    for span, element, n, tag in text_places(document, elements, formats):
        if span.end <= until or (n >= 0 and revealed.words(element, tag, formats[n])):
            continue
        kind = (formats[n] if n >= 0 else elements[element]).removeprefix(MAY_SHOW)
        if kind in _OUT_OF_SIGHT and revealed.is_label(element, len(document.text[slice(*span)].split())):
            continue
        until = span.end
        for i in range(bisect_right(blocks.ends, span.start), bisect_left(blocks.starts, span.end)):
            part = Span(max(span.start, blocks.starts[i]), min(span.end, blocks.ends[i]))
            if page.sums[i] < CUTS_STRICT and part.start < part.end:
                yield i, _Part(part, kind, tag.written(2))


class _Taken(NamedTuple):
    """A hidden element that goes: how it is hidden, and its blocks."""

    element: int
    kind: str
    places: Sequence[int]


class _Judge:
    """Decides which hidden elements of a page go."""

    def __init__(self, page: View, tree: Tree) -> None:
        self._tree, self._blocks, self._mass = tree, page.document.blocks, page.masses
        self._revealed = Revealed(page, tree)

    def taken(self) -> list[_Taken]:
        """The outermost elements that hide text for good."""
        taken: list[_Taken] = []
        until = 0
        for element, given in sorted(self._tree.hiding.items()):
            if element >= until and (places := self._revealed.places(element)):
                kind = given.removeprefix(MAY_SHOW)
                if self._is_hidden(element, kind, places) or self._is_copy(places):
                    taken.append(_Taken(element, kind, places))
                    until = self._tree.ends[element]
        whole = sum(self._mass.prose[one.element] for one in taken)
        if self._mass.has_prose and whole > _MAX_SHARE_OF_ALL * self._mass.prose[0]:
            return [one for one in taken if not self._mass.prose[one.element]]
        return taken

    def _is_hidden(self, element: int, kind: str, places: Sequence[int]) -> bool:
        if kind == "copy" or self._mass.share(element) > _MAX_SHARE:
            return False
        if kind in _FADES and (
            len(places) >= _SECTION_BLOCKS
            or self._fading > _MAX_FADES
            or any(self._blocks.kinds[i] is Kind.HEADING for i in places)
        ):
            return False
        if kind in _OUT_OF_SIGHT and self._revealed.is_label(element, sum(self._blocks.words[i] for i in places)):
            return False
        return not self._revealed.element(element, places)

    def _is_copy(self, places: Sequence[int]) -> bool:
        """Whether all blocks are visible elsewhere on the page."""
        return all(self._blocks.words[i] >= _COPY_WORDS for i in places) and self._copies.issuperset(places)

    @cached_property
    def _copies(self) -> frozenset[int]:
        return _repeated(self._blocks, self._tree)

    @cached_property
    def _fading(self) -> int:
        """How many elements are transparent or invisible."""
        return sum(
            kind.removeprefix(MAY_SHOW) in _FADES and bool(self._revealed.places(e))
            for e, kind in self._tree.hiding.items()
        )


def _repeated(blocks: Blocks, tree: Tree) -> frozenset[int]:
    """The blocks in hidden elements whose words are visible elsewhere on the page."""
    inside = [False] * len(tree)
    for element in tree.hiding:
        inside[element : tree.ends[element]] = [True] * (tree.ends[element] - element)
    visible = {blocks.keys[i] for i, element in enumerate(blocks.elements) if not inside[element]}
    return frozenset(
        i
        for i, element in enumerate(blocks.elements)
        if inside[element] and blocks.words[i] >= _COPY_WORDS and blocks.keys[i] in visible
    )


def _joined(text: str, parts: Sequence[_Part]) -> list[_Part]:
    """Parts with only white space between them as one."""
    joined: list[_Part] = []
    for part in parts:
        if joined and not text[joined[-1].span.end : part.span.start].strip():
            joined[-1] = joined[-1]._replace(span=Span(joined[-1].span.start, part.span.end))
        else:
            joined.append(part)
    return joined


def _with_space(text: str, span: Span, block: Span) -> Span:
    """A part of a block with the space that would be left over."""
    start, end = span
    if end < block.end and text[end] == " " and (start == block.start or text[start - 1].isspace()):
        return Span(start, end + 1)
    if start > block.start and text[start - 1] == " " and (end == block.end or text[end].isspace()):
        return Span(start - 1, end)
    return span
