"""Findings as text, JSON, GitHub workflow commands, and SARIF 2.1.0.

SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; GitHub:
https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from cleaner.lint.files import shown
from cleaner.lint.finding import Finding
from cleaner.lint.source import Problem
from cleaner.packs.rule import Packs
from cleaner.terminal import visible

_DOCUMENTATION = "https://example.org/cleaner"
_EXAMPLES = 3  # in the help of a rule
_BOLD, _RED, _CYAN, _DIM, _OFF = "\x1b[1m", "\x1b[1;31m", "\x1b[36m", "\x1b[2m", "\x1b[0m"
_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

Problems = Sequence[tuple[str, Problem]]
"""Files and their problems; the list is complete after the last finding was read."""


class RuleText(NamedTuple):
    """The description of a rule: what it finds, why that is boilerplate, and example lines that it removes."""

    summary: str
    why: str = ""
    removes: tuple[str, ...] = ()


NO_TEXTS: Mapping[str, RuleText] = {}


def rule_texts(packs: Packs) -> dict[str, RuleText]:
    """The texts of all rules of packs and stages, by id."""
    texts = {rule.id: RuleText(rule.summary, rule.why, _lines(rule.removes)) for rule in packs.stage_rules}
    texts |= {rule.id: RuleText(rule.summary, rule.why, rule.removes) for rule in packs.rules if rule.summary}
    texts |= {section.id: RuleText(section.summary, section.why) for section in packs.sections}
    return texts


def _lines(examples: Sequence[str]) -> tuple[str, ...]:
    """The examples of a stage that have one line; others would be too long for a help text."""
    return tuple(text for text in examples if "\n" not in text.strip())


class Findings(NamedTuple):
    """The input of a format. ``version`` is the version of the program, ``texts`` the result of `rule_texts`."""

    findings: Iterable[Finding]
    version: str
    problems: Problems = ()
    texts: Mapping[str, RuleText] = NO_TEXTS
    colour: bool = False


Printer = Callable[[Findings], Iterator[str]]
"""A function that yields the lines to print, without line ends."""


def as_text(found: Findings) -> Iterator[str]:
    """One line per finding: ``path:line:column: rule: excerpt (reason)``."""
    for one in found.findings:
        place, rule = f":{one.place.line}:{one.place.column}:", visible(one.rule)
        if found.colour:
            path = f"{_BOLD}{shown(one.path)}{_OFF}{_CYAN}{place}{_OFF}"
            yield f"{path} {_RED}{rule}{_OFF}: {one.excerpt} {_DIM}({one.message}){_OFF}"
        else:
            yield f"{shown(one.path)}{place} {rule}: {one.excerpt} ({one.message})"


def as_json(found: Findings) -> Iterator[str]:
    """A list of objects, one per line, in ASCII. A baseline has this format."""
    yield "["
    before = ""
    for one in found.findings:
        if before:
            yield f"{before},"
        before = json.dumps(one.row())
    yield from filter(None, (before, "]"))


def as_github(found: Findings) -> Iterator[str]:
    """Workflow commands, which GitHub shows next to the lines of a pull request."""
    for one in found.findings:
        values = {"line": one.place.line, "endLine": one.end.line, "col": one.place.column, "title": one.rule}
        why = f" {found.texts[one.rule].why}" if one.rule in found.texts else ""
        yield _command("warning", one.path, values, f"{one.message}: {one.excerpt}.{why}")
    for path, problem in found.problems:
        yield _command("error", path, {"line": problem.line} if problem.line else {}, problem.message)


def as_sarif(found: Findings) -> Iterator[str]:
    """One SARIF log with one run, for code scanning services."""
    findings = list(found.findings)
    categories = sorted({one.rule: one.category for one in findings}.items())
    driver = {
        "name": "cleaner",
        "version": found.version,
        "informationUri": _DOCUMENTATION,
        "rules": [_rule(id, name, found.texts.get(id) or RuleText(f"Boilerplate: {name}")) for id, name in categories],
    }
    invocation: dict[str, Any] = {"executionSuccessful": not found.problems}
    if found.problems:
        invocation["toolExecutionNotifications"] = [_notification(*one) for one in found.problems]
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one) for one in findings],
    }
    yield json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2)


FORMATS: dict[str, Printer] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}


def statistics(findings: Sequence[Finding]) -> list[tuple[str, int, int]]:
    """Rule, number of findings and number of files, with the most frequent rule first."""
    found = Counter(one.rule for one in findings)
    files = Counter(rule for rule, _ in {(one.rule, one.path) for one in findings})
    return [(rule, found[rule], files[rule]) for rule in sorted(found, key=lambda rule: (-found[rule], rule))]


def _rule(id: str, category: str, text: RuleText) -> dict[str, Any]:
    """The SARIF description of a rule, which code scanning services show."""
    cure = (
        f"`cleaner fix` removes what the rule finds. To keep it, add a keep-rule to cleaner.toml: "
        f'a table [[keep]] with rules = ["{id}"]. `cleaner rules show {id}` shows the rule.'
    )
    examples = [f"`{line}`" for line in text.removes[:_EXAMPLES] if "`" not in line]
    removes = f"\n\nIt finds, for example: {', '.join(examples)}" if examples else ""
    return {
        "id": id,
        "shortDescription": {"text": text.summary},
        "fullDescription": {"text": text.why or text.summary},
        "help": {
            "text": f"{text.summary} {text.why} {cure}",
            "markdown": f"**{text.summary}** {text.why}{removes}\n\n{cure}",
        },
        "helpUri": _DOCUMENTATION,
        "properties": {"tags": [category]},
    }


def _result(one: Finding) -> dict[str, Any]:
    region = {"startLine": one.place.line, "startColumn": one.place.column}
    if one.end > one.place:
        region |= {"endLine": one.end.line, "endColumn": one.end.column}
    return {
        "ruleId": one.rule,
        "level": "warning",
        "message": {"text": f"{one.message}: {one.excerpt}"},
        "locations": [_location(one.path, region)],
        "partialFingerprints": {"lineHash/v1": one.line_hash},
    }


def _notification(path: str, problem: Problem) -> dict[str, Any]:
    region = {"startLine": problem.line} if problem.line else {}
    return {"level": "error", "message": {"text": visible(problem.message)}, "locations": [_location(path, region)]}


def _location(path: str, region: Mapping[str, int]) -> dict[str, Any]:
    uri = quote(path.replace("\\", "/"), errors="surrogateescape")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}} | ({"region": region} if region else {})}


def _command(kind: str, path: str, values: Mapping[str, object], message: str) -> str:
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in {"file": shown(path), **values}.items())
    return f"::{kind} {properties}::{_message(message)}"


def _message(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
