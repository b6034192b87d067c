"""`cleaner learn` on engines: count the lines of each document, group by host, and make a pack of each host.

Each engine does the grouping. The packs are those that `cleaner learn` writes for the same documents on one machine.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from cleaner.config import Config
from cleaner.errors import ConfigError, OutputError, nearest
from cleaner.etl.arrow import bodies_of
from cleaner.etl.columns import TableColumns, addresses, names, slices
from cleaner.etl.engines import need
from cleaner.etl.rows import name_of
from cleaner.inputs.formats import Settings
from cleaner.inputs.records import Record
from cleaner.run.options import RunOptions
from cleaner.sites import pack
from cleaner.sites.judge import learned
from cleaner.sites.learn import Count, pack_of, replace_pack
from cleaner.sites.lines import Counted, Line
from cleaner.sites.state import State

if TYPE_CHECKING:
    import pyarrow  # noqa: ICN001 - at run time the module is `pa`

pa = need("pyarrow")

HOST = "host"
"""The column that engines group by."""
_IN_MEMORY = 50_000_000  # bytes of a host; the counts of a larger one are in a temporary file


def counted_schema() -> Any:
    """The Arrow schema of counted documents."""
    kinds = {
        HOST: pa.string(), "key": pa.binary(), "name": pa.string(), "numbers": pa.binary(), "sketch": pa.binary(),
        "line_numbers": pa.list_(pa.int64()), "line_texts": pa.list_(pa.string()), "elements": pa.binary(),
        "name_numbers": pa.list_(pa.int64()), "name_texts": pa.list_(pa.string()),
    }  # fmt: skip
    return pa.schema(kinds.items())


def packs_schema() -> Any:
    """The Arrow schema of packs: host, name of the file, number of documents and of phrases, text of the pack."""
    kinds = {
        HOST: pa.string(),
        "file": pa.string(),
        "documents": pa.int64(),
        "phrases": pa.int64(),
        "pack": pa.string(),
    }
    return pa.schema(kinds.items())


class PackRow(TypedDict):
    """A row of `packs_schema`."""

    host: str
    file: str
    documents: int
    phrases: int
    pack: str


def with_host_column(columns: TableColumns, given: Iterable[str], host_column: str) -> TableColumns:
    """The columns to read, the one that has the host among them. Raises `ConfigError` if it is missing."""
    given = list(given)
    if not host_column:
        return replace(columns, carry=())
    if host_column not in given:
        raise ConfigError(f"there is no column {host_column!r} for host_column={nearest(host_column, given)}")
    return replace(columns, carry=(host_column,))


def counted_batches(
    batches: Iterable[pyarrow.RecordBatch], columns: TableColumns, config: Config
) -> Iterator[pyarrow.RecordBatch]:
    """The counted documents of each batch. Rows without a host, and those that can't be read, are left out.

    The host is that of the address, or the value of the carried column if there is one.
    """
    count = Count(Settings(config, RunOptions().columns), HOST if columns.carry else "")
    for batch in batches:
        for part in slices(batch, columns):
            found = [one for one in _counted(part, columns, count) if one.host]
            yield pa.RecordBatch.from_pylist([_row(one) for one in found], schema=counted_schema())


def _counted(batch: pyarrow.RecordBatch, columns: TableColumns, count: Count) -> Iterator[Counted]:
    none = [None] * batch.num_rows
    ids = names(batch.column(columns.id)) if columns.id else none
    urls = addresses(batch.column(columns.url)) if columns.url else none
    hosts = addresses(batch.column(columns.carry[0])) if columns.carry else none
    for id, (text, is_html), url, host in zip(ids, bodies_of(batch, columns), urls, hosts, strict=True):
        if text is None:
            continue
        name = id or name_of(text)
        kind = "html" if is_html else None
        found = count.record(Record(name, "", 0, text, kind=kind, url=url or "", extra={HOST: host}))  # type: ignore[arg-type]
        if isinstance(found, Counted):
            yield found


def _row(one: Counted) -> dict[str, Any]:
    return {
        HOST: one.host, "key": one.key, "name": one.name, "numbers": one.numbers, "sketch": one.sketch,
        "line_numbers": [line.number for line in one.lines], "line_texts": [line.text for line in one.lines],
        "elements": one.elements, "name_numbers": [name.number for name in one.names],
        "name_texts": [name.text for name in one.names],
    }  # fmt: skip


def packs_of_group(table: pyarrow.Table) -> pyarrow.Table:
    """The packs of the hosts in a table of counted documents, which has all documents of each host."""
    rows: list[PackRow] = []
    with _place_of(table) as folder, State(Path(folder) / "counts.sqlite" if folder else Path(":memory:")) as state:
        for batch in table.to_batches(max_chunksize=1_000):
            for row in batch.to_pylist():
                state.add(_document(row))
        for host in state.hosts():
            site = learned(state, host)
            text, phrases = pack_of(site)
            if text:
                rows.append(PackRow(
                    host=host, file=pack.file_name(host), documents=site.documents, phrases=phrases, pack=text
                ))  # fmt: skip
    return pa.Table.from_pylist(rows, schema=packs_schema())


def _place_of(table: pyarrow.Table) -> AbstractContextManager[str | None]:
    """A temporary folder for the counts of a large host; None: they stay in memory."""
    return tempfile.TemporaryDirectory() if table.nbytes > _IN_MEMORY else nullcontext()


def _document(row: Mapping[str, Any]) -> Counted:
    lines, names = (
        tuple(Line(*pair) for pair in zip(row[f"{what}_numbers"], row[f"{what}_texts"], strict=True))
        for what in ("line", "name")
    )
    return Counted(row[HOST], row["key"], row["name"], row["numbers"], lines, row["sketch"], row["elements"], names)


def write_packs(rows: Iterable[Mapping[str, Any]], folder: str | Path) -> int:
    """Write rows with the columns ``file`` and ``pack`` as packs into a folder, and return how many there are.

    Raises `OutputError` if they can't be written.
    """
    folder, count = Path(folder), 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: can't be created: {error.strerror}") from error
    for row in rows:
        replace_pack(folder / row["file"], row["pack"])
        count += 1
    return count
