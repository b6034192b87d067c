"""The errors users meet, each named by what the caller does next."""

from __future__ import annotations


class CleanerError(Exception):
    """Base of every error raised on purpose; its text names the place and the cure."""


class RuleError(CleanerError):
    """A rule pack is wrong: mend the pack. Text: ``file:line: rule: what is wrong``."""


class ConfigError(CleanerError):
    """An option or a configuration file is wrong: mend the call."""


class InputError(CleanerError):
    """One input can't be read: it is recorded as failed, the others go on."""


class OutputError(CleanerError):
    """The output can't be written or belongs to another run: choose another place."""


class LedgerError(CleanerError):
    """Documents and ledger disagree: one of the two files was changed or cut short."""
