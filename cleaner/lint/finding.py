"""Findings: the noise in a file, its place, and the rule that found it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from cleaner.chars import LINE_END
from cleaner.config import Config
from cleaner.decode import refuse_binary
from cleaner.errors import InputError, StageError
from cleaner.keep import line_hash
from cleaner.lint.baseline import Baseline
from cleaner.lint.exempt import Exemptions
from cleaner.lint.files import read_file
from cleaner.lint.source import Passage, Place, Problem, Spans, passages
from cleaner.model import WHOLE_PAGES, Cut, Result
from cleaner.pipeline import Pipeline
from cleaner.reasons import in_words
from cleaner.stages.addressed import WARNING
from cleaner.terminal import visible

_EXCERPT = 60
_QUOTED = re.compile(r": “.*”\Z", re.DOTALL)


class Finding(NamedTuple):
    """A piece of noise in a file.

    ``place`` and ``end`` (exclusive) count lines and columns from 1, columns in code points. ``excerpt`` is the
    beginning of the text. ``line_hash`` identifies the line in keep-rules and baselines. ``fixable`` is whether `fix`
    removes it.
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
        """The reason in words, without the quotation that the excerpt already shows.

        The measures in a reason of the learned scorer are replaced by words.
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
    """The result of checking one file.

    ``deletions`` are the spans of bytes that `fix` removes. ``problems`` are what can't be read, ``refused`` the texts
    that `fix` does not change, and why. ``emptied`` are the lines of the texts (0: the whole file) that contain only
    boilerplate, so that nothing was cut. ``lines`` (without blank lines) and ``characters`` count the text that `fix`
    removes.
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
        """Do not change the file, for this reason."""
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

    It looks for boilerplate only. Captions, comments and headlines that a run drops or separates are not findings, so
    that a configuration file for a run can't make `fix` delete content. Raises `ConfigError` or `RuleError`.
    """
    if config.classifier == "blocks" and not config.learned:
        config = config.with_overrides(classifier="rules")
    comments = "keep" if config.comments == "keep" else "auto"
    config = config.with_overrides(captions="keep", comments=comments, headline="keep")
    return config.pipeline()


def lint(
    path: str,
    pipeline: Pipeline,
    config: Config,
    *,
    baseline: Baseline | None = None,
    read: Callable[[str, int], bytes] = read_file,
) -> Linted:
    """Find the noise in the file ``path``, except what ``baseline`` accepts.

    ``read`` returns the bytes of a path, given the maximum size in bytes. No file makes it raise: errors become
    problems of the result.
    """
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
    except (InputError, StageError) as error:
        linted.problems.append(Problem(0, str(error)))
    return linted


def _lint_passage(passage: Passage, linted: Linted, pipeline: Pipeline, exempt: Exemptions) -> None:
    result = pipeline.run(passage.text, kind=passage.kind)
    cuts = exempt.findings(result)
    if not cuts:
        if _would_be_empty(result, exempt):
            linted.emptied.append(passage.line)
        return
    shown = result.document.text
    found = [_Found(cut, cut.span.start, cut.span.end, shown[slice(*cut.span)]) for cut in cuts]
    reason = _why_left(passage, result)
    if not reason:
        later = _found_later(passage, found, pipeline, exempt)
        spans = _merged([(one.start, one.end) for one in (*found, *later)])
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


def _would_be_empty(result: Result, exempt: Exemptions) -> bool:
    """Whether all cuts of a text were withdrawn because nothing would be left, and some of them are not exempt."""
    withdrawn = tuple(one.cut for one in result.withdrawn if one.promise == "emptied")
    return bool(withdrawn and not result.cuts and exempt.findings(replace(result, cuts=withdrawn)))


def _why_left(passage: Passage, result: Result) -> str:
    """Why `fix` does not change a text; empty if it does."""
    if not passage.is_fixable:
        writes = "`cleaner run` writes its clean text"
        if not passage.line:
            writes = "`cleaner clean` prints its clean text, `cleaner run` cleans many files"
        return f"is HTML, which `fix` can't change in place; {writes}"
    if result.status in WHOLE_PAGES:
        return f"nothing would be left of this {result.status.replace('_', ' ')}; remove it yourself, or keep it"
    faults = [warning for warning in result.warnings if WARNING not in warning]
    if faults:
        return f"{faults[0]}; to see why, use `cleaner explain`"
    if not result.text.strip():
        return "nothing would be left; remove it yourself, or keep it"
    return ""


class _Found(NamedTuple):
    """A cut, its offsets in the original text, and the text that it removes."""

    cut: Cut
    start: int
    end: int
    text: str


def _found_later(passage: Passage, found: Sequence[_Found], pipeline: Pipeline, exempt: Exemptions) -> list[_Found]:
    """The cuts that are found after ``found`` is removed from the text, repeated until nothing more is found.

    The loop ends for any stages, because each round makes the text shorter.
    """
    later: list[_Found] = []
    new: Sequence[_Found] = found
    while new:
        left, to_source = _left(passage.text, _merged([(one.start, one.end) for one in (*found, *later)]))
        result = pipeline.run(left, kind=passage.kind)
        new = [
            _Found(cut, to_source(cut.span.start), to_source(cut.span.end - 1) + 1, left[slice(*cut.span)])
            for cut in exempt.findings(result)
        ]
        if new and _why_left(passage, result):
            break  # all that is left looks like noise; leave that decision to the user
        later += new
    return later


def _left(text: str, spans: Spans) -> tuple[str, Callable[[int], int]]:
    """The text without ``spans``, and a function from its offsets to those of ``text``."""
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


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
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
    """The beginning of a text, on one line and safe to print."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…"
