"""The comparison of two runs: totals, the documents that changed most, and the largest changes with their lines."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Generic, Literal, NamedTuple, TypeVar

from cleaner.compare.excerpt import Part, excerpt
from cleaner.compare.join import Both, joined
from cleaner.compare.regions import LOST, Region, Stretch, named, regions, stretches, words_in
from cleaner.errors import LedgerError, OutputError
from cleaner.json_lines import Row
from cleaner.ledger import kept_text, whole_text
from cleaner.ledger_form import cuts_of
from cleaner.run.audit import DAMAGE_ERRORS, Pair, pairs
from cleaner.run.totals import Table

MAX_CHANGES = 10
"""The number of changes that are shown with their lines."""
MAX_DOCUMENTS = 1_000
"""The number of changed documents that are listed, those with most words first."""
MAX_PROBLEMS = 100
"""The number of problems that are listed."""
MISSING = "(only in one run)"
"""The category and rule of the words of documents that only one of the runs has."""
_WORDS = ("words_lost", "words_gained")

State = Literal["changed", "only_a", "only_b"]
_Rows = tuple[Row, Row]
_Item = TypeVar("_Item")
_Size = tuple[int, str, int, int]  # minus the words of an item, then its place


class Changed(NamedTuple):
    """A document that differs. Its words are those that only the first run keeps, and those that only the second."""

    source: str
    record: int
    id: str
    state: State
    words_lost: int
    words_gained: int

    def row(self) -> Row:
        """The document as plain data."""
        return self._asdict()


class Change(NamedTuple):
    """A stretch of a document that one run keeps and the other cuts. ``mark`` is `LOST` or `GAINED`.

    ``rules`` and ``categories`` are those of the cuts, those with most words first; ``reason`` is that of the largest.
    """

    source: str
    record: int
    id: str
    mark: str
    words: int
    categories: tuple[str, ...]
    rules: tuple[str, ...]
    reason: str
    parts: tuple[Part, ...]

    def row(self) -> Row:
        """The change as plain data."""
        return {
            "source": self.source,
            "record": self.record,
            "id": self.id,
            "change": "lost" if self.mark == LOST else "gained",
            "words": self.words,
            "categories": list(self.categories),
            "rules": list(self.rules),
            "reason": self.reason,
            "lines": [part._asdict() for part in self.parts],
        }


class Largest(Generic[_Item]):
    """The ``count`` largest items that were added."""

    def __init__(self, count: int) -> None:
        self._count, self._items = count, list[tuple[_Size, _Item]]()

    def takes(self, size: _Size) -> bool:
        """Whether an item of this size is one of the largest so far."""
        return len(self._items) < self._count or size < self._items[-1][0]

    def add(self, size: _Size, item: _Item) -> None:
        """Add an item. The smallest one is discarded if there are too many."""
        insort(self._items, (size, item), key=lambda one: one[0])
        del self._items[self._count :]

    @property
    def items(self) -> list[_Item]:
        """The items, the largest first."""
        return [item for _, item in self._items]


@dataclass(slots=True)
class Comparison:
    """The totals of a comparison. ``first`` and ``second`` name the two runs.

    ``documents`` is the number of documents that both runs have and that could be compared. A document ``changed`` if
    the runs keep different parts of it. ``words_first`` and ``words_second`` are the words that the runs keep,
    ``words_reassigned`` those that both cut, for different rules.

    The words of a cut are attributed to its category and to its strongest rule, so the totals by category and by rule
    add up to the same. Words are lost if only the first run keeps them; then the decision is that of the second run.
    """

    first: str
    second: str
    documents: int = 0
    changed: int = 0
    only_first: int = 0
    only_second: int = 0
    words_first: int = 0
    words_second: int = 0
    words_lost: int = 0
    words_gained: int = 0
    words_reassigned: int = 0
    categories: Table = field(default_factory=lambda: Table("categories", "category", _WORDS))
    rules: Table = field(default_factory=lambda: Table("rules", "rule", _WORDS))
    largest_documents: Largest[Changed] = field(default_factory=lambda: Largest(MAX_DOCUMENTS))
    largest_changes: Largest[Change] = field(default_factory=lambda: Largest(MAX_CHANGES))
    not_compared: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def differing(self) -> int:
        """The number of documents that changed or that only one run has."""
        return self.changed + self.only_first + self.only_second

    @property
    def all_documents(self) -> int:
        """The number of documents in either run that could be compared."""
        return self.documents + self.only_first + self.only_second

    @property
    def share_lost(self) -> Fraction:
        """The share of the words of the first run that the second run does not keep, at most 1."""
        return min(Fraction(self.words_lost, max(self.words_first, 1)), Fraction(1))

    def add_same(self, words: int) -> None:
        """Count a document for which both runs have the same cuts, and keep ``words``."""
        self.documents += 1
        self.words_first += words
        self.words_second += words

    def add(self, first: _Rows, second: _Rows) -> Changed | None:
        """Compare a document of both runs, whose rows are known to match. Returns it if it has changed."""
        text, document = whole_text(*first), first[0]
        found = regions(list(cuts_of(first[1])), list(cuts_of(second[1])))
        self.documents += 1
        self.words_first += words_in(kept_text(*first))
        self.words_second += words_in(kept_text(*second))
        self.words_reassigned += sum(words_in(text[one.start : one.end]) for one in found if one.is_reassigned)
        lost = gained = 0
        for stretch in (changes := list(stretches(text, found))):
            lost += stretch.words if stretch.mark == LOST else 0
            gained += stretch.words if stretch.mark != LOST else 0
            self._count(text, stretch)
            self._show(document, text, found, stretch)
        if not changes:
            return None
        self.changed += 1
        return self._add_changed(document, "changed", lost, gained)

    def add_only(self, rows: _Rows, *, is_first: bool) -> Changed:
        """Count a document that only one of the runs has."""
        words = words_in(kept_text(*rows))
        lost, gained = (words, 0) if is_first else (0, words)
        self.only_first += is_first
        self.only_second += not is_first
        self.words_first += lost
        self.words_second += gained
        self.categories.add(MISSING, lost, gained)
        self.rules.add(MISSING, lost, gained)
        return self._add_changed(rows[0], "only_a" if is_first else "only_b", lost, gained)

    def add_problem(self, problem: str) -> None:
        """Record a document that could not be compared."""
        self.not_compared += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)

    def row(self) -> Row:
        """The comparison as plain data."""
        return {
            "a": {"name": self.first, "words_kept": self.words_first, "documents_only_here": self.only_first},
            "b": {"name": self.second, "words_kept": self.words_second, "documents_only_here": self.only_second},
            "documents": {"compared": self.documents, "changed": self.changed, "not_compared": self.not_compared},
            "words_lost": self.words_lost,
            "words_gained": self.words_gained,
            "words_reassigned": self.words_reassigned,
            "share_lost": float(self.share_lost),
            "categories": self.categories.rows(),
            "rules": self.rules.rows(),
            "largest_documents": [one.row() for one in self.largest_documents.items],
            "largest_changes": [one.row() for one in self.largest_changes.items],
            "problems": self.problems,
        }

    def _add_changed(self, document: Row, state: State, lost: int, gained: int) -> Changed:
        self.words_lost += lost
        self.words_gained += gained
        one = Changed(document["source"], document["record"], document["id"], state, lost, gained)
        size = (-lost - gained, one.source, one.record, 0)
        if self.largest_documents.takes(size):
            self.largest_documents.add(size, one)
        return one

    def _count(self, text: str, stretch: Stretch) -> None:
        for region in stretch.regions:
            if not (words := words_in(text[region.start : region.end])):
                continue
            counts = (words, 0) if region.mark == LOST else (0, words)
            category, rule = named(region.decision)
            self.categories.add(category, *counts)
            self.rules.add(rule, *counts)

    def _show(self, document: Row, text: str, found: Sequence[Region], stretch: Stretch) -> None:
        """Keep the change if it is one of the largest."""
        size = (-stretch.words, document["source"], document["record"], stretch.start)
        if not stretch.words or not self.largest_changes.takes(size):
            return
        with_words = [one for one in stretch.regions if not text[one.start : one.end].isspace()]
        by_size = sorted(with_words, key=lambda one: one.start - one.end)
        names = [named(one.decision) for one in by_size]
        change = Change(
            document["source"], document["record"], document["id"], stretch.mark, stretch.words,
            tuple(dict.fromkeys(category for category, _ in names)), tuple(dict.fromkeys(rule for _, rule in names)),
            by_size[0].decision["reason"], tuple(excerpt(text, found, stretch.start, stretch.end)),
        )  # fmt: skip
        self.largest_changes.add(size, change)


def ignore(document: Changed) -> None:
    """Do nothing with a document that differs."""


def compare_runs(
    first: Path, second: Path, names: tuple[str, str] = ("", ""), *, each: Callable[[Changed], None] = ignore
) -> Comparison:
    """Compare the output of two runs of the same inputs; ``each`` is called with every document that differs.

    ``names`` are the names of the runs, by default their folders. Documents whose rows are damaged, or whose inputs
    differ, are listed in the problems. Memory does not grow with the number of documents.

    Raises `OutputError` if a folder is not the output of a finished run with a ledger, or if the runs have no document
    in common; `LedgerError` if a file can't be read; `WriteError` if there is no room for temporary data.
    """
    comparison = Comparison(names[0] or str(first), names[1] or str(second))
    for both in joined(pairs(first), pairs(second)):
        try:
            if changed := _compared(comparison, both):
                each(changed)
        except LedgerError as error:
            comparison.add_problem(str(error))
    if comparison.only_first and comparison.only_second and not comparison.documents + comparison.not_compared:
        what = "have no document in common; compare two runs of the same inputs"
        raise OutputError(f"{first} and {second} {what}")
    return comparison


def _compared(comparison: Comparison, both: Both) -> Changed | None:
    """Add one document. Raises `LedgerError` with file and line if it can't be compared."""
    left, right = both
    if not (left and right):
        pair = left or right
        assert pair is not None  # noqa: S101 - at least one run has the document
        return comparison.add_only(pair.verified(), is_first=left is not None)
    if left.ledger_line == right.ledger_line and (words := _words_of_same(left, right)) is not None:
        comparison.add_same(words)
        return None
    first, second = left.verified(), right.verified()
    _refuse_other_input(left, right, first, second)
    return comparison.add(first, second)


def _words_of_same(left: Pair, right: Pair) -> int | None:
    """The words that both runs keep of a document with one ledger row; None if the rows differ or must be checked."""
    try:
        first, second = left.document(), right.document()
        if all(first[name] == second[name] for name in ("text", "text_format", "id", "source_sha256")):
            return words_in(kept_text(first, left.ledger()))
    except DAMAGE_ERRORS:
        pass
    return None


def _refuse_other_input(left: Pair, right: Pair, first: _Rows, second: _Rows) -> None:
    """Raises `LedgerError` if the two runs did not read the same text."""
    source = first[0]["source"]
    if first[0]["source_sha256"] != second[0]["source_sha256"]:
        what = "was read from other bytes than in"
        raise LedgerError(f"{left.place}: {source} {what} {right.place}; compare two runs of the same inputs")
    if first[1]["text_sha256"] != second[1]["text_sha256"]:
        what = f"was decoded or rendered to another text than in {right.place}"
        raise LedgerError(f"{left.place}: {source} {what}; compare runs that read it in the same way")
