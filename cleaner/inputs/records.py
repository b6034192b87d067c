"""What flows through a run: items as readers find them, records as workers read them, and what is neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cleaner.model import InputKind


class Failed(NamedTuple):
    """An input that gives no document, why, and what helps. ``record`` is its line or row, 0 for a whole file."""

    id: str
    source: str
    error: str
    cure: str = ""
    sha256: str = ""
    record: int = 0

    @property
    def message(self) -> str:
        """One line: place, error and cure."""
        return "; ".join(filter(None, (f"{place(self.source, self.record)}: {self.error}", self.cure)))


class Skipped(NamedTuple):
    """A path that is no input of its own, and why."""

    name: str
    reason: str


class Changed(NamedTuple):
    """An input that changed while the run read it, by its name."""

    name: str

    @property
    def message(self) -> str:
        """What the report says of it."""
        return f"{self.name}: changed during the run; run again to read it as it is now"


class Blank(NamedTuple):
    """A file of rows that has lines, but no row, by its id."""

    name: str

    @property
    def message(self) -> str:
        """What the report says of it."""
        return f"{self.name}: holds nothing but blank lines, so there are no rows in it"


class PassedOver(NamedTuple):
    """A record of an archive that was never meant as a document, such as an image: counted, and nothing else."""

    what: str


class Item(NamedTuple):
    """One input, not read yet beyond what it takes to find it: cheap to make, cheap to send to a worker.

    ``reader`` is the name of the format that makes a record of ``payload``. ``source`` is the id of its file,
    ``record`` its line, row or number there (from 1; 0: the file as a whole). ``size`` is in bytes, about.
    ``next`` is where its reader goes on behind it, ``read`` how many bytes of the file on disk lie before that.
    """

    reader: str
    source: str
    record: int
    payload: Any
    size: int = 0
    next: int = 0
    read: int = 0


class Record(NamedTuple):
    """One input as it was read. ``data`` is bytes that are still to be decoded, or a string from a column.

    ``name`` ends as a file of its kind does, or is empty; ``kind`` is what the reader takes it for, if it can tell;
    ``encoding`` what the sender says; ``extra`` the columns that pass through. ``is_changed`` says that the file
    changed during the run.
    """

    id: str
    source: str
    record: int
    data: bytes | str
    name: str = ""
    kind: InputKind | None = None
    url: str = ""
    encoding: str = ""
    extra: Mapping[str, Any] = {}
    is_changed: bool = False


class Position(NamedTuple):
    """A place between two items: so many entries are behind, and of the next one all up to ``offset``."""

    entry: int = 0
    offset: int = 0
    record: int = 0


class Old(NamedTuple):
    """An input, and the lines that an earlier run wrote of one of its name."""

    item: Item
    document: bytes
    ledger: bytes


REUSED = "reused"
"""The reader of items whose payload is an `Old`."""

FOUND = "found"
"""The reader of items whose payload is a `Failed`, `Skipped`, `PassedOver`, `Changed` or `Blank` already."""

EMPTY = "is empty; get the file again"
"""The error of a file of no bytes that can't be empty: what wrote it broke off."""


def failed_item(failed: Failed, *, next: int = 0, read: int = 0) -> Item:
    """An input that failed before a worker saw it; it keeps its place among the others."""
    return Item(FOUND, failed.source, failed.record, failed, next=next, read=read)


def place(source: str, record: int) -> str:
    """What messages call an input: ``file``, or ``file:line``."""
    return f"{source}:{record}" if record else source
