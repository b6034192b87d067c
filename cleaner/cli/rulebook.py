"""Lists and descriptions of the rules in use, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cleaner.errors import RuleError, nearest
from cleaner.model import MECHANISMS
from cleaner.packs.rule import Packs, Rule, Section, StageRule
from cleaner.terminal import visible

if TYPE_CHECKING:  # slow to import
    from cleaner.doubts import Doubt

_NEAREST = "(nearest)"


def counted(packs: Packs) -> str:
    """The number of rules that can cut, that protect text, and that only support others, in words.

    Rules that stages declare are counted separately.
    """
    entries = _entries(packs)
    protect = sum(isinstance(entry, Rule) and entry.score < 0 for entry in entries)
    support = sum(isinstance(entry, Rule) and entry.score == 0 for entry in entries)
    cut = len(entries) - protect - support
    stages = f"; {len(packs.stage_rules):,} more are implemented by stages" if packs.stage_rules else ""
    return f"{len(entries):,} rules: {cut:,} cut, {protect:,} protect, {support:,} support others{stages}"


def _entries(packs: Packs) -> list[Rule | Section]:
    """All rules and sections that packs define. Topic words are derived from them and have no place of their own."""
    return [*(rule for rule in packs.rules if rule.place), *packs.sections]


def counted_doubts(doubts: Sequence[Doubt]) -> str:
    """The number of findings of `cleaner rules lint` and of rules that have them, in words."""
    if not doubts:
        return "no doubtful rules"
    rules = len({doubt.place for doubt in doubts})
    count = f"{len(doubts):,} {'finding' if len(doubts) == 1 else 'findings'}"
    where = f"{rules:,} {'rule' if rules == 1 else 'rules'}"
    return f'{count} in {where}; to accept one, give the reason in the rule: allow = {{ CHECK = "..." }}'


def listing(packs: Packs) -> Iterator[str]:
    """Yield a line for each rule and section, by category, then a line for each rule of a stage."""
    entries = [*sorted(_entries(packs), key=lambda entry: entry.category), *packs.stage_rules]
    rows = [(entry.id, _category(entry), _score(entry), _summary(entry)) for entry in entries]
    width = max((len(id) for id, *_ in rows), default=0)
    category_width = max((len(category) for _, category, *_ in rows), default=0)
    for id, category, score, summary in rows:
        yield visible(f"{id:<{width}}  {category:<{category_width}}  {score:>5}  {summary}")


def entry(packs: Packs, id: str) -> Iterator[str]:
    """Yield the lines that describe one rule or section.

    Raises `RuleError`, which names the nearest id, if there is no rule ``id``.
    """
    known: dict[str, Rule | Section | StageRule] = {
        one.id: one for entries in (packs.rules, packs.sections, packs.stage_rules) for one in entries
    }
    if id not in known:
        raise RuleError(f"there is no rule {id!r}{nearest(id, known)}; see `cleaner rules list`")
    found = known[id]
    place = "implemented by a stage, not by a pack" if isinstance(found, StageRule) else found.place.rpartition(": ")[0]
    lines = [f"{found.id}  (score {_score(found)}, {place})", found.summary, found.why]
    if isinstance(found, StageRule):
        lines += _stage_rule(found)
    else:
        lines += _section(found) if isinstance(found, Section) else _rule(found)
    yield from (visible(part) for line in lines for part in line.split("\n"))


def _stage_rule(rule: StageRule) -> Iterator[str]:
    nearest = "that of the nearest cut"
    yield f"category: {nearest if rule.category in MECHANISMS else rule.category}"
    if rule.by_place:
        yield "judges a line by its position, not by its words"
    yield from _listed("fact", [rule.fact] if rule.fact else [])
    yield from _listed("removes (lines after -)", _indented(rule.removes))
    yield from _listed("keeps", _indented(rule.keeps))


def _indented(examples: Sequence[str]) -> list[str]:
    """The examples, indented; each of several lines has a blank line below it."""
    return [text.strip("\n").replace("\n", "\n  ") + ("\n" if "\n" in text else "") for text in examples]


def _summary(entry: Rule | Section | StageRule) -> str:
    """The summary of a rule, and the hosts to which it is limited."""
    hosts = () if isinstance(entry, StageRule) else entry.host if isinstance(entry, Section) else entry.where.host
    return f"{entry.summary} [{', '.join(hosts)}]" if hosts else entry.summary


def _category(entry: Rule | Section | StageRule) -> str:
    return _NEAREST if isinstance(entry, StageRule) and entry.category in MECHANISMS else entry.category


def _score(entry: Rule | Section | StageRule) -> str:
    return "keep" if not isinstance(entry, Section) and entry.is_veto else str(entry.score)


def _rule(rule: Rule) -> Iterator[str]:
    where = rule.where
    yield f"where: zone {where.zone}, {where.min_words} to {where.max_words} words, at least {where.at_least} phrases"
    yield from _listed("hosts", where.host)
    yield from _listed("fact", [rule.fact] if rule.fact else [])
    yield from _listed("whole lines", rule.lines)
    yield from _listed("openings", rule.starts)
    yield from _listed("phrases", rule.phrases)
    yield from _listed("patterns", [pattern.source for pattern in rule.patterns])
    yield from _listed("unless", rule.unless)
    yield from _listed("removes", rule.removes)
    yield from _listed("keeps", rule.keeps)


def _section(section: Section) -> Iterator[str]:
    yield f"cuts {section.takes}, at least {section.least}, across gaps of {section.gap}; zone {section.zone}"
    yield from _listed("hosts", section.host)
    yield from _listed("opened by", section.opens)
    yield from _listed("members", section.members)


def _listed(title: str, values: Sequence[str]) -> Iterator[str]:
    if values:
        yield f"{title}:"
        yield from (f"  {value}" for value in values)
