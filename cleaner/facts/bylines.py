"""Authors and dates from lines of the text, kept or cut: bylines, "Published:", dates by themselves.

They are looked for between the headline and the running text, and directly below the running text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import regex

from cleaner.facts.claims import LINE, Claim
from cleaner.facts.dates import find_date
from cleaner.facts.marked_up import FRAME, is_of_others
from cleaner.facts.people import agency_of, has_label, people
from cleaner.features import Skeleton
from cleaner.model import Blocks

_REACH = 14  # blocks below the headline, or from the start of a text without one
_STANDFIRST = 2  # blocks of running text above a byline
_BELOW = 3  # blocks below the running text
_MAX_CHARS, _MAX_WORDS = 120, 16  # in one line
_MAX_REST = 7  # words in addition to a date
_AS_OF = "stand:|"  # German
_UPDATED = regex.compile(
    _AS_OF + r"updat|modif|edited|revised|aktualis|geändert|bearbeitet|mis à jour|mise à jour|modifié|actualiz|"
    r"atualiz|aggiornat|modificat|bijgewerkt|gewijzigd|uppdater|oppdatert|opdateret|aktualiz|zaktualizowan|обновлен|"
    r"обновлён|изменен|оновлен|güncelle|diperbarui|cập nhật|تحديث|به‌روز|अपडेट|अद्यतन|อัปเดต|อัพเดท|更新|수정|업데이트|갱신",
    regex.IGNORECASE,
)
_NO_DATE = regex.compile(r"©|\(c\)|copyright|\bsince\b|\bseit\b|\bdepuis\b|\bdesde\b", regex.IGNORECASE)
_BY_AT_END = regex.compile(r"\s(?i:by|von|par|por|di|door|av|przez|oleh)\s(\p{Lu}.*)$")
_WORD = regex.compile(r"[\p{L}\p{M}.'’-]{2,}")
_END_OF_NAMES = regex.compile(r"\s*[|·•]|\s+[-–—]\s|[,.]?\s*(?:\b(?:on|am|le|el|il|em|den)\s+)?(?=\d)|[\t]")


def read_lines(
    blocks: Blocks, body: Skeleton, title: int, sites: Collection[str], lang: str, cut: Collection[int]
) -> Iterator[tuple[int, Claim]]:
    """The claims of lines that do not belong to other articles, as `_claims` finds them."""
    own: dict[int, bool] = {}
    for i, claim in _claims(blocks, body, title, sites, lang, cut):
        if i not in own:
            own[i] = _is_own(blocks, i, title)
        if own[i]:
            yield i, claim


def _claims(
    blocks: Blocks, body: Skeleton, title: int, sites: Collection[str], lang: str, cut: Collection[int]
) -> Iterator[tuple[int, Claim]]:
    """Block numbers and claims. ``title`` is the block of the headline, or -1; ``cut`` are the blocks that are cut."""
    head, tail = _zones(blocks, body, title)
    for i in head:
        text = blocks.texts[i]
        if not _is_short(blocks, i):
            continue
        if names := _names(text, sites) or _names_at_date(text, sites, lang):
            yield i, Claim("author", names, LINE)
        elif has_label(text) and agency_of(text):
            yield i, Claim("author", text, LINE)
        is_bare = not blocks.sentences[i] or blocks.words[i] <= _MAX_REST or i in cut
        if field := _field_of_date(text, lang, is_bare=is_bare):
            yield i, Claim(field, text, LINE)
    for i in tail:
        text = blocks.texts[i]
        if _is_short(blocks, i) and (names := _names(text, sites)):
            yield i, Claim("author", names, LINE)
        elif has_label(text) and agency_of(text):
            yield i, Claim("author", text, LINE)


def _is_own(blocks: Blocks, i: int, title: int) -> bool:
    """Whether a block is not in an element for other articles, for comments or for the frame of the page.

    Elements that the headline is in as well say nothing.
    """
    tree = blocks.tree
    if tree is None:
        return True
    head = blocks.elements[max(title, 0)]
    tags = [tree.tags[j] for j in tree.way(blocks.elements[i]) if not j <= head < tree.ends[j]]
    return not any(tag.name in FRAME or is_of_others(f"{' '.join(tag.classes)} {tag.id}") for tag in tags)


def _zones(blocks: Blocks, body: Skeleton, title: int) -> tuple[range, range]:
    """The blocks below the headline, to the second block of running text, and those below the running text."""
    # the headline of plain text is less certain: what is above it counts, too
    start = max(title, 0) if blocks.tree is not None or title >= _REACH else 0
    end = min(max(title, 0) + _REACH, len(blocks))
    prose = [i for i in range(start + 1, end) if blocks.prose[i]]
    if len(prose) > _STANDFIRST:
        end = prose[_STANDFIRST]
    last = body.last
    return range(start, end), range(last + 1, min(last + 1 + _BELOW, len(blocks))) if last >= 0 else range(0)


def _is_short(blocks: Blocks, i: int) -> bool:
    return len(blocks.texts[i]) <= _MAX_CHARS and blocks.words[i] <= _MAX_WORDS


def _names(text: str, sites: Collection[str]) -> str:
    """The people that a byline names, joined; empty if it is not a byline."""
    if not has_label(text):
        return ""
    found = find_date(text)
    bare = text[: found.start] if found and found.start else text
    bare = bare[: _end_of_names(bare)]
    return "; ".join(people(bare, sites, is_line=True)) if has_label(bare) else ""


def _names_at_date(text: str, sites: Collection[str], lang: str) -> str:
    """The people that a line names with a label after a date; else empty."""
    found = find_date(text, lang)
    labelled = _BY_AT_END.search(text, found.end) if found else None
    return "; ".join(people(labelled[1], sites, is_line=True)) if labelled else ""


def _end_of_names(text: str) -> int:
    found = _END_OF_NAMES.search(text, 3)
    return found.start() if found else len(text)


def _field_of_date(text: str, lang: str, *, is_bare: bool) -> str:
    """``date`` or ``date_modified`` for a line that is a date, with its label or a byline; else empty."""
    if not is_bare or _NO_DATE.search(text):
        return ""
    found = find_date(text, lang)
    if found is None:
        return ""
    rest = _WORD.findall(text[: found.start] + " " + text[found.end :])
    if len(rest) > _MAX_REST and not has_label(text):
        return ""
    return "date_modified" if _UPDATED.search(text) else "date"
