"""Escapes: text in which nothing is Markdown by accident (https://spec.commonmark.org, tables of https://github.github.com/gfm).

Text without markup is escaped only where its signs would be read as Markdown. Next to markup of ours each sign that
could be a part of it is escaped.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

_RUNS = re.compile(r"`+|\*+|_+|~+")
_SIGNS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # reads as an escape or a line break
    r"|<(?=[a-zA-Z/!?])|&(?=\#?\w{1,32};)|\](?=\()"  # a tag, an entity, a link
    rf"|{_RUNS.pattern}",
    re.MULTILINE,
)
_ALL_SIGNS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|\Z)|<(?=[a-zA-Z/!?]|\Z)|&(?=\#?\w{1,32};|\Z)|[\[\]`*~]|(?<![^\W_])_|_(?![^\W_])"
)
_BLOCK_SIGN = re.compile(r"\#{1,6}(?!\S)|>|[-+*](?!\S)|[-=_*|:](?=[-=_*|:\s]*$)|\[(?=[^\]]+\]:)")
_FENCE = re.compile(r"~{3,}|`{3,}")
_NUMBER = re.compile(r"\d{1,9}(?=[.)](?!\S))")
_CLOSING_HASHES = re.compile(r"(?<!\S)\#(?=\#*$)")
_TO_ENCODE = re.compile(r"[\s<>`\\\x00-\x20]")
_ENTITY = re.compile(r"&(?=\#?\w{1,32};)")


def escaped(text: str) -> str:
    """``text`` with a backslash before each sign that would be Markdown syntax inside a line."""
    if not _SIGNS.search(text):
        return text
    harmful = _harmful_runs(text)

    def as_text(sign: re.Match[str]) -> str:
        is_run = sign[0][0] in "`*_~"
        return sign[0] if is_run and sign.start() not in harmful else _escape_all(sign[0])

    return _SIGNS.sub(as_text, text)


def strictly_escaped(text: str, *, has_formulas: bool = False) -> str:
    """``text`` next to markup: with a backslash before each sign that could be a part of it, whatever is around it."""
    text = _ALL_SIGNS.sub(lambda sign: f"\\{sign[0]}", text)
    return text.replace("$", r"\$") if has_formulas else text


def destination(address: str) -> str:
    """An address as the destination of a link."""
    address = _TO_ENCODE.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), address)
    if not _is_balanced(address):
        address = re.sub(r"[()]", lambda sign: f"\\{sign[0]}", address)
    return _ENTITY.sub("&amp;", address)


def title(text: str) -> str:
    """The title of a link, quoted, after a space; empty if there is none."""
    text = _ENTITY.sub("&amp;", " ".join(text.split()))
    for sign, written in (("\\", "&#92;"), ('"', "&quot;"), ("`", "&#96;"), ("<", "&lt;")):
        text = text.replace(sign, written)
    return f' "{text}"' if text else ""


def _is_balanced(address: str) -> bool:
    """Whether each bracket has its partner, nested at most as deep as every parser allows."""
    depth = 0
    for sign in address:
        depth += (sign == "(") - (sign == ")")
        if not 0 <= depth <= 30:
            return False
    return depth == 0


def _escape_all(signs: str) -> str:
    return "".join(f"\\{char}" for char in signs)


def start_escaped(line: str) -> str:
    """``line`` with a backslash before a sign that is Markdown syntax at the start of a line."""
    if number := _NUMBER.match(line):
        return f"{number[0]}\\{line[number.end() :]}"
    if fence := _FENCE.match(line):  # escape the whole fence: two signs left could be strikethrough or code
        return _escape_all(fence[0]) + line[fence.end() :]
    return f"\\{line}" if _BLOCK_SIGN.match(line) else line


def end_escaped(heading: str) -> str:
    """``heading`` with a backslash before closing hashes, which a parser would drop."""
    return _CLOSING_HASHES.sub(r"\\#", heading)


def _harmful_runs(text: str) -> set[int]:
    """Offsets of runs of backticks, asterisks, underscores and tildes that would be code, emphasis or strikethrough."""
    runs: defaultdict[str, list[re.Match[str]]] = defaultdict(list)
    for run in _RUNS.finditer(text):
        runs[run[0][0]].append(run)
    code = runs.pop("`", [])
    harmful = {run.start() for run in code} if len({len(run[0]) for run in code}) < len(code) else set[int]()
    for found in runs.values():
        sides = [(run.start(), *_sides(run)) for run in found]
        opening = [at for at, opens, _ in sides if opens]
        closing = [at for at, _, closes in sides if closes]
        if opening and closing and opening[0] < closing[-1]:
            harmful.update(opening, closing)
    return harmful


def _sides(run: re.Match[str]) -> tuple[bool, bool]:
    """Whether a run can open and close emphasis: https://spec.commonmark.org/0.31.2/#can-open-emphasis."""
    before, after = run.string[run.start() - 1 : run.start()], run.string[run.end() : run.end() + 1]
    is_left = weight(after) > 0 and (weight(after) > 1 or weight(before) < 2)
    is_right = weight(before) > 0 and (weight(before) > 1 or weight(after) < 2)
    if run[0][0] != "_":
        return is_left, is_right
    return is_left and (not is_right or weight(before) == 1), is_right and (not is_left or weight(after) == 1)


def weight(char: str) -> int:
    """How a character next to a sign counts: 0 for white space or the end of the text, 1 for punctuation, else 2."""
    if not char or char.isspace():
        return 0
    return 1 if unicodedata.category(char)[0] in "PS" else 2
