"""Findings: what is noise in a file, where, and by which rule."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from cleaner.config import Config
from cleaner.decode import refuse_binary
from cleaner.errors import InputError
from cleaner.keep import line_hash
from cleaner.lint.baseline import Baseline
from cleaner.lint.exempt import Exemptions
from cleaner.lint.files import read_file
from cleaner.lint.source import Passage, Place, Problem, Spans, passages
from cleaner.model import WHOLE_PAGES, Cut, Result
from cleaner.pipeline import Pipeline
from cleaner.reasons import in_words
from cleaner.segment.text import LINE_END
from cleaner.terminal import visible

_EXCERPT = 60
_QUOTED = re.compile(r": “.*”\Z", re.DOTALL)


class Finding(NamedTuple):
    """A piece of noise: its file and place (from 1, in code points), the rule, and how the line begins.

    ``line_hash`` names the line in keep-rules and baselines; ``fixable`` findings are those that `fix` takes out.
    """

    path: str
    place: Place
    end: Place
    rule: str
    category: str
    reason: str
    excerpt: str
    line_hash: str
    fixable: bool = False
    mechanism: str = "rule"

    @property
    def message(self) -> str:
        """What it is, for people: the reason, without the words that the excerpt shows as well.

        That of the learned scorer is said in words instead of measures.
        """
        return visible(_QUOTED.sub("", in_words(self.reason, len(self.excerpt.split()), self.category)))

    def row(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {
            "path": self.path,
            "line": self.place.line,
            "column": self.place.column,
            "end_line": self.end.line,
            "end_column": self.end.column,
            "rule": self.rule,
            "category": self.category,
            "mechanism": self.mechanism,
            "reason": self.reason,
            "excerpt": self.excerpt,
            "line_hash": self.line_hash,
            "fixable": self.fixable,
        }


@dataclass(slots=True)
class Linted:
    """What was found in a file: findings, the bytes `fix` takes out, what can't be read, what is better left.

    ``emptied`` are the lines of the texts (0: the whole file) that would be empty without what looks like boilerplate,
    so that nothing of them was cut. ``lines`` (blank ones not counted) and ``characters`` are those of the text that
    `fix` takes out.
    """

    path: str
    data: bytes = b""
    findings: list[Finding] = field(default_factory=list)
    deletions: list[tuple[int, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    emptied: list[int] = field(default_factory=list)
    lines: int = 0
    characters: int = 0

    def refuse(self, reason: str) -> None:
        """Leave the whole file as it is."""
        self.findings = [one._replace(fixable=False) for one in self.findings]
        self.deletions, self.lines, self.characters = [], 0, 0
        self.refused = [Problem(0, reason)]

    @property
    def left(self) -> bytes:
        """The file without its deletions."""
        return without(self.data, self.deletions)


def without(data: bytes, spans: Spans) -> bytes:
    """``data`` without the bytes of ``spans`` (sorted, disjoint)."""
    parts, at = [], 0
    for start, end in spans:
        parts.append(data[at:start])
        at = end
    return b"".join((*parts, data[at:]))


def lint_pipeline(config: Config) -> Pipeline:
    """The pipeline of `check` and `fix`: without the learned scorer, unless the options ask for it.

    Raises `ConfigError` or `RuleError`.
    """
    if config.classifier == "blocks" and not config.learned:
        config = config.with_overrides(classifier="rules")
    return config.pipeline()


def lint(
    path: str,
    pipeline: Pipeline,
    config: Config,
    *,
    baseline: Baseline | None = None,
    read: Callable[[str, int], bytes] = read_file,
) -> Linted:
    """Find the noise in the file ``path`` but what ``baseline`` accepts. Raises nothing for any file."""
    linted = Linted(path)
    exempt = Exemptions(path, config.keep, baseline.of(path) if baseline else {})
    try:
        linted.data = read(path, config.max_bytes)
        refuse_binary(linted.data)
        for passage in passages(path, linted.data, config):
            if isinstance(passage, Problem):
                linted.problems.append(passage)
            else:
                _lint_passage(passage, linted, pipeline, exempt)
                exempt.next_text()
    except InputError as error:
        linted.problems.append(Problem(0, str(error)))
    return linted


def _lint_passage(passage: Passage, linted: Linted, pipeline: Pipeline, exempt: Exemptions) -> None:
    result = pipeline.run(passage.text, kind=passage.kind)
    cuts = exempt.findings(result)
    if not cuts:
        if _would_be_emptied(result, exempt):
            linted.emptied.append(passage.line)
        return
    shown = result.document.text
    found = [_Found(cut, cut.span.start, cut.span.end, shown[slice(*cut.span)]) for cut in cuts]
    reason = _why_left(passage, result)
    if not reason:
        later = _found_later(passage, found, pipeline, exempt)
        spans = _joined([(one.start, one.end) for one in (*found, *later)])
        try:
            linted.deletions += passage.byte_spans(spans)
        except InputError as error:
            reason = str(error)
        else:
            found += later
            removed = [passage.text[start:end] for start, end in spans]
            linted.characters += sum(map(len, removed))
            linted.lines += sum(bool(line.strip()) for text in removed for line in LINE_END.split(text))
    if reason:
        linted.refused.append(Problem(passage.line, reason))
    findings = [_finding(one, passage, shown, linted.path, fixable=not reason) for one in found]
    linted.findings += sorted(findings, key=lambda one: one.place)


def _would_be_emptied(result: Result, exempt: Exemptions) -> bool:
    """Whether all of a text was given back because nothing would be left, and no keep-rule is about it."""
    given_back = tuple(one.cut for one in result.withdrawn if one.promise == "emptied")
    return bool(given_back and not result.cuts and exempt.findings(replace(result, cuts=given_back)))


def _why_left(passage: Passage, result: Result) -> str:
    """Why a text is better left as it is, or nothing."""
    if not passage.is_fixable:
        writes = "`cleaner run` writes its text"
        if not passage.line:
            writes = "`cleaner clean` writes its text, `cleaner run` that of many"
        return f"is HTML, which is not rewritten in place; {writes}"
    if result.status in WHOLE_PAGES:
        return f"nothing would be left of this {result.status.replace('_', ' ')}; remove it yourself, or keep it"
    if result.warnings:
        return f"{result.warnings[0]}; look at it with `cleaner explain`"
    if not result.text.strip():
        return "nothing would be left; remove it yourself, or keep it"
    return ""


class _Found(NamedTuple):
    """A cut, where it is in the text that was read first, and what it takes."""

    cut: Cut
    start: int
    end: int
    text: str


def _found_later(passage: Passage, found: Sequence[_Found], pipeline: Pipeline, exempt: Exemptions) -> list[_Found]:
    """What is found once ``found`` is out of the text, and again, until nothing more is.

    Each round makes the text shorter, so there is a last one, whatever the stages are.
    """
    later: list[_Found] = []
    new: Sequence[_Found] = found
    while new:
        left, to_source = _left(passage.text, _joined([(one.start, one.end) for one in (*found, *later)]))
        result = pipeline.run(left, kind=passage.kind)
        new = [
            _Found(cut, to_source(cut.span.start), to_source(cut.span.end - 1) + 1, left[slice(*cut.span)])
            for cut in exempt.findings(result)
        ]
        if new and _why_left(passage, result):
            break  # what is left is all noise, but that is for a person to say
        later += new
    return later


def _left(text: str, spans: Spans) -> tuple[str, Callable[[int], int]]:
    """The text without spans, and the way from its offsets to those of ``text``."""
    parts, starts, sources, at, size = [], [], [], 0, 0
    for start, end in (*spans, (len(text), len(text))):
        parts.append(text[at:start])
        starts.append(size)
        sources.append(at)
        size, at = size + start - at, end

    def to_source(offset: int) -> int:
        n = bisect_right(starts, offset) - 1
        return sources[n] + offset - starts[n]

    return "".join(parts), to_source


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _finding(found: _Found, passage: Passage, shown: str, path: str, *, fixable: bool) -> Finding:
    bare = found.text.strip()
    start = found.start + found.text.find(bare)
    end = found.end - (len(found.text) - len(found.text.rstrip()))
    mark = found.cut.marks[0]
    place = passage.place(start, shown)
    last = passage.place(end, shown) if passage.is_fixable else place
    return Finding(
        path, place, last, mark.rule, found.cut.category, mark.reason, excerpt(bare), line_hash(found.text), fixable,
        found.cut.mechanism,
    )  # fmt: skip


def excerpt(text: str) -> str:
    """How a text begins, on one line and safe to print."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…"
