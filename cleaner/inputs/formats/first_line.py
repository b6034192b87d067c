"""What the first line of a file tells when the file holds no lines of UTF-8 at all: one error, with its cure."""

from __future__ import annotations

from cleaner.errors import InputError

_MARKS = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"{\0\0\0", "UTF-32LE"),
    (b"{\0", "UTF-16LE"),
    (b"\0{", "UTF-16BE"),
)
_PACKED = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"PAR1", "Parquet"), (b"PK\x03\x04", "ZIP"))


def refuse_other_data(line: bytes) -> None:
    """Raises `InputError` for UTF-16, UTF-32 and packed data, by how ``line``, the first of a file, begins."""
    for mark, name in _MARKS:
        if line.startswith(mark):
            raise InputError(f"is {name}; convert it to UTF-8, e.g. iconv -f {name} -t UTF-8")
    for mark, name in _PACKED:
        if line.startswith(mark):
            raise InputError(f"is {name} data, not lines; name its format (--input-format, or the ending) or unpack it")
