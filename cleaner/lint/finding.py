"""Findings: what is noise in a file, where, and by which rule."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cleaner.config import Config
from cleaner.decode import refuse_binary
from cleaner.errors import InputError
from cleaner.keep import line_hash
from cleaner.lint.baseline import Baseline
from cleaner.lint.files import read_file
from cleaner.lint.source import Passage, Place, Problem, Spans, passages
from cleaner.lint.spared import Spared
from cleaner.model import Cut, Result
from cleaner.pipeline import Pipeline
from cleaner.terminal import visible

_EXCERPT = 60
_WHOLE = frozenset(("error_page", "consent_page"))


class Finding(NamedTuple):
    """A piece of noise: its file and place (from 1, in code points), the rule, and how the line begins.

    ``line_hash`` names the line in keep-rules and baselines.
    """

    path: str
    place: Place
    end: Place
    rule: str
    category: str
    reason: str
    excerpt: str
    line_hash: str
    mechanism: str = "rule"

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
        }


@dataclass(slots=True)
class Linted:
    """What was found in a file: findings, the bytes `fix` takes out, what can't be read, what is better left."""

    path: str
    data: bytes = b""
    findings: list[Finding] = field(default_factory=list)
    deletions: list[tuple[int, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)

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
    if config.engine == "blocks" and not config.learned:
        config = config.having(engine="rules")
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
    spared = Spared(path, config.keep, baseline.of(path) if baseline else {})
    try:
        linted.data = read(path, config.max_bytes)
        refuse_binary(linted.data)
        for passage in passages(path, linted.data, config):
            if isinstance(passage, Problem):
                linted.problems.append(passage)
            else:
                _lint_passage(passage, linted, pipeline, spared)
                spared.next_text()
    except InputError as error:
        linted.problems.append(Problem(0, str(error)))
    return linted


def _lint_passage(passage: Passage, linted: Linted, pipeline: Pipeline, spared: Spared) -> None:
    result = pipeline.run(passage.text, kind=passage.kind)
    cuts = spared.findings(result)
    if not cuts:
        return
    linted.findings += (_finding(cut, result, passage, linted.path) for cut in cuts)
    if reason := _why_left(passage, result):
        linted.refused.append(Problem(passage.line, reason))
        return
    try:
        linted.deletions += passage.byte_spans(noise_spans(passage, result, cuts, pipeline, spared))
    except InputError as error:
        linted.refused.append(Problem(passage.line, str(error)))


def _why_left(passage: Passage, result: Result) -> str:
    """Why a text is better left as it is, or nothing."""
    if not passage.is_fixable:
        return "is HTML, which is not rewritten in place; `cleaner run` writes its text"
    if result.status in _WHOLE:
        return f"nothing would be left of this {result.status.replace('_', ' ')}; remove it yourself, or keep it"
    if result.warnings:
        return f"{result.warnings[0]}; look at it with `cleaner explain`"
    if not result.text.strip():
        return "nothing would be left; remove it yourself, or keep it"
    return ""


def noise_spans(
    passage: Passage, result: Result, cuts: Sequence[Cut], pipeline: Pipeline, spared: Spared
) -> list[tuple[int, int]]:
    """The spans of the text to take out so that nothing is found in what is left: sorted, disjoint, none adjoining.

    Each round makes the text shorter, so there is a last one, whatever the stages are.
    """
    spans = _joined([(cut.span.start, cut.span.end) for cut in cuts])
    while cuts:
        left, to_source = _left(passage.text, spans)
        result = pipeline.run(left, kind=passage.kind)
        cuts = spared.findings(result)
        found = [(to_source(cut.span.start), to_source(cut.span.end - 1) + 1) for cut in cuts]
        if found and _why_left(passage, result):
            break  # what is left is all noise, but that is for a person to say
        spans = _joined([*spans, *found])
    return spans


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


def _finding(cut: Cut, result: Result, passage: Passage, path: str) -> Finding:
    shown = result.document.text
    removed = shown[slice(*cut.span)]
    bare = removed.strip()
    start = cut.span.start + removed.find(bare)
    end = start + len(bare)
    mark = cut.marks[0]
    place = passage.place(start, shown)
    last = passage.place(end, shown) if passage.is_fixable else place
    return Finding(
        path, place, last, mark.rule, cut.category, mark.reason, excerpt(bare), line_hash(removed), cut.mechanism
    )  # fmt: skip


def excerpt(text: str) -> str:
    """How a text begins, on one line and safe to print."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…"
