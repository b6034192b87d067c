"""The stages of a pipeline in their order: the shipped ones or others in their place, then a user's own."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cleaner.errors import ConfigError, StageError, nearest
from cleaner.model import Mark, Span
from cleaner.packs.rule import Packs, StageRule
from cleaner.stages import SHIPPED, Classifier, asked_stages, default_stages, late_stages, page_stages
from cleaner.stages.asked import Asked
from cleaner.stages.base import Stage, built
from cleaner.stages.elements import Elements
from cleaner.stages.load import source_digest, stage_path
from cleaner.stages.made import Made
from cleaner.stages.phrases import Phrases
from cleaner.stages.scorer import Scorer
from cleaner.stages.sections import Sections
from cleaner.view import View

_OF_THE_PACKAGE = frozenset(entry.stage for entry in SHIPPED)
_READERS = (Phrases, Sections, Made, Elements)  # the stages whose marks are of rules in packs


@dataclass(frozen=True, slots=True)
class Given:
    """Stages that replace the shipped ones of their place; None leaves these."""

    text: Sequence[Stage] | None = None
    page: Sequence[Stage] | None = None
    late: Sequence[Stage] | None = None

    def rules(self) -> Iterator[StageRule]:
        """The rules that they declare."""
        for stage in (*(self.text or ()), *(self.page or ()), *(self.late or ())):
            yield from stage.rules


@dataclass(frozen=True, slots=True)
class LineUp:
    """The stages that run on text, on the markup of pages, once on a text with a cut, and because an option asks."""

    text: tuple[Stage, ...]
    page: tuple[Stage, ...]
    late: tuple[Stage, ...]
    asked: tuple[Asked, ...] = ()

    def __iter__(self) -> Iterator[Stage]:
        """Each stage once, those for markup first."""
        return iter({id(stage): stage for stage in (*self.page, *self.text, *self.late, *self.asked)}.values())

    def reading(self, packs: Packs) -> LineUp:
        """The same stages; those that read the rules of packs read ``packs``."""
        made: dict[type[Stage], Stage] = {}

        def of(stages: Iterable[Stage]) -> tuple[Stage, ...]:
            return tuple(
                made.setdefault(type(one), built(type(one), packs)) if type(one) in _READERS else one for one in stages
            )

        return replace(self, text=of(self.text), page=of(self.page), late=of(self.late))

    def rules(self) -> tuple[StageRule, ...]:
        """The rules that they declare, each once, by id."""
        rules = {rule.id: rule for stage in self for rule in stage.rules}
        return tuple(rules[id] for id in sorted(rules))

    def digest(self) -> bytes:
        """The hash of what they judge by: their rules, the models of the scorers, and the code of users' own stages."""
        digest = hashlib.sha256(repr(self.rules()).encode("utf-8", "surrogatepass"))
        for stage in self:
            if isinstance(stage, Scorer):
                digest.update(stage.digest)
            if isinstance(stage, Asked):
                digest.update(f"{stage.option}={stage.value}".encode())
        digest.update(source_digest([stage for stage in self if type(stage) not in _OF_THE_PACKAGE]))
        return digest.digest()


def line_up(
    packs: Packs,
    given: Given,
    own: Iterable[type[Stage] | Stage],
    *,
    classifier: Classifier,
    least: int,
    asked: Mapping[str, str],
) -> LineUp:
    """The stages of a pipeline. ``own`` are added to those of their kind, after the shipped ones.

    ``least`` is the sum of scores that cuts a block of text, ``asked`` has the values of the options that ask for a
    removal. Raises `ConfigError` for a stage that would run twice,
    or that cannot be made.
    """
    text = default_stages(packs) if given.text is None else given.text
    page = page_stages(packs, classifier) if given.page is None else given.page
    late = late_stages(packs, classifier, least=least) if given.late is None else given.late
    there = {type(stage) for stage in (*text, *page, *late)} & _OF_THE_PACKAGE
    added = [_made(stage, packs) for stage in own]
    for stage in added:
        if type(stage) in there:
            raise ConfigError(f"stages: {stage_path(stage)} is shipped and in use already; give only your own")
    return LineUp(
        (*text, *(stage for stage in added if _reads(stage) != "markup")),
        (*page, *(stage for stage in added if _reads(stage) != "text")),
        tuple(late),
        tuple(asked_stages(packs, asked)),
    )


def marks_of(stage: Stage, view: View, pack_ids: Collection[str]) -> list[Mark]:
    """The marks of a stage. ``pack_ids`` are the rules that those with ``marks_pack_rules`` may name, too.

    Raises `StageError` if a user's stage fails, or a stage yields what is not a mark of its rules in the text.
    """
    try:
        marks = list(stage(view))
    except Exception as error:
        if type(stage) in _OF_THE_PACKAGE or isinstance(error, MemoryError):
            raise
        raise StageError(f"the stage {stage_path(stage)} failed: {type(error).__name__}: {error}") from error
    if type(stage) not in _OF_THE_PACKAGE:
        _refuse_malformed(stage, marks, len(view.document.text))
    if marks:
        _refuse_undeclared(stage, marks, pack_ids)
    return marks


def _refuse_malformed(stage: Stage, marks: Iterable[Mark], length: int) -> None:
    for mark in marks:
        if not isinstance(mark, Mark):
            what = f"yields {type(mark).__name__}, not Mark; write yield rule.mark(span)"
            raise StageError(f"the stage {stage_path(stage)} {what}")
        if not isinstance(mark.span, Span):
            raise StageError(f"the stage {stage_path(stage)} marks {mark.span}, which is not a Span")
        if not 0 <= mark.span.start <= mark.span.end <= length:
            raise StageError(f"the stage {stage_path(stage)} marks {mark.span}, which is not in the text")


def _refuse_undeclared(stage: Stage, marks: Iterable[Mark], pack_ids: Collection[str]) -> None:
    declared = [rule.id for rule in stage.rules]
    others = {mark.rule for mark in marks}.difference(declared)
    if others and not (getattr(stage, "marks_pack_rules", False) and others.issubset(pack_ids)):
        id = min(map(str, others))
        near = nearest(id, declared)
        raise StageError(f"the stage {stage_path(stage)} marks {id!r}, which its rules do not declare{near}")


def _made(stage: type[Stage] | Stage, packs: Packs) -> Stage:
    try:
        return built(stage, packs)
    except Exception as error:
        raise ConfigError(f"stages: making {stage_path(stage)} failed: {type(error).__name__}: {error}") from error


def _reads(stage: Stage) -> str:
    return getattr(stage, "reads", "text")
