"""The gate: no figure of a benchmark falls below its pinned floor.

    python -m bench.gate RESULT.json [RESULT.json ...] [--floors FILE] [--only PREFIX] [--raise] [--lower]

Results are what ``wcxb_html.py``, ``articles.py`` and ``wcxb_text.py score``, ``oof_html.py`` and ``html_cost.py``
write with ``--json``. A floor has a ``name``, the ``metric`` it speaks of, a ``value``, a ``direction`` (``min``: at
least, ``max``: at most) and, where the figure wavers from run to run, a ``slack`` in the metric's own unit. Metrics are
named ``html/SYSTEM/TYPE/FIGURE``, ``articles/SYSTEM/GROUP/FIGURE``, ``text/RENDERER/FIGURE`` and
``cost/SYSTEM/FIGURE``.

Floors of a kind for which no result is given are passed over; one whose metric a result of its kind lacks is broken.
Exit code 0: every floor holds; 1: one is broken; 2: wrong use, nothing to check, or a result of other pages than the
floors'. ``--raise`` moves floors up to figures that are better by more than the slack; ``--lower``, and nothing else,
moves broken ones down.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bench.render import EXTRA_INPUTS, RENDERERS

FLOORS = Path(__file__).with_name("floors.json")

DIGITS = 4
"""Decimals of a floor that is written; it is rounded to the lenient side."""


class GateError(ValueError):
    """Floors or a result that can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A figure that must not get worse. ``value`` and ``slack`` are in the unit of the metric."""

    name: str
    metric: str
    value: float
    direction: Literal["min", "max"]
    slack: float = 0.0

    def holds(self, value: float | None) -> bool:
        if value is None:
            return False
        return self._gain(value) >= -self.slack

    def at(self, value: float) -> Floor:
        """The same floor at another value, rounded so that the value holds."""
        rounded = math.floor if self.direction == "min" else math.ceil
        return replace(self, value=rounded(round(value * 10**DIGITS, 6)) / 10**DIGITS)

    def lifted(self, value: float | None) -> Floor:
        """The floor at a value that is better by more than the slack; itself otherwise."""
        if value is None:
            return self
        moved = self.at(value)
        return moved if self._gain(moved.value) > self.slack else self

    def _gain(self, value: float) -> float:
        return value - self.value if self.direction == "min" else self.value - value


@dataclass(frozen=True, slots=True)
class Floors:
    """All floors, and for each kind of result the digest of the pages they were measured on."""

    floors: tuple[Floor, ...]
    corpus: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A floor and the figure measured; None if the results lack it."""

    floor: Floor
    value: float | None

    @property
    def word(self) -> str:
        if self.value is None:
            return "MISSING"
        if not self.floor.holds(self.value):
            return "BROKEN"
        return "better" if self.floor.lifted(self.value) != self.floor else "ok"


# --------------------------------------------------------------------------
# reading


def read_floors(file: Path) -> Floors:
    """Raises `GateError` for a file that is no list of floors, or names one twice."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        floors = tuple(Floor(**row) for row in held["floors"])
        corpus = dict(held["corpus"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise GateError(f"{file}: no floors can be read: {error!r}") from error
    if len({floor.metric for floor in floors}) < len(floors):
        raise GateError(f"{file}: two floors for one metric")
    for floor in floors:
        if floor.direction not in {"min", "max"} or floor.slack < 0:
            raise GateError(f"{file}: {floor.name}: direction is min or max, slack no less than 0")
    return Floors(floors, corpus)


def write_floors(file: Path, floors: Floors) -> None:
    """In one step, so that a half-written file is never left."""
    rows = [{key: value for key, value in asdict(floor).items() if key != "slack" or value} for floor in floors.floors]
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    corpus = json.dumps(dict(floors.corpus))
    new = file.with_suffix(".new")
    new.write_text(f'{{"corpus": {corpus},\n "floors": [\n{lines}\n]}}\n', encoding="utf-8")
    os.replace(new, file)


def read_result(file: Path) -> dict[str, Any]:
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GateError(f"{file}: no result can be read: {error}") from error
    if not isinstance(held, dict) or kind_of(held) is None:
        raise GateError(f"{file}: not a result of wcxb_html.py, articles.py, wcxb_text.py score or html_cost.py")
    return held


def kind_of(result: Mapping[str, Any]) -> str | None:
    """The first part of the names of its metrics: html, articles, cost or text; None for anything else."""
    if "kind" in result:
        return {"wcxb_html": "html", "articles": "articles", "html_cost": "cost"}.get(result["kind"])
    return "text" if "summary" in result else None


def measured(result: Mapping[str, Any]) -> dict[str, float]:
    """Every figure of one result by the name of its metric."""
    kind = kind_of(result)
    if kind == "text":  # page types and totals of two runs would have one name
        parts = {name: part for name, part in result["summary"].items() if name in RENDERERS + EXTRA_INPUTS}
    elif kind == "cost":
        parts = {name: system["summary"] for name, system in result["systems"].items()}
    else:
        parts = {
            f"{name}/{part}": figures
            for name, system in result["systems"].items()
            for part, figures in system["summary"].items()
        }
    return {f"{kind}/{part}/{name}": value for part, figures in parts.items() for name, value in figures.items()}


# --------------------------------------------------------------------------
# judging


def check(floors: Iterable[Floor], values: Mapping[str, float]) -> list[Verdict]:
    """A verdict for each floor of the kinds that were measured."""
    kinds = {metric.partition("/")[0] for metric in values}
    return [Verdict(floor, values.get(floor.metric)) for floor in floors if floor.metric.partition("/")[0] in kinds]


def check_corpus(floors: Floors, results: Iterable[Mapping[str, Any]]) -> None:
    """Raises `GateError` for a result of other pages than those the floors were measured on."""
    for result in results:
        kind = str(kind_of(result))
        digest = result.get("corpus", {}).get("digest")
        if floors.corpus.get(kind, digest) != digest:
            raise GateError(f"{kind}: measured on pages {digest}, the floors are of {floors.corpus[kind]}")


def moved(floors: Floors, verdicts: Iterable[Verdict], *, lower: bool, lift: bool) -> Floors:
    """The floors at what was measured: the broken ones if ``lower``, the better ones if ``lift``."""
    new = {}
    for verdict in verdicts:
        floor, value = verdict.floor, verdict.value
        if value is not None and lower and not floor.holds(value):
            new[floor.metric] = floor.at(value)
        elif lift:
            new[floor.metric] = floor.lifted(value)
    return replace(floors, floors=tuple(new.get(floor.metric, floor) for floor in floors.floors))


def table(verdicts: Sequence[Verdict]) -> str:
    """One line a floor, aligned."""
    sign = {"min": "≥", "max": "≤"}
    rows = [("floor", "metric", "wants", "measured", "verdict")]
    for verdict in verdicts:
        floor, value = verdict.floor, verdict.value
        wants = f"{sign[floor.direction]} {floor.value:g}" + (f", slack {floor.slack:g}" if floor.slack else "")
        rows.append((floor.name, floor.metric, wants, "-" if value is None else f"{value:.6g}", verdict.word))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


# --------------------------------------------------------------------------


def read_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="+", metavar="RESULT.json")
    parser.add_argument("--floors", type=Path, default=FLOORS)
    parser.add_argument("--only", default="", metavar="PREFIX", help="only metrics that start so")
    parser.add_argument("--raise", dest="lift", action="store_true", help="write better figures as floors")
    parser.add_argument("--lower", action="store_true", help="write worse figures as floors")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    args = read_arguments(argv)
    try:
        floors = read_floors(args.floors)
        results = [read_result(file) for file in args.results]
        check_corpus(floors, results)
    except GateError as error:
        print(error, file=sys.stderr)
        return 2
    values = {metric: value for result in results for metric, value in measured(result).items()}
    verdicts = check((floor for floor in floors.floors if floor.metric.startswith(args.only)), values)
    if not verdicts:
        print("no floor speaks of these results", file=sys.stderr)
        return 2
    print(table(verdicts))
    new = moved(floors, verdicts, lower=args.lower, lift=args.lift)
    if new != floors:
        write_floors(args.floors, new)
        print(f"\n{args.floors} written")
    after = check((floor for floor in new.floors if floor.metric.startswith(args.only)), values)
    holding = sum(verdict.floor.holds(verdict.value) for verdict in after)
    print(f"\n{holding} of {len(after)} floors hold")
    return int(holding < len(after))


if __name__ == "__main__":
    sys.exit(main())
