"""Converting a source to text: detects the encoding of bytes, and whether it is HTML, Markdown or plain text."""

from __future__ import annotations

import re

from cleaner.decode import Decoded, decode, decode_str, refuse_binary
from cleaner.model import InputKind
from cleaner.segment.kind import detected_kind

_SAMPLE = 65_536  # characters
_MARKUP = re.compile(
    r"</[a-z]|<!(?:doctype|--)|<(?:html|head|body|meta|title|script|style|p|br|hr|div|span|img|h[1-6]|ul|li|table|td)\b",
    re.IGNORECASE,
)


def read_source(
    data: str | bytes, *, kind: InputKind | None = None, expected: InputKind | None = None, declared: str = ""
) -> tuple[Decoded, InputKind | None]:
    """The text of ``data`` and its kind: ``kind`` if it is given, else ``expected``, else detected by its content.

    The kind None means plain text, or text that only looks like Markdown. If HTML was expected but ``data`` contains
    no markup, its kind is detected, because it may be text with line ends. ``declared`` is the encoding that the
    sender declares.

    Raises `InputError` for binary data, `ConfigError` if ``declared`` is not the name of an encoding.
    """
    refuse_binary(data[:_SAMPLE].encode("utf-8", "replace") if isinstance(data, str) else data)
    found = kind or expected
    decoded = _decoded(data, declared, found)
    if found is None or (found == "html" and not kind and decoded.text and not _MARKUP.search(decoded.text)):
        found = detected_kind(decoded.text)
        if found == "html":
            decoded = _decoded(data, declared, found)
    return decoded, found


def _decoded(data: str | bytes, declared: str, kind: InputKind | None) -> Decoded:
    if isinstance(data, str):
        return decode_str(data)
    return decode(data, declared=declared or None, is_html=kind == "html")
