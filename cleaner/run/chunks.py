"""The inputs of a run as a stream of chunks, which can start at any position. Each chunk has the position after it."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cleaner.errors import CleanerError, InputError, OutputError
from cleaner.inputs.find import Entry, Source, find, printable, sidecars_of, stdin_holds_rows
from cleaner.inputs.formats import File, Settings, format_of, load_format
from cleaner.inputs.libraries import is_any_missing, missing_library, refuse_missing
from cleaner.inputs.records import NO_READER, Blank, Changed, Failed, Item, PassedOver, Position, Skipped, failed_item
from cleaner.ledger import Row
from cleaner.run.options import AUTO

MAX_ITEMS = 64
MAX_BYTES = 1 << 20
"""A chunk has at most `MAX_ITEMS` documents, and at most `MAX_BYTES` bytes unless it is one document."""


class Cursor(NamedTuple):
    """The progress of a run: the position in the inputs, and counts of what is before it.

    ``items`` and ``entries`` are numbers of items and inputs so far, ``inputs`` is a hash of the names, sizes and times
    of these inputs, ``read`` is in bytes.
    """

    position: Position = Position()
    items: int = 0
    entries: int = 0
    inputs: str = ""
    read: int = 0

    @classmethod
    def from_row(cls, row: Row) -> Cursor:
        """The cursor whose ``_asdict`` is ``row``."""
        return cls(**{**row, "position": Position(*row["position"])})


class Chunk(NamedTuple):
    """Items that are sent to one worker together, the cursor after them, and the folder of their source."""

    items: tuple[Item, ...]
    cursor: Cursor
    folder: str = ""
    size: int = 0


class Inputs:
    """The inputs of a run, identified by a hash of their names, sizes and times."""

    def __init__(self, sources: Sequence[str], settings: Settings, input_format: str = AUTO) -> None:
        """Raises `ConfigError` for a source that does not exist."""
        self._sources, self._settings, self._format = sources, settings, input_format
        self.cursor = Cursor()
        self.items = 0
        self.saved = 0
        """The time, in nanoseconds, at which the checkpoint was written that this run resumes from."""
        find(sources)

    def chunks(
        self,
        start: Cursor = Cursor(),  # noqa: B008 - immutable
        *,
        done: int = 0,
        only: Collection[int] | None = None,
        by_folder: bool = False,
    ) -> Iterator[Chunk]:
        """Chunks from ``start`` on.

        ``only`` are the numbers of the items to take. With ``by_folder``, no chunk has items of two folders. ``done``
        is the number of documents before ``start``; the attribute ``items`` continues from it.

        Raises `OutputError` if the inputs before ``start`` have changed.
        """
        items = list[Item]()
        folder, size, before = "", 0, start
        self.items = done
        for item, cursor in self._with_cursors(start):
            if only is not None and _counts(item) and cursor.items - 1 not in only:
                continue
            self.items += _counts(item)
            its_folder = posixpath.dirname(item.source) if by_folder else ""
            is_full = len(items) >= MAX_ITEMS or size + item.size > MAX_BYTES
            if items and (is_full or its_folder != folder):
                yield Chunk(tuple(items), before, folder, size)
                items, size = [], 0
            items.append(item)
            folder, size, before = its_folder, size + item.size, cursor
        if items:
            yield Chunk(tuple(items), before, folder, size)

    def refuse_missing_libraries(self) -> None:
        """Raises `ConfigError` if an input needs a library that is not installed."""
        if is_any_missing():
            found = (entry for entry in find(self._sources) if isinstance(entry, Source))
            refuse_missing((source.id, source.name, self._format_of(source)) for source in found)

    def count(self) -> int:
        """The number of items that are documents, or failed to be one."""
        return sum(_counts(item) for item, _ in self._with_cursors(Cursor()))

    def digest(self) -> str:
        """The hash of all inputs as they are now."""
        for _ in self._entries(Cursor()):
            pass
        return self.cursor.inputs

    def _with_cursors(self, start: Cursor) -> Iterator[tuple[Item, Cursor]]:
        """Each item from ``start`` on, with the cursor after it."""
        items = start.items
        for entry, found, size in self._entries(start):
            before = self.cursor.read - size
            begin = start.position if entry == start.position.entry else Position(entry)
            for item in self._items(found, size, begin):
                items += _counts(item)
                position = Position(entry + 1) if item.next < 0 else Position(entry, item.next, item.record)
                yield item, self.cursor._replace(position=position, items=items, read=before + item.read)

    def _items(self, source: Entry, size: int, start: Position) -> Iterator[Item]:
        """The items of one entry. The ``next`` of the last item is -1 if nothing follows it."""
        if not isinstance(source, Source):
            yield Item(NO_READER, source.source if isinstance(source, Failed) else source.name, 0, source, next=-1)
            return
        name = self._format_of(source)
        if name == "whole" and start.offset:
            return
        if library := missing_library(source.id, name):
            yield failed_item(Failed(source.id, source.id, library.missing, library.cure), next=-1, read=size)
            return
        before = _size_and_time(source.path) if source.path else (0, 0)
        try:
            yield from load_format(name).items(File(source.id, source.path, size, start), self._settings)
            if name != "whole" and source.path and _size_and_time(source.path) != before:
                yield Item(NO_READER, source.id, 0, Changed(source.name), next=-1, read=size)
        except InputError as error:
            yield failed_item(Failed(source.id, source.id, *error.what_and_cure), next=-1, read=size)
        except (CleanerError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - from a library; one unusual file must not end a long run
            what = f"can't be read further: {type(error).__name__}: {error}"
            yield failed_item(Failed(source.id, source.id, what, "rewrite it, or report this"), next=-1, read=size)

    def _format_of(self, source: Source) -> str:
        if self._format != AUTO:
            return self._format
        return "jsonl" if source.path is None and stdin_holds_rows() else format_of(source.id)

    def _entries(self, start: Cursor) -> Iterator[tuple[int, Entry, int]]:
        """Each entry from ``start`` on, with its number and size in bytes."""
        sha256 = hashlib.sha256()
        self.cursor = Cursor()
        for entry, found in enumerate(find(self._sources)):
            size = _note(sha256, found)
            if isinstance(found, Source) and (library := missing_library(found.id, self._format_of(found))):
                sha256.update(library.module.encode())  # so that the inputs count as changed once it is installed
            inputs = sha256.hexdigest()
            self.cursor = Cursor(Position(entry), 0, entry + 1, inputs, self.cursor.read + size)
            if entry + 1 == start.entries and inputs != start.inputs:
                raise OutputError(f"{self._changed(start.entries)}; start again with --overwrite")
            if entry >= start.position.entry:
                yield entry, found, size
        if self.cursor.entries < start.entries:
            what = "inputs that were read before the run was interrupted are missing"
            raise OutputError(f"{what}; start again with --overwrite")

    def _changed(self, entries: int) -> str:
        """A message about what differs in the first inputs: the one that was modified after the checkpoint, if any."""
        for found in islice(find(self._sources), entries):
            if isinstance(found, Source) and found.path and _size_and_time(found.path)[1] > self.saved:
                return f"{found.name}: has changed, or is new, since the run was interrupted"
        return "the inputs read so far have changed since the run was interrupted: one is missing or was replaced"


def _note(sha256: hashlib._Hash, found: Entry) -> int:
    """Add one entry to the hash. Returns its size in bytes."""
    size = time = 0
    if isinstance(found, Source) and found.path:
        size, time = _size_and_time(found.path)
    name = found.name if isinstance(found, Skipped) else found.id
    sha256.update(f"{printable(name)}\0{size}\0{time}\n".encode())
    for sidecar in sidecars_of(found.path) if isinstance(found, Source) and found.path else ():
        sha256.update(f"{_size_and_time(sidecar)}\n".encode())
    return size


def _size_and_time(path: Path) -> tuple[int, int]:
    try:
        stat = os.stat(path)
    except OSError:
        return 0, 0  # the file is gone; reading it will report that
    return stat.st_size, stat.st_mtime_ns


def _counts(item: Item) -> bool:
    """Whether the item counts as an input of the run: it gives a document or is recorded as failed."""
    return not isinstance(item.payload, (Skipped, PassedOver, Changed, Blank))
