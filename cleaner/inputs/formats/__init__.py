"""The formats of inputs: one module each, and its name and endings here.

A format is a module with two functions. ``items(file, settings)`` runs in the main process: it yields one `Item` for
each input after ``file.start``, and reads only as much as it needs to separate the inputs. ``record(item, settings)``
runs in a worker: it returns the `Record` of an item, or a `Failed`. Both may raise `InputError`: ``items`` for the rest
of the file, ``record`` for its item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from cleaner.config import Config
from cleaner.inputs.columns import InputColumns
from cleaner.inputs.find import PACKED, PAGES
from cleaner.inputs.records import Failed, Item, Position, Record


class Settings(NamedTuple):
    """The options that readers need."""

    config: Config = Config()
    columns: InputColumns = InputColumns()


class File(NamedTuple):
    """A file to read: its id, its path (None: stdin), its size in bytes, and the position to start from."""

    id: str
    path: Path | None
    size: int = 0
    start: Position = Position()


def unpacked_name(name: str) -> str:
    """The name of a page or text without the ending of its compression: ``a.html`` for ``a.html.gz``.

    Any other name is returned unchanged.
    """
    low = name.lower()
    ending = next((ending for ending in PACKED if low.endswith(ending)), "")
    inner = name[: len(name) - len(ending)]
    return inner if ending and inner.lower().endswith(PAGES) else name


class Format(Protocol):
    """The interface of a format module."""

    items: Callable[[File, Settings], Iterator[Item]]
    record: Callable[[Item, Settings], Record | Failed]


NAMES = ("whole", "jsonl", "json", "csv", "parquet", "warc", "archive")
"""The formats: each is the name of its module. ``whole`` reads any other file as one document."""

_ENDINGS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonlines": "jsonl",
    ".jl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson.gz": "jsonl",
    ".jsonlines.gz": "jsonl",
    ".jl.gz": "jsonl",
    ".jsonl.zst": "jsonl",
    ".ndjson.zst": "jsonl",
    ".jsonlines.zst": "jsonl",
    ".jl.zst": "jsonl",
    ".json": "json",
    ".json.gz": "json",
    ".json.zst": "json",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".csv.zst": "csv",
    ".tsv": "csv",
    ".tsv.gz": "csv",
    ".tsv.zst": "csv",
    ".parquet": "parquet",
    ".warc": "warc",
    ".warc.gz": "warc",
    ".wet": "warc",
    ".wet.gz": "warc",
    ".zip": "archive",
    ".tar": "archive",
    ".tar.gz": "archive",
    ".tgz": "archive",
    ".tar.zst": "archive",
}


def format_of(name: str) -> str:
    """The name of the format of a file named ``name``."""
    low = name.lower()
    return next((format for ending, format in _ENDINGS.items() if low.endswith(ending)), NAMES[0])


def ending_of(name: str) -> str:
    """The ending by which `format_of` recognizes a file of rows or an archive; empty for any other file."""
    low = name.lower()
    return next((ending for ending in _ENDINGS if low.endswith(ending)), "")


def load_format(name: str) -> Format:
    """Import the module of a format. It is imported on first use, because most formats need a library of their own."""
    from importlib import import_module

    module: Format = import_module(f"cleaner.inputs.formats.{name}")
    return module
