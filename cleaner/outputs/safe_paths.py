"""Paths that come from data and must stay inside the folder they are joined to."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cleaner.errors import OutputError

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_DRIVE = re.compile(r"[a-zA-Z]:")


def safe_path(source: str, *, windows: bool = os.name == "nt") -> Path:
    """``source`` as a path that stays inside the folder it is joined to. Raises `OutputError` if it does not."""
    parts = re.split(r"[/\\]" if windows else "/", source)
    is_outside = (
        source.startswith("/") or ".." in parts or (windows and (source.startswith("\\") or _DRIVE.match(source)))
    )
    if not source or "\0" in source or is_outside:
        raise OutputError(
            f"{source!r} is not a path below the target folder; the documents were changed, or come from another system"
        )
    try:
        os.fsencode(source)
    except UnicodeEncodeError as error:
        raise OutputError(f"{source!r} can't be the name of a file; the documents were changed") from error
    if windows and any(_DEVICES.fullmatch(part) or part[-1:] in (".", " ") for part in parts):
        raise OutputError(f"{source!r} is not a file name on Windows; restore on another system")
    return Path(source)
