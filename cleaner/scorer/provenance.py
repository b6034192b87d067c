"""Where a model comes from: the command, the data and the date of its training, in the file of the model."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

FIELD = "provenance"
"""The field of the ``.npz`` that contains it, as JSON."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a model was made. An empty text means that it was not recorded.

    ``data_digest`` is a short digest of the training data, as `bench/README.md` defines it; ``date`` is in ISO form;
    ``versions`` names the libraries used; ``note`` is for people.
    """

    command: str
    data: str
    data_digest: str
    date: str
    versions: str = ""
    note: str = ""

    def as_array(self) -> np.ndarray[tuple[()], np.dtype[np.str_]]:
        """The field of the file."""
        return np.array(json.dumps(asdict(self), ensure_ascii=False))

    @classmethod
    def read(cls, path: Path) -> Provenance | None:
        """The provenance of a model, None if its file has none.

        Raises `OSError` if the file cannot be read, `ValueError` or `TypeError` if the field is not valid.
        """
        with np.load(path, allow_pickle=False) as file:
            return cls(**json.loads(str(file[FIELD]))) if FIELD in file.files else None
