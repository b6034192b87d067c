"""Decode bytes to text, with the encoding and the reason for it; encode the text to the same bytes again.

The order is that of https://encoding.spec.whatwg.org/#decode, with UTF-8 before detection: byte order mark, declared
encoding, the encoding that an HTML page declares, UTF-8, detection. No bytes raise an error: bytes that are invalid in
the encoding become U+FFFD, and their values and offsets are recorded.
"""

from __future__ import annotations

import base64
import codecs
import re
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from cleaner.errors import ConfigError, InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Codecs that write a byte order mark, and the codecs of the same encodings that write none.
_WITHOUT_BOM = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
# Python lists these as text encodings, but no page uses them, and some raise unexpected errors.
_NOT_FOR_PAGES = frozenset(("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"))
# The encodings that pages with these labels are really written in: https://encoding.spec.whatwg.org/#names-and-labels
_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs",
}  # fmt: skip
_FALLBACK = "cp1252"
# Labels that Python knows by another name or reads differently. A page whose label is readable is not UTF-16.
_PAGE_LABELS = {
    "x-sjis": "cp932", "x-gbk": "gb18030", "x-user-defined": "cp1252", "unicode-1-1-utf-8": "utf-8",
    "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8", "dos-874": "cp874", "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic", "x-mac-ukrainian": "mac_cyrillic", "utf-7": "", "utf7": "",
    **{f"x-cp{number}": f"cp{number}" for number in range(1250, 1259)},
}  # fmt: skip
_PRESCAN = 4096
_TAG = re.compile(
    rb"""<!--(?:.*?-->|.*+)|<(?P<name>/?[a-z][^\s/>]*+|[!?])(?P<attributes>(?:"[^"]*+"|'[^']*+'|[^"'>]++)*+)>""",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    rb"""([^\s/>=]++)(?:\s*=\s*(?:"([^"]*+)"|'([^']*+)'|([^\s>"']++)))?""",
)
_CONTENT_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([^\s;"']++)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]++)""")
_LABEL = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
_MAX_REPAIRS = 1000
_MAX_DECLARED_INVALID = 0.01
_MIN_UTF8_CHARACTERS = 2  # for each invalid byte
_SAMPLE = 65_536
_MIN_WIDE_NULS = 0.4
_WIDE_MARKUP = ((re.compile(rb"<\0[!?a-zA-Z]\0"), "utf-16-le"), (re.compile(rb"\0<\0[!?a-zA-Z]"), "utf-16-be"))
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_MAX_CONTROLS = 0.3
_MAX_CONTROLS_UNLESS_UTF8 = 0.05
_SURROGATES = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile("[\udc80-\udcff]")
_MAGIC = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP, WAV or AVI file"),
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\x00asm", "a WebAssembly module"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"wOFF", "a web font"),
    (b"wOF2", "a web font"),
)
_PACKED = ("gzip data", "bzip2 data", "xz data", "zstd data", "a 7z archive", "a RAR archive", "a ZIP archive")


class Repair(NamedTuple):
    """An invalid byte: the offset of the U+FFFD that replaces it in the text, and its value in hex."""

    at: int
    bytes: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and everything that `encode` needs to rebuild its bytes.

    ``reason`` is ``bom``, ``declared``, ``meta``, ``xml``, ``utf-8``, ``column`` or ``detected: ...``. ``raw`` is the
    base64 of the zlib-compressed bytes if the text can't be encoded to them, else empty.
    """

    text: str
    encoding: str
    reason: str
    bom: bytes = b""
    repairs: tuple[Repair, ...] = ()
    raw: str = ""


def decode(data: bytes, *, declared: str | None = None, is_html: bool = False) -> Decoded:
    """The text of ``data``; `encode` is the inverse.

    ``declared`` is the encoding that the sender declares. It is used if nearly all bytes are valid in it. The encoding
    that an HTML page declares is used on the same condition, unless the bytes are clearly UTF-8: servers often convert
    pages without changing the declaration, and text in other encodings is almost never valid UTF-8.

    Never fails because of the bytes. Raises `ConfigError` if ``declared`` is not the name of a text encoding.
    """
    name = codec_name(declared) if declared else ""
    for bom, encoding in _BOMS:
        if data.startswith(bom) and (encoding[:6] != "utf-32" or _is_valid(data[4:], encoding)):
            return _decoded(data[len(bom) :], encoding, "bom", bom)
    if name and _fits(data, name):
        return _decoded(data, name, "declared")
    if wide := _utf16_without_bom(data):
        return _decoded(data, wide, "detected: every second byte is NUL")
    if is_html:
        label, reason = _declared_by_page(data[:_PRESCAN])
        if label and _declared_encoding_fits(data, label):
            return _decoded(data, label, reason)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", "utf-8")
    except UnicodeDecodeError:
        return _decoded(data, *_detected(data))


def decode_str(text: str) -> Decoded:
    """A text that is already a string, for example from a column. Its bytes are its UTF-8.

    Lone surrogates, which some writers of JSON produce, are invalid: they become U+FFFD and are recorded.
    """
    try:
        text.isascii() or text.encode()  # much faster than a search for surrogates
    except UnicodeEncodeError:
        return _decoded(text.encode("utf-8", "surrogatepass"), "utf-8", "column")
    return Decoded(text, "utf-8", "column")


def encode(decoded: Decoded) -> bytes:
    """The bytes that `decode` made ``decoded`` from.

    Raises `ValueError` (which includes `UnicodeError`) or `LookupError` if ``decoded`` does not come from `decode`.
    """
    if decoded.raw:
        return zlib_bytes(decoded.raw)
    return decoded.bom + _escaped(decoded.text, decoded.repairs).encode(decoded.encoding, "surrogateescape")


def zlib_bytes(raw: str) -> bytes:
    """The bytes of `Decoded.raw`. Raises `ValueError` if it is damaged."""
    try:
        return zlib.decompress(base64.b64decode(raw, validate=True))
    except zlib.error as error:
        raise ValueError(f"the raw bytes are damaged: {error}") from error


def codec_name(label: str) -> str:
    """Python's name of the text encoding ``label``. Raises `ConfigError` if it does not know the encoding."""
    try:
        name = codecs.lookup(label).name
        b"a".decode(name, "replace")
    except (LookupError, ValueError):  # a codec from bytes to bytes raises LookupError
        name = ""
    if not name or name.replace("-", "_") in _NOT_FOR_PAGES:
        raise ConfigError(f"{label!r} is not a known text encoding; use a name such as utf-8 or cp1252")
    return _WITHOUT_BOM.get(name, name)


def refuse_binary(data: bytes) -> None:
    """Raises `InputError` if ``data`` is not text."""
    kind = _binary_kind(data)
    if kind in _PACKED:
        raise InputError(f"looks like {kind}, not text; decompress it first")
    if kind:
        raise InputError(f"looks like {kind}, not text; exclude it, or convert it to text first")


def _decoded(body: bytes, encoding: str, reason: str, bom: bytes = b"") -> Decoded:
    try:
        escaped = body.decode(encoding, "surrogateescape")
        repairs = tuple(Repair(m.start(), f"{ord(m[0]) - 0xDC00:02x}") for m in _ESCAPED.finditer(escaped))
        text = _ESCAPED.sub("\ufffd", escaped) if repairs else escaped
        decoded = Decoded(text, encoding, reason, bom, repairs)
        if len(repairs) <= _MAX_REPAIRS and not _SURROGATES.search(text) and encode(decoded) == bom + body:
            return decoded
    except UnicodeError:
        pass  # the codec does not support surrogateescape
    raw = base64.b64encode(zlib.compress(bom + body)).decode()
    return Decoded(lossy(body, encoding), encoding, reason, bom, (), raw)


def lossy(body: bytes, encoding: str) -> str:
    """The text of ``body`` (without byte order mark), with U+FFFD in place of invalid bytes."""
    return _SURROGATES.sub("\ufffd", body.decode(encoding, "replace"))


def _escaped(text: str, repairs: tuple[Repair, ...]) -> str:
    """The text with a lone surrogate for each invalid byte, as ``surrogateescape`` decodes it."""
    if not repairs:
        return text
    parts: list[str] = []
    at = 0
    for repair in repairs:
        parts += text[at : repair.at], chr(0xDC00 + int(repair.bytes, 16))
        at = repair.at + 1
    return "".join((*parts, text[at:]))


def _is_valid(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True


def _fits(data: bytes, encoding: str) -> bool:
    """Whether nearly all of ``data`` is valid in the declared encoding. A few invalid bytes do not refute it."""
    return _is_valid(data, encoding) or lossy(data, encoding).count("\ufffd") <= _MAX_DECLARED_INVALID * len(data)


def _declared_by_page(opening: bytes) -> tuple[str, str]:
    """The encoding that a page declares in its first bytes, and where: ``meta`` or ``xml``; else two empty strings.

    After https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding.
    """
    for tag in _TAG.finditer(opening):
        if (tag["name"] or b"").lower() == b"meta" and (name := _page_encoding(_meta_label(tag["attributes"]))):
            return name, "meta"
    prolog = _XML_ENCODING.match(opening)
    name = _page_encoding(prolog[1]) if prolog else ""
    return (name, "xml") if name else ("", "")


def _meta_label(attributes: bytes) -> bytes:
    """The encoding in a ``<meta>``: ``charset=...`` or ``http-equiv="content-type" content="...; charset=..."``."""
    values: dict[bytes, bytes] = {}
    for match in _ATTRIBUTE.finditer(attributes):
        values.setdefault(match[1].lower(), match[2] or match[3] or match[4] or b"")
    if b"charset" in values:
        return values[b"charset"]
    if values.get(b"http-equiv", b"").strip().lower() != b"content-type":
        return b""
    content = _CONTENT_CHARSET.search(values.get(b"content", b""))
    return content[1] if content else b""


def _page_encoding(label: bytes) -> str:
    """Python's name of the encoding that pages mean by ``label``; empty if it is unknown."""
    name = label.decode("latin-1").strip().lower()
    if not _LABEL.fullmatch(name):
        return ""
    try:
        name = codec_name(_PAGE_LABELS.get(name, name))
    except ConfigError:
        return ""
    if not _is_valid(label, name) or label.decode(name) != label.decode("latin-1"):
        return ""  # in this encoding, the bytes of the label would be another label
    return _WIDER.get(name, name)


def _declared_encoding_fits(data: bytes, encoding: str) -> bool:
    """Whether the encoding that a page declares may be that of its bytes."""
    if encoding == "utf-8":
        return _is_valid(data, encoding)
    return _fits(data, encoding) and not _is_mostly_utf8(data)


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether nearly all non-ASCII bytes are valid UTF-8, or ``data`` is UTF-8 that ends within a character."""
    if data.isascii():
        return False
    escaped = data.decode("utf-8", "surrogateescape")
    bad = len(_ESCAPED.findall(escaped))
    good = sum(1 for char in escaped if char > "\x7f") - bad
    return good >= _MIN_UTF8_CHARACTERS * bad or (good > 0 and _ends_within_character(data))


def _utf16_without_bom(data: bytes) -> str:
    """The codec of UTF-16 without byte order mark; empty if ``data`` is not UTF-16.

    In Western text, nearly every second byte is NUL. A page in any other script begins with markup: https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding.
    """
    for opening, encoding in _WIDE_MARKUP:
        if opening.match(data) and _is_valid(data, encoding):
            return encoding
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    for nuls, others, encoding in ((high, low, "utf-16-le"), (low, high, "utf-16-be")):
        if half >= 4 and nuls >= _MIN_WIDE_NULS * half and others <= nuls // 20 and _is_valid(data, encoding):
            return encoding
    return ""


def _detected(data: bytes) -> tuple[str, str]:
    if _is_mostly_utf8(data):
        return "utf-8", "detected: UTF-8 with bad bytes"
    from resiliparse.parse.encoding import detect_encoding  # lazy: most pages are UTF-8

    # line ends do not depend on the encoding, but some detectors count them
    label = detect_encoding(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), html5_compatible=False)
    try:
        name = codec_name(label or "utf-8")
    except ConfigError:
        name = "utf-8"
    if name == "utf-8":  # it is not valid UTF-8
        return _FALLBACK, "detected: not UTF-8, assumed to be Western European"
    return _WIDER.get(name, name), "detected: by the frequency of its bytes"


def _binary_kind(data: bytes) -> str:
    """The kind of data in ``data``, with its article, if it is not text; else empty."""
    if data.startswith(tuple(bom for bom, _ in _BOMS)) or _utf16_without_bom(data):
        return ""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    is_plain = not controls and _is_utf8(sample)
    if sample[:5] == b"%PDF-" or not is_plain:
        for magic, kind in _MAGIC:
            if sample.startswith(magic):
                return kind
    if controls > _MAX_CONTROLS * len(sample):
        return "binary data"
    return "binary data" if controls > _MAX_CONTROLS_UNLESS_UTF8 * len(sample) and not _is_utf8(sample) else ""


def _ends_within_character(data: bytes) -> bool:
    """Whether ``data`` is UTF-8 that ends within a character."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def _is_utf8(sample: bytes) -> bool:
    """Whether ``sample`` is UTF-8; the sample may end within a character."""
    return _is_valid(sample, "utf-8") or (len(sample) == _SAMPLE and _ends_within_character(sample))
