"""The rules in use, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cleaner.config import Config
from cleaner.errors import RuleError, nearest
from cleaner.keep import STAGE_CATEGORIES, STAGE_RULES, STAGE_SUMMARIES, unchosen_stage_rules
from cleaner.packs.rule import Packs, Rule, Section
from cleaner.terminal import visible

if TYPE_CHECKING:  # what judges rules is slow to import
    from cleaner.review import Doubt

_NEAREST = "(nearest)"


def counted(packs: Packs) -> str:
    """How many rules there are: those that can cut, those that protect text, and those that only support others."""
    entries = _entries(packs)
    protect = sum(isinstance(entry, Rule) and entry.score < 0 for entry in entries)
    support = sum(isinstance(entry, Rule) and entry.score == 0 for entry in entries)
    cut = len(entries) - protect - support
    return f"{len(entries):,} rules: {cut:,} cut, {protect:,} protect, {support:,} support others"


def _entries(packs: Packs) -> list[Rule | Section]:
    """All that a pack calls a rule or a section; topic words are made of them and have no place of their own."""
    return [*(rule for rule in packs.rules if rule.place), *packs.sections]


def counted_doubts(doubts: Sequence[Doubt]) -> str:
    """How many findings of `cleaner rules lint` there are, and how many rules have them."""
    if not doubts:
        return "no doubtful rules"
    rules = len({doubt.place for doubt in doubts})
    count = f"{len(doubts):,} {'finding' if len(doubts) == 1 else 'findings'}"
    where = f"{rules:,} {'rule' if rules == 1 else 'rules'}"
    return f'{count} in {where}; to keep a rule as it is, say why: allow = {{ CHECK = "..." }}'


def stages_in_use(options: Config) -> list[str]:
    """The ids of findings that stages of the program decide, and that ``options`` don't leave out."""
    unchosen = unchosen_stage_rules(options.select, options.ignore)
    return [id for id in STAGE_RULES if id not in unchosen]


def counted_stages(ids: Sequence[str]) -> str:
    """How many ids of stages there are, to say after `counted`; nothing if there are none."""
    return f"; {len(ids):,} more {'is' if len(ids) == 1 else 'are'} decided by the program" if ids else ""


def listing(packs: Packs, stages: Sequence[str] = ()) -> Iterator[str]:
    """One line for each rule and section, by category, then one for each id of ``stages``."""
    entries = sorted(_entries(packs), key=lambda entry: entry.category)
    rows = [(entry.id, entry.category, _score(entry), entry.summary) for entry in entries]
    rows += [(id, STAGE_CATEGORIES.get(id, _NEAREST), "stage", STAGE_SUMMARIES[id][0]) for id in stages]
    width = max((len(id) for id, *_ in rows), default=0)
    category_width = max((len(category) for _, category, *_ in rows), default=0)
    for id, category, score, summary in rows:
        yield visible(f"{id:<{width}}  {category:<{category_width}}  {score:>5}  {summary}")


def entry(packs: Packs, id: str) -> Iterator[str]:
    """Everything about one rule, section or id of a stage.

    Raises `RuleError` naming the nearest one if there is none.
    """
    known = [*packs.ids(), *STAGE_RULES]
    if id not in known:
        raise RuleError(f"no rule is called {id!r}{nearest(id, known)}; see `cleaner rules list`")
    if id in STAGE_SUMMARIES and id not in packs.ids():
        yield from _stage(id)
        return
    found = next((section for section in packs.sections if section.id == id), None) or packs.rule(id)
    lines = [f"{found.id}  (score {_score(found)}, {found.place.rpartition(': ')[0]})", found.summary, found.why]
    lines += _section(found) if isinstance(found, Section) else _rule(found)
    yield from (visible(part) for line in lines for part in line.split("\n"))


def _stage(id: str) -> Iterator[str]:
    category = STAGE_CATEGORIES.get(id)
    yield f"{id}  (decided by the program, not by a pack)"
    yield from STAGE_SUMMARIES[id]
    yield f"category: {category or 'that of what the finding is nearest to'}"


def _score(entry: Rule | Section) -> str:
    return "keep" if isinstance(entry, Rule) and entry.is_veto else str(entry.score)


def _rule(rule: Rule) -> Iterator[str]:
    where = rule.where
    yield f"where: zone {where.zone}, {where.min_words} to {where.max_words} words, {where.at_least} phrases at least"
    yield from _listed("fact", [rule.fact] if rule.fact else [])
    yield from _listed("whole lines", rule.lines)
    yield from _listed("openings", rule.starts)
    yield from _listed("phrases", rule.phrases)
    yield from _listed("patterns", [pattern.source for pattern in rule.patterns])
    yield from _listed("unless", rule.unless)
    yield from _listed("removes", rule.removes)
    yield from _listed("keeps", rule.keeps)


def _section(section: Section) -> Iterator[str]:
    yield f"takes {section.takes}, {section.least} at least, over gaps of {section.gap}; zone {section.zone}"
    yield from _listed("opened by", section.opens)
    yield from _listed("members", section.members)


def _listed(title: str, values: Sequence[str]) -> Iterator[str]:
    if values:
        yield f"{title}:"
        yield from (f"  {value}" for value in values)
