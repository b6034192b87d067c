"""Signs of emphasis, and whether a reader of Markdown sees them as such.

The rules: https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleaner.markdown.escape import weight


@dataclass(slots=True, eq=False)
class Sign:
    """The start or the end of emphasis. ``other`` is its partner; a sign that a reader would not see becomes a tag."""

    sign: str
    tag: str
    is_open: bool
    other: Sign | None = None
    is_tag: bool = False

    def written(self) -> str:
        """The sign, or the tag in its place."""
        return (f"<{self.tag}>" if self.is_open else f"</{self.tag}>") if self.is_tag else self.sign


def replace_unseen(written: Sequence[str | Sign]) -> None:
    """Make tags of the signs of emphasis that a reader of Markdown would not see as such.

    A tag changes what is around the other signs, so this is repeated until nothing changes.
    """
    signs = [n for n, one in enumerate(written) if isinstance(one, Sign)]
    changed = True
    while changed:
        changed = False
        for n in signs:
            one = written[n]
            if isinstance(one, Sign) and not one.is_tag and not _is_seen(written, n):
                one.is_tag = changed = True
                if one.other is not None:
                    one.other.is_tag = True


def _is_seen(written: Sequence[str | Sign], n: int) -> bool:
    one = written[n]
    assert isinstance(one, Sign)  # noqa: S101 - the caller has chosen it
    first, last = n, n
    while first and _is_like(written[first - 1], one):
        first -= 1
    while last + 1 < len(written) and _is_like(written[last + 1], one):
        last += 1
    run = [other for other in written[first : last + 1] if isinstance(other, Sign)]
    before = _text_of(written[first - 1])[-1:] if first else ""
    after = _text_of(written[last + 1])[:1] if last + 1 < len(written) else ""
    if one.is_open:
        if not all(other.is_open for other in run):
            return False
        return weight(after) > 0 and (weight(after) > 1 or weight(before) < 2)
    return weight(before) > 0 and (weight(before) > 1 or weight(after) < 2)


def _is_like(other: str | Sign, one: Sign) -> bool:
    return isinstance(other, Sign) and not other.is_tag and other.sign[0] == one.sign[0]


def _text_of(one: str | Sign) -> str:
    return one if isinstance(one, str) else one.written()
