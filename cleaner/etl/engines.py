"""Importing optional engines, with an error that says what to install if an engine is missing or too old."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from cleaner.errors import ConfigError
from cleaner.tables import ADAPTERS, library_of, table_cure

DISTRIBUTION = "boilerplate-cleaner"
"""The name of the package for pip."""

PLACES = {"ray": "ray", "spark": "pyspark"}
"""The places to run other than this machine, and the module that each needs."""


def need(name: str) -> Any:
    """The module ``name``, the library of an adapter. Raises `ConfigError` if it is not installed or too old."""
    adapter = next(adapter for adapter in ADAPTERS if adapter.library == name)
    min_version = adapter.min_version
    cure = f"pip install '{DISTRIBUTION}[{adapter.extra}]'"
    wanted = ".".join(map(str, min_version))
    try:
        found = version(name)
        module = import_module(name)
    except (PackageNotFoundError, ImportError) as error:
        raise ConfigError(f"{name} is not installed; {cure}") from error
    if tuple(map(int, re.findall(r"\d+", found)[: len(min_version)])) < min_version:
        raise ConfigError(f"{name} {found} is too old, {wanted} or newer is needed; {cure}")
    return module


def wrong_type(caller: str, given: object, wanted: str) -> TypeError:
    """The error of ``caller``, which takes ``wanted`` and not the type of ``given``; it includes the cure."""
    kind = type(given)
    if isinstance(given, str | bytes | bytearray | memoryview):
        cure = "; to clean one text, use cleaner.clean"
    elif isinstance(given, dict):
        cure = "; convert it to a table: pyarrow.table(columns)"
    elif isinstance(given, list | tuple):
        cure = "; convert it to a table: pyarrow.Table.from_pylist(rows)"
    else:
        cure = table_cure(given)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{library_of(given)}.{kind.__qualname__}"
    return TypeError(f"{caller} takes {wanted}, not {name}{cure}")
