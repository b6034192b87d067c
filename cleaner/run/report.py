"""The report of a run: its counts, and the exit code of the program."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from cleaner.config import Config
from cleaner.errors import DONE, FAULT, OVER_LIMIT, SOME_FAILED
from cleaner.inputs.find import STDIN, printable
from cleaner.json_lines import Row, to_line
from cleaner.ledger import Maker
from cleaner.ledger_form import cuts_of, withdrawn_of
from cleaner.option import options_of
from cleaner.run.options import RunOptions
from cleaner.run.summary import summary
from cleaner.run.totals import Table

MAX_WARNINGS = 1_000
_DOCUMENTS, _CUTS, _SHARES = ("documents",), ("cuts", "characters"), ("documents", "characters", "removed")  # columns
_IN_OTHER_FIELDS = ("profile", "rules")  # as the profiles for texts and pages, and as the hash of the rules


def describe_run(sources: Sequence[str], config: Config, options: RunOptions, maker: Maker) -> Row:
    """The sources, options and rules of a run, with a fingerprint: runs with the same ones have the same fingerprint.

    Sources are listed as the user named them; the fingerprint covers their real paths.
    """
    run: Row = {
        "sources": [printable(source) for source in sources],
        "text_profile": maker.text_profile,
        "html_profile": maker.html_profile,
        **_cleaning(config),
        **options.row(),
        "packs_hash": maker.packs_hash,
        "cleaner_version": maker.version,
    }
    places = [printable(source if source == STDIN else os.path.realpath(source)) for source in sources]
    return {**run, "fingerprint": hashlib.sha256(to_line({**run, "sources": places})).hexdigest()}


def _cleaning(config: Config) -> Row:
    """The options of cleaning that the command `run` has, as values for JSON."""
    row: Row = {}
    for name, entry in options_of(Config).items():
        if "run" in entry.commands and name not in _IN_OTHER_FIELDS:
            value = getattr(config, name)
            row[name] = entry.to_row(value) if entry.to_row else value
    return row


@dataclass(slots=True)
class Report:
    """The counts of a run. ``rules`` are the ids of all rules that can cut, in the order of the packs.

    ``inputs`` is a hash of the inputs, ``read`` the number of bytes read. ``is_old`` means that the output of the run
    was complete already, so that nothing was done.

    A cut counts once for its category, once for its mechanism, and once for each rule that matched it. The totals of
    categories and of mechanisms add up to what was removed; those of rules may add up to more.
    """

    run: Row
    rules: tuple[str, ...] = ()
    failed: int = 0
    characters: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    statuses: Table = field(default_factory=lambda: Table("statuses", "status", _DOCUMENTS))
    input_kinds: Table = field(default_factory=lambda: Table("input_kinds", "input_kind", _DOCUMENTS))
    encodings: Table = field(default_factory=lambda: Table("encodings", "encoding", _DOCUMENTS))
    categories: Table = field(default_factory=lambda: Table("categories", "category", (*_CUTS, "documents")))
    mechanisms: Table = field(default_factory=lambda: Table("mechanisms", "mechanism", _CUTS))
    fired: Table = field(default_factory=lambda: Table("rules", "rule", _CUTS))
    withdrawn: Table = field(default_factory=lambda: Table("withdrawn", "promise", _CUTS))
    languages: Table = field(default_factory=lambda: Table("languages", "language", _SHARES, is_bounded=True))
    hosts: Table = field(default_factory=lambda: Table("hosts", "host", _SHARES, is_bounded=True))
    passed_over: Table = field(default_factory=lambda: Table("passed_over", "content_type", ("records",)))
    duplicates: int = 0
    document_warnings: int = 0
    warnings: list[str] = field(default_factory=list)
    inputs: str = ""
    read: int = 0
    is_old: bool = False

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in the order of ``report.json``."""
        return (
            self.statuses, self.input_kinds, self.encodings, self.categories, self.mechanisms, self.fired,
            self.withdrawn, self.languages, self.hosts, self.passed_over,
        )  # fmt: skip

    def add(self, document: Mapping[str, Any], ledger: Mapping[str, Any]) -> None:
        """Count a document."""
        self.statuses.add(document["status"], 1)
        self.input_kinds.add(document["input_kind"], 1)
        self.encodings.add(document["encoding"], 1)
        self.characters.update({"in": document["characters_in"], "kept": document["characters_out"]})
        self.lines.update({"in": document["lines_in"], "out": document["lines_out"]})
        self.duplicates += document["duplicate_of"] != ""
        self.document_warnings += len(document["warnings"])
        read, removed = document["characters_in"], document["characters_in"] - document["characters_out"]
        if language := document["lang"]:
            self.languages.add(language, 1, read, removed)
        if name := host(document["url"]):
            self.hosts.add(name, 1, read, removed)
        self._add_cuts(ledger)

    def _add_cuts(self, ledger: Mapping[str, Any]) -> None:
        categories = set()
        for cut in cuts_of(ledger):
            size, decision = len(cut.text), cut.decision
            categories.add(decision["category"])
            self.categories.add(decision["category"], 1, size, 0)
            self.mechanisms.add(decision["mechanism"], 1, size)
            for rule in decision["rules"]:
                self.fired.add(rule, 1, size)
        for category in categories:
            self.categories.add(category, 0, 0, 1)
        for restored, promise in withdrawn_of(ledger):
            self.withdrawn.add(promise, 1, len(restored.text))

    def merge(self, more: Report) -> None:
        """Add the counts of ``more``, whose documents come after those of this report."""
        self.failed += more.failed
        self.duplicates += more.duplicates
        self.document_warnings += more.document_warnings
        self.characters.update(more.characters)
        self.lines.update(more.lines)
        for warning in more.warnings:
            self.add_warning(warning)
        for ours, theirs in zip(self.tables, more.tables, strict=True):
            ours.merge(theirs)

    def add_warning(self, warning: str) -> None:
        """Add a warning about the run itself. Only the first `MAX_WARNINGS` are listed."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(warning)
        elif len(self.warnings) == MAX_WARNINGS:
            self.warnings.append("further warnings are not listed")

    @classmethod
    def from_row(cls, row: Row, rules: tuple[str, ...]) -> Self:
        """The report that `row` was made from. Raises `LookupError`, `TypeError` or `ValueError` for any other row."""
        report = cls(row["run"], rules, failed=row["documents"]["failed"], warnings=list(row["warnings"]))
        report.document_warnings, report.inputs = row["document_warnings"], row["inputs"]
        report.duplicates = row["duplicates"]
        report.characters.update({"in": row["characters"]["in"], "kept": row["characters"]["kept"]})
        report.lines.update(row["lines"])
        for table in report.tables:
            table.read(row[table.name])
        return report

    def add_failed(self) -> None:
        """Count an input that gave no document."""
        self.failed += 1

    @property
    def done(self) -> int:
        """The number of inputs that are finished: documents and failed inputs."""
        return self.out + self.failed

    @property
    def out(self) -> int:
        """The number of documents written."""
        return sum(count for _, count in self.statuses.counts())

    @property
    def exit_code(self) -> int:
        """The exit code of the program after this run."""
        if self.statuses.count("passed_through"):
            return FAULT
        if self.statuses.count("over_limit") or self.removed_share > self.run.get("max_removed_run", 1):
            return OVER_LIMIT
        return SOME_FAILED if self.failed else DONE

    @property
    def removed_share(self) -> float:
        """The share of all characters that was removed."""
        return (self.characters["in"] - self.characters["kept"]) / max(self.characters["in"], 1)

    def row(self) -> Row:
        """The content of ``report.json``, without the list of files."""
        kept, characters = self.characters["kept"], self.characters["in"]
        return {
            "run": self.run,
            "documents": {"in": self.done, "out": self.out, "failed": self.failed},
            "characters": {"in": characters, "kept": kept, "removed": characters - kept},
            "lines": {"in": self.lines["in"], "out": self.lines["out"]},
            **{table.name: table.rows() for table in self.tables},
            "rules_never_fired": [rule for rule in self.rules if rule not in self.fired],
            "duplicates": self.duplicates,
            "document_warnings": self.document_warnings,
            "warnings": self.warnings,
            "inputs": self.inputs,
        }

    def summary(self, *, seconds: float = 0.0, verbose: bool = False, is_written: bool = True) -> str:
        """The report as text for people: see `cleaner.run.summary`."""
        return summary(self.row(), len(self.rules), seconds=seconds, verbose=verbose, is_written=is_written)


def host(url: str) -> str:
    """The host of a URL, without port and ``www.``; empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
