"""The cuts in a file that are not findings, because a keep-rule or a baseline exempts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from cleaner.keep import Keep, line_hash
from cleaner.model import Cut, Result


class Exemptions:
    """Selects the cuts in the texts of one file that are findings.

    ``accepted`` is how often the baseline accepts a rule on a line, by rule and hash of the line.
    """

    def __init__(self, path: str, keeps: Sequence[Keep], accepted: Mapping[tuple[str, str], int]) -> None:
        self._path = path
        self._keeps = keeps
        self._left = Counter(accepted)
        self._used = Counter[tuple[str, str]]()

    def findings(self, result: Result) -> list[Cut]:
        """The cuts of a text that are not exempt. The same text may come again after cuts are removed."""
        self._used.clear()
        if not self._keeps and not self._left:
            return list(result.cuts)
        text = result.document.text
        return [cut for cut in result.cuts if not self._is_exempt(cut.marks[0].rule, line_hash(text[slice(*cut.span)]))]

    def next_text(self) -> None:
        """Go to the next text of the file: what the baseline accepted in the last one is used up."""
        self._left -= self._used
        self._used.clear()

    def _is_exempt(self, rule: str, line: str) -> bool:
        if any(keep.holds(self._path, line, rule) for keep in self._keeps):
            return True
        key = rule, line
        if self._left[key] <= self._used[key]:
            return False
        self._used[key] += 1
        return True
