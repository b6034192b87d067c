"""The inputs of a run: items as readers find them, records as workers read them, and inputs that are neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cleaner.model import InputKind


class Failed(NamedTuple):
    """An input that gives no document, why, and how to fix it. ``record`` is its line or row; 0 for a whole file."""

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
    """A path that is not read as an input, and why."""

    name: str
    reason: str


class Changed(NamedTuple):
    """An input that changed while the run read it. ``name`` is its name in messages."""

    name: str

    @property
    def message(self) -> str:
        """The warning in the report."""
        return f"{self.name}: changed during the run; run again to read it as it is now"


class Blank(NamedTuple):
    """A file of rows that has lines, but no rows. ``name`` is its id."""

    name: str

    @property
    def message(self) -> str:
        """The warning in the report."""
        return f"{self.name}: contains only blank lines, so it has no rows"


class PassedOver(NamedTuple):
    """A record of a web archive that is not a document, such as an image. It is counted, and otherwise ignored."""

    what: str


class Item(NamedTuple):
    """One input, read only as far as needed to find it: cheap to create and to send to a worker.

    ``reader`` is the name of the format that makes a record of ``payload``. ``source`` is the id of its file.
    ``record`` is its line, row or number there, from 1; 0 for the file as a whole. ``size`` is its approximate size in
    bytes. ``next`` is the offset at which its reader continues after it, and ``read`` the number of bytes of the file
    on disk before that.
    """

    reader: str
    source: str
    record: int
    payload: Any
    size: int = 0
    next: int = 0
    read: int = 0


class Record(NamedTuple):
    """One input as it was read. ``data`` is bytes that are not decoded yet, or a string from a column.

    ``name`` is a file name whose ending shows the kind of the document, or is empty. ``kind`` is the kind that the
    reader found; None if it found none. ``encoding`` is the encoding that the sender declares, ``extra`` the columns
    that are passed through; with ``has_sidecar`` they are the fields of a sidecar. ``is_changed`` means that the file
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
    has_sidecar: bool = False


class Position(NamedTuple):
    """A place between two items: after ``entry`` entries, at ``offset`` in the next, after its record ``record``."""

    entry: int = 0
    offset: int = 0
    record: int = 0


class EarlierRows(NamedTuple):
    """An input, and the lines that an earlier run wrote for the input with the same source and record."""

    item: Item
    document: bytes
    ledger: bytes


REUSED = "reused"
"""The reader of items whose payload is an `EarlierRows`."""

NO_READER = "none"
"""The reader of items that need none: their payload is a `Failed`, `Skipped`, `PassedOver`, `Changed` or `Blank`."""

EMPTY = "is empty; get the file again"
"""The error of a file without bytes in a format that is never empty: writing it was interrupted."""


def failed_item(failed: Failed, *, next: int = 0, read: int = 0) -> Item:
    """The item of an input that failed before a worker read it. It keeps its place among the others."""
    return Item(NO_READER, failed.source, failed.record, failed, next=next, read=read)


def place(source: str, record: int) -> str:
    """The name of an input in messages: ``file`` or ``file:line``."""
    return f"{source}:{record}" if record else source
