"""The data of rules: those of packs, their sections, those that stages declare, and all of them together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from cleaner.errors import RuleError, nearest
from cleaner.keep import is_chosen
from cleaner.model import KEEP, Mark, Span
from cleaner.packs import check

Zone = Literal["any", "head", "tail", "edge", "last", "bare"]
Takes = Literal["members", "headlines", "list"]
Trait = Literal["at-the-end", "policy", "in-policies"]
"""What promises need to know of a category; see `Category.traits`."""

CHECKS = ("broad", "duplicate", "shadowed", "silent")
"""The checks of `cleaner rules lint` that a rule may allow; `cleaner.doubts` makes them."""
_STAGE_RULE_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Category:
    """What a pack declares about its category.

    ``traits`` are any of ``at-the-end`` (pages have this noise below their text), ``policy`` (a whole page may be a
    policy of this kind, which is content) and ``in-policies`` (policies mention this). ``whole_page`` is the status
    of a page that consists of this noise, or empty. ``elements`` are selectors of a tag or a role whose name says that
    an element contains this.
    """

    traits: tuple[Trait, ...] = ()
    whole_page: str = ""
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """Where a rule applies: words of the block, distinct phrases needed, place relative to the prose.

    ``alone`` says that its lines are alone among paragraphs by nature, as advertising labels are; a lone line of any
    other rule may be a subheading. A rule that matches more than ``max_times`` blocks of a page matches its posts or
    cards, and is not applied.

    A rule with ``host`` applies only to documents of these hosts; see `cleaner.packs.host_names`.

    ``path`` are selectors (see `cleaner.packs.selectors`): one of them must match the element of the block or one
    around it, and none of those of ``outside`` may. A rule without words takes whole elements. It does not take an
    element that has more than ``max_share`` percent of the page's prose, in which more than ``max_prose`` percent of
    the words are prose or code, or in which less than ``min_links`` percent of the characters are in links. Without
    ``amid_text`` it does not take an element with text directly above and below. With ``beside``, at least that many
    words of prose must be left outside its elements, or its elements must hold less than half of all prose.
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
    min_links: int = 0
    amid_text: bool = True
    beside: int = 0
    host: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression on folded text and the literals without one of which it isn't tried.

    ``begins`` are the beginnings one of which any line has that it matches; empty if they are not known.
    """

    source: str
    needs: tuple[str, ...]
    digits: bool = False
    begins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A declarative test with its own examples. Phrases are kept in their folded form.

    ``fact`` is the fact that a line of the rule contains, ``announces`` the fact that the list below the line contains.
    """

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
    announces: str = ""
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


def is_named(id: str, name: str) -> bool:
    """Whether a section that names ``name`` among its rules means ``id``: this rule, or one of this category."""
    return id == name or id.startswith(f"{name}/")


@dataclass(frozen=True, slots=True)
class Section:
    """A unit of several blocks: rules that open it, rules of its members, how far it bridges and reaches.

    With ``host`` it applies only to documents of these hosts. ``alone`` says that it may be alone among paragraphs:
    otherwise its lines stay there, as they may be subheadings.
    """

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
    host: tuple[str, ...] = ()
    place: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRule:
    """A rule that is code: a kind of mark of a stage, declared with examples as the rules of packs are.

    ``score`` is that of its marks, or the highest they can have where the stage decides for each block.
    ``two_signs`` is true of rules that need two signs of different kinds, such as words and markup: promises that
    protect single lines and paragraphs do not apply to their marks.
    ``by_place`` is true of rules that look at where a block is, not at what it says. ``fact`` names the fact that
    its lines hold; of ``tags`` each name is one. ``removes`` are texts or pages in which the rule marks what it
    should, ``keeps`` near misses in which it marks nothing (`cleaner.examples` describes how they are written).

    Raises `RuleError` for an id or a category of another form, and where a text or the examples are missing.
    """

    id: str
    category: str
    summary: str
    why: str
    score: int = 100
    by_place: bool = False
    two_signs: bool = False
    fact: str = ""
    removes: tuple[str, ...]
    keeps: tuple[str, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not _STAGE_RULE_ID.fullmatch(self.id):
            raise RuleError(f"the id of a rule of a stage is two names such as 'desk/line', not {self.id!r}")
        check.category(self.category, f"{self.id}: category")
        for name in ("summary", "why"):
            check.sentence(getattr(self, name), f"{self.id}: {name}")
        if not isinstance(self.score, int) or isinstance(self.score, bool):
            raise RuleError(f"{self.id}: score must be a whole number, not {self.score!r}")
        for name in ("removes", "keeps"):
            texts = getattr(self, name)
            if not isinstance(texts, tuple) or not all(isinstance(text, str) and text.strip() for text in texts):
                raise RuleError(f"{self.id}: {name} must be a tuple of texts, not {texts!r}; of one write ('...',)")
        if not self.removes or not self.keeps:
            raise RuleError(f"{self.id}: needs examples: removes=('...',), and as near misses keeps=('...',)")

    @property
    def is_veto(self) -> bool:
        """Whether the rule protects blocks and nothing else."""
        return self.score <= KEEP

    def mark(self, span: Span, reason: str = "", score: int | None = None) -> Mark:
        """A mark of this rule on ``span``; without ``reason`` its summary, without ``score`` the score of the rule."""
        why, points = reason or self.summary.rstrip("."), self.score if score is None else score
        new = tuple.__new__  # which makes a mark in half the time of a call of the class
        return new(Mark, (span, self.id, self.category, why, points))


@dataclass(frozen=True, slots=True)
class Packs:
    """All rules in use, in a fixed order, and the hash of the files they came from.

    ``stage_rules`` are those that stages declare; packs as they are loaded have none.
    """

    rules: tuple[Rule, ...] = ()
    sections: tuple[Section, ...] = ()
    summaries: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    stage_rules: tuple[StageRule, ...] = ()
    categories: Mapping[str, Category] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Packs({len(self.rules):,} rules, {len(self.sections):,} sections)"

    def rule(self, id: str) -> Rule:
        """The rule called ``id``. Raises `RuleError` naming the nearest one."""
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise RuleError(f"there is no rule {id!r}{nearest(id, [r.id for r in self.rules])}")

    def with_trait(self, trait: Trait) -> frozenset[str]:
        """The categories that have a trait."""
        return frozenset(name for name, category in self.categories.items() if trait in category.traits)

    @property
    def below_markers(self) -> frozenset[str]:
        """The sections that take everything below a marker, whatever its words."""
        return frozenset(section.id for section in self.sections if section.takes != "members")

    def elements(self) -> dict[str, str]:
        """The category of each element that a pack declares, by the selector of its tag or role."""
        return {element: name for name, category in self.categories.items() for element in category.elements}

    def ids(self) -> list[str]:
        """The ids of all rules and sections, and of the rules of stages."""
        return [entry.id for entries in (self.rules, self.sections, self.stage_rules) for entry in entries]

    def declaring(self, rules: Iterable[StageRule]) -> Packs:
        """The packs together with ``rules`` of stages; a rule that is declared already is not added again.

        Raises `RuleError` where two rules have one id.
        """
        by_id = {rule.id: rule for rule in self.stage_rules}
        taken = {entry.id for entries in (self.rules, self.sections) for entry in entries}
        for rule in rules:
            if rule.id in taken or by_id.setdefault(rule.id, rule) != rule:
                raise RuleError(f"{rule.id}: a stage declares this id, and another rule has it; rename one")
        return replace(self, stage_rules=tuple(by_id.values()))

    def only(self, *, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> Packs:
        """The packs with the rules whose id starts with one of ``select`` (all, if empty) and none of ``ignore``.

        Rules that only protect always stay. Raises `RuleError` for a prefix that no rule id starts with.
        """
        ids = self.ids()
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
            stage_rules=tuple(r for r in self.stage_rules if r.is_veto or is_chosen(r.id, select, ignore)),
            digest=digest,
        )
