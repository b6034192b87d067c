"""An option as one entry of a table, from which its keyword, key, flag, check, help and documentation are generated.

`cleaner.config.Config` and `cleaner.run.options.RunOptions` are the two tables: each field is one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, TypeVar

INPUT, CLEANING, OUTPUT, LIMITS = "Input", "Cleaning", "Output", "Limit"
GROUPS = (INPUT, CLEANING, OUTPUT, LIMITS)
"""The groups of options, in the order of the help."""
DOCUMENTS = ("clean", "explain", "run")
"""The commands that write or show clean documents."""
READERS = (*DOCUMENTS, "learn")
"""The commands that read files and rows of documents."""
FINDINGS = ("check", "fix")
"""The commands that treat data files as linters and formatters treat code."""
CLEANERS = (*DOCUMENTS, *FINDINGS)
"""The commands that look for boilerplate."""
CHOICE = "CHOICE"
"""The placeholder for the value of an option that is not named after its values."""
_KEY = "option"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Option:
    """One option. ``name`` is its keyword and its key in ``cleaner.toml``, ``default`` the default of its field.

    ``commands`` are the commands that have it as a flag. ``is_keyword`` is whether `clean`, `Pipeline` and the adapters
    accept it. ``shown`` is the default in words, if the value alone is not clear. ``choices`` returns all allowed
    values; ``minimum`` and ``maximum`` are inclusive. ``has_commas`` is whether one string may contain several names.
    ``to_row`` converts the value for the report of a run; without it, the report contains the value itself. ``alias``
    is an old name that is still accepted.
    """

    help: str
    commands: tuple[str, ...] = ()
    group: str = ""
    metavar: str = ""
    flag: str = ""
    shown: str = ""
    choices: Callable[[], Sequence[str]] | None = None
    minimum: int | None = None
    maximum: int | None = None
    has_commas: bool = False
    is_keyword: bool = False
    to_row: Callable[[Any], Any] | None = None
    alias: str = ""
    name: str = ""
    default: Any = None

    @property
    def default_in_words(self) -> str:
        """The default as help and docs show it; empty if they show none."""
        if self.shown or isinstance(self.default, bool | tuple):
            return self.shown
        return str(self.default)

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the command line: one, or one for yes and one for no."""
        return tuple((self.flag or f"--{self.name.replace('_', '-')}").split("/"))

    @property
    def words(self) -> str:
        """The noun for a value in messages, such as ``text format`` or ``value of captions``."""
        return f"value of {self.name}" if self.metavar == CHOICE else self.name.replace("_", " ")


def option(default: _T, help: str, **more: Any) -> _T:
    """A dataclass field for an option; ``more`` are fields of `Option`."""
    return field(default=default, metadata={_KEY: Option(help, **more)})


@cache
def options_of(table: type) -> dict[str, Option]:
    """The options that the fields of the dataclass ``table`` declare, by name, in order."""
    return {
        one.name: replace(one.metadata[_KEY], name=one.name, default=one.default)
        for one in fields(table)
        if _KEY in one.metadata
    }


def aliases_of(table: type) -> dict[str, str]:
    """The old names of the options of ``table``, each with its new name."""
    return {one.alias: name for name, one in options_of(table).items() if one.alias}
