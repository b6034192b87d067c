"""Facts that are read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cleaner.model import Cut, Document, Fact

if TYPE_CHECKING:
    from cleaner.facts.harvest import Harvest
    from cleaner.facts.head import Level


class Facts(Sequence[Fact]):
    """The facts of a document, read on first access: a caller who only needs the text does not wait for them."""

    def __init__(self, read: Callable[[], Sequence[Fact]]) -> None:
        self._unread: Callable[[], Sequence[Fact]] | None = read
        self._facts: tuple[Fact, ...] = ()

    def _read(self) -> tuple[Fact, ...]:
        if self._unread is not None:
            self._facts = tuple(self._unread())
            self._unread = None
        return self._facts

    def __len__(self) -> int:
        return len(self._read())

    def __getitem__(self, index: Any) -> Any:
        return self._read()[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._read() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def __reduce__(self) -> tuple[type[tuple[Fact, ...]], tuple[tuple[Fact, ...]]]:
        return tuple, (self._read(),)


def read_later(document: Document, cuts: Sequence[Cut], harvest: Harvest, level: Level) -> tuple[Fact, ...]:
    """The same as `cleaner.facts.metadata.read_metadata`, which is imported only here: most callers read no facts."""
    from cleaner.facts.metadata import read_metadata

    return read_metadata(document, cuts, harvest, level)
