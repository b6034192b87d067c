"""The native core: a library in plain C that computes what the Python code computes, to the last bit, but faster.

Python is the reference: each native function has its Python twin, which runs where there is no library. There is none
if the package was built without a C compiler, and none is used if the environment variable ``CLEANER_NATIVE`` is 0.
All functions are pure: they have no state, so threads, forked and spawned processes may call them at any time.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

VARIABLE = "CLEANER_NATIVE"
"""The environment variable that switches the library off (``0``), or names another file of it."""

_SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
_FILE = Path(__file__).with_name(f"core{_SUFFIX}")
_GIVEN = os.environ.get(VARIABLE, "")
_POINTER, _NUMBER = ctypes.c_void_p, ctypes.c_int64


class Library:
    """The functions of the library. Pointers are integers: the addresses of arrays that the caller keeps alive."""

    def __init__(self, path: Path) -> None:
        """Raises `OSError` if the file can't be loaded, `AttributeError` if a function is missing."""
        self._loaded = ctypes.CDLL(str(path))
        self._loaded.cleaner_digest.restype = ctypes.c_char_p
        self.digest = bytes(self._loaded.cleaner_digest()).decode()
        """The hash of the C code that it was built from."""
        self.trees = self._function("cleaner_trees", "pnnppnnp")
        self.reasons = self._function("cleaner_reasons", "pnnpppnppp")
        self.table = self._function("cleaner_table", "p")
        self.table_size = self._function("cleaner_table_size", "")()
        """Bytes of the structure that `table` reads."""
        form = self._function("cleaner_column_form", "n")
        self.columns = {name: chr(form(i)) for i, name in enumerate(self._names("cleaner_column"))}
        """The columns of `table` in order, and what numpy still does to each (``table.h``)."""
        self.groups = self._names("cleaner_group")
        """The groups of `table`, in order."""
        self.set = self._function("cleaner_set", "pnpnpp")
        self.edges = self._function("cleaner_edges", "pnpp")
        self.bits = self._function("cleaner_bits", "pnp")
        self.unknown = self._function("cleaner_unknown", "pnpp")
        self.match = self._function("cleaner_match", "ppnpnppn")
        self.matcher_size = self._function("cleaner_matcher_size", "")()
        """Bytes of the structure that `match` reads."""
        self.sums = self._function("cleaner_sums", "pnpn")
        self.wording = self._function("cleaner_wording", "ppnpnpn")
        self.names = self._function("cleaner_names", "pnppn")
        self.known_size = self._function("cleaner_known_size", "")()
        """Bytes of the structure that `names` reads."""
        self.selected = self._function("cleaner_selected", "ppnpnpn")
        self.selectors_size = self._function("cleaner_selectors_size", "")()
        """Bytes of the structure that `selected` reads."""
        self.has = self._function("cleaner_has", "pnpn")
        self.excess = self._function("cleaner_excess", "pnppnnnnpn")
        self.lines = self._function("cleaner_lines", "p")
        self.lines_size = self._function("cleaner_lines_size", "")()
        """Bytes of the structure that `lines` reads."""
        self.walk = self._function("cleaner_walk", "pp")
        self.free_page = self._function("cleaner_page_free", "p")
        self.free_page.restype = None  # type: ignore[attr-defined]
        self.walk_size = self._function("cleaner_walk_size", "")()
        """Bytes of the structure that `walk` reads."""

    def _names(self, name: str) -> list[str]:
        """The names that a function returns for 0, 1 and so on."""
        found = self._loaded[name]
        found.restype, found.argtypes = ctypes.c_char_p, [_NUMBER]
        return [text.decode() for text in iter(map(found, count()).__next__, None)]

    def _function(self, name: str, arguments: str) -> Callable[..., int]:
        """A function; ``arguments`` has a letter for each: p for a pointer, n for a number."""
        found = self._loaded[name]
        found.restype = _NUMBER
        found.argtypes = [_POINTER if letter == "p" else _NUMBER for letter in arguments]
        return found


def address_of(held: Any) -> int:
    """The address of a mutable buffer that is not empty. It is valid as long as the buffer lives and keeps its size."""
    return ctypes.addressof(ctypes.c_char.from_buffer(held))


@lru_cache(maxsize=1)
def _load() -> tuple[Library | None, str]:
    """The library, if it can be used, and in words which one runs."""
    given = os.environ.get(VARIABLE)
    if given == "0":
        return None, f"off, {VARIABLE}=0; pure Python runs"
    file = Path(given) if given else _FILE
    if not file.exists():
        return None, "not built, because the installation found no C compiler; pure Python runs"
    try:
        library = _loaded(file)
    except (OSError, AttributeError, ValueError) as error:
        return None, f"{file} could not be loaded ({error}); pure Python runs"
    return library, f"on, built from code {library.digest}"


@lru_cache(maxsize=4)
def _loaded(file: Path) -> Library:
    return Library(file)


def library() -> Library | None:
    """The library, or None where Python does the work."""
    return _load()[0]


def state() -> str:
    """Which one runs, and why: for `cleaner --version --verbose`."""
    return _load()[1]


def use(*, native: bool) -> None:
    """Switch the library on or off in this process, for tests and measurements. It stays off where there is none."""
    _load.cache_clear()
    os.environ[VARIABLE] = (_GIVEN if _GIVEN != "0" else "") if native else "0"
