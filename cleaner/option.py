"""An option, described once. Its keyword, key, flag, check, help and rows in the documentation derive from the entry.

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
FINDINGS = ("check", "fix")
"""The commands that treat files of data as linters and formatters treat code."""
CLEANERS = (*DOCUMENTS, *FINDINGS)
"""The commands that look for boilerplate."""
_KEY = "option"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Option:
    """One option; ``name`` is the keyword and the key in ``cleaner.toml``, ``default`` the value of its field.

    ``commands`` names the commands that have it as a flag, ``is_keyword`` tells whether `clean`, `Pipeline` and the
    adapters take it. ``shown`` is the default in words, where the value itself says too little; ``choices`` returns
    the only values there are, ``minimum`` and ``maximum`` are inclusive. ``has_commas`` says that one string may hold
    several names. ``to_row`` turns the value into what the report of a run contains; without one the report has the
    value itself. ``alias`` is an old name that is still accepted.
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
        """The default as help and docs show it; empty if there is nothing to say."""
        if self.shown or isinstance(self.default, bool | tuple):
            return self.shown
        return str(self.default)

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the command line: one, or that for yes and that for no."""
        return tuple((self.flag or f"--{self.name.replace('_', '-')}").split("/"))

    @property
    def words(self) -> str:
        """The name in messages: ``text format``."""
        return self.name.replace("_", " ")


def option(default: _T, help: str, **more: Any) -> _T:
    """A field of a dataclass that is an option; ``more`` are fields of `Option`."""
    return field(default=default, metadata={_KEY: Option(help, **more)})


@cache
def options_of(table: type) -> dict[str, Option]:
    """The options that the fields of ``table`` declare, by name, in order."""
    return {
        one.name: replace(one.metadata[_KEY], name=one.name, default=one.default)
        for one in fields(table)
        if _KEY in one.metadata
    }


def aliases_of(table: type) -> dict[str, str]:
    """The old names of options of ``table``, each with the name of today."""
    return {one.alias: name for name, one in options_of(table).items() if one.alias}
