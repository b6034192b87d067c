"""Check the first line of a file that should be text in UTF-8: data of another kind gives one error, with its cure."""

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
    """Raises `InputError` if ``line``, the first of a file, begins like UTF-16, UTF-32, Parquet or compressed data."""
    for mark, name in _MARKS:
        if line.startswith(mark):
            raise InputError(f"is {name}; convert it to UTF-8, e.g. iconv -f {name} -t UTF-8")
    for mark, name in _PACKED:
        if line.startswith(mark):
            cure = "name its format with --input-format or by its ending, or decompress it"
            raise InputError(f"is {name} data, not lines; {cure}")
