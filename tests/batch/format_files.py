"""What the tests of readers share: rows, and files of each format made of them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path

import zstandard

from cleaner.config import Config
from cleaner.run.audit import verify_run
from cleaner.run.options import RunOptions
from cleaner.run.runner import run

TEXT = "Skip to main content\nRain is expected in the north.\nIt will be dry in the south.\n"
CLEAN = "Rain is expected in the north.\nIt will be dry in the south.\n"
HTML = "<html><body><nav><a href='/'>Home</a></nav><p>Rain is expected in the north until Friday.</p></body></html>"
ROWS = [{"id": f"r{n}", "text": TEXT, "url": f"https://www.a{n % 2}.org/{n}", "likes": n} for n in range(5)]


def lines(rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def rows(path):
    return [json.loads(line) for line in Path(path).read_bytes().splitlines()]


def cleaned(name, data, *, config=None, **options):
    """The documents and the failures of one file; every run verifies and adds up."""
    Path(name).write_bytes(data)
    report = run([name], Path("out"), config or Config(), RunOptions().with_overrides(**options), overwrite=True)
    assert verify_run(Path("out")) == (report.out, ())
    documents, failed = rows("out/documents.jsonl"), rows("out/failed.jsonl")
    assert (len(documents), len(failed)) == (report.out, report.failed)
    return documents, failed


def archive(records, kind="response"):
    """A WARC of (address, content type, body) with one gzip member a record."""
    data = b""
    for n, (url, content_type, body) in enumerate(records):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        block, of = (head + body, "application/http; msgtype=response") if kind == "response" else (body, content_type)
        data += gzip.compress(
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:0-{n}>\r\nWARC-Target-URI: {url}\r\n"
            f"WARC-Date: 2026-01-02T03:04:05Z\r\nContent-Type: {of}\r\nContent-Length: {len(block)}\r\n\r\n".encode()
            + block + b"\r\n\r\n"
        )  # fmt: skip
    return data


def parquet(table, **options):
    import pyarrow as pa
    from pyarrow import parquet as pq

    sink = io.BytesIO()
    pq.write_table(pa.table(table), sink, row_group_size=2, **options)
    return sink.getvalue()


def table_of(found):
    return {name: [row[name] for row in found] for name in found[0]}


def csv_of(found, dialect="excel"):
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(found[0]), dialect=dialect)
    writer.writeheader()
    writer.writerows(found)
    return sink.getvalue().encode()


FILES = {
    "a.jsonl": lines(ROWS),
    "a.ndjson": b"\xef\xbb\xbf" + lines(ROWS).replace(b"\n", b"\r\n\r\n"),
    "a.jsonl.gz": gzip.compress(lines(ROWS)),
    "b.jsonl.gz": gzip.compress(lines(ROWS[:2])) + gzip.compress(lines(ROWS[2:])),
    "a.jsonl.zst": zstandard.compress(lines(ROWS)),
    "b.jsonl.zst": zstandard.compress(lines(ROWS[:2])) + zstandard.compress(lines(ROWS[2:])),
    "a.json": json.dumps(ROWS, indent=1).encode(),
    "b.json": b"\xef\xbb\xbf" + lines(ROWS),
    "a.json.gz": gzip.compress(json.dumps(ROWS).encode()),
    "a.json.zst": zstandard.compress(json.dumps(ROWS).encode()),
    "a.parquet": parquet(table_of(ROWS)),
    "a.csv": csv_of(ROWS),
    "a.csv.gz": gzip.compress(csv_of(ROWS)),
    "a.tsv": csv_of(ROWS, "excel-tab"),
}


def zipped(files):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return sink.getvalue()


SAMPLES = {
    "whole": ("a.txt", TEXT.encode(), 1),
    "jsonl": ("a.jsonl", lines(ROWS), 5),
    "json": ("a.json", json.dumps(ROWS).encode(), 5),
    "csv": ("a.csv", csv_of(ROWS), 5),
    "parquet": ("a.parquet", parquet(table_of(ROWS)), 5),
    "warc": ("a.warc.gz", archive([(f"http://a.org/{n}", "text/plain", f"{TEXT}{n}\n".encode()) for n in range(3)]), 3),
    "archive": ("a.zip", zipped({"a.txt": TEXT, "b/c.txt": TEXT}), 2),
}
"""Of each format a file: its name, its bytes, and how many documents it holds."""
