"""The whole of the pipeline: segment, match, mark, resolve, guard, until nothing more goes."""

from __future__ import annotations

import hashlib
import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from cleaner.categories import named_cuts, named_withdrawals
from cleaner.choice import Choice, Thread
from cleaner.column_names import HTML_COLUMNS, ID_COLUMN, TEXT_COLUMNS, URL_COLUMN
from cleaner.config import MORE_CAREFUL, PROFILES, Config, Options, Profile, config_of, listing_options
from cleaner.cuts import compose, lines_left, listed_once, united
from cleaner.errors import ConfigError, InputError, StageError, refuse_unknown
from cleaner.evidence import BEYOND_EVIDENCE, Evidence
from cleaner.facts.harvest import Harvest
from cleaner.facts.lazy import Facts, read_later
from cleaner.facts.page_type import model_bytes, page_type
from cleaner.facts.paywall import stub_warnings
from cleaner.gaps import absorb_gaps
from cleaner.guard.ground import Ground
from cleaner.guard.judge import Guard, Guarded
from cleaner.guard.promise import AppliesTo
from cleaner.model import PAGING, Blocks, Document, InputKind, PageType, Result, Tree, Withdrawal
from cleaner.packs.hosts import HostRules, everywhere, is_scoped
from cleaner.packs.match import HostMatcher, Matcher
from cleaner.packs.rule import Packs
from cleaner.segment import markdown_syntax as markdown
from cleaner.segment import rest
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.kind import detect_kind
from cleaner.segment.text import Lines, read_lines, segment_lines
from cleaner.source import read_source
from cleaner.stages import Stage
from cleaner.stages.addressed import cut_warnings, source_warnings
from cleaner.stages.base import fault_of
from cleaner.stages.line_up import Given, line_up, marks_of
from cleaner.stages.scorer import Scorer
from cleaner.tables import is_by_column, library_of, table_cure
from cleaner.view import View

if TYPE_CHECKING:
    from typing import Unpack


__all__ = ["PROFILES", "Many", "Pipeline", "Profile", "clean", "explain", "passed_through", "shared_pipeline"]

MAX_PASSES = 64
_MAX_SPLITS = 4  # of wrapped paragraphs, in one pass
_MAX_HOSTS = 64  # whose rules are kept ready

Many = str | bytes | tuple[str | None, str | bytes] | Mapping[str, Any]
"""A document of many: a source, a pair of an id and a source, or a row; see `Pipeline.run_many`."""


_ONE = (str, bytes, bytearray, memoryview, Mapping)
"""What is one document, though it can be iterated over."""

Form = Callable[[Lines, str], Lines]


def _as_it_is(lines: Lines, text: str) -> Lines:
    """The lines of a text that has no signs of form."""
    del text
    return lines


_FORMS: Mapping[InputKind, Form] = {"markdown": markdown.with_syntax, "rst": rest.with_syntax}
_DEFAULT_PROFILES = {"text": "careful", "html": "balanced"}


@dataclass(slots=True)
class _Seen:
    """A text, or the markup of a page, as one pass sees it: the same for all profiles, which decide one by one."""

    view: View
    warnings: tuple[str, ...]
    applies_to: AppliesTo = "text"
    furniture: int = 0
    """Different lines of noise that markup cut before."""
    is_complete: bool = False
    """Whether the late stages have run."""
    decided: dict[str, Guarded] = field(default_factory=dict)
    """By the name of the profile."""
    thread: Thread | None = None
    """The comments of a page, if an option asks for them."""
    ground: Ground = field(init=False)
    """What the guard has found out about the blocks, whatever was cut of them."""

    def __post_init__(self) -> None:
        self.ground = Ground(self.view.document)

    @property
    def document(self) -> Document:
        """The text and its blocks."""
        return self.view.document


_Texts = dict[tuple[str, bool, bool, int, frozenset[int]], _Seen]
"""What was seen while one document is cleaned: by the text, whether it is plain, whether it is seen for the first time,
the furniture that was cut before, and the borders in it. Profiles that leave the same text share it."""


class Pipeline:
    """A cleaner with its rules compiled: build one, call `run` for each document.

    Picklable, free of global state, and safe to share between threads.
    """

    @listing_options
    def __init__(
        self,
        packs: Packs | None = None,
        *,
        config: Config | Mapping[str, Any] | None = None,
        text_stages: Sequence[Stage] | None = None,
        page_stages: Sequence[Stage] | None = None,
        late_stages: Sequence[Stage] | None = None,
        **options: Unpack[Options],
    ) -> None:
        """``config`` holds options, ``options`` are those of `cleaner.Options` and override it.

        ``packs`` replace the shipped rule packs and those that ``rules``, ``select`` and ``ignore`` would choose.
        The option ``stages`` adds stages to the shipped ones. To replace these, give ``text_stages``, which read text,
        ``page_stages``, which read the markup of pages before them, or ``late_stages``, which run once, on a text
        from which ``text_stages`` cut something.

        Raises `ConfigError` for a value that an option can't have, `TypeError` for an option that does not exist, packs
        that are not `Packs`, and stages that are not a sequence of stages, `RuleError` for a pack, a prefix of rules or
        a rule of a stage that is wrong.
        """
        if packs is not None and not isinstance(packs, Packs):
            what = f"the first argument of Pipeline() is rule packs, not {type(packs).__name__}"
            raise TypeError(f"{what}; write config=..., profile=...")
        given = Given(
            text=_stages("text_stages", text_stages),
            page=_stages("page_stages", page_stages),
            late=_stages("late_stages", late_stages),
        )
        self.config = config_of("Pipeline()", config, options)
        classifier, profile = self.config.classifier, self.config.profile
        if packs is not None and (self.config.rules or self.config.select or self.config.ignore):
            raise ConfigError("packs are given, so rules, select and ignore choose nothing: give one or the other")
        self.profiles = {kind: PROFILES[profile or default] for kind, default in _DEFAULT_PROFILES.items()}
        declared = (*self.config.stage_rules(), *given.rules())
        self.packs = self.config.packs(declared) if packs is None else packs.declaring(declared)
        least, asked = self.profiles["text"].threshold, self.config.asked
        own = self.config.load_stages()
        general = everywhere(self.packs)
        self._stages = line_up(general, given, own, classifier=classifier, least=least, asked=asked)
        self._ids = frozenset(self.packs.ids())
        chosen = self._ids.union(rule.id for stage in self._stages.asked for rule in stage.rules)
        self._unchosen = frozenset(rule.id for rule in self._stages.rules()) - chosen
        self._hosts = HostRules(self.packs) if is_scoped(self.packs) else None
        self._by_host: dict[object, Pipeline] = {}
        self._elements = self.packs.elements()
        self._compile(general, Matcher(general))

    def _compile(self, packs: Packs, matcher: Matcher) -> None:
        """Make what reads the rules of ``packs``."""
        self._general = packs
        self._matcher = matcher
        self._evidence = Evidence(packs)
        self._harvest = Harvest(packs)
        self._guard = Guard(packs, keeps_captions=self.config.captions != "auto")

    def _of_host(self, url: str) -> Pipeline:
        """The pipeline for documents from ``url``: this one, or one with the rules of their host as well."""
        if self._hosts is None or not url:
            return self
        numbers = rules, sections = self._hosts.of(url)
        if not (rules or sections):
            return self
        pipeline = self._by_host.get(numbers)
        if pipeline is None:
            if len(self._by_host) >= _MAX_HOSTS:
                self._by_host.clear()
            packs = self._hosts.packs(self._general, rules, sections)
            pipeline = self._by_host[numbers] = self._with_packs(packs)
        return pipeline

    def _with_packs(self, packs: Packs) -> Pipeline:
        """A copy that also has the rules of a host. ``packs`` begin with the rules that apply everywhere."""
        pipeline = copy(self)
        vars(pipeline).pop("_choice", None)
        pipeline._read_also(packs)  # noqa: SLF001 - a copy of this one
        return pipeline

    def _read_also(self, packs: Packs) -> None:
        self._hosts, self._by_host = None, {}
        self._stages = self._stages.reading(packs)
        self._compile(packs, HostMatcher(self._matcher, packs))

    def __repr__(self) -> str:
        text, html = self.profiles["text"].name, self.profiles["html"].name
        profile = f"profile={text!r}" if text == html else f"profile={text!r} for text, {html!r} for HTML"
        markdown = ", text_format='markdown'" if self.config.text_format == "markdown" else ""
        return f"Pipeline({profile}, classifier={self.config.classifier!r}{markdown}, {len(self.packs.rules):,} rules)"

    @property
    def text_stages(self) -> tuple[Stage, ...]:
        """The stages that run on text, in each pass."""
        return self._stages.text

    @property
    def page_stages(self) -> tuple[Stage, ...]:
        """The stages that run on the markup of a page."""
        return self._stages.page

    @property
    def late_stages(self) -> tuple[Stage, ...]:
        """The stages that run once, on a text from which the others cut something."""
        return self._stages.late

    @cached_property
    def _choice(self) -> Choice:
        return Choice(self._stages.asked, self._run_stages)

    @cached_property
    def digest(self) -> str:
        """The hash of all that a run is judged by, in hexadecimal: packs, rules of stages, models, stages of users."""
        return hashlib.sha256(self.packs.digest.encode() + self._stages.digest() + model_bytes()).hexdigest()

    def warm_up(self) -> None:
        """Load now what else is loaded with the first document that needs it: the models of the scorers."""
        for stage in self._stages:
            if isinstance(stage, Scorer):
                _ = stage.model

    def run(self, source: str | bytes, *, id: str = "-", kind: InputKind | None = None, url: str = "") -> Result:
        """Clean ``source`` until nothing more goes, so that cleaning the result again changes nothing.

        Bytes are decoded as the bytes of a file are: a byte order mark, the option ``encoding``, what a page says of
        itself, UTF-8, and what the frequency of bytes suggests. Strings are taken as they are.

        ``kind`` is what the source is: ``html``, ``markdown``, ``rst`` or ``text``; without one the option
        ``input_kind``, else its first characters decide. Of what is declared to be Markdown or reStructuredText the
        signs stay (front matter, directives, tags, indented code). ``id`` names the document in the result, ``url`` is
        where it came from.

        Raises nothing for any string but what a stage of a user raises, `RuleError` for a mark of a rule that its stage
        does not declare, `InputError` for bytes that are not text, `ConfigError` for an unknown ``kind``,
        `TypeError` for a source that is neither a string nor bytes, and for an ``id`` that is not a string. Work is
        linear in the length of the text.
        """
        if not isinstance(id, str):
            raise TypeError(f"id is {type(id).__name__}, not a string; write id=str(...)")
        return self._run_text(*self._read(source, kind), id, url)

    __call__ = run

    def _read(
        self, source: object, kind: InputKind | None, expected: InputKind | None = None
    ) -> tuple[str, InputKind | None]:
        """The text of a source, and what it is declared to be."""
        if kind is not None:
            refuse_unknown("kind", kind, get_args(InputKind))
        elif self.config.input_kind != "auto":
            kind = self.config.input_kind
        if isinstance(source, str) and expected is None:
            return source, kind
        data = source if isinstance(source, str) else _as_bytes(source)
        decoded, kind = read_source(data, kind=kind, expected=expected, declared=self.config.encoding)
        return decoded.text, kind

    def _run_text(self, source: str, kind: InputKind | None, id: str, url: str) -> Result:
        return self._of_host(url)._run_here(source, kind, id, url)  # noqa: SLF001 - a pipeline as this one

    def _run_here(self, source: str, kind: InputKind | None, id: str, url: str) -> Result:
        is_declared = kind is not None
        kind = kind or detect_kind(source)
        if kind == "html":
            return self._run_page(source, id, url)
        form = _FORMS.get(kind, _as_it_is) if is_declared else _as_it_is
        lines = read_lines(source)
        result = self._run_lines(lines, source, None, id, self.profiles["text"], form, {})
        result = replace(result, document=replace(result.document, input_kind=kind, url=url))
        return self._finished(result, lines)

    def _run_page(self, source: str, id: str, url: str) -> Result:
        """First cut by markup; what is left is read as text."""
        page = read_page(source)
        document = replace(segment_page(page, id=id), source=source, url=url)
        view = View(document)
        self._run_stages(self._stages.page, view)
        seen = _Seen(view, (), "page", thread=self._choice.thread(view))
        result = self._clean_page(page.lines, seen, self.profiles["html"], {})
        if seen.thread:
            result = self._choice.with_thread(result, seen.thread, page.lines, partial(self._clean_left, page.lines))
        if page.may_address_model:
            result = replace(result, warnings=(*result.warnings, *source_warnings(source)))
        return self._finished(result, page.lines)

    def _clean_left(self, lines: Lines, result: Result) -> Result:
        """What ``result`` leaves of ``lines``, cleaned as a text of its own."""
        document = result.document
        left, careful = lines_left(lines, result), PROFILES["careful"]
        return self._run_lines(left, result.text, document.blocks.tree, document.id, careful, _as_it_is, {})

    def _clean_page(self, lines: Lines, seen: _Seen, profile: Profile, texts: _Texts) -> Result:
        """A page as one profile cleans it: by the marks for its markup, then as text."""
        document, guarded = seen.document, self._decide(seen, profile)
        cuts = absorb_gaps(document, seen.thread.beside(guarded.cuts) if seen.thread else guarded.cuts)
        first = Result(document, cuts, guarded.withdrawn, (), guarded.warnings, guarded.status)
        tree, furniture = document.blocks.tree, seen.view.noise_lines(guarded.cuts)
        left = self._once(lines_left(lines, first), first.text, tree, document.id, profile, None, texts, furniture)
        first = compose(first, left)
        careful = MORE_CAREFUL.get(profile.name)
        if careful:
            first = united(lines, self._clean_page(lines, seen, careful, texts), first)
        result = self._until_stable(first, lines, profile, _as_it_is, left.document.blocks, texts, furniture)
        if self.config.stable:
            profile = max(profile, self.profiles["text"], key=lambda one: one.threshold)
            lines = read_lines(result.text)
            again = self._run_lines(lines, result.text, None, document.id, profile, _as_it_is, texts)
            result = compose(result, again)
        return result

    def _run_lines(
        self, lines: Lines, text: str, tree: Tree | None, id: str, profile: Profile, form: Form, texts: _Texts
    ) -> Result:
        """A text as one profile cleans it. ``form`` finds the signs of a format, again in what is left."""
        first = self._once(form(lines, text), text, tree, id, profile, None, texts)
        careful = MORE_CAREFUL.get(profile.name)
        if careful:
            first = united(lines, self._run_lines(lines, text, tree, id, careful, form, texts), first)
        return self._until_stable(first, lines, profile, form, first.document.blocks, texts)

    def _until_stable(
        self,
        result: Result,
        lines: Lines,
        profile: Profile,
        form: Form,
        before: Blocks,
        texts: _Texts,
        furniture: int = 0,
    ) -> Result:
        """More passes over the rest of ``lines`` until no pass cuts anything; ``before`` has the hits of its blocks."""
        again, tree, id = result, before.tree, result.document.id
        for _ in range(MAX_PASSES):
            if not again.cuts:
                break
            lines = lines_left(lines, again)
            again = self._once(form(lines, again.text), again.text, tree, id, profile, before, texts, furniture)
            before = again.document.blocks
            result = compose(result, again)
        return result

    def _once(
        self,
        lines: Lines,
        text: str,
        tree: Tree | None,
        id: str,
        profile: Profile,
        before: Blocks | None,
        texts: _Texts,
        furniture: int = 0,
    ) -> Result:
        """One pass. What is cut of a wrapped paragraph goes only as far as the evidence reaches.

        ``furniture`` is the number of different lines of noise that markup cut before.
        """
        borders = frozenset[int]()
        withdrawn: list[Sequence[Withdrawal]] = []
        for _ in range(_MAX_SPLITS):
            key = text, tree is None, before is None, furniture, borders
            if key not in texts:
                document, warnings = self._matcher.match(
                    segment_lines(lines, text, tree, id=id, borders=borders), before
                )
                texts[key] = _Seen(self._view(document), warnings, furniture=furniture)
            seen = texts[key]
            document, guarded = seen.document, self._judge(seen, profile, is_first=before is None)
            withdrawn.append(guarded.withdrawn)
            further = self._evidence.borders(document, lines, guarded.cuts) - borders
            if not further:
                break
            borders |= further
            withdrawn.append([Withdrawal(cut, BEYOND_EVIDENCE) for cut in guarded.cuts])
        cuts = absorb_gaps(document, guarded.cuts)
        given_back = listed_once(text, cuts, *withdrawn)
        return Result(document, cuts, given_back, (), seen.warnings + guarded.warnings, guarded.status)

    def _judge(self, seen: _Seen, profile: Profile, *, is_first: bool) -> Guarded:
        """The cuts that the guard allows, with the marks of late stages in the first pass."""
        guarded = self._decide(seen, profile)
        is_noisy = is_first and any(cut.category != PAGING for cut in guarded.cuts)
        if is_noisy and self._stages.late and not seen.is_complete:
            seen.is_complete = True
            before = len(seen.view.marks)
            self._run_stages(self._stages.late, seen.view)
            if len(seen.view.marks) > before:  # without new marks there is nothing to decide again
                seen.decided.clear()
                guarded = self._decide(seen, profile)
        return guarded

    def _decide(self, seen: _Seen, profile: Profile) -> Guarded:
        """What the guard allows of the cuts of a profile, and of those of all that are more careful."""
        if profile.name not in seen.decided:
            proposed = seen.view.cuts(profile.threshold)
            guarded = self._guard(
                seen.document,
                proposed,
                seen.applies_to,
                threshold=profile.threshold,
                furniture=seen.furniture,
                ground=seen.ground,
            )
            careful = MORE_CAREFUL.get(profile.name)
            if careful and proposed:
                guarded = self._guard.joined(
                    seen.document, self._decide(seen, careful), guarded, seen.applies_to, ground=seen.ground
                )
            seen.decided[profile.name] = guarded
        return seen.decided[profile.name]

    def _view(self, document: Document) -> View:
        view = View(document)
        self._run_stages(self._stages.text, view)
        return view

    def _run_stages(self, stages: Sequence[Stage], view: View) -> None:
        """Add to ``view`` the marks of ``stages``, without what ``select`` and ``ignore`` leave out.

        Raises `StageError` for a stage of a user that fails, and for a mark of a rule that its stage does not declare.
        """
        for stage in stages:
            found = marks_of(stage, view, self._ids)
            if self._unchosen:
                found = [mark for mark in found if mark.rule not in self._unchosen]
            view.add(found)

    def run_many(self, documents: Iterable[Many], *, workers: int = 0) -> Iterator[Result]:
        """Clean each of ``documents``: one result for each, in the same order, in bounded memory.

        A document is a string or bytes; a pair of an id (or None) and one of these; or a row, a mapping whose columns
        are those that `cleaner run` guesses: ``html``, ``raw_html``, ``text`` or ``content`` (the first that holds
        something), ``id`` and ``url``. Without an id a document is called by its number, from 0.

        ``workers`` processes do the work; a script then needs ``if __name__ == "__main__":``. With 0 it is done in this
        process. Documents are taken from ``documents`` only as results are asked for, some ahead for each worker.

        A document that can't be cleaned does not stop the others. If it is not text, its result has the status
        ``failed``, no text, and a warning that says why; if a stage breaks, the status ``passed_through`` and all of
        its text. Raises `TypeError` if ``documents`` is one document or a table that is iterated by column,
        `ConfigError` for a wrong number of workers, and, after the results of all documents before, what ``documents``
        itself raises. If a worker process dies, unfinished documents and those after them are cleaned one by one in a
        new process; if that dies too, `CleanerError` names the number of the document.
        """
        if isinstance(documents, _ONE) or not isinstance(documents, Iterable) or is_by_column(documents):
            raise _not_many(documents)
        if not isinstance(workers, int) or isinstance(workers, bool) or workers < 0:
            raise ConfigError(f"workers is a number of processes from 0, not {workers!r}")
        numbered = enumerate(documents)
        if not workers:
            return map(self._run_one, numbered)
        from cleaner.many import in_processes  # lazy: most work is done in one process

        return in_processes(self._run_one, numbered, workers, _size)

    def _run_one(self, numbered: tuple[int, Many]) -> Result:
        """The result of one document of many, whatever it is."""
        id, url = str(numbered[0]), ""
        try:
            id, source, expected, url = _parts(numbered[1], id)
            text, kind = self._read(source, None, expected)
        except (InputError, TypeError) as error:
            return Result(Document(id, "", url=url), warnings=(str(error),), status="failed")
        try:
            return self._run_text(text, kind, id, url)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug of ours or of a user's stage: content is never lost to it
            return passed_through(id, text, kind, error, url=url)

    def view(self, text: str, *, id: str = "-") -> View:
        """The blocks of a plain text and what the stages say of them at first, before anything is decided."""
        return self._view(self._matcher.match(segment_lines(read_lines(text), text, None, id=id), None)[0])

    def _finished(self, result: Result, lines: Lines) -> Result:
        """A result with its status, its facts, the categories of its cuts, and without what options ask to remove."""
        found = result.cuts
        result = self._choice.carried_out(result, lines, lambda document: self._matcher.match(document, None)[0])
        status = result.status
        if status == "ok" and not len(result.document.blocks):
            status = "empty"
        elif status == "ok" and not result.cuts:
            status = "unchanged"
        document = result.document
        return replace(
            result,
            cuts=named_cuts(document, result.cuts, self._elements),
            withdrawn=named_withdrawals(document, result.withdrawn, self._elements),
            facts=Facts(partial(read_later, document, found, self._harvest, self.config.metadata)),
            warnings=(
                *result.warnings,
                *stub_warnings(document, self.config.metadata),
                *cut_warnings(result),
            ),
            status=status,
            text_format=self.config.text_format,
            whitespace=self.config.whitespace,
            images=self.config.images,
            read_page_type=PageType if self.config.metadata == "none" else partial(page_type, document),
        )


def passed_through(id: str, text: str, kind: InputKind | None, error: Exception, *, url: str = "") -> Result:
    """The result of a document that is left uncut because of an error of ours or of a user's stage."""
    of_stage = isinstance(error, StageError)
    cause = error.__cause__ if of_stage and error.__cause__ else error  # its traceback leads to the line of the stage
    frames = traceback.extract_tb(cause.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    what = str(error) if of_stage else f"{type(error).__name__}: {error}"
    warning = f"passed through uncut: {what}{where}"
    return Result(replace(_whole(id, text, kind), url=url), warnings=(warning,), status="passed_through")


def _whole(id: str, text: str, kind: InputKind | None) -> Document:
    """The whole document: the visible text of a page, or the HTML if even that can't be read."""
    kind = kind or detect_kind(text)
    if kind != "html":
        return Document(id, text, input_kind=kind)
    try:
        return Document(id, read_page(text).text, input_kind=kind)
    except Exception:  # noqa: BLE001 - perhaps it was this that failed before
        return Document(id, text)


def _parts(document: Many, id: str) -> tuple[str, object, InputKind | None, str]:
    """Id, source, expected kind and address of one document of many. Raises `InputError` for a row without a text."""
    if isinstance(document, tuple) and len(document) == 2:
        given, source = document
        return id if given is None or given == "" else str(given), source, None, ""
    if not isinstance(document, Mapping):
        return id, document, None, ""
    url, given = document.get(URL_COLUMN), document.get(ID_COLUMN)
    id = id if given is None or given == "" else str(given)
    there = [name for name in (*HTML_COLUMNS, *TEXT_COLUMNS) if name in document]
    if not there:
        wanted, has = ", ".join((*HTML_COLUMNS, *TEXT_COLUMNS)), ", ".join(map(str, document)) or "none"
        raise InputError(f"the row has none of the columns {wanted}; rename yours, it has: {has}")
    name = next((name for name in there if document[name]), there[0])
    return id, document[name], "html" if name in HTML_COLUMNS else None, url if isinstance(url, str) else ""


def _stages(name: str, given: Iterable[Stage] | None) -> tuple[Stage, ...] | None:
    """Stages that replace shipped ones. Raises `TypeError` for any other value, with the cure."""
    if given is None:
        return None
    if isinstance(given, _ONE) or not isinstance(given, Iterable):
        cure = f"; write {name}=[stage]" if callable(given) else ""
        raise TypeError(f"{name} is {type(given).__name__}, not a list of stages{cure}")
    stages = tuple(given)
    for n, stage in enumerate(stages):
        fault = f"{stage.__qualname__} is a class; make a stage of it" if isinstance(stage, type) else fault_of(stage)
        if fault:
            raise TypeError(f"{name}[{n}]: {fault}")
    return stages


def _not_many(given: object) -> TypeError:
    """The error of `Pipeline.run_many` for a value that is not an iterable of documents, with the cure."""
    kind = type(given)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{library_of(given)}.{kind.__qualname__}"
    if isinstance(given, str | bytes | bytearray | memoryview):
        cure = "; for a single document write run(page) or run_many([page])"
    else:
        cure = table_cure(given) or ("; for a single row write run_many([row])" if isinstance(given, Mapping) else "")
    return TypeError(f"run_many takes documents one after another, such as a list or a generator, not {name}{cure}")


def _size(numbered: tuple[int, Many]) -> int:
    """About how many characters or bytes a document has."""
    document: Any = numbered[1]
    parts = (
        document.values() if isinstance(document, Mapping) else document if isinstance(document, tuple) else [document]
    )
    return sum(len(part) for part in parts if isinstance(part, str | bytes))


def _as_bytes(source: object) -> bytes:
    """Raises `TypeError` for what is not bytes, with the cure."""
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    cure = ""
    if isinstance(source, os.PathLike):
        cure = "; read the file first: clean(path.read_bytes())"
    elif hasattr(source, "read"):
        cure = "; read the file first: clean(file.read())"
    elif isinstance(source, Iterable):
        cure = "; for several documents use Pipeline().run_many(documents)"
    raise TypeError(f"the source is {type(source).__name__}, not a string or bytes{cure}")


def shared_pipeline(config: Config) -> Pipeline:
    """The pipeline of these options; for equal options the same one, of which the last eight are kept.

    A folder of your own ``rules`` is read again when a file in it has changed. Raises `RuleError`.
    """
    return _built(config, tuple(map(_stamp, config.rules)))


@lru_cache(maxsize=8)
def _built(config: Config, stamps: tuple[object, ...]) -> Pipeline:
    del stamps  # only for the key
    return config.pipeline()


def _stamp(folder: str) -> tuple[object, ...]:
    """What changes when a pack in ``folder`` does, or when the working folder does."""
    root = Path(folder).absolute()
    states = []
    for path in sorted(root.rglob("*.toml")):
        with suppress(OSError):
            state = path.stat()
            states.append((str(path), state.st_mtime_ns, state.st_size))
    return (str(root), *states)


@listing_options
def clean(
    source: str | bytes,
    *,
    url: str = "",
    kind: InputKind | None = None,
    config: Config | Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> str:
    r"""The content of ``source``, a text or an HTML page, without the boilerplate: `Result.output` of `explain`.

    Bytes are decoded. ``kind`` is ``html``, ``markdown``, ``rst`` or ``text``; without one it is detected. ``url`` is
    where the source came from. ``config`` holds options; ``options`` are those of `cleaner.Options` and override
    it. For equal options the rules are compiled once.

    Raises `ConfigError` for a value that an option can't have, `TypeError` for an option that does not exist or a
    source that is neither a string nor bytes, `InputError` for bytes that are not text, `RuleError` for a pack of
    your own that is wrong.

    >>> clean("Skip to main content\nRain is expected in the north.\n")
    'Rain is expected in the north.\n'
    >>> clean("<nav>Home News</nav><h1>Weather</h1><p>Rain is expected.</p>", text_format="markdown")
    '# Weather\n\nRain is expected.\n'
    """
    return shared_pipeline(config_of("clean()", config, options)).run(source, kind=kind, url=url).output


@listing_options
def explain(
    source: str | bytes,
    *,
    id: str = "-",
    url: str = "",
    kind: InputKind | None = None,
    config: Config | Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> Result:
    """The same run as `clean`, with every decision: cuts, withdrawals, facts, warnings.

    ``id`` names the document in the result; all else is as in `clean`, and so are the errors.
    """
    return shared_pipeline(config_of("explain()", config, options)).run(source, id=id, kind=kind, url=url)
