"""The two rows of a document: what is left of it, and what was taken, so that both together are the source again.

Every key is in every row and none is null: an absent text is ``""``, an absent list ``[]``, an absent number 0.
The rows are published as JSON Schema in ``cleaner/schemas``. Pure functions; offsets are code points of the
decoded source, lines count from 1.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleaner.decode import Decoded, Repair, encode, lossy
from cleaner.errors import LedgerError
from cleaner.model import Cut, Result

Row = dict[str, Any]

_SINGLE = ("title", "author", "date", "url", "site")
_LANG_SAMPLE = 4_000
_LANG_LEAST = 60  # of shorter texts the guess is worth little


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text came from: id and source (the path relative to the input), hash of the bytes, decoding."""

    id: str
    source: str
    sha256: str
    decoded: Decoded


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made a row: version of the program, hash of the packs, name of the profile."""

    version: str
    packs_hash: str
    profile: str


def document_row(result: Result, origin: Origin, maker: Maker) -> Row:
    """The row of ``documents.jsonl``: the clean text and what is known of it."""
    text, source_text = result.text, result.document.text
    metadata = result.metadata
    return {
        "id": origin.id,
        "text": text,
        **{name: metadata.get(name, ("",))[0] for name in _SINGLE},
        "lang": language(text),
        "tags": list(metadata.get("tags", ())),
        "source": origin.source,
        "source_sha256": origin.sha256,
        "encoding": origin.decoded.encoding,
        "encoding_reason": origin.decoded.reason,
        "input_kind": result.document.input_kind,
        "status": result.status,
        "warnings": list(result.warnings),
        "characters_in": len(source_text),
        "characters_out": len(text),
        "lines_in": count_lines(source_text),
        "lines_out": count_lines(text),
        "categories": _categories((cut.category, cut.span.end - cut.span.start) for cut in result.cuts),
        "cleaner_version": maker.version,
        "packs_hash": maker.packs_hash,
        "profile": maker.profile,
    }


def ledger_row(result: Result, origin: Origin) -> Row:
    """The row of ``ledger.jsonl``: every cut, every withdrawal, every fact, and the way back to the bytes."""
    text, decoded = result.document.text, origin.decoded
    return {
        "id": origin.id,
        "source": origin.source,
        "source_sha256": origin.sha256,
        "encoding": decoded.encoding,
        "bom": decoded.bom.hex(),
        "repairs": [repair._asdict() for repair in decoded.repairs],
        "raw": decoded.raw,
        "cuts": list(_cuts(result.cuts, text)),
        "withdrawn": [{**_decision(w.cut, text), "promise": w.promise} for w in result.withdrawn],
        "facts": [fact._asdict() for fact in result.facts],
    }


def restore(document: Mapping[str, Any], ledger: Mapping[str, Any]) -> bytes:
    """The source, byte for byte, from the two rows of a document. Raises `LedgerError` where they don't fit."""
    decoded = Decoded(
        text=source_text(document, ledger),
        encoding=ledger["encoding"],
        reason="",
        bom=bytes.fromhex(ledger["bom"]),
        repairs=tuple(Repair(**repair) for repair in ledger["repairs"]),
        raw=ledger["raw"],
    )
    try:
        return encode(decoded)
    except (LookupError, ValueError) as error:
        raise LedgerError(f"the text can't be turned into {decoded.encoding} again: {error}") from error


def source_text(document: Mapping[str, Any], ledger: Mapping[str, Any]) -> str:
    """The decoded source: kept and cut text in order. Raises `LedgerError` if the cuts don't fit the text."""
    kept, parts = document["text"], list[str]()
    at = taken = 0
    for n, cut in enumerate(ledger["cuts"]):
        start, end = cut["start"], cut["end"]
        if not at <= start < end:
            raise LedgerError(f"cuts[{n}] ({start}-{end}) is empty, overlaps the cut before or is out of order")
        if len(cut["text"]) != end - start:
            raise LedgerError(f"cuts[{n}] ({start}-{end}) holds {len(cut['text'])} characters")
        length = start - at
        if taken + length > len(kept):
            raise LedgerError(f"cuts[{n}] ({start}-{end}) lies outside the text")
        parts += kept[taken : taken + length], cut["text"]
        taken, at = taken + length, end
    return "".join((*parts, kept[taken:]))


def verify(document: Mapping[str, Any], ledger: Mapping[str, Any]) -> None:
    """Check all that the two rows say of each other. Raises `LedgerError` with what is wrong."""
    for name in ("id", "source", "source_sha256", "encoding"):
        _expect(f"{name} in the ledger", ledger[name], document[name])
    text = source_text(document, ledger)
    _expect("characters_in", document["characters_in"], len(text))
    _expect("characters_out", document["characters_out"], len(document["text"]))
    _expect("lines_in", document["lines_in"], count_lines(text))
    _expect("lines_out", document["lines_out"], count_lines(document["text"]))
    removed = _categories((cut["category"], cut["end"] - cut["start"]) for cut in ledger["cuts"])
    _expect("categories", document["categories"], removed)
    _verify_lines(ledger["cuts"], text)
    for n, given_back in enumerate(ledger["withdrawn"]):
        _expect(f"withdrawn[{n}].text", given_back["text"], text[given_back["start"] : given_back["end"]])
    data = restore(document, ledger)
    _expect("source_sha256", document["source_sha256"], hashlib.sha256(data).hexdigest())
    if ledger["raw"]:  # then the bytes prove nothing about the text
        _expect("the text", text, lossy(data.removeprefix(bytes.fromhex(ledger["bom"])), ledger["encoding"]))


def language(text: str) -> str:
    """The language code of a text, empty if it is short or unclear."""
    sample = text[:_LANG_SAMPLE].strip()
    if len(sample) < _LANG_LEAST:
        return ""
    from resiliparse.parse.lang import detect_fast  # lazy: only batches ask for it

    code: str = detect_fast(unicodedata.normalize("NFC", sample))[0]
    return "" if code == "unknown" else code


def count_lines(text: str) -> int:
    """Lines as an editor counts them: a line end closes its line and opens none by itself."""
    return text.count("\n") + (text != "" and not text.endswith("\n"))


def _categories(sizes: Iterable[tuple[str, int]]) -> list[Row]:
    totals: dict[str, list[int]] = {}
    for category, characters in sizes:
        total = totals.setdefault(category, [0, 0])
        total[0] += 1
        total[1] += characters
    return [{"category": name, "cuts": totals[name][0], "characters": totals[name][1]} for name in sorted(totals)]


def _cuts(cuts: Sequence[Cut], text: str) -> Iterator[Row]:
    line, at = 1, 0
    for cut in cuts:
        line, at = line + text.count("\n", at, cut.span.start), cut.span.start
        yield {**_decision(cut, text), "reason": cut.marks[0].reason, "line": line}


def _decision(cut: Cut, text: str) -> Row:
    return {
        "start": cut.span.start,
        "end": cut.span.end,
        "category": cut.category,
        "rules": list(dict.fromkeys(mark.rule for mark in cut.marks)),
        "score": cut.score,
        "text": text[cut.span.start : cut.span.end],
    }


def _verify_lines(cuts: Sequence[Mapping[str, Any]], text: str) -> None:
    line, at = 1, 0
    for n, cut in enumerate(cuts):
        line, at = line + text.count("\n", at, cut["start"]), cut["start"]
        _expect(f"cuts[{n}].line", cut["line"], line)


def _expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise LedgerError(f"{what} is {_short(found)}, it should be {_short(wanted)}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 70 else f"{text[:67]}..."
