"""The whole of the pipeline: segment, match, mark, resolve, guard, until nothing more goes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

from cleaner.errors import ConfigError
from cleaner.features import Votes
from cleaner.gaps import absorb_gaps, takes_whole_lines
from cleaner.guard import Guard
from cleaner.harvest import Facts, Harvest
from cleaner.match import Matcher
from cleaner.model import Blocks, Cut, Result, Span, Withdrawal
from cleaner.packs import Packs, load_builtin
from cleaner.resolve import resolve
from cleaner.segment.text import Lines, read_lines, segment_lines
from cleaner.stages import Stage, default_stages

MAX_PASSES = 64


@dataclass(frozen=True, slots=True)
class Profile:
    """An operating point: the sum of scores that cuts a block."""

    name: str
    threshold: int
    summary: str


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("careful", 100, "cut on sure evidence only: the default for plain text"),
        Profile("balanced", 80, "cut where most of the evidence says noise"),
        Profile("strict", 60, "cut on strong suspicion: less noise, some content lost"),
    )
}


class Pipeline:
    """A cleaner with its rules compiled: build one, call `run` for each document. Picklable, free of global state."""

    def __init__(
        self, packs: Packs | None = None, *, profile: str = "careful", stages: Sequence[Stage] | None = None
    ) -> None:
        """Raises `ConfigError` for an unknown profile, `RuleError` if the shipped packs are damaged."""
        if profile not in PROFILES:
            raise ConfigError(f"there is no profile {profile!r}: choose one of {', '.join(PROFILES)}")
        self.profile = PROFILES[profile]
        self.packs = load_builtin() if packs is None else packs
        self.stages = tuple(default_stages(self.packs) if stages is None else stages)
        self._matcher = Matcher(self.packs)
        self._harvest = Harvest(self.packs)
        self._guard = Guard(self.packs, threshold=self.profile.threshold)

    def run(self, text: str, *, id: str = "-") -> Result:
        """Clean ``text`` until nothing more goes, so that cleaning the result again changes nothing.

        Raises nothing for any string. Work is linear in the length of the text.
        """
        lines = read_lines(text)
        result = again = self._once(lines, text, id, None)
        for _ in range(MAX_PASSES):
            if not again.cuts:
                break
            lines = _left(lines, again)
            again = self._once(lines, again.text, id, again.document.blocks)
            result = _compose(result, again)
        return self._finished(result)

    def _once(self, lines: Lines, text: str, id: str, before: Blocks | None) -> Result:
        document, warnings = self._matcher.match(segment_lines(lines, text, id=id), before)
        marks = Votes(document)
        for stage in self.stages:
            marks.add(stage(document, marks))
        guarded = self._guard(document, resolve(marks, threshold=self.profile.threshold))
        cuts = absorb_gaps(document, guarded.cuts)
        return Result(document, cuts, guarded.withdrawn, (), warnings + guarded.warnings, guarded.status)

    def _finished(self, result: Result) -> Result:
        status = result.status
        if status == "ok" and not len(result.document.blocks):
            status = "empty"
        elif status == "ok" and not result.cuts:
            status = "unchanged"
        return replace(result, facts=Facts(self._harvest, result.document, result.cuts), status=status)


def _left(lines: Lines, result: Result) -> Lines:
    """The lines of the text that ``result`` leaves; read anew where a stage cut inside a line."""
    if takes_whole_lines(result.document, result.cuts):
        return lines.without([cut.span for cut in result.cuts])
    return read_lines(result.text)


def _compose(result: Result, again: Result) -> Result:
    """One result for two passes: ``again`` was made of the text that ``result`` left."""
    kept = [piece.span for piece in result.pieces() if piece.cut is None]
    ends = list(accumulate(span.end - span.start for span in kept))  # of the kept slices, in the clean text
    later = [Cut(span, cut.marks) for cut in again.cuts for span in _sources(kept, ends, cut.span)]
    withdrawn = [
        Withdrawal(Cut(Span(spans[0].start, spans[-1].end), w.cut.marks), w.promise)
        for w in again.withdrawn
        if (spans := list(_sources(kept, ends, w.cut.span)))
    ]
    return replace(
        result,
        cuts=tuple(sorted((*result.cuts, *later), key=lambda cut: cut.span)),
        withdrawn=tuple(withdrawn),
        warnings=tuple(dict.fromkeys((*result.warnings, *again.warnings))),
        status=again.status if again.status != "ok" else result.status,
    )


def _sources(kept: Sequence[Span], ends: Sequence[int], span: Span) -> Iterator[Span]:
    """Where a span of the kept text came from: one span for each kept slice it runs over."""
    for n in range(bisect_right(ends, span.start), len(kept)):
        start, end = kept[n]
        at = ends[n] - (end - start)
        if at >= span.end:
            return
        yield Span(start + max(span.start - at, 0), start + min(span.end - at, end - start))


@lru_cache(maxsize=8)
def _shared(profile: str) -> Pipeline:
    return Pipeline(profile=profile)


def clean(text: str, *, profile: str = "careful") -> str:
    r"""The content of ``text``, without the boilerplate.

    >>> clean("Skip to main content\nRain is expected in the north.\n")
    'Rain is expected in the north.\n'
    """
    return explain(text, profile=profile).text


def explain(text: str, *, id: str = "-", profile: str = "careful") -> Result:
    """The same run as `clean`, with every decision: cuts, withdrawals, facts, warnings."""
    return _shared(profile).run(text, id=id)
