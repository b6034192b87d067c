"""The passes over the text of one document: mark, decide, take out, and read again what is left, until nothing goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from cleaner.choice import Thread
from cleaner.config import MORE_CAREFUL, PROFILES, Profile
from cleaner.cuts import compose, lines_left, listed_once, united
from cleaner.evidence import BEYOND_EVIDENCE, Evidence
from cleaner.gaps import absorb_gaps
from cleaner.guard.ground import Ground
from cleaner.guard.judge import Guard, Guarded
from cleaner.guard.promise import AppliesTo
from cleaner.model import PAGING, Blocks, Document, Result, Tree, Withdrawal
from cleaner.packs.match import Matcher
from cleaner.segment.text import Lines, read_lines, segment_lines
from cleaner.stages import Stage
from cleaner.view import View

MAX_PASSES = 64
_MAX_SPLITS = 4  # of wrapped paragraphs, in one pass

Form = Callable[[Lines, str], Lines]
"""Finds the signs of a format in the lines of a text."""


def as_it_is(lines: Lines, text: str) -> Lines:
    """The lines of a text that has no signs of form."""
    del text
    return lines


@dataclass(frozen=True, slots=True)
class Engine:
    """What reads the rules of a pipeline. ``text`` stages run in each pass, ``late`` ones once, if the first cuts."""

    matcher: Matcher
    evidence: Evidence
    guard: Guard
    text: Sequence[Stage]
    late: Sequence[Stage]
    run_stages: Callable[[Sequence[Stage], View], None]

    def decide(self, seen: Seen, profile: Profile) -> Guarded:
        """What the guard allows of the cuts of a profile, and of those of all that are more careful."""
        if profile.name not in seen.decided:
            proposed = seen.view.cuts(profile.threshold)
            guarded = self.guard(
                seen.document,
                proposed,
                seen.applies_to,
                threshold=profile.threshold,
                furniture=seen.furniture,
                ground=seen.ground,
            )
            careful = MORE_CAREFUL.get(profile.name)
            if careful and proposed:
                guarded = self.guard.joined(
                    seen.document, self.decide(seen, careful), guarded, seen.applies_to, ground=seen.ground
                )
            seen.decided[profile.name] = guarded
        return seen.decided[profile.name]

    def view(self, document: Document) -> View:
        """A matched text and the marks of the stages that run in each pass."""
        view = View(document)
        self.run_stages(self.text, view)
        return view


@dataclass(slots=True)
class Seen:
    """A text, or the markup of a page, as one pass sees it: the same for all profiles, which decide one by one."""

    view: View
    warnings: tuple[str, ...] = ()
    applies_to: AppliesTo = "text"
    furniture: int = 0
    """Different lines of noise that markup cut before."""
    is_complete: bool = False
    """Whether the late stages have run."""
    decided: dict[str, Guarded] = field(default_factory=dict)
    """By the name of the profile."""
    ground: Ground = field(init=False)
    """What the guard has found out about the blocks, whatever was cut of them."""

    def __post_init__(self) -> None:
        self.ground = Ground(self.view.document)

    @property
    def document(self) -> Document:
        """The text and its blocks."""
        return self.view.document


class Rest:
    """A text that is left of another. Its lines are found on first use: often the text was seen before."""

    def __init__(self, text: str, find_lines: Callable[[], Lines]) -> None:
        self.text = text
        self._find_lines = find_lines

    @classmethod
    def of(cls, result: Result, lines: Lines, form: Form = as_it_is) -> Rest:
        """What ``result`` leaves of ``lines``."""
        text = result.text
        return cls(text, lambda: form(lines_left(lines, result), text))

    @cached_property
    def lines(self) -> Lines:
        """The lines of the text, with the signs of its format."""
        return self._find_lines()


class _Key(NamedTuple):
    """What the view of a text depends on, while one document is cleaned."""

    text: str
    is_first: bool
    furniture: int
    borders: frozenset[int]


class Passes:
    """The passes over the texts that profiles leave of one document. Equal texts are read once.

    The texts are parts of a page if there is a ``tree``. ``form`` finds the signs of a format, again in what is left.
    """

    def __init__(self, engine: Engine, id: str, tree: Tree | None, form: Form = as_it_is) -> None:
        self._engine, self._id, self._tree, self._form = engine, id, tree, form
        self._texts: dict[_Key, Seen] = {}

    def clean(self, lines: Lines, text: str, profile: Profile) -> Result:
        """A text as one profile cleans it."""
        first = self.first(Rest(text, lambda: self._form(lines, text)), profile)
        careful = MORE_CAREFUL.get(profile.name)
        if careful:
            first = united(lines, self.clean(lines, text, careful), first)
        return self.until_stable(first, lines, profile, first.document.blocks)

    def first(self, rest: Rest, profile: Profile, furniture: int = 0, alike: Blocks | None = None) -> Result:
        """The first pass. ``furniture`` is the number of different lines of noise that markup cut before.

        ``alike`` are the matched blocks of a text that has most lines in common with this one.
        """
        return self._once(rest, profile, furniture, alike, is_first=True)

    def until_stable(
        self, result: Result, lines: Lines, profile: Profile, before: Blocks, furniture: int = 0
    ) -> Result:
        """More passes over the rest of ``lines`` until no pass cuts anything; ``before`` has the hits of its blocks."""
        again = result
        for _ in range(MAX_PASSES):
            if not again.cuts:
                break
            rest = Rest.of(again, lines, self._form)
            again = self._once(rest, profile, furniture, before, is_first=False)
            before = again.document.blocks
            result = compose(result, again)
            if again.cuts:
                lines = rest.lines
        return result

    def _once(self, rest: Rest, profile: Profile, furniture: int, known: Blocks | None, *, is_first: bool) -> Result:
        """One pass. What is cut of a wrapped paragraph goes only as far as the evidence reaches."""
        borders = frozenset[int]()
        withdrawn: list[Sequence[Withdrawal]] = []
        for _ in range(_MAX_SPLITS):
            seen = self._see(rest, _Key(rest.text, is_first, furniture, borders), known)
            document, guarded = seen.document, self._judge(seen, profile, is_first=is_first)
            withdrawn.append(guarded.withdrawn)
            found = self._engine.evidence.borders(document, rest.lines, guarded.cuts) if guarded.cuts else borders
            further = found - borders
            if not further:
                break
            borders |= further
            withdrawn.append([Withdrawal(cut, BEYOND_EVIDENCE) for cut in guarded.cuts])
        cuts = absorb_gaps(document, guarded.cuts)
        given_back = listed_once(rest.text, cuts, *withdrawn)
        return Result(document, cuts, given_back, (), seen.warnings + guarded.warnings, guarded.status)

    def _see(self, rest: Rest, key: _Key, known: Blocks | None) -> Seen:
        """What a pass sees of a text; ``known`` are matched blocks of another text of the document."""
        seen = self._texts.get(key)
        if seen is None and not key.is_first:  # if the first pass cut nothing of a text, the next sees the same in it
            seen = self._texts.get(key._replace(is_first=True))
            seen = None if seen is None or seen.is_complete else seen  # which has the marks of late stages, too
        if seen is None:
            unmatched = segment_lines(rest.lines, rest.text, self._tree, id=self._id, borders=key.borders)
            document, warnings = self._engine.matcher.match(unmatched, known)
            seen = self._texts[key] = Seen(self._engine.view(document), warnings, furniture=key.furniture)
        return seen

    def _judge(self, seen: Seen, profile: Profile, *, is_first: bool) -> Guarded:
        """The cuts that the guard allows, with the marks of late stages in the first pass."""
        engine = self._engine
        guarded = engine.decide(seen, profile)
        is_noisy = is_first and any(cut.category != PAGING for cut in guarded.cuts)
        if is_noisy and engine.late and not seen.is_complete:
            seen.is_complete = True
            before = len(seen.view.marks)
            engine.run_stages(engine.late, seen.view)
            if len(seen.view.marks) > before:  # without new marks there is nothing to decide again
                seen.decided.clear()
                guarded = engine.decide(seen, profile)
        return guarded


class PagePasses:
    """A page as profiles clean it: first by the marks for its markup, then what is left as text.

    ``view`` has the marks of the page stages, ``thread`` is the comments that an option asks for. With ``stable`` the
    result is cleaned again as plain text, by that profile or the page's own, whichever cuts more.
    """

    def __init__(
        self, engine: Engine, lines: Lines, view: View, thread: Thread | None = None, stable: Profile | None = None
    ) -> None:
        self._engine, self._lines, self._thread, self._stable = engine, lines, thread, stable
        self._seen = Seen(view, applies_to="page")
        id, tree = view.document.id, view.document.blocks.tree
        self._texts, self._plain = Passes(engine, id, tree), Passes(engine, id, None)

    def clean(self, profile: Profile, alike: Blocks | None = None) -> Result:
        """The page as one profile cleans it. ``alike`` are matched blocks of the text that another profile leaves."""
        lines, texts = self._lines, self._texts
        document, guarded = self._seen.document, self._engine.decide(self._seen, profile)
        cuts = absorb_gaps(document, self._thread.beside(guarded.cuts) if self._thread else guarded.cuts)
        first = Result(document, cuts, guarded.withdrawn, (), guarded.warnings, guarded.status)
        furniture = self._seen.view.noise_lines(guarded.cuts)
        left = texts.first(Rest.of(first, lines), profile, furniture, alike)
        blocks = left.document.blocks
        result = compose(first, left)
        careful = MORE_CAREFUL.get(profile.name)
        if careful:
            result = united(lines, self.clean(careful, blocks), result)
        result = texts.until_stable(result, lines, profile, blocks, furniture)
        if self._stable is None:
            return result
        profile, text = max(profile, self._stable, key=lambda one: one.threshold), result.text
        return compose(result, self._plain.clean(read_lines(text), text, profile))

    def clean_rest(self, result: Result) -> Result:
        """What ``result`` leaves of the page, cleaned carefully as a text of its own."""
        texts = Passes(self._engine, result.document.id, result.document.blocks.tree)
        return texts.clean(lines_left(self._lines, result), result.text, PROFILES["careful"])
