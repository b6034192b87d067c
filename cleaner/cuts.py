"""Cuts and withdrawals of several passes as those of the source: one result for all passes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from operator import attrgetter

from cleaner.chars import word_test
from cleaner.gaps import absorb_gaps, takes_whole_lines
from cleaner.model import EMPTIED, Blocks, Cut, Document, Result, Span, Withdrawal
from cleaner.segment.carry import carried
from cleaner.segment.text import Lines, read_lines


def compose(result: Result, again: Result) -> Result:
    """One result for two passes: ``again`` is the result for the text that ``result`` left."""
    warnings, status = (*result.warnings, *again.warnings), again.status if again.status != "ok" else result.status
    kept = result.kept() if again.cuts or again.withdrawn else []
    ends = list(accumulate(span.end - span.start for span in kept))  # where each kept slice ends in the clean text
    later = [Cut(span, cut.marks) for cut in again.cuts for span in _sources(kept, ends, cut.span)]
    cuts = tuple(sorted((*result.cuts, *later), key=_span)) if later else result.cuts
    withdrawn = [
        Withdrawal(Cut(span, one.cut.marks), one.promise)
        for one in again.withdrawn
        for span in _sources(kept, ends, one.cut.span)
    ]
    return replace(
        result,
        cuts=cuts,
        withdrawn=listed_once(result.document.text, cuts, result.withdrawn, withdrawn),
        warnings=tuple(dict.fromkeys(warnings)),
        status=status,
    )


def united(lines: Lines, careful: Result, own: Result) -> Result:
    """One result for two results of the same text: it cuts every line that either cuts. ``lines`` are the lines.

    If no word would be left, the cuts that only ``own`` makes are withdrawn.
    """
    text = own.document.text
    cuts = cuts_of_both(lines, careful, own)
    status = own.status if own.status != "ok" else careful.status
    both = replace(own, cuts=cuts, withdrawn=listed_once(text, cuts, careful.withdrawn, own.withdrawn), status=status)
    if status != "ok" or _has_words(both) or not _has_words(careful):
        return replace(both, warnings=tuple(dict.fromkeys((*careful.warnings, *own.warnings))))
    given_back = [Withdrawal(cut, EMPTIED) for cut in own.cuts]
    withdrawn = listed_once(text, careful.cuts, careful.withdrawn, own.withdrawn, given_back)
    return replace(own, cuts=careful.cuts, withdrawn=withdrawn, warnings=careful.warnings)


def _has_words(result: Result) -> bool:
    """Whether what is left of a text has words in the sense of that text."""
    text = result.document.text
    is_word = word_test(text)
    return any(any(map(is_word, text[start:end])) for start, end in result.kept())


def cuts_of_both(lines: Lines, careful: Result, own: Result) -> tuple[Cut, ...]:
    """The cuts of whole lines that either makes, with the white space that goes with them, and those inside lines.

    What both cut is a cut of ``own``.
    """
    text = own.document.text
    taken = [cut.span for cut in own.cuts]
    others = {cut.span for cut in careful.cuts}.difference(taken)
    if not any(any(parts_outside(text, span, taken)) for span in others):
        return own.cuts
    cuts = _whole_lines(one_by_one(lines, text), careful, own)
    for more in (own.cuts, careful.cuts):
        taken = [cut.span for cut in cuts]
        cuts += [Cut(part, cut.marks) for cut in more for part in parts_outside(text, cut.span, taken)]
        cuts.sort(key=_span)
    return tuple(cuts)


def _whole_lines(document: Document, careful: Result, own: Result) -> list[Cut]:
    """The cuts of all lines that either result cuts as a whole; neighbouring lines of one cut stay one cut."""
    parts, cuts = list[Span](), list[Cut]()
    before: Cut | None = None
    for span in map(document.blocks.span, range(len(document.blocks))):
        cut = _cut_over(own.cuts, span) or _cut_over(careful.cuts, span)
        if cut and cut is before:
            parts[-1] = Span(parts[-1].start, span.end)
            cuts[-1] = Cut(parts[-1], cut.marks)
        else:
            parts.append(span)
            cuts += [Cut(span, cut.marks)] if cut else []
        before = cut
    return list(absorb_gaps(_in_parts(document.text, parts), cuts))


_span = attrgetter("span")
_span_of_cut = attrgetter("cut.span")


def _cut_over(cuts: Sequence[Cut], span: Span) -> Cut | None:
    """The cut that takes all of a line."""
    i = bisect_right(cuts, span.start, key=lambda cut: cut.span.start) - 1
    return cuts[i] if i >= 0 and cuts[i].span.end >= span.end else None


def one_by_one(lines: Lines, text: str) -> Document:
    """A text in which each line is a block."""
    ends = [start + len(line) for start, line in zip(lines.starts, lines.texts, strict=True)]
    return _in_parts(text, [Span(*span) for span in zip(lines.starts, ends, strict=True)])


def _in_parts(text: str, spans: Sequence[Span]) -> Document:
    return Document("", text, Blocks(tuple([start for start, _ in spans]), tuple([end for _, end in spans])))


def listed_once(text: str, cuts: Sequence[Cut], *withdrawn: Sequence[Withdrawal]) -> tuple[Withdrawal, ...]:
    """The withdrawals of several decisions on ``text``, the earliest first, as one list: sorted, disjoint, not in cuts.

    A span that one of ``cuts`` takes after all is not a withdrawal. A span that was proposed more than once has the
    last promise. If only part of a span is new, that part is recorded, without the white space around it.
    """
    found: list[Withdrawal] = []
    taken = [cut.span for cut in cuts]
    for of_one in reversed(withdrawn):
        if of_one:
            listed = sorted([*taken, *(one.cut.span for one in found)])
            found += list(_unlisted(text, of_one, listed))
    return tuple(sorted(found, key=_span_of_cut))


def _unlisted(text: str, withdrawn: Sequence[Withdrawal], listed: Sequence[Span]) -> Iterator[Withdrawal]:
    """The parts of withdrawals that are in none of the spans ``listed``, which are sorted and disjoint."""
    ends = [span.end for span in listed]
    for one in withdrawn:
        start, end = one.cut.span
        first = bisect_right(ends, start)
        is_apart = first == len(ends) or listed[first].start >= end
        if is_apart and not (text[start].isspace() or text[end - 1].isspace()):
            yield one  # as most
            continue
        for span in parts_outside(text, one.cut.span, listed):
            yield one if span == one.cut.span else Withdrawal(one.cut._replace(span=span), one.promise)


def parts_outside(text: str, span: Span, others: Sequence[Span]) -> Iterator[Span]:
    """The parts of a span outside others, which are sorted and disjoint, without the white space around them."""
    at, end = span
    first = bisect_right(others, at, key=lambda other: other.end)
    for start, after in (*_until(others, first, end), Span(end, end)):
        part = text[at:start]
        if part.strip():
            yield Span(at + len(part) - len(part.lstrip()), at + len(part.rstrip()))
        at = after


def _until(spans: Sequence[Span], first: int, end: int) -> Iterator[Span]:
    """The spans from number ``first`` on that begin before ``end``."""
    for n in range(first, len(spans)):
        if spans[n].start >= end:
            return
        yield spans[n]


def _sources(kept: Sequence[Span], ends: Sequence[int], span: Span) -> Iterator[Span]:
    """The source of a span of the kept text: one span for each kept slice that it overlaps."""
    for n in range(bisect_right(ends, span.start), len(kept)):
        start, end = kept[n]
        at = ends[n] - (end - start)
        if at >= span.end:
            return
        yield Span(start + max(span.start - at, 0), start + min(span.end - at, end - start))


def lines_left(lines: Lines, result: Result) -> Lines:
    """Those of ``lines`` that ``result`` leaves; read again if a stage cut inside a line."""
    if not result.cuts:
        return lines
    document, cuts = result.document, result.cuts
    if takes_whole_lines(document, cuts) or takes_whole_lines(one_by_one(lines, document.text), cuts):
        return lines.without([cut.span for cut in result.cuts])
    left = read_lines(result.text)
    return carried(left, lines, [cut.span for cut in cuts]) if lines.elements else left
