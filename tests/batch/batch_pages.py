"""What the tests of whole runs share: a page, its clean text, and a run over the folder ``pages``."""

from __future__ import annotations

import json
from pathlib import Path

from cleaner.config import Config
from cleaner.run.runner import run

ROOT = Path(__file__).parents[2]
PAGE = b"Skip to main content\nRain is expected in the north.\nIt will be dry in the south.\n"
HTML = """<!DOCTYPE html>
<html lang="en"><head><title>Rain in the north</title><script>var x = "<p>no text</p>";</script></head>
<body><nav class="menu"><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<main><h1>Rain in the north</h1><p>Rain is expected in the north of the country until Friday – and wind from Sète.</p>
<p>It will be dry in the south, where nobody asked for it.</p></main>
<footer><p>All rights reserved.</p></footer></body></html>
"""
CLEAN = (
    "Rain in the north\n\nRain is expected in the north of the country until Friday – and wind from Sète.\n\n"
    "It will be dry in the south, where nobody asked for it.\n"
)
CONFIG = Config()


def rows(path):
    return [json.loads(line) for line in Path(path).read_bytes().splitlines()]


def run_pages(config=CONFIG, **more):
    return run(["pages"], Path("out"), config, **more)


def error_of(report, n=0):
    assert report.exit_code == 1
    return rows("out/failed.jsonl")[n]["error"]


HOSTILE = {
    "NULs": b"Some words\0and\0more words.\nAccept all cookies\n",
    "invalid UTF-8": b"Caf\xc3\xa9 na\xc3\xafve \xff and \xc3\nAccept all cookies\n",
    "CRLF": PAGE.replace(b"\n", b"\r\n"),
    "CR": PAGE.replace(b"\n", b"\r"),
    "a BOM": b"\xef\xbb\xbf" + PAGE,
    "two BOMs": b"\xef\xbb\xbf" * 2 + PAGE,
    "UTF-16": PAGE.decode().encode("utf-16"),
    "UTF-16 without BOM": PAGE.decode().encode("utf-16-le"),
    "an odd UTF-16": PAGE.decode().encode("utf-16") + b"\0",
    "half a surrogate pair": b"\xff\xfe\x00\xd8a\x00\n\x00",
    "CESU-8": "a \ud83d\ude00 b".encode("utf-8", "surrogatepass"),
    "Windows Western": "Größe über alles\nAccept all cookies\n".encode("cp1252"),
    "white space": b" \n\t\n\r\n\xc2\xa0",
    "other line ends": "a\u2028b\x85c\x0bd\x0ce\u2029".encode(),
    "no line end": b"Accept all cookies",
    "a long line": b"word " * 40_000,
    "many lines": b"\n".join(b"line %d" % n for n in range(5000)),
}


ROW = '{"text": "Rain is expected in the north of the country until Friday."}\n'


def put(path, text=ROW):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)
