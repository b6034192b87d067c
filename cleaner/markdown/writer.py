"""Parts → the lines of a page in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from cleaner.inline.marks import Marks, What
from cleaner.markdown.escape import end_escaped
from cleaner.markdown.inline import Inliner
from cleaner.markdown.kept import Kept
from cleaner.markdown.parts import Part
from cleaner.markdown.places import CAPTION, HEADING, LEVELS, PRE, TERM, Layout
from cleaner.markdown.tables import table_lines

_AROUND = {CAPTION: What.EMPHASIS, TERM: What.STRONG}
_QUOTE = "> "
_RULE = ("---",)
_BREAK = "  "  # at the end of a line: a hard line break
_FORMULA = re.compile(r"\$[^$]+\$")
_LINE_END = re.compile(r"\r\n?|\n")


class Writer:
    """Writes parts one below the other, each after the signs of the list items and quotations that contain it."""

    def __init__(self, kept: Kept, layout: Layout, marks: Marks, inliner: Inliner) -> None:
        self._kept, self._layout, self._marks, self._inliner = kept, layout, marks, inliner
        self._opened: set[int] = set()

    def write(self, parts: Iterable[Part]) -> Iterator[str]:
        """The lines of the page, without line ends."""
        before: tuple[int, ...] | None = None
        for part, lines in self._divided(parts):
            here = part.place.containers
            if before is not None and not self._is_tight(before, here):
                yield self._indents(_shared(before, here)).rstrip()
            sign = ""
            for container in here:
                is_new = container not in self._opened
                sign += self._open(container)
                if is_new and container in self._layout.callouts:
                    yield f"{sign}[!{self._layout.callouts[container]}]"
                    sign = self._indents(here[: here.index(container) + 1])
            for line in lines:
                yield sign + line if line else sign.rstrip()
                sign = self._indents(here)
            before = here

    def _divided(self, parts: Iterable[Part]) -> Iterator[tuple[Part, Sequence[str]]]:
        """The parts that are to be written, with their lines. A line across the page is only between other parts."""
        above: Part | None = None
        rules: list[Part] = []
        for part in parts:
            if part.is_rule:
                rules.append(part)
                continue
            lines = self._lines(part)
            if not lines:
                continue
            if above and (rule := next((one for one in rules if self._divides(one, above, part)), None)):
                yield rule, _RULE
            yield part, lines
            above, rules = part, []

    def _divides(self, rule: Part, above: Part, below: Part) -> bool:
        """Whether a line is between two parts of the list item or quotation that contains it; notes have their own."""
        around, containers = rule.place.containers, below.place.containers
        is_between = above.place.containers[: len(around)] == around == containers[: len(around)]
        return is_between and not any(one in self._layout.notes for one in containers[len(around) :])

    def _lines(self, part: Part) -> list[str]:
        """The lines of a part; none if nothing of it is to be written."""
        if part.lines[0].insert:
            return [line] if (line := self._inliner.insert(part.lines[0].insert)) else []
        if part.is_table:
            table = self._marks.tables[part.place.table]
            return table_lines(table, part.lines, self._kept, self._inliner)
        if part.roles[0] == PRE:
            return self._fenced(part)
        around = [_AROUND.get(role) for role in part.roles]
        written = [line for line in self._inliner.paragraph([line.spans for line in part.lines], around) if line]
        if written and part.roles[0] == HEADING:
            level = LEVELS[self._layout.tree.tags[part.place.leaf].name]
            return [f"{'#' * level} {end_escaped(' '.join(written))}"]
        lines = _with_formulas(written)
        return [*[line + _BREAK for line in lines[:-1]], *lines[-1:]]

    def _fenced(self, part: Part) -> list[str]:
        """Preformatted text, as it is in the source if all of it is kept: the text of a page lacks some blank lines."""
        text = self._kept.text
        lines = []
        for line in part.lines:
            kept = "".join([text[slice(*span)] for span in line.spans])
            lines.append(_leading(text, line.start) + kept if kept else "")
        fence = self._marks.fences.get(part.place.leaf)
        if fence is not None:
            raw = _LINE_END.split(fence.raw.strip("\r\n"))
            if [line.rstrip() for line in raw if line.strip()] == [line.rstrip() for line in lines if line.strip()]:
                lines = raw
        sign = "`" * max(3, 1 + max((len(run) for line in lines for run in re.findall("`+", line)), default=0))
        return [sign + (fence.language if fence else ""), *lines, sign]

    def _open(self, container: int) -> str:
        """The sign of a list item or a quotation; a list item has it only on its first line."""
        if container in self._opened:
            return self._indents((container,))
        self._opened.add(container)
        return self._sign(container)

    def _indents(self, containers: Iterable[int]) -> str:
        signs = map(self._sign, containers)
        return "".join(sign if sign == _QUOTE else " " * len(sign) for sign in signs)

    def _sign(self, container: int) -> str:
        layout = self._layout
        if container in layout.notes:
            return f"[^{layout.notes[container]}]: "
        tags, parent = layout.tree.tags, layout.tree.parents[container]
        if tags[container].name != "li":
            return _QUOTE
        return f"{layout.numbers[container]}. " if parent >= 0 and tags[parent].name == "ol" else "- "

    def _is_tight(self, before: Sequence[int], here: Sequence[int]) -> bool:
        """Whether no blank line is needed, because ``here`` begins an item directly below another one or inside it."""
        shared = len(_shared(before, here))
        sign = self._sign(here[shared]) if shared < len(here) else _QUOTE
        if sign == _QUOTE:
            return False
        if shared < len(before):
            parents = self._layout.tree.parents
            return parents[before[shared]] == parents[here[shared]]
        # a list that does not begin with 1 can't interrupt a paragraph
        return bool(shared) and self._sign(here[shared - 1]) != _QUOTE and sign in ("- ", "1. ")


def _with_formulas(lines: Sequence[str]) -> list[str]:
    """``lines`` with formulas back in their sentence: the elements of some scripts put each on a line of its own."""
    joined: list[str] = []
    is_open = False
    for line in lines:
        is_formula = _FORMULA.fullmatch(line) is not None
        if joined and (is_formula or is_open):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
        is_open = is_formula
    return joined


def _shared(before: Sequence[int], here: Sequence[int]) -> Sequence[int]:
    """The outer containers that both have."""
    return [a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, here, strict=False))]


def _leading(text: str, start: int) -> str:
    """The white space between the start of the line and ``start``."""
    leading = text[text.rfind("\n", 0, start) + 1 : start]
    return leading if leading.isspace() else ""
