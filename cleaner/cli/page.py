"""A cleaned document line by line, as text or JSON: kept or cut, its place in the markup, and why."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

from cleaner.cli.view import Decision, Fragment, View
from cleaner.reasons import in_words, kind_of_reason, promise_in_words, together_in_words
from cleaner.terminal import aligned, visible, wrapped

Only = Literal["", "cut", "kept"]

_RED, _DIM, _RESET = "\x1b[31m", "\x1b[2m", "\x1b[0m"
_TAB = 4
_PATH_WIDTH = 60
_NAME_WIDTH = 10
_EXCERPT = 100  # columns, if the output is not a terminal


@dataclass(slots=True)
class _Group:
    """Neighbouring lines that one rule cut for one reason, or a single kept line."""

    decision: Decision | None
    fragments: list[Fragment] = field(default_factory=list)

    def takes(self, decision: Decision | None) -> bool:
        """Whether a line with this decision belongs to the group."""
        return bool(self.decision and decision) and _key(self.decision) == _key(decision)


def as_lines(
    view: View, *, only: Only = "", every_line: bool = False, colour: bool = False, width: int = 0
) -> Iterator[str]:
    """The document as text: the totals of what was cut, then its lines, with ``-`` before each line that was cut.

    Neighbouring lines with the same rule and reason are one entry, unless ``every_line`` is true. ``only`` shows only
    what was ``cut`` or ``kept``. ``width`` is the width of the terminal in columns; 0 means that lines are not
    wrapped. If the clean text is Markdown, it follows at the end.
    """
    yield from _head(view, width)
    yield ""
    digits = len(str(view.whole.count("\n") + 1))
    shape = _Shape(2 * digits + 1, width, colour, every_line)
    shown = 0
    for group in _groups(view):
        if only and only != ("cut" if group.decision else "kept"):
            continue
        yield from shape.lines(group, shown)
        shown = group.fragments[-1].line
    if view.restored:
        yield ""
        yield "kept on second look:"
        for one in view.restored:
            why = f"{promise_in_words(one.promise)} ({one.decision.rules[0]} would have cut it)"
            yield from _wrapped(f"  line {one.line}: {visible(why)}", width)
    if view.is_markdown:
        yield ""
        yield from (visible(line) for line in view.clean.split("\n")[:-1])


def as_json(view: View) -> str:
    """The document as one JSON object, in ASCII, with nothing shortened."""
    return json.dumps(
        {
            "id": view.id,
            "input_kind": view.input_kind,
            "status": view.status,
            "text": view.clean,
            "warnings": view.warnings,
            "facts": [fact._asdict() for fact in view.facts],
            "withdrawn": [{**one.decision.row(), "promise": one.promise} for one in view.restored],
            "lines": [
                {"line": f.line, "text": f.text, "kept": f.decision is None, "path": f.path, **_decision(f.decision)}
                for f in view.fragments()
            ],
        }
    )


def shortened(path: str, width: int = _PATH_WIDTH) -> str:
    """``path`` in at most ``width`` characters: the name of the outermost element, and the innermost ones."""
    if len(path) <= width:
        return path
    elements = path.split("/")
    outer = f"{re.split('[.#]', elements[0])[0][:_NAME_WIDTH]}/…/" if len(elements) > 1 else ""
    ends = list(accumulate((len(element) + 1 for element in reversed(elements)), initial=0))
    fitting = bisect_right(ends, width - len(outer) + 1) - 1
    if not fitting:  # one element with many classes
        return f"{outer}{elements[-1][: width - len(outer) - 1]}…"
    return outer + "/".join(elements[-fitting:])


def _head(view: View, width: int) -> Iterator[str]:
    """Status, characters kept, totals by category, facts and warnings."""
    whole, kept = len(view.whole), view.characters_kept
    yield f"{visible(view.id)} ({view.input_kind}): {visible(view.status)}"
    yield f"{kept:,} of {whole:,} characters kept ({kept / max(whole, 1):.0%})"
    if view.cuts:
        yield ""
        yield from aligned(_totals(view))
    if view.facts or view.warnings:
        yield ""
    for fact in view.facts:
        where = f"line {fact.line}" if fact.line else "head"
        yield from _wrapped(f"{visible(fact.name)}: {visible(fact.value)} ({where})", width)
    for warning in view.warnings:
        yield from _wrapped(f"warning: {visible(warning)}", width)


def _totals(view: View) -> list[Sequence[str]]:
    lines, characters = Counter[str](), Counter[str]()
    for cut in view.cuts:
        characters[cut.decision.category] += cut.end - cut.start
    for group in _groups(view):
        if group.decision:
            lines[group.decision.category] += len(group.fragments)
    ordered = sorted(characters, key=lambda name: (-characters[name], name))
    whole = max(len(view.whole), 1)
    rows = [
        (visible(name), f"{lines[name]:,}", f"{characters[name]:,}", f"{characters[name] / whole:.1%}")
        for name in ordered
    ]
    return [("category", "lines", "characters", "share"), *rows]


def _groups(view: View) -> Iterator[_Group]:
    """The lines to show, in groups. A blank line of a text is a group of its own."""
    group = _Group(None)
    for fragment in _seen(view):
        if not group.takes(fragment.decision):
            if group.fragments:
                yield group
            group = _Group(fragment.decision)
        group.fragments.append(fragment)
    if group.fragments:
        yield group


def _seen(view: View) -> Iterator[Fragment]:
    """The fragments to show: no white space next to a cut in the same line, and blank lines only if kept, in a text."""
    is_new = True  # whether the fragment begins a line
    for fragment in view.fragments():
        is_line = is_new and (fragment.text.endswith("\n"))
        is_new = fragment.text.endswith("\n")
        if not fragment.text.isspace() or (is_line and not view.is_page and fragment.decision is None):
            yield fragment


def _key(decision: Decision | None) -> tuple[str, str, str] | None:
    return decision and (decision.rules[0], decision.category, kind_of_reason(decision.reason))


@dataclass(frozen=True, slots=True)
class _Shape:
    """The layout of lines: a column of line numbers, a sign and the text, with the reason below it."""

    numbers: int
    width: int
    colour: bool
    every_line: bool

    def lines(self, group: _Group, shown: int) -> Iterator[str]:
        """The lines of a group. ``shown`` is the last line number that was shown; it is not repeated."""
        if group.decision is None:
            for fragment in group.fragments:
                yield from self._text(_label([fragment], shown), " ", _text(fragment))
            return
        if self.every_line or len(group.fragments) == 1:
            for fragment in group.fragments:
                yield from self._text(_label([fragment], shown), "-", _text(fragment))
                shown = fragment.line
        else:
            yield from self._text(_label(group.fragments, shown), "-", self._excerpt(group.fragments))
        for line in self._wrapped(" " * (self.numbers + 3), _why(group)):
            yield f"{_DIM}{line}{_RESET}" if self.colour else line

    def _text(self, label: str, sign: str, text: str) -> Iterator[str]:
        for line in self._wrapped(f"{label:>{self.numbers}} {sign} ", text):
            yield f"{_RED}{line}{_RESET}" if self.colour and sign == "-" else line

    def _wrapped(self, start: str, text: str) -> list[str]:
        if not self.width:
            return [f"{start}{text}".rstrip()]
        # only the text may be broken at blanks, not the start
        lines = wrapped(text, self.width - len(start))
        return [f"{start}{lines[0]}".rstrip(), *(" " * len(start) + line for line in lines[1:])]

    def _excerpt(self, fragments: Sequence[Fragment]) -> str:
        """The beginning of a group, on one line."""
        room = self.width - self.numbers - 3 if self.width else _EXCERPT
        parts, size = list[str](), 0
        for fragment in fragments:
            parts.append(_text(fragment))
            size += len(parts[-1]) + 3
            if size > room:
                break
        joined = " | ".join(parts)
        if not self.width:
            return joined if len(joined) <= room else f"{joined[: room - 1]}…"
        first, *more = wrapped(joined, max(room - 2, 1))
        return f"{first.rstrip(' |')} …" if more else first


def _label(fragments: Sequence[Fragment], shown: int) -> str:
    first, last = fragments[0].line, fragments[-1].line
    if first != last:
        return f"{first}-{last}"
    return str(first) if first != shown else ""


def _text(fragment: Fragment) -> str:
    return visible(fragment.text.rstrip("\r\n").expandtabs(_TAB))


def _why(group: _Group) -> str:
    """Rule, score and reason of a group, and the element it is in."""
    decision, fragments = group.decision, group.fragments
    if decision is None:
        return ""
    words = len(fragments[0].text.split())
    path = _place(_common(fragment.path for fragment in fragments), decision.reason)
    if len(fragments) == 1:
        reason = in_words(decision.reason, words, decision.category)
        return f"[{visible(decision.rules[0])} {decision.score}] {visible(reason)}{path}"
    reasons = [fragment.decision.reason for fragment in fragments if fragment.decision]
    reason = together_in_words(reasons, decision.category)
    return f"{len(fragments)} lines [{visible(decision.rules[0])}] {visible(reason)}{path}"


def _place(path: str, reason: str) -> str:
    """The element in brackets, unless the reason already names it."""
    if not path or any(f": {element}" in reason for element in path.split("/")):
        return ""
    return f" ({visible(shortened(path))})"


def _common(paths: Iterable[str]) -> str:
    """The innermost element that contains all of the paths."""
    ways = [path.split("/") for path in paths if path]
    same = 0
    for elements in zip(*ways, strict=False):
        if len(set(elements)) > 1:
            break
        same += 1
    return "/".join(ways[0][:same]) if ways else ""


def _wrapped(text: str, width: int) -> list[str]:
    return wrapped(text, width, " " * 4) if width else [text]


def _decision(decision: Decision | None) -> dict[str, object]:
    return (decision or Decision("", "", (), 0, "")).row()
