"""The undo record: ``.cleaner-undo/NAME.json`` contains what `fix` removed from the file NAME in the same folder.

The record has one entry for each change, with the latest one last: the hashes of the bytes before and after the
change, and the removed pieces with their positions. Git ignores the folder. `fix` writes an entry before it changes
the file, so that no removed byte is ever lost.

If the folder is a link, or a file in it is a link, pipe or device, it is refused: a repository from a stranger must
not make `fix` or `undo` read or write in another place.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cleaner import atomic
from cleaner.errors import InputError
from cleaner.lint.files import Found, shown, unlisted, without_dot
from cleaner.lint.source import Problem, Spans

FOLDER = ".cleaner-undo"
_VERSION = 1
_ENDING = ".json"
_PART = "new-"
_STALE_SECONDS = 3600


def replace_file(path: str, data: bytes) -> None:
    """Replace the content of a file atomically, and keep its mode. Raises `OSError`.

    The folder of the undo record must exist, because the new content is first written there.
    """
    real = os.path.realpath(path)
    atomic.replace_file(real, data, undo_file(real).parent, os.stat(real).st_mode & 0o7777, prefix=_PART)


class Undone(NamedTuple):
    """What was restored: the numbers of pieces, and of lines and characters as `fix` counted them (0: unknown)."""

    pieces: int
    lines: int = 0
    characters: int = 0


def record_removal(
    path: str, before: bytes, after: bytes, deletions: Spans, *, lines: int = 0, characters: int = 0
) -> None:
    """Record what ``deletions`` remove from ``before``; ``lines`` and ``characters`` are its size.

    Raises `InputError` if the undo record is damaged or its folder can't be used, `OSError` if it can't be written.
    """
    file = undo_file(path)
    _refuse_unsafe(file)
    file.parent.mkdir(exist_ok=True)
    _sweep(str(file.parent))
    with contextlib.suppress(FileExistsError), (file.parent / ".gitignore").open("x", encoding="utf-8") as ignore:
        ignore.write("*\n")  # mode x does not follow links
    was = _sha256(before)
    # If an older fix started from the same bytes, the new entry leads back to them, too.
    entries = [entry for entry in _entries(file, must_exist=False) if entry["before"] != was]
    removed = [{"at": start, **_text_or_bytes(before[start:end])} for start, end in deletions]
    size = {"lines": lines, "characters": characters}
    _write(file, [*entries, {"before": was, "after": _sha256(after), **size, "removed": removed}])


def undo(path: str) -> Undone:
    """Restore what the last `fix` removed from a file. Returns how much was restored.

    Raises `InputError` if nothing was removed, or the file has changed since; `OSError` if it can't be written.
    """
    file = undo_file(path)
    if not os.path.exists(path):
        kept = f"; the text removed from it is in {shown(file)}" if file.exists() else ""
        raise InputError(f"there is no such file{kept}")
    if not os.path.isfile(path):
        raise InputError("is a pipe, a device or a folder, not a file; name a file that was fixed")
    _refuse_unsafe(file)
    entries = _entries(file, must_exist=True)
    data = Path(path).read_bytes()
    now = _sha256(data)
    n = next((n for n in range(len(entries) - 1, -1, -1) if entries[n]["after"] == now), -1)
    if n < 0 and any(entry["before"] == now for entry in entries):
        raise InputError("has its content from before the fix: there is nothing to restore")
    if n < 0:
        raise InputError(f"has changed since it was fixed; the removed text is in {shown(file)}")
    try:
        before = _restored(data, entries[n]["removed"])
    except ValueError as error:
        raise _damaged(file, "a piece is neither text nor base64") from error
    if _sha256(before) != entries[n]["before"]:
        raise _damaged(file, "it does not restore the original file")
    replace_file(path, before)
    _discard(file, entries[:n])
    sizes = (entries[n].get(name, 0) for name in ("lines", "characters"))
    return Undone(len(entries[n]["removed"]), *(size if isinstance(size, int) else 0 for size in sizes))


def fixed_files(folder: str) -> Iterator[Found]:
    """Yield the files in ``folder`` and its subfolders that have an undo record, by name. Hidden folders are skipped.

    A folder that can't be listed yields its name and a `Problem`.
    """
    errors: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        kept = {name for name in names if _leads_to_fixed(os.path.join(parent, name))}
        folder = os.path.join(parent, FOLDER)
        if os.path.islink(folder):
            yield (
                folder,
                Problem(0, "is a link; remove it, because removed text is saved in a real folder of that name"),
            )
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
    """The path of the undo record of the file ``path``; for a link, it is next to the target of the link."""
    real = Path(os.path.realpath(path))
    return real.parent / FOLDER / f"{real.name}{_ENDING}"


def _refuse_unsafe(file: Path) -> None:
    """Raise `InputError` if the folder of ``file``, or a file in it that is used, is not a real folder or file."""
    folder = file.parent
    if folder.is_symlink():
        raise InputError(
            f"{shown(folder)} is a link; remove it, because removed text is saved in a real folder of that name"
        )
    if folder.exists() and not folder.is_dir():
        cure = "remove or rename it, because removed text is saved in a folder of that name"
        raise InputError(f"{shown(folder)} is a file; {cure}")
    for used in (folder / ".gitignore", file):
        if used.is_symlink() or (used.exists() and not used.is_file()):
            raise InputError(f"{shown(used)} is a link or not a file; remove it to continue")


def _discard(file: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    if entries:
        _write(file, entries)
        return
    file.unlink()
    _sweep(str(file.parent))
    if {path.name for path in file.parent.iterdir()} <= {".gitignore"}:
        (file.parent / ".gitignore").unlink(missing_ok=True)
        file.parent.rmdir()


def _restored(data: bytes, removed: Sequence[Mapping[str, Any]]) -> bytes:
    parts: list[bytes] = []
    at = size = 0
    for piece in removed:
        kept = data[at : at + piece["at"] - size]
        gone = _bytes(piece)
        parts += kept, gone
        at, size = at + len(kept), size + len(kept) + len(gone)
    return b"".join((*parts, data[at:]))


def _text_or_bytes(piece: bytes) -> dict[str, str]:
    """The piece as readable text if it is UTF-8, else as base64."""
    try:
        return {"text": piece.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(piece).decode("ascii")}


def _bytes(piece: Mapping[str, Any]) -> bytes:
    if "text" in piece:
        return str(piece["text"]).encode("utf-8")
    return base64.b64decode(piece["base64"])


def _entries(file: Path, *, must_exist: bool) -> list[dict[str, Any]]:
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError as error:
        if not must_exist:
            return []
        raise InputError("there is nothing to restore: `fix` removed nothing from it") from error
    except (ValueError, RecursionError) as error:
        raise _damaged(file, "it is not valid JSON") from error
    if not isinstance(found, dict) or "version" not in found:
        raise _damaged(file, "it has no version")
    if found["version"] != _VERSION:
        raise InputError(f"{shown(file)} was written by another version of cleaner; use that version")
    entries = found.get("entries")
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise _damaged(file, "its entries do not have the format that `fix` writes")
    if found.get("sha256", "") not in ("", _entries_hash(entries)):  # older files have no hash
        raise _damaged(file, "its entries do not match their hash")
    return entries


def _entries_hash(entries: Sequence[Mapping[str, Any]]) -> str:
    """The hash of the entries; it does not depend on the formatting of the file."""
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
    text = json.dumps(
        {"version": _VERSION, "file": name, "sha256": _entries_hash(entries), "entries": entries}, indent=1
    )
    atomic.replace_file(str(file), f"{text}\n".encode("ascii"), file.parent, 0o600, prefix=_PART)


@cache  # once per process and folder
def _sweep(folder: str) -> None:
    """Remove the temporary files of a fix that was killed. Newer ones may belong to a fix that is running."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        with contextlib.suppress(OSError):
            if (
                name.startswith(_PART)
                and not name.endswith(_ENDING)
                and time.time() - os.stat(path).st_mtime > _STALE_SECONDS
            ):
                os.unlink(path)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
