"""Footnotes: which links refer to a note below, which of them lead back, and what the notes are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from cleaner.inline.elements import Open
from cleaner.inline.finds import Finds
from cleaner.inline.marks import What
from cleaner.inline.references import Reference
from cleaner.model import HEADINGS, Span

_BRACKETS = re.compile(r"[\[\]()\s^{}]+")
_LABEL = re.compile(r"[\w-]+")
_MAX_LABEL = 8  # characters
_MAX_NOTE = 5_000  # characters
_MAX_WAYS = 50  # links between a note and its references that are looked at
_MAX_HOLDERS = 4  # elements between a place and the note that it belongs to
_NOTES = frozenset(("li", "p", "div", "dd", "aside"))
_NOT_A_NOTE = frozenset((*HEADINGS, *"section main article nav header footer body table ol ul".split()))


def find_notes(finds: Finds) -> dict[int, str]:
    """The labels of the notes of a page, by the number of their element. Their references become notes in ``finds``."""
    labels: dict[int, str] = {}
    taken = Counter[str]()
    found: dict[int, tuple[Span, set[str]]] = {}
    leads_to = _origins(finds.references)
    for reference in finds.references:
        note = _note(finds, reference, leads_to)
        if note is None:
            continue
        if note.number not in labels:
            labels[note.number] = _label(finds, reference, taken)
            found[note.number] = (finds.reading.span_of(note), set())
        found[note.number][1].update(reference.ids)
        one = finds.spans[reference.index]
        finds.spans[reference.index] = one._replace(what=What.NOTE, value=labels[note.number])
    _mark_ways_back(finds, found.values())
    return labels


def _origins(references: Iterable[Reference]) -> dict[str, list[int]]:
    """For each fragment the indexes of the spans that lead to it."""
    origins: dict[str, list[int]] = {}
    for reference in references:
        origins.setdefault(reference.fragment, []).append(reference.index)
    return origins


def _note(finds: Finds, reference: Reference, leads_to: dict[str, list[int]]) -> Open | None:
    """The note below that a link refers to; None if it is an ordinary link."""
    place, one = finds.ids.get(reference.fragment), finds.spans[reference.index]
    name = _BRACKETS.sub("", finds.reading.text[slice(*one.span)])
    if place is None or not name or len(name) > _MAX_LABEL:
        return None
    note = _holder(place)
    if note is None or note.number < 0 or not note.has_text:
        return None
    start, end = finds.reading.span_of(note)
    if start < one.span.end or end - start > _MAX_NOTE:
        return None
    back = (n for id in reference.ids for n in leads_to.get(id, ())[:_MAX_WAYS])
    is_answered = any(start <= finds.spans[n].span.start < end for n in back)
    return note if is_answered or (reference.is_raised and note.found.name in _NOTES) else None


def _holder(place: Open) -> Open | None:
    """The block that a place belongs to; the item of a list, if it is in one."""
    block = place.innermost(lambda one: bool(one.found.breaks))
    item, outer = None, block
    for _ in range(_MAX_HOLDERS):
        if outer is None or outer.found.name in ("ol", "ul", "section", "body"):
            break
        if outer.found.name == "li":
            item = outer
            break
        outer = outer.parent
    found = item or block
    return None if found is None or found.found.name in _NOT_A_NOTE else found


def _label(finds: Finds, reference: Reference, taken: Counter[str]) -> str:
    """What the note is called: the words of the reference, with a number if another note has this name."""
    name = _BRACKETS.sub("", finds.reading.text[slice(*finds.spans[reference.index].span)])
    if not _LABEL.fullmatch(name):
        name = "-".join(_LABEL.findall(reference.fragment)) or "note"
    taken[name] += 1
    return name if taken[name] == 1 else f"{name}-{taken[name]}"


def _mark_ways_back(finds: Finds, notes: Iterable[tuple[Span, set[str]]]) -> None:
    targets = [(span, ids) for span, ids in notes if ids]
    by_id: dict[str, list[Span]] = {}
    for span, ids in targets:
        for id in ids:
            by_id.setdefault(id, []).append(span)
    for reference in finds.references:
        one = finds.spans[reference.index]
        if any(start <= one.span.start < end for start, end in by_id.get(reference.fragment, ())[:_MAX_WAYS]):
            finds.spans[reference.index] = one._replace(what=What.BACK, value="")
