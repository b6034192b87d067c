"""The formats of inputs: one file each, and one line here.

A format is a module of two functions. ``items(file, settings)`` runs in the main process: it yields one `Item` for
each input in the file, doing no more than it takes to tell them apart, and begins behind ``file.start``.
``record(item, settings)`` runs in a worker: it makes a `Record` of an item, or a `Failed`. Either may raise
`InputError`: for the rest of the file, or for the one item.
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
    """What readers need to know of the options."""

    config: Config = Config()
    columns: InputColumns = InputColumns()


class File(NamedTuple):
    """A file to read: its id, where it is (None: stdin), its size in bytes, and where to begin."""

    id: str
    path: Path | None
    size: int = 0
    start: Position = Position()


def unpacked_name(name: str) -> str:
    """The name of a page or text without the ending of its compression: ``a.html`` of ``a.html.gz``.

    Any other name is returned as it is.
    """
    low = name.lower()
    ending = next((ending for ending in PACKED if low.endswith(ending)), "")
    inner = name[: len(name) - len(ending)]
    return inner if ending and inner.lower().endswith(PAGES) else name


class Format(Protocol):
    """What a module of a format offers."""

    items: Callable[[File, Settings], Iterator[Item]]
    record: Callable[[Item, Settings], Record | Failed]


NAMES = ("whole", "jsonl", "json", "csv", "parquet", "warc", "archive")
"""The formats: each is the module of its name. ``whole`` takes any other file as one document."""

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
    """The name of the format of a file called ``name``."""
    low = name.lower()
    return next((format for ending, format in _ENDINGS.items() if low.endswith(ending)), NAMES[0])


def ending_of(name: str) -> str:
    """The ending by which `format_of` knows the format of a file of rows; empty for any other file."""
    low = name.lower()
    return next((ending for ending in _ENDINGS if low.endswith(ending)), "")


def load_format(name: str) -> Format:
    """The module of a format; most need no library of another."""
    from importlib import import_module

    module: Format = import_module(f"cleaner.inputs.formats.{name}")
    return module
