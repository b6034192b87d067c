"""The rules that apply only to documents of some hosts, and those that apply everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from cleaner.packs.host_names import host_of, names
from cleaner.packs.rule import Packs, Rule, Section


def everywhere(packs: Packs) -> Packs:
    """The rules and sections of ``packs`` that apply to documents of every host."""
    if not is_scoped(packs):
        return packs
    return replace(
        packs,
        rules=tuple(rule for rule in packs.rules if not rule.where.host),
        sections=tuple(section for section in packs.sections if not section.host),
    )


def is_scoped(packs: Packs) -> bool:
    """Whether any rule or section of ``packs`` applies to some hosts only."""
    return any(rule.where.host for rule in packs.rules) or any(section.host for section in packs.sections)


class HostRules:
    """The rules and sections for some hosts only, found by the address of a document in a few look-ups."""

    def __init__(self, packs: Packs) -> None:
        self._rules = _by_glob((n, rule.where.host) for n, rule in enumerate(packs.rules))
        self._sections = _by_glob((n, section.host) for n, section in enumerate(packs.sections))
        self._packs = packs

    def of(self, url: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The numbers of the rules and of the sections for the host of ``url``; two empty tuples for most."""
        found = list(names(host_of(url)))
        return _found(self._rules, found), _found(self._sections, found)

    def packs(self, general: Packs, rules: Iterable[int], sections: Iterable[int]) -> Packs:
        """The ``general`` packs and after their rules those with the numbers ``rules`` and ``sections``."""
        own: tuple[Rule, ...] = tuple(self._packs.rules[n] for n in rules)
        units: tuple[Section, ...] = tuple(self._packs.sections[n] for n in sections)
        return replace(general, rules=(*general.rules, *own), sections=(*general.sections, *units))


def _by_glob(numbered: Iterable[tuple[int, tuple[str, ...]]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for n, globs in numbered:
        for glob in globs:
            found[glob].append(n)
    return dict(found)


def _found(by_glob: dict[str, list[int]], globs: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({n for glob in globs for n in by_glob.get(glob, ())}))
