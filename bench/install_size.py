"""What an installation costs: packages and megabytes, and how much of it each direct dependency brings.

    python -m bench.install_size                          # this checkout
    python -m bench.install_size --without resiliparse,fastwarc --without numpy    # what would be left without these
    python -m bench.install_size --whole trafilatura typer lxml-html-clean         # only the sums, of any packages

Each call makes a fresh environment of the interpreter that runs it, and needs a registry. Megabytes are the sizes of
the installed files in millions of bytes. Bytecode is counted apart: pip compiles while it installs, uv does not.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package: its size without bytecode, the size of its bytecode (bytes), its licence, what it needs."""

    size: int
    bytecode: int
    licence: str
    needs: tuple[str, ...]


def install(folder: Path, wanted: Iterable[str]) -> dict[str, Package]:
    """All packages that pip installs for ``wanted`` into a fresh environment, without pip itself."""
    venv.create(folder, with_pip=True)
    program = str(folder / "bin" / "python")
    subprocess.run([program, "-m", "pip", "install", "--quiet", *wanted], check=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    found = {canonicalize_name(one.name): one for one in distributions(path=[str(site)])}
    return {name: measure(one, found) for name, one in found.items() if name not in {"pip", "setuptools"}}


def measure(one: Distribution, others: Iterable[str]) -> Package:
    """The sizes of one package and which of the others it needs."""
    paths = [Path(str(one.locate_file(path))) for path in one.files or ()]
    sizes = [(path.suffix == ".pyc", path.stat().st_size) for path in paths if path.exists()]
    about: Any = one.metadata  # an email message; its protocol lacks get
    licence = about.get("License-Expression") or next(
        (line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License")),
        (about.get("License") or "?").splitlines()[0],
    )
    needs = {canonicalize_name(name) for name in required(one)} & set(others)
    return Package(
        sum(size for is_bytecode, size in sizes if not is_bytecode),
        sum(size for is_bytecode, size in sizes if is_bytecode),
        licence,
        tuple(sorted(needs)),
    )


def required(one: Distribution) -> Iterable[str]:
    """Names of what a package needs here; of extras only lxml's cleaner of HTML is asked for by anything."""
    for requirement in map(Requirement, one.requires or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name
            yield from (f"lxml-{extra}" for extra in requirement.extras if requirement.name == "lxml")


def reached(packages: dict[str, Package], start: Iterable[str]) -> set[str]:
    """``start`` and all that it needs."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += packages[name].needs
    return found


def describe(packages: dict[str, Package], names: Iterable[str]) -> str:
    """The sums of some packages, in words."""
    chosen = [packages[name] for name in names]
    size, bytecode = sum(one.size for one in chosen), sum(one.bytecode for one in chosen)
    return f"{len(chosen)} packages, {size / MB:.0f} MB, and {bytecode / MB:.0f} MB of bytecode if it is compiled"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "wanted", nargs="*", default=[str(ROOT)], help="what pip is to install (default: this checkout)"
    )
    parser.add_argument("--whole", action="store_true", help="print the sums only")
    parser.add_argument("--without", action="append", default=[], metavar="NAME,...", help="dependencies to leave out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        packages = install(Path(folder), arguments.wanted)
    print(describe(packages, packages))
    if arguments.whole:
        return
    (root,) = packages.keys() - {name for one in packages.values() for name in one.needs}
    print(f"of these {root}: {describe(packages, [root])}")
    needs = set(packages[root].needs)
    for dropped in arguments.without:
        left = reached(packages, needs - set(dropped.split(","))) | {root}
        print(f"without {dropped}: {describe(packages, left)}")
    print()
    print("| dependency | licence | MB | brings, beside itself and what others need, too | MB with these |")
    print("|---|---|--:|---|--:|")
    for name in packages[root].needs:
        others = [other for other in packages[root].needs if other != name]
        own = reached(packages, [name]) - reached(packages, others)
        brought = ", ".join(f"{one} {packages[one].size / MB:.1f}" for one in sorted(own - {name})) or "-"
        size = sum(packages[one].size for one in own | {name})
        print(f"| {name} | {packages[name].licence} | {packages[name].size / MB:.1f} | {brought} | {size / MB:.1f} |")


if __name__ == "__main__":
    main()
