"""The errors users meet, each named by what the caller does next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

DONE, SOME_FAILED, USAGE, FAULT, OVER_LIMIT, UNREADABLE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
"""How the program ends; see the README."""


class CleanerError(Exception):
    """Base of every error raised on purpose; its text names the place and the cure."""


class RuleError(CleanerError):
    """A rule pack is wrong: mend the pack. Text: ``file:line: rule: what is wrong``."""


class StageError(RuleError):
    """A stage of a user failed on a document, or yielded what is not a mark of its rules: fix the stage."""


class ConfigError(CleanerError):
    """An option or a configuration file is wrong: mend the call."""


class InputError(CleanerError):
    """One input can't be read: it is recorded as failed, the others go on. Text: ``what is wrong; cure``."""

    @property
    def told(self) -> tuple[str, str]:
        """What is wrong, and the cure; empty if none was named."""
        what, _, cure = str(self).partition("; ")
        return what, cure


class OutputError(CleanerError):
    """The output can't be written or belongs to another run: choose another place."""


class LedgerError(CleanerError):
    """Documents and ledger disagree: one of the two files was changed or cut short."""


class LedgerRowError(LedgerError):
    """A row of the ledger is damaged: its parts do not fit each other, or not the text."""


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.5) -> str:
    """The cure for a misspelt name, to end a message with: the known name that is most alike, if one is."""
    if not isinstance(name, str):
        return ""
    near = difflib.get_close_matches(name, list(map(str, known)), n=1, cutoff=cutoff)
    return f"; did you mean {near[0]!r}?" if near else ""


def refuse_unknown_key(place: str, key: str, name: str, known: Iterable[str]) -> None:
    """Raises `ConfigError` for a ``name`` that is not ``known``; ``place`` and ``key`` are what messages call it."""
    names = list(known)
    if name not in names:
        cure = nearest(name, names) or f"; known are {', '.join(names)}"
        raise ConfigError(f"{place}: unknown key {key!r}{cure}")


def refuse_unknown(what: str, name: str, known: Sequence[str]) -> None:
    """Raises `ConfigError` for a name that is not ``known``, and says which are."""
    if name not in known:
        choices = ", ".join(filter(None, known))
        raise ConfigError(f"there is no {what} {name!r}: choose one of {choices}{nearest(name, known, cutoff=0.6)}")
