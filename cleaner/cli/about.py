"""The output of ``cleaner --version --verbose``: versions, digests, and how the models were trained."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from cleaner import __version__, _native
from cleaner.packs.load import builtin_folder
from cleaner.pipeline import Pipeline

LIBRARIES = (
    "ahocorasick-rs", "fastwarc", "lxml", "numpy", "orjson", "pathspec", "regex", "rensa", "resiliparse", "rich",
    "selectolax", "trafilatura", "typer", "pyarrow", "zstandard",
)  # fmt: skip
"""The libraries whose version may change an output or a message. The output also names those that are not installed."""


def about() -> Iterator[str]:
    """Yield the lines to print."""
    from cleaner.scorer.provenance import Provenance

    pipeline = Pipeline()
    yield f"cleaner {__version__}"
    yield f"Python {platform.python_version()} ({platform.python_implementation()}) on {platform.system()}"
    yield f"Native core: {_native.state()}"
    yield f"Rules: {len(pipeline.packs.rules):,}, digest {pipeline.packs.digest}"
    yield f"Rules and models of the default pipeline (packs_hash of documents): {pipeline.digest}"
    for path in sorted(builtin_folder().glob("*.npz")):
        yield f"Model {path.name}: digest {hashlib.sha256(path.read_bytes()).hexdigest()}"
        found = Provenance.read(path)
        for title, text in (
            ("trained on", found and found.data),
            ("digest of the data", found and found.data_digest),
            ("date", found and found.date),
            ("command", found and found.command),
            ("versions", found and found.versions),
        ):
            yield f"  {title}: {text or 'not recorded'}"
        if found and found.note:
            yield f"  note: {found.note}"
    yield "Libraries: " + ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"
