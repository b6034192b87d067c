"""Findings as text, JSON, workflow commands of GitHub, and SARIF 2.1.0.

SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; GitHub:
https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from cleaner.lint.finding import Finding

_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_text(findings: Iterable[Finding], version: str) -> Iterator[str]:
    """One line a finding: ``path:line:column: rule: excerpt``."""
    del version
    for one in findings:
        yield f"{one.path}:{one.place.line}:{one.place.column}: {one.rule}: {one.excerpt}"


def as_json(findings: Iterable[Finding], version: str) -> Iterator[str]:
    """A list of objects, one a line, in ASCII; this is also what a baseline is."""
    del version
    yield "["
    before = ""
    for one in findings:
        if before:
            yield f"{before},"
        before = json.dumps(one.row())
    yield from filter(None, (before, "]"))


def as_github(findings: Iterable[Finding], version: str) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""
    del version
    for one in findings:
        values = {
            "file": one.path,
            "line": one.place.line,
            "endLine": one.end.line,
            "col": one.place.column,
            "title": one.rule,
        }
        told = ",".join(f"{name}={_property(str(value))}" for name, value in values.items())
        yield f"::warning {told}::{_message(f'{one.rule}: {one.excerpt}')}"


def as_sarif(findings: Iterable[Finding], version: str) -> Iterator[str]:
    """One SARIF log with one run, for code scanning services."""
    found = list(findings)
    driver = {
        "name": "cleaner",
        "version": version,
        "rules": [
            {"id": rule, "shortDescription": {"text": f"Boilerplate: {category}"}}
            for rule, category in sorted({one.rule: one.category for one in found}.items())
        ],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(one) for one in found]}
    yield json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2)


FORMATS: dict[str, Callable[[Iterable[Finding], str], Iterator[str]]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}


def statistics(findings: Sequence[Finding]) -> list[tuple[str, int, int]]:
    """Rule, number of findings, number of files, the commonest rule first."""
    found = Counter(one.rule for one in findings)
    files = Counter(rule for rule, _ in {(one.rule, one.path) for one in findings})
    return [(rule, found[rule], files[rule]) for rule in sorted(found, key=lambda rule: (-found[rule], rule))]


def _result(one: Finding) -> dict[str, Any]:
    region = {"startLine": one.place.line, "startColumn": one.place.column}
    if one.end > one.place:
        region |= {"endLine": one.end.line, "endColumn": one.end.column}
    uri = quote(one.path.replace("\\", "/"), errors="surrogateescape")
    location = {"artifactLocation": {"uri": uri}, "region": region}
    return {
        "ruleId": one.rule,
        "level": "warning",
        "message": {"text": f"{one.reason}: {one.excerpt}"},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"lineHash/v1": one.line_hash},
    }


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
