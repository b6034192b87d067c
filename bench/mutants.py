"""Mutation test: change the program in one small place at a time, and see whether its tests notice.

    python bench/mutants.py                     # every module in MODULES
    python bench/mutants.py guard.lone --show   # one of them, with the mutants that survived
    python bench/mutants.py --every 10 --seed 3 # a tenth of the mutants, another tenth for each seed

What is changed, how equivalent mutants are listed, and what the table means is in bench/README.md. The tests are
imported and run once; then each mutant runs them in a fork of that process, until the first failure. A mutant changes
the code of one function (or one constant of a module) in place, so nothing is imported again.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import os
import resource
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
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

CPU_SECONDS = 5  # for a mutant, beside ten times what the tests take; a loop without an end counts as noticed
WALL_SECONDS = 120
MEMORY = 4 << 30

_COMPARED = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}  # fmt: skip
_COMPUTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Mod: ast.Mult, ast.LShift: ast.RShift,
}  # fmt: skip
_CALLED = {"any": "all", "all": "any", "min": "max", "max": "min", "bisect_left": "bisect_right",
           "bisect_right": "bisect_left", "startswith": "endswith", "endswith": "startswith"}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A change of one node: in which function ("" for a constant of the module), what was, and what is instead.

    ``edit`` are the arguments of `_put`, which makes the change in ``tree``.
    """

    module: str
    function: str
    change: str
    line: int
    tree: ast.Module
    edit: tuple[ast.AST, str, int | None, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.module, self.function, self.change


_NO_EDIT = (ast.Module([], []), "body", None, [])
"""An edit of a tree that nobody reads."""


# Making mutants


def mutants(module: str) -> list[Mutant]:
    """All mutants of a module, in the order of its source."""
    tree = ast.parse(ROOT.joinpath("cleaner", *module.split(".")).with_suffix(".py").read_text("utf-8"))
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for function, top in _scopes(tree):
        for owner, field, at, new in _changes(top, in_function=bool(function)):
            old = _put(owner, field, at, new)
            shown_after = _shown(owner, new)
            _put(owner, field, at, old)
            change = f"{_shown(owner, old)} -> {shown_after}"
            seen[function, change] += 1
            if seen[function, change] > 1:
                change += f" #{seen[function, change]}"
            found.append(Mutant(module, function, change, getattr(old, "lineno", 0), tree, (owner, field, at, new)))
    return found


def _scopes(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Functions and methods with their names, and the assignments of the module."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from (
                (f"{node.name}.{method.name}", method) for method in node.body if isinstance(method, ast.FunctionDef)
            )
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) != "__all__":
            yield "", node


def _changes(top: ast.AST, *, in_function: bool) -> Iterator[tuple[ast.AST, str, int | None, ast.AST | None]]:
    """Where to put what: the owner of the node, its field and place there, and the new node (None: without it)."""
    is_list = isinstance(top, ast.Assign) and isinstance(top.targets[0], ast.Name)
    rows = {id(part) for node in ast.walk(top) for part in (*getattr(node, "elts", ()), getattr(node, "slice", None))}
    for owner, field, at, node in _nodes(top):
        for new in _instead(node, owner, field, in_function=in_function):
            if new is None and (not is_list or id(owner) in rows):
                continue
            yield owner, field, at, ast.copy_location(new, node) if new else None


def _nodes(owner: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(owner):
        if field in ("annotation", "returns", "decorator_list") or (isinstance(owner, ast.Raise)):
            continue
        if isinstance(owner, ast.keyword) and owner.arg == "strict":
            continue  # says what always holds
        for at, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(node, ast.AST) and not _is_docstring(node):
                yield owner, field, at, node
                yield from _nodes(node)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _instead(node: ast.AST, owner: ast.AST, field: str, *, in_function: bool) -> Iterator[Any]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=comparators):
            yield from (ast.Compare(left, [other()], comparators) for other in _COMPARED.get(type(op), ()))
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for n, op in enumerate(ops):
                for other in _COMPARED.get(type(op), ()):
                    yield ast.Compare(left, [*ops[:n], other(), *ops[n + 1 :]], comparators)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
            for n in range(len(values)):
                rest = [*values[:n], *values[n + 1 :]]
                yield ast.BoolOp(op, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _COMPUTED:
            if not isinstance(left, ast.JoinedStr):
                yield ast.BinOp(left, _COMPUTED[type(op)](), right)
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in _COMPUTED:
            yield ast.AugAssign(target, _COMPUTED[type(op)](), value)
            yield ast.Pass()
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
            if not in_function and value:
                yield ast.Constant(value - 1)
        case ast.Constant(value=float() as value):
            yield ast.Constant(value * 1.25)
            yield ast.Constant(value * 0.75)
        case ast.Constant(value=str() as value) if in_function and not isinstance(owner, ast.JoinedStr):
            yield ast.Constant(f"{value}x")
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in _CALLED:
            yield ast.Call(ast.Name(_CALLED[name], ast.Load()), args, keywords)
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=args, keywords=keywords) if name in _CALLED:
            yield ast.Call(ast.Attribute(value, _CALLED[name], ast.Load()), args, keywords)
        case ast.Call(func=ast.Name(id="sorted"), args=args):
            yield ast.Call(ast.Name("list", ast.Load()), args, [])
        case (
            ast.Expr()
            | ast.Continue()
            | ast.Break()
            | ast.Raise()
            | ast.Assign(targets=[ast.Subscript() | ast.Attribute()])
        ):
            yield ast.Pass()
        case ast.Return() if isinstance(owner, ast.If | ast.For | ast.While | ast.Try):
            yield ast.Pass()
        case ast.expr() if field in ("test", "ifs") and not isinstance(node, ast.Constant):
            yield ast.UnaryOp(ast.Not(), node)
    if not in_function and field in ("elts", "values") and isinstance(owner, ast.Tuple | ast.Set | ast.List | ast.Dict):
        yield None


def _put(owner: ast.AST, field: str, at: int | None, new: Any) -> Any:
    """Set a node, or take it out for None; returns what restores it."""
    value = getattr(owner, field)
    if at is None:
        setattr(owner, field, new)
        return value
    if new is None:
        old = value.pop(at)
        key = owner.keys.pop(at) if isinstance(owner, ast.Dict) else None
        return _Gone(old, key)
    if isinstance(new, _Gone):
        value.insert(at, new.node)
        if isinstance(owner, ast.Dict):
            owner.keys.insert(at, new.key)
        return None
    old, value[at] = value[at], new
    return old


@dataclass(frozen=True)
class _Gone:
    """A node that was taken out of a list, with its key if that is a table."""

    node: ast.AST
    key: ast.expr | None

    @property
    def lineno(self) -> int:
        return getattr(self.node, "lineno", 0)


def _shown(owner: ast.AST, node: Any) -> str:
    """A node as source on one line; of what means little alone, what it is part of."""
    if node is None:
        return "(left out)"
    if isinstance(node, _Gone):
        return ast.unparse(node.key or node.node)
    if isinstance(node, ast.Constant) and isinstance(
        owner, ast.expr | ast.keyword | ast.Assign | ast.Return | ast.AugAssign
    ):
        text = ast.unparse(owner)
        return " ".join(text.split()) if len(text) < 100 else ast.unparse(node)
    return " ".join(ast.unparse(node).split())


# Running them


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
        same = [replace(self.found[0], function=name, edit=_NO_EDIT) for name in functions]
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
        told = file.read()
    os.waitpid(pid, 0)
    return -1 if not told else None if told == b"-2" else int(told)


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
    _put(*mutant.edit)
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
    found = getattr(found, "fget", None) or getattr(found, "func", None) or getattr(found, "__func__", None) or found
    found = getattr(found, "__wrapped__", found)
    assert isinstance(found, FunctionType)  # noqa: S101
    return found


def _replace(old: FunctionType, new: FunctionType) -> None:
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


# The command


def main() -> int:
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
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    listed = {(row["module"], row["function"], row["change"]): row["why"] for row in _listed()}
    again = {tuple(key) for key in json.loads(options.again.read_text("utf-8"))} if options.again else None
    rows, left = [], list[Mutant]()
    is_good = True
    for module in options.modules or MODULES:
        made = mutants(module)
        found = [m for m in made if options.function in m.function and (again is None or m.key in again)]
        found = found[options.seed % options.every :: options.every]
        if options.list:
            print(*(f"{m.module}:{m.line} {m.function}: {m.change}" for m in found), sep="\n")
            continue
        if not found:
            continue
        equivalent = [m for m in found if m.key in listed]
        survived = _survivors(module, [m for m in found if m.key not in listed])
        left += survived
        killed = len(found) - len(equivalent) - len(survived)
        rows.append((module, len(found), killed, len(equivalent), len(survived)))
        stale = [key for key in listed if key[0] == module and key not in {m.key for m in made}]
        is_good = is_good and not survived and not stale
        for m in survived if options.show else ():
            print(f"cleaner/{module.replace('.', '/')}.py:{m.line} {m.function or '(module)'}: {m.change}")
        for key in stale:
            print(f"{EQUIVALENT.name} lists a mutant that is not made: {key}")
    if options.save:
        options.save.write_text(json.dumps([m.key for m in left], indent=1), "utf-8")
    if rows:
        print(table(rows))
    return 0 if is_good else 1


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
        told = {"is_green": runner.is_green, "survived": [found.index(m) for m in runner.survived]}
        os.write(writer, json.dumps(told).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        answer = file.read()
    os.waitpid(pid, 0)
    result = json.loads(answer) if answer else {"is_green": False}
    if not result["is_green"]:
        raise SystemExit(f"{module}: the tests fail without any mutant; run pytest {' '.join(MODULES[module])}")
    print(f"{module}: {len(found)} mutants in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return [found[n] for n in result["survived"]]


def table(rows: Sequence[tuple[str, int, int, int, int]]) -> str:
    """The table of results; the share leaves equivalent mutants out."""
    lines = ["", f"{'module':<18}{'mutants':>9}{'killed':>9}{'equivalent':>12}{'survived':>10}{'share killed':>14}"]
    sums = [sum(row[n] for row in rows) for n in range(1, 5)]
    for name, number, killed, equivalent, survived in [*rows, ("all", *sums)]:
        share = killed / (killed + survived) if killed + survived else 1.0
        lines.append(f"{name:<18}{number:>9}{killed:>9}{equivalent:>12}{survived:>10}{share:>13.1%}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
