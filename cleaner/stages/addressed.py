"""Whether a text addresses a language model: an instruction for whatever reads the page in place of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.fold import fold
from cleaner.model import Result
from cleaner.segment.parsed import parsed_page

MODEL_ADDRESS = "ai_chrome/model-address"
"""The rule of the packs that names it."""
WARNING = "addresses a language model"
"""Is in each warning about it."""

_WHO = (
    r"(?:ai|a\.i\.|llms?|(?:large )?language models?|chatbots?|gpt|chatgpt|claude|gemini|copilot|"
    r"artificial intelligence)"
)
_ADDRESS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,40}\b(?:previous|prior|above|earlier|preceding|other|"
    r"system|existing|original)\b[^.!?\n]{0,20}\b(?:instructions?|prompts?|directions?|directives?|rules|guidelines)\b"
    rf"|\b(?:you are|if you are|if you're|are you) (?:an? |the )?(?:\w+ )?{_WHO}\b"
    rf"|\b(?:instructions?|notes?|messages?|attention|notice|prompts?)(?: for| to)? ?:? ?(?:all |any |the )?{_WHO}"
    r"(?: agents?| assistants?| models?| crawlers?)?\b"
    r"|\b(?:system|hidden|secret) prompts?\s*:|<\|(?:im_start|system|endoftext)\|>|\[/?inst\]"
    r"|\b(?:new|updated) (?:system )?instructions?\s*:"
    rf"|\b{_WHO}(?: assistants?| agents?| models?)? (?:must|should|shall|reading this|that reads?|who reads?)\b"
)
_MAX_PLACES = 50  # of one sign in a page
_REACH = 4_000  # characters between a sign and the beginning of its comment or attribute
_ATTRIBUTE = re.compile(
    r"""\s(alt|title|aria-label|aria-description|placeholder|data-[\w-]+)\s*=\s*(?:"([^"<]*)|'([^'<]*))\Z"""
)
_MIN_CHARACTERS, _SHOWN = 15, 80


def addresses_model(folded: str) -> bool:
    """Whether a text in its matching form (see `cleaner.fold`) addresses a language model.

    Made for text that no reader sees; in visible text the same words may be those of an article about models.
    """
    return _ADDRESS.search(folded) is not None


def cut_warnings(result: Result) -> tuple[str, ...]:
    """A warning if text that addresses a language model was cut, or kept because a promise keeps it."""
    cut = sum(any(mark.rule == MODEL_ADDRESS for mark in one.marks) for one in result.cuts)
    kept = sum(any(mark.rule == MODEL_ADDRESS for mark in one.cut.marks) for one in result.withdrawn)
    counts = ", ".join(f"{n} {what}" for n, what in ((cut, "cut"), (kept, "kept")) if n)
    return (f"text {WARNING} ({counts}, rule {MODEL_ADDRESS})",) if counts else ()


def source_warnings(source: str) -> tuple[str, ...]:
    """Warnings about comments and attributes of the source of a page that address a language model.

    They are never text, so nothing can be cut there.
    """
    return tuple(dict.fromkeys(f"{where} {WARNING}: {said[:_SHOWN]}" for where, said in _unseen(source)))


def _unseen(source: str) -> Iterator[tuple[str, str]]:
    """The comments and attributes of the source of a page that address a model, and where they are."""
    for at in sorted(_places(source)):
        where, said = _around(source, at)
        if len(said) >= _MIN_CHARACTERS and addresses_model(fold(said)):
            yield where, " ".join(said.split())


def _places(source: str) -> Iterator[int]:
    for sign in parsed_page(source).address_signs:
        at = source.find(sign)
        for _ in range(_MAX_PLACES):
            if at < 0:
                break
            yield at
            at = source.find(sign, at + 1)


def _around(source: str, at: int) -> tuple[str, str]:
    """The comment or the attribute around a place of the source: what it is, and its text; empty if it is neither."""
    least = max(0, at - _REACH)
    opening, closing = source.rfind("<!--", least, at), source.rfind("-->", least, at)
    if opening > closing:
        end = source.find("-->", at, at + _REACH)
        return "a comment", source[opening + 4 : end if end >= 0 else at + _REACH]
    before = source[max(source.rfind("<", least, at), least) : at]
    attribute = _ATTRIBUTE.search(before)
    if attribute is None:
        return "", ""
    quote = '"' if attribute[3] is None else "'"
    start = at - len(attribute[2] or attribute[3] or "")
    end = source.find(quote, at, at + _REACH)
    return f"the attribute {attribute[1]}", source[start : end if end >= 0 else at + _REACH]
