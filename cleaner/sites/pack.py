"""A rule pack for a site, in the form of `cleaner rules fmt`, and the same pack with new counts and old hand edits."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from cleaner.errors import RuleError
from cleaner.examples import failures
from cleaner.fold import fold, squeeze
from cleaner.model import TEMPLATE as CATEGORY
from cleaner.packs.check import line_form
from cleaner.packs.fmt import formatted
from cleaner.packs.layout import laid_out
from cleaner.packs.load import load_packs, parse_pack, read_pack
from cleaner.packs.syntax import Array, Group, Header, Item, Pair, Statement, statements
from cleaner.packs.wrap import joined_pattern
from cleaner.sites.judge import MIN_RUN, Site
from cleaner.sites.phrases import BOX, EDGE, LISTS, TAIL, TEXT, Phrase, Phrases, example_form

_EXAMPLES = 2
_COUNTS = re.compile(r"# \d+ of \d+ documents, ")
_PATH = "where.path"
_WORDS = ("lines", "starts", "phrases", "pattern", _PATH)  # what a rule matches by


class _Kind(NamedTuple):
    """What the rules of a pack say of themselves, and whether their lines are alone between paragraphs.

    Lines of a box prove nothing alone: they go where a row of them is. Elements have no zone.
    """

    summary: str
    why: str
    zone: str
    is_alone: bool = False
    is_box: bool = False


_KINDS: Mapping[str, _Kind] = {
    EDGE: _Kind(
        "A line that recurs above or below the text of the pages of this site.",
        "Many pages of the site have it, and its place says that it is furniture.",
        "edge",
    ),
    TAIL: _Kind(
        "A line that recurs below the text of the pages of this site.",
        "Several pages have it among their last lines. Above a text it may be the headline, so it stays there.",
        "tail",
    ),
    TEXT: _Kind(
        "A paragraph that recurs on the pages of this site.",
        "Most pages of the site have it, and their other text differs.",
        "any",
        is_alone=True,
    ),
    BOX: _Kind(
        "A line of a box that recurs within the text of the pages of this site.",
        "Many pages have it in a row of lines that all recur, and there it goes: alone it may be a label.",
        "any",
        is_box=True,
    ),
    LISTS: _Kind(
        "A list of links to other pages of this site.",
        "It differs from page to page, is above or below their text, and elements with its name hold nothing else.",
        "",
    ),
}
_LIST_LIMITS = ("where.min_links = 80", "where.max_prose = 0", "where.amid_text = false")
_KEPT_TAG = "<main>"


def slug(host: str) -> str:
    """The host as part of an id: ``example-com``, with a hash if another host could have the same."""
    plain = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-") or "site"
    if re.fullmatch(r"[a-z0-9.]+", host) and plain == host.replace(".", "-"):
        return plain
    return f"{plain}-{hashlib.sha256(host.encode()).hexdigest()[:6]}"


def file_name(host: str) -> str:
    """The name of the file for a host."""
    return f"{re.sub(r'[^a-z0-9.-]+', '_', host)}.toml"


def new_pack(site: Site, phrases: Phrases) -> str:
    """The text of a pack that did not exist before."""
    head = [
        f"category = {_string(CATEGORY)}",
        f"summary = {_string(f'Lines that recur on the pages of {site.host}.')}",
        "",
        "[where]",
        f"host = [{_string(site.host)}]",
    ]
    rules = [_rule(site, kind, phrases) for kind in _KINDS if phrases[kind]]
    return "\n".join([*head, *(line for rule in rules for line in ("", *rule))]) + "\n"


def _rule(site: Site, kind: str, all_phrases: Phrases) -> Iterator[str]:
    says, phrases = _KINDS[kind], all_phrases[kind]
    yield "[[rule]]"
    yield f"id = {_string(rule_name(site.host, kind))}"
    yield f"summary = {_string(says.summary)}"
    yield f"why = {_string(says.why)}"
    if says.is_box:
        yield "score = 0"
    if says.zone:
        yield f"where.zone = {_string(says.zone)}"
    else:
        yield from _LIST_LIMITS
    if says.is_alone:
        yield "where.alone = true"
    for name, items in _lists(phrases).items():
        if items:
            yield f"{name} = ["
            yield from (f"    {item.token},{'  ' if item.comment else ''}{item.comment}" for item in items)
            yield "]"
    yield from _listed("removes", _removed(phrases))
    yield from _listed("keeps", _kept(site, phrases))
    if says.zone:
        yield from _section(site.host, kind, [kind, TEXT] if says.is_box and all_phrases[TEXT] else [kind])


def _section(host: str, kind: str, members: Iterable[str]) -> Iterator[str]:
    """A section of the lines of a rule: that pages of the host agree on a line is a second sign besides its words."""
    says = _KINDS[kind]
    yield from ("", "[[section]]", f"id = {_string(section_name(host, kind))}")
    yield f"summary = {_string(says.summary)}"
    yield f"why = {_string(says.why)}"
    yield f"members = [{', '.join(_string(f'{CATEGORY}/{rule_name(host, one)}') for one in members)}]"
    yield from (f"least = {MIN_RUN if says.is_box else 1}", "gap = 0", f"zone = {_string(says.zone)}")
    if says.is_box:
        yield "alone = true"


def rule_name(host: str, kind: str) -> str:
    """The id of a rule of a learned pack, without its category."""
    return f"{slug(host)}-{kind}"


def section_name(host: str, kind: str) -> str:
    """The id of the section of a rule, without its category."""
    return f"{rule_name(host, kind)}-unit"


def _listed(name: str, texts: Iterable[str]) -> Iterator[str]:
    yield f"{name} = [{', '.join(map(_string, texts))}]"


def _lists(phrases: Sequence[Phrase]) -> dict[str, list[Item]]:
    """The lists of a rule that are learned, by their keys."""
    plain = [one for one in phrases if not one.need and not one.is_selector]
    patterns = [one for one in phrases if one.need]
    needs = sorted({one.need for one in patterns})
    return {
        "lines": [_item(one.value, one.comment) for one in plain],
        "pattern": [_item(one.value, one.comment) for one in patterns],
        "needs": [_item(need) for need in needs],
        _PATH: [_item(one.value, one.comment) for one in phrases if one.is_selector],
    }


def _item(value: str, comment: str = "") -> Item:
    return Item(_string(value), value, comment)


def _removed(phrases: Sequence[Phrase]) -> list[str]:
    """An example of each pattern, and of the first phrases."""
    plain = [one.example for one in phrases if not one.need and not one.is_selector][:_EXAMPLES]
    plain += [one.example for one in phrases if one.is_selector]
    return [*plain, *(one.example for one in phrases if one.need)]


def _kept(site: Site, phrases: Sequence[Phrase]) -> list[str]:
    """Content lines of the site, else a line with a comma, which shows that more follows; of elements a start tag."""
    if phrases[0].is_selector:
        return [_KEPT_TAG]
    return list(site.content) or [f"{phrases[0].example.rstrip(' .:;,!?')}, and more"]


def _string(text: str) -> str:
    """``text`` as a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def updated_pack(source: str, site: Site, phrases: Phrases, before: Iterable[str]) -> str:
    """The text of a pack with new counts. ``before`` are the forms that were learned the last time.

    What else is in the file stays as it is: phrases that somebody added, comments, other keys and rules.
    """
    written, missing = {*before}, {kind for kind in _KINDS if phrases[kind]}
    result: list[Statement] = []
    empty: set[object] = set()
    for table in _tables(statements(source.replace("\r\n", "\n"))):
        id = _value(table, "id")
        kind = next((kind for kind in _KINDS if id == rule_name(site.host, kind)), "")
        renewed = _renewed(table, phrases[kind], written) if kind and _is_renewable(table, kind) else table
        if not renewed:
            empty.add(section_name(site.host, kind))
        elif id not in empty:
            result += renewed
        missing.discard(kind)
    lines = list(laid_out(result))
    for kind in sorted(missing):
        lines += ["", *_rule(site, kind, phrases)]
    return "\n".join(lines) + "\n"


def _is_renewable(table: Iterable[Statement], kind: str) -> bool:
    """Whether the selectors of a rule on elements are in the form in which they were written."""
    return kind != LISTS or any(isinstance(one, Pair) and one.key == _PATH for one in table)


def _tables(found: Iterable[Statement]) -> list[list[Statement]]:
    """The statements of a file by table: each begins with its header."""
    tables: list[list[Statement]] = [[]]
    for statement in found:
        if isinstance(statement, Header):
            tables.append([])
        tables[-1].append(statement)
    return tables


def _value(table: Iterable[Statement], name: str) -> object:
    """The value of a key of a table; None if it is not there, or not simple."""
    found = (one.value for one in table if isinstance(one, Pair) and one.key == name)
    return next((value.value for value in found if isinstance(value, Item)), None)


def _renewed(table: list[Statement], phrases: Sequence[Phrase], written: set[str]) -> list[Statement]:
    """A rule with its lists renewed; nothing if no phrase is left. Examples of phrases that are gone go."""
    lists = _lists(phrases)
    comments = {one.form: one.comment for one in phrases}
    gone = written - comments.keys()
    found = [_renewed_pair(one, lists, phrases, comments, gone) for one in table]
    result = [one for one in found if one is not None]
    there = {one.key for one in result if isinstance(one, Pair)}
    new = [_pair(name, items) for name, items in lists.items() if items and name not in there]
    if not new and there.isdisjoint(_WORDS):
        return []
    at = next((n for n, one in enumerate(result) if isinstance(one, Pair) and one.key == "removes"), len(result))
    return [*result[:at], *new, *result[at:]]


def _renewed_pair(
    one: Statement,
    lists: Mapping[str, Sequence[Item]],
    phrases: Sequence[Phrase],
    comments: Mapping[str, str],
    gone: set[str],
) -> Statement | None:
    """A statement of a rule with what was learned now; None for a list in which nothing is left."""
    if not (isinstance(one, Pair) and isinstance(one.value, Array)):
        return one
    if one.key in lists:
        array = _with_items(one.value, lists[one.key], _FORMS[one.key], comments, gone)
        return replace(one, value=array) if array.items else None
    if one.key == "removes":
        return replace(one, value=_with_examples(one.value, _removed(phrases), gone))
    return one


def _pair(name: str, items: Sequence[Item]) -> Pair:
    return Pair(name, name, Array((Group((), tuple(items)),)))


_FORMS: Mapping[str, Callable[[str], str]] = {"lines": line_form, "pattern": joined_pattern, "needs": str, _PATH: str}


def _with_items(
    array: Array, items: Sequence[Item], form: Callable[[str], str], comments: Mapping[str, str], gone: set[str]
) -> Array:
    """A list with what was learned now, what somebody added, and without what is no longer learned."""
    groups = []
    there: set[str] = set()
    for group in array.groups:
        kept = []
        for item in group.items:
            same = form(item.value)
            if same in gone and _is_ours(item):
                continue
            there.add(same)
            comment = comments.get(same, "")
            kept.append(replace(item, comment=comment) if comment and _is_ours(item) else item)
        groups.append(replace(group, items=tuple(kept)))
    new = tuple(item for item in items if form(item.value) not in there)
    return Array((*groups[:-1], replace(groups[-1], items=(*groups[-1].items, *new))))


def _is_ours(item: Item) -> bool:
    """Whether nobody has written another comment for a phrase."""
    return not item.comment or bool(_COUNTS.match(item.comment))


def _with_examples(array: Array, examples: Iterable[str], gone: set[str]) -> Array:
    """The examples without those of phrases that are gone, and examples of what was learned now."""
    patterns = [re.compile(form) for form in gone if form.startswith("^")]

    def is_gone(text: object) -> bool:
        if not isinstance(text, str):
            return False
        return example_form(text) in gone or any(each.search(squeeze(fold(text))) for each in patterns)

    groups = [replace(one, items=tuple(item for item in one.items if not is_gone(item.value))) for one in array.groups]
    there = {item.value for group in groups for item in group.items}
    new = tuple(_item(text) for text in examples if text not in there)
    return Array((*groups[:-1], replace(groups[-1], items=(*groups[-1].items, *new))))


class Existing(NamedTuple):
    """A pack that is there already: its text, the forms of its phrases, and those of the lines that it must keep."""

    source: str
    forms: frozenset[str]
    keeps: frozenset[str]


def read_existing(path: Path) -> Existing | None:
    """The pack of a site, if there is one. Raises `RuleError` if it can't be read."""
    if not path.exists():
        return None
    source = read_pack(path)[1].removeprefix("\ufeff")
    forms: set[str] = set()
    keeps: set[str] = set()
    for rule in parse_pack(path, source).get("rule", ()):
        forms.update(map(line_form, rule.get("lines", ())), map(joined_pattern, rule.get("pattern", ())))
        forms.update(rule.get("where", {}).get("path", ()))
        keeps.update(map(example_form, rule.get("keeps", ())))
    return Existing(source, frozenset(forms), frozenset(keeps))


def checked(path: Path, source: str) -> str:
    """The text of a pack in its one form. Raises `RuleError` if it is not a valid pack."""
    return formatted(path, source)


def faults(folder: Path) -> list[str]:
    """What is wrong with the examples of all packs in a folder."""
    try:
        return failures(load_packs([folder]))
    except RuleError as error:
        return [str(error)]
