"""The whole of the pipeline: segment, match, mark, resolve, guard, until nothing more goes."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import accumulate
from typing import get_args

from cleaner.errors import refuse_unknown
from cleaner.evidence import Evidence
from cleaner.features import Votes
from cleaner.gaps import absorb_gaps, takes_whole_lines
from cleaner.guard import Guard, Guarded
from cleaner.harvest import Facts, Harvest
from cleaner.match import Matcher
from cleaner.metadata import Level, read_head
from cleaner.model import Blocks, Cut, Document, InputKind, Result, Span, Tree, Withdrawal
from cleaner.pack_cache import load_builtin
from cleaner.packs import Packs
from cleaner.page_guard import guard_page
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT, resolve
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.kind import detect_kind
from cleaner.segment.markdown import with_syntax
from cleaner.segment.text import Lines, read_lines, segment_lines
from cleaner.stages import Engine, Stage, default_stages
from cleaner.stages import late_stages as default_late_stages
from cleaner.stages import page_stages as default_page_stages
from cleaner.stages.scorer import Scorer

MAX_PASSES = 64
_MAX_SPLITS = 4  # of wrapped paragraphs, in one pass


@dataclass(frozen=True, slots=True)
class Profile:
    """An operating point: the sum of scores that cuts a block."""

    name: str
    threshold: int
    summary: str


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("careful", CUTS_ALONE, "cut on sure evidence only: the default for plain text"),
        Profile("balanced", CUTS_BALANCED, "cut where most of the evidence says noise"),
        Profile("strict", CUTS_STRICT, "cut on strong suspicion: less noise, some content lost"),
    )
}

Form = Callable[[Lines, str], Lines]


def _as_it_is(lines: Lines, text: str) -> Lines:
    """The lines of a text that has no signs of form."""
    del text
    return lines


_DEFAULT_PROFILES = {"text": "careful", "html": "balanced"}


class Pipeline:
    """A cleaner with its rules compiled: build one, call `run` for each document. Picklable, free of global state."""

    def __init__(
        self,
        packs: Packs | None = None,
        *,
        profile: str = "",
        engine: Engine = "blocks",
        metadata: Level = "light",
        stable: bool = False,
        stages: Sequence[Stage] | None = None,
        page_stages: Sequence[Stage] | None = None,
        late_stages: Sequence[Stage] | None = None,
    ) -> None:
        """``profile`` is for any input; without one text is cleaned ``careful``, HTML ``balanced``.

        ``engine`` says who judges: our own stages (``blocks``), these without the learned scorers (``rules``), for the
        markup of pages trafilatura's extraction, or both; ``metadata`` how much is read of a page's head, when somebody
        asks for the facts. ``stable`` cleans the clean text of a page once more, as the text it now is, so that nothing
        is left for another run; of plain text nothing ever is.

        ``stages`` read text, ``page_stages`` the markup of pages before them; ``late_stages`` are asked, once, about a
        text from which ``stages`` had something cut. Raises `ConfigError` for an unknown profile, engine or level,
        `RuleError` if the shipped packs are damaged.
        """
        refuse_unknown("profile", profile, ("", *PROFILES))
        refuse_unknown("engine", engine, get_args(Engine))
        refuse_unknown("metadata", metadata, get_args(Level))
        self.profiles = {kind: PROFILES[profile or default] for kind, default in _DEFAULT_PROFILES.items()}
        self.packs = load_builtin() if packs is None else packs
        self.stages = tuple(default_stages(self.packs) if stages is None else stages)
        self.page_stages = tuple(default_page_stages(self.packs, engine) if page_stages is None else page_stages)
        least = self.profiles["text"].threshold
        shipped = default_late_stages(self.packs, engine, least=least)
        self.late_stages = tuple(shipped if late_stages is None else late_stages)
        self._metadata: Level = metadata
        self._is_stable = stable
        self._matcher = Matcher(self.packs)
        self._evidence = Evidence(self.packs)
        self._harvest = Harvest(self.packs)
        self._guards = {
            profile: Guard(self.packs, threshold=profile.threshold) for profile in set(self.profiles.values())
        }

    @cached_property
    def digest(self) -> str:
        """The hash of all that a run is judged by: the rule packs and the models of the scorers, in hexadecimal."""
        models = [stage.digest for stage in (*self.page_stages, *self.late_stages) if isinstance(stage, Scorer)]
        return hashlib.sha256(b"".join((self.packs.digest.encode(), *models))).hexdigest()

    def warm_up(self) -> None:
        """Load now what else is loaded with the first document that needs it: the models of the scorers."""
        for stage in (*self.page_stages, *self.late_stages):
            if isinstance(stage, Scorer):
                _ = stage.model

    def run(self, source: str, *, id: str = "-", kind: InputKind | None = None, url: str = "") -> Result:
        """Clean ``source`` until nothing more goes, so that cleaning the result again changes nothing.

        ``kind`` is what it is, if that is known; else it is seen by its first characters. Of what is known to be
        Markdown the signs stay (front matter, breaks, tags, indented code). ``url`` is where it came from. Raises
        nothing for any string, `TypeError` for anything else. Work is linear in the length of the text.
        """
        if not isinstance(source, str):
            cure = "; decode it first" if isinstance(source, bytes | bytearray) else ""
            raise TypeError(f"the source is {type(source).__name__}, not a string{cure}")
        is_told = kind is not None
        kind = kind or detect_kind(source)
        if kind == "html":
            return self._run_page(source, id, url)
        form = with_syntax if kind == "markdown" and is_told else _as_it_is
        result = self._run_lines(read_lines(source), source, None, id, self.profiles["text"], form)
        return self._finished(replace(result, document=replace(result.document, input_kind=kind, url=url)))

    def _run_page(self, source: str, id: str, url: str) -> Result:
        """What the markup tells goes first; what is left is read as text."""
        profile = self.profiles["html"]
        page = read_page(source)
        document = replace(segment_page(page, id=id), source=source, url=url)
        marks = Votes(document)
        for stage in self.page_stages:
            marks.add(stage(document, marks))
        guarded = guard_page(document, resolve(marks, threshold=profile.threshold), threshold=profile.threshold)
        cuts = absorb_gaps(document, guarded.cuts)
        result = Result(document, cuts, guarded.withdrawn, (), guarded.warnings, guarded.status)
        lines = page.lines.without([cut.span for cut in cuts]) if cuts else page.lines
        left = _compose(result, self._run_lines(lines, result.text, page.tree, id, profile))
        if self._is_stable:
            left = _compose(left, self._run_lines(read_lines(left.text), left.text, None, id, self.profiles["text"]))
        return self._finished(replace(left, withdrawn=_in_order(*guarded.withdrawn, *left.withdrawn)))

    def _run_lines(
        self, lines: Lines, text: str, tree: Tree | None, id: str, profile: Profile, form: Form = _as_it_is
    ) -> Result:
        """Pass after pass, until nothing more goes. ``form`` finds the signs of a format, anew in what is left."""
        result = again = self._once(form(lines, text), text, tree, id, profile, None)
        for _ in range(MAX_PASSES):
            if not again.cuts:
                break
            lines = _left(lines, again)
            again = self._once(form(lines, again.text), again.text, tree, id, profile, again.document.blocks)
            result = _compose(result, again)
        return result

    def _once(
        self, lines: Lines, text: str, tree: Tree | None, id: str, profile: Profile, before: Blocks | None
    ) -> Result:
        """One pass. What is cut of a wrapped paragraph goes only as far as the evidence reaches."""
        borders = frozenset[int]()
        for _ in range(_MAX_SPLITS):
            document, warnings = self._matcher.match(segment_lines(lines, text, tree, id=id, borders=borders), before)
            guarded = self._judge(document, profile, is_first=before is None)
            further = self._evidence.borders(document, lines, guarded.cuts) - borders
            if not further:
                break
            borders |= further
        cuts = absorb_gaps(document, guarded.cuts)
        return Result(document, cuts, guarded.withdrawn, (), warnings + guarded.warnings, guarded.status)

    def _judge(self, document: Document, profile: Profile, *, is_first: bool) -> Guarded:
        """What the stages say and the guard allows; late stages are asked in the first pass."""
        marks = self._marks(document)
        guarded = self._decide(document, marks, profile)
        if guarded.cuts and is_first and self.late_stages:
            heard = len(marks)
            for stage in self.late_stages:
                marks.add(stage(document, marks))
            if len(marks) > heard:  # of pages they say nothing, and there is nothing to decide anew
                guarded = self._decide(document, marks, profile)
        return guarded

    def _decide(self, document: Document, marks: Votes, profile: Profile) -> Guarded:
        return self._guards[profile](document, resolve(marks, threshold=profile.threshold))

    def _marks(self, document: Document) -> Votes:
        marks = Votes(document)
        for stage in self.stages:
            marks.add(stage(document, marks))
        return marks

    def marks(self, text: str, *, id: str = "-") -> tuple[Document, Votes]:
        """The blocks of a plain text and what the stages say of them at first, before anything is decided."""
        document, _ = self._matcher.match(segment_lines(read_lines(text), text, None, id=id), None)
        return document, self._marks(document)

    def _finished(self, result: Result) -> Result:
        status = result.status
        if status == "ok" and not len(result.document.blocks):
            status = "empty"
        elif status == "ok" and not result.cuts:
            status = "unchanged"
        document = result.document
        head = partial(read_head, document.source, document.url, self._metadata)
        return replace(result, facts=Facts(head, partial(self._harvest, document, result.cuts)), status=status)


def _in_order(*withdrawn: Withdrawal) -> tuple[Withdrawal, ...]:
    return tuple(sorted(withdrawn, key=lambda w: w.cut.span))


def _left(lines: Lines, result: Result) -> Lines:
    """The lines of the text that ``result`` leaves; read anew where a stage cut inside a line."""
    if takes_whole_lines(result.document, result.cuts):
        return lines.without([cut.span for cut in result.cuts])
    return read_lines(result.text)


def _compose(result: Result, again: Result) -> Result:
    """One result for two passes: ``again`` was made of the text that ``result`` left."""
    kept = result.kept()
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
def _shared(profile: str, engine: Engine) -> Pipeline:
    return Pipeline(profile=profile, engine=engine)


def clean(source: str, *, url: str = "", profile: str = "", kind: InputKind | None = None) -> str:
    r"""The content of ``source``, a text or an HTML page, without the boilerplate.

    >>> clean("Skip to main content\nRain is expected in the north.\n")
    'Rain is expected in the north.\n'
    >>> clean("<nav>Home News</nav><p>Rain is expected in the north.</p>")
    'Rain is expected in the north.\n'
    """
    return explain(source, url=url, profile=profile, kind=kind).text


def explain(
    source: str,
    *,
    id: str = "-",
    url: str = "",
    profile: str = "",
    kind: InputKind | None = None,
    engine: Engine = "blocks",
) -> Result:
    """The same run as `clean`, with every decision: cuts, withdrawals, facts, warnings."""
    return _shared(profile, engine).run(source, id=id, url=url, kind=kind)
