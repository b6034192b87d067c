"""Findings as text, JSON, workflow commands of GitHub, and SARIF 2.1.0.

SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; GitHub:
https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from cleaner.lint.files import shown
from cleaner.lint.finding import Finding
from cleaner.lint.source import Problem
from cleaner.terminal import visible

_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

Problems = Sequence[tuple[str, Problem]]
"""Files, and what can't be read of them; all of them are known when the findings are gone through."""


class Format(Protocol):
    """A way to tell findings, as lines."""

    def __call__(self, findings: Iterable[Finding], version: str, problems: Problems = ()) -> Iterator[str]:
        """The lines, without their ends."""
        ...


def as_text(findings: Iterable[Finding], version: str, problems: Problems = ()) -> Iterator[str]:
    """One line a finding: ``path:line:column: rule: excerpt``."""
    del version, problems
    for one in findings:
        yield f"{shown(one.path)}:{one.place.line}:{one.place.column}: {visible(one.rule)}: {one.excerpt}"


def as_json(findings: Iterable[Finding], version: str, problems: Problems = ()) -> Iterator[str]:
    """A list of objects, one a line, in ASCII; this is also what a baseline is."""
    del version, problems
    yield "["
    before = ""
    for one in findings:
        if before:
            yield f"{before},"
        before = json.dumps(one.row())
    yield from filter(None, (before, "]"))


def as_github(findings: Iterable[Finding], version: str, problems: Problems = ()) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""
    del version
    for one in findings:
        values = {"line": one.place.line, "endLine": one.end.line, "col": one.place.column, "title": one.rule}
        yield _command("warning", one.path, values, f"{one.rule}: {one.excerpt}")
    for path, problem in problems:
        yield _command("error", path, {"line": problem.line} if problem.line else {}, problem.message)


def as_sarif(findings: Iterable[Finding], version: str, problems: Problems = ()) -> Iterator[str]:
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
    invocation: dict[str, Any] = {"executionSuccessful": not problems}
    if problems:
        invocation["toolExecutionNotifications"] = [_notification(*one) for one in problems]
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one) for one in found],
    }
    yield json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2)


FORMATS: dict[str, Format] = {
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
    return {
        "ruleId": one.rule,
        "level": "warning",
        "message": {"text": visible(f"{one.reason}: {one.excerpt}")},
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
    told = ",".join(f"{name}={_property(str(value))}" for name, value in {"file": shown(path), **values}.items())
    return f"::{kind} {told}::{_message(message)}"


def _message(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
