"""Mutants of a module: changes in one small place, for ``bench.mutants``."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

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

    ``edit`` are the arguments of `put`, which makes the change in ``tree``.
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


NO_EDIT: tuple[ast.AST, str, int | None, Any] = (ast.Module([], []), "body", None, [])
"""An edit of a tree that nobody reads."""


def mutants(module: str) -> list[Mutant]:
    """All mutants of a module, in the order of its source."""
    tree = ast.parse(ROOT.joinpath("cleaner", *module.split(".")).with_suffix(".py").read_text("utf-8"))
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for function, top in _scopes(tree):
        for owner, field, at, new in _changes(top, in_function=bool(function)):
            old = put(owner, field, at, new)
            shown_after = _shown(owner, new)
            put(owner, field, at, old)
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


def put(owner: ast.AST, field: str, at: int | None, new: Any) -> Any:
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
