"""Put data, style and program into one HTML file that loads nothing and runs nothing else.

The Content Security Policy of the page (https://www.w3.org/TR/CSP3/) allows its own style and program, by their hashes,
and no request. The data is JSON in an element that browsers do not run, with every character escaped that could end the
element or reorder the source.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from string import Template

from cleaner.json_lines import Row, to_line

MARK = b"<!doctype html>\n<!-- A page of cleaner review -->\n"
"""The first bytes of each page."""
_SCRIPTS = ("text.js", "rules.js", "charts.js", "app.js")
# The characters that end an element or a line, have no width, or change the direction of text.
_UNSAFE = re.compile(
    "[<>&\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\uffff]"
)


def as_json(row: Row) -> str:
    """``row`` as JSON that is safe in an element of a page."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", to_line(row).decode().rstrip("\n"))


def assemble(data: Row, documents: Iterable[Row]) -> bytes:
    """The page. Each document is on a line of its own."""
    style, script = _part("style.css"), "".join(map(_part, _SCRIPTS))
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'"
    )
    rows = ",\n".join(map(as_json, documents))
    page = Template(_part("page.html")).substitute(
        policy=policy, style=style, script=script, data=f'{{"overview":{as_json(data)},\n"documents":[\n{rows}\n]}}'
    )
    return MARK + page.encode()


@lru_cache
def _part(name: str) -> str:
    return (files("cleaner") / "review" / "template" / name).read_text("utf-8")


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
