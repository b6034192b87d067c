"""A comparison as text for a terminal, as Markdown for a pull request, and as JSON.

Text and Markdown print file names and texts of strangers, so all of it goes through `visible`; JSON keeps the exact
text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence

from cleaner.compare.comparison import Change, Changed, Comparison
from cleaner.compare.excerpt import Part
from cleaner.compare.regions import LOST
from cleaner.compare.shares import percent
from cleaner.terminal import aligned, visible

Format = Callable[[Comparison, Sequence[str]], Iterator[str]]

_MAX_LISTED = 20  # documents
_MAX_RULES = 3  # shown for one change
_MAX_ROWS = 20  # the rules that a table shows
_MAX_WIDTH = 200  # characters of a line in Markdown: a comment on GitHub has at most 65,536
_LEGEND = "Lines marked - are lost, + are gained, ~ are cut by both runs. All other lines are kept by both."
_STATES = {"changed": "", "only_a": "only in the first run", "only_b": "only in the second run"}
_HEADINGS = ("words lost", "words gained")


def as_text(comparison: Comparison, exceeded: Sequence[str]) -> Iterator[str]:
    """The comparison as lines for people. Limits that it exceeds are reported on stderr."""
    del exceeded
    yield from _totals(comparison)
    if not comparison.differing:
        return
    for heading, rows in _tables(comparison):
        yield from ("", *aligned([(heading, *_HEADINGS), *((visible(name), *more) for name, *more in rows)]))
    yield from ("", *_text_documents(comparison))
    if changes := comparison.largest_changes.items:
        yield from ("", "Largest changes", _LEGEND)
        for n, change in enumerate(changes, 1):
            yield from ("", f"{n}. {visible(_title(change))}", *_text_lines(change))


def as_markdown(comparison: Comparison, exceeded: Sequence[str]) -> Iterator[str]:
    """The comparison as GitHub Markdown."""
    yield "### Changes of cleaned text"
    yield ""
    yield from (f"- **Over the limit:** {_escaped(message)}" for message in exceeded)
    yield from (f"- {_escaped(line)}" for line in _totals(comparison))
    if not comparison.differing:
        return
    for heading, rows in _tables(comparison):
        yield from ("", *_markdown_table((heading, *_HEADINGS), [(_code(name), *more) for name, *more in rows]))
    yield from ("", "<details><summary>Changed documents</summary>", "")
    documents = [(_code(_place(one)), *_counts(one), _STATES[one.state]) for one in _listed(comparison)]
    yield from _markdown_table(("document", *_HEADINGS, ""), documents)
    yield from (f"\n{line}" for line in _others(comparison))
    yield from ("", "</details>")
    if changes := comparison.largest_changes.items:
        yield from ("", "#### Largest changes", "", _LEGEND.replace("~", r"\~"))
        for n, change in enumerate(changes, 1):
            yield from ("", f"{n}. {_escaped(_title(change))}", "", *_fenced(_diff_lines(change)))


def as_json(comparison: Comparison, exceeded: Sequence[str]) -> Iterator[str]:
    """The comparison as one JSON object."""
    yield json.dumps({**comparison.row(), "exceeded": list(exceeded)}, indent=2)


FORMATS: dict[str, Format] = {"text": as_text, "markdown": as_markdown, "json": as_json}
"""The formats by name."""


def _totals(comparison: Comparison) -> Iterator[str]:
    one = comparison
    yield visible(f"{one.first} → {one.second}")
    share = percent(one.changed, one.documents)
    yield f"{_documents(one.documents)} in both runs: {one.changed:,} changed ({share})"
    if one.only_first or one.only_second:
        yield f"{one.only_first:,} only in the first run, {one.only_second:,} only in the second run"
    lost, gained = (percent(words, one.words_first) for words in (one.words_lost, one.words_gained))
    kept = f"words kept: {one.words_first:,} → {one.words_second:,}"
    yield f"{kept}; {one.words_lost:,} lost ({lost}), {one.words_gained:,} gained ({gained})"
    if one.words_reassigned:
        yield f"words that both runs cut, for other rules: {one.words_reassigned:,}"


def _tables(comparison: Comparison) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """The totals by category and by rule, each with its heading, those with most words first."""
    for heading, table in (("category", comparison.categories), ("rule", comparison.rules)):
        rows = sorted(table.totals.items(), key=lambda row: (-sum(row[1]), row[0]))
        shown = [(name, f"{lost:,}", f"{gained:,}") for name, (lost, gained) in rows[:_MAX_ROWS]]
        if left := rows[_MAX_ROWS:]:
            lost, gained = (sum(counts[n] for _, counts in left) for n in (0, 1))
            shown.append((f"({len(left):,} others)", f"{lost:,}", f"{gained:,}"))
        yield heading, shown


def _text_documents(comparison: Comparison) -> Iterator[str]:
    rows = [(visible(_place(one)), *_counts(one)) for one in _listed(comparison)]
    states = ["", *(_STATES[one.state] for one in _listed(comparison))]
    lines = aligned([("document", *_HEADINGS), *rows])
    yield from (f"{line}  {state}".rstrip() for line, state in zip(lines, states, strict=True))
    yield from _others(comparison)


def _others(comparison: Comparison) -> Iterator[str]:
    if (left := comparison.differing - len(_listed(comparison))) > 0:
        yield f"and {_documents(left)} more; --documents FILE writes all of them"


def _listed(comparison: Comparison) -> list[Changed]:
    return comparison.largest_documents.items[:_MAX_LISTED]


def _counts(document: Changed) -> tuple[str, str]:
    return f"{document.words_lost:,}", f"{document.words_gained:,}"


def _documents(count: int) -> str:
    return f"{count:,} {'document' if count == 1 else 'documents'}"


def _place(document: Changed | Change) -> str:
    return f"{document.source}:{document.record}" if document.record else document.source


def _title(change: Change) -> str:
    words = f"{change.words:,} {'word' if change.words == 1 else 'words'} {'lost' if change.mark == LOST else 'gained'}"
    rules = ", ".join(change.rules[:_MAX_RULES])
    more = f" and {len(change.rules) - _MAX_RULES:,} more" if len(change.rules) > _MAX_RULES else ""
    return f"{_place(change)}: {words} ({rules}{more}): {change.reason}"


def _text_lines(change: Change) -> Iterator[str]:
    width = max((len(str(part.line)) for part in change.parts), default=0)
    for part in change.parts:
        yield f"  {_number(part):>{width}} {part.mark} {visible(part.text)}"


def _number(part: Part) -> str:
    return str(part.line) if part.line else ""


def _diff_lines(change: Change) -> list[str]:
    """Lines in which the mark is first, so that they are coloured as a diff."""
    lines = [f"{part.mark} {visible(part.text)}" for part in change.parts]
    return [line if len(line) <= _MAX_WIDTH else f"{line[: _MAX_WIDTH - 1]}…" for line in lines]


def _fenced(lines: Sequence[str]) -> list[str]:
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}diff", *lines, fence]


def _markdown_table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heading)} |"
    yield f"|---|{'--:|' * 2}{'---|' * (len(heading) - 3)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _code(text: str) -> str:
    """``text`` as a code span that is valid in a cell of a table."""
    text = visible(text).replace("|", r"\|")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    blank = " " if text[:1] in ("`", " ", "") or text.endswith("`") else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def _escaped(text: str) -> str:
    """``text`` without markup: each sign that Markdown or HTML may read has a backslash; mentions notify nobody."""
    return re.sub(r"([\\`*_\[\]<>#|~&$])", r"\\\1", visible(text)).replace("@", "@\u200b")
