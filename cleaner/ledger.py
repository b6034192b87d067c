"""The two rows of a document: what was kept, and what was cut. Both together rebuild the text.

For a text, the rows rebuild the decoded source, and from it the bytes of the source. For an HTML page they rebuild the
visible text only: they prove that kept and cut text together are all of it.

Every row has all keys, and no value is null: an absent text is ``""``, an absent list ``[]``, an absent number 0.
``cleaner/schemas`` has the JSON Schemas of the rows. All functions are pure. Offsets are code points of the text; lines
count from 1.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cleaner.decode import Decoded, Repair, encode, lossy
from cleaner.errors import LedgerError, LedgerRowError
from cleaner.facts.claims import DETECTED, GIVEN
from cleaner.facts.language import language
from cleaner.ledger_form import NO_ELEMENT, Row, Tables, compact, cuts_of, expand, withdrawn_of
from cleaner.markdown import TextFormat, rewritten, to_markdown
from cleaner.markdown.raised import on_the_line
from cleaner.model import CAPTION, COMMENTS, Cut, Document, Fact, Result, Whitespace
from cleaner.whitespace import tidy

__all__ = [
    "HTML",
    "Maker",
    "Origin",
    "Row",
    "compact",
    "count_lines",
    "document_row",
    "expand",
    "kept_text",
    "language",
    "ledger_row",
    "restore",
    "verify",
    "whole_text",
]

HTML = "html"
_ABOVE = ("title", "author", "authors", "date", "date_text", "date_modified", "url", "site", "lang")
_BELOW = ("tags", "section", "description", "image", "paywall")
_LISTS = {"authors": "author", "tags": "tags"}  # fields that are lists, and the facts that fill them
METADATA = tuple(name for name in (*_ABOVE, *_BELOW) if name not in ("authors", "date_text"))
"""The fields of a row for which ``metadata_from`` says where they are from."""
_NAMES_AND = ", "  # between the authors in one text
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text came from: id, source (the path relative to the input), hash of the bytes, decoding.

    ``record`` is its line or row in the source; 0 for the whole source. ``extra`` has the other columns of its row.
    ``input_sha256`` is a hash of everything that the rows depend on: inputs with the same hash give the same rows.
    """

    id: str
    source: str
    sha256: str
    decoded: Decoded
    record: int = 0
    url: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    input_sha256: str = ""
    has_sidecar: bool = False
    """Whether ``extra`` are the fields of a sidecar, which are facts about the document."""


@dataclass(frozen=True, slots=True)
class Maker:
    """What made a row: the version of the program, the hash of packs and models, the profiles for texts and pages."""

    version: str
    packs_hash: str
    text_profile: str
    html_profile: str
    text_format: TextFormat = "plain"
    whitespace: Whitespace = "keep"

    def text_of(self, result: Result) -> str:
        """The text of a row: the kept slices, Markdown made from them, or the slices with tidy white space."""
        if self.format_of(result.document) == "markdown":
            return to_markdown(result)
        return tidy(result.text, result.document.input_kind) if self.whitespace == "tidy" else result.text

    def format_of(self, document: Document) -> TextFormat:
        """The format of the text in a row: only a page whose elements are known becomes Markdown."""
        return "plain" if document.blocks.tree is None else self.text_format


def document_row(result: Result, origin: Origin, maker: Maker) -> Row:
    """The row of ``documents.jsonl``: the clean text and what is known about it."""
    document, text = result.document, result.text
    facts, conflicts = _facts(result, origin)
    metadata = _metadata(facts, origin, text)
    text_format, page_type = maker.format_of(document), result.page_type
    return {
        "id": origin.id,
        "text": maker.text_of(result),
        "text_format": text_format,
        **metadata,
        "page_type": page_type.name,
        "page_type_confidence": page_type.confidence,
        "captions": list(result.captions),
        "comments": list(result.comments),
        "extra": dict(origin.extra),
        "source": origin.source,
        "record": origin.record,
        "source_sha256": origin.sha256,
        "encoding": origin.decoded.encoding,
        "encoding_reason": origin.decoded.reason,
        "input_kind": document.input_kind,
        "status": result.status,
        "duplicate_of": "",
        "warnings": [*result.warnings, *conflicts],
        "characters_in": len(document.text),
        "characters_out": len(text),
        "lines_in": count_lines(document.text),
        "lines_out": count_lines(text),
        "categories": _categories((cut.category, cut.span.end - cut.span.start) for cut in result.cuts),
        "cleaner_version": maker.version,
        "packs_hash": maker.packs_hash,
        "profile": maker.html_profile if document.input_kind == HTML else maker.text_profile,
    }


def _facts(result: Result, origin: Origin) -> tuple[Sequence[Fact], Sequence[str]]:
    """The facts of a document, with those of its sidecar, and a warning for each conflict between them."""
    if not origin.has_sidecar:
        return result.facts, ()
    from cleaner.facts.given import with_given  # lazy: few inputs have a sidecar

    return with_given(result.facts, origin.extra)


def _metadata(facts: Sequence[Fact], origin: Origin, text: str) -> Row:
    """The fields of a row that are about the document, and where each is from."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.name, []).append(fact)
    if origin.url:
        found["url"] = [Fact("url", origin.url, 0, GIVEN)]
    if "lang" not in found and (lang := language(text)):
        found["lang"] = [Fact("lang", lang, 0, DETECTED)]
    row: Row = {}
    for name in (*_ABOVE, *_BELOW):
        values = [fact.value for fact in found.get(_LISTS.get(name, name), ())]
        row[name] = list(dict.fromkeys(values)) if name in _LISTS else next(iter(values), "")
    row["author"] = _NAMES_AND.join(row["authors"])
    row["metadata_from"] = {name: found[name][0].origin if name in found else "" for name in METADATA}
    return row


def ledger_row(result: Result, origin: Origin, maker: Maker) -> Row:
    """The row of ``ledger.jsonl``: every cut, withdrawal and fact, and what is needed to rebuild the source."""
    document, decoded = result.document, origin.decoded
    is_html = document.input_kind == HTML
    tables = Tables()
    _add_cuts(result.cuts, document, tables)
    return {
        "id": origin.id,
        "source": origin.source,
        "record": origin.record,
        "source_sha256": origin.sha256,
        "input_sha256": origin.input_sha256,
        "text_sha256": _sha256(document.text),
        "encoding": decoded.encoding,
        "bom": "" if is_html else decoded.bom.hex(),
        "repairs": [] if is_html else [repair._asdict() for repair in decoded.repairs],
        "raw": "" if is_html else decoded.raw,
        "kept": _kept(result, maker),
        "rewritten": _rewritten(result, maker),
        **_with_withdrawn(result, tables),
        "facts": [fact._asdict() for fact in _facts(result, origin)[0]],
    }


def _kept(result: Result, maker: Maker) -> str:
    """The kept slices, if they are not the text of the row."""
    if maker.format_of(result.document) == "markdown":
        return result.text
    return result.text if maker.whitespace == "tidy" and maker.text_of(result) != result.text else ""


def _rewritten(result: Result, maker: Maker) -> list[list[int]]:
    """Where Markdown does not have the words of the kept slices: formulas, which are in LaTeX."""
    return [list(span) for span in rewritten(result)] if maker.format_of(result.document) == "markdown" else []


def restore(document: Mapping[str, Any], ledger: Mapping[str, Any]) -> bytes:
    """The source, byte for byte, from the two rows of a document; for an HTML page, its visible text in UTF-8.

    Raises `LedgerError` if the rows do not match.
    """
    text = whole_text(document, ledger)
    if document["input_kind"] == HTML:
        return text.encode("utf-8", "surrogatepass")
    decoded = Decoded(
        text=text,
        encoding=ledger["encoding"],
        reason="",
        bom=bytes.fromhex(ledger["bom"]),
        repairs=tuple(Repair(**repair) for repair in ledger["repairs"]),
        raw=ledger["raw"],
    )
    try:
        return encode(decoded)
    except (LookupError, ValueError) as error:
        raise LedgerError(f"the text can't be encoded in {decoded.encoding}: {error}") from error


def whole_text(document: Mapping[str, Any], ledger: Mapping[str, Any]) -> str:
    """Kept and cut text in order: the decoded source, or the visible text of an HTML page.

    Raises `LedgerRowError` if the cuts do not match the text.
    """
    kept, parts = kept_text(document, ledger), list[str]()
    at = taken = 0
    for n, run in enumerate(ledger["cuts"]):
        start, text = run["start"], run["text"]
        length = start - at
        if not text or length < 0:
            what = f"is empty, or starts at {start}, before the end of the cut before it ({at})"
            raise LedgerRowError(f"cuts[{n}] {what}")
        if taken + length > len(kept):
            raise LedgerRowError(f"cuts[{n}] starts at {start}, outside the text")
        parts += kept[taken : taken + length], text
        taken, at = taken + length, start + len(text)
    return "".join((*parts, kept[taken:]))


def kept_text(document: Mapping[str, Any], ledger: Mapping[str, Any]) -> str:
    """The kept slices of the text, joined. If the document's text differs from them, they come from the ledger."""
    is_other = document["text_format"] == "markdown" or ledger["kept"]
    kept: str = ledger["kept"] if is_other else document["text"]
    return kept


def verify(document: Mapping[str, Any], ledger: Mapping[str, Any]) -> None:
    """Check that the two rows match in every field that both depend on. Raises `LedgerError` with the difference."""
    for name in ("id", "source", "record", "source_sha256", "encoding"):
        _expect(f"{name} in the ledger", ledger[name], document[name])
    kept, text = kept_text(document, ledger), whole_text(document, ledger)
    _expect("characters_in", document["characters_in"], len(text))
    _expect("characters_out", document["characters_out"], len(kept))
    _expect("lines_in", document["lines_in"], count_lines(text))
    _expect("lines_out", document["lines_out"], count_lines(kept))
    removed = _categories((cut.decision["category"], len(cut.text)) for cut in cuts_of(ledger))
    _expect("categories", document["categories"], removed)
    _verify_lines(ledger["cuts"], text)
    for n, (restored, _) in enumerate(withdrawn_of(ledger)):
        _expect(f"withdrawn[{n}].text", restored.text, text[restored.start : restored.end], LedgerRowError)
    _verify_separated(document, ledger)
    if document["text_format"] == "markdown":
        _verify_letters(document["text"], _without(kept, ledger.get("rewritten", ())))
    elif ledger["kept"]:
        _expect("text", document["text"], tidy(kept, document["input_kind"]))
    if document["input_kind"] != HTML:
        _verify_source(document, ledger, text)
    _expect("text_sha256", ledger["text_sha256"], _sha256(text))


def _verify_separated(document: Mapping[str, Any], ledger: Mapping[str, Any]) -> None:
    """Check that what the row has in fields of its own was cut from the text."""
    for name, category in (("captions", CAPTION), ("comments", COMMENTS)):
        if not document[name]:
            continue
        cut = "".join([cut.text for cut in cuts_of(ledger) if cut.decision["category"] == category])
        for n, text in enumerate(document[name]):
            if any(line not in cut for line in text.split("\n")):
                raise LedgerError(f"{name}[{n}] is not among the cuts: {_short(text)}")


def _without(kept: str, rewritten: Sequence[Sequence[int]]) -> str:
    """``kept`` without the stretches that the Markdown has in another form. Raises `LedgerError` if they are wrong."""
    parts, at = list[str](), 0
    for start, end in rewritten:
        if not at <= start < end <= len(kept):
            raise LedgerError(f"rewritten has {start} to {end}, which is not a stretch of the kept text after {at}")
        parts.append(kept[at:start])
        at = end
    return " ".join((*parts, kept[at:]))


def _verify_letters(markdown: str, kept: str) -> None:
    """Check that the Markdown contains all letters and digits of the kept text, in order. It may contain more."""
    letters, at = "".join(_WORD.findall(on_the_line(markdown))), 0
    kept = on_the_line(kept)
    for word in _WORD.findall(kept):
        if letters.startswith(word, at):
            at += len(word)
            continue
        for char in word:
            at = letters.find(char, at) + 1
            if not at:
                raise LedgerError(f"the Markdown lacks {_short(word)}, or kept text after it")


def _verify_source(document: Mapping[str, Any], ledger: Mapping[str, Any], text: str) -> None:
    data = restore(document, ledger)
    _expect("source_sha256", document["source_sha256"], hashlib.sha256(data).hexdigest())
    if ledger["raw"]:  # the bytes do not depend on the text, so compare it with them
        _expect("the text", text, lossy(data.removeprefix(bytes.fromhex(ledger["bom"])), ledger["encoding"]))


def count_lines(text: str) -> int:
    """The number of lines as an editor counts them: a line end at the end of the text does not start another line."""
    return text.count("\n") + (text != "" and not text.endswith("\n"))


def _categories(sizes: Iterable[tuple[str, int]]) -> list[Row]:
    totals: dict[str, list[int]] = {}
    for category, characters in sizes:
        total = totals.setdefault(category, [0, 0])
        total[0] += 1
        total[1] += characters
    return [{"category": name, "cuts": totals[name][0], "characters": totals[name][1]} for name in sorted(totals)]


def _add_cuts(cuts: Sequence[Cut], document: Document, tables: Tables) -> None:
    text, line, at = document.text, 1, 0
    place = _Elements(document, tables)
    for cut in cuts:
        start, end = cut.span
        line, at = line + text.count("\n", at, start), start
        tables.cut(start, line, text[start:end], _decision(cut, tables), place.at(start))


def _with_withdrawn(result: Result, tables: Tables) -> Row:
    """Add the cuts that the guard restored. Returns the fields of the row."""
    place = _Elements(result.document, tables)
    for withdrawal in result.withdrawn:
        start, end = withdrawal.cut.span
        text = result.document.text[start:end]
        tables.withdrawal(start, text, _decision(withdrawal.cut, tables), place.at(start), withdrawal.promise)
    return tables.row()


def _decision(cut: Cut, tables: Tables) -> int:
    category, mechanism, reason = cut.category, cut.mechanism, cut.marks[0].reason
    score = sum([mark.score for mark in cut.marks])
    rules = tuple(dict.fromkeys([mark.rule for mark in cut.marks]))
    row = {"category": category, "mechanism": mechanism, "rules": list(rules), "score": score, "reason": reason}
    return tables.decision(row, (category, mechanism, rules, score, reason))


class _Elements:
    """Finds the element that holds an offset of a page, as an index in the tables of a row."""

    def __init__(self, document: Document, tables: Tables) -> None:
        self._blocks, self._tables = document.blocks, tables
        self._known: dict[int, int] = {-1: NO_ELEMENT}

    def at(self, offset: int) -> int:
        """The element of the first block that ends after ``offset``; -1 if there is none, as in plain text."""
        blocks = self._blocks
        if blocks.tree is None:
            return NO_ELEMENT
        first = bisect_right(blocks.ends, offset)
        return self._index(blocks.elements[first]) if first < len(blocks.ends) else NO_ELEMENT

    def _index(self, i: int) -> int:
        tree, known = self._blocks.tree, self._known
        assert tree is not None  # noqa: S101 - `at` has checked
        new = list[int]()
        while i not in known:
            new.append(i)
            i = tree.parents[i]
        index = known[i]
        for j in reversed(new):
            index = known[j] = self._tables.element(index, tree.name(j))
        return index


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _verify_lines(runs: Sequence[Mapping[str, Any]], text: str) -> None:
    line, at = 1, 0
    for n, run in enumerate(runs):
        line, at = line + text.count("\n", at, run["start"]), run["start"]
        _expect(f"cuts[{n}].line", run["line"], line, LedgerRowError)


def _expect(what: str, found: object, wanted: object, error: type[LedgerError] = LedgerError) -> None:
    if found != wanted:
        raise error(f"{what} is {_short(found)}, but should be {_short(wanted)}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 70 else f"{text[:67]}..."
