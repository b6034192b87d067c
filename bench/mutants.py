"""Mutation test: change the program in one small place at a time, and see whether its tests notice.

    python -m bench.mutants                     # every module in MODULES
    python -m bench.mutants guard.lone --show   # one of them, with the mutants that survived
    python -m bench.mutants --every 10 --seed 3 # a tenth of the mutants, another tenth for each seed

What is changed, how equivalent mutants are listed, and what the table means is in bench/README.md. The tests are
imported and run once; then each mutant runs them in a fork of that process, until the first failure. A mutant changes
the code of one function (or one constant of a module) in place, so nothing is imported again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.mutate import ROOT, Mutant, mutants
from bench.mutation_run import Runner

EQUIVALENT = Path(__file__).with_name("mutants_equivalent.toml")
_GUARD = ("tests/engine/test_guard.py", "tests/engine/test_page_guard.py")
MODULES = {
    "resolve": ("tests/engine/test_resolve.py",),
    "gaps": ("tests/engine/test_gaps.py",),
    **{
        f"guard.{name}": _GUARD
        for name in (
            "about",
            "case",
            "emptied",
            "headings",
            "judge",
            "known",
            "lists",
            "lone",
            "markup",
            "prose",
            "shapes",
            "share",
        )
    },
    "ledger": ("tests/batch/test_ledger.py", "-k", "not pyarrow"),
    "decode": ("tests/engine/test_decode.py", "-k", "not any_declared_encoding and not hostile"),
    "run.checkpoint": ("tests/batch/test_checkpoint.py",),
    "lint.fix": ("tests/lint/test_fix.py",),
    "cuts": ("tests/engine/test_cuts.py",),
    "evidence": ("tests/engine/test_evidence.py",),
    "segment.forms": ("tests/engine/test_form_kinds.py",),
    "segment.rest": ("tests/engine/test_form_kinds.py",),
}
"""The modules, and what pytest is given to run the tests that hold their promises: fast tests, in one process."""

Key = tuple[str, str, str]
"""Module, function and change of a mutant."""


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(MODULES)}; default: all")
    parser.add_argument("--function", default="", help="only mutants of functions whose name contains this")
    parser.add_argument("--every", type=int, default=1, help="take every n-th mutant only")
    parser.add_argument("--seed", type=int, default=0, help="with --every: which of each n to take")
    parser.add_argument("--show", action="store_true", help="print the mutants that survived")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the mutants that survived to this file")
    parser.add_argument("--again", type=Path, metavar="FILE", help="run only the mutants in a file that --save wrote")
    parser.add_argument("--list", action="store_true", help="print the mutants and run nothing")
    options = parser.parse_args()
    if unknown := set(options.modules) - set(MODULES):
        parser.error(f"no module of that name: {', '.join(sorted(unknown))}; choose from {', '.join(MODULES)}")
    return options


def chosen(made: Sequence[Mutant], options: argparse.Namespace) -> list[Mutant]:
    """The mutants that the options ask for."""
    again = {tuple(key) for key in json.loads(options.again.read_text("utf-8"))} if options.again else None
    found = [m for m in made if options.function in m.function and (again is None or m.key in again)]
    return found[options.seed % options.every :: options.every]


def main() -> int:
    options = read_arguments()
    os.chdir(ROOT)
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    listed = {(row["module"], row["function"], row["change"]) for row in _listed()}
    rows, left = [], list[Mutant]()
    stale: list[Key] = []
    for module in options.modules or MODULES:
        made = mutants(module)
        found = chosen(made, options)
        if options.list:
            print(*(f"{m.module}:{m.line} {m.function}: {m.change}" for m in found), sep="\n")
        elif found:
            equivalent = [m for m in found if m.key in listed]
            survived = _survivors(module, [m for m in found if m.key not in listed])
            left += survived
            killed = len(found) - len(equivalent) - len(survived)
            rows.append((module, len(found), killed, len(equivalent), len(survived)))
            stale += sorted(key for key in listed - {m.key for m in made} if key[0] == module)
    for m in left if options.show else ():
        print(f"cleaner/{m.module.replace('.', '/')}.py:{m.line} {m.function or '(module)'}: {m.change}")
    for key in stale:
        print(f"{EQUIVALENT.name} lists a mutant that is not made: {key}")
    if options.save:
        options.save.write_text(json.dumps([m.key for m in left], indent=1), "utf-8")
    if rows:
        print(table(rows))
    return int(bool(left or stale))


def _listed() -> list[dict[str, str]]:
    return tomllib.loads(EQUIVALENT.read_text("utf-8")).get("equivalent", []) if EQUIVALENT.exists() else []


def _survivors(module: str, found: list[Mutant]) -> list[Mutant]:
    """Run the tests of a module in a process of their own: they must not warm up or change what others see."""
    started = time.monotonic()
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        runner = Runner(found)
        with open(os.devnull, "w") as nowhere:
            sys.stdout = nowhere
            pytest.main(["-p", "no:cacheprovider", "-p", "no:xdist", "-q", *MODULES[module]], plugins=[runner])
        verdict = {"is_green": runner.is_green, "survived": [found.index(m) for m in runner.survived]}
        os.write(writer, json.dumps(verdict).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        answer = file.read()
    os.waitpid(pid, 0)
    result: dict[str, Any] = json.loads(answer) if answer else {"is_green": False}
    if not result["is_green"]:
        raise SystemExit(f"{module}: the tests fail without any mutant; run pytest {' '.join(MODULES[module])}")
    print(f"{module}: {len(found)} mutants in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return [found[n] for n in result["survived"]]


def table(rows: Sequence[tuple[str, int, int, int, int]]) -> str:
    """The table of results; the share leaves equivalent mutants out."""
    lines = ["", f"{'module':<18}{'mutants':>9}{'killed':>9}{'equivalent':>12}{'survived':>10}{'share killed':>14}"]
    sums = [sum(counts) for counts in zip(*(row[1:] for row in rows), strict=True)]
    for name, (number, killed, equivalent, survived) in [*((name, counts) for name, *counts in rows), ("all", sums)]:
        share = killed / (killed + survived) if killed + survived else 1.0
        lines.append(f"{name:<18}{number:>9}{killed:>9}{equivalent:>12}{survived:>10}{share:>13.1%}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
