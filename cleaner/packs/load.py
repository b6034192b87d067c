"""Rule packs: load, check, hand out. A rule that could not work does not load.

A pack is one TOML file of one noise category; ``lang/<code>.toml`` adds the words of a language to the rules by
their id. `docs/rules.md` describes the format. Errors name file, line and rule.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import regex

from cleaner.errors import RuleError, nearest
from cleaner.fold import fold, key, squeeze
from cleaner.model import KEEP
from cleaner.packs.pattern import PATTERN_SECONDS
from cleaner.packs.rule import Packs, Pattern, Rule, Section, Where, Zone, compiled
from cleaner.packs.selectors import Selector

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PACK_KEYS = ("category", "summary", "not_covered", "topic", "rule", "section")
_RULE_KEYS = (
    "id", "summary", "why", "langs", "score", "lines", "starts", "phrases", "pattern", "needs", "digits",
    "unless", "where", "fact", "removes", "keeps",
)  # fmt: skip
_WHERE_KEYS = (
    "max_words",
    "min_words",
    "at_least",
    "zone",
    "alone",
    "max_times",
    "path",
    "outside",
    "max_share",
    "max_prose",
    "beside",
)
_SECTION_KEYS = (
    "id",
    "summary",
    "why",
    "opens",
    "members",
    "least",
    "gap",
    "gap_words",
    "takes",
    "score",
    "zone",
    "enclosed",
)
_LANGUAGE_KEYS = ("lines", "starts", "phrases", "pattern", "needs", "removes", "keeps")


def builtin_folder() -> Path:
    """Where the shipped packs are: in the package of an installed wheel, else at the top of the checkout."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "rules"
    return packed if packed.is_dir() else package.parent / "rules"


@lru_cache(maxsize=1)
def load_builtin() -> Packs:
    """The packs the project ships, read from their files. Raises `RuleError` if they are damaged."""
    return load_packs([builtin_folder()])


def load_packs(folders: Iterable[Path], *, check_shipped: bool = False) -> Packs:
    """Read every pack of ``folders``; later folders add to earlier ones. Raises `RuleError`.

    The patterns of the shipped packs are checked by the tests, which ask for it; checking them takes longer than
    reading them.
    """
    digest = hashlib.sha256()
    builder = _Builder()
    for folder in map(Path, folders):
        builder.is_trusted = folder == builtin_folder()
        builder.checks_patterns = check_shipped or not builder.is_trusted
        if not folder.is_dir():
            raise RuleError(f"{folder}: there is no such folder of rule packs")
        files = _pack_files(folder)
        if not files and not (folder / "lang").is_dir():
            raise RuleError(f"{folder}: holds no rule pack (*.toml)")
        for path in files:
            builder.add_pack(path, _read(path, digest))
        for path in _pack_files(folder / "lang"):
            builder.add_language(path, _read(path, digest))
    return builder.packs(digest.hexdigest())


def _pack_files(folder: Path) -> list[Path]:
    """The packs in a folder; a pipe or a device, which may never end, is none. Reading tells of a link to nothing."""
    return sorted(path for path in folder.glob("*.toml") if path.is_file() or not path.exists())


def _read(path: Path, digest: hashlib._Hash) -> str:
    try:
        data = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + data + b"\0")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise RuleError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}: is not UTF-8 (byte {error.start})") from error


class _Builder:
    def __init__(self) -> None:
        self.is_trusted = False
        self.checks_patterns = True
        self.rules: dict[str, Rule] = {}
        self.sections: dict[str, Section] = {}
        self.topics: dict[str, list[str]] = {}
        self.summaries: dict[str, str] = {}

    def add_pack(self, path: Path, source: str) -> None:
        data = _parse(path, source)
        where = f"{path}:1"
        _refuse_unknown(data, _PACK_KEYS, where)
        category = data.get("category")
        if not isinstance(category, str) or not re.fullmatch(r"[a-z]+(?:_[a-z]+)*", category):
            raise RuleError(f"{where}: category must be a name such as 'consent', not {category!r}")
        self.summaries.setdefault(category, _text(data, "summary", where))
        self.topics.setdefault(category, []).extend(_folded(_texts(data, "topic", where)))
        for table in data.get("rule", []):
            self._add_rule(path, source, category, table)
        for table in data.get("section", []):
            self._add_section(path, source, category, table)

    def _add_rule(self, path: Path, source: str, category: str, table: Mapping[str, Any]) -> None:
        id, place = _identify(path, source, category, table)
        if id in self.rules or id in self.sections:
            raise RuleError(f"{place}: this id is taken ({(self.rules.get(id) or self.sections[id]).place})")
        _refuse_unknown(table, _RULE_KEYS, place)
        where = _where(table.get("where", {}), place, alone="lines" not in table)
        score = table.get("score", 100)
        score = KEEP if score == "keep" else score
        if not isinstance(score, int) or isinstance(score, bool):
            raise RuleError(f'{place}: score must be a whole number or "keep"; it is {score!r}')
        needs = tuple(_folded(_texts(table, "needs", place)))
        digits = bool(table.get("digits", False))
        rule = Rule(
            id=id,
            category=category,
            summary=_text(table, "summary", place),
            why=_text(table, "why", place),
            score=score,
            lines=tuple(_keys(_texts(table, "lines", place), place)),
            starts=tuple(_folded(_texts(table, "starts", place))),
            phrases=tuple(_folded(_texts(table, "phrases", place))),
            patterns=self._patterns(table, needs, place, digits=digits),
            unless=tuple(_texts(table, "unless", place)),
            where=where,
            fact=_text(table, "fact", place, optional=True),
            removes=_texts(table, "removes", place),
            keeps=_texts(table, "keeps", place),
            place=place,
            is_trusted=self.is_trusted,
        )
        for n, unless in enumerate(rule.unless):
            if self.checks_patterns:
                _check_pattern(unless, f"{place}: unless[{n}]")
        _check_rule(rule)
        self.rules[id] = rule

    def _add_section(self, path: Path, source: str, category: str, table: Mapping[str, Any]) -> None:
        id, place = _identify(path, source, category, table)
        if id in self.rules or id in self.sections:
            raise RuleError(f"{place}: this id is taken")
        _refuse_unknown(table, _SECTION_KEYS, place)
        takes = table.get("takes", "members")
        if takes not in ("members", "headlines", "list"):
            raise RuleError(f"{place}: takes must be 'members', 'headlines' or 'list', not {takes!r}")
        zone = table.get("zone", "any")
        _check_zone(zone, place)
        self.sections[id] = Section(
            id=id,
            category=category,
            summary=_text(table, "summary", place),
            why=_text(table, "why", place),
            opens=_texts(table, "opens", place),
            members=_texts(table, "members", place),
            least=_number(table, "least", 2, place),
            gap=_number(table, "gap", 1, place),
            gap_words=_number(table, "gap_words", 12, place),
            takes=takes,
            score=_number(table, "score", 100, place),
            zone=zone,
            enclosed=bool(table.get("enclosed", False)),
            place=place,
        )

    def _patterns(
        self, table: Mapping[str, Any], needs: tuple[str, ...], place: str, *, digits: bool
    ) -> tuple[Pattern, ...]:
        sources = _texts(table, "pattern", place)
        if sources and not needs and not digits:
            raise RuleError(
                f"{place}: pattern needs a literal it can't match without (needs = [...]), or digits = true"
            )
        if self.checks_patterns:
            for n, source in enumerate(sources):
                _check_pattern(source, f"{place}: pattern[{n}]")
        return tuple(Pattern(source, needs, digits) for source in sources)

    def add_language(self, path: Path, source: str) -> None:
        data = _parse(path, source)
        for name, table in data.items():
            if name in ("lang", "name"):
                continue
            if not isinstance(table, dict):
                raise RuleError(f"{path}:1: {name!r} must be a table{nearest(name, [*self.rules, 'topic'])}")
            if name == "topic":
                self._add_topics(path, table)
            else:
                line = _line_of(source, f'["{name}"]')
                self._extend_rule(f"{path}:{line}: {name}", name, table)

    def _add_topics(self, path: Path, table: Mapping[str, Any]) -> None:
        for category in table:
            if category not in self.topics:
                raise RuleError(f"{path}: topic: no category {category!r}{nearest(category, self.topics)}")
            self.topics[category].extend(_folded(_texts(table, category, f"{path}: topic")))

    def _extend_rule(self, place: str, id: str, table: Mapping[str, Any]) -> None:
        if id not in self.rules:
            raise RuleError(f"{place}: there is no rule with this id{nearest(id, self.rules)}")
        _refuse_unknown(table, _LANGUAGE_KEYS, place)
        rule = self.rules[id]
        starts = tuple(_folded(_texts(table, "starts", place)))
        phrases = tuple(_folded(_texts(table, "phrases", place)))
        for phrase in (*starts, *phrases):
            _check_phrase(phrase, place)
        needs = tuple(_folded(_texts(table, "needs", place)))
        self.rules[id] = replace(
            rule,
            is_trusted=rule.is_trusted and self.is_trusted,
            lines=rule.lines + tuple(_keys(_texts(table, "lines", place), place)),
            starts=rule.starts + starts,
            phrases=rule.phrases + phrases,
            patterns=rule.patterns + self._patterns(table, needs, place, digits=False),
            removes=rule.removes + _texts(table, "removes", place),
            keeps=rule.keeps + _texts(table, "keeps", place),
        )

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
                    raise RuleError(f"{section.place}: no rule is called {id!r}{nearest(id, self.rules)}")
        return Packs(
            rules=(*self.rules.values(), *self._topic_rules()),
            sections=tuple(self.sections.values()),
            summaries=dict(self.summaries),
            digest=digest,
        )


def _parse(path: Path, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except RecursionError as error:
        raise RuleError(f"{path}:1: is nested too deeply") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise RuleError(f"{path}:{line[1] if line else 1}: is not TOML: {error}") from error


def _identify(path: Path, source: str, category: str, table: Mapping[str, Any]) -> tuple[str, str]:
    name = table.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise RuleError(f"{path}:1: every rule needs an id in kebab-case, such as 'banner-button'; found {name!r}")
    id = f"{category}/{name}"
    line = _line_of(source, f'"{name}"')
    return id, f"{path}:{line}: {id}"


def _line_of(source: str, text: str) -> int:
    at = source.find(text)
    return source.count("\n", 0, at) + 1 if at >= 0 else 1


def _refuse_unknown(table: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    for name in table:
        if name not in known:
            raise RuleError(f"{place}: unknown key {name!r}{nearest(name, known)}")


def _text(table: Mapping[str, Any], name: str, place: str, *, optional: bool = False) -> str:
    value = table.get(name, "")
    if not isinstance(value, str) or (not value.strip() and not optional):
        raise RuleError(f"{place}: {name} must be a sentence, not {value!r}")
    return value


def _texts(table: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise RuleError(f"{place}: {name} must be a list of non-empty strings")
    return tuple(value)


def _number(table: Mapping[str, Any], name: str, default: int, place: str) -> int:
    value = table.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise RuleError(f"{place}: {name} must be a whole number, not {value!r}")
    return value


def _folded(texts: Iterable[str]) -> Iterable[str]:
    return (squeeze(fold(text)) for text in texts)


def _keys(texts: Iterable[str], place: str) -> Iterable[str]:
    """The matching forms of whole-line phrases."""
    for text in texts:
        found = key(squeeze(fold(text)))
        _refuse_wordless(found, f"{place}: lines: {text!r}")
        yield found


def _refuse_wordless(folded: str, where: str) -> None:
    """Raise `RuleError` for a phrase without a letter: its signs are decoration, its digits are anybody's table."""
    if not any(map(str.isalpha, folded)):
        what = f"matches as {folded!r}, a number" if any(map(str.isalnum, folded)) else "has only signs"
        raise RuleError(f"{where} {what}: add a word of the line, or write a pattern")


def _where(table: Mapping[str, Any], place: str, *, alone: bool) -> Where:
    _refuse_unknown(table, _WHERE_KEYS, f"{place}: where")
    zone = table.get("zone", "any")
    _check_zone(zone, place)
    return Where(
        min_words=_number(table, "min_words", 0, place),
        max_words=_number(table, "max_words", 1_000_000, place),
        at_least=_number(table, "at_least", 1, place),
        zone=zone,
        alone=bool(table.get("alone", alone)),
        max_times=_number(table, "max_times", 1_000_000, place),
        path=_selectors(table, "path", place),
        outside=_selectors(table, "outside", place),
        max_share=_number(table, "max_share", 50, place),
        max_prose=_number(table, "max_prose", 100, place),
        beside=_number(table, "beside", 0, place),
    )


def _selectors(table: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
    sources = _texts(table, name, place)
    for n, source in enumerate(sources):
        try:
            Selector.parse(source)
        except ValueError as error:
            raise RuleError(f"{place}: where.{name}[{n}] {error}") from error
    return sources


def _check_zone(zone: object, place: str) -> None:
    if zone not in get_args(Zone):
        raise RuleError(f"{place}: zone must be one of {', '.join(get_args(Zone))}, not {zone!r}")


def _check_pattern(source: str, where: str) -> None:
    try:
        pattern = compiled(source)
    except regex.error as error:
        raise RuleError(f"{where} is not a regular expression: {error}") from error
    if repeat := _nested_repeat(source):
        raise RuleError(f"{where} repeats a repetition ({repeat}): its time can explode; write it without")
    try:
        if pattern.search("", timeout=PATTERN_SECONDS):
            raise RuleError(f"{where} matches the empty string")
        if all(pattern.search(text, timeout=PATTERN_SECONDS) for text in ("x", "7", "a b", "ж", "字")):
            raise RuleError(f"{where} matches everything")
    except TimeoutError as error:
        raise RuleError(f"{where} takes too long on a short text") from error


def _nested_repeat(source: str) -> str:
    """The first group of ``source`` that is repeated without bound and holds an unbounded repetition itself."""
    bare = re.sub(r"\\.", "xx", source)
    bare = re.sub(r"\[\^?\]?[^\]]*\]", lambda m: "x" * len(m[0]), bare)
    opened: list[int] = []
    for at, char in enumerate(bare):
        if char == "(":
            opened.append(at)
        elif char == ")" and opened:
            start = opened.pop()
            if re.match(r"[*+]|\{\d*,\}", bare[at + 1 :]) and re.search(
                r"[*+]|\{\d*,\}", bare[start + 1 : at].replace("(?+", "")
            ):
                return source[start : at + 2]
    return ""


def _check_rule(rule: Rule) -> None:
    if not (rule.has_words or rule.where.path):
        raise RuleError(f"{rule.place}: has no lines, starts, phrases, pattern or where.path: it could never match")
    if not rule.removes or not rule.keeps:
        raise RuleError(f"{rule.place}: needs examples: removes = [...] and, near misses, keeps = [...]")
    for phrase in (*rule.phrases, *rule.starts):
        _check_phrase(phrase, rule.place)


def _check_phrase(phrase: str, place: str) -> None:
    """Raise `RuleError` for a phrase or an opening that any text may hold."""
    if len(phrase) < 2:
        raise RuleError(f"{place}: phrase {phrase!r} is too short, it would match nearly everything")
    _refuse_wordless(phrase, f"{place}: phrase {phrase!r}")
