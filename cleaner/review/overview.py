"""The figures of a whole run, as a page shows them above its documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cleaner.json_lines import Row
from cleaner.palette import looks
from cleaner.review.risk import FULL_SHARE, MAX_DOUBTFUL, MAX_RARE, MAX_REMOVED, MAX_WITHDRAWN
from cleaner.review.survey import Survey

MAX_RULES, MAX_HOSTS, MAX_CATEGORIES, MAX_LANGUAGES, MAX_SOURCES = 500, 200, 100, 100, 20
"""The number of rows of each table; those with most characters come first."""
_OF_RUN = ("text_profile", "html_profile", "cleaner_version", "packs_hash")


def overview(name: str, report: Row, survey: Survey) -> Row:
    """The figures of a run. ``name`` is the name of its folder, ``report`` its checked report."""
    run: dict[str, Any] = report["run"]
    categories = _top(report["categories"], MAX_CATEGORIES)
    look = looks([row["category"] for row in categories])
    return {
        "name": name,
        "sources": [*run.get("sources", ())][:MAX_SOURCES],
        "run": {key: run.get(key, "") for key in _OF_RUN},
        "documents": {**report["documents"], "damaged": survey.damaged},
        "characters": report["characters"],
        "categories": [{**row, **look[row["category"]]._asdict()} for row in categories],
        "rules": top_rules(report),
        "rule_count": len(report["rules"]),
        "hosts": survey.hosts(MAX_HOSTS),
        "host_count": survey.host_count,
        "languages": _top(report["languages"], MAX_LANGUAGES),
        "withdrawn": _top(report["withdrawn"], MAX_CATEGORIES),
        "statuses": report["statuses"],
        "bins": survey.bins,
        "points": {
            "removed": MAX_REMOVED, "doubtful": MAX_DOUBTFUL, "withdrawn": MAX_WITHDRAWN, "rare": MAX_RARE,
            "full_share": FULL_SHARE,
        },
    }  # fmt: skip


def top_rules(report: Row) -> list[Row]:
    """The rules of a run that removed most."""
    return _top(report["rules"], MAX_RULES)


def _top(rows: Iterable[Row], count: int) -> list[Row]:
    """The rows with most characters; the order of rows with equally many stays."""
    return sorted(rows, key=lambda row: -row["characters"])[:count]
