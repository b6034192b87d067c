"""Stages of users, by their import paths: found, checked, and hashed."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Sequence
from functools import reduce
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType

from cleaner.errors import ConfigError, nearest
from cleaner.stages.base import Stage, fault_of

StageOption = str | type[Stage] | Stage
"""A stage as an option names it: an import path such as ``mypkg.mine:Desk``, a class, or a stage that is made."""

_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def check_stage(option: object) -> None:
    """Raises `ConfigError` for what no option can name; nothing is imported."""
    if isinstance(option, str):
        if not _PATH.fullmatch(option):
            raise ConfigError(
                f"{option!r} is not the import path of a stage; write module:Class, as in mypkg.mine:Desk"
            )
    elif fault := fault_of(option):
        raise ConfigError(fault)
    else:
        try:
            hash(option)
        except TypeError as error:
            raise ConfigError(f"{stage_path(option)} has no hash; give its class or its import path") from error


def load_stage(option: StageOption, folder: str = "") -> type[Stage] | Stage:
    """The stage that an option names.

    A module that is not installed is looked for in ``folder``, else in the working folder, which are then added to the
    end of `sys.path`: what is installed goes first. Raises `ConfigError` for a path that leads to no stage, and with
    the reason if the import fails.
    """
    check_stage(option)
    if not isinstance(option, str):
        return option
    name, _, path = option.partition(":")
    module = _module(option, name, folder)
    try:
        found = reduce(getattr, path.split("."), module)
    except AttributeError as error:
        near = nearest(path, [name for name, value in vars(module).items() if not fault_of(value)], cutoff=0.3)
        raise ConfigError(f"{option!r}: module {name!r} has no {path!r}{near}") from error
    if fault := fault_of(found):
        raise ConfigError(f"{option!r}: {fault}")
    stage: type[Stage] | Stage = found  # type: ignore[assignment]
    return stage


def stage_path(option: object) -> str:
    """The import path of a stage, for reports and messages."""
    if isinstance(option, str):
        return option
    kind = option if isinstance(option, type) else type(option)
    return f"{kind.__module__}:{kind.__qualname__}"


def source_digest(stages: Sequence[Stage]) -> bytes:
    """The hash of what users' stages are made of: their paths, versions and modules. Shipped stages have a release."""
    digest = hashlib.sha256()
    for stage in stages:
        digest.update(f"{stage_path(stage)}\0{getattr(stage, 'version', '')}\0".encode())
        file = getattr(sys.modules.get(type(stage).__module__), "__file__", None)
        if file:
            try:
                digest.update(Path(file).read_bytes())
            except OSError:
                continue  # in a zip file, or gone: the version has to say it
    return digest.digest()


def _module(option: str, name: str, folder: str) -> ModuleType:
    found = _import(option, name)
    place = os.path.abspath(folder or os.curdir)
    if found is None and place not in sys.path:
        sys.path.append(place)
        invalidate_caches()
        found = _import(option, name)
        if found is None:
            sys.path.remove(place)
    if found is None:
        raise ConfigError(f"{option!r}: there is no module {name!r}; install it, or put it into {place}")
    return found


def _import(option: str, name: str) -> ModuleType | None:
    """A module, or None if it is not there. Raises `ConfigError` if it is there and can't be imported."""
    try:
        return import_module(name)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name and f"{name}.".startswith(f"{error.name}."):
            return None
        what = f"{type(error).__name__}: {error}"
        raise ConfigError(f"{option!r}: importing {name!r} failed: {what}") from error
