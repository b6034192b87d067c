"""What git ignores: the files ``.gitignore`` of a folder that is walked, those above it, and ``.git/info/exclude``.

The patterns are matched by pathspec. The last file that says anything about a path decides, as in git
(https://git-scm.com/docs/gitignore). One difference: ``folder/**`` is taken for the folder itself, so nothing in it is
brought back by a ``!`` in a file further down.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NAME = ".gitignore"


class Ignored:
    """The patterns that hold where a walk has come to."""

    def __init__(self) -> None:
        self._specs: list[tuple[str, GitIgnoreSpec]] = []  # of a folder and all below it, outer folders first

    @classmethod
    def above(cls, folder: str) -> Ignored:
        """The patterns of the repository that ``folder`` is in, from its root down to the folder that holds it."""
        ignored = cls()
        real = os.path.abspath(folder)
        parents = [real]
        while not os.path.exists(os.path.join(parents[-1], ".git")):
            parent = os.path.dirname(parents[-1])
            if parent == parents[-1]:
                return ignored  # no repository: only files in the folder itself count
            parents.append(parent)
        root = parents[-1]
        ignored._read(root, os.path.join(root, ".git", "info", "exclude"))
        for parent in reversed(parents[1:]):
            ignored._read(parent, os.path.join(parent, _NAME))
        return ignored

    def enter(self, folder: str, names: Collection[str]) -> None:
        """Go on to ``folder``, which holds files of these ``names``; folders are entered top down."""
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
        if not os.path.isfile(file):  # also a pipe, which would be waited for
            return
        from pathspec import GitIgnoreSpec  # lazy: only for folders with such a file

        try:
            with open(file, encoding="utf-8", errors="surrogateescape") as lines:
                self._specs.append((place, GitIgnoreSpec.from_lines(line.rstrip("\n") for line in lines)))
        except (OSError, ValueError):  # git, too, passes over what it can't read or understand
            return


def _is_below(folder: str, place: str) -> bool:
    return folder == place or folder.startswith(place.rstrip(os.sep) + os.sep)
