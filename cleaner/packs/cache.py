"""Rule packs as one JSON file in the user's cache folder: reading it takes a tenth of the time of the TOML.

The file name is a hash of everything that its content depends on (the packs, their folder, the code that reads them),
so a stale file is never found. It is plain data, and is only read if nobody but the user can write to it. Any problem
with the cache is ignored; the packs are then read from the TOML.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from cleaner import atomic, fold
from cleaner.packs import beginnings, check, host_names, keys, load, rule, wrap
from cleaner.packs.load import builtin_folder, load_packs, pack_files
from cleaner.packs.rule import Category, Packs, Pattern, Rule, Section, Where

_WRITABLE_BY_OTHERS = 0o022
_OTHERS = 7  # caches of other packs and versions to keep


@lru_cache(maxsize=1)
def load_builtin() -> Packs:
    """The packs the project ships. Raises `RuleError` if they are damaged."""
    return load_cached([builtin_folder()])


def load_cached(folders: Sequence[Path]) -> Packs:
    """The packs that `load_packs` returns for ``folders``. Raises `RuleError`, as it does."""
    file = cache_folder() / f"packs-{_key(folders)}.json"
    kept = _read(file)
    if kept is None:
        has_more = len(folders) > 1 and folders[0] == builtin_folder()
        kept = load_packs(folders, shipped=load_builtin()) if has_more else load_packs(folders)
        _write(file, kept)
    return kept


def cache_folder() -> Path:
    """The folder for caches of this system: ``$XDG_CACHE_HOME``, ``~/.cache`` or its equivalent, plus ``cleaner``."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "cleaner"


def _key(folders: Sequence[Path]) -> str:
    code = [
        Path(str(module.__file__))
        for module in (load, keys, beginnings, check, host_names, rule, wrap, fold, sys.modules[__name__])
    ]
    digest = hashlib.sha256(str(builtin_folder()).encode("utf-8", "surrogateescape"))
    for path in (*code, *_files(folders)):
        digest.update(str(path).encode("utf-8", "surrogateescape") + b"\0")
        with contextlib.suppress(OSError):  # unreadable files are reported when the packs are loaded
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield folder
        yield from pack_files(folder)
        yield from pack_files(folder / "lang")


def _read(file: Path) -> Packs | None:
    try:
        if not _is_private(file.parent) or not _is_private(file):
            return None
        return _from_plain(json.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _is_private(path: Path) -> bool:
    if os.name != "posix":
        return True  # other users cannot write to the profile of a Windows user
    status = path.lstat()
    return status.st_uid == os.getuid() and not status.st_mode & _WRITABLE_BY_OTHERS


def _write(file: Path, kept: Packs) -> None:
    with contextlib.suppress(OSError, RuntimeError):  # without a home folder, space or permission there is no cache
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in sorted(file.parent.glob("packs-*.json"), key=os.path.getmtime)[:-_OTHERS]:
            old.unlink()
        data = json.dumps(_to_plain(kept)).encode("ascii")
        atomic.replace_file(str(file), data, file.parent, 0o600, prefix="new-")


def _to_plain(kept: Packs) -> dict[str, Any]:
    return {
        "rules": [asdict(rule) for rule in kept.rules],
        "sections": [asdict(section) for section in kept.sections],
        "summaries": dict(kept.summaries),
        "digest": kept.digest,
        "categories": {name: asdict(category) for name, category in kept.categories.items()},
    }


def _from_plain(plain: Mapping[str, Any]) -> Packs:
    return Packs(
        tuple(_rule(row) for row in plain["rules"]),
        tuple(Section(**_with_tuples(row)) for row in plain["sections"]),
        plain["summaries"],
        plain["digest"],
        categories={name: Category(**_with_tuples(row)) for name, row in plain["categories"].items()},
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    patterns = tuple(Pattern(**_with_tuples(pattern)) for pattern in row["patterns"])
    return Rule(**{**_with_tuples(row), "patterns": patterns, "where": Where(**_with_tuples(row["where"]))})


def _with_tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
