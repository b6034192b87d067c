"""The compact form of a ledger row: values that several cuts share are written once, and adjacent cuts share a text.

A row has two tables. ``elements`` contains the elements of a page as a tree: for each element the index of its parent
(-1: none) and the index of its name; each distinct name is written once. ``decisions`` contains the distinct decisions:
category, mechanism, rules, score and reason. An entry of ``cuts`` is a run of adjacent cuts: its start, its line, its
text, and for each cut its length, the index of its decision and the index of its element (-1: none). An entry of
``withdrawn`` is one cut that the guard restored.

`expand` gives the explicit row, in which each cut is an object with all its fields; `compact` is its inverse. Pure
functions of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cleaner.errors import LedgerRowError

Row = dict[str, Any]

LEDGER_VERSION = 2
MAX_PATH = 1_000
"""Maximum depth of an element; pages are read to a lower depth (`cleaner.segment.markup.MAX_DEPTH`)."""
NO_ELEMENT = -1
_TABLES = ("ledger_version", "elements", "decisions", "cuts", "withdrawn")
_CUT_FIELDS = frozenset(("start", "end", "text", "path", "line", "promise"))  # all other fields belong to its decision


class CutAt(NamedTuple):
    """One cut of a ledger row. ``decision`` is its entry in the row's table, ``element`` the index of its element."""

    start: int
    end: int
    line: int
    text: str
    decision: Row
    element: int


class Tables:
    """Builds the tables, cuts and withdrawals of one row. Add cuts in the order of the text."""

    def __init__(self) -> None:
        self._parents = list[int]()
        self._labels = list[int]()
        self._names: dict[str, int] = {}
        self._known: dict[tuple[int, str], int] = {}
        self._decisions: dict[tuple[Any, ...], int] = {}
        self._rows = list[Row]()
        self._cuts = list[Row]()
        self._texts = list[list[str]]()
        self._withdrawn = list[Row]()
        self._next = (-1, 0)  # where the last cut ends: offset and line

    def element(self, parent: int, name: str) -> int:
        """The index of the element ``name`` in the element with the index ``parent``."""
        key = (parent, name)
        index = self._known.get(key)
        if index is None:
            index = self._known[key] = len(self._parents)
            self._parents.append(parent)
            self._labels.append(self._names.setdefault(name, len(self._names)))
        return index

    def decision(self, row: Row, key: tuple[Any, ...]) -> int:
        """The index of a decision; ``key`` holds the values of ``row``."""
        index = self._decisions.get(key)
        if index is None:
            index = self._decisions[key] = len(self._rows)
            self._rows.append(row)
        return index

    def cut(self, start: int, line: int, text: str, decision: int, element: int) -> None:
        """Add a cut. It joins the run of the previous cut if the two are adjacent."""
        if self._next != (start, line):
            lists: Row = {"lengths": [], "decisions": [], "elements": []}
            self._cuts.append({"start": start, "line": line, **lists, "text": ""})
            self._texts.append([])
        run = self._cuts[-1]
        run["lengths"].append(len(text))
        run["decisions"].append(decision)
        run["elements"].append(element)
        self._texts[-1].append(text)
        self._next = (start + len(text), line + text.count("\n"))

    def withdrawal(self, start: int, text: str, decision: int, element: int, promise: str) -> None:
        """Add a cut that the guard restored."""
        row = {"start": start, "decision": decision, "element": element, "promise": promise, "text": text}
        self._withdrawn.append(row)

    def row(self) -> Row:
        """The fields of a ledger row."""
        for run, parts in zip(self._cuts, self._texts, strict=True):
            run["text"] = "".join(parts)
        return {
            "ledger_version": LEDGER_VERSION,
            "elements": {"parents": self._parents, "labels": self._labels, "names": list(self._names)},
            "decisions": self._rows,
            "cuts": self._cuts,
            "withdrawn": self._withdrawn,
        }


def cuts_of(ledger: Mapping[str, Any]) -> Iterator[CutAt]:
    """The cuts of a row, in order. Raises `LedgerRowError` for lengths or indices that do not match the row."""
    decisions, elements = ledger["decisions"], len(ledger["elements"]["parents"])
    end = 0
    for n, run in enumerate(ledger["cuts"]):
        start, line, text = run["start"], run["line"], run["text"]
        _check_run(n, run, end)
        at = 0
        for length, decision, element in zip(run["lengths"], run["decisions"], run["elements"], strict=True):
            _check_indices(f"cuts[{n}]", decision, len(decisions), element, elements)
            part = text[at : at + length]
            yield CutAt(start + at, start + at + length, line, part, decisions[decision], element)
            at, line = at + length, line + part.count("\n")
        end = start + at


def withdrawn_of(ledger: Mapping[str, Any]) -> Iterator[tuple[CutAt, str]]:
    """The cuts that the guard restored, each with the promise it would have broken; their ``line`` is 0.

    Raises `LedgerRowError` for indices outside the tables.
    """
    decisions, elements = ledger["decisions"], len(ledger["elements"]["parents"])
    for n, row in enumerate(ledger["withdrawn"]):
        _check_indices(f"withdrawn[{n}]", row["decision"], len(decisions), row["element"], elements)
        start, text = row["start"], row["text"]
        yield CutAt(start, start + len(text), 0, text, decisions[row["decision"]], row["element"]), row["promise"]


def expand(row: Mapping[str, Any]) -> Row:
    """The explicit form of a ledger row, with an object for each cut and each withdrawal.

    A cut has ``start``, ``end``, ``category``, ``mechanism``, ``rules``, ``score``, ``reason``, ``text``, ``path`` and
    ``line``; a withdrawal has ``promise`` instead of ``line``. The tables are left out; all other fields are unchanged.
    Raises `LedgerRowError` if the parts of the row do not match.
    """
    paths = _paths(row["elements"])
    return {
        **{name: value for name, value in row.items() if name not in _TABLES},
        "cuts": [{**_explicit(cut, paths), "line": cut.line} for cut in cuts_of(row)],
        "withdrawn": [{**_explicit(cut, paths), "promise": promise} for cut, promise in withdrawn_of(row)],
    }


def compact(explicit: Mapping[str, Any]) -> Row:
    """The compact form of a row: the inverse of `expand`."""
    tables = Tables()
    for cut in explicit["cuts"]:
        tables.cut(cut["start"], cut["line"], cut["text"], *_indices(cut, tables))
    for cut in explicit["withdrawn"]:
        tables.withdrawal(cut["start"], cut["text"], *_indices(cut, tables), cut["promise"])
    return {**{name: value for name, value in explicit.items() if name not in _TABLES}, **tables.row()}


def _explicit(cut: CutAt, paths: Sequence[str]) -> Row:
    path = "" if cut.element == NO_ELEMENT else paths[cut.element]
    return {"start": cut.start, "end": cut.end, **cut.decision, "text": cut.text, "path": path}


def _indices(cut: Mapping[str, Any], tables: Tables) -> tuple[int, int]:
    decision = {name: value for name, value in cut.items() if name not in _CUT_FIELDS}
    key = tuple(tuple(value) if isinstance(value, list) else value for value in decision.values())
    element = NO_ELEMENT
    for name in cut["path"].split("/") if cut["path"] else ():
        element = tables.element(element, name)
    return tables.decision(decision, (*decision, *key)), element


def _paths(elements: Mapping[str, Any]) -> list[str]:
    parents, labels, names = elements["parents"], elements["labels"], elements["names"]
    paths, depths = list[str](), list[int]()
    if len(parents) != len(labels):
        raise LedgerRowError(f"elements has {len(parents)} parents for {len(labels)} labels")
    for n, (parent, label) in enumerate(zip(parents, labels, strict=True)):
        if not 0 <= label < len(names):
            raise LedgerRowError(f"elements.labels[{n}] is {label}, but there are {len(names)} names")
        if not NO_ELEMENT <= parent < n:
            raise LedgerRowError(f"elements.parents[{n}] is {parent}, which is not the index of an earlier element")
        depth = 1 if parent == NO_ELEMENT else depths[parent] + 1
        if depth > MAX_PATH:
            raise LedgerRowError(f"elements.parents[{n}] is more than {MAX_PATH:,} levels deep")
        depths.append(depth)
        paths.append(names[label] if parent == NO_ELEMENT else f"{paths[parent]}/{names[label]}")
    return paths


def _check_run(n: int, run: Mapping[str, Any], end: int) -> None:
    """Raises `LedgerRowError` if a run of cuts does not match its text, or begins before ``end``."""
    lengths, start = run["lengths"], run["start"]
    if not len(lengths) == len(run["decisions"]) == len(run["elements"]) > 0:
        raise LedgerRowError(f"cuts[{n}] must have one decision and one element for each length")
    if min(lengths) < 1:
        raise LedgerRowError(f"cuts[{n}] has an empty cut")
    if start < end:
        raise LedgerRowError(f"cuts[{n}] starts at {start}, before the end of the cut before it ({end})")
    if sum(lengths) != len(run["text"]):
        raise LedgerRowError(f"cuts[{n}] has {len(run['text'])} characters, but its lengths add up to {sum(lengths)}")


def _check_indices(place: str, decision: int, decisions: int, element: int, elements: int) -> None:
    if not 0 <= decision < decisions:
        raise LedgerRowError(f"{place} refers to decision {decision}, but there are {decisions}")
    if not NO_ELEMENT <= element < elements:
        raise LedgerRowError(f"{place} refers to element {element}, but there are {elements}")
