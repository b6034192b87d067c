"""What `fix` took out of a file, kept beside it: ``.cleaner-undo/NAME.json`` in the same folder.

The file has one entry for each change, the last one last: hashes of the bytes before and after, and what was removed
where. The folder tells git to pass over it. An entry is written before the file is changed, so there is no moment
at which a removed byte is nowhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cleaner.errors import InputError
from cleaner.lint.source import Spans

FOLDER = ".cleaner-undo"
_VERSION = 1


def replace_file(path: str, data: bytes) -> None:
    """Write a file anew under its name, as a whole or not at all; its mode stays. Raises `OSError`."""
    real = os.path.realpath(path)
    handle, part = tempfile.mkstemp(dir=os.path.dirname(real), prefix=".cleaner-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, os.stat(real).st_mode & 0o7777)
        os.replace(part, real)
    except BaseException:
        os.unlink(part)
        raise


def remember(path: str, before: bytes, after: bytes, deletions: Spans) -> None:
    """Keep what `deletions` took out of ``before``. Raises `OSError`."""
    file = undo_file(path)
    file.parent.mkdir(exist_ok=True)
    ignore = file.parent / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", "utf-8")
    entries = _entries(file, lenient=True)
    removed = [{"at": start, **_text_or_bytes(before[start:end])} for start, end in deletions]
    entries.append({"before": _sha256(before), "after": _sha256(after), "removed": removed})
    data = json.dumps({"version": _VERSION, "file": os.path.basename(path), "entries": entries}, indent=1)
    handle, part = tempfile.mkstemp(dir=file.parent, prefix="new-")
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(data + "\n")
        out.flush()
        os.fsync(out.fileno())
    os.replace(part, file)


def undo(path: str) -> int:
    """Put back what the last `fix` took out of a file. Returns the number of pieces.

    Raises `InputError` if nothing was taken out, or the file was changed since; `OSError` if it can't be written.
    """
    file = undo_file(path)
    entries = _entries(file, lenient=False)
    data = Path(path).read_bytes()
    n = next((n for n in range(len(entries) - 1, -1, -1) if entries[n]["after"] == _sha256(data)), -1)
    if n < 0:
        raise InputError(f"was changed since it was fixed; what was removed stands in {file}")
    before = _put_back(data, entries[n]["removed"])
    if _sha256(before) != entries[n]["before"]:
        raise InputError(f"{file} was changed and does not lead back to the file as it was; restore it from a copy")
    replace_file(path, before)
    _forget(file, entries[:n])
    return len(entries[n]["removed"])


def undo_file(path: str) -> Path:
    """Where the removed text of the file ``path`` is kept; of a link, beside the file that it leads to."""
    real = Path(os.path.realpath(path))
    return real.parent / FOLDER / f"{real.name}.json"


def _forget(file: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    if entries:
        replace_file(str(file), json.dumps({**json.loads(file.read_bytes()), "entries": entries}, indent=1).encode())
        return
    file.unlink()
    if {path.name for path in file.parent.iterdir()} <= {".gitignore"}:
        (file.parent / ".gitignore").unlink(missing_ok=True)
        file.parent.rmdir()


def _put_back(data: bytes, removed: Sequence[Mapping[str, Any]]) -> bytes:
    parts: list[bytes] = []
    at = size = 0
    for piece in removed:
        kept = data[at : at + piece["at"] - size]
        gone = _bytes(piece)
        parts += kept, gone
        at, size = at + len(kept), size + len(kept) + len(gone)
    return b"".join((*parts, data[at:]))


def _text_or_bytes(piece: bytes) -> dict[str, str]:
    """Readable where it can be."""
    try:
        return {"text": piece.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(piece).decode("ascii")}


def _bytes(piece: Mapping[str, Any]) -> bytes:
    if "text" in piece:
        return str(piece["text"]).encode("utf-8")
    return base64.b64decode(piece["base64"])


def _entries(file: Path, *, lenient: bool) -> list[dict[str, Any]]:
    try:
        found = json.loads(file.read_bytes())
        if found["version"] != _VERSION:
            raise InputError(f"{file} was written by another version of cleaner; use that one")
        return list(found["entries"])
    except FileNotFoundError as error:
        if lenient:
            return []
        raise InputError("nothing was taken out of it that could be put back") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file} is damaged; restore the file from a copy") from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
