"""Running tests on mutants, each in a fork of a process that has imported the tests, for ``bench.mutants``."""

from __future__ import annotations

import ast
import importlib
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import Any

import pytest

from bench.mutate import NO_EDIT, ROOT, Mutant, put

CPU_SECONDS = 5  # for a mutant, beside ten times what the tests take; a loop without an end counts as noticed
WALL_SECONDS = 120
MEMORY = 4 << 30


class Runner:
    """A plugin of pytest that runs the collected tests once as they are, then once for each mutant in a fork."""

    def __init__(self, found: Sequence[Mutant]) -> None:
        self.found = found
        self.survived: list[Mutant] = []
        self.is_green = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not self.found:
            self.is_green = True
            return True
        started = time.process_time()
        for item in session.items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        if session.testsfailed or not session.items:
            return True
        cpu = CPU_SECONDS + int(10 * (time.process_time() - started))
        items = list(session.items)
        functions = dict.fromkeys(["", *[mutant.function for mutant in self.found][-1:]])
        same = [replace(self.found[0], function=name, edit=NO_EDIT) for name in functions]
        if any(_killer(mutant, session, items, cpu) is not None for mutant in same):
            return True  # what changes nothing must not be noticed: else the way of changing is
        self.is_green = True
        for mutant in self.found:
            killer = _killer(mutant, session, items, cpu)
            if killer is None:
                self.survived.append(mutant)
            elif killer >= 0:
                items.insert(0, items.pop(killer))  # what killed this one will probably kill the next
        return True


def _killer(mutant: Mutant, session: pytest.Session, items: Sequence[pytest.Item], cpu: int) -> int | None:
    """The place of the first test that fails; -1 if the process ended otherwise, None if all pass."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        os.close(reader)
        _limit(cpu)
        os.write(writer, b"%d" % _first_failure(mutant, session, items))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        answer = file.read()
    os.waitpid(pid, 0)
    return -1 if not answer else None if answer == b"-2" else int(answer)


def _limit(cpu: int) -> None:
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(WALL_SECONDS)


def _first_failure(mutant: Mutant, session: pytest.Session, items: Sequence[pytest.Item]) -> int:
    """As `_killer`, with -2 if all pass."""
    try:
        _apply(mutant)
    except Exception:  # noqa: BLE001 - the module can't be loaded
        return -1
    try:
        for n, item in enumerate(items):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if session.testsfailed:
                return n
    except BaseException:  # noqa: BLE001 - whatever a mutant does
        return -1
    return -2


def _apply(mutant: Mutant) -> None:
    old = importlib.import_module(f"cleaner.{mutant.module}")
    new = ModuleType(old.__name__)
    new.__file__, new.__package__ = old.__file__, old.__package__
    put(*mutant.edit)
    exec(compile(ast.fix_missing_locations(mutant.tree), str(old.__file__), "exec"), new.__dict__)  # noqa: S102
    if mutant.function:
        _replace(_function(old, mutant.function), _function(new, mutant.function))
        return
    known = [
        module for module in list(sys.modules.values()) if str(getattr(module, "__file__", "")).startswith(str(ROOT))
    ]
    for name, value in vars(new).items():
        before = old.__dict__.get(name)
        if isinstance(value, FunctionType) and isinstance(before, FunctionType) and value.__module__ == old.__name__:
            _replace(before, value)  # its defaults may be the constant
        elif not name.startswith("__") and not isinstance(value, type | ModuleType) and value != before:
            for module in known:
                if vars(module).get(name) is before:
                    setattr(module, name, value)


def _function(module: ModuleType, path: str) -> FunctionType:
    owner, _, name = path.rpartition(".")
    found: Any = vars(getattr(module, owner))[name] if owner else getattr(module, name)
    found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    found = getattr(found, "__wrapped__", found)
    assert isinstance(found, FunctionType)  # noqa: S101
    return found


def _replace(old: FunctionType, new: FunctionType) -> None:
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
