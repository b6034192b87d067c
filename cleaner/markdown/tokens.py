"""The tokens of a line: text that is to be escaped, signs of emphasis, and strings that are Markdown already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cleaner.markdown.escape import start_escaped, strictly_escaped
from cleaner.markdown.signs import Sign, replace_unseen


class Text(NamedTuple):
    """Text that is to be escaped."""

    text: str


Token = str | Text | Sign  # a string is Markdown already


CODE_START, CODE_END = "\0code", "\0end"
"""The tokens around text that is code."""


def merged(tokens: Iterator[Token]) -> Iterator[Token]:
    """Neighbouring texts as one; the texts between the signs of code as code."""
    texts: list[str] = []
    is_code = False
    for token in tokens:
        if isinstance(token, Text):
            texts.append(token.text)
            continue
        text = "".join(texts)
        texts = []
        if token == CODE_END:
            yield code(text)
            is_code = False
            continue
        if text:
            yield code(text) if is_code else Text(text)
        if token == CODE_START:
            is_code = True
        else:
            yield token
    if texts:
        yield Text("".join(texts))


def code(text: str) -> str:
    """``text`` as code in a line."""
    if not text.strip():
        return text
    sign = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    is_bare = "`" not in (text[0], text[-1]) and not (text[0] == text[-1] == " ")
    return f"{sign}{text}{sign}" if is_bare else f"{sign} {text} {sign}"


def joined(tokens: Sequence[Token], *, has_formulas: bool) -> str:
    """A line that has markup."""
    written: list[str | Sign] = []
    for token in tokens:
        if isinstance(token, Text):
            text = strictly_escaped(token.text, has_formulas=has_formulas)
            before = written[-1] if written else None
            if before is None:
                text = start_escaped(text)
            elif isinstance(before, str) and before.startswith("[^") and text[0] in "(:":
                text = f"\\{text}"  # or it would be a link or the text of the note
            written.append(text)
            continue
        before = written[-1] if written else None
        if isinstance(before, str) and before.endswith("!") and isinstance(token, str) and token.startswith("["):
            written[-1] = f"{before[:-1]}\\!"  # or the link would be an image
        written.append(token)
    replace_unseen(written)
    return "".join([one if isinstance(one, str) else one.written() for one in written]).strip()
