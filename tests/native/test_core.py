"""The native core is built where there is a compiler, and Python runs where there is none."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from both_ways import needs_core

from cleaner import _native
from cleaner._native import build

STATE = "from cleaner import _native; print(_native.state()); print(_native.library() is not None)"


def state_of(**variables: str) -> list[str]:
    env = {name: value for name, value in os.environ.items() if name != _native.VARIABLE} | variables
    done = subprocess.run([sys.executable, "-c", STATE], env=env, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@needs_core
def test_the_library_is_of_this_code():
    assert _native.library().digest == build.digest(), "out of date; run `make native`"


@needs_core
def test_a_variable_switches_the_library_off():
    assert state_of()[1] == "True"
    assert state_of(CLEANER_NATIVE="0") == ["off, CLEANER_NATIVE=0; pure Python runs", "False"]


def test_without_a_compiler_there_is_an_error_and_no_library(tmp_path, monkeypatch):
    target = tmp_path / build.NAME
    target.write_bytes(b"of other code")
    for compiler in ("no-such-compiler", f'"{sys.executable}" -c "raise SystemExit(3)"'):
        monkeypatch.setenv("CC", compiler)
        with pytest.raises(build.BuildError):
            build.build(target)
        assert list(tmp_path.iterdir()) == []


def test_a_damaged_library_is_reported_and_python_runs(tmp_path, monkeypatch):
    damaged = tmp_path / build.NAME
    damaged.write_bytes(b"not a library")
    monkeypatch.setattr(_native, "_FILE", damaged)
    monkeypatch.delenv(_native.VARIABLE, raising=False)
    _native._load.cache_clear()
    try:
        assert _native.library() is None
        assert "could not be loaded" in _native.state()
        monkeypatch.setattr(_native, "_FILE", tmp_path / "none")
        _native._load.cache_clear()
        assert _native.library() is None
        assert "not built" in _native.state()
    finally:
        monkeypatch.undo()
        _native._load.cache_clear()
