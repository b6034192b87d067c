"""Make a page from the output of a run: survey all documents, choose some, read those again, and write them out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from cleaner.errors import ConfigError, LedgerError
from cleaner.json_lines import Row
from cleaner.review.document import page_document, without_text
from cleaner.review.overview import overview, top_rules
from cleaner.review.page import as_json, assemble
from cleaner.review.phrases import Phrases
from cleaner.review.sample import AT_RANDOM, BOTH, EXAMPLE, Chosen, choose, turns_that_fit
from cleaner.review.survey import Survey
from cleaner.run.audit import Pair, pairs, read_report

MAX_BYTES = 10_000_000
"""The size of a page, unless the caller gives another one."""
MAX_DOCUMENTS = 1_000
"""The number of documents of a page, unless the caller gives another one."""
MIN_DOCUMENTS = 2
"""The smallest sample: a document with a high risk, and one drawn at random."""
MIN_BYTES = 500_000
"""The smallest size of a page. The program and the tables take up to half of it."""
_PHRASE_BYTES = 18  # for the number of a line and its flag, such as 12345, and "12345":1,
_OF_SAMPLE_BYTES = 1_000  # for what the page says about its sample
_MORE = 1.5  # rows are read for a page of this many times the size: what a page needs of them is often less
_LONGEST_SHARE = 50  # a document that takes more than this part of a page is listed without its text


class Review(NamedTuple):
    """A page, the number of documents on it and in the run, and the problems: rows that could not be read."""

    page: bytes
    shown: int
    documents: int
    problems: tuple[str, ...]


class _Ready(NamedTuple):
    """The data of a document, and its bytes on the page."""

    row: Row
    size: int


def review_run(output: Path, *, max_bytes: int = MAX_BYTES, max_documents: int = MAX_DOCUMENTS) -> Review:
    """The page for the output of a run. Memory does not grow with the number of documents.

    The same output gives the same page, also in other shards or in another order of documents. Rows that are damaged
    are listed in the problems.

    Raises `ConfigError` if ``max_bytes`` is below `MIN_BYTES` or ``max_documents`` below `MIN_DOCUMENTS`; `OutputError`
    if the folder is not the output of a finished run with a ledger; `LedgerError` if a file can't be read; `WriteError`
    if there is no room for temporary data.
    """
    if max_bytes < MIN_BYTES:
        raise ConfigError(f"a page needs at least {MIN_BYTES / 1e6} MB, not {max_bytes / 1e6}")
    if max_documents < MIN_DOCUMENTS:
        raise ConfigError(f"a page needs at least {MIN_DOCUMENTS} documents, not {max_documents:,}")
    report = read_report(output)
    phrases = Phrases()
    with Survey([row["rule"] for row in top_rules(report)]) as survey:
        for number, pair in enumerate(pairs(output)):
            survey.add(number, pair)
        data = overview(output.resolve().name, report, survey)
        room = max_bytes - len(assemble(data, [])) - _OF_SAMPLE_BYTES
        longest = room // _LONGEST_SHARE
        chosen = choose(survey, int(room * _MORE), max_documents, longest)
        ready = _read_again(output, chosen, phrases, survey, longest)
        turns = turns_that_fit(chosen, {number: one.size for number, one in ready.items()}, room)
        rows = _shown(chosen, ready, turns)
        data |= _of_sample(rows, survey)
        data["documents"]["damaged"] = survey.damaged  # the second reading checks more
    numbers = list(dict.fromkeys(number for row in rows for number in row["phrases"] if number))
    new = {0: 0} | {number: n for n, number in enumerate(numbers, 1)}  # they do not depend on what was left out
    rows = [{**row, "phrases": [new[number] for number in row["phrases"]]} for row in rows]
    data["flags"] = {str(new[number]): flag for number, flag in phrases.flags(numbers).items()}
    return Review(assemble(data, rows), len(rows), survey.documents, tuple(survey.problems))


def _read_again(
    output: Path, chosen: Iterable[Chosen], phrases: Phrases, survey: Survey, longest: int
) -> Mapping[int, _Ready]:
    """The data of the chosen documents by their numbers, without those whose rows do not match."""
    wanted = {one.entry.number: one for one in chosen}
    found: dict[int, _Ready] = {}
    for number, pair in enumerate(pairs(output)):
        if number in wanted:
            try:
                found[number] = _ready(pair, wanted[number], phrases, longest)
            except LedgerError as error:
                survey.add_problem(str(error))
            if len(found) == len(wanted):
                break
    return found


def _ready(pair: Pair, one: Chosen, phrases: Phrases, longest: int) -> _Ready:
    row = page_document(*pair.verified(), one.entry.risk, phrases)
    size = _bytes({**row, "phrases": []}) + _PHRASE_BYTES * len(row["phrases"])
    if size > longest:
        row = without_text(row)
        size = _bytes(row)
    return _Ready(row, size + _bytes({"drawn": EXAMPLE}))


def _bytes(row: Row) -> int:
    return len(as_json(row).encode())


def _shown(chosen: Iterable[Chosen], ready: Mapping[int, _Ready], turns: int) -> list[Row]:
    """The documents of the page, those with the highest risk first."""
    rows = [
        {**ready[number].row, "drawn": one.drawn(turns)}
        for one in chosen
        if one.turn < turns and (number := one.entry.number) in ready
    ]
    return sorted(rows, key=lambda row: (-row["risk"], row["source"], row["record"]))


def _of_sample(rows: Iterable[Row], survey: Survey) -> Row:
    """What the page says about its documents. ``digest`` names the sample."""
    names = sorted(f"{row['source']}\0{row['record']}\0{row['removed']}" for row in rows)
    digest = hashlib.sha256("\n".join(names).encode("utf-8", "surrogatepass")).hexdigest()
    at_random = sum(row["drawn"] in (AT_RANDOM, BOTH) for row in rows)
    return {"all_documents": survey.documents, "at_random": at_random, "digest": digest[:16]}
