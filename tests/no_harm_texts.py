"""The texts of ``no_harm``: one a file, or several in a file of a language (``LANGUAGE.toml``).

In such a file each table is a text: ``why`` says why it is hard, ``text`` is the text after the first line end.
``crlf`` gives it Windows line ends, ``open`` takes the last line end away. ``xfail.toml`` lists what fails today, by
cause.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "no_harm"
FAILING = FOLDER / "xfail.toml"


@lru_cache(maxsize=1)
def texts() -> dict[str, str]:
    """All texts by name: that of the file, or ``language/name``."""
    found = {path.name: path.read_bytes().decode("utf-8") for path in sorted(FOLDER.iterdir()) if _is_one(path)}
    for path in sorted(FOLDER.glob("??.toml")):
        tables = tomllib.loads(path.read_text("utf-8"))
        found |= {f"{path.stem}/{name}": _written(table) for name, table in tables.items()}
    return found


def _is_one(path: Path) -> bool:
    return path.name != "README.md" and path.suffix != ".toml"


def _written(table: dict[str, str | bool]) -> str:
    text = str(table["text"])
    if table.get("open"):
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n") if table.get("crlf") else text


@lru_cache(maxsize=1)
def causes() -> dict[str, list[str]]:
    """The names of the texts that fail today, by the reason."""
    tables = tomllib.loads(FAILING.read_text("utf-8")) if FAILING.exists() else {}
    return {table["reason"]: table["texts"] for table in tables.values()}
