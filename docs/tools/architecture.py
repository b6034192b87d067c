"""Draw the packages of the program and their imports as SVG, with arrows that point down.

The imports are read from the code; the floors at the bottom, which everything may use, from the import contract in
pyproject.toml. An arrow that others imply (a → c where a → b → c) is left out. `docs/tools/pictures.py` writes it.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PACKAGE = "cleaner"

Edge = tuple[str, str]

_GROUND = "features"  # this layer of the contract and those below it are used from everywhere
_BOX = (112, 30)  # width and height, pixels
_GAP = (22, 46)  # between boxes and between floors, pixels
_MARGIN = 20  # pixels
_SWEEPS = 8  # rounds of ordering the boxes of a floor; the order no longer changes after four
_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" \
font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="14">
<title>The packages of cleaner: each uses only what is below it</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
<path d="M0 0 8 4 0 8z" fill="#8c959f"/></marker></defs>
<rect width="100%" height="100%" rx="8" fill="#ffffff" stroke="#d0d7de"/>
"""


def contract() -> tuple[list[list[str]], set[Edge]]:
    """The layers of the import contract from the top, and the imports that it exempts."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    layers = [[name.strip() for name in layer.split("|")] for layer in found["layers"]]
    exempt = [line.replace(f"{PACKAGE}.", "").split(" -> ") for line in found["ignore_imports"]]
    return layers, {(above, below) for above, below in exempt}


def imports(names: set[str], exempt: set[Edge]) -> set[Edge]:
    """Which of the packages and modules ``names`` imports which other."""
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    for name in names:
        if graph.find_children(f"{PACKAGE}.{name}"):
            graph.squash_module(f"{PACKAGE}.{name}")
    edges = {
        (name, imported.removeprefix(f"{PACKAGE}."))
        for name in names
        for imported in graph.find_modules_directly_imported_by(f"{PACKAGE}.{name}")
    }
    return {(above, below) for above, below in edges - exempt if below in names and above != below}


def reduced(edges: set[Edge]) -> set[Edge]:
    """The edges that no path of other edges replaces. The graph has no circle."""
    below: dict[str, set[str]] = {}
    for above, under in edges:
        below.setdefault(above, set()).add(under)

    def reach(name: str) -> set[str]:
        return {end for under in below.get(name, ()) for end in (under, *reach(under))}

    return {(a, b) for a, b in edges if not any(b in reach(other) for other in below[a] - {b})}


def floors(names: Iterable[str], edges: set[Edge]) -> list[list[str]]:
    """The names by floor, the top first: each is as high as its longest way down asks for."""
    height: dict[str, int] = {}

    def high(name: str) -> int:
        if name not in height:
            height[name] = 1 + max((high(under) for above, under in edges if above == name), default=-1)
        return height[name]

    by_floor: dict[int, list[str]] = {}
    for name in sorted(names):
        by_floor.setdefault(high(name), []).append(name)
    return [by_floor[floor] for floor in sorted(by_floor, reverse=True)]


def places(rows: list[list[str]], edges: set[Edge]) -> dict[str, tuple[float, float]]:
    """The middle of each box: floors from the top, boxes ordered by the mean place of their neighbours."""
    step, width = _BOX[0] + _GAP[0], max(map(len, rows)) * (_BOX[0] + _GAP[0])
    beside: dict[str, list[str]] = {}
    for above, under in sorted(edges):
        beside.setdefault(above, []).append(under)
        beside.setdefault(under, []).append(above)
    x: dict[str, float] = {}
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            known = {name: [x[other] for other in beside.get(name, ()) if other in x] for name in row}
            row.sort(key=lambda name: (sum(known[name]) / len(known[name]) if known[name] else width / 2, name))
            start = (width - len(row) * step) / 2
            x.update({name: start + (n + 0.5) * step for n, name in enumerate(row)})
    return {
        name: (_MARGIN + x[name], _MARGIN + _BOX[1] / 2 + floor * (_BOX[1] + _GAP[1]))
        for floor, row in enumerate(rows)
        for name in row
    }


def job(name: str) -> str:
    """The first line of the docstring of a package or module."""
    path = ROOT / PACKAGE / name
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return (ast.get_docstring(ast.parse(source.read_text("utf-8"))) or "").partition("\n")[0]


def box(name: str, x: float, y: float, fill: str) -> str:
    """A box with a name; its tooltip says what the package does."""
    width, height = _BOX
    return (
        f'<g><title>{escape(job(name))}</title><rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width}" '
        f'height="{height}" rx="5" fill="{fill}" stroke="#57606a"/>'
        f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" fill="#24292f">{name}</text></g>'
    )


def arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    """A line from the bottom of one box to the top of another."""
    (x, y), (to_x, to_y) = (start[0], start[1] + _BOX[1] / 2), (end[0], end[1] - _BOX[1] / 2)
    bend = min((to_y - y) * 0.6, _GAP[1] * 1.5)
    return (
        f'<path d="M{x:.1f} {y:.1f}C{x:.1f} {y + bend:.1f} {to_x:.1f} {to_y - bend:.1f} {to_x:.1f} {to_y:.1f}" '
        'fill="none" stroke="#8c959f" marker-end="url(#tip)"/>'
    )


def picture() -> str:
    """The drawing, with the ground floor as one band."""
    layers, exempt = contract()
    at = next(n for n, layer in enumerate(layers) if _GROUND in layer)
    upper, ground = {name for layer in layers[:at] for name in layer}, [n for layer in layers[at:] for n in layer]
    edges = reduced(imports(upper, exempt))
    rows = floors(upper, edges)
    middle = places(rows, edges)
    width = round(max(x for x, _ in middle.values()) + _BOX[0] / 2) + _GAP[0] // 2 + _MARGIN
    band = len(rows) * (_BOX[1] + _GAP[1]) + _MARGIN
    fit = (width - 2 * _MARGIN) // (_BOX[0] + _GAP[0])
    lines = [ground[n : n + fit] for n in range(0, len(ground), fit)]
    deep = len(lines) * (_BOX[1] + 10) + 40
    parts = [_HEAD.format(width=width, height=band + deep + _MARGIN)]
    parts += [arrow(middle[above], middle[under]) for above, under in sorted(edges)]
    parts += [box(name, *middle[name], "#ddf4ff") for name in sorted(middle)]
    parts.append(
        f'<rect x="{_MARGIN}" y="{band}" width="{width - 2 * _MARGIN}" height="{deep}" rx="8" fill="#f6f8fa" '
        'stroke="#d0d7de"/>'
        f'<text x="{_MARGIN + 14}" y="{band + 22}" fill="#57606a">used by all of the above, in this order:</text>'
    )
    parts += [
        box(name, _MARGIN + 14 + _BOX[0] / 2 + n * (_BOX[0] + _GAP[0] - 2), band + 50 + row * (_BOX[1] + 10), "#ffffff")
        for row, line in enumerate(lines)
        for n, name in enumerate(line)
    ]
    return "\n".join([*parts, "</svg>", ""])
