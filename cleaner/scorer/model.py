"""The learned model at run time: a few small networks, averaged, as matrices. Needs numpy only.

A file of a model is an ``.npz`` without pickled objects: ``names`` (the features it reads, in order), ``mean`` and
``scale`` of them (float32), and for network k and layer l ``w{k}_{l}`` of shape (in, out) and ``b{k}_{l}`` (float16).
`bench/train_scorer.py` writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.scorer.table import Floats, Table

_FAR = 5.0  # standard deviations; what is further off counts as so far


@dataclass(frozen=True, slots=True)
class Model:
    """Networks of fully connected layers with rectifiers; the mean of their outputs is the log-odds of content."""

    names: tuple[str, ...]
    mean: Floats
    scale: Floats
    networks: tuple[tuple[tuple[Floats, Floats], ...], ...]

    @classmethod
    def load(cls, path: Path) -> Model:
        """Raises `OSError` if there is no such file, `KeyError` or `ValueError` if it is no model."""
        with np.load(path, allow_pickle=False) as file:
            held = {name: file[name] for name in file.files}
        networks = []
        while f"w{len(networks)}_0" in held:
            k, layers = len(networks), []
            while f"w{k}_{len(layers)}" in held:
                at = f"{k}_{len(layers)}"
                layers.append((held["w" + at].astype(np.float32), held["b" + at].astype(np.float32)))
            networks.append(tuple(layers))
        return cls(tuple(held["names"].tolist()), held["mean"], held["scale"], tuple(networks))

    def save(self, path: Path) -> None:
        """Write the model, half precision."""
        layers = {
            f"{letter}{k}_{n}": values.astype(np.float16)
            for k, network in enumerate(self.networks)
            for n, layer in enumerate(network)
            for letter, values in zip("wb", layer, strict=True)
        }
        np.savez_compressed(
            path, names=np.array(self.names), mean=self.mean, scale=self.scale, **layers, allow_pickle=False
        )

    def log_odds(self, table: Table) -> NDArray[np.float32]:
        """Log-odds of being content, for each block of ``table``: shape (blocks,)."""
        values = standardised(table.select(self.names), self.mean, self.scale)
        total = np.zeros(len(values), np.float32)
        for network in self.networks:
            at = values
            for n, (weights, bias) in enumerate(network):
                at = at @ weights + bias
                if n + 1 < len(network):
                    np.maximum(at, 0, out=at)
            total += at[:, 0]
        return total / len(self.networks)


def standardised(values: Floats, mean: Floats, scale: Floats) -> Floats:
    """``values`` of shape (blocks, features) in standard deviations from the mean, bounded."""
    return np.clip((values - mean) / scale, -_FAR, _FAR)
