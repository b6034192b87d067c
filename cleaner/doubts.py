"""What is doubtful about rules that load and whose examples hold.

Each check is a measure on what the packs themselves contain, so it depends on no language and on no other word list.
A rule says with ``allow`` which check it does not heed, and why.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from cleaner.chars import is_joined
from cleaner.examples import applies, finds
from cleaner.packs.host_names import can_meet
from cleaner.packs.match import Matcher
from cleaner.packs.rule import CHECKS, Packs, Rule, is_named
from cleaner.resolve import CUTS_ALONE, CUTS_STRICT
from cleaner.segment.text import segment_text

MAX_KEPT = 1
"""Examples to keep, of other rules, that a phrase with a cutting score may find.

The four shipped phrases that find any find one each, of 1,599; `the` finds 69, and `de` 102.
"""
MAX_KEPT_LINE = 9
"""Examples to keep that may contain a word which is a whole line with a cutting score; `account` is in 7."""
MIN_LETTERS = 12
"""Letters of a word that cuts wherever it is; the shortest in the shipped packs has 14."""

_WORD = re.compile(r"\w+")
_FILL = "qxzq"  # a word of no language, so that a phrase is neither the beginning nor the end of its block


class Doubt(NamedTuple):
    """One finding about a rule; ``place`` is ``file:line: id``, ``check`` one of `CHECKS` or ``allow``."""

    place: str
    check: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.check}: {self.text}"


def doubts(packs: Packs) -> list[Doubt]:
    """All findings about the rules of ``packs`` that are not allowed, in the order of the rules.

    Shipped rules are judged only if there are no others: they are not for users to change.
    """
    review = _Review(packs)
    judged = [n for n, rule in enumerate(packs.rules) if rule.place and not rule.is_trusted]
    judged = judged or [n for n, rule in enumerate(packs.rules) if rule.place]
    return [doubt for n in judged for doubt in review.of(n)]


class _Review:
    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self.matcher = Matcher(packs)
        self.kept, self.words = self._kept_examples()
        self.sharing = _sharing(packs.rules)
        self.roles = _roles(packs)

    def of(self, n: int) -> Iterator[Doubt]:
        rule = self.packs.rules[n]
        shadows = list(self._shadows(n))
        texts = {
            "broad": [*self._broad(n), *_short_words(rule)],
            "duplicate": [] if shadows else list(self._duplicates(n)),
            "shadowed": shadows,
            "silent": list(_silent(rule)),
        }
        for check in CHECKS:
            if check not in rule.allow:
                yield from (Doubt(rule.place, check, text) for text in texts[check])
            elif not texts[check]:
                yield Doubt(rule.place, "allow", f"allows {check!r}, but nothing of the kind was found; remove it")

    def _kept_examples(self) -> tuple[Mapping[tuple[int, str], set[str]], Mapping[str, set[str]]]:
        """The ``keeps`` of other rules that each rule finds, by what it finds, and those that contain each word."""
        kept: dict[tuple[int, str], set[str]] = defaultdict(set)
        words: dict[str, set[str]] = defaultdict(set)
        for owner, rule in enumerate(self.packs.rules):
            for text in rule.keeps if rule.has_words else ():
                blocks = self.matcher.match(segment_text(text))[0].blocks
                for i, hits in enumerate(blocks.hits):
                    for word in _WORD.findall(blocks.folded[i]):
                        words[word].add(text)
                    for hit in hits:
                        other = self.packs.rules[hit.rule]
                        is_other = hit.rule != owner and can_meet(rule.where.host, other.where.host)
                        if is_other and applies(other, blocks, i, hit.rule):
                            kept[hit].add(text)
        return kept, words

    def _broad(self, n: int) -> Iterator[str]:
        rule = self.packs.rules[n]
        if rule.score < CUTS_STRICT or rule.where.path:
            return
        by_pattern: set[str] = set()
        for (number, found), texts in self.kept.items():
            if number != n or found in rule.lines:
                continue
            if found not in rule.starts and found not in rule.phrases and f"{found}*" not in rule.phrases:
                by_pattern |= texts
            elif len(texts) > MAX_KEPT:
                yield f"{found!r} is in {len(texts):,} examples that other rules keep, such as {min(texts)!r}"
        if len(by_pattern) > MAX_KEPT:
            yield f"its patterns find {len(by_pattern):,} examples that other rules keep, such as {min(by_pattern)!r}"
        for line in rule.lines if rule.score >= CUTS_ALONE else ():
            if len(self.words.get(line, ())) > MAX_KEPT_LINE:
                yield f"the line {line!r} is a word of {len(self.words[line]):,} examples to keep"

    def _duplicates(self, n: int) -> Iterator[str]:
        """Phrases that an earlier rule has as well, if both can apply to the same block: their scores add up."""
        rule = self.packs.rules[n]
        for other, phrases in sorted(self.sharing.get(n, {}).items()):
            earlier = self.packs.rules[other]
            if not _can_meet(rule, earlier):
                continue
            shown = ", ".join(map(repr, phrases[:3])) + (f" and {len(phrases) - 3:,} more" if len(phrases) > 3 else "")
            are = "are" if len(phrases) > 1 else "is"
            yield f"{shown} {are} in {earlier.id} as well; the scores add up to {rule.score + earlier.score}"

    def _shadows(self, n: int) -> Iterator[str]:
        """The first rule that makes this one needless; of two that find the same, the later one is needless."""
        for other in self._shadowing(n):
            if other < n or n not in self._shadowing(other):
                yield f"{self.packs.rules[other].id} finds all that this rule finds, and its score is as high or higher"
                return

    def _shadowing(self, n: int) -> list[int]:
        """The rules that find every phrase of rule ``n``, wherever it applies."""
        rule = self.packs.rules[n]
        if rule.score <= 0 or not rule.has_words:
            return []
        others = [
            other
            for other, wide in enumerate(self.packs.rules)
            if other != n and self.roles[n] <= self.roles[other] and _covers(wide, rule)
        ]
        for text in _probes(rule) if others else ():
            found = {hit.rule for hits in self.matcher.match(segment_text(text))[0].blocks.hits for hit in hits}
            others = [other for other in others if n in found and other in found]
            if not others:
                break
        return others


def _short_words(rule: Rule) -> Iterator[str]:
    """Single words with a cutting score that are so short that many texts contain them."""
    if rule.score < CUTS_STRICT or rule.where.at_least > 1 or rule.where.path:
        return
    for phrase in dict.fromkeys((*rule.phrases, *rule.starts)):
        word = phrase.removesuffix("*")
        if len(word) < MIN_LETTERS and word.isalpha() and not any(map(is_joined, word)):
            cure = "add the words around it, or lower the score"
            yield f"{phrase!r} is one word of fewer than {MIN_LETTERS} letters; {cure}"


def _silent(rule: Rule) -> Iterator[str]:
    """Whether none of the rule's own examples is found without the other rules."""
    matcher = Matcher(Packs(rules=(rule,)))
    if not any(finds(matcher, 0, text) for text in rule.removes):
        yield "finds none of its examples alone; add one that needs no other rule"


def _sharing(rules: Sequence[Rule]) -> dict[int, dict[int, list[str]]]:
    """For each rule that marks, the earlier ones with the same phrases, and these."""
    shared: dict[int, dict[int, list[str]]] = {}
    for kind in ("lines", "starts", "phrases"):
        owners: dict[str, list[int]] = defaultdict(list)
        for n, rule in enumerate(rules):
            for phrase in dict.fromkeys(getattr(rule, kind)) if rule.score > 0 else ():
                for other in owners[phrase]:
                    shared.setdefault(n, {}).setdefault(other, []).append(phrase)
                owners[phrase].append(n)
    return shared


def _can_meet(first: Rule, second: Rule) -> bool:
    """Whether two rules can apply to the same block: not in different elements, zones or hosts."""
    one, two = first.where, second.where
    return (
        can_meet(one.host, two.host)
        and one.path == two.path
        and (one.zone == two.zone or "any" in (one.zone, two.zone))
    )


def _roles(packs: Packs) -> list[frozenset[tuple[str, str]]]:
    """What each rule is in which section: an opener or a member."""
    roles: list[set[tuple[str, str]]] = [set() for _ in packs.rules]
    for section in packs.sections:
        for role in ("opens", "members"):
            for name in getattr(section, role):
                for n, rule in enumerate(packs.rules):
                    if is_named(rule.id, name):
                        roles[n].add((section.id, role))
    return [frozenset(each) for each in roles]


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Whether ``wide`` applies wherever ``narrow`` does, with a score as high or higher, and gives the same fact."""
    one, two = wide.where, narrow.where
    return (
        wide.score >= narrow.score
        and one.min_words <= two.min_words
        and one.max_words >= two.max_words
        and one.at_least <= two.at_least
        and one.max_times >= two.max_times
        and one.zone in ("any", two.zone)
        and one.path in ((), two.path)
        and one.alone >= two.alone
        and (not one.host or (bool(two.host) and _is_part(two.host, one.host)))
        and _is_part(one.outside, two.outside)
        and _is_part(wide.unless, narrow.unless)
        and narrow.fact in ("", wide.fact)
        and _is_part(narrow.patterns, wide.patterns)
    )


def _is_part(some: Collection[object], all_: Collection[object]) -> bool:
    return set(some) <= set(all_)


def _probes(rule: Rule) -> Iterator[str]:
    """Texts that the phrases of a rule must find: a line alone, an opening before a word, a phrase between two."""
    yield from rule.lines
    yield from (f"{start} {_FILL}" for start in rule.starts)
    for phrase in rule.phrases:
        yield f"{_FILL} {phrase[:-1] + _FILL if phrase.endswith('*') else phrase} {_FILL}"
