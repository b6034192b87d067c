"""Short lines that are content, at the edges of an article: how many are torn, how many are lost.

    python -m bench.edges [--n 300] [--profile careful] [--engine rules] [--kind NAME ...] [--seed 0] [--json FILE]

The texts are made up. Each has 4 to 10 paragraphs of prose in one of the languages of ``tests/planted``, one unit of
short lines (a dialogue, a list, a small table, …) at the start, in the middle or at the end of the article, half of
them a headline, 2 to 7 lines of furniture above and 3 to 12 below. The furniture is what the packs remove in the
language of the article or in English, a menu, or lines that no pack has. Blank lines are between all lines, between
all blocks, only around the unit and the furniture, or nowhere. At the fourth place, ``anywhere``, paragraphs, unit and
lines of furniture are shuffled.

A unit is *torn* if some of its lines go, *lost* if all do. A line goes if any of its letters is cut. *Noise* is the
share of the characters of the furniture that is cut. Each text is drawn from its own seed, so a cell is the same
whatever else is measured; it changes only with the content, and with the packs, which have the furniture.

The exit code is 1 if, in ``careful``, more than 1 % of the units of a cell are torn, or more than 1 % are lost.
"""

from __future__ import annotations

import argparse
import json
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple

from cleaner.model import Result
from cleaner.pipeline import PROFILES, Pipeline
from tests import planted_content as planted

KINDS = ("dialogue", "poem", "list", "faq", "quotation", "headed", "table", "numbers", "steps", "code")
PLACES = ("start", "middle", "end", "anywhere")
LAYOUTS = ("lines", "blocks", "units", "none")
MAX_SHARE = 0.01

Role = Literal["unit", "prose", "headline", "furniture"]
Cleaner = Callable[[str], Result]
_TIGHT = ("poem", "table", "numbers", "steps", "code")  # no blank lines inside, in any layout
_Block = tuple[Role, Sequence[str]]


class Line(NamedTuple):
    """A line of a text: its place in it and what it is."""

    start: int
    end: int
    role: Role


class Composed(NamedTuple):
    """A text, its lines, and how it was drawn."""

    text: str
    lines: tuple[Line, ...]
    language: str
    layout: str


@dataclass
class Tally:
    """What became of the units of one cell."""

    units: int = 0
    torn: int = 0
    lost: int = 0
    prose: int = 0
    prose_lost: int = 0
    headlines: int = 0
    headlines_lost: int = 0
    noise: int = 0
    noise_taken: int = 0
    rules: Counter[str] = field(default_factory=Counter)  # that took lines of units
    languages: Counter[str] = field(default_factory=Counter)  # of units that are torn or lost
    layouts: Counter[str] = field(default_factory=Counter)

    def add(self, drawn: Composed, result: Result) -> None:
        """Count one text."""
        gone = {line: rule for line in drawn.lines if (rule := _cut_by(line, result)) is not None}
        unit = [line for line in drawn.lines if line.role == "unit"]
        taken = [gone[line] for line in unit if line in gone]
        self.units += 1
        self.torn += 0 < len(taken) < len(unit)
        self.lost += len(taken) == len(unit)
        self.rules.update(taken)
        if taken:
            self.languages[drawn.language] += 1
            self.layouts[drawn.layout] += 1
        self.prose += sum(line.role == "prose" for line in drawn.lines)
        self.prose_lost += sum(line.role == "prose" for line in gone)
        self.headlines += sum(line.role == "headline" for line in drawn.lines)
        self.headlines_lost += sum(line.role == "headline" for line in gone)
        self.noise += sum(line.end - line.start for line in drawn.lines if line.role == "furniture")
        self.noise_taken += sum(line.end - line.start for line in gone if line.role == "furniture")

    def figures(self) -> dict[str, Any]:
        """Shares from 0 to 1, and counts."""
        return {
            "units": self.units,
            "torn": _share(self.torn, self.units),
            "lost": _share(self.lost, self.units),
            "prose_lost": _share(self.prose_lost, self.prose),
            "headlines_lost": _share(self.headlines_lost, self.headlines),
            "noise_taken": _share(self.noise_taken, self.noise),
            "rules": dict(self.rules.most_common()),
            "languages": dict(self.languages.most_common()),
            "layouts": dict(self.layouts.most_common()),
        }


def compose(kind: str, place: str, random: Random) -> Composed:
    """Draw one text."""
    language = random.choice(list(planted.languages()))
    layout = random.choice(LAYOUTS)
    words = planted.languages()[language]
    unit: _Block = ("unit", _unit(kind, words, random))
    article: list[_Block] = [("prose", [line]) for line in _prose(language, random)]
    title: list[_Block] = [("headline", [random.choice(words["title"])])] if random.random() < 0.5 else []
    above, below = (_furniture(language, random, *sizes) for sizes in ((2, 7), (3, 12)))
    if place == "anywhere":
        blocks = [unit, *article, *above, *below]
        random.shuffle(blocks)
    else:
        at = {"start": 0, "middle": len(article) // 2, "end": len(article)}[place]
        article.insert(at, unit)
        blocks = [*above, *title, *article, *below]
    return _written(blocks, kind, language, layout)


def _unit(kind: str, words: dict[str, Any], random: Random) -> list[str]:
    """The lines of a unit; what is quoted is sentences, or short lines."""
    if kind == "quotation" and random.random() < 0.5:
        return [f"> {line}" for line in planted.unit(random.choice(["dialogue", "poem"]), words, random)]
    return planted.unit(kind, words, random)


def _prose(language: str, random: Random) -> list[str]:
    """Paragraphs: in half of the texts of one sentence each, in the others of two."""
    words = planted.languages()[language]
    sentences = [*words["prose"], *words["more_prose"]]
    paragraphs = random.sample(sentences, random.randint(4, 10))
    if random.random() < 0.5:
        return paragraphs
    between = "" if language in ("ja", "zh") else " "
    return [between.join((line, random.choice([other for other in sentences if other != line]))) for line in paragraphs]


def _furniture(language: str, random: Random, least: int, most: int) -> list[_Block]:
    """Lines of the packs, among them at times those of a menu, or some that no pack has."""
    menu = planted.languages()[language]["menu"]
    spoken = (planted.furniture_of(language) if random.random() < 0.7 else ()) or planted.furniture_of("en")
    lines = random.sample(spoken, random.randint(least, most))
    others = random.choice([[], [], list(menu), [" | ".join(menu)], random.sample(planted.UNKNOWN, 2)])
    at = random.randint(0, len(lines))
    return [("furniture", [line]) for line in [*lines[:at], *others, *lines[at:]][:most]]


def _written(blocks: Iterable[_Block], kind: str, language: str, layout: str) -> Composed:
    """The blocks as a text; what separates them depends on the layout."""
    text = ""
    lines: list[Line] = []
    before: Role | None = None
    for role, written in blocks:
        is_apart = layout in ("lines", "blocks") or (layout == "units" and (role != before or role == "unit"))
        text += "" if before is None else "\n\n" if is_apart else "\n"
        between = "\n\n" if layout == "lines" and kind not in _TIGHT else "\n"
        for number, line in enumerate(written):
            text += between if number else ""
            if line.strip():
                lines.append(Line(len(text), len(text) + len(line), role))
            text += line
        before = role
    return Composed(text + "\n", tuple(lines), language, layout)


def _cut_by(line: Line, result: Result) -> str | None:
    """The rule that cut some of the line, or ``None``."""
    spans = [cut.span for cut in result.cuts]
    for place in range(line.start, line.end):
        at = bisect_right(spans, place, key=lambda span: span.start) - 1
        if at >= 0 and place < spans[at].end and not result.document.text[place].isspace():
            return result.cuts[at].marks[0].rule
    return None


def drawn(kind: str, place: str, count: int, seed: int) -> Iterator[Composed]:
    """The texts of a cell."""
    return (compose(kind, place, Random(f"{seed}/{kind}/{place}/{number}")) for number in range(count))


def measure(clean: Cleaner, kinds: Sequence[str], count: int, seed: int) -> dict[str, dict[str, Tally]]:
    """A tally for each kind and place."""
    tallies: dict[str, dict[str, Tally]] = {kind: {place: Tally() for place in PLACES} for kind in kinds}
    for kind in kinds:
        for place in PLACES:
            for text in drawn(kind, place, count, seed):
                tallies[kind][place].add(text, clean(text.text))
    return tallies


def _share(part: int, whole: int) -> float:
    return round(part / whole, 5) if whole else 0.0


def table(tallies: dict[str, dict[str, Tally]]) -> str:
    """Markdown: in each cell the percentages of units torn and lost; then noise, prose and headlines of the row."""
    rows = ["| torn / lost, % | " + " | ".join(PLACES) + " | noise taken | prose lost | headlines lost |"]
    rows.append("|---" + "|--:" * (len(PLACES) + 3) + "|")
    for kind, places in tallies.items():
        cells = [f"{100 * _share(t.torn, t.units):.1f} / {100 * _share(t.lost, t.units):.1f}" for t in places.values()]
        pairs = (("noise_taken", "noise"), ("prose_lost", "prose"), ("headlines_lost", "headlines"))
        for part, whole in pairs:
            share = _share(*(sum(getattr(t, name) for t in places.values()) for name in (part, whole)))
            cells.append(f"{100 * share:.2f} %" if part != "noise_taken" else f"{100 * share:.0f} %")
        rows.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def causes(tallies: dict[str, dict[str, Tally]]) -> str:
    """What took lines of units, and in which layouts and languages."""
    found = [tally for places in tallies.values() for tally in places.values()]
    total = {name: sum((getattr(t, name) for t in found), Counter[str]()) for name in ("rules", "layouts", "languages")}
    return "\n".join(
        f"{name}: " + (", ".join(f"{key} {n}" for key, n in counts.most_common(12)) or "none")
        for name, counts in total.items()
    )


def missed(tallies: dict[str, dict[str, Tally]]) -> list[str]:
    """The cells above the bar, each with its figures."""
    return [
        f"{kind} {place}: {t.torn} torn, {t.lost} lost of {t.units}"
        for kind, places in tallies.items()
        for place, t in places.items()
        if max(t.torn, t.lost) > MAX_SHARE * t.units
    ]


def main() -> int:
    """Measure, print, and say whether the bars hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=300, help="texts for each kind and place")
    parser.add_argument("--profile", choices=list(PROFILES), default="careful")
    parser.add_argument("--engine", default="blocks", help="the classifier: blocks or rules")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this kind; can be repeated")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file for the figures")
    given = parser.parse_args()
    pipeline = Pipeline(profile=given.profile, classifier=given.engine, metadata="none")
    tallies = measure(lambda text: pipeline.run(text, kind="text"), given.kind or KINDS, given.n, given.seed)
    above = missed(tallies)
    print(table(tallies), causes(tallies), sep="\n\n")
    if given.json:
        cells = {kind: {place: t.figures() for place, t in places.items()} for kind, places in tallies.items()}
        facts = {"n": given.n, "seed": given.seed, "profile": given.profile, "engine": given.engine}
        given.json.write_text(json.dumps({**facts, "above_the_bar": above, "cells": cells}, indent=1) + "\n", "utf-8")
    print(f"\n{len(above)} of {4 * len(tallies)} cells above {MAX_SHARE:.0%}", *above, sep="\n")
    return int(bool(above) and given.profile == "careful")


if __name__ == "__main__":
    sys.exit(main())
