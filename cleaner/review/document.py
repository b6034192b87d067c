"""One document as the data of a page: its text in parts, each kept or cut, and what was decided about them.

The parts joined are the text that was read, character for character. A part lies in one line, one cut and one
withdrawal at most. All functions are pure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from cleaner.compare.regions import words_in
from cleaner.json_lines import Row, to_line
from cleaner.ledger import HTML, whole_text
from cleaner.ledger_form import CutAt, cuts_of, withdrawn_of
from cleaner.packs.host_names import host_of, is_glob
from cleaner.reasons import in_words, promise_in_words
from cleaner.review.phrases import Phrases
from cleaner.review.risk import Risk
from cleaner.review.survey import host_name
from cleaner.segment.text import segment_text

NONE = -1
_MAX_TITLE, _MAX_DECISIONS = 300, 100  # if the text is left out
_Span = tuple[int, int]


def page_document(document: Mapping[str, Any], ledger: Mapping[str, Any], risk: Risk, phrases: Phrases) -> Row:
    """The data of a document. The rows match each other.

    The first ``removing`` of the ``decisions`` are those of cuts, the others were withdrawn. ``parts`` are pieces of
    the text. For each part, ``cuts`` has the index of its decision, ``lines`` the index of its line, and ``stays`` the
    index of the withdrawal it is in; -1 for none. ``phrases`` has the number of each line.
    """
    text = whole_text(document, ledger)
    cuts, withdrawn = list(cuts_of(ledger)), list(withdrawn_of(ledger))
    decisions = _Decisions()
    cut_spans = [(cut.start, cut.end) for cut in cuts]
    cut_values = [decisions.index(cut, text) for cut in cuts]
    stays = _disjoint([(cut.start, cut.end) for cut, _ in withdrawn])
    lines = _lines(text, is_page=document["input_kind"] == HTML)
    bounds = sorted({0, len(text), *(at for spans in (cut_spans, stays, lines) for span in spans for at in span)})
    where = [_Where(spans) for spans in (cut_spans, lines, stays)]
    found = [(start, end, *(one.index(start) for one in where)) for start, end in pairwise(bounds)]
    first = {(cut.start, cut.end): n for n, (cut, _) in reversed([*enumerate(withdrawn)])}
    removing = len(decisions.rows)
    withdrawals = [
        {"decision": decisions.index(cut, text), "promise": promise, "because": promise_in_words(promise)}
        for cut, promise in (withdrawn[first[span]] for span in stays)
    ]
    return {
        **_head(document, risk),
        "decisions": decisions.rows,
        "removing": removing,
        "withdrawals": withdrawals,
        "parts": [text[start:end] for start, end, *_ in found],
        "cuts": [cut_values[cut] if cut != NONE else NONE for _, _, cut, _, _ in found],
        "lines": [line for *_, line, _ in found],
        "stays": [stay for *_, stay in found] if stays else [],
        "phrases": [phrases.number(" ".join(text[start:end].split())) for start, end in lines],
    }


def without_text(row: Row) -> Row:
    """A document that is too long for the page: it is listed, and its text is left out."""
    empty: Row = {name: [] for name in ("withdrawals", "parts", "cuts", "lines", "stays", "phrases")}
    shown = {"title": row["title"][:_MAX_TITLE], "decisions": row["decisions"][: min(row["removing"], _MAX_DECISIONS)]}
    return {**row, **empty, **shown, "is_long": True}


def _head(document: Mapping[str, Any], risk: Risk) -> Row:
    read = document["characters_in"]
    return {
        "id": document["id"],
        "source": document["source"],
        "record": document["record"],
        "title": document["title"],
        "host": host_name(document),
        "is_scoped": is_glob(host_of(document["url"])),
        "language": document["lang"],
        "kind": document["input_kind"],
        "status": document["status"],
        "read": read,
        "removed": read - document["characters_out"],
        "risk": round(risk.total, 1),
        "points": [round(points, 1) for points in risk],
    }


class _Decisions:
    """The distinct decisions of a document, with their reasons in words."""

    def __init__(self) -> None:
        self.rows = list[Row]()
        self._by_id: dict[int, int] = {}
        self._by_value: dict[bytes, int] = {}

    def index(self, cut: CutAt, text: str) -> int:
        """The index of the decision of a cut. Its reason is given in words for the first such cut."""
        key = id(cut.decision)  # the cuts of a row share its decisions
        if key not in self._by_id:
            row = _decision(cut, text)
            self._by_id[key] = self._by_value.setdefault(to_line(row), len(self.rows))
            if self._by_id[key] == len(self.rows):
                self.rows.append(row)
        return self._by_id[key]


def _decision(cut: CutAt, text: str) -> Row:
    decision = cut.decision
    first_line = text[cut.start : cut.end].strip().partition("\n")[0]
    return {
        "category": decision["category"],
        "mechanism": decision["mechanism"],
        "rules": list(decision["rules"]),
        "score": decision["score"],
        "reason": in_words(decision["reason"], words_in(first_line), decision["category"]),
    }


def _lines(text: str, *, is_page: bool) -> list[_Span]:
    """The units that a rule can find: the lines of a page, else blocks, in which wrapped lines are joined."""
    if not is_page:
        blocks = segment_text(text).blocks
        return list(zip(blocks.starts, blocks.ends, strict=True))
    found, at = list[_Span](), 0
    for line in text.split("\n"):
        if core := line.strip():
            start = at + line.index(core[0])
            found.append((start, start + len(core)))
        at += len(line) + 1
    return found


def _disjoint(spans: Iterable[_Span]) -> list[_Span]:
    """The spans in order, without those that overlap an earlier one."""
    found, end = list[_Span](), 0
    for span in sorted(set(spans)):
        if span[0] >= end and span[0] < span[1]:
            found.append(span)
            end = span[1]
    return found


class _Where:
    """Finds the span at an offset. Spans are disjoint and in order."""

    def __init__(self, spans: Sequence[_Span]) -> None:
        self._spans = spans
        self._starts = [start for start, _ in spans]

    def index(self, at: int) -> int:
        n = bisect_right(self._starts, at) - 1
        return n if n >= 0 and at < self._spans[n][1] else NONE
