"""How much two runs may differ: what ``--max-lost`` and ``--max-changed`` allow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from cleaner.compare.comparison import Comparison
from cleaner.compare.shares import percent
from cleaner.errors import ConfigError

_NUMBER = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(%?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of a comparison, as the user wrote them; empty for no limit.

    ``max_lost`` is the share of the words of the first run that the second run may lose, such as ``0.1%`` or ``0.001``.
    ``max_changed`` is how many documents may differ: a number, such as ``20``, or a share, such as ``1%``. Raises
    `ConfigError` for any other value.
    """

    max_lost: str = ""
    max_changed: str = ""

    def __post_init__(self) -> None:
        if self.max_lost and not 0 <= _value(self.max_lost) <= 1:
            raise ConfigError(f"--max-lost must be a share, such as 0.1% or 0.001, not {self.max_lost!r}")
        if self.max_changed and not self._is_number_or_share():
            raise ConfigError(
                f"--max-changed must be a number of documents, such as 20, or a share, such as 1%, "
                f"not {self.max_changed!r}"
            )

    def exceeded(self, comparison: Comparison) -> list[str]:
        """A message for each limit that the comparison exceeds."""
        found = []
        if self.max_lost and comparison.share_lost > _value(self.max_lost):
            share = percent(comparison.words_lost, comparison.words_first)
            found.append(f"words lost: {share}, more than --max-lost {self.max_lost} allows")
        if self.max_changed and comparison.differing > self._most_changed(comparison.all_documents):
            differing = f"{comparison.differing:,} of {comparison.all_documents:,} documents differ"
            found.append(f"{differing}, more than --max-changed {self.max_changed} allows")
        return found

    def _is_number_or_share(self) -> bool:
        value = _value(self.max_changed)
        return 0 <= value <= 1 if self.max_changed.endswith("%") else self.max_changed.isdecimal()

    def _most_changed(self, documents: int) -> Fraction:
        value = _value(self.max_changed)
        return value * documents if self.max_changed.endswith("%") else value


def _value(text: str) -> Fraction:
    """The number in ``text``, which may be a percentage; -1 if there is none."""
    match = _NUMBER.fullmatch(text)
    if not match:
        return Fraction(-1)
    return Fraction(match[1]) / (100 if match[2] else 1)
