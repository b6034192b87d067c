"""Rule packs from their files. A rule that could not work does not load.

A pack is one TOML file of one noise category; ``lang/<code>.toml`` adds the words of a language to the rules by
their id. `docs/rules.md` describes the format. Errors name file, line and rule.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from cleaner.errors import RuleError, nearest
from cleaner.packs.beginnings import beginnings
from cleaner.packs.check import check_patterns, identifier
from cleaner.packs.keys import PACK, RULE, SECTION, WORDS, read_table
from cleaner.packs.rule import Category, Packs, Pattern, Rule, Section, Where

_ID_KEY = re.compile(r"""^[ \t]*id[ \t]*=[ \t]*["']([^"'\n]*)["']""", re.MULTILINE)
_RULE_TABLE = re.compile(r"""^[ \t]*\[[ \t]*["']([^"'\n]*)["']""", re.MULTILINE)
_REQUIRED = ("summary", "why")


def builtin_folder() -> Path:
    """Where the shipped packs are: in the package of an installed wheel, else at the top of the checkout."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "rules"
    return packed if packed.is_dir() else package.parent / "rules"


@lru_cache(maxsize=1)
def load_builtin() -> Packs:
    """The packs the project ships, read from their files. Raises `RuleError` if they are damaged."""
    return load_packs([builtin_folder()])


def load_packs(folders: Iterable[Path], *, check_shipped: bool = False, shipped: Packs | None = None) -> Packs:
    """Read every pack of ``folders``; later folders add to earlier ones. Raises `RuleError`.

    The patterns of the shipped packs are only checked with ``check_shipped``, as the tests do: checking them takes
    longer than reading them. If the first folder is that of the shipped packs, and they have been read before
    (``shipped``), they are not read again.
    """
    digest = hashlib.sha256()
    builder = _Builder()
    for n, folder in enumerate(map(Path, folders)):
        if shipped and not n:
            for path in (*pack_files(folder), *pack_files(folder / "lang")):
                _read(path, digest)
            builder.begin_with(shipped)
            continue
        builder.is_trusted = folder == builtin_folder()
        builder.checks_patterns = check_shipped or not builder.is_trusted
        if not folder.is_dir():
            raise RuleError(f"{folder}: there is no such folder of rule packs")
        files = pack_files(folder)
        if not files and not (folder / "lang").is_dir():
            raise RuleError(f"{folder}: holds no rule pack (*.toml)")
        for path in files:
            builder.add_pack(path, _read(path, digest))
        for path in pack_files(folder / "lang"):
            builder.add_language(path, _read(path, digest))
    return builder.packs(digest.hexdigest())


def pack_files(folder: Path) -> list[Path]:
    """The packs in a folder, without pipes and devices, which may never end. Broken links are reported when read."""
    return sorted(path for path in folder.glob("*.toml") if path.is_file() or not path.exists())


def read_pack(path: Path) -> tuple[bytes, str]:
    """The bytes of a pack and their text, with its byte order mark. Raises `RuleError`."""
    try:
        data = path.read_bytes()
        return data, data.decode("utf-8")
    except OSError as error:
        raise RuleError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}: is not UTF-8 (byte {error.start})") from error


def _read(path: Path, digest: hashlib._Hash) -> str:
    data, text = read_pack(path)
    digest.update(path.name.encode() + b"\0" + data + b"\0")
    return text.removeprefix("\ufeff")


class _Builder:
    def __init__(self) -> None:
        self.is_trusted = False
        self.checks_patterns = True
        self.rules: dict[str, Rule] = {}
        self.sections: dict[str, Section] = {}
        self.topics: dict[str, list[str]] = {}
        self.summaries: dict[str, str] = {}
        self.categories: dict[str, Category] = {}

    def begin_with(self, packs: Packs) -> None:
        """Begin with packs that were read before."""
        self.topics = {category: [] for category in packs.summaries}
        for rule in packs.rules:
            if rule.place:
                self.rules[rule.id] = rule
            else:  # made of the words of its category
                self.topics[rule.category] = list(rule.phrases)
        self.sections = {section.id: section for section in packs.sections}
        self.summaries, self.categories = {**packs.summaries}, {**packs.categories}

    def add_pack(self, path: Path, source: str) -> None:
        pack = read_table(parse_pack(path, source), PACK, f"{path}:1", required=("category", "summary"))
        category = pack["category"]
        hosts = pack.get("where", ())
        if hosts:
            _refuse_general(pack, f"{path}:1")
        self.summaries.setdefault(category, pack["summary"])
        self._add_category(
            f"{path}:1", category, Category(**{name: pack[name] for name in _OF_CATEGORIES & pack.keys()})
        )
        self.topics.setdefault(category, []).extend(pack.get("topic", ()))
        lines = _lines_by_name(source, _ID_KEY)
        for table in pack.get("rule", ()):
            self._add_rule(*_identify(path, lines, category, table), category, table, hosts)
        for table in pack.get("section", ()):
            self._add_section(*_identify(path, lines, category, table), category, table, hosts)

    def _add_category(self, place: str, name: str, new: Category) -> None:
        """Add what a pack declares about a category to what earlier packs declared about it."""
        old = self.categories.get(name, Category())
        if old.whole_page and new.whole_page not in ("", old.whole_page):
            raise RuleError(f"{place}: whole_page is {old.whole_page!r} in an earlier pack of this category")
        for other, category in self.categories.items():
            if other != name and (shared := {*category.elements} & {*new.elements}):
                raise RuleError(f"{place}: elements: the category {other!r} has {min(shared)!r} already")
        self.categories[name] = Category(
            traits=tuple(dict.fromkeys(old.traits + new.traits)),
            whole_page=old.whole_page or new.whole_page,
            elements=tuple(dict.fromkeys(old.elements + new.elements)),
        )

    def _add_rule(self, id: str, place: str, category: str, table: Mapping[str, Any], hosts: tuple[str, ...]) -> None:
        self._refuse_taken(id, place)
        values = read_table(table, RULE, place, required=_REQUIRED)
        patterns = self._patterns(values, place, digits=values.get("digits", False))
        if self.checks_patterns:
            check_patterns(values.get("unless", ()), f"{place}: unless")
        where = Where(**{"alone": "lines" not in table, "host": hosts, **values.get("where", {})})
        named = {name: values[name] for name in _OF_RULES if name in values}
        rule = Rule(
            **{"score": 100, **named, "id": id},
            category=category,
            patterns=patterns,
            where=where,
            place=place,
            is_trusted=self.is_trusted,
        )
        _refuse_useless(rule)
        self.rules[id] = rule

    def _add_section(
        self, id: str, place: str, category: str, table: Mapping[str, Any], hosts: tuple[str, ...]
    ) -> None:
        self._refuse_taken(id, place)
        values = read_table(table, SECTION, place, required=_REQUIRED)
        host = values.pop("where", hosts)
        self.sections[id] = Section(**{**values, "id": id}, category=category, place=place, host=host)

    def _refuse_taken(self, id: str, place: str) -> None:
        taken = self.rules.get(id) or self.sections.get(id)
        if taken:
            raise RuleError(f"{place}: this id is taken ({taken.place})")

    def _patterns(self, values: Mapping[str, Any], place: str, *, digits: bool) -> tuple[Pattern, ...]:
        sources, needs = values.get("pattern", ()), values.get("needs", ())
        if sources and not needs and not digits:
            raise RuleError(
                f"{place}: pattern needs a literal it can't match without (needs = [...]), or digits = true"
            )
        if self.checks_patterns:
            check_patterns(sources, f"{place}: pattern")
        begins = [beginnings(source) if self.is_trusted else () for source in sources]
        return tuple(Pattern(source, needs, digits, first) for source, first in zip(sources, begins, strict=True))

    def add_language(self, path: Path, source: str) -> None:
        lines = _lines_by_name(source, _RULE_TABLE)
        for name, table in parse_pack(path, source).items():
            if name in ("lang", "name"):
                continue
            if not isinstance(table, dict):
                raise RuleError(f"{path}:1: {name!r} must be a table{nearest(name, [*self.rules, 'topic'])}")
            if name == "topic":
                self._add_topics(path, table)
            else:
                self._extend_rule(f"{path}:{lines.get(name, 1)}: {name}", name, table)

    def _add_topics(self, path: Path, table: Mapping[str, Any]) -> None:
        for category in table:
            if category not in self.topics:
                raise RuleError(f"{path}: topic: no category {category!r}{nearest(category, self.topics)}")
            self.topics[category].extend(PACK["topic"](table[category], f"{path}: topic: {category}"))

    def _extend_rule(self, place: str, id: str, table: Mapping[str, Any]) -> None:
        if id not in self.rules:
            raise RuleError(f"{place}: there is no rule with this id{nearest(id, self.rules)}")
        values = read_table(table, WORDS, place)
        rule = self.rules[id]
        added = {name: getattr(rule, name) + values[name] for name in WORDS if name in values and name in _OF_RULES}
        patterns = rule.patterns + self._patterns(values, place, digits=False)
        is_trusted = rule.is_trusted and self.is_trusted
        self.rules[id] = replace(rule, **added, patterns=patterns, is_trusted=is_trusted)

    def _topic_rules(self) -> Iterable[Rule]:
        for category, words in self.topics.items():
            if words:
                yield Rule(
                    id=f"{category}/topic",
                    category=category,
                    summary=f"Words that show a page is about this: {self.summaries[category]}",
                    why="A page about a theme keeps the words of the theme.",
                    phrases=tuple(dict.fromkeys(words)),
                )

    def packs(self, digest: str) -> Packs:
        for section in self.sections.values():
            for id in (*section.opens, *section.members):
                if id not in self.rules and not any(r.startswith(id) for r in self.rules):
                    raise RuleError(f"{section.place}: there is no rule {id!r}{nearest(id, self.rules)}")
        return Packs(
            rules=(*self.rules.values(), *self._topic_rules()),
            sections=tuple(self.sections.values()),
            summaries=dict(self.summaries),
            categories=dict(self.categories),
            digest=digest,
        )


_OF_RULES = frozenset(field.name for field in fields(Rule)) - {"id", "where"}
"""The keys of a rule that are kept as they are read."""
_OF_CATEGORIES = frozenset(field.name for field in fields(Category))
"""The keys of a pack that describe its category."""


def parse_pack(path: Path, source: str) -> dict[str, Any]:
    """The tables of a pack. Raises `RuleError` naming file and line if it is not TOML."""
    try:
        return tomllib.loads(source)
    except RecursionError as error:
        raise RuleError(f"{path}:1: is nested too deeply") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise RuleError(f"{path}:{line[1] if line else 1}: is not TOML: {error}") from error


def _identify(path: Path, lines: Mapping[str, int], category: str, table: Mapping[str, Any]) -> tuple[str, str]:
    """The id of a rule or section, and its place: ``file:line: id``."""
    name = identifier(table.get("id"), f"{path}:1: the id of every rule")
    return f"{category}/{name}", f"{path}:{lines.get(name, 1)}: {category}/{name}"


def _lines_by_name(source: str, pattern: re.Pattern[str]) -> dict[str, int]:
    """The first line on which each name that ``pattern`` finds is."""
    lines: dict[str, int] = {}
    line = 1
    at = 0
    for found in pattern.finditer(source):
        line += source.count("\n", at, found.start())
        at = found.start()
        lines.setdefault(found[1], line)
    return lines


def _refuse_general(pack: Mapping[str, Any], place: str) -> None:
    """Raise `RuleError` if a pack for some hosts describes its category, which is the same for all hosts."""
    for name in (*sorted(_OF_CATEGORIES), "topic"):
        if name in pack:
            raise RuleError(
                f"{place}: {name} describes the category for all hosts; move it to a pack without where.host"
            )


def _refuse_useless(rule: Rule) -> None:
    if not (rule.has_words or rule.where.path):
        raise RuleError(f"{rule.place}: has no lines, starts, phrases, pattern or where.path: it could never match")
    for name in ("removes", "keeps"):
        if not getattr(rule, name):
            what = "needs examples of what it removes, and of near misses that it keeps"
            raise RuleError(f"{rule.place}: {what}; {name} is missing")
