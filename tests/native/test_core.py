"""The native core is built where there is a compiler, and Python runs where there is none."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from both_ways import needs_core

from cleaner import Pipeline, _native, clean
from cleaner._native import build

PAGES = Path(__file__).parents[1] / "pages"
PROSE = "Skip to main content\nRain is expected in the north of the country until Friday.\nShare this article\n"

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


@needs_core
def test_threads_share_a_pipeline():
    """Calls into the core run at the same time; each has memory of its own."""
    texts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(PAGES.glob("*.html"))]
    expected = [Pipeline().run(text) for text in texts]
    shared = Pipeline()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(shared.run, texts * 3))
    assert [(one.text, one.cuts) for one in found] == [(one.text, one.cuts) for one in expected] * 3


@needs_core
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_use_the_core(method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system has no {method}")
    _native.library()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
        assert pool.submit(_native.state).result() == _native.state()
        assert pool.submit(clean, PROSE).result() == clean(PROSE)
