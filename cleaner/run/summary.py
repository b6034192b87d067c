"""The report of a run for people, on one screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cleaner.json_lines import Row
from cleaner.terminal import aligned, visible

_SHOWN = 10  # hosts and languages
_CATEGORIES_SHOWN = 6
_MAX_NAME = 60  # characters of a content type that are shown


def summary(row: Row, rules: int, *, seconds: float, verbose: bool, is_written: bool) -> str:
    """The content of a report as text: what was cut, then the totals. ``rules`` is the number of rules that can cut.

    ``seconds`` is the duration of the run; 0 if it is unknown. ``verbose`` adds all categories, the mechanisms, what
    was kept on second look, languages and hosts. ``is_written`` is whether there is a report.json. The text contains no
    control characters except line breaks.
    """
    documents, characters = row["documents"], row["characters"]
    kept_and_removed = f"{characters['kept']:,} kept + {characters['removed']:,} removed"
    removed_share = characters["removed"] / max(characters["in"], 1)
    fired = rules - len(row["rules_never_fired"])
    out_and_failed = f"{documents['out']:,} out + {documents['failed']:,} failed"
    lines = [
        *_cut_table(row, None if verbose else _CATEGORIES_SHOWN, is_written=is_written),
        *(_details(row) if verbose else ()),
        *_remarks(row),
        f"rules       {fired:,} of {rules:,} cutting rules fired",
        f"profile     {_profiles(row['run'])}",
        f"characters  {characters['in']:,} in = {kept_and_removed} ({removed_share:.0%})",
        f"documents   {documents['in']:,} in = {out_and_failed}{_speed(documents['in'], seconds)}",
    ]
    return "\n".join(map(visible, lines))


def _cut_table(row: Row, max_categories: int | None, *, is_written: bool) -> list[str]:
    """Categories, the largest first, in aligned columns; a blank line below."""
    ordered = sorted(row["categories"], key=lambda one: (-one["characters"], one["category"]))
    if not ordered:
        return []
    whole = max(row["characters"]["in"], 1)
    table = [("category", "documents", "cuts", "characters", "share")]
    for one in ordered[:max_categories]:
        share = f"{one['characters'] / whole:.1%}"
        table.append((one["category"], *(f"{one[key]:,}" for key in table[0][1:4]), share))
    left = len(ordered) - len(table) + 1
    where = "in report.json" if is_written else "with -v"
    more = [f"and {left:,} more {'category' if left == 1 else 'categories'} {where}"] if left else []
    return [*aligned(table), *more, ""]


def _details(row: Row) -> list[str]:
    return [
        *_listed("decided by", row["mechanisms"], "mechanism"),
        *_listed("second look", row["withdrawn"], "promise", " restored"),
        *_shares("languages", row["languages"], "language"),
        *_shares("hosts", row["hosts"], "host"),
    ]


def _remarks(row: Row) -> list[str]:
    """The lines that are shown only if there is something to report."""
    lines = []
    if row["passed_over"]:
        largest = sorted(row["passed_over"], key=lambda one: -int(one["records"]))[:_SHOWN]
        lines.append(f"passed over {_counted((one['content_type'], one['records']) for one in largest)}")
    kinds = [(one["input_kind"], one["documents"]) for one in row["input_kinds"]]
    if any(kind != "text" for kind, _ in kinds):
        lines.append(f"kinds       {_counted(kinds)}")
    if special := [(one["status"], one["documents"]) for one in row["statuses"] if one["status"] != "ok"]:
        lines.append(f"status      {_counted(special)}")
    if row["duplicates"]:
        lines.append(f"duplicates  {row['duplicates']:,} marked")
    if row["document_warnings"]:
        lines.append(f"warnings    {row['document_warnings']:,}, in the rows of their documents")
    return lines


def _counted(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{n:,} {name[:_MAX_NAME]}" for name, n in counts)


def _speed(documents: int, seconds: float) -> str:
    if seconds <= 0:
        return ""
    speed = documents / seconds
    return f", {seconds:,.1f} s, {speed:,.{0 if speed >= 10 else 1}f} documents/s"


def _profiles(run: Row) -> str:
    text, html = run["text_profile"], run["html_profile"]
    return text if text == html else f"{text} for text, {html} for HTML"


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
