"""Everything in the documents that is generated from the code: tables, the reference of adapters, a menu, a schema.

python docs/tools/generated.py            rewrites it: `make tables`
python docs/tools/generated.py --check    exits with 1 and names what is outdated or incomplete
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # the package of this checkout

import adapters  # noqa: E402
import option_tables  # noqa: E402
import promise_tables  # noqa: E402
import thresholds  # noqa: E402
from parts import rewritten  # noqa: E402

PARTS = (*adapters.PARTS, *option_tables.PARTS, *promise_tables.PARTS, *thresholds.PARTS)


def files() -> Iterator[tuple[Path, str, str]]:
    """Each file with generated parts, what it contains, and what it should contain."""
    for name in dict.fromkeys(part.file for part in PARTS):
        path = ROOT / name
        old = new = path.read_text("utf-8")
        for part in PARTS:
            if part.file == name:
                new = rewritten(new, part)
        yield path, old, new
    schema = ROOT / option_tables.SCHEMA
    old = schema.read_text("utf-8")
    yield schema, old, option_tables.schema_text(old)


def main(arguments: list[str]) -> int:
    """Rewrite the files, or compare them with the code. Returns the exit code."""
    faults = []
    for path, old, new in files():
        if new != old and arguments == ["--check"]:
            faults.append(f"{path.relative_to(ROOT)}: does not match the code; run make tables")
        elif new != old:
            path.write_text(new, "utf-8")
    faults += thresholds.faults()
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
