"""Whether the examples that rules carry are true.

An example of a rule of a pack is a line, or the start tag of an element. Where the rule is for some hosts only, an
address on a line above, such as ``https://example.org/``, says which host the example is from.

An example of a rule of a stage is a text or a page, because most stages look at the lines around a line. It is written
in one of two ways:

* as it is; then a ``removes`` is all of it marked by the rule;
* with two signs before each line, as in a diff: ``- `` before each line that the rule marks, two spaces before others.

In a ``keeps`` the rule marks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cleaner.config import Config
from cleaner.errors import CleanerError
from cleaner.model import Blocks, Document, Mark
from cleaner.packs.host_names import fits, host_of
from cleaner.packs.hosts import everywhere
from cleaner.packs.match import Matcher
from cleaner.packs.rule import Packs, Rule, StageRule
from cleaner.packs.selectors import Selector
from cleaner.pipeline import Pipeline
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.kind import detect_kind
from cleaner.segment.text import segment_text
from cleaner.stages import Stage
from cleaner.view import View

_SIGNS = ("- ", "  ")
_ADDRESS = re.compile(r"(https?://\S+)[ \t]*\n")


def failures(packs: Packs) -> list[str]:
    """What is wrong with the examples of packs: one line each, with file, line and rule; empty if all hold.

    A rule must find each text in ``removes`` and none in ``keeps``; its conditions of place do not apply. The examples
    of a rule without words are start tags. Those of a rule for some hosts are on a page of these hosts; one whose first
    line is an address is on a page of that host.
    """
    general = everywhere(packs)
    of_hosts: dict[tuple[str, ...], list[Rule]] = {}
    for rule in packs.rules:
        if rule.where.host:
            of_hosts.setdefault(rule.where.host, []).append(rule)
    matchers = [Matcher(general), *(Matcher(replace(packs, rules=tuple(rules))) for rules in of_hosts.values())]
    return [
        line
        for matcher in matchers
        for n, rule in enumerate(matcher.packs.rules)
        for line in _failures(matcher, n, rule)
    ]


def stage_failures(config: Config) -> list[str]:
    """What is wrong with the examples of the rules of stages: one line each, with the rule; empty if all hold.

    The stages are the shipped ones and those of ``config``. Shipped stages run with the shipped packs alone, so that a
    wrong rule in a pack of your own fails on its own examples only. Raises `ConfigError` for a stage that can't be
    imported, `RuleError` for a wrong pack.
    """
    config = replace(config, select=(), ignore=())
    shipped = replace(config, rules=(), stages=())
    asked = replace(shipped, captions="drop", comments="drop", headline="drop")
    configs = dict.fromkeys((shipped, replace(shipped, classifier="both"), asked, config))
    pipelines = [_Recording(config=one) for one in configs]
    found: list[str] = []
    for rule in config.stage_rules():
        pipeline = next(one for one in pipelines if rule in one.declared)
        found += (f"{rule.id}: {fault}" for fault in _stage_failures(pipeline, rule))
    return found


class Example(NamedTuple):
    """A text or a page, and the texts of the blocks that a rule must mark: all blocks if no line has a sign."""

    source: str
    marked: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Example:
        """The example that is written as ``text``."""
        rows = text.strip("\n").split("\n")
        if not all(row.startswith(_SIGNS) or not row.strip() for row in rows):
            return cls(text, _texts(text, is_page=detect_kind(text) == "html"))
        source = "\n".join(row[2:] for row in rows) + "\n"
        is_page = detect_kind(source) == "html"
        marked = (row[2:] for row in rows if row.startswith("- "))
        return cls(source, tuple(said for row in marked for said in _texts(row, is_page=is_page)))


def _texts(source: str, *, is_page: bool) -> tuple[str, ...]:
    document = segment_page(read_page(source)) if is_page else segment_text(source)
    return document.blocks.texts


class _Recording(Pipeline):
    """A pipeline that records the marks of its stages, whether they lead to a cut or not."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._marks: list[tuple[Document, Mark]] = []

    @property
    def declared(self) -> tuple[StageRule, ...]:
        """The rules of its stages."""
        return self._stages.rules()

    def marked(self, source: str, id: str) -> set[str]:
        """The texts of the blocks that the rule marks, in any pass."""
        self._marks = []
        self.run(source)
        return {text for document, mark in self._marks if mark.rule == id for text in _under(document.blocks, mark)}

    def _run_stages(self, stages: Sequence[Stage], view: View) -> None:
        before = len(view.marks)
        super()._run_stages(stages, view)
        self._marks += ((view.document, mark) for mark in view.marks[before:])


def _under(blocks: Blocks, mark: Mark) -> Iterator[str]:
    """The texts of the blocks that a mark covers."""
    for start, end, text in zip(blocks.starts, blocks.ends, blocks.texts, strict=True):
        if start < mark.span.end and mark.span.start < end:
            yield text


def _stage_failures(pipeline: _Recording, rule: StageRule) -> Iterator[str]:
    for name, texts in (("removes", rule.removes), ("keeps", rule.keeps)):
        for at, text in enumerate(texts):
            example = Example.read(text)
            wanted = set(example.marked) if name == "removes" else set()
            try:
                found = pipeline.marked(example.source, rule.id)
            except CleanerError as error:
                yield f"{name}[{at}]: {error}"
                continue
            if name == "removes" and not wanted:
                yield f"{name}[{at}] has no line to be marked: write '- ' before it"
            yield from (f"{name}[{at}]: the rule does not mark {said!r}" for said in sorted(wanted - found))
            yield from (f"{name}[{at}]: the rule marks {said!r}" for said in sorted(found - wanted))


def _failures(matcher: Matcher, n: int, rule: Rule) -> Iterator[str]:
    for at, text in enumerate(rule.removes):
        if not finds(matcher, n, text):
            yield f"{rule.place}: removes[{at}] is not found by the rule: {text!r}"
    for at, text in enumerate(rule.keeps):
        if finds(matcher, n, text):
            yield f"{rule.place}: keeps[{at}] is found by the rule: {text!r}"


def finds(matcher: Matcher, n: int, text: str) -> bool:
    """Whether rule number ``n`` of the matcher finds an example, wherever on a page that may be."""
    rule = matcher.packs.rules[n]
    if rule.where.host and (address := _ADDRESS.match(text)):
        if not fits(rule.where.host, host_of(address[1])):
            return False
        text = text[address.end() :]
    if not rule.has_words:
        selectors = [Selector.parse(source) for source in rule.where.path]
        return any(selector.fits(tag) for tag in read_page(f"{text}text").tree.tags[1:] for selector in selectors)
    blocks = matcher.match(segment_text(text))[0].blocks
    return any(applies(rule, blocks, i, n) for i in range(len(blocks)))


def applies(rule: Rule, blocks: Blocks, i: int, n: int) -> bool:
    """Whether block ``i`` has the words and the number of distinct phrases that rule number ``n`` needs."""
    found = {hit.found for hit in blocks.hits[i] if hit.rule == n}
    return rule.where.min_words <= blocks.words[i] <= rule.where.max_words and len(found) >= rule.where.at_least
