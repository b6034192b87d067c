"""Replacing a file as a whole or not at all."""

from __future__ import annotations

import os
import tempfile


def replace_file(target: str, data: bytes, folder: str | os.PathLike[str], mode: int, *, prefix: str) -> None:
    """Write ``data`` to a new file in ``folder``, and rename it to ``target``, which then has ``mode``.

    ``folder`` is on the same disk. A process that is killed leaves at most a file that begins with ``prefix``. Raises
    `OSError`; then ``target`` is as before.
    """
    handle, part = tempfile.mkstemp(dir=folder, prefix=prefix)
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
