"""A cleaned page for people and for programs: each line kept or cut, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from cleaner.model import Cut, Result

_RED, _DIM, _RESET = "\x1b[31m", "\x1b[2m", "\x1b[0m"
# What a page holds must not drive the terminal: control characters are shown as their pictures.
_PICTURES = {**{code: 0x2400 + code for code in range(32) if code != 9}, 0x7F: 0x2421, **dict.fromkeys(range(128, 160))}


class Fragment(NamedTuple):
    """A line, or the part of it that is kept or belongs to one cut; ``tells`` where the reason is shown."""

    line: int
    text: str
    cut: Cut | None
    tells: bool


def fragments(result: Result) -> Iterator[Fragment]:
    """The page in order; the texts, with their line ends, joined are the page."""
    line, told = 1, None
    for piece in result.pieces():
        for text in _split(piece.text):
            tells = piece.cut is not told and not text.isspace()
            yield Fragment(line, text, piece.cut, tells)
            told = piece.cut if tells else told
            line += text.endswith("\n")


def as_lines(result: Result, *, colour: bool = False) -> Iterator[str]:
    """The page for people: number, ``-`` before what was cut, and at the first line of a cut its reason."""
    for fragment in fragments(result):
        yield _line(fragment, colour)
    yield ""
    for fact in result.facts:
        yield f"{fact.name}: {_visible(fact.value)} (line {fact.line})"
    for withdrawn in result.withdrawn:
        line = result.document.text.count("\n", 0, withdrawn.cut.span.start) + 1
        yield f"given back: line {line}, {withdrawn.cut.marks[0].rule}: {withdrawn.promise}"
    for warning in result.warnings:
        yield f"warning: {_visible(warning)}"
    yield f"{result.status}: {len(result.text):,} of {len(result.document.text):,} characters kept"


def as_json(result: Result) -> str:
    """The page as one JSON object, in ASCII."""
    return json.dumps(
        {
            "id": result.document.id,
            "status": result.status,
            "warnings": result.warnings,
            "facts": [fact._asdict() for fact in result.facts],
            "withdrawn": [{**_decision(w.cut), "promise": w.promise} for w in result.withdrawn],
            "lines": [
                {"line": f.line, "text": f.text, "kept": f.cut is None, **_decision(f.cut)} for f in fragments(result)
            ],
        }
    )


def _split(text: str) -> list[str]:
    """The lines with their line ends; only a line feed ends one."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + [last] * bool(last)


def _decision(cut: Cut | None) -> dict[str, object]:
    if cut is None:
        return {"category": "", "rules": [], "score": 0, "reason": ""}
    rules = list(dict.fromkeys(mark.rule for mark in cut.marks))
    return {"category": cut.category, "rules": rules, "score": cut.score, "reason": cut.marks[0].reason}


def _line(fragment: Fragment, colour: bool) -> str:
    number, text = f"{fragment.line:>5}", _visible(fragment.text.rstrip("\r\n"))
    if fragment.cut is None:
        return f"{number}   {text}".rstrip()
    why = ""
    if fragment.tells:
        mark = fragment.cut.marks[0]
        why = f"   [{mark.rule} {fragment.cut.score}] {_visible(mark.reason)}"
    if colour:
        return f"{number} {_RED}- {text}{_RESET}{_DIM}{why}{_RESET}"
    return f"{number} - {text}{why}".rstrip()


def _visible(text: str) -> str:
    return text.translate(_PICTURES)
