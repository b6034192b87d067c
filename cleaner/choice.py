"""What counts as content is the user's choice: captions, comments and the headline stay, go, or are set apart.

Everything else is decided as if no option had asked. Comments are taken out of a page before anything reads it as text,
and are cleaned on their own, so the rest of the text is the same whatever the option says. Captions and the headline
are taken out of the finished result. Their cuts are like all others, apart from one thing: no promise withdraws them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cleaner.cuts import compose, cuts_of_both, listed_once, parts_outside
from cleaner.model import CAPTION, COMMENTS, Cut, Document, Mark, Result, Span
from cleaner.resolve import CUTS_ALONE
from cleaner.segment.text import Lines
from cleaner.stages.asked import KEEP, SEPARATE, Asked
from cleaner.view import View

Run = Callable[[Sequence[Asked], View], None]
"""Adds the marks of stages to a view."""


@dataclass(frozen=True, slots=True)
class Thread:
    """The comments of a page: a cut for each of their blocks, and the number of the comment it belongs to."""

    stage: Asked
    cuts: tuple[Cut, ...]
    units: Mapping[int, int]

    def beside(self, cuts: Sequence[Cut]) -> list[Cut]:
        """``cuts`` of a page together with those of its comments."""
        taken = [cut.span for cut in self.cuts]
        return sorted([*self.cuts, *(cut for cut in cuts if not _overlaps(taken, cut.span))], key=lambda cut: cut.span)


class Choice:
    """Carries out the options ``captions``, ``comments`` and ``headline``, which ``stages`` belong to."""

    def __init__(self, stages: Iterable[Asked], run: Run) -> None:
        self._stages = tuple(stages)
        self._run = run

    def thread(self, page: View) -> Thread | None:
        """The comments of a page, whose view has the marks of the page stages; None if no option asks for them."""
        for stage in self._stages:
            if stage.reads == "markup":
                cuts = [Cut(mark.span, (mark,)) for mark in self._marks(stage, page)]
                return Thread(stage, tuple(cuts), stage.units(page)) if cuts else None
        return None

    def with_thread(self, result: Result, thread: Thread, lines: Lines, clean: Callable[[Result], Result]) -> Result:
        """``result``, in which the comments of ``thread`` are cut, with the comments as the option wants them.

        ``lines`` are those of the page; ``clean`` cleans what a result leaves of it as text.
        """
        inside = _cleaned_alone(result.document, thread, clean)
        if thread.stage.value == KEEP:
            rule = thread.stage.rules[0].id
            rest = replace(result, cuts=tuple(cut for cut in result.cuts if cut.marks[0].rule != rule))
            cuts = cuts_of_both(lines, inside, rest)
        else:
            cuts = cuts_of_both(lines, result, inside)
        withdrawn = listed_once(result.document.text, cuts, result.withdrawn, inside.withdrawn)
        result = replace(result, cuts=cuts, withdrawn=withdrawn)
        if thread.stage.value != SEPARATE:
            return result
        return _with_texts(result, COMMENTS, _texts(result.document, inside.cuts, thread.units))

    def carried_out(self, result: Result, lines: Lines, matched: Callable[[Document], Document]) -> Result:
        """A finished result without the captions and the headline that options ask to remove.

        ``matched`` returns a document with the hits of all rules in its blocks.
        """
        stages = [stage for stage in self._stages if stage.reads != "markup"]
        if not stages or not len(result.document.blocks):
            return result
        view = _finished_view(result, matched(result.document))
        extra: dict[Span, Cut] = {}
        found: list[tuple[str, tuple[str, ...]]] = []
        for stage in stages:
            extra |= {mark.span: Cut(mark.span, (mark,)) for mark in self._marks(stage, view)}
            if stage.value == SEPARATE:
                found.append((stage.rules[0].category, _texts(result.document, result.cuts, stage.units(view))))
        more = replace(result, cuts=tuple(sorted(extra.values(), key=lambda cut: cut.span)))
        cuts = cuts_of_both(lines, more, result)
        result = replace(result, cuts=cuts, withdrawn=listed_once(result.document.text, cuts, result.withdrawn))
        for category, texts in found:
            result = _with_texts(result, category, texts)
        return result

    def _marks(self, stage: Asked, page: View) -> list[Mark]:
        """The marks of a stage, which are not added to the view that other stages read."""
        view = View(page.document, page.marks)
        self._run([stage], view)
        return view.marks[len(page.marks) :]


def _with_texts(result: Result, category: str, texts: tuple[str, ...]) -> Result:
    return replace(result, captions=texts) if category == CAPTION else replace(result, comments=texts)


def _texts(document: Document, cuts: Sequence[Cut], units: Mapping[int, int]) -> tuple[str, ...]:
    """What ``cuts`` leave of the blocks of ``units``: one string for each unit, in the order of their beginnings."""
    taken = [cut.span for cut in cuts]
    found: dict[int, list[str]] = {}
    for i in sorted(units):
        left = [document.text[slice(*part)] for part in parts_outside(document.text, document.blocks.span(i), taken)]
        if left:
            found.setdefault(units[i], []).extend(left)
    return tuple("\n".join(parts) for parts in found.values())


def _finished_view(result: Result, document: Document) -> View:
    """A view of a finished document, with a mark on each block that is cut as a whole."""
    blocks, marks = document.blocks, list[Mark]()
    for cut in result.cuts:
        first, end = bisect_left(blocks.starts, cut.span.start), bisect_left(blocks.starts, cut.span.end)
        marks += (
            cut.marks[0]._replace(span=blocks.span(i), score=CUTS_ALONE)
            for i in range(first, end)
            if blocks.ends[i] <= cut.span.end
        )
    return View(document, marks)


def _cleaned_alone(document: Document, thread: Thread, clean: Callable[[Result], Result]) -> Result:
    """The cuts inside the comments of a page, cleaned without the page around them.

    Short lines that rules know, such as buttons, are cut even where a text of its own would keep them: this is not one.
    """
    only = Result(document, tuple(Cut(span, ()) for span in _outside(document, thread)))
    both = compose(only, clean(only))
    starts = {document.blocks.starts[i] for i in thread.units if not document.blocks.prose[i]}
    labels = {
        one.cut.span: one.cut for one in both.withdrawn if one.cut.span.start in starts and one.cut.mechanism == "rule"
    }
    cuts = sorted([*labels.values(), *(cut for cut in both.cuts if cut.marks)], key=lambda cut: cut.span)
    return Result(document, tuple(cuts), tuple(one for one in both.withdrawn if one.cut.span not in labels))


def _outside(document: Document, thread: Thread) -> list[Span]:
    """The spans of a page around its comments; the white space below a comment belongs to it."""
    blocks, at, found = document.blocks, 0, list[Span]()
    for i in sorted(thread.units):
        if at < blocks.starts[i]:
            found.append(Span(at, blocks.starts[i]))
        at = blocks.starts[i + 1] if i + 1 < len(blocks) else len(document.text)
    return [*found, Span(at, len(document.text))] if at < len(document.text) else found


def _overlaps(spans: Sequence[Span], span: Span) -> bool:
    """Whether ``span`` overlaps one of ``spans``, which are sorted and disjoint."""
    i = bisect_left(spans, span.start, key=lambda one: one.end - 1)
    return i < len(spans) and spans[i].start < span.end
