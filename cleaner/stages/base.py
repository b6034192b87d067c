"""What a stage is: it declares its rules, receives a view of a document, and yields marks."""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, Literal, Protocol, get_args

from cleaner.model import Mark
from cleaner.packs.rule import Packs, StageRule
from cleaner.view import View

Reads = Literal["text", "markup", "both"]
"""What a stage reads: lines of text, after markup is gone; the markup of HTML pages, before; or both, one by one."""


class Stage(Protocol):
    """Base of stages. A stage looks at a document and yields marks; it changes nothing.

    ``rules`` are the rules that its marks may name; a mark of another rule is refused. The marks of a stage with
    ``marks_pack_rules`` may name the rules and sections of the packs, too. ``reads`` names its input. Change
    ``version`` when the stage judges in another way, so that earlier outputs are not reused.

    A class whose ``__init__`` has an argument is given the rule packs in use.
    """

    rules: ClassVar[tuple[StageRule, ...]] = ()
    reads: ClassVar[Reads] = "text"
    marks_pack_rules: ClassVar[bool] = False
    version: ClassVar[str] = ""

    @abstractmethod
    def __call__(self, page: View) -> Iterable[Mark]:
        """The marks of one document. They are added to the view when the stage has finished."""
        ...


def built(stage: type[Stage] | Stage, packs: Packs, **settings: Any) -> Stage:
    """A stage of this class, made with the packs if it takes an argument; a stage that is made already as it is."""
    if not isinstance(stage, type):
        return stage
    make: Any = stage
    needed = [p for p in inspect.signature(stage).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    made: Stage = make(packs, **settings) if needed else make(**settings)
    return made


def fault_of(stage: object) -> str:
    """Why an object is not a stage, to end a message with; empty if it is one, or a class of stages."""
    name = getattr(stage, "__qualname__", None) or type(stage).__qualname__
    rules = getattr(stage, "rules", None)
    if not callable(stage) or (isinstance(stage, type) and (inspect.isabstract(stage) or not _makes_callables(stage))):
        return f"{name} is not a stage: it has no __call__(self, page)"
    if not isinstance(rules, tuple) or not all(isinstance(rule, StageRule) for rule in rules):
        return f"{name} is not a stage: it declares no rules; write rules = (StageRule(...),)"
    if not rules and not getattr(stage, "marks_pack_rules", False):
        return f"{name} declares no rules, so its marks can name none; write rules = (StageRule(...),)"
    reads = getattr(stage, "reads", "text")
    if reads not in get_args(Reads):
        return f"{name} is not a stage: reads must be 'text', 'markup' or 'both', not {reads!r}"
    return ""


def _makes_callables(kind: type) -> bool:
    return any("__call__" in vars(base) for base in kind.__mro__)
