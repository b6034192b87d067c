"""The data of rule packs: rules, sections, where they apply, and all of them together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

import regex

from cleaner.errors import RuleError, nearest
from cleaner.keep import STAGE_RULES, is_chosen
from cleaner.model import KEEP

Zone = Literal["any", "head", "tail", "edge", "last", "bare"]
Takes = Literal["members", "headlines", "list"]

CHECKS = ("broad", "duplicate", "shadowed", "silent")
"""The checks of `cleaner rules lint` that a rule may allow; `cleaner.review` makes them."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a rule applies: words of the block, distinct phrases needed, place relative to the prose.

    ``alone`` tells that its lines stand alone among paragraphs by nature, as advertising labels do; of other
    rules such a line may be a subheading. A rule that applies to more than ``max_times`` blocks of a page
    speaks of its posts or cards, and is not applied.

    ``path`` are selectors (see `cleaner.packs.selectors`): one of them must fit the element of the block or one around
    it, and none of those of ``outside`` may. A rule without words takes whole elements. It does not take an element
    that has more than ``max_share`` percent of the page's prose, or in which more than ``max_prose`` percent of the
    words are prose. With ``beside``, so many words of prose must be left beside its elements, or its elements must hold
    less than half of all prose.
    """

    min_words: int = 0
    max_words: int = 1_000_000
    at_least: int = 1
    zone: Zone = "any"
    alone: bool = True
    max_times: int = 1_000_000
    path: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    max_share: int = 50
    max_prose: int = 100
    beside: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression on folded text and the literals without one of which it isn't tried."""

    source: str
    needs: tuple[str, ...]
    digits: bool = False

    def compile(self) -> regex.Pattern[str]:
        return compiled(self.source)


@dataclass(frozen=True, slots=True)
class Rule:
    """A declarative test with its own examples. Phrases are kept in their folded form."""

    id: str
    category: str
    summary: str
    why: str
    score: int = 0
    lines: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    unless: tuple[str, ...] = ()
    where: Where = Where()
    fact: str = ""
    allow: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    place: str = ""
    is_trusted: bool = False  # shipped and tested: its patterns run without a time limit

    @property
    def is_witness(self) -> bool:
        """Whether the rule never marks: it is a member of sections or names a topic."""
        return self.score == 0

    @property
    def is_veto(self) -> bool:
        return self.score <= KEEP

    @property
    def has_words(self) -> bool:
        """Whether the rule reads the block; one that doesn't knows its elements by their names only."""
        return bool(self.lines or self.starts or self.phrases or self.patterns)


@dataclass(frozen=True, slots=True)
class Section:
    """A unit of several blocks: rules that open it, rules of its members, how far it bridges and reaches."""

    id: str
    category: str
    summary: str
    why: str
    opens: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    least: int = 2
    gap: int = 1
    gap_words: int = 12
    takes: Takes = "members"
    score: int = 100
    zone: Zone = "any"
    enclosed: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Packs:
    """All rules in use, in a fixed order, and the hash of the files they came from."""

    rules: tuple[Rule, ...] = ()
    sections: tuple[Section, ...] = ()
    summaries: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""

    def __repr__(self) -> str:
        return f"Packs({len(self.rules):,} rules, {len(self.sections):,} sections)"

    def rule(self, id: str) -> Rule:
        """The rule called ``id``. Raises `RuleError` naming the nearest one."""
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise RuleError(f"no rule is called {id!r}{nearest(id, [r.id for r in self.rules])}")

    def ids(self) -> list[str]:
        """The ids of all rules and sections."""
        return [rule.id for rule in self.rules] + [section.id for section in self.sections]

    def only(self, *, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> Packs:
        """The packs with the rules whose id starts with one of ``select`` (all, if empty) and none of ``ignore``.

        Rules that only protect always stay. Raises `RuleError` for a prefix that fits no rule, and no id of a stage.
        """
        ids = [*self.ids(), *STAGE_RULES]
        known = sorted({*ids, *(id.partition("/")[0] for id in ids)})
        for prefix in (*select, *ignore):
            if not any(id.startswith(prefix) for id in ids):
                raise RuleError(f"no rule id starts with {prefix!r}{nearest(prefix, known)}; see `cleaner rules list`")
        digest = self.digest
        if select or ignore:
            digest = hashlib.sha256(repr((digest, sorted(select), sorted(ignore))).encode()).hexdigest()
        return replace(
            self,
            rules=tuple(r for r in self.rules if r.is_veto or r.is_witness or is_chosen(r.id, select, ignore)),
            sections=tuple(s for s in self.sections if is_chosen(s.id, select, ignore)),
            digest=digest,
        )


@lru_cache(maxsize=4096)
def compiled(source: str) -> regex.Pattern[str]:
    return regex.compile(source, regex.VERSION0)
