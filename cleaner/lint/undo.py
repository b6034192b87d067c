"""What `fix` took out of a file, kept beside it: ``.cleaner-undo/NAME.json`` in the same folder.

The file has one entry for each change, the last one last: hashes of the bytes before and after, and what was removed
where. The folder tells git to pass over it. An entry is written before the file is changed, so there is no moment
at which a removed byte is nowhere.

A folder of that name that is a link, and files in it that are links, pipes or devices, are refused: a repository from
somebody else must not make `fix` or `undo` read or write anywhere else.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cleaner.errors import InputError
from cleaner.lint.files import Found, shown, unlisted, without_dot
from cleaner.lint.source import Problem, Spans

FOLDER = ".cleaner-undo"
_VERSION = 1
_ENDING = ".json"
_PART = "new-"
_STALE = 3600  # seconds


def replace_file(path: str, data: bytes) -> None:
    """Write a file anew under its name, as a whole or not at all; its mode stays. Raises `OSError`.

    The folder of what was removed has to be there: what is not whole yet is written in it.
    """
    real = os.path.realpath(path)
    _replace(real, data, undo_file(real).parent, os.stat(real).st_mode & 0o7777)


class Undone(NamedTuple):
    """What was put back: the number of pieces, and of lines and characters as `fix` counted them (0: not known)."""

    pieces: int
    lines: int = 0
    characters: int = 0


def remember(path: str, before: bytes, after: bytes, deletions: Spans, *, lines: int = 0, characters: int = 0) -> None:
    """Keep what `deletions` took out of ``before``; ``lines`` and ``characters`` say how much that is.

    Raises `InputError` if what was kept before is damaged or there is no place for it, `OSError` if it can't be
    written.
    """
    file = undo_file(path)
    _refuse_strange(file)
    file.parent.mkdir(exist_ok=True)
    _sweep(str(file.parent))
    with contextlib.suppress(FileExistsError), (file.parent / ".gitignore").open("x", encoding="utf-8") as ignore:
        ignore.write("*\n")  # the mode x follows no link
    was = _sha256(before)
    # A file that is again what it was before an older fix leads back there by the new entry, too.
    entries = [entry for entry in _entries(file, must_be=False) if entry["before"] != was]
    removed = [{"at": start, **_text_or_bytes(before[start:end])} for start, end in deletions]
    size = {"lines": lines, "characters": characters}
    _write(file, [*entries, {"before": was, "after": _sha256(after), **size, "removed": removed}])


def undo(path: str) -> Undone:
    """Put back what the last `fix` took out of a file. Returns how much that is.

    Raises `InputError` if nothing was taken out, or the file was changed since; `OSError` if it can't be written.
    """
    file = undo_file(path)
    if not os.path.exists(path):
        kept = f"; what was removed from it is in {shown(file)}" if file.exists() else ""
        raise InputError(f"there is no such file{kept}")
    if not os.path.isfile(path):
        raise InputError("is a pipe, a device or a folder, not a file; name a file that was fixed")
    _refuse_strange(file)
    entries = _entries(file, must_be=True)
    data = Path(path).read_bytes()
    now = _sha256(data)
    n = next((n for n in range(len(entries) - 1, -1, -1) if entries[n]["after"] == now), -1)
    if n < 0 and any(entry["before"] == now for entry in entries):
        raise InputError("is as it was before it was fixed: there is nothing to put back")
    if n < 0:
        raise InputError(f"was changed since it was fixed; what was removed is in {shown(file)}")
    try:
        before = _put_back(data, entries[n]["removed"])
    except ValueError as error:
        raise _damaged(file, "a piece is neither text nor base64") from error
    if _sha256(before) != entries[n]["before"]:
        raise _damaged(file, "it does not lead back to the file as it was")
    replace_file(path, before)
    _forget(file, entries[:n])
    sizes = (entries[n].get(name, 0) for name in ("lines", "characters"))
    return Undone(len(entries[n]["removed"]), *(size if isinstance(size, int) else 0 for size in sizes))


def fixed_files(folder: str) -> Iterator[Found]:
    """The files below ``folder`` of which something removed is kept, by name; hidden folders are passed over.

    Folders that can't be listed give their name and a `Problem`.
    """
    errors: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        kept = {name for name in names if _leads_to_fixed(os.path.join(parent, name))}
        folder = os.path.join(parent, FOLDER)
        if os.path.islink(folder):
            yield folder, Problem(0, "is a link; remove it: what is removed is kept in a real folder of that name")
        elif FOLDER in folders:
            kept |= _kept_names(folder, errors)
        yield from unlisted(errors)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (without_dot(os.path.join(parent, name)) for name in sorted(kept))
    yield from unlisted(errors)


def _kept_names(folder: str, errors: list[OSError]) -> set[str]:
    try:
        return {name.removesuffix(_ENDING) for name in os.listdir(folder) if name.endswith(_ENDING)}
    except OSError as error:
        errors.append(error)
        return set()


def _leads_to_fixed(path: str) -> bool:
    return os.path.islink(path) and os.path.lexists(undo_file(path))


def undo_file(path: str) -> Path:
    """Where the removed text of the file ``path`` is kept; of a link, beside the file that it leads to."""
    real = Path(os.path.realpath(path))
    return real.parent / FOLDER / f"{real.name}{_ENDING}"


def _refuse_strange(file: Path) -> None:
    """Raises `InputError` if the folder that ``file`` is in, or a file in it that is used, is not what `fix` makes."""
    folder = file.parent
    if folder.is_symlink():
        raise InputError(f"{shown(folder)} is a link; remove it: what is removed is kept in a real folder of that name")
    if folder.exists() and not folder.is_dir():
        cure = "remove or rename it, for what is removed is kept in a folder of that name"
        raise InputError(f"{shown(folder)} is a file; {cure}")
    for used in (folder / ".gitignore", file):
        if used.is_symlink() or (used.exists() and not used.is_file()):
            raise InputError(f"{shown(used)} is a link or not a file; remove it to continue")


def _forget(file: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    if entries:
        _write(file, entries)
        return
    file.unlink()
    _sweep(str(file.parent))
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


def _entries(file: Path, *, must_be: bool) -> list[dict[str, Any]]:
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError as error:
        if not must_be:
            return []
        raise InputError("nothing was taken out of it that could be put back") from error
    except (ValueError, RecursionError) as error:
        raise _damaged(file, "it is not valid JSON") from error
    if not isinstance(found, dict) or "version" not in found:
        raise _damaged(file, "it names no version")
    if found["version"] != _VERSION:
        raise InputError(f"{shown(file)} was written by another version of cleaner; use that one")
    entries = found.get("entries")
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise _damaged(file, "its entries are not those that `fix` writes")
    if found.get("sha256", "") not in ("", _sum(entries)):  # files of before had no sum
        raise _damaged(file, "its entries were changed")
    return entries


def _sum(entries: Sequence[Mapping[str, Any]]) -> str:
    """The hash of entries, however their file is formatted."""
    return _sha256(json.dumps(entries, sort_keys=True).encode("ascii"))


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and all(isinstance(entry.get(name), str) for name in ("before", "after"))
        and isinstance(entry.get("removed"), list)
        and all(map(_is_piece, entry["removed"]))
    )


def _is_piece(piece: Any) -> bool:
    return (
        isinstance(piece, dict)
        and isinstance(piece.get("at"), int)
        and isinstance(piece["text"] if "text" in piece else piece.get("base64"), str)
    )


def _damaged(file: Path, what: str) -> InputError:
    return InputError(f"{shown(file)} is damaged: {what}; remove it to continue without undo")


def _write(file: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    name = file.name.removesuffix(_ENDING)
    told = json.dumps({"version": _VERSION, "file": name, "sha256": _sum(entries), "entries": entries}, indent=1)
    _replace(str(file), f"{told}\n".encode("ascii"), file.parent, 0o600)


def _replace(target: str, data: bytes, folder: Path, mode: int) -> None:
    """``target`` becomes ``data``, which is first written in ``folder``: a kill leaves nothing beside the data."""
    handle, part = tempfile.mkstemp(dir=folder, prefix=_PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, mode)
        os.replace(part, target)
    except BaseException:
        os.unlink(part)
        raise


@cache  # once a process: a folder may hold many files
def _sweep(folder: str) -> None:
    """Remove what a fix that was killed left behind; younger files may be of one that runs."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        with contextlib.suppress(OSError):
            if name.startswith(_PART) and not name.endswith(_ENDING) and time.time() - os.stat(path).st_mtime > _STALE:
                os.unlink(path)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
