"""The errors that users see. Each class corresponds to what the caller does next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

DONE, SOME_FAILED, USAGE, FAULT, OVER_LIMIT, UNREADABLE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
"""The exit codes of the program; see the README."""


class CleanerError(Exception):
    """The base of all errors that are raised on purpose. The message names the place and the cure."""


class RuleError(CleanerError):
    """A rule pack is invalid: fix the pack. The message is ``file:line: rule: what is wrong``."""


class StageError(RuleError):
    """A stage of a user failed on a document, or yielded what is not a mark of its rules: fix the stage."""


class ConfigError(CleanerError):
    """An option or a configuration file is invalid: fix the call or the file."""


class InputError(CleanerError):
    """One input can't be read: it is recorded as failed, and the others are cleaned.

    The message is ``what is wrong; cure``.
    """

    @property
    def what_and_cure(self) -> tuple[str, str]:
        """What is wrong, and the cure, which is empty if the message has none."""
        what, _, cure = str(self).partition("; ")
        return what, cure


class OutputError(CleanerError):
    """The output can't be written or belongs to another run: choose another folder."""


class LedgerError(CleanerError):
    """Documents and ledger do not match: one of the two files was changed or is truncated."""


class LedgerRowError(LedgerError):
    """A row of the ledger is damaged: its parts do not match each other or the text."""


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.5) -> str:
    """The end of a message about a misspelt name: the most similar known name. Empty if none is similar.

    ``cutoff`` is the minimum similarity, from 0 to 1, as in `difflib.get_close_matches`.
    """
    if not isinstance(name, str):
        return ""
    near = difflib.get_close_matches(name, list(map(str, known)), n=1, cutoff=cutoff)
    return f"; did you mean {near[0]!r}?" if near else ""


def refuse_unknown_key(place: str, key: str, name: str, known: Iterable[str]) -> None:
    """Raise `ConfigError` if ``name`` is not ``known``. The message names ``place`` and ``key``."""
    names = list(known)
    if name not in names:
        cure = nearest(name, names) or f"; known keys are {', '.join(names)}"
        raise ConfigError(f"{place}: unknown key {key!r}{cure}")


def refuse_unknown(what: str, name: str, known: Sequence[str]) -> None:
    """Raise `ConfigError`, which lists the known names, if ``name`` is unknown. ``what`` is the noun for it."""
    if name not in known:
        choices = ", ".join(filter(None, known))
        raise ConfigError(f"there is no {what} {name!r}; choose one of {choices}{nearest(name, known, cutoff=0.6)}")
