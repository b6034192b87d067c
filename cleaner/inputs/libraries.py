"""Libraries that only some files need: whether they are installed, and how to install them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from cleaner.errors import ConfigError
from cleaner.inputs.find import PAGES

_SHOWN = 3  # inputs named in the message
_DISTRIBUTION = "boilerplate-cleaner"


class Library(NamedTuple):
    """A library: the name of its module and package, what needs it, and the extra that installs it, if any."""

    module: str
    needed_by: str
    extra: str = ""

    @property
    def cure(self) -> str:
        """What to do if the library is missing: a command."""
        of_extra = f" (or pip install '{_DISTRIBUTION}[{self.extra}]')" if self.extra else ""
        return f"pip install {self.module}{of_extra}"

    @property
    def missing(self) -> str:
        """The error of an input that needs the library, if it is missing."""
        return f"needs the library {self.module}, which is not installed"

    @property
    def is_there(self) -> bool:
        """Whether the library is installed. It is not imported."""
        if self.module in sys.modules:
            return sys.modules[self.module] is not None
        try:
            return find_spec(self.module) is not None
        except (ImportError, ValueError):
            return False

    def load(self, *modules: str) -> Any:
        """Import the library and its submodules ``modules``. Raises `ConfigError` if it is missing."""
        try:
            for module in modules:
                import_module(f"{self.module}.{module}")
            return import_module(self.module)
        except ImportError as error:
            raise ConfigError(f"{self.needed_by} need the library {self.module}: {self.cure}") from error


PYARROW = Library("pyarrow", "Parquet files", "parquet")
ZSTANDARD = Library("zstandard", "files that end in .zst", "zstd")
FASTWARC = Library("fastwarc", "web archives")

_BY_FORMAT = {"parquet": PYARROW, "warc": FASTWARC}
LIBRARIES = (PYARROW, ZSTANDARD, FASTWARC)


def missing_library(name: str, format: str) -> Library | None:
    """The missing library that a file named ``name`` in ``format`` needs; None if none is missing."""
    is_packed = name.lower().endswith(".zst") and (format != "whole" or name.lower()[:-4].endswith(PAGES))
    wanted = _BY_FORMAT.get(format) or (ZSTANDARD if is_packed else None)
    return wanted if wanted and not wanted.is_there else None


def is_any_missing() -> bool:
    """Whether any library that inputs may need is missing."""
    return not all(library.is_there for library in LIBRARIES)


def refuse_missing(inputs: Iterable[tuple[str, str, str]]) -> None:
    """Raises `ConfigError` if a library is missing, with its name and the names of the inputs that need it.

    ``inputs`` are triples: id, name and format of an input.
    """
    needing: dict[Library, list[str]] = {}
    counts: dict[Library, int] = {}
    for id, name, format in inputs:
        if library := missing_library(id, format):
            counts[library] = counts.get(library, 0) + 1
            if counts[library] <= _SHOWN:
                needing.setdefault(library, []).append(name)
    if not needing:
        return
    problems = [_problem(library, counts[library], names) for library, names in needing.items()]
    cure = "or pass --skip-unreadable to list these inputs in failed.jsonl and clean the others"
    raise ConfigError(f"{'; '.join(problems)}; {cure}")


def _problem(library: Library, count: int, names: list[str]) -> str:
    shown = ", ".join(names)
    more = f" and {count - len(names):,} more" if count > len(names) else ""
    inputs = f"1 input needs it: {shown}" if count == 1 else f"{count:,} inputs need it: {shown}{more}"
    return f"the library {library.module} is not installed, and {inputs}; {library.cure}"
