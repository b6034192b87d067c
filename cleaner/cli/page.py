"""A cleaned page for people and for programs: each line kept or cut, where it stands in the markup, and why."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from cleaner.markdown import TextFormat, to_markdown
from cleaner.model import Cut, Document, Result

_RED, _DIM, _RESET = "\x1b[31m", "\x1b[2m", "\x1b[0m"
# What a page holds must not drive the terminal: control characters are shown as their pictures.
_PICTURES = {**{code: 0x2400 + code for code in range(32) if code != 9}, 0x7F: 0x2421, **dict.fromkeys(range(128, 160))}


_PATH_WIDTH = 60
_NAME_WIDTH = 10


class Fragment(NamedTuple):
    """A line, or the part of it that is kept or belongs to one cut; ``tells`` where the reason is shown.

    ``path`` is that of its element, empty in a plain text.
    """

    line: int
    text: str
    cut: Cut | None
    tells: bool
    path: str = ""


def fragments(result: Result) -> Iterator[Fragment]:
    """The page in order; the texts, with their line ends, joined are the page."""
    line, told = 1, None
    for piece in result.pieces():
        at = piece.span.start
        for text in _split(piece.text):
            tells = piece.cut is not told and not text.isspace()
            yield Fragment(line, text, piece.cut, tells, _path(result.document, at, at + len(text)))
            told = piece.cut if tells else told
            line += text.endswith("\n")
            at += len(text)


def as_lines(result: Result, text_format: TextFormat = "plain", *, colour: bool = False) -> Iterator[str]:
    """The page for people: number, ``-`` before what was cut, and at the first line of a cut its reason.

    As ``markdown`` the clean text follows below.
    """
    is_page = result.document.blocks.tree is not None  # then blank lines are nobody's
    for fragment in fragments(result):
        if fragment.cut is None or not is_page or not fragment.text.isspace():
            yield _line(fragment, colour)
    yield ""
    for fact in result.facts:
        yield f"{fact.name}: {_visible(fact.value)} ({f'line {fact.line}' if fact.line else 'head'})"
    for withdrawn in result.withdrawn:
        line = result.document.text.count("\n", 0, withdrawn.cut.span.start) + 1
        yield f"given back: line {line}, {withdrawn.cut.marks[0].rule}: {withdrawn.promise}"
    for warning in result.warnings:
        yield f"warning: {_visible(warning)}"
    yield f"{result.status}: {len(result.text):,} of {len(result.document.text):,} characters kept"
    if text_format == "markdown":
        yield ""
        yield from map(_visible, to_markdown(result).split("\n")[:-1])


def as_json(result: Result, text_format: TextFormat = "plain") -> str:
    """The page as one JSON object, in ASCII."""
    return json.dumps(
        {
            "id": result.document.id,
            "input_kind": result.document.input_kind,
            "status": result.status,
            "text": to_markdown(result) if text_format == "markdown" else result.text,
            "warnings": result.warnings,
            "facts": [fact._asdict() for fact in result.facts],
            "withdrawn": [{**_decision(w.cut), "promise": w.promise} for w in result.withdrawn],
            "lines": [
                {"line": f.line, "text": f.text, "kept": f.cut is None, "path": f.path, **_decision(f.cut)}
                for f in fragments(result)
            ],
        }
    )


def _split(text: str) -> list[str]:
    """The lines with their line ends; only a line feed ends one."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + [last] * bool(last)


def _path(document: Document, start: int, end: int) -> str:
    """The path of the element that holds what stands between two offsets."""
    blocks = document.blocks
    i = bisect_left(blocks.ends, start + 1)  # the first block that ends behind the start
    if blocks.tree is None or i == len(blocks) or blocks.starts[i] >= end:
        return ""
    return blocks.tree.path(blocks.elements[i])


def shortened(path: str, width: int = _PATH_WIDTH) -> str:
    """``path`` in ``width`` characters: the name of the outermost element, and the innermost ones that fit."""
    if len(path) <= width:
        return path
    elements = path.split("/")
    outer = f"{re.split('[.#]', elements[0])[0][:_NAME_WIDTH]}/…/" if len(elements) > 1 else ""
    ends = list(accumulate((len(element) + 1 for element in reversed(elements)), initial=0))
    fitting = bisect_right(ends, width - len(outer) + 1) - 1
    if not fitting:  # one element with many classes
        return f"{outer}{elements[-1][: width - len(outer) - 1]}…"
    return outer + "/".join(elements[-fitting:])


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
        why += f" ({_visible(shortened(fragment.path))})" if fragment.path else ""
    if colour:
        return f"{number} {_RED}- {text}{_RESET}{_DIM}{why}{_RESET}"
    return f"{number} - {text}{why}".rstrip()


def _visible(text: str) -> str:
    return text.translate(_PICTURES)
