"""The report of a run: it counts, tells, and says how the program ends."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cleaner.batch.jsonl import Row, to_line
from cleaner.batch.readers import STDIN, printable
from cleaner.config import Config
from cleaner.ledger import Maker

DONE, SOME_FAILED, USAGE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130
"""How the program ends; see the README."""


def describe_run(sources: Sequence[str], config: Config, maker: Maker) -> Row:
    """What a run is made of, with a fingerprint: the same sources, options and rules have the same one.

    Sources are told as they were given; the fingerprint is of the places they name.
    """
    run: Row = {
        "sources": [printable(source) for source in sources],
        "text_profile": maker.text_profile,
        "html_profile": maker.html_profile,
        "engine": config.engine,
        "metadata": config.metadata,
        "text_format": config.text_format,
        "input_kind": config.input_kind,
        "select": sorted(config.select),
        "ignore": sorted(config.ignore),
        "encoding": config.encoding,
        "max_bytes": config.max_bytes,
        "packs_hash": maker.packs_hash,
        "cleaner_version": maker.version,
    }
    places = [printable(source if source == STDIN else os.path.realpath(source)) for source in sources]
    return {**run, "fingerprint": hashlib.sha256(to_line({**run, "sources": places})).hexdigest()}


@dataclass(slots=True)
class Report:
    """The counts of a run. ``rules`` are the ids of all that could cut, in the order of the packs.

    A cut counts once for its category and once for each rule that spoke for it: categories add up to what was
    removed, rules may add up to more.
    """

    run: Row
    rules: tuple[str, ...] = ()
    failed: int = 0
    characters: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    input_kinds: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    category_cuts: Counter[str] = field(default_factory=Counter)
    category_characters: Counter[str] = field(default_factory=Counter)
    rule_cuts: Counter[str] = field(default_factory=Counter)
    rule_characters: Counter[str] = field(default_factory=Counter)
    promise_cuts: Counter[str] = field(default_factory=Counter)
    promise_characters: Counter[str] = field(default_factory=Counter)
    document_warnings: int = 0
    warnings: list[str] = field(default_factory=list)

    def add(self, document: Mapping[str, Any], ledger: Mapping[str, Any]) -> None:
        """Count a document."""
        self.statuses[document["status"]] += 1
        self.input_kinds[document["input_kind"]] += 1
        self.encodings[document["encoding"]] += 1
        self.characters.update({"in": document["characters_in"], "kept": document["characters_out"]})
        self.lines.update({"in": document["lines_in"], "out": document["lines_out"]})
        self.document_warnings += len(document["warnings"])
        for cut in ledger["cuts"]:
            size = cut["end"] - cut["start"]
            _count(self.category_cuts, self.category_characters, [cut["category"]], size)
            _count(self.rule_cuts, self.rule_characters, cut["rules"], size)
        for given_back in ledger["withdrawn"]:
            size = given_back["end"] - given_back["start"]
            _count(self.promise_cuts, self.promise_characters, [given_back["promise"]], size)

    def add_failed(self) -> None:
        """Count an input that gave no document."""
        self.failed += 1

    @property
    def done(self) -> int:
        """Inputs dealt with so far."""
        return self.out + self.failed

    @property
    def out(self) -> int:
        """Documents written."""
        return self.statuses.total()

    @property
    def exit_code(self) -> int:
        """How the program ends after this run."""
        if self.statuses["passed_through"]:
            return FAULT
        return SOME_FAILED if self.failed else DONE

    def row(self) -> Row:
        """The content of ``report.json``, without the list of files."""
        kept, characters = self.characters["kept"], self.characters["in"]
        return {
            "run": self.run,
            "documents": {"in": self.done, "out": self.out, "failed": self.failed},
            "characters": {"in": characters, "kept": kept, "removed": characters - kept},
            "lines": {"in": self.lines["in"], "out": self.lines["out"]},
            "statuses": [{"status": name, "documents": n} for name, n in sorted(self.statuses.items())],
            "input_kinds": [{"input_kind": name, "documents": n} for name, n in sorted(self.input_kinds.items())],
            "encodings": [{"encoding": name, "documents": n} for name, n in sorted(self.encodings.items())],
            "categories": _table("category", self.category_cuts, self.category_characters),
            "rules": _table("rule", self.rule_cuts, self.rule_characters),
            "rules_never_fired": [rule for rule in self.rules if rule not in self.rule_cuts],
            "withdrawn": _table("promise", self.promise_cuts, self.promise_characters),
            "document_warnings": self.document_warnings,
            "warnings": self.warnings,
        }

    def summary(self) -> str:
        """The report in a few lines for people."""
        row = self.row()
        documents, characters = row["documents"], row["characters"]
        share = f"{characters['removed'] / max(characters['in'], 1):.0%}"
        fired = len(self.rules) - len(row["rules_never_fired"])
        removed = f"{characters['kept']:,} kept + {characters['removed']:,} removed ({share})"
        kinds = ", ".join(f"{n:,} {name}" for name, n in sorted(self.input_kinds.items()))
        lines = [
            f"documents   {documents['in']:,} in = {documents['out']:,} out + {documents['failed']:,} failed",
            *([f"kinds       {kinds}"] if self.input_kinds.keys() - {"text"} else []),
            f"characters  {characters['in']:,} in = {removed}",
            f"rules       {fired:,} of {len(self.rules):,} fired; {_profiles(self.run)}",
            *_listed("removed", row["categories"], "category"),
            *_listed("given back", row["withdrawn"], "promise"),
        ]
        special = ", ".join(f"{n:,} {name}" for name, n in sorted(self.statuses.items()) if name != "ok")
        if special:
            lines.append(f"status      {special}")
        if self.document_warnings:
            lines.append(f"warnings    {self.document_warnings:,}, in the rows of their documents")
        return "\n".join(lines)


def _profiles(run: Row) -> str:
    text, html = run["text_profile"], run["html_profile"]
    return f"profile {text}" if text == html else f"profiles {text} for text, {html} for HTML"


def _count(cuts: Counter[str], characters: Counter[str], names: Iterable[str], size: int) -> None:
    for name in names:
        cuts[name] += 1
        characters[name] += size


def _table(key: str, cuts: Counter[str], characters: Counter[str]) -> list[Row]:
    return [{key: name, "cuts": cuts[name], "characters": characters[name]} for name in sorted(cuts)]


def _listed(title: str, rows: Sequence[Row], key: str) -> list[str]:
    ordered = sorted(rows, key=lambda row: (-row["characters"], row[key]))
    return [
        f"{title if not n else '':<12}{row[key]}: {row['cuts']:,} {'cut' if row['cuts'] == 1 else 'cuts'},"
        f" {row['characters']:,} characters"
        for n, row in enumerate(ordered)
    ]
