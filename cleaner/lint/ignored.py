"""What git ignores: reads ``.gitignore`` in a folder, above it and below it, and ``.git/info/exclude``.

The library pathspec matches the patterns. As in git (https://git-scm.com/docs/gitignore), the last matching pattern
decides. There is one difference: ``folder/**`` matches the folder itself, so that a ``!`` pattern in a ``.gitignore``
below it has no effect.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NAME = ".gitignore"


class Ignored:
    """The patterns that apply to the current folder of a walk."""

    def __init__(self) -> None:
        self._specs: list[tuple[str, GitIgnoreSpec]] = []  # folder and its patterns, outer folders first

    @classmethod
    def above(cls, folder: str) -> Ignored:
        """The patterns of the repository of ``folder``, from its root to the parent of ``folder``."""
        ignored = cls()
        real = os.path.abspath(folder)
        parents = [real]
        while not os.path.exists(os.path.join(parents[-1], ".git")):
            parent = os.path.dirname(parents[-1])
            if parent == parents[-1]:
                return ignored  # without a repository, only the patterns in the folder itself apply
            parents.append(parent)
        root = parents[-1]
        ignored._read(root, os.path.join(root, ".git", "info", "exclude"))
        for parent in reversed(parents[1:]):
            ignored._read(parent, os.path.join(parent, _NAME))
        return ignored

    def enter(self, folder: str, names: Collection[str]) -> None:
        """Enter ``folder``, which contains files of these ``names``. Callers enter folders top down."""
        real = os.path.abspath(folder)
        self._specs = [(place, spec) for place, spec in self._specs if _is_below(real, place)]
        if _NAME in names:
            self._read(real, os.path.join(real, _NAME))

    def holds(self, path: str, *, is_folder: bool) -> bool:
        """Whether git ignores ``path``, which is in the folder that was entered last."""
        real = os.path.abspath(path)
        for place, spec in reversed(self._specs):
            name = os.path.relpath(real, place).replace(os.sep, "/")
            decided = spec.check_file(f"{name}/" if is_folder else name).include
            if decided is not None:
                return decided
        return False

    def _read(self, place: str, file: str) -> None:
        if not os.path.isfile(file):  # or it is a pipe, which would block
            return
        from pathspec import GitIgnoreSpec  # lazy: few folders have such a file

        try:
            with open(file, encoding="utf-8", errors="surrogateescape") as lines:
                self._specs.append((place, GitIgnoreSpec.from_lines(line.rstrip("\n") for line in lines)))
        except (OSError, ValueError):  # git ignores files that it can't read, too
            return


def _is_below(folder: str, place: str) -> bool:
    return folder == place or folder.startswith(place.rstrip(os.sep) + os.sep)
