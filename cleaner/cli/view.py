"""The data that `explain` shows about a document, from a result or from the rows of a finished run."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from cleaner.ledger import HTML, whole_text
from cleaner.ledger_form import expand
from cleaner.markdown import TextFormat, to_markdown
from cleaner.model import Blocks, Cut, Fact, Result

Row = Mapping[str, Any]


class Decision(NamedTuple):
    """Why a stretch of text was cut. ``path`` is its element in the ledger; it is empty if the view has blocks."""

    category: str
    mechanism: str
    rules: tuple[str, ...]
    score: int
    reason: str
    path: str = ""

    def row(self) -> dict[str, object]:
        """The decision as plain data."""
        return {
            "category": self.category,
            "mechanism": self.mechanism,
            "rules": list(self.rules),
            "score": self.score,
            "reason": self.reason,
        }


class Stretch(NamedTuple):
    """A cut stretch of the text: offsets of its start and its end (exclusive), in code points."""

    start: int
    end: int
    decision: Decision


class Restored(NamedTuple):
    """A cut that the guard withdrew: its line (from 1), its decision, and the promise that it would have broken."""

    line: int
    decision: Decision
    promise: str


class Fragment(NamedTuple):
    """A line, or the part of a line that is kept or that belongs to one cut.

    ``line`` counts from 1. ``path`` is the element, empty in plain text.
    """

    line: int
    text: str
    decision: Decision | None
    path: str = ""


@dataclass(frozen=True)
class View:
    """One document: ``whole`` is its text, ``clean`` its clean text (Markdown if ``is_markdown`` is true)."""

    id: str
    input_kind: str
    status: str
    whole: str
    clean: str
    cuts: tuple[Stretch, ...]
    restored: tuple[Restored, ...]
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]
    is_markdown: bool = False
    blocks: Blocks | None = None

    @property
    def is_page(self) -> bool:
        """Whether the text is the visible text of HTML, in which cleaner inserts the blank lines."""
        return self.input_kind == HTML

    @property
    def characters_kept(self) -> int:
        """How many characters of the whole text are kept."""
        return len(self.whole) - sum(cut.end - cut.start for cut in self.cuts)

    def fragments(self) -> Iterator[Fragment]:
        """Yield the fragments in order. Their texts, which include line ends, add up to the whole text."""
        line = 1
        for start, end, decision in self._pieces():
            at = start
            for text in _split(self.whole[start:end]):
                path = self._path(at, at + len(text)) or (decision.path if decision and not text.isspace() else "")
                yield Fragment(line, text, decision, path)
                line += text.endswith("\n")
                at += len(text)

    def _pieces(self) -> Iterator[tuple[int, int, Decision | None]]:
        at = 0
        for start, end, decision in self.cuts:
            if start > at:
                yield at, start, None
            yield start, end, decision
            at = end
        if at < len(self.whole):
            yield at, len(self.whole), None

    def _path(self, start: int, end: int) -> str:
        """The path of the element that contains the text between two offsets."""
        blocks = self.blocks
        if blocks is None or blocks.tree is None:
            return ""
        i = bisect_left(blocks.ends, start + 1)  # the first block that ends after the start
        if i == len(blocks) or blocks.starts[i] >= end:
            return ""
        return blocks.tree.path(blocks.elements[i])


def view_of(result: Result, text_format: TextFormat = "plain") -> View:
    """The view of a document that was just cleaned."""
    document = result.document
    text = document.text
    is_markdown = text_format == "markdown" and document.blocks.tree is not None
    return View(
        id=document.id,
        input_kind=document.input_kind,
        status=result.status,
        whole=text,
        clean=to_markdown(result) if is_markdown else result.output,
        cuts=tuple(Stretch(*cut.span, _decision(cut)) for cut in result.cuts),
        restored=tuple(
            Restored(text.count("\n", 0, w.cut.span.start) + 1, _decision(w.cut), w.promise) for w in result.withdrawn
        ),
        facts=tuple(result.facts),
        warnings=result.warnings,
        is_markdown=is_markdown,
        blocks=document.blocks,
    )


def view_of_rows(document: Row, ledger: Row) -> View:
    """The view of a document of a finished run. Raises `LedgerError` or `LookupError` if the rows do not match."""
    whole, ledger = whole_text(document, ledger), expand(ledger)
    return View(
        id=document["id"],
        input_kind=document["input_kind"],
        status=document["status"],
        whole=whole,
        clean=document["text"],
        cuts=tuple(_stretches(ledger["cuts"])),
        restored=tuple(
            Restored(whole.count("\n", 0, row["start"]) + 1, _decision_of_row(row), row["promise"])
            for row in ledger["withdrawn"]
        ),
        facts=tuple(Fact(**fact) for fact in ledger["facts"]),
        warnings=tuple(document["warnings"]),
        is_markdown=document["text_format"] == "markdown",
        blocks=None,
    )


def _stretches(rows: Sequence[Row]) -> Iterable[Stretch]:
    return (Stretch(row["start"], row["end"], _decision_of_row(row)) for row in rows)


def _decision(cut: Cut) -> Decision:
    rules = tuple(dict.fromkeys(mark.rule for mark in cut.marks))
    return Decision(cut.category, cut.mechanism, rules, cut.score, cut.marks[0].reason)


def _decision_of_row(row: Row) -> Decision:
    return Decision(
        row["category"], row["mechanism"], tuple(row["rules"]), row["score"], row.get("reason", ""), row["path"]
    )


def _split(text: str) -> list[str]:
    """The lines with their line ends. Only a line feed ends a line."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + [last] * bool(last)
