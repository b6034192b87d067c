"""The rules in use, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.packs import Packs, Rule, Section
from cleaner.terminal import visible


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


def listing(packs: Packs) -> Iterator[str]:
    """One line for each rule and section, by category."""
    entries = _entries(packs)
    width = max((len(entry.id) for entry in entries), default=0)
    category_width = max((len(entry.category) for entry in entries), default=0)
    for entry in sorted(entries, key=lambda entry: entry.category):
        line = f"{entry.id:<{width}}  {entry.category:<{category_width}}  {_score(entry):>5}  {entry.summary}"
        yield visible(line)


def entry(packs: Packs, id: str) -> Iterator[str]:
    """Everything about one rule or section. Raises `RuleError` naming the nearest one if there is none."""
    found = next((section for section in packs.sections if section.id == id), None) or packs.rule(id)
    lines = [f"{found.id}  (score {_score(found)}, {found.place.rpartition(': ')[0]})", found.summary, found.why]
    lines += _section(found) if isinstance(found, Section) else _rule(found)
    yield from (visible(part) for line in lines for part in line.split("\n"))


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
