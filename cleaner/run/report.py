"""The report of a run: its counts, its summary for people, and the exit code of the program."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
from cleaner.terminal import aligned, visible

MAX_NAMES = 10_000
"""Hosts and languages that are counted by name; what comes later is counted together, so that memory has an end."""
MAX_WARNINGS = 1_000
OTHERS = "(others)"
_SHOWN = 10  # hosts and languages in the summary
_CATEGORIES_SHOWN = 6
_ELSEWHERE = ("profile", "rules")  # the run has the profiles of texts and of pages, and the hash of the rules
_NAME = 60  # characters of a content type that are shown


def describe_run(sources: Sequence[str], config: Config, options: RunOptions, maker: Maker) -> Row:
    """What a run is made of, with a fingerprint: the same sources, options and rules have the same one.

    Sources are told as they were given; the fingerprint is of the places they name.
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
    """The options of cleaning that `run` has. Selections are sorted: their order changes nothing."""
    names = [name for name, entry in options_of(Config).items() if "run" in entry.commands and name not in _ELSEWHERE]
    values = {name: getattr(config, name) for name in names}
    return {name: sorted(value) if isinstance(value, tuple) else value for name, value in values.items()}


_LANGUAGES = {"language_documents": "documents", "language_characters": "characters", "language_removed": "removed"}
_HOSTS = {"host_documents": "documents", "host_characters": "characters", "host_removed": "removed"}
_TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("statuses", "status", {"statuses": "documents"}),
    ("input_kinds", "input_kind", {"input_kinds": "documents"}),
    ("encodings", "encoding", {"encodings": "documents"}),
    (
        "categories",
        "category",
        {"category_cuts": "cuts", "category_characters": "characters", "category_documents": "documents"},
    ),
    ("mechanisms", "mechanism", {"mechanism_cuts": "cuts", "mechanism_characters": "characters"}),
    ("rules", "rule", {"rule_cuts": "cuts", "rule_characters": "characters"}),
    ("withdrawn", "promise", {"promise_cuts": "cuts", "promise_characters": "characters"}),
    ("languages", "language", _LANGUAGES),
    ("hosts", "host", _HOSTS),
    ("passed_over", "content_type", {"passed_over": "records"}),
)
"""The tables of a report: name, key, and which counter fills which column."""
_BOUNDED = (tuple(_LANGUAGES), tuple(_HOSTS))
_COUNTERS = (
    "characters",
    "lines",
    *(counter for _, _, columns in _TABLES if columns not in (_LANGUAGES, _HOSTS) for counter in columns),
)


@dataclass(slots=True)
class Report:
    """The counts of a run. ``rules`` are the ids of all that could cut, in the order of the packs.

    ``inputs`` is a hash of what was read, ``read`` how many bytes of it; ``is_old`` says that nothing had to be done.

    A cut counts once for its category, once for its mechanism, and once for each rule that spoke for it: categories
    and mechanisms add up to what was removed, rules may add up to more.
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
    category_documents: Counter[str] = field(default_factory=Counter)
    mechanism_cuts: Counter[str] = field(default_factory=Counter)
    mechanism_characters: Counter[str] = field(default_factory=Counter)
    rule_cuts: Counter[str] = field(default_factory=Counter)
    rule_characters: Counter[str] = field(default_factory=Counter)
    promise_cuts: Counter[str] = field(default_factory=Counter)
    promise_characters: Counter[str] = field(default_factory=Counter)
    language_documents: Counter[str] = field(default_factory=Counter)
    language_characters: Counter[str] = field(default_factory=Counter)
    language_removed: Counter[str] = field(default_factory=Counter)
    host_documents: Counter[str] = field(default_factory=Counter)
    host_characters: Counter[str] = field(default_factory=Counter)
    host_removed: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    document_warnings: int = 0
    warnings: list[str] = field(default_factory=list)
    inputs: str = ""
    read: int = 0
    is_old: bool = False

    def add(self, document: Mapping[str, Any], ledger: Mapping[str, Any]) -> None:
        """Count a document."""
        self.statuses[document["status"]] += 1
        self.input_kinds[document["input_kind"]] += 1
        self.encodings[document["encoding"]] += 1
        self.characters.update({"in": document["characters_in"], "kept": document["characters_out"]})
        self.lines.update({"in": document["lines_in"], "out": document["lines_out"]})
        self.document_warnings += len(document["warnings"])
        read, removed = document["characters_in"], document["characters_in"] - document["characters_out"]
        _share(
            self.language_documents, self.language_characters, self.language_removed, document["lang"], read, removed
        )
        _share(self.host_documents, self.host_characters, self.host_removed, host(document["url"]), read, removed)
        cuts = list(cuts_of(ledger))
        for cut in cuts:
            size, decision = len(cut.text), cut.decision
            _count(self.category_cuts, self.category_characters, [decision["category"]], size)
            _count(self.mechanism_cuts, self.mechanism_characters, [decision["mechanism"]], size)
            _count(self.rule_cuts, self.rule_characters, decision["rules"], size)
        self.category_documents.update({cut.decision["category"] for cut in cuts})
        for restored, promise in withdrawn_of(ledger):
            _count(self.promise_cuts, self.promise_characters, [promise], len(restored.text))

    def merge(self, more: Report) -> None:
        """Count all that ``more`` counted, which came behind what this one has."""
        self.failed += more.failed
        self.document_warnings += more.document_warnings
        for warning in more.warnings:
            self.add_warning(warning)
        for name in _COUNTERS:
            getattr(self, name).update(getattr(more, name))
        for names in _BOUNDED:
            _merge_bounded([(getattr(self, name), getattr(more, name)) for name in names])

    def add_warning(self, warning: str) -> None:
        """Something to say of the run itself; the first thousand are kept."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(warning)
        elif len(self.warnings) == MAX_WARNINGS:
            self.warnings.append("further warnings are not listed")

    @classmethod
    def from_row(cls, row: Row, rules: tuple[str, ...]) -> Self:
        """The report that `row` was made of. Raises `LookupError`, `TypeError` or `ValueError` for any other row."""
        report = cls(row["run"], rules, failed=row["documents"]["failed"], warnings=list(row["warnings"]))
        report.document_warnings, report.inputs = row["document_warnings"], row["inputs"]
        report.characters.update({"in": row["characters"]["in"], "kept": row["characters"]["kept"]})
        report.lines.update(row["lines"])
        for table, key, columns in _TABLES:
            for line in row[table]:
                for counter, column in columns.items():
                    getattr(report, counter)[line[key]] = line[column]
        return report

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
        if self.statuses["over_limit"] or self.removed_share > self.run.get("max_removed_run", 1):
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
            **{table: self._table(key, columns) for table, key, columns in _TABLES},
            "rules_never_fired": [rule for rule in self.rules if rule not in self.rule_cuts],
            "document_warnings": self.document_warnings,
            "warnings": self.warnings,
            "inputs": self.inputs,
        }

    def summary(self, *, seconds: float = 0.0, verbose: bool = False, is_written: bool = True) -> str:
        """The report for people, on one screen: what was cut, then the totals.

        ``seconds`` is how long the run took, 0 if that is not known. ``verbose`` adds all categories, the mechanisms,
        what was kept on second look, languages and hosts. ``is_written`` says whether there is a report.json to name.
        Nothing in it drives a terminal.
        """
        row = self.row()
        documents, characters = row["documents"], row["characters"]
        kept_and_removed = f"{characters['kept']:,} kept + {characters['removed']:,} removed"
        fired = len(self.rules) - len(row["rules_never_fired"])
        out_and_failed = f"{documents['out']:,} out + {documents['failed']:,} failed"
        lines = [
            *self._cut_table(row["categories"], None if verbose else _CATEGORIES_SHOWN, is_written=is_written),
            *(self._details(row) if verbose else ()),
            *self._remarks(),
            f"rules       {fired:,} of {len(self.rules):,} cutting rules fired",
            f"profile     {_profiles(self.run)}",
            f"characters  {characters['in']:,} in = {kept_and_removed} ({self.removed_share:.0%})",
            f"documents   {documents['in']:,} in = {out_and_failed}{_speed(documents['in'], seconds)}",
        ]
        return "\n".join(map(visible, lines))

    def _cut_table(self, rows: Sequence[Row], most: int | None, *, is_written: bool) -> list[str]:
        """Categories, the largest first, in aligned columns; a blank line below."""
        ordered = sorted(rows, key=lambda row: (-row["characters"], row["category"]))
        if not ordered:
            return []
        whole = max(self.characters["in"], 1)
        table = [("category", "documents", "cuts", "characters", "share")]
        for row in ordered[:most]:
            share = f"{row['characters'] / whole:.1%}"
            table.append((row["category"], *(f"{row[key]:,}" for key in table[0][1:4]), share))
        left = len(ordered) - len(table) + 1
        where = "in report.json" if is_written else "with -v"
        more = [f"and {left:,} more {'category' if left == 1 else 'categories'} {where}"] if left else []
        return [*aligned(table), *more, ""]

    def _details(self, row: Row) -> list[str]:
        return [
            *_listed("decided by", row["mechanisms"], "mechanism"),
            *_listed("second look", row["withdrawn"], "promise", " taken back"),
            *_shares("languages", row["languages"], "language"),
            *_shares("hosts", row["hosts"], "host"),
        ]

    def _remarks(self) -> list[str]:
        """What is only said where there is something to say."""
        lines = []
        if self.passed_over:
            lines.append(f"passed over {_counted(self.passed_over.most_common(_SHOWN))}")
        if self.input_kinds.keys() - {"text"}:
            lines.append(f"kinds       {_counted(sorted(self.input_kinds.items()))}")
        if special := [(name, n) for name, n in sorted(self.statuses.items()) if name != "ok"]:
            lines.append(f"status      {_counted(special)}")
        if self.document_warnings:
            lines.append(f"warnings    {self.document_warnings:,}, in the rows of their documents")
        return lines

    def _table(self, key: str, columns: Mapping[str, str]) -> list[Row]:
        counters = [(column, getattr(self, counter)) for counter, column in columns.items()]
        return [{key: name, **{column: counts[name] for column, counts in counters}} for name in sorted(counters[0][1])]


def _counted(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{n:,} {name[:_NAME]}" for name, n in counts)


def _speed(documents: int, seconds: float) -> str:
    if seconds <= 0:
        return ""
    a_second = documents / seconds
    return f", {seconds:,.1f} s, {a_second:,.{0 if a_second >= 10 else 1}f} documents/s"


def _profiles(run: Row) -> str:
    text, html = run["text_profile"], run["html_profile"]
    return text if text == html else f"{text} for text, {html} for HTML"


def _count(cuts: Counter[str], characters: Counter[str], names: Iterable[str], size: int) -> None:
    for name in names:
        cuts[name] += 1
        characters[name] += size


def host(url: str) -> str:
    """The host of an address, without port and ``www.``; empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _share(
    documents: Counter[str], characters: Counter[str], removed: Counter[str], name: str, read: int, gone: int
) -> None:
    if not name:
        return
    if name not in documents and len(documents) >= MAX_NAMES:
        name = OTHERS
    documents[name] += 1
    characters[name] += read
    removed[name] += gone


def _merge_bounded(pairs: Sequence[tuple[Counter[str], Counter[str]]]) -> None:
    """Add columns of one table; the first says which names are known."""
    known = pairs[0][0]
    for name in pairs[0][1]:
        taken = name if name in known or len(known) < MAX_NAMES else OTHERS
        for ours, more in pairs:
            ours[taken] += more[name]


def _listed(title: str, rows: Sequence[Row], key: str, fate: str = "") -> list[str]:
    ordered = sorted(rows, key=lambda row: (-row["characters"], row[key]))
    return [
        f"{title if not n else '':<12}{row[key]}: {row['cuts']:,} {'cut' if row['cuts'] == 1 else 'cuts'}{fate},"
        f" {row['characters']:,} characters"
        for n, row in enumerate(ordered)
    ]


def _shares(title: str, rows: Sequence[Row], key: str) -> list[str]:
    """The largest of a table, with the share that was removed."""
    ordered = sorted(rows, key=lambda row: (-row["documents"], row[key]))
    lines = [
        f"{title if not n else '':<12}{row[key]}: {row['documents']:,} {_documents(row['documents'])},"
        f" {row['removed'] / max(row['characters'], 1):.0%} removed"
        for n, row in enumerate(ordered[:_SHOWN])
    ]
    left = len(ordered) - _SHOWN
    return [*lines, f"{'':<12}and {left:,} more"] if left > 0 else lines


def _documents(count: int) -> str:
    return "document" if count == 1 else "documents"
