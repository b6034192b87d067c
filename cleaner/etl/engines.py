"""Engines that may be installed: found, and new enough, or one line that says what to install."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from cleaner.errors import ConfigError
from cleaner.tables import ADAPTERS, library_of, table_cure

DISTRIBUTION = "boilerplate-cleaner"
"""What pip knows the package as."""

PLACES = {"ray": "ray", "spark": "pyspark"}
"""Where a run may take place besides this machine, and the module that it takes."""


def need(name: str) -> Any:
    """The module ``name``, the library of an adapter. Raises `ConfigError` if it is not installed or too old."""
    adapter = next(adapter for adapter in ADAPTERS if adapter.library == name)
    least = adapter.min_version
    cure = f"pip install '{DISTRIBUTION}[{adapter.extra}]'"
    wanted = ".".join(map(str, least))
    try:
        found = version(name)
        module = import_module(name)
    except (PackageNotFoundError, ImportError) as error:
        raise ConfigError(f"{name} is not installed: {cure}") from error
    if tuple(map(int, re.findall(r"\d+", found)[: len(least)])) < least:
        raise ConfigError(f"{name} {found} is too old, {wanted} or newer is needed: {cure}")
    return module


def wrong_type(caller: str, given: object, wanted: str) -> TypeError:
    """The error of a function that was handed what it can't clean: what that is, what it takes, and the cure."""
    kind = type(given)
    if isinstance(given, str | bytes | bytearray | memoryview):
        cure = "; one text is cleaned by cleaner.clean"
    elif isinstance(given, dict):
        cure = "; make a table of it: pyarrow.table(columns)"
    elif isinstance(given, list | tuple):
        cure = "; make a table of it: pyarrow.Table.from_pylist(rows)"
    else:
        cure = table_cure(given)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{library_of(given)}.{kind.__qualname__}"
    return TypeError(f"{caller} takes {wanted}, not {name}{cure}")
